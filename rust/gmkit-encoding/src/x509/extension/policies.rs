//! Policies, mappings and their constraints (RFC 5280, clauses 4.2.1.4, 4.2.1.5, 4.2.1.11).

use super::{saturate, ExtensionValue};
use crate::der::{Element, Oid, Reader, Tag, Tolerance};
use crate::Error;

/// `PolicyInformation`
#[derive(Clone, Debug)]
pub struct Policy<'a> {
    /// The policy.
    pub oid: Oid<'a>,
    /// Its qualifiers: which, and the whole element of the value.
    pub qualifiers: Vec<(Oid<'a>, Element<'a>)>,
}

impl<'a> Policy<'a> {
    pub(super) fn read<T: Tolerance>(reader: &mut Reader<'a, T>) -> Result<Self, Error> {
        let mut sequence = reader.sequence()?;
        let oid = sequence.oid()?;
        let mut qualifiers = Vec::new();
        if !sequence.is_empty() {
            let mut list = sequence.sequence()?;
            loop {
                let mut qualifier = list.sequence()?;
                qualifiers.push((qualifier.oid()?, qualifier.any()?));
                qualifier.finish()?;
                if list.is_empty() {
                    break;
                }
            }
        }
        sequence.finish()?;
        Ok(Self { oid, qualifiers })
    }
}

pub(super) fn mapping<'a, T: Tolerance>(
    reader: &mut Reader<'a, T>,
) -> Result<(Oid<'a>, Oid<'a>), Error> {
    let mut sequence = reader.sequence()?;
    let pair = (sequence.oid()?, sequence.oid()?);
    sequence.finish()?;
    Ok(pair)
}

pub(super) fn constraints<'a, T: Tolerance>(
    reader: &mut Reader<'a, T>,
) -> Result<ExtensionValue<'a>, Error> {
    let mut sequence = reader.sequence()?;
    if sequence.is_empty() {
        return Err(sequence.error("policy constraints that constrain nothing"));
    }
    let mut part = |number| -> Result<Option<u32>, Error> {
        let Some(element) = sequence.optional(Tag::context(number))? else {
            return Ok(None);
        };
        let content = sequence.integer_content(&element)?;
        if content[0] >= 0x80 {
            return Err(sequence.error_at(element.offset, "number of certificates is negative"));
        }
        let zeros = content.iter().take_while(|octet| **octet == 0).count();
        Ok(Some(saturate(&content[zeros..])))
    };
    let (require_explicit, inhibit_mapping) = (part(0)?, part(1)?);
    sequence.finish()?;
    Ok(ExtensionValue::PolicyConstraints {
        require_explicit,
        inhibit_mapping,
    })
}
