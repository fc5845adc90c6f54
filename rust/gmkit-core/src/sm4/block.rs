//! Blocks of 16 octets.

use super::BLOCK;
use crate::arch::wipe::wipe;

/// `data` as whole blocks and the rest.
pub(crate) fn split(data: &[u8]) -> (&[[u8; BLOCK]], &[u8]) {
    data.as_chunks()
}

/// a ^ b.
#[inline(always)]
pub(crate) fn xor(a: &[u8; BLOCK], b: &[u8; BLOCK]) -> [u8; BLOCK] {
    (u128::from_ne_bytes(*a) ^ u128::from_ne_bytes(*b)).to_ne_bytes()
}

/// dst = src ^ mask, over the shortest of the three.
#[inline(always)]
pub(crate) fn xor_into(dst: &mut [u8], src: &[u8], mask: &[u8]) {
    for ((d, s), m) in dst.iter_mut().zip(src).zip(mask) {
        *d = s ^ m;
    }
}

/// `octets` (at most 16) with zeros behind.
pub(crate) fn zero_padded(octets: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[..octets.len()].copy_from_slice(octets);
    block
}

/// Blocks that must not stay in memory: keystream, plaintext. Wiped when dropped.
pub(crate) struct Scratch<const N: usize>(pub(crate) [[u8; BLOCK]; N]);

impl<const N: usize> Scratch<N> {
    pub(crate) fn new() -> Self {
        Self([[0; BLOCK]; N])
    }
}

impl<const N: usize> Drop for Scratch<N> {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}
