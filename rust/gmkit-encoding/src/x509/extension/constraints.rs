//! Basic constraints and name constraints (RFC 5280, clauses 4.2.1.9 and 4.2.1.10).

use super::ExtensionValue;
use crate::der::{Deviation, Reader, Tag, Tolerance};
use crate::x509::GeneralName;
use crate::Error;

/// `GeneralSubtree`: a part of a name space.
#[derive(Clone, Copy, Debug)]
pub struct Subtree<'a> {
    /// Its base.
    pub base: GeneralName<'a>,
}

pub(super) fn basic<'a, T: Tolerance>(
    reader: &mut Reader<'a, T>,
) -> Result<ExtensionValue<'a>, Error> {
    let mut sequence = reader.sequence()?;
    let ca = if sequence.peek() == Some(Tag::BOOLEAN) {
        let offset = sequence.offset();
        let ca = sequence.boolean()?;
        if !ca {
            sequence.deviation(Deviation::DefaultEncoded, offset)?;
        }
        ca
    } else {
        false
    };
    let path_length = match sequence.peek() {
        Some(Tag::INTEGER) => Some(super::saturating(&mut sequence)?),
        _ => None,
    };
    sequence.finish()?;
    Ok(ExtensionValue::BasicConstraints { ca, path_length })
}

pub(super) fn names<'a, T: Tolerance>(
    reader: &mut Reader<'a, T>,
) -> Result<ExtensionValue<'a>, Error> {
    let mut sequence = reader.sequence()?;
    if sequence.is_empty() {
        return Err(sequence.error("name constraints that constrain nothing"));
    }
    let permitted = subtrees(sequence.optional_nested(Tag::context_constructed(0))?)?;
    let excluded = subtrees(sequence.optional_nested(Tag::context_constructed(1))?)?;
    sequence.finish()?;
    Ok(ExtensionValue::NameConstraints {
        permitted,
        excluded,
    })
}

fn subtrees<'a, T: Tolerance>(reader: Option<Reader<'a, T>>) -> Result<Vec<Subtree<'a>>, Error> {
    let Some(mut reader) = reader else {
        return Ok(Vec::new());
    };
    let mut list = Vec::new();
    loop {
        let mut sequence = reader.sequence()?;
        let offset = sequence.offset();
        let base = GeneralName::read(&mut sequence)?;
        if matches!(base, GeneralName::Ip(range) if !is_range(range)) {
            return Err(sequence.error_at(offset, "IP range is not an address and a mask"));
        }
        // Clause 4.2.1.10: minimum is always zero, which is its default, and maximum is absent.
        if !sequence.is_empty() {
            if let Some(minimum) = sequence.optional(Tag::context(0))? {
                sequence.deviation(Deviation::DefaultEncoded, minimum.offset)?;
                if minimum.content != [0] {
                    return Err(sequence.error_at(minimum.offset, "subtree with a minimum"));
                }
            }
            sequence.finish()?;
        }
        list.push(Subtree { base });
        if reader.is_empty() {
            return Ok(list);
        }
    }
}

/// Address and mask of one family, the mask ones and then zeros.
fn is_range(range: &[u8]) -> bool {
    if range.len() != 8 && range.len() != 32 {
        return false;
    }
    let mask = &range[range.len() / 2..];
    let ones = mask
        .iter()
        .map(|octet| octet.leading_ones())
        .take_while(|ones| *ones == 8)
        .count();
    let rest = &mask[ones..];
    rest.first()
        .is_none_or(|octet| octet.leading_ones() + octet.trailing_zeros().min(8) >= 8)
        && rest.iter().skip(1).all(|octet| *octet == 0)
}

#[cfg(test)]
mod tests {
    use super::is_range;

    #[test]
    fn a_mask_is_ones_and_then_zeros() {
        for mask in [
            [0, 0, 0, 0],
            [255, 255, 255, 255],
            [255, 255, 254, 0],
            [128, 0, 0, 0],
        ] {
            assert!(is_range(&[&[10, 0, 0, 0], &mask[..]].concat()), "{mask:?}");
        }
        for mask in [
            [0, 255, 0, 0],
            [255, 253, 0, 0],
            [255, 0, 255, 0],
            [127, 0, 0, 0],
        ] {
            assert!(!is_range(&[&[10, 0, 0, 0], &mask[..]].concat()), "{mask:?}");
        }
        assert!(!is_range(&[10, 0, 0, 0]));
        assert!(is_range(&[0; 32]));
    }
}
