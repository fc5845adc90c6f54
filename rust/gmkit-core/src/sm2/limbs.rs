//! Numbers of 256 bits as four limbs, least significant first: what mod p and mod n have in common.

use subtle::{Choice, ConstantTimeEq};

use crate::ct;

pub(crate) fn from_octets(octets: &[u8; 32]) -> [u64; 4] {
    let (chunks, _) = octets.as_chunks::<8>();
    core::array::from_fn(|limb| u64::from_be_bytes(chunks[3 - limb]))
}

pub(crate) fn to_octets(number: &[u64; 4]) -> [u8; 32] {
    let mut octets = [0; 32];
    for (chunk, limb) in octets.chunks_exact_mut(8).zip(number.iter().rev()) {
        chunk.copy_from_slice(&limb.to_be_bytes());
    }
    octets
}

pub(crate) fn is_zero(number: &[u64; 4]) -> Choice {
    (number[0] | number[1] | number[2] | number[3]).ct_eq(&0)
}

/// All ones if `choice`, else zero; the compiler does not know that there are only these two.
#[inline]
pub(crate) fn mask(choice: Choice) -> u64 {
    ct::barrier(u64::from(choice.unwrap_u8()).wrapping_neg())
}

/// `to` becomes `other` if `choice`.
#[inline]
pub(crate) fn assign_if(to: &mut [u64; 4], other: &[u64; 4], choice: Choice) {
    let mask = mask(choice);
    for (limb, other) in to.iter_mut().zip(other) {
        *limb ^= (*limb ^ other) & mask;
    }
}

/// a + b and the carry.
#[inline]
pub(crate) const fn add(a: &[u64; 4], b: &[u64; 4]) -> ([u64; 4], u64) {
    let mut sum = [0; 4];
    let mut carry = 0;
    let mut at = 0;
    while at < 4 {
        let wide = a[at] as u128 + b[at] as u128 + carry as u128;
        sum[at] = wide as u64;
        carry = (wide >> 64) as u64;
        at += 1;
    }
    (sum, carry)
}

/// a - b and the borrow.
#[inline]
pub(crate) const fn sub(a: &[u64; 4], b: &[u64; 4]) -> ([u64; 4], u64) {
    let mut difference = [0; 4];
    let mut borrow = 0;
    let mut at = 0;
    while at < 4 {
        let wide = (a[at] as u128).wrapping_sub(b[at] as u128 + borrow as u128);
        difference[at] = wide as u64;
        borrow = (wide >> 64) as u64 & 1;
        at += 1;
    }
    (difference, borrow)
}

/// Whether a < b.
pub(crate) fn less(a: &[u64; 4], b: &[u64; 4]) -> Choice {
    let (_, borrow) = sub(a, b);
    Choice::from(borrow as u8)
}

/// `number`, plus `carry` times 2^256, less the modulus if it is not below it.
/// For numbers below twice the modulus.
pub(crate) fn subtract_once(number: &[u64; 4], carry: u64, modulus: &[u64; 4]) -> [u64; 4] {
    let (reduced, borrow) = sub(number, modulus);
    // Below the modulus exactly when the subtraction borrows more than the carry holds.
    let keep = Choice::from((borrow & !carry & 1) as u8);
    let mut result = reduced;
    assign_if(&mut result, number, keep);
    result
}

/// a/2 modulo an odd modulus.
#[inline]
pub(crate) fn half(a: &[u64; 4], modulus: &[u64; 4]) -> [u64; 4] {
    let odd = ct::barrier((a[0] & 1).wrapping_neg());
    let (sum, carry) = add(a, &modulus.map(|limb| limb & odd));
    [
        sum[0] >> 1 | sum[1] << 63,
        sum[1] >> 1 | sum[2] << 63,
        sum[2] >> 1 | sum[3] << 63,
        sum[3] >> 1 | carry << 63,
    ]
}
