//! The DER forms of an SM2 signature and an SM2 ciphertext (GM/T 0009, clause 7).
//!
//! ```text
//! SM2Signature ::= SEQUENCE { R INTEGER, S INTEGER }
//! SM2Cipher    ::= SEQUENCE { XCoordinate INTEGER, YCoordinate INTEGER,
//!                             HASH OCTET STRING (SIZE(32)), CipherText OCTET STRING }
//! ```
//!
//! One encoding for each value: definite lengths in their shortest form, minimal non-negative
//! INTEGERs of at most 256 bits, nothing after the end. Whether the numbers are in range, or a point
//! on the curve, is for the algorithm to say.

use crate::der::{Reader, Writer};
use crate::Error;

const SIGNATURE: &str = "SM2 signature";
const CIPHERTEXT: &str = "SM2 ciphertext";

/// The longest DER signature, in octets: two INTEGERs of 33 octets.
pub const SIGNATURE_MAX: usize = 72;

/// A ciphertext taken apart: C1 as two coordinates, C3, C2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ciphertext<'a> {
    /// x-coordinate of C1, big-endian.
    pub x: [u8; 32],
    /// y-coordinate of C1, big-endian.
    pub y: [u8; 32],
    /// C3, the hash.
    pub c3: [u8; 32],
    /// C2, as long as the message.
    pub c2: &'a [u8],
}

/// `r || s`, 32 octets each, to DER.
pub fn signature_to_der(rs: &[u8; 64]) -> Vec<u8> {
    let mut writer = Writer::with_capacity(SIGNATURE_MAX);
    signature_into(&mut writer, rs);
    writer.into_vec()
}

/// The same, at the end of what a writer holds: one writer does for many signatures.
pub fn signature_into(writer: &mut Writer, rs: &[u8; 64]) {
    writer.sequence(|writer| {
        writer.unsigned(&rs[..32]);
        writer.unsigned(&rs[32..]);
    });
}

/// DER to `r || s`, 32 octets each.
///
/// # Errors
/// If the octets are not the one DER encoding of two non-negative numbers below 2^256.
pub fn signature_from_der(der: &[u8]) -> Result<[u8; 64], Error> {
    let mut outer = Reader::new(SIGNATURE, der);
    let mut numbers = outer.sequence()?;
    outer.finish()?;
    let r = numbers.unsigned_array::<32>()?;
    let s = numbers.unsigned_array::<32>()?;
    numbers.finish()?;
    let mut rs = [0; 64];
    rs[..32].copy_from_slice(&r);
    rs[32..].copy_from_slice(&s);
    Ok(rs)
}

/// A ciphertext to DER.
pub fn ciphertext_to_der(ciphertext: &Ciphertext<'_>) -> Vec<u8> {
    // Two INTEGERs (35 each), the hash (34), two headers of up to 10 octets.
    let mut writer = Writer::with_capacity(124 + ciphertext.c2.len());
    writer.sequence(|writer| {
        writer.unsigned(&ciphertext.x);
        writer.unsigned(&ciphertext.y);
        writer.octet_string(&ciphertext.c3);
        writer.octet_string(ciphertext.c2);
    });
    writer.into_vec()
}

