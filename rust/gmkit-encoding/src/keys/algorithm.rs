//! The AlgorithmIdentifier of an SM2 key, and the names of what is not one.

use super::{curve, KeyError};
use crate::der::{Oid, Reader, Tag, Tolerance, Writer};

/// 1.2.840.10045.2.1, id-ecPublicKey.
pub const EC_PUBLIC_KEY: Oid<'static> = Oid::known(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]);

/// 1.2.156.10197.1.301, SM2: the curve, and in some files the algorithm.
pub const SM2: Oid<'static> = Oid::known(&[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d]);

/// What other keys and curves are called, so that a refusal says what was met.
const OTHERS: &[(&[u8], &str)] = &[
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01],
        "RSA",
    ),
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a],
        "RSA-PSS",
    ),
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x03, 0x01],
        "Diffie-Hellman",
    ),
    (&[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01], "DSA"),
    (&[0x2b, 0x65, 0x6e], "X25519"),
    (&[0x2b, 0x65, 0x6f], "X448"),
    (&[0x2b, 0x65, 0x70], "Ed25519"),
    (&[0x2b, 0x65, 0x71], "Ed448"),
    (&[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2e], "SM9"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x01], "P-192"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07], "P-256"),
    (&[0x2b, 0x81, 0x04, 0x00, 0x21], "P-224"),
    (&[0x2b, 0x81, 0x04, 0x00, 0x22], "P-384"),
    (&[0x2b, 0x81, 0x04, 0x00, 0x23], "P-521"),
    (&[0x2b, 0x81, 0x04, 0x00, 0x0a], "secp256k1"),
    (
        &[0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x07],
        "brainpoolP256r1",
    ),
];

/// Reads the AlgorithmIdentifier of a key and makes sure that it says SM2.
///
/// Accepted: id-ecPublicKey with the curve by name, or by explicit parameters that equal SM2's in
/// every number; and 1.2.156.10197.1.301 as algorithm with itself as parameter or with none.
///
/// # Errors
/// `Invalid` for a key of another kind, which is named.
pub fn expect_sm2<T: Tolerance>(reader: &mut Reader<'_, T>) -> Result<(), KeyError> {
    let mut identifier = reader.sequence()?;
    let algorithm = identifier.oid()?;
    if algorithm == EC_PUBLIC_KEY {
        curve::expect_sm2(&mut identifier)?;
    } else if algorithm == SM2 {
        if !identifier.is_empty() {
            let parameter = identifier.oid()?;
            if parameter != SM2 {
                return Err(another_curve(parameter));
            }
        }
    } else {
        return Err(KeyError::Invalid(
            format!("{} key, not an SM2 key", name(algorithm)).into(),
        ));
    }
    identifier.finish()?;
    Ok(())
}

/// Writes the AlgorithmIdentifier of an SM2 key.
pub fn write_sm2(writer: &mut Writer) {
    writer.sequence(|writer| {
        writer.oid(EC_PUBLIC_KEY);
        writer.oid(SM2);
    });
}

/// The refusal of a key on a curve that has a name or at least an identifier.
pub(super) fn another_curve(curve: Oid<'_>) -> KeyError {
    KeyError::Invalid(format!("key of the curve {}, not of SM2", name(curve)).into())
}

/// Whether the next element is an identifier (and not explicit parameters).
pub(super) fn is_named<T: Tolerance>(reader: &Reader<'_, T>) -> bool {
    reader.peek() == Some(Tag::OBJECT_IDENTIFIER)
}

fn name(oid: Oid<'_>) -> String {
    let known = OTHERS
        .iter()
        .find(|(content, _)| *content == oid.as_bytes());
    known.map_or_else(|| oid.to_string(), |(_, name)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_what_they_are_called() {
        assert_eq!(EC_PUBLIC_KEY.to_string(), "1.2.840.10045.2.1");
        assert_eq!(SM2.to_string(), "1.2.156.10197.1.301");
        for ((content, name), dotted) in OTHERS.iter().zip([
            "1.2.840.113549.1.1.1",
            "1.2.840.113549.1.1.10",
            "1.2.840.113549.1.3.1",
            "1.2.840.10040.4.1",
            "1.3.101.110",
            "1.3.101.111",
            "1.3.101.112",
            "1.3.101.113",
            "1.2.156.10197.1.302",
            "1.2.840.10045.3.1.1",
            "1.2.840.10045.3.1.7",
            "1.3.132.0.33",
            "1.3.132.0.34",
            "1.3.132.0.35",
            "1.3.132.0.10",
            "1.3.36.3.3.2.8.1.1.7",
        ]) {
            let oid = Oid::from_content(content).expect("well formed");
            assert_eq!(oid.to_string(), dotted, "{name}");
        }
    }
}
