//! SubjectPublicKeyInfo (RFC 5280, clause 4.1.2.7).

use super::{algorithm, KeyError};
use crate::der::{Reader, Writer};

/// The point of an SM2 SubjectPublicKeyInfo: 65 octets `04 || x || y`, or 33 octets compressed.
///
/// Whether it is on the curve is for the algorithm to say.
///
/// # Errors
/// If the octets are not DER of a SubjectPublicKeyInfo, or the key is not one of SM2.
pub fn point_from_der(der: &[u8]) -> Result<&[u8], KeyError> {
    let mut outer = Reader::new("public key", der);
    let mut info = outer.sequence()?;
    outer.finish()?;
    algorithm::expect_sm2(&mut info)?;
    let point = info.bit_string_octets()?;
    info.finish()?;
    point_form(point)?;
    Ok(point)
}

/// The SubjectPublicKeyInfo of a point.
pub(super) fn point_to_der(point: &[u8; 65]) -> Vec<u8> {
    let mut writer = Writer::with_capacity(91);
    writer.sequence(|writer| {
        algorithm::write_sm2(writer);
        writer.bit_string(point);
    });
    writer.into_vec()
}

/// Length and first octet of a point.
pub(super) fn point_form(point: &[u8]) -> Result<(), KeyError> {
    match (point.first(), point.len()) {
        (Some(4), 65) | (Some(2 | 3), 33) => Ok(()),
        (first, length) => Err(KeyError::Invalid(
            match first {
                None => "the public key is empty".to_owned(),
                Some(first) => {
                    format!("the public key has {length} bytes and starts with {first:02x}; expected 65 with 04, or 33 with 02 or 03")
                }
            }
            .into(),
        )),
    }
}
