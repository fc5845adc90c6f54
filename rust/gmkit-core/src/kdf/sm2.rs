//! The key derivation function of SM2 (GB/T 32918): SM3(Z || ct) for ct = 1, 2, …

use zeroize::{Zeroize, Zeroizing};

use crate::sm3::lanes::{self, Kernel, FEW};
use crate::sm3::{to_octets, Sm3, BLOCK_LENGTH, DIGEST_LENGTH};

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
    let whole_blocks = z.total().is_multiple_of(BLOCK_LENGTH as u64);
    match Kernel::active() {
        // Z of SM2 is a point: one block. So every digest is one compression from the same state.
        Some(kernel) if whole_blocks && out.len() > FEW * DIGEST_LENGTH => {
            in_lanes(kernel, &z, out)
        }
        _ => one_by_one(&z, out),
    }
}

fn one_by_one(z: &Sm3, out: &mut [u8]) {
    for (piece, counter) in out.chunks_mut(DIGEST_LENGTH).zip(1u64..) {
        let mut hash = z.clone();
        hash.update(&counter_word(counter).to_be_bytes());
        let block = Zeroizing::new(hash.finalize());
        piece.copy_from_slice(&block[..piece.len()]);
    }
}

/// The last block is the counter, the one bit and the length: its words are the same in every
/// lane, but for the first.
fn in_lanes(kernel: Kernel, z: &Sm3, out: &mut [u8]) {
    let mut block = [0; 16];
    block[1] = 0x8000_0000;
    let bits = (z.total() + 4) * 8;
    block[14] = (bits >> 32) as u32;
    block[15] = bits as u32;
    let mut words = lanes::spread(&block);
    let mut start = lanes::spread(&z.midstate());
    let group = kernel.lanes() * DIGEST_LENGTH;
    for (pieces, before) in out.chunks_mut(group).zip((0u64..).step_by(kernel.lanes())) {
        for (lane, _) in pieces.chunks(DIGEST_LENGTH).enumerate() {
            words[0][lane] = counter_word(before + lane as u64 + 1);
        }
        let mut state = start;
        kernel.compress_words(&mut state, &words);
        for (lane, piece) in pieces.chunks_mut(DIGEST_LENGTH).enumerate() {
            let digest = Zeroizing::new(to_octets(&lanes::lane(&state, lane)));
            piece.copy_from_slice(&digest[..piece.len()]);
        }
        state.zeroize();
    }
    start.zeroize();
}

fn counter_word(counter: u64) -> u32 {
    u32::try_from(counter).expect("at most 2^32 - 1 blocks")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::tests::on_every_path;
    use crate::sm3::digest_parts;

    #[test]
    fn the_definition_written_out() {
        on_every_path(|_| every_shape());
    }

    fn every_shape() {
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
