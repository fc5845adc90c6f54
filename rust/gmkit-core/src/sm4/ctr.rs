//! CTR: the whole 128-bit block counts, big-endian, modulo 2^128.

use std::num::NonZeroUsize;

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{engine, parallel, Key, BLOCK};

/// Encrypts and decrypts, one call after the other, at any lengths. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Stream {
    key: Key,
    counter: u128,
    /// The keystream block begun, and how much of it is used up (16: all).
    begun: [u8; BLOCK],
    used: usize,
}

impl Stream {
    /// Starts with the first counter block, which no other message under this key may reach.
    #[must_use]
    pub fn new(key: Key, counter: &[u8; BLOCK]) -> Self {
        Self {
            key,
            counter: u128::from_be_bytes(*counter),
            begun: [0; BLOCK],
            used: BLOCK,
        }
    }

    /// Encrypts or decrypts further octets.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn update(&mut self, src: &[u8], dst: &mut [u8]) {
        assert_eq!(src.len(), dst.len());
        let left = (BLOCK - self.used).min(src.len());
        let (first, src) = src.split_at(left);
        let (first_out, dst) = dst.split_at_mut(left);
        super::block::xor_into(first_out, first, &self.begun[self.used..]);
        self.used += left;

        let whole = src.len() / BLOCK * BLOCK;
        let (src, rest) = src.split_at(whole);
        let (dst, rest_out) = dst.split_at_mut(whole);
        crypt(&self.key, self.counter, src, dst);
        self.counter = self.counter.wrapping_add((whole / BLOCK) as u128);
        if !rest.is_empty() {
            self.begun = self.counter.to_be_bytes();
            self.counter = self.counter.wrapping_add(1);
            self.key.encrypt_block(&mut self.begun);
            super::block::xor_into(rest_out, rest, &self.begun);
            self.used = rest.len();
        }
    }
}

/// Encrypts or decrypts a whole message on up to `threads` cores.
///
/// # Panics
/// If the lengths differ.
pub fn crypt_on(threads: NonZeroUsize, key: &Key, counter: u128, src: &[u8], dst: &mut [u8]) {
    assert_eq!(src.len(), dst.len());
    match parallel::threads(src.len(), threads) {
        1 => crypt(key, counter, src, dst),
        threads => {
            parallel::in_parts(threads, src, dst, |offset, src, dst| {
                crypt(
                    key,
                    counter.wrapping_add((offset / BLOCK) as u128),
                    src,
                    dst,
                );
            });
        }
    }
}

/// Encrypts or decrypts a whole message.
///
/// # Panics
/// If the lengths differ.
pub fn crypt(key: &Key, counter: u128, src: &[u8], dst: &mut [u8]) {
    assert_eq!(src.len(), dst.len());
    let (mut counter, mut src, mut dst) = (counter, src, dst);
    // In stretches in which the upper 96 bits stay.
    while !src.is_empty() {
        let before_carry = (1 << 32) - u64::from(counter as u32);
        let stretch = src
            .len()
            .min(usize::try_from(before_carry * 16).unwrap_or(usize::MAX));
        let (src_now, src_later) = src.split_at(stretch);
        let (dst_now, dst_later) = dst.split_at_mut(stretch);
        let block = counter.to_be_bytes();
        let (prefix, _) = block.split_first_chunk::<12>().expect("12 < 16");
        engine::ctr32(key, prefix, counter as u32, src_now, dst_now);
        counter = counter.wrapping_add(u128::from(before_carry));
        (src, dst) = (src_later, dst_later);
    }
}
