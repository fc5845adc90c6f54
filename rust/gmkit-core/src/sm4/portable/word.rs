//! One block: the four octets of a word go through the circuit together.

use super::{substitute, BLOCK};
use crate::arch::wipe::wipe;

/// Encrypts or decrypts a block, as `keys` are ordered.
pub(super) fn crypt<'k>(keys: impl Iterator<Item = &'k u32>, block: &mut [u8; BLOCK]) {
    let mut x = [0u32; 4];
    for (word, octets) in x.iter_mut().zip(block.as_chunks().0) {
        *word = u32::from_be_bytes(*octets);
    }
    for key in keys {
        let b = substitute_word(x[1] ^ x[2] ^ x[3] ^ key);
        let l = b ^ b.rotate_left(2) ^ b.rotate_left(10) ^ b.rotate_left(18) ^ b.rotate_left(24);
        x = [x[1], x[2], x[3], x[0] ^ l];
    }
    for (word, octets) in x.iter().rev().zip(block.as_chunks_mut().0) {
        *octets = word.to_be_bytes();
    }
    wipe(&mut x);
}

/// The S-box on the four octets of a word.
#[inline]
pub(crate) fn substitute_word(word: u32) -> u32 {
    // Octet i of the transposed word is plane i: bit i of each octet.
    let planes = transpose(u64::from(word));
    let planes = [0, 8, 16, 24, 32, 40, 48, 56].map(|at| (planes >> at) as u8 as u32);
    let mut result = 0;
    for (i, plane) in substitute(planes).into_iter().enumerate() {
        // Above the four bits in use the circuit leaves what constants put there.
        result |= u64::from(plane & 0x0f) << (8 * i);
    }
    transpose(result) as u32
}

/// Swaps bit j of octet i with bit i of octet j.
#[inline]
fn transpose(mut x: u64) -> u64 {
    const STEPS: [(u32, u64); 3] = [
        (7, 0x00aa_00aa_00aa_00aa),
        (14, 0x0000_cccc_0000_cccc),
        (28, 0x0000_0000_f0f0_f0f0),
    ];
    for (distance, mask) in STEPS {
        let swap = (x ^ x >> distance) & mask;
        x ^= swap ^ swap << distance;
    }
    x
}
