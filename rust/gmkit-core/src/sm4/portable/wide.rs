//! 128 blocks: the whole state on bit planes, so that rotations are only other planes' names.
//!
//! ```text
//! x[w][b]    bit b of word w of every block: bit k of half h belongs to block 64 h + k
//! ```

use core::ops::{BitAnd, BitXor, Not};

use super::{substitute, BLOCK};
use crate::arch::wipe::wipe;

/// Blocks in one pass.
pub(crate) const LANES: usize = 128;

/// One bit of 128 blocks.
#[derive(Clone, Copy, Default)]
struct Plane([u64; 2]);

impl BitXor for Plane {
    type Output = Self;
    #[inline(always)]
    fn bitxor(self, other: Self) -> Self {
        Self([self.0[0] ^ other.0[0], self.0[1] ^ other.0[1]])
    }
}

impl BitAnd for Plane {
    type Output = Self;
    #[inline(always)]
    fn bitand(self, other: Self) -> Self {
        Self([self.0[0] & other.0[0], self.0[1] & other.0[1]])
    }
}

impl Not for Plane {
    type Output = Self;
    #[inline(always)]
    fn not(self) -> Self {
        Self([!self.0[0], !self.0[1]])
    }
}

/// The planes of one word of every block.
type Word = [Plane; 32];

/// Encrypts or decrypts up to 128 blocks, as `keys` are ordered.
pub(super) fn crypt<'k>(keys: impl Iterator<Item = &'k u32>, blocks: &mut [[u8; BLOCK]]) {
    debug_assert!(blocks.len() <= LANES);
    let mut x = [[Plane::default(); 32]; 4];
    for (half, blocks) in blocks.chunks(64).enumerate() {
        for pair in 0..2 {
            let mut rows = [0u64; 64];
            for (row, block) in rows.iter_mut().zip(blocks) {
                *row = u64::from_be_bytes(block.as_chunks().0[pair]);
            }
            transpose(&mut rows);
            for bit in 0..32 {
                x[2 * pair][bit].0[half] = rows[32 + bit];
                x[2 * pair + 1][bit].0[half] = rows[bit];
            }
            wipe(&mut rows);
        }
    }
    let mut s = [Plane::default(); 32];
    for (round, key) in keys.enumerate() {
        // Four fixed shapes instead of a moving index, so that planes stay where they are.
        let [a, b, c, d] = &mut x;
        match round % 4 {
            0 => apply(a, b, c, d, *key, &mut s),
            1 => apply(b, c, d, a, *key, &mut s),
            2 => apply(c, d, a, b, *key, &mut s),
            _ => apply(d, a, b, c, *key, &mut s),
        }
    }
    for (half, blocks) in blocks.chunks_mut(64).enumerate() {
        for pair in 0..2 {
            let mut rows = [0u64; 64];
            for bit in 0..32 {
                rows[32 + bit] = x[3 - 2 * pair][bit].0[half];
                rows[bit] = x[2 - 2 * pair][bit].0[half];
            }
            transpose(&mut rows);
            for (row, block) in rows.iter().zip(blocks.iter_mut()) {
                block.as_chunks_mut().0[pair] = row.to_be_bytes();
            }
            wipe(&mut rows);
        }
    }
    wipe(&mut s);
    wipe(x.as_flattened_mut());
}

/// a ^= L(S(b ^ c ^ d ^ key)), by way of `s`.
fn apply(a: &mut Word, b: &Word, c: &Word, d: &Word, key: u32, s: &mut Word) {
    for octet in 0..4 {
        let planes = core::array::from_fn(|i| {
            let bit = 8 * octet + i;
            let key = Plane([u64::from(key >> bit & 1).wrapping_neg(); 2]);
            b[bit] ^ c[bit] ^ d[bit] ^ key
        });
        s[8 * octet..8 * octet + 8].copy_from_slice(&substitute(planes));
    }
    for bit in 0..32 {
        // Bit n of b <<< r is bit n - r of b.
        let from = |rotation: usize| s[(bit + 32 - rotation) % 32];
        a[bit] = a[bit] ^ from(0) ^ from(2) ^ from(10) ^ from(18) ^ from(24);
    }
}

/// Swaps bit j of row i with bit i of row j.
fn transpose(rows: &mut [u64; 64]) {
    let mut distance = 32;
    let mut mask = u64::MAX >> 32;
    while distance > 0 {
        for low in 0..64 {
            if low & distance == 0 {
                let high = low + distance;
                let swap = (rows[low] >> distance ^ rows[high]) & mask;
                rows[high] ^= swap;
                rows[low] ^= swap << distance;
            }
        }
        distance /= 2;
        mask ^= mask << distance;
    }
}
