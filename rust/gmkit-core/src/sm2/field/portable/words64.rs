//! Arithmetic mod p on four words of 64 bits, in plain Rust.
//!
//! p = 2^256 - 2^224 - 2^96 + 2^64 - 1 is -(1 - 2^64 + 2^96) modulo 2^128, and the inverse of 1 - e is
//! 1 + e where e^2 = (2^64 - 2^96)^2 vanishes. So a Montgomery step over 128 bits takes shifts alone:
//!
//! ```text
//! Q = L + 2^64 L - 2^96 L mod 2^128,   L the lowest 128 bits of t
//! (t + Q p) / 2^128 = (t - L) / 2^128 + 2^128 Q - 2^96 Q - G,   G = floor((2^96 - 2^64 + 1) Q / 2^128)
//! ```
//!
//! since L - (2^96 - 2^64 + 1) Q is -2^128 G. Numbers are below p before and after, unless a function
//! says something else; nothing branches, and no address depends on a value.

use super::super::P;

/// a b / 2^256 mod p.
#[inline]
pub(super) fn mul(a: &[u64; 4], b: &[u64; 4]) -> [u64; 4] {
    let (t0, t1, t2, t3, t4) = {
        let (t0, carry) = mac(0, a[0], b[0], 0);
        let (t1, carry) = mac(0, a[1], b[0], carry);
        let (t2, carry) = mac(0, a[2], b[0], carry);
        let (t3, carry) = mac(0, a[3], b[0], carry);
        (t0, t1, t2, t3, carry)
    };
    let (t1, t2, t3, t4, t5) = row([t1, t2, t3, t4], a, b[1]);
    let (t2, t3, t4, t5, t6) = row([t2, t3, t4, t5], a, b[2]);
    let (t3, t4, t5, t6, t7) = row([t3, t4, t5, t6], a, b[3]);
    reduce([t0, t1, t2, t3], [t4, t5, t6, t7])
}

/// a^2 / 2^256 mod p: products of different words once, and doubled.
#[inline]
pub(super) fn square(a: &[u64; 4]) -> [u64; 4] {
    let (t1, carry) = mac(0, a[0], a[1], 0);
    let (t2, carry) = mac(0, a[0], a[2], carry);
    let (t3, t4) = mac(0, a[0], a[3], carry);
    let (t3, carry) = mac(t3, a[1], a[2], 0);
    let (t4, t5) = mac(t4, a[1], a[3], carry);
    let (t5, t6) = mac(t5, a[2], a[3], 0);
    let doubled = [
        t1 << 1,
        t2 << 1 | t1 >> 63,
        t3 << 1 | t2 >> 63,
        t4 << 1 | t3 >> 63,
        t5 << 1 | t4 >> 63,
        t6 << 1 | t5 >> 63,
        t6 >> 63,
    ];
    let (t0, high) = mac(0, a[0], a[0], 0);
    let (t1, carry) = adc(doubled[0], high, false);
    let (low, high) = mac(0, a[1], a[1], 0);
    let (t2, carry) = adc(doubled[1], low, carry);
    let (t3, carry) = adc(doubled[2], high, carry);
    let (low, high) = mac(0, a[2], a[2], 0);
    let (t4, carry) = adc(doubled[3], low, carry);
    let (t5, carry) = adc(doubled[4], high, carry);
    let (low, high) = mac(0, a[3], a[3], 0);
    let (t6, carry) = adc(doubled[5], low, carry);
    let (t7, _) = adc(doubled[6], high, carry);
    reduce([t0, t1, t2, t3], [t4, t5, t6, t7])
}

/// a + b mod p.
#[inline]
pub(super) fn add(a: &[u64; 4], b: &[u64; 4]) -> [u64; 4] {
    let (sum, carry) = add_words(a, b);
    subtract_p(&sum, carry)
}

/// a - b mod p.
#[inline]
pub(super) fn sub(a: &[u64; 4], b: &[u64; 4]) -> [u64; 4] {
    let (difference, borrow) = sub_words(a, b);
    let mask = crate::ct::barrier(u64::from(borrow).wrapping_neg());
    add_words(&difference, &P.map(|word| word & mask)).0
}

