//! CBC-MAC (GB/T 15852.1-2020, algorithm 1) for formats that prescribe it.
//!
//! Whoever has MACs of messages of different lengths can make others: for anything new, CMAC.

use super::{block, engine, Key, BLOCK};

/// The MAC of a message, padded with one bit 1 and zeros (padding method 2).
#[must_use]
pub fn mac(key: &Key, data: &[u8]) -> [u8; BLOCK] {
    let (blocks, rest) = block::split(data);
    let mut chain = [0; BLOCK];
    engine::cbc_mac(key, &mut chain, blocks);
    let mut last = block::zero_padded(rest);
    last[rest.len()] = 0x80;
    engine::cbc_mac(key, &mut chain, &[last]);
    chain
}
