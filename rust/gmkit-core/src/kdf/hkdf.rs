//! HKDF with SM3: RFC 5869.

use zeroize::Zeroizing;

use super::TooLong;
use crate::hmac::{hmac_sm3, TAG_LENGTH};

/// The most octets that one expansion gives.
pub const HKDF_LONGEST: usize = 255 * TAG_LENGTH;

/// A pseudorandom key from `salt` (public, may be empty) and input keying material.
#[must_use]
pub fn hkdf_extract(salt: &[u8], material: &[u8]) -> Zeroizing<[u8; TAG_LENGTH]> {
    Zeroizing::new(hmac_sm3(salt, &[material]))
}

/// Fill `out` from a pseudorandom key, bound to `info`.
///
/// # Errors
/// [`TooLong`] for more than [`HKDF_LONGEST`] octets.
pub fn hkdf_expand(key: &[u8], info: &[u8], out: &mut [u8]) -> Result<(), TooLong> {
    if out.len() > HKDF_LONGEST {
        return Err(TooLong);
    }
    let mut block = Zeroizing::new([0; TAG_LENGTH]);
    for (piece, counter) in out.chunks_mut(TAG_LENGTH).zip(1..=u8::MAX) {
        let before: &[u8] = if counter == 1 { &[] } else { block.as_slice() };
        *block = hmac_sm3(key, &[before, info, &[counter]]);
        piece.copy_from_slice(&block[..piece.len()]);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T(1) = HMAC(PRK, info | 01), T(2) = HMAC(PRK, T(1) | info | 02): RFC 5869, 2.3.
    #[test]
    fn the_definition_written_out() {
        let prk = hkdf_extract(b"salt", b"material");
        assert_eq!(*prk, hmac_sm3(b"salt", &[b"material"]));
        let first = hmac_sm3(prk.as_slice(), &[b"info", &[1]]);
        let second = hmac_sm3(prk.as_slice(), &[&first, b"info", &[2]]);
        let mut out = [0; 40];
        hkdf_expand(prk.as_slice(), b"info", &mut out).unwrap();
        assert_eq!(out.to_vec(), [&first[..], &second[..8]].concat());
    }

    #[test]
    fn the_longest_output_and_one_octet_more() {
        let mut out = vec![0; HKDF_LONGEST + 1];
        assert_eq!(hkdf_expand(&[1; 32], b"", &mut out), Err(TooLong));
        assert!(out.iter().all(|octet| *octet == 0));
        assert_eq!(hkdf_expand(&[1; 32], b"", &mut out[..HKDF_LONGEST]), Ok(()));
        assert_ne!(
            out[HKDF_LONGEST - TAG_LENGTH..HKDF_LONGEST],
            [0; TAG_LENGTH]
        );
    }
}
