//! SM4 with AES-NI on words: `aesenclast` holds the inversion, `vpshufb` on halves of octets the
//! linear maps around it.
//!
//! The layout is that of `gfni`, in xmm registers: the same word of four blocks. `aesenclast` also
//! moves octets (ShiftRows of FIPS 197), which one more `vpshufb` undoes.

use core::arch::x86_64::*;

use super::matrices::{nibbles, KEY_CONSTANT};
use super::AHEAD;
use crate::sm4::{Scratch, BLOCK, ROUNDS};

/// Blocks in one call of `crypt`.
pub(crate) const LANES: usize = 16;

/// Sets of four blocks.
const SETS: usize = LANES / 4;

/// Undoes ShiftRows: octet r of word c comes from word c - r.
const UNSHIFT: [u8; BLOCK] = {
    let mut pattern = [0; BLOCK];
    let mut i = 0;
    while i < BLOCK {
        let (word, row) = (i / 4, i % 4);
        pattern[i] = ((word + 4 - row) % 4 * 4 + row) as u8;
        i += 1;
    }
    pattern
};

/// The S-box on the four octets of a word.
pub(crate) fn substitute_word(word: u32) -> u32 {
    // SAFETY: keys are expanded for a path the processor has.
    unsafe { substitute_here(word) }
}

/// Round keys of the standard in the basis P and the order of memory.
pub(crate) fn prepare(words: [u32; ROUNDS]) -> [u32; ROUNDS] {
    // SAFETY: as in `substitute_word`.
    words.map(|word| unsafe { enter_word(u32::from_ne_bytes(word.to_be_bytes())) })
}

/// Encrypts up to sixteen blocks in place; with `reverse`, decrypts them.
pub(crate) fn crypt(keys: &[u32; ROUNDS], reverse: bool, blocks: &mut [[u8; BLOCK]]) {
    debug_assert!(blocks.len() <= LANES);
    let mut room = Scratch::<LANES>::new();
    room.0[..blocks.len()].copy_from_slice(blocks);
    // SAFETY: `keys` come from `prepare`, so the processor has the instructions.
    unsafe {
        match (blocks.len(), reverse) {
            (0..=4, false) => crypt_here::<1, false>(keys, &mut room.0),
            (0..=4, true) => crypt_here::<1, true>(keys, &mut room.0),
            (_, false) => crypt_here::<SETS, false>(keys, &mut room.0),
            (_, true) => crypt_here::<SETS, true>(keys, &mut room.0),
        }
    }
    blocks.copy_from_slice(&room.0[..blocks.len()]);
}

#[target_feature(enable = "avx2,aes")]
fn substitute_here(word: u32) -> u32 {
    let x = _mm_set1_epi32(word as i32);
    let x = _mm_xor_si128(
        look_up(&nibbles::ENTER, x),
        _mm_set1_epi8(KEY_CONSTANT as i8),
    );
    _mm_cvtsi128_si32(look_up(&nibbles::S, invert(x))) as u32
}

#[target_feature(enable = "avx2,aes")]
fn enter_word(word: u32) -> u32 {
    let x = look_up(&nibbles::ENTER, _mm_set1_epi32(word as i32));
    _mm_cvtsi128_si32(_mm_xor_si128(x, _mm_set1_epi8(KEY_CONSTANT as i8))) as u32
}

#[target_feature(enable = "avx2,aes")]
fn crypt_here<const SETS: usize, const REVERSE: bool>(
    keys: &[u32; ROUNDS],
    blocks: &mut [[u8; BLOCK]; LANES],
) {
    let mut x = [[_mm_setzero_si128(); 4]; SETS];
    for (set, blocks) in x.iter_mut().zip(blocks.as_chunks::<4>().0) {
        for (x, block) in set.iter_mut().zip(blocks) {
            *x = look_up(&nibbles::ENTER, load(block));
        }
        *set = transpose(*set);
    }
    for quarter in 0..ROUNDS / 4 {
        for step in 0..4 {
            let round = 4 * quarter + step;
            let key = keys[if REVERSE { ROUNDS - 1 - round } else { round }];
            let key = _mm_set1_epi32(key as i32);
            for set in &mut x {
                let s = _mm_xor_si128(set[(step + 1) % 4], set[(step + 2) % 4]);
                let s = _mm_xor_si128(_mm_xor_si128(s, key), set[(step + 3) % 4]);
                set[step] = _mm_xor_si128(set[step], transform(s));
            }
        }
    }
    for (set, blocks) in x.iter().zip(blocks.as_chunks_mut::<4>().0) {
        let set = transpose([set[3], set[2], set[1], set[0]]);
        for (x, block) in set.into_iter().zip(blocks) {
            store(block, look_up(&nibbles::LEAVE, x));
        }
    }
}

/// L(S(x)).
#[inline]
#[target_feature(enable = "avx2,aes")]
fn transform(x: __m128i) -> __m128i {
    let y = invert(x);
    let (t, d) = (look_up(&nibbles::T, y), look_up(&nibbles::D, y));
    let far = _mm_xor_si128(ahead(t, 1), ahead(t, 2));
    _mm_xor_si128(_mm_xor_si128(t, d), _mm_xor_si128(far, ahead(d, 3)))
}

/// The S-box of AES, for the inversion in it.
#[inline]
#[target_feature(enable = "avx2,aes")]
fn invert(x: __m128i) -> __m128i {
    let moved = _mm_aesenclast_si128(x, _mm_setzero_si128());
    _mm_shuffle_epi8(moved, load(&UNSHIFT))
}

/// A linear map of octets by two tables of sixteen, which stand in registers.
#[inline]
#[target_feature(enable = "avx2")]
fn look_up(table: &[u8; 32], x: __m128i) -> __m128i {
    let ([low, high], []) = table.as_chunks() else {
        unreachable!("32 is twice 16")
    };
    let half = _mm_set1_epi8(0x0f);
    let low_index = _mm_and_si128(x, half);
    let high_index = _mm_and_si128(_mm_srli_epi16::<4>(x), half);
    _mm_xor_si128(
        _mm_shuffle_epi8(load(low), low_index),
        _mm_shuffle_epi8(load(high), high_index),
    )
}

/// Octet i + n of the same word in octet i.
#[inline]
#[target_feature(enable = "avx2")]
fn ahead(x: __m128i, n: usize) -> __m128i {
    _mm_shuffle_epi8(x, load(&AHEAD[n]))
}

/// Swaps word j of register i with word i of register j.
#[inline]
#[target_feature(enable = "avx2")]
fn transpose(x: [__m128i; 4]) -> [__m128i; 4] {
    let a = _mm_unpacklo_epi32(x[0], x[1]);
    let b = _mm_unpackhi_epi32(x[0], x[1]);
    let c = _mm_unpacklo_epi32(x[2], x[3]);
    let d = _mm_unpackhi_epi32(x[2], x[3]);
    [
        _mm_unpacklo_epi64(a, c),
        _mm_unpackhi_epi64(a, c),
        _mm_unpacklo_epi64(b, d),
        _mm_unpackhi_epi64(b, d),
    ]
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(block: &[u8; BLOCK]) -> __m128i {
    // SAFETY: sixteen octets are there; unaligned is allowed.
    unsafe { _mm_loadu_si128(block.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(block: &mut [u8; BLOCK], x: __m128i) {
    // SAFETY: there is room for sixteen octets; unaligned is allowed.
    unsafe { _mm_storeu_si128(block.as_mut_ptr().cast(), x) }
}
