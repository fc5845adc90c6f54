//! GHASH with VPCLMULQDQ: four blocks to a register, up to 64 to a reduction.

use core::arch::x86_64::*;

use super::pclmul;
use crate::sm4::{Powers, BLOCK, POWERS};

/// Sums of products: low, middle and high part, the middle one to be added 64 bits up.
pub(crate) type Sums = [__m512i; 3];

/// Computes the powers before the last that `blocks` blocks can use; returns how many there are.
pub(crate) fn powers(powers: &mut Powers, blocks: usize) -> usize {
    let known = blocks.clamp(1, POWERS).next_power_of_two();
    // SAFETY: hash keys are made for a path the processor has.
    unsafe { powers_here(powers, known) }
    known
}

/// The hash after further blocks, at most as many as powers are known.
pub(crate) fn hash(powers: &Powers, state: u128, blocks: &[[u8; BLOCK]]) -> u128 {
    // SAFETY: as in `powers`.
    unsafe { hash_here(powers, state, blocks) }
}

#[target_feature(enable = "avx512f,avx512bw,vpclmulqdq,pclmulqdq,ssse3")]
fn powers_here(powers: &mut Powers, known: usize) {
    // H², then H³ and H⁴; after that the known ones times the highest double their number.
    for small in 2..=known.min(4) {
        let (below, half) = (
            powers[POWERS - small / 2],
            powers[POWERS - small.div_ceil(2)],
        );
        let product = pclmul::multiply(pclmul::load(below), pclmul::load(half));
        powers[POWERS - small] = pclmul::store(pclmul::reduce(product));
    }
    let mut have = 4;
    while have < known {
        let by = _mm512_broadcast_i32x4(pclmul::load(powers[POWERS - have]));
        for at in (POWERS - have..POWERS).step_by(4) {
            let x = load(&powers[at..at + 4]);
            let product = reduce(multiply(x, by));
            store(&mut powers[at - have..at - have + 4], product);
        }
        have *= 2;
    }
}

#[target_feature(enable = "avx512f,avx512bw,vpclmulqdq,pclmulqdq,ssse3")]
fn hash_here(powers: &Powers, state: u128, blocks: &[[u8; BLOCK]]) -> u128 {
    let mut sums = [_mm512_setzero_si512(); 3];
    let powers = &powers[POWERS - blocks.len()..];
    let mut state = _mm512_zextsi128_si512(pclmul::load(state));
    for (blocks, powers) in blocks.chunks(4).zip(powers.chunks(4)) {
        let x = _mm512_xor_si512(reversed(load_blocks(blocks)), state);
        state = _mm512_setzero_si512();
        add(&mut sums, multiply(x, load(powers)));
    }
    pclmul::store(fold(sums))
}

/// Four products, in places of their own.
#[inline]
#[target_feature(enable = "avx512f,vpclmulqdq")]
pub(crate) fn multiply(a: __m512i, b: __m512i) -> Sums {
    [
        _mm512_clmulepi64_epi128::<0x00>(a, b),
        _mm512_xor_si512(
            _mm512_clmulepi64_epi128::<0x01>(a, b),
            _mm512_clmulepi64_epi128::<0x10>(a, b),
        ),
        _mm512_clmulepi64_epi128::<0x11>(a, b),
    ]
}

#[inline]
#[target_feature(enable = "avx512f")]
pub(crate) fn add(sums: &mut Sums, products: Sums) {
    for i in 0..3 {
        sums[i] = _mm512_xor_si512(sums[i], products[i]);
    }
}

/// The sum of the four places, times x^-128 in the field.
#[inline]
#[target_feature(enable = "avx512f,pclmulqdq,ssse3")]
pub(crate) fn fold(sums: Sums) -> __m128i {
    let mut parts = [_mm_setzero_si128(); 3];
    for i in 0..3 {
        let halves = _mm256_xor_si256(
            _mm512_castsi512_si256(sums[i]),
            _mm512_extracti64x4_epi64::<1>(sums[i]),
        );
        parts[i] = _mm_xor_si128(
            _mm256_castsi256_si128(halves),
            _mm256_extracti128_si256::<1>(halves),
        );
    }
    pclmul::reduce(parts)
}

/// Each of four products times x^-128 in the field.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,vpclmulqdq")]
fn reduce([low, middle, high]: Sums) -> __m512i {
    let tail = _mm512_set1_epi64(0xc2 << 56);
    let low = _mm512_xor_si512(low, _mm512_bslli_epi128::<8>(middle));
    let high = _mm512_xor_si512(high, _mm512_bsrli_epi128::<8>(middle));
    let half = _mm512_xor_si512(
        _mm512_shuffle_epi32::<0x4e>(low),
        _mm512_clmulepi64_epi128::<0x00>(low, tail),
    );
    let rest = _mm512_xor_si512(
        _mm512_shuffle_epi32::<0x4e>(half),
        _mm512_clmulepi64_epi128::<0x00>(half, tail),
    );
    _mm512_xor_si512(high, rest)
}

/// The octets of each of four blocks in reverse.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(crate) fn reversed(x: __m512i) -> __m512i {
    let order = _mm_set_epi64x(0x0001_0203_0405_0607, 0x0809_0a0b_0c0d_0e0f);
    _mm512_shuffle_epi8(x, _mm512_broadcast_i32x4(order))
}

/// Powers 4j to 4j + 3 from the highest.
#[inline]
#[target_feature(enable = "avx512f")]
pub(crate) fn load_all(powers: &Powers, j: usize) -> __m512i {
    let four: &[u128; 4] = &powers.as_chunks().0[j];
    // SAFETY: 64 octets are there; unaligned is allowed.
    unsafe { _mm512_loadu_si512(four.as_ptr().cast()) }
}

/// Up to four elements, zeros behind.
#[inline]
#[target_feature(enable = "avx512f")]
fn load(elements: &[u128]) -> __m512i {
    let mask = (1u16 << (2 * elements.len().min(4))) - 1;
    // SAFETY: the mask leaves out what is not there; unaligned is allowed.
    unsafe { _mm512_maskz_loadu_epi64(mask as u8, elements.as_ptr().cast()) }
}

/// Up to four blocks, zeros behind.
#[inline]
#[target_feature(enable = "avx512f")]
fn load_blocks(blocks: &[[u8; BLOCK]]) -> __m512i {
    let mask = (1u16 << (2 * blocks.len().min(4))) - 1;
    // SAFETY: the mask leaves out what is not there; unaligned is allowed.
    unsafe { _mm512_maskz_loadu_epi64(mask as u8, blocks.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store(elements: &mut [u128], x: __m512i) {
    assert!(elements.len() >= 4);
    // SAFETY: there is room for 64 octets; unaligned is allowed.
    unsafe { _mm512_storeu_si512(elements.as_mut_ptr().cast(), x) }
}
