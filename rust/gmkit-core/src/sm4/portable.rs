//! The cipher on any processor: sixteen blocks at a time, the S-box on bit planes.
//!
//! The state of sixteen blocks is four rows of sixteen words, so that rotations stay plain word
//! rotations. For the S-box the 64 octets of a row become eight planes of 64 bits:
//!
//! ```text
//! row:    w0 w1 | w2 w3 | ... | w14 w15        eight u64, eight octets each
//! planes: bit 0 of all 64 octets, bit 1 of all, ... bit 7 of all
//! ```

use zeroize::Zeroize;

use super::sbox::substitute;
use super::schedule::ROUNDS;
use super::BLOCK;

/// Blocks in one pass.
pub(crate) const LANES: usize = 16;

/// One word of each of the sixteen blocks.
type Row = [u32; LANES];

/// The S-box on the four octets of one word.
pub(crate) fn substitute_word(word: u32) -> u32 {
    let mut row = [0; LANES];
    row[0] = word;
    substitute_row(&mut row);
    let result = row[0];
    row.zeroize();
    result
}

/// Encrypts up to sixteen blocks: `keys` in order; decrypts with `keys` reversed.
pub(crate) fn crypt<'k>(keys: impl Iterator<Item = &'k u32>, blocks: &mut [[u8; BLOCK]]) {
    debug_assert!(blocks.len() <= LANES);
    let mut x: [Row; 4] = [[0; LANES]; 4];
    for (lane, block) in blocks.iter().enumerate() {
        for (row, octets) in x.iter_mut().zip(block.as_chunks().0) {
            row[lane] = u32::from_be_bytes(*octets);
        }
    }
    let mut round = 0;
    for key in keys {
        let [a, b, c, d] = [0, 1, 2, 3].map(|i| (round + i) % 4);
        let mut t = [0; LANES];
        for lane in 0..LANES {
            t[lane] = x[b][lane] ^ x[c][lane] ^ x[d][lane] ^ key;
        }
        substitute_row(&mut t);
        for lane in 0..LANES {
            x[a][lane] ^= linear(t[lane]);
        }
        round += 1;
    }
    debug_assert_eq!(round, ROUNDS);
    for (lane, block) in blocks.iter_mut().enumerate() {
        for (row, octets) in x.iter().rev().zip(block.as_chunks_mut().0) {
            *octets = row[lane].to_be_bytes();
        }
    }
    x.zeroize();
}

/// L of the round function.
#[inline(always)]
fn linear(b: u32) -> u32 {
    b ^ b.rotate_left(2) ^ b.rotate_left(10) ^ b.rotate_left(18) ^ b.rotate_left(24)
}

/// The S-box on every octet of a row.
#[inline(always)]
fn substitute_row(row: &mut Row) {
    let mut planes = [0u64; 8];
    for (plane, pair) in planes.iter_mut().zip(row.as_chunks::<2>().0) {
        *plane = u64::from(pair[0]) | u64::from(pair[1]) << 32;
    }
    transpose(&mut planes);
    planes = substitute(planes);
    transpose(&mut planes);
    for (pair, plane) in row.as_chunks_mut::<2>().0.iter_mut().zip(planes) {
        *pair = [plane as u32, (plane >> 32) as u32];
    }
}

/// Swaps, in every column of octets, bit j of word i with bit i of word j. Its own inverse.
#[inline(always)]
fn transpose(x: &mut [u64; 8]) {
    const STEPS: [(usize, u64); 3] = [
        (1, 0x5555_5555_5555_5555),
        (2, 0x3333_3333_3333_3333),
        (4, 0x0f0f_0f0f_0f0f_0f0f),
    ];
    for (distance, mask) in STEPS {
        for low in 0..8 {
            if low & distance == 0 {
                let high = low + distance;
                let swap = (x[low] >> distance ^ x[high]) & mask;
                x[high] ^= swap;
                x[low] ^= swap << distance;
            }
        }
    }
}
