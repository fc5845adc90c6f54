//! Arithmetic mod p on words of 32 bits: fiat-crypto's.

use fiat_crypto::sm2_32::{
    fiat_sm2_add, fiat_sm2_montgomery_domain_field_element as Element, fiat_sm2_mul,
    fiat_sm2_square, fiat_sm2_sub,
};

/// a b / 2^256 mod p.
pub(super) fn mul(a: &[u64; 4], b: &[u64; 4]) -> [u64; 4] {
    let mut out = Element([0; 8]);
    fiat_sm2_mul(&mut out, &split(a), &split(b));
    join(&out)
}

/// a^2 / 2^256 mod p.
pub(super) fn square(a: &[u64; 4]) -> [u64; 4] {
    let mut out = Element([0; 8]);
    fiat_sm2_square(&mut out, &split(a));
    join(&out)
}

/// a + b mod p.
pub(super) fn add(a: &[u64; 4], b: &[u64; 4]) -> [u64; 4] {
    let mut out = Element([0; 8]);
    fiat_sm2_add(&mut out, &split(a), &split(b));
    join(&out)
}

/// a - b mod p.
pub(super) fn sub(a: &[u64; 4], b: &[u64; 4]) -> [u64; 4] {
    let mut out = Element([0; 8]);
    fiat_sm2_sub(&mut out, &split(a), &split(b));
    join(&out)
}

fn split(limbs: &[u64; 4]) -> Element {
    Element(core::array::from_fn(|at| {
        (limbs[at / 2] >> (32 * (at % 2))) as u32
    }))
}

fn join(words: &Element) -> [u64; 4] {
    core::array::from_fn(|at| u64::from(words.0[2 * at]) | u64::from(words.0[2 * at + 1]) << 32)
}
