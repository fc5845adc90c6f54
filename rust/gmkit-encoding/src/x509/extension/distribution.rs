//! Where revocation lists are, and what one list covers (RFC 5280, clauses 4.2.1.13 and 5.2.5).

use crate::der::{Deviation, Reader, Tag, Tolerance};
use crate::x509::{name, GeneralName};
use crate::Error;

/// `DistributionPointName`
#[derive(Clone, Debug)]
pub enum DistributionPointName<'a> {
    /// Whole names.
    Full(Vec<GeneralName<'a>>),
    /// The contents of one RDN, to be put after the name of whoever signs the list.
    Relative(&'a [u8]),
}

/// `DistributionPoint`
#[derive(Clone, Debug)]
pub struct DistributionPoint<'a> {
    /// Where.
    pub name: Option<DistributionPointName<'a>>,
    /// For which reasons; bit *n* of the number is bit *n* of the BIT STRING.
    pub reasons: Option<u16>,
    /// Who signs the list, if not the issuer.
    pub crl_issuer: Option<Vec<GeneralName<'a>>>,
}

impl<'a> DistributionPoint<'a> {
    pub(super) fn read<T: Tolerance>(reader: &mut Reader<'a, T>) -> Result<Self, Error> {
        let mut sequence = reader.sequence()?;
        let name = point_name(&mut sequence)?;
        let reasons = reasons(&mut sequence, 1)?;
        let crl_issuer = sequence
            .optional_nested(Tag::context_constructed(2))?
            .map(GeneralName::read_list)
            .transpose()?;
        sequence.finish()?;
        Ok(Self {
            name,
            reasons,
            crl_issuer,
        })
    }
}

/// `IssuingDistributionPoint`
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct IssuingDistributionPoint<'a> {
    pub name: Option<DistributionPointName<'a>>,
    pub only_user: bool,
    pub only_ca: bool,
    pub reasons: Option<u16>,
    pub indirect: bool,
    pub only_attribute: bool,
}

impl<'a> IssuingDistributionPoint<'a> {
    pub(super) fn read<T: Tolerance>(reader: &mut Reader<'a, T>) -> Result<Self, Error> {
        let mut sequence = reader.sequence()?;
        let point = Self {
            name: point_name(&mut sequence)?,
            only_user: flag(&mut sequence, 1)?,
            only_ca: flag(&mut sequence, 2)?,
            reasons: reasons(&mut sequence, 3)?,
            indirect: flag(&mut sequence, 4)?,
            only_attribute: flag(&mut sequence, 5)?,
        };
        sequence.finish()?;
        Ok(point)
    }
}

fn point_name<'a, T: Tolerance>(
    reader: &mut Reader<'a, T>,
) -> Result<Option<DistributionPointName<'a>>, Error> {
    let Some(mut choice) = reader.optional_nested(Tag::context_constructed(0))? else {
        return Ok(None);
    };
    let name = match choice.optional_nested(Tag::context_constructed(0))? {
        Some(names) => DistributionPointName::Full(GeneralName::read_list(names)?),
        None => {
            let rdn = name::walk_rdn(&mut choice, Tag::context_constructed(1), &mut |_, _| {})?;
            DistributionPointName::Relative(rdn.content)
        }
    };
    choice.finish()?;
    Ok(Some(name))
}

fn reasons<T: Tolerance>(reader: &mut Reader<'_, T>, number: u8) -> Result<Option<u16>, Error> {
    let Some(element) = reader.optional(Tag::context(number))? else {
        return Ok(None);
    };
    reader.named_bits_content(&element).map(Some)
}

/// `[number] BOOLEAN DEFAULT FALSE`
fn flag<T: Tolerance>(reader: &mut Reader<'_, T>, number: u8) -> Result<bool, Error> {
    let Some(element) = reader.optional(Tag::context(number))? else {
        return Ok(false);
    };
    match *element.content {
        [0xff] => Ok(true),
        [0] => {
            reader.deviation(Deviation::DefaultEncoded, element.offset)?;
            Ok(false)
        }
        [_] => {
            reader.deviation(Deviation::BooleanValue, element.offset)?;
            Ok(true)
        }
        _ => Err(reader.error_at(element.offset, "BOOLEAN is not one octet")),
    }
}
