//! The key derivation function of SM2 (GB/T 32918): SM3(Z || ct) for ct = 1, 2, …

use crate::sm3::{Sm3, DIGEST_LENGTH};

/// Fill `out` from the parts of Z.
///
/// The counter is four octets, big-endian, begins with 1 and stands after Z. Whether the result is
/// all zero, which encryption must not use, is for the caller to ask.
///
/// # Panics
/// If `out` has more than (2^32 - 1) · 32 octets, which the standard does not define.
pub fn sm2_kdf(parts: &[&[u8]], out: &mut [u8]) {
    let mut z = Sm3::new();
    for part in parts {
        z.update(part);
    }
    for (piece, counter) in out.chunks_mut(DIGEST_LENGTH).zip(1u64..) {
        let counter = u32::try_from(counter).expect("at most 2^32 - 1 blocks");
        let mut hash = z.clone();
        hash.update(&counter.to_be_bytes());
        let block = zeroize::Zeroizing::new(hash.finalize());
        piece.copy_from_slice(&block[..piece.len()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sm3::digest_parts;

    #[test]
    fn the_definition_written_out() {
        for z_length in [0, 1, 51, 52, 55, 60, 64, 65, 128, 200] {
            let z: Vec<u8> = (0..z_length).map(|octet| octet as u8).collect();
            for length in [
                0, 1, 31, 32, 33, 63, 64, 65, 255, 256, 511, 512, 513, 1100, 8192,
            ] {
                let mut expected = Vec::new();
                for counter in 1u32..=(length as u32).div_ceil(32) {
                    expected.extend(digest_parts(&[&z, &counter.to_be_bytes()]));
                }
                expected.truncate(length);
                let mut out = vec![0; length];
                sm2_kdf(&[&z[..z_length / 2], &z[z_length / 2..]], &mut out);
                assert_eq!(out, expected, "Z of {z_length}, {length} wanted");
            }
        }
    }
}
