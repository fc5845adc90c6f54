//! The primitive types.

use super::{Deviation, Element, Oid, Reader, Tag, Time, TimeForm, Tolerance};
use crate::Error;

/// The contents of a BIT STRING.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BitString<'a> {
    /// How many of the lowest bits of the last octet do not count, 0 to 7.
    pub unused: u8,
    /// The octets.
    pub bytes: &'a [u8],
}

impl BitString<'_> {
    /// Whether bit *number* is set; bit 0 is the highest of the first octet.
    pub fn bit(&self, number: usize) -> bool {
        self.bytes
            .get(number / 8)
            .is_some_and(|octet| octet >> (7 - number % 8) & 1 == 1)
    }
}

impl<'a, T: Tolerance> Reader<'a, T> {
    /// BOOLEAN.
    ///
    /// # Errors
    /// If it is none, or in strict mode if true is not `ff`.
    pub fn boolean(&mut self) -> Result<bool, Error> {
        let element = self.expect(Tag::BOOLEAN)?;
        match *element.content {
            [0] => Ok(false),
            [0xff] => Ok(true),
            [_] => {
                self.deviation(Deviation::BooleanValue, element.content_offset)?;
                Ok(true)
            }
            _ => Err(self.error_at(element.offset, "BOOLEAN is not one octet")),
        }
    }

