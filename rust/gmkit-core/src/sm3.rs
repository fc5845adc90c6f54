//! SM3 (GB/T 32905-2016): a hash of 32 octets, one message at a time or many at once.

use zeroize::{Zeroize, ZeroizeOnDrop};

#[cfg(target_arch = "x86_64")]
use crate::arch::sm3_stream;
use crate::cpu::{self, CpuPath};

mod batch;
pub(crate) mod lanes;
mod message;
pub(crate) mod portable;
pub(crate) mod rounds;
#[cfg(test)]
pub(crate) mod tests;

pub use batch::{digest_batch, digest_batch_after, digest_batch_parts};

/// Octets of a digest.
pub const DIGEST_LENGTH: usize = 32;
/// Octets that one compression takes in.
pub const BLOCK_LENGTH: usize = 64;

/// The eight chaining words.
pub(crate) type State = [u32; 8];

/// The state before the first block.
pub(crate) const INITIAL: State = [
    0x7380_166f,
    0x4914_b2b9,
    0x1724_42d7,
    0xda8a_0600,
    0xa96f_30bc,
    0x1631_38aa,
    0xe38d_ee4d,
    0xb0fb_0e4e,
];

/// The digest of a message that is at hand whole.
#[must_use]
pub fn digest(message: &[u8]) -> [u8; DIGEST_LENGTH] {
    digest_parts(&[message])
}

/// The digest of the parts, one after the other.
#[must_use]
pub fn digest_parts(parts: &[&[u8]]) -> [u8; DIGEST_LENGTH] {
    let mut hash = Sm3::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize()
}

/// A message that arrives in pieces. Wiped when dropped: under HMAC its state is as good as the key.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Sm3 {
    state: State,
    /// What has come in since the last whole block.
    pending: [u8; BLOCK_LENGTH],
    /// Octets so far; the standard ends at 2^61 - 1 of them.
    total: u64,
}

impl Sm3 {
    /// Nothing hashed yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            state: INITIAL,
            pending: [0; BLOCK_LENGTH],
            total: 0,
        }
    }

    /// Hash `data` too.
    pub fn update(&mut self, mut data: &[u8]) {
        let filled = self.filled();
        self.total = self.total.wrapping_add(data.len() as u64);
        if filled != 0 {
            let wanted = BLOCK_LENGTH - filled;
            if data.len() < wanted {
                self.pending[filled..filled + data.len()].copy_from_slice(data);
                return;
            }
            let (head, rest) = data.split_at(wanted);
            self.pending[filled..].copy_from_slice(head);
            compress(&mut self.state, &self.pending);
            data = rest;
        }
        let whole = data.len() - data.len() % BLOCK_LENGTH;
        let (blocks, rest) = data.split_at(whole);
        if !blocks.is_empty() {
            compress(&mut self.state, blocks);
        }
        self.pending[..rest.len()].copy_from_slice(rest);
    }

    /// The digest of everything hashed.
    #[must_use]
    pub fn finalize(mut self) -> [u8; DIGEST_LENGTH] {
        let mut last = [0; 2 * BLOCK_LENGTH];
        let length = pad(&self.pending[..self.filled()], self.total, &mut last);
        compress(&mut self.state, &last[..length]);
        last.zeroize();
        to_octets(&self.state)
    }

    /// Octets hashed so far.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// Octets in `pending`.
    const fn filled(&self) -> usize {
        (self.total % BLOCK_LENGTH as u64) as usize
    }

    /// The chaining words, when a whole number of blocks has been hashed.
    pub(crate) fn midstate(&self) -> State {
        debug_assert_eq!(self.filled(), 0, "a midstate stands between two blocks");
        self.state
    }
}

impl Default for Sm3 {
    fn default() -> Self {
        Self::new()
    }
}

/// Take whole blocks in, by the fastest way this processor has.
pub(crate) fn compress(state: &mut State, blocks: &[u8]) {
    debug_assert_eq!(blocks.len() % BLOCK_LENGTH, 0, "whole blocks only");
    match cpu::active() {
        #[cfg(target_arch = "x86_64")]
        CpuPath::Avx512 => sm3_stream::compress_avx512(state, blocks),
        #[cfg(target_arch = "x86_64")]
        CpuPath::Avx2 | CpuPath::Avx2Gfni => sm3_stream::compress_avx2(state, blocks),
        #[cfg(target_arch = "x86_64")]
        CpuPath::Bmi2 => sm3_stream::compress_bmi2(state, blocks),
        _ => portable::compress(state, blocks),
    }
}

/// Write the end of a message of `total` octets, of which `rest` is what no block has taken in
/// yet, into the empty `last`: a one bit, zeros, the length in bits. Returns 64 or 128.
pub(crate) fn pad(rest: &[u8], total: u64, last: &mut [u8; 2 * BLOCK_LENGTH]) -> usize {
    let length = if rest.len() < BLOCK_LENGTH - 8 {
        BLOCK_LENGTH
    } else {
        2 * BLOCK_LENGTH
    };
    last[..rest.len()].copy_from_slice(rest);
    last[rest.len()] = 0x80;
    last[length - 8..length].copy_from_slice(&total.wrapping_mul(8).to_be_bytes());
    length
}

/// The chaining words as the standard writes them: big-endian.
pub(crate) fn to_octets(state: &State) -> [u8; DIGEST_LENGTH] {
    let mut octets = [0; DIGEST_LENGTH];
    for (target, word) in octets.chunks_exact_mut(4).zip(state) {
        target.copy_from_slice(&word.to_be_bytes());
    }
    octets
}
