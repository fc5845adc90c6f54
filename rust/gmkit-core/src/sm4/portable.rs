//! The cipher on any processor: everything on bit planes, no table, no branch on what is secret.

use super::sbox::substitute;
use super::BLOCK;

mod wide;
mod word;

pub(crate) use wide::LANES;
pub(crate) use word::substitute_word;

/// Fewer blocks than this are cheaper one by one.
const FEW: usize = 8;

/// Encrypts up to [`LANES`] blocks: `keys` in order; decrypts with `keys` reversed.
pub(crate) fn crypt<'k>(keys: impl Iterator<Item = &'k u32> + Clone, blocks: &mut [[u8; BLOCK]]) {
    if blocks.len() < FEW {
        for block in blocks {
            word::crypt(keys.clone(), block);
        }
    } else {
        wide::crypt(keys, blocks);
    }
}
