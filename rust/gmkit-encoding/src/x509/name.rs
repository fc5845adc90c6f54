//! Distinguished names (RFC 5280, clause 4.1.2.4).

use crate::der::{Deviation, Element, Findings, Oid, Reader, Tag, Tolerance};
use crate::Error;

/// One attribute of a relative distinguished name.
#[derive(Clone, Copy, Debug)]
pub struct Attribute<'a> {
    /// Its type.
    pub oid: Oid<'a>,
    /// Its value, whatever type that has.
    pub value: Element<'a>,
}

/// Reads a Name: walks all of it and calls back with each attribute and whether it begins an RDN.
pub(super) fn walk<'a, T: Tolerance>(
    reader: &mut Reader<'a, T>,
    mut visit: impl FnMut(bool, Attribute<'a>),
) -> Result<Element<'a>, Error> {
    let element = reader.expect(Tag::SEQUENCE)?;
    let mut sequence = reader.inside(&element)?;
    while !sequence.is_empty() {
        walk_rdn(&mut sequence, Tag::SET, &mut visit)?;
    }
    Ok(element)
}

/// Reads one RelativeDistinguishedName under this tag.
pub(super) fn walk_rdn<'a, T: Tolerance>(
    reader: &mut Reader<'a, T>,
    tag: Tag,
    visit: &mut impl FnMut(bool, Attribute<'a>),
) -> Result<Element<'a>, Error> {
    let element = reader.expect(tag)?;
    let mut set = reader.inside(&element)?;
    if set.is_empty() {
        return Err(set.error("RDN without an attribute"));
    }
    let mut first = true;
    while !set.is_empty() {
        let mut pair = set.sequence()?;
        let oid = pair.oid()?;
        let value = pair.any()?;
        pair.finish()?;
        check_string(&set, &value)?;
        visit(first, Attribute { oid, value });
        first = false;
    }
    Ok(element)
}

/// The attributes of an encoded Name, grouped by RDN.
///
/// # Errors
/// If the octets are not a Name.
pub fn rdns(name: &[u8]) -> Result<Vec<Vec<Attribute<'_>>>, Error> {
    let findings = Findings::new();
    let mut reader = Reader::lenient("name", name, &findings);
    let mut list: Vec<Vec<Attribute<'_>>> = Vec::new();
    walk(&mut reader, |first, attribute| match list.last_mut() {
        Some(rdn) if !first => rdn.push(attribute),
        _ => list.push(vec![attribute]),
    })?;
    reader.finish()?;
    Ok(list)
}

/// A string must hold only what its type allows.
fn check_string<T: Tolerance>(reader: &Reader<'_, T>, value: &Element<'_>) -> Result<(), Error> {
    let allowed = match value.tag {
        Tag::PRINTABLE_STRING => value.content.iter().all(|octet| is_printable(*octet)),
        Tag::NUMERIC_STRING => value
            .content
            .iter()
            .all(|octet| octet.is_ascii_digit() || *octet == b' '),
        Tag::IA5_STRING | Tag::VISIBLE_STRING => value.content.is_ascii(),
        Tag::UTF8_STRING => std::str::from_utf8(value.content).is_ok(),
        Tag::BMP_STRING => value.content.len().is_multiple_of(2),
        Tag::UNIVERSAL_STRING => value.content.len().is_multiple_of(4),
        _ => true,
    };
    if allowed {
        Ok(())
    } else {
        reader.deviation(Deviation::StringValue, value.content_offset)
    }
}

fn is_printable(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&octet)
}