/// DER to a ciphertext.
///
/// # Errors
/// If the octets are not the one DER encoding of two coordinates below 2^256, a hash of 32 octets
/// and an OCTET STRING.
pub fn ciphertext_from_der(der: &[u8]) -> Result<Ciphertext<'_>, Error> {
    let mut outer = Reader::new(CIPHERTEXT, der);
    let mut parts = outer.sequence()?;
    outer.finish()?;
    let x = parts.unsigned_array()?;
    let y = parts.unsigned_array()?;
    let offset = parts.offset();
    let c3 = parts.octet_string()?;
    let c3 = c3
        .try_into()
        .map_err(|_| parts.error_at(offset, "the hash is not 32 bytes"))?;
    let c2 = parts.octet_string()?;
    parts.finish()?;
    Ok(Ciphertext { x, y, c3, c2 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> [u8; 64] {
        std::array::from_fn(|index| (index * 37 + 5) as u8)
    }

    #[test]
    fn signatures_go_round() {
        let mut rs = sample();
        for zeros in 0..=32 {
            rs[..zeros].fill(0);
            rs[32..32 + zeros].fill(0);
            let der = signature_to_der(&rs);
            assert!(der.len() <= SIGNATURE_MAX);
            assert_eq!(signature_from_der(&der), Ok(rs));
        }
        assert_eq!(signature_to_der(&[0xff; 64]).len(), SIGNATURE_MAX);
    }

    #[test]
    fn sig_04_only_one_encoding_is_read() {
        let good = [0x30, 6, 2, 1, 0x12, 2, 1, 0x34];
        assert!(signature_from_der(&good).is_ok());
        for bad in [
            &[][..],
            &[0x30],
            &[0x30, 0],
            &[0x30, 0x80, 2, 1, 0x12, 2, 1, 0x34, 0, 0],
            &[0x30, 0x81, 6, 2, 1, 0x12, 2, 1, 0x34],
            &[0x30, 0x82, 0, 6, 2, 1, 0x12, 2, 1, 0x34],
            &[0x30, 6, 2, 1, 0x12, 2, 1, 0x34, 0],
            &[0x30, 9, 2, 1, 0x12, 2, 1, 0x34, 2, 1, 1],
            &[0x30, 8, 2, 1, 0x12, 2, 1, 0x34, 5, 0],
            &[0x30, 7, 2, 2, 0, 0x12, 2, 1, 0x34],
            &[0x30, 6, 2, 1, 0x92, 2, 1, 0x34],
            &[0x30, 5, 2, 0, 2, 1, 0x34],
            &[0x30, 7, 2, 0x81, 1, 0x12, 2, 1, 0x34],
            &[0x30, 6, 1, 1, 0xff, 2, 1, 0x34],
            &[0x31, 6, 2, 1, 0x12, 2, 1, 0x34],
            &[0x30, 6, 2, 1, 0x12, 2, 2, 0x34],
            &[0x30, 0x89, 1, 1, 1, 1, 1, 1, 1, 1, 1],
            &[0x30, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        ] {
            assert!(signature_from_der(bad).is_err(), "{bad:02x?}");
        }
        let mut wide = signature_to_der(&sample());
        // r + 2^256: a 33-octet INTEGER whose first octet is not a sign.
        wide.splice(2..4 + 32, [2, 33].into_iter().chain([1]).chain([7; 32]));
        wide[1] += 1;
        assert!(signature_from_der(&wide).is_err());
    }

    #[test]
    fn every_truncation_and_every_flipped_bit_is_refused_or_another_value() {
        let der = signature_to_der(&sample());
        for end in 0..der.len() {
            assert!(signature_from_der(&der[..end]).is_err());
        }
        for bit in 0..der.len() * 8 {
            let mut flipped = der.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(rs) = signature_from_der(&flipped) {
                assert_ne!(rs, sample());
                assert_eq!(signature_to_der(&rs), flipped);
            }
        }
    }

    #[test]
    fn ciphertexts_go_round() {
        let mut short = [7; 32];
        short[0] = 0;
        for length in [0, 1, 19, 127, 128, 300, 70_000] {
            let c2 = vec![9; length];
            let parts = Ciphertext {
                x: short,
                y: [0xfe; 32],
                c3: [3; 32],
                c2: &c2,
            };
            let der = ciphertext_to_der(&parts);
            assert_eq!(ciphertext_from_der(&der), Ok(parts));
            assert!(ciphertext_from_der(&der[..der.len() - 1]).is_err());
            assert!(ciphertext_from_der(&[&der[..], &[0]].concat()).is_err());
        }
    }

    #[test]
    fn enc_06_the_hash_is_32_bytes() {
        for length in [0, 1, 31, 33, 64] {
            let mut writer = Writer::new();
            writer.sequence(|writer| {
                writer.integer(1);
                writer.integer(2);
                writer.octet_string(&vec![0; length]);
                writer.octet_string(&[1]);
            });
            assert!(ciphertext_from_der(writer.as_slice()).is_err());
        }
    }

    #[test]
    fn the_position_of_a_fault_counts_from_the_start() {
        let error = signature_from_der(&[0x30, 7, 2, 1, 0x12, 2, 2, 0, 1]).expect_err("refused");
        assert_eq!(error.offset, Some(7));
    }
}
