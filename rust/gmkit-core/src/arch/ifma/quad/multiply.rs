//! k P for one scalar and one point.

use zeroize::Zeroizing;

use super::super::vector::{Ifma, Mask};
use super::lanes::Q;
use super::point::{Point, Term, TermMemory};
use crate::ct;
use crate::sm2::digits::{Odd, DIGITS_5};

/// Bits of a digit.
const WIDTH: usize = 5;
/// Odd multiples for the digits of a secret scalar: 1, 3, … 31.
const SECRET: usize = 1 << (WIDTH - 1);
/// Odd multiples for the non-adjacent form of a public one: 1, 3, … 15.
pub(crate) const PUBLIC: usize = 1 << (WIDTH - 2);

/// x and y of a point, below p in four words, Montgomery form with R = 2^256.
pub(crate) type AffineWords<'a> = [&'a [u64; 4]; 2];

/// X, Y, Z and Z^2 of a point (x = X/Z^2, y = Y/Z^3), in the same form.
pub(crate) type JacobianWords = [[u64; 4]; 4];

/// k P for the scalar that the odd number is made of (or its negative, as `k.negative` says), and a
/// point of the curve; in constant time.
pub(crate) fn multiply_point(
    proof: Ifma,
    k: &Odd,
    point: AffineWords<'_>,
) -> Zeroizing<JacobianWords> {
    // SAFETY: the token proves that the processor has the instructions.
    Zeroizing::new(unsafe { multiply_kernel(proof, k, point) })
}

/// As `sm2::multiply::point`, with the reasons why only the last addition may meet equal points.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512ifma,avx512vbmi")]
fn multiply_kernel(proof: Ifma, k: &Odd, point: AffineWords<'_>) -> JacobianWords {
    let mut table = [TermMemory::default(); SECRET];
    let mut sum = Point::from_affine(proof, point[0], point[1]);
    odd_multiples(sum, &mut table);
    for at in (0..DIGITS_5 - 1).rev() {
        for _ in 0..WIDTH {
            sum = sum.doubled();
        }
        let digit = k.digit::<WIDTH>(at);
        let term = choose(proof, &table, digit.index);
        let minus = ct::barrier(u64::from(digit.negative.unwrap_u8()).wrapping_neg()) as Mask;
        sum = if at == 0 {
            sum.plus_or_doubled(term, minus)
        } else {
            sum.plus(term, minus)
        };
    }
    // Multiples of the point are public; which of them were taken is not.
    sum.to_words(proof)
}

/// P, 3 P, 5 P, …: none of the additions meets equal or opposite points.
#[inline(always)]
fn odd_multiples<const COUNT: usize>(point: Point, table: &mut [TermMemory; COUNT]) {
    let twice = point.doubled().to_term();
    let mut multiple = point;
    for (at, entry) in table.iter_mut().enumerate() {
        if at != 0 {
            multiple = multiple.plus(twice, 0);
        }
        entry.store(multiple.to_term());
    }
}

/// The entry of a secret index, from all of them.
#[inline(always)]
fn choose(proof: Ifma, table: &[TermMemory; SECRET], index: u64) -> Term {
    let wanted = Q::splat(proof, index);
    let mut chosen = table[0].load(proof);
    for (entry, at) in table.iter().zip(0u64..).skip(1) {
        let here = wanted.lanes_equal(wanted.like(at));
        chosen = chosen.replace_in(here, entry.load(proof));
    }
    chosen
}

/// k P for a public k in non-adjacent form of width 5, at least one digit of which is not 0. Z is 0 if
/// equal points met on the way (which says nothing about the result), or if it is infinity.
pub(crate) fn multiply_point_vartime(
    proof: Ifma,
    digits: &[i16; 257],
    point: AffineWords<'_>,
) -> JacobianWords {
    // SAFETY: the token proves that the processor has the instructions.
    unsafe { multiply_kernel_vartime(proof, digits, point) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512ifma,avx512vbmi")]
fn multiply_kernel_vartime(
    proof: Ifma,
    digits: &[i16; 257],
    point: AffineWords<'_>,
) -> JacobianWords {
    let mut table = [TermMemory::default(); PUBLIC];
    let point = Point::from_affine(proof, point[0], point[1]);
    odd_multiples(point, &mut table);
    // No closures from here on: they would not be compiled for the instructions.
    let mut places = (0..digits.len()).rev();
    let Some(top) = places.find(|&at| digits[at] != 0) else {
        return JacobianWords::default();
    };
    // The first digit of a non-adjacent form is positive.
    let mut sum = table[index(digits[top])].load(proof).into_point();
    for at in places {
        sum = sum.doubled();
        if digits[at] != 0 {
            let term = table[index(digits[at])].load(proof);
            sum = sum.plus(term, if digits[at] < 0 { Mask::MAX } else { 0 });
        }
    }
    sum.to_words(proof)
}

/// Where the odd multiple of a digit stands.
fn index(digit: i16) -> usize {
    usize::from(digit.unsigned_abs() / 2)
}