/// t + a b for four words of t: below 2^256 + (2^256 - 1)(2^64 - 1), so five words hold it.
#[inline(always)]
fn row(t: [u64; 4], a: &[u64; 4], b: u64) -> (u64, u64, u64, u64, u64) {
    let (t0, carry) = mac(t[0], a[0], b, 0);
    let (t1, carry) = mac(t[1], a[1], b, carry);
    let (t2, carry) = mac(t[2], a[2], b, carry);
    let (t3, carry) = mac(t[3], a[3], b, carry);
    (t0, t1, t2, t3, carry)
}

/// (low + 2^256 high) / 2^256 mod p, for numbers below p 2^256, as p^2 is: the high half is below p,
/// what the four steps make of the low half is at most p, so one subtraction is enough.
#[inline(always)]
fn reduce(low: [u64; 4], high: [u64; 4]) -> [u64; 4] {
    let (first, second) = two_steps(join(low[0], low[1]), join(low[2], low[3]));
    let (first, second) = two_steps(first, second);
    let (sum, carry) = add_words(
        &[
            first as u64,
            (first >> 64) as u64,
            second as u64,
            (second >> 64) as u64,
        ],
        &high,
    );
    subtract_p(&sum, carry)
}

/// (t + Q p) / 2^128 for t = low + 2^128 high: below 2^128 + p, so that it fits 256 bits.
#[inline(always)]
fn two_steps(low: u128, high: u128) -> (u128, u128) {
    let q = low.wrapping_add(low << 64).wrapping_sub(low << 96);
    // G, with what (2^96 - 2^64 + 1) Q carries over from its lowest 128 bits.
    let (part, borrow) = (q << 96).overflowing_sub(q << 64);
    let (_, carry) = part.overflowing_add(q);
    let g = (q >> 32) - (q >> 64) + u128::from(carry) - u128::from(borrow);
    // G is below 2^96, so it does not borrow where the 32 bits above already did.
    let (first, borrow_q) = high.overflowing_sub(q << 96);
    let (first, borrow_g) = first.overflowing_sub(g);
    let second = q - (q >> 32) - u128::from(borrow_q) - u128::from(borrow_g);
    (first, second)
}

/// The number, which is below 2p, less p if it is not below p.
#[inline(always)]
fn subtract_p(number: &[u64; 4], carry: bool) -> [u64; 4] {
    let (reduced, borrow) = sub_words(number, &P);
    // Below p exactly when the subtraction borrows more than the carry holds.
    let keep = crate::ct::barrier(u64::from(borrow & !carry).wrapping_neg());
    core::array::from_fn(|at| reduced[at] ^ ((reduced[at] ^ number[at]) & keep))
}

#[inline(always)]
fn join(low: u64, high: u64) -> u128 {
    u128::from(low) | u128::from(high) << 64
}

/// t + a b + carry, low word and high word: at most 2^128 - 1.
#[inline(always)]
fn mac(t: u64, a: u64, b: u64, carry: u64) -> (u64, u64) {
    let wide = u128::from(a) * u128::from(b) + u128::from(t) + u128::from(carry);
    (wide as u64, (wide >> 64) as u64)
}

#[inline(always)]
fn adc(a: u64, b: u64, carry: bool) -> (u64, bool) {
    let (sum, first) = a.overflowing_add(b);
    let (sum, second) = sum.overflowing_add(u64::from(carry));
    (sum, first | second)
}

/// a + b and the carry, in halves of 128 bits: the compiler makes one chain of each.
#[inline(always)]
fn add_words(a: &[u64; 4], b: &[u64; 4]) -> ([u64; 4], bool) {
    let (low, carry) = join(a[0], a[1]).overflowing_add(join(b[0], b[1]));
    let (high, first) = join(a[2], a[3]).overflowing_add(join(b[2], b[3]));
    let (high, second) = high.overflowing_add(u128::from(carry));
    (
        [
            low as u64,
            (low >> 64) as u64,
            high as u64,
            (high >> 64) as u64,
        ],
        first | second,
    )
}

/// a - b and the borrow, likewise.
#[inline(always)]
fn sub_words(a: &[u64; 4], b: &[u64; 4]) -> ([u64; 4], bool) {
    let (low, borrow) = join(a[0], a[1]).overflowing_sub(join(b[0], b[1]));
    let (high, first) = join(a[2], a[3]).overflowing_sub(join(b[2], b[3]));
    let (high, second) = high.overflowing_sub(u128::from(borrow));
    (
        [
            low as u64,
            (low >> 64) as u64,
            high as u64,
            (high >> 64) as u64,
        ],
        first | second,
    )
}
