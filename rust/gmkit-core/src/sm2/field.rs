//! Numbers mod p, and the arithmetic that points are made with.
//!
//! A number `a` is held as `a * 2^256 mod p` (Montgomery form), four 64-bit limbs, least significant
//! first, always below p. One form on every processor, so that kernels and tables can be shared.

use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroize;

use super::{limbs, modinv};

mod portable;

pub(crate) use portable::Portable;

/// p = 2^256 - 2^224 - 2^96 + 2^64 - 1.
pub(crate) const P: [u64; 4] = [
    0xffff_ffff_ffff_ffff,
    0xffff_ffff_0000_0000,
    0xffff_ffff_ffff_ffff,
    0xffff_fffe_ffff_ffff,
];

/// 2^768 mod p: takes the inverse of a Montgomery form back to Montgomery form in one product.
const R3: Fe = Fe([
    0x0000_0012_0000_0016,
    0x0000_000e_ffff_fff8,
    0x0000_000a_0000_000c,
    0x0000_001b_0000_0009,
]);

const P_INVERSION: modinv::Modulus = modinv::Modulus::new(P);

/// A number mod p in Montgomery form.
#[derive(Clone, Copy, Default, Zeroize)]
#[cfg_attr(test, derive(Debug, PartialEq, Eq))]
#[repr(C, align(32))]
pub(crate) struct Fe(pub(crate) [u64; 4]);

impl Fe {
    pub(crate) const ZERO: Self = Self([0; 4]);

    pub(crate) const ONE: Self = Self([
        0x0000_0000_0000_0001,
        0x0000_0000_ffff_ffff,
        0x0000_0000_0000_0000,
        0x0000_0001_0000_0000,
    ]);

    /// 2^512 mod p: takes a number to Montgomery form in one product.
    pub(crate) const R2: Self = Self([
        0x0000_0002_0000_0003,
        0x0000_0002_ffff_ffff,
        0x0000_0001_0000_0001,
        0x0000_0004_0000_0002,
    ]);

    /// From 32 octets, big-endian; false beside it if the number is not below p.
    pub(crate) fn from_octets<F: FieldOps>(octets: &[u8; 32]) -> (Self, Choice) {
        let number = limbs::from_octets(octets);
        (Self::from_number::<F>(&number), limbs::less(&number, &P))
    }

    /// From limbs of a number below p (any other gives a number of no meaning).
    pub(crate) fn from_number<F: FieldOps>(number: &[u64; 4]) -> Self {
        F::mul(&Self(*number), &Self::R2)
    }

    /// The number itself, below p.
    pub(crate) fn to_number<F: FieldOps>(self) -> [u64; 4] {
        F::mul(&self, &Self([1, 0, 0, 0])).0
    }

    /// 32 octets, big-endian.
    pub(crate) fn to_octets<F: FieldOps>(self) -> [u8; 32] {
        limbs::to_octets(&self.to_number::<F>())
    }

    pub(crate) fn is_zero(&self) -> Choice {
        limbs::is_zero(&self.0)
    }

    pub(crate) fn equals(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }

    /// `other` if `choice`, else unchanged.
    #[inline]
    pub(crate) fn assign_if(&mut self, other: &Self, choice: Choice) {
        limbs::assign_if(&mut self.0, &other.0, choice);
    }

    /// 1/a; 0 for 0.
    pub(crate) fn invert<F: FieldOps>(&self) -> Self {
        F::mul(&Self(P_INVERSION.invert(&self.0)), &R3)
    }

    /// A root of a, or a number of no meaning if there is none: a^((p+1)/4), since p = 3 mod 4.
    ///
    /// (p+1)/4 = 2^254 - 2^222 - 2^94 + 2^62 = 2^62 (2^32 - 1) (2^160 - 1): runs of ones are enough.
    pub(crate) fn square_root<F: FieldOps>(&self) -> Self {
        // x^(2^i - 1) and x^(2^j - 1) to x^(2^(i+j) - 1).
        let join = |x: &Self, j: usize, y: &Self| F::mul(&F::square_times(x, j), y);
        let ones_32 = |x: &Self| {
            let x2 = join(x, 1, x);
            let x4 = join(&x2, 2, &x2);
            let x8 = join(&x4, 4, &x4);
            let x16 = join(&x8, 8, &x8);
            join(&x16, 16, &x16)
        };
        let y = ones_32(self);
        let y32 = ones_32(&y);
        let y64 = join(&y32, 32, &y32);
        let y128 = join(&y64, 64, &y64);
        let y160 = join(&y128, 32, &y32);
        F::square_times(&y160, 62)
    }
}

/// The arithmetic mod p, in constant time. All operands and results are below p.
pub(crate) trait FieldOps: Copy {
    /// Whether the eight-lane kernels may take over where the path in use has them.
    const WITH_LANES: bool = false;

    /// A product that may still have to be reduced.
    type Product: Copy;

    /// a b, for [`Self::mul_less`].
    fn product(a: &Fe, b: &Fe) -> Self::Product;
    /// a^2, likewise.
    fn product_of_square(a: &Fe) -> Self::Product;
    /// a b - less.
    fn mul_less(a: &Fe, b: &Fe, less: &Self::Product) -> Fe;

    fn mul(a: &Fe, b: &Fe) -> Fe;
    fn square(a: &Fe) -> Fe;
    fn add(a: &Fe, b: &Fe) -> Fe;
    fn sub(a: &Fe, b: &Fe) -> Fe;
    /// a/2.
    fn half(a: &Fe) -> Fe;

    /// -a if `choice`, else a.
    #[inline]
    fn negate_if(a: &Fe, choice: Choice) -> Fe {
        let mut result = *a;
        result.assign_if(&Self::negate(a), choice);
        result
    }

    fn double(a: &Fe) -> Fe {
        Self::add(a, a)
    }

    fn triple(a: &Fe) -> Fe {
        Self::add(&Self::add(a, a), a)
    }

    /// 3a/2.
    fn three_halves(a: &Fe) -> Fe {
        Self::add(&Self::half(a), a)
    }

    fn negate(a: &Fe) -> Fe {
        Self::sub(&Fe::ZERO, a)
    }

    /// X = square - cube - 2v, and v - X: where the line through two points meets the curve again, and how
    /// far from one of them.
    #[inline(always)]
    fn run_of_chord(square: &Fe, cube: &Fe, v: &Fe) -> (Fe, Fe) {
        let x = Self::sub(&Self::sub(&Self::sub(square, cube), v), v);
        (x, Self::sub(v, &x))
    }

    /// X = square - a - b, and b - X: the same for points whose numbers come so.
    #[inline(always)]
    fn run_of_line(square: &Fe, a: &Fe, b: &Fe) -> (Fe, Fe) {
        let x = Self::sub(&Self::sub(square, a), b);
        (x, Self::sub(b, &x))
    }

    /// a^(2^times).
    fn square_times(a: &Fe, times: usize) -> Fe {
        let mut result = *a;
        for _ in 0..times {
            result = Self::square(&result);
        }
        result
    }
}

#[cfg(test)]
mod tests;
