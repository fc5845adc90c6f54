//! The compression function on any processor, one message at a time.

use super::{rounds, State, BLOCK_LENGTH};

/// Take whole blocks into `state`. Inlined, so that a caller can have it compiled for a processor.
#[inline(always)]
pub(crate) fn compress(state: &mut State, blocks: &[u8]) {
    for block in blocks.as_chunks::<BLOCK_LENGTH>().0 {
        let mut words = [0; 16];
        for (word, octets) in words.iter_mut().zip(block.as_chunks::<4>().0) {
            *word = u32::from_be_bytes(*octets);
        }
        *state = rounds::compress(*state, words);
    }
}
