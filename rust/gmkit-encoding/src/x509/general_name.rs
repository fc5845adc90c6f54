//! GeneralName (RFC 5280, clause 4.2.1.6).

use super::name;
use crate::der::{Deviation, Element, Oid, Reader, Tag, Tolerance};
use crate::Error;

/// A name in one of its nine forms.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum GeneralName<'a> {
    Other {
        oid: Oid<'a>,
        value: &'a [u8],
    },
    Email(&'a [u8]),
    Dns(&'a [u8]),
    X400(&'a [u8]),
    /// The encoded Name.
    Directory(&'a [u8]),
    Edi(&'a [u8]),
    Uri(&'a [u8]),
    /// 4 or 16 octets; in a name constraint 8 or 32: address and mask.
    Ip(&'a [u8]),
    RegisteredId(Oid<'a>),
}

impl<'a> GeneralName<'a> {
    /// The next element.
    ///
    /// # Errors
    /// If it is none of the nine forms.
    pub fn read<T: Tolerance>(reader: &mut Reader<'a, T>) -> Result<Self, Error> {
        let element = reader.any()?;
        Self::from_element(reader, &element)
    }

    fn from_element<T: Tolerance>(
        reader: &Reader<'a, T>,
        element: &Element<'a>,
    ) -> Result<Self, Error> {
        match element.tag.0 {
            0xa0 => {
                let mut inside = reader.inside(element)?;
                let oid = inside.oid()?;
                let mut value = inside.nested(Tag::context_constructed(0))?;
                let value = value.any()?;
                inside.finish()?;
                Ok(Self::Other {
                    oid,
                    value: value.raw,
                })
            }
            0x81 => ascii(reader, element).map(Self::Email),
            0x82 => ascii(reader, element).map(Self::Dns),
            0xa3 => Ok(Self::X400(element.raw)),
            0xa4 => {
                let mut inside = reader.inside(element)?;
                let name = name::walk(&mut inside, |_, _| {})?;
                inside.finish()?;
                Ok(Self::Directory(name.raw))
            }
            0xa5 => Ok(Self::Edi(element.raw)),
            0x86 => ascii(reader, element).map(Self::Uri),
            0x87 => Ok(Self::Ip(element.content)),
            0x88 => reader.oid_content(element).map(Self::RegisteredId),
            _ => {
                let message = format!("{} is not a general name", element.tag);
                Err(reader.error_at(element.offset, message))
            }
        }
    }

    /// What is left on this level, as GeneralNames: at least one, addresses of 4 or 16 octets.
    ///
    /// # Errors
    /// If something else is there.
    pub fn read_list<T: Tolerance>(mut reader: Reader<'a, T>) -> Result<Vec<Self>, Error> {
        let mut list = Vec::new();
        loop {
            let offset = reader.offset();
            let name = Self::read(&mut reader)?;
            if matches!(name, Self::Ip(address) if address.len() != 4 && address.len() != 16) {
                return Err(reader.error_at(offset, "IP address is not of 4 or 16 octets"));
            }
            list.push(name);
            if reader.is_empty() {
                return Ok(list);
            }
        }
    }
}

fn ascii<'a, T: Tolerance>(
    reader: &Reader<'a, T>,
    element: &Element<'a>,
) -> Result<&'a [u8], Error> {
    if !element.content.is_ascii() {
        reader.deviation(Deviation::StringValue, element.content_offset)?;
    }
    Ok(element.content)
}
