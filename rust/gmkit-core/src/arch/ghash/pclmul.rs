//! GHASH with PCLMULQDQ: eight blocks to a reduction.

use core::arch::x86_64::*;

use crate::sm4::{Powers, BLOCK, POWERS};

/// Blocks whose products are added before one reduction.
const TOGETHER: usize = 8;

/// Computes the powers before the last that `blocks` blocks can use; returns how many there are.
pub(crate) fn powers(powers: &mut Powers, blocks: usize) -> usize {
    let known = blocks.clamp(1, TOGETHER);
    // SAFETY: hash keys are made for a path the processor has.
    unsafe { powers_here(powers, known) }
    known
}

/// The hash after further blocks, at most as many as powers are known.
pub(crate) fn hash(powers: &Powers, state: u128, blocks: &[[u8; BLOCK]]) -> u128 {
    debug_assert!(blocks.len() <= TOGETHER);
    // SAFETY: as in `powers`.
    unsafe { hash_here(powers, state, blocks) }
}

#[target_feature(enable = "pclmulqdq,ssse3")]
fn powers_here(powers: &mut Powers, known: usize) {
    let h = load(powers[POWERS - 1]);
    for i in (POWERS - known..POWERS - 1).rev() {
        powers[i] = store(reduce(multiply(load(powers[i + 1]), h)));
    }
}

#[target_feature(enable = "pclmulqdq,ssse3")]
fn hash_here(powers: &Powers, state: u128, blocks: &[[u8; BLOCK]]) -> u128 {
    let mut first = state;
    let mut sum = [_mm_setzero_si128(); 3];
    for (block, power) in blocks.iter().zip(&powers[POWERS - blocks.len()..]) {
        let x = load(u128::from_be_bytes(*block) ^ first);
        first = 0;
        let product = multiply(x, load(*power));
        for i in 0..3 {
            sum[i] = _mm_xor_si128(sum[i], product[i]);
        }
    }
    if blocks.is_empty() {
        return state;
    }
    store(reduce(sum))
}

/// The product as low, middle and high part, the middle one to be added 64 bits up.
#[inline]
#[target_feature(enable = "pclmulqdq,ssse3")]
pub(super) fn multiply(a: __m128i, b: __m128i) -> [__m128i; 3] {
    [
        _mm_clmulepi64_si128::<0x00>(a, b),
        _mm_xor_si128(
            _mm_clmulepi64_si128::<0x01>(a, b),
            _mm_clmulepi64_si128::<0x10>(a, b),
        ),
        _mm_clmulepi64_si128::<0x11>(a, b),
    ]
}

/// A product times x^-128 in the field.
#[inline]
#[target_feature(enable = "pclmulqdq,ssse3")]
pub(super) fn reduce([low, middle, high]: [__m128i; 3]) -> __m128i {
    let tail = _mm_set_epi64x(0, 0xc2 << 56);
    let low = _mm_xor_si128(low, _mm_slli_si128::<8>(middle));
    let high = _mm_xor_si128(high, _mm_srli_si128::<8>(middle));
    // Twice: add the multiple of the modulus that clears the lowest 64 bits, then drop them.
    let half = _mm_xor_si128(
        _mm_shuffle_epi32::<0x4e>(low),
        _mm_clmulepi64_si128::<0x00>(low, tail),
    );
    let rest = _mm_xor_si128(
        _mm_shuffle_epi32::<0x4e>(half),
        _mm_clmulepi64_si128::<0x00>(half, tail),
    );
    _mm_xor_si128(high, rest)
}

#[inline]
#[target_feature(enable = "ssse3")]
pub(crate) fn load(x: u128) -> __m128i {
    _mm_set_epi64x((x >> 64) as i64, x as i64)
}

#[inline]
#[target_feature(enable = "ssse3")]
pub(crate) fn store(x: __m128i) -> u128 {
    let mut octets = [0; BLOCK];
    // SAFETY: there is room for sixteen octets; unaligned is allowed.
    unsafe { _mm_storeu_si128(octets.as_mut_ptr().cast(), x) }
    u128::from_le_bytes(octets)
}
