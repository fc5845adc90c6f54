//! SM4 on x86-64.
//!
//! Every function here needs the instructions of its path; [`crate::sm4::engine`] calls them only
//! for keys expanded for that path, and a key is expanded only for a path the processor has.

// Loops here walk several arrays of registers by one index.
#![allow(clippy::needless_range_loop)]

use crate::sm4::BLOCK;

pub(crate) mod aesni;
pub(crate) mod avx512;
pub(crate) mod gcm;
pub(crate) mod gfni;
mod matrices;
mod transpose;

/// Entry N takes octet i + N of the same word to octet i.
const AHEAD: [[u8; BLOCK]; 4] = {
    let mut patterns = [[0; BLOCK]; 4];
    let mut at = 0;
    while at < 4 * BLOCK {
        let (n, i) = (at / BLOCK, at % BLOCK);
        patterns[n][i] = (i / 4 * 4 + (i + n) % 4) as u8;
        at += 1;
    }
    patterns
};