    /// INTEGER: its contents, two's complement, most significant octet first.
    ///
    /// # Errors
    /// If it is none or empty, or in strict mode if it is not minimal.
    pub fn integer(&mut self) -> Result<&'a [u8], Error> {
        let element = self.expect(Tag::INTEGER)?;
        self.integer_content(&element)
    }

    /// The contents of an INTEGER (or ENUMERATED, or an implicitly tagged one) that was read.
    ///
    /// # Errors
    /// As [`Reader::integer`].
    pub fn integer_content(&self, element: &Element<'a>) -> Result<&'a [u8], Error> {
        match *element.content {
            [] => return Err(self.error_at(element.offset, "INTEGER is empty")),
            [0, next, ..] if next < 0x80 => {
                self.deviation(Deviation::NonMinimalInteger, element.content_offset)?;
            }
            [0xff, next, ..] if next >= 0x80 => {
                self.deviation(Deviation::NonMinimalInteger, element.content_offset)?;
            }
            _ => {}
        }
        Ok(element.content)
    }

    /// INTEGER ≥ 0: its magnitude without leading zero octets; zero is one zero octet.
    ///
    /// # Errors
    /// As [`Reader::integer`], and if it is negative.
    pub fn unsigned(&mut self) -> Result<&'a [u8], Error> {
        let offset = self.offset();
        let content = self.integer()?;
        if content[0] >= 0x80 {
            return Err(self.error_at(offset, "INTEGER is negative"));
        }
        let zeros = content.iter().take_while(|octet| **octet == 0).count();
        Ok(&content[zeros.min(content.len() - 1)..])
    }

    /// INTEGER ≥ 0 in exactly *N* octets, most significant first, with leading zeros.
    ///
    /// # Errors
    /// As [`Reader::unsigned`], and if it does not fit.
    pub fn unsigned_array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let offset = self.offset();
        let magnitude = self.unsigned()?;
        let mut value = [0; N];
        let start = N
            .checked_sub(magnitude.len())
            .ok_or_else(|| self.error_at(offset, format!("INTEGER of more than {N} bytes")))?;
        value[start..].copy_from_slice(magnitude);
        Ok(value)
    }

    /// INTEGER from 0 to 2^32 − 1.
    ///
    /// # Errors
    /// As [`Reader::unsigned_array`].
    pub fn u32(&mut self) -> Result<u32, Error> {
        self.unsigned_array::<4>().map(u32::from_be_bytes)
    }

    /// BIT STRING.
    ///
    /// # Errors
    /// If it is none, says more unused bits than there are, or in strict mode if they are not zero.
    pub fn bit_string(&mut self) -> Result<BitString<'a>, Error> {
        let element = self.expect(Tag::BIT_STRING)?;
        self.bit_string_content(&element)
    }

    /// The contents of a BIT STRING (or an implicitly tagged one) that was read.
    ///
    /// # Errors
    /// As [`Reader::bit_string`].
    pub fn bit_string_content(&self, element: &Element<'a>) -> Result<BitString<'a>, Error> {
        let Some((&unused, bytes)) = element.content.split_first() else {
            return Err(self.error_at(element.offset, "BIT STRING is empty"));
        };
        if unused > 7 || (unused > 0 && bytes.is_empty()) {
            return Err(self.error_at(element.offset, "BIT STRING with impossible unused bits"));
        }
        if bytes
            .last()
            .is_some_and(|last| last & ((1_u8 << unused) - 1) != 0)
        {
            self.deviation(Deviation::BitStringPadding, element.content_offset)?;
        }
        Ok(BitString { unused, bytes })
    }

    /// The contents of a BIT STRING with named bits (clause 11.2.2: without trailing zero bits), at
    /// most 16 of them: bit *n* of the number is bit *n* of the string.
    ///
    /// # Errors
    /// As [`Reader::bit_string`], and if there are more bits.
    pub fn named_bits_content(&self, element: &Element<'a>) -> Result<u16, Error> {
        let bits = self.bit_string_content(element)?;
        if bits.bytes.len() > 2 {
            return Err(self.error_at(element.offset, "more than 16 named bits"));
        }
        if bits
            .bytes
            .last()
            .is_some_and(|last| last.trailing_zeros() != u32::from(bits.unused))
        {
            self.deviation(Deviation::NamedBits, element.content_offset)?;
        }
        Ok((0..16)
            .filter(|bit| bits.bit(*bit))
            .fold(0, |sum, bit| sum | 1 << bit))
    }

    /// BIT STRING of whole octets: a key or a signature.
    ///
    /// # Errors
    /// As [`Reader::bit_string`], and if bits are unused.
    pub fn bit_string_octets(&mut self) -> Result<&'a [u8], Error> {
        let offset = self.offset();
        let bits = self.bit_string()?;
        if bits.unused != 0 {
            return Err(self.error_at(offset, "BIT STRING is not of whole octets"));
        }
        Ok(bits.bytes)
    }

    /// OCTET STRING, primitive.
    ///
    /// # Errors
    /// If it is none.
    pub fn octet_string(&mut self) -> Result<&'a [u8], Error> {
        self.expect(Tag::OCTET_STRING)
            .map(|element| element.content)
    }

    /// NULL.
    ///
    /// # Errors
    /// If it is none, or not empty.
    pub fn null(&mut self) -> Result<(), Error> {
        let element = self.expect(Tag::NULL)?;
        if element.content.is_empty() {
            Ok(())
        } else {
            Err(self.error_at(element.offset, "NULL is not empty"))
        }
    }

    /// OBJECT IDENTIFIER.
    ///
    /// # Errors
    /// If it is none, or not well formed (also in lenient mode: two spellings of one identifier
    /// would let a forbidden algorithm slip past a comparison).
    pub fn oid(&mut self) -> Result<Oid<'a>, Error> {
        let element = self.expect(Tag::OBJECT_IDENTIFIER)?;
        self.oid_content(&element)
    }

    /// The contents of an OBJECT IDENTIFIER (or an implicitly tagged one) that was read.
    ///
    /// # Errors
    /// As [`Reader::oid`].
    pub fn oid_content(&self, element: &Element<'a>) -> Result<Oid<'a>, Error> {
        Oid::from_content(element.content)
            .ok_or_else(|| self.error_at(element.offset, "OBJECT IDENTIFIER is not well formed"))
    }

    /// UTCTime or GeneralizedTime.
    ///
    /// # Errors
    /// If it is neither, or not a time; in strict mode if it is not `…SSZ`.
    pub fn time(&mut self) -> Result<Time, Error> {
        let element = self.any()?;
        let form = match element.tag {
            Tag::UTC_TIME => TimeForm::Utc,
            Tag::GENERALIZED_TIME => TimeForm::Generalized,
            tag => {
                let message = format!("expected a time, found {tag}");
                return Err(self.error_at(element.offset, message));
            }
        };
        self.time_content(form, &element)
    }

    /// The contents of an implicitly tagged GeneralizedTime that was read.
    ///
    /// # Errors
    /// As [`Reader::time`].
    pub fn generalized_time_content(&self, element: &Element<'a>) -> Result<Time, Error> {
        self.time_content(TimeForm::Generalized, element)
    }

    fn time_content(&self, form: TimeForm, element: &Element<'a>) -> Result<Time, Error> {
        let (time, canonical) = Time::parse(form, element.content)
            .ok_or_else(|| self.error_at(element.offset, "not a time"))?;
        if !canonical {
            self.deviation(Deviation::TimeForm, element.content_offset)?;
        }
        Ok(time)
    }

    /// GeneralizedTime.
    ///
    /// # Errors
    /// As [`Reader::time`]; in strict mode if it is an UTCTime.
    pub fn generalized_time(&mut self) -> Result<Time, Error> {
        let offset = self.offset();
        let time = self.time()?;
        if time.form != TimeForm::Generalized {
            self.deviation(Deviation::TimeType, offset)?;
        }
        Ok(time)
    }
}
