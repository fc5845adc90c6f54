//! Four 64-bit lanes in half a register, as a safe type made as [`V`](super::super::vector::V) is.

use core::arch::x86_64::{
    __m256i, _mm256_add_epi64, _mm256_and_si256, _mm256_cmpeq_epi64_mask, _mm256_loadu_si256,
    _mm256_madd52hi_epu64, _mm256_madd52lo_epu64, _mm256_mask_blend_epi64, _mm256_mask_sub_epi64,
    _mm256_or_si256, _mm256_permute4x64_epi64, _mm256_set1_epi64x, _mm256_sllv_epi64,
    _mm256_srav_epi64, _mm256_srlv_epi64, _mm256_storeu_si256, _mm256_sub_epi64,
    _mm256_test_epi64_mask, _mm256_xor_si256,
};

use super::super::vector::{lane_operations, lanes_by_methods, Ifma, Lanes, Mask};

/// Four lanes of 64 bits.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(super) struct Q(__m256i);

/// An operand's sources: lane `i` of the result is lane `X(i)` of the vector.
pub(super) const fn lanes(a: i32, b: i32, c: i32, d: i32) -> i32 {
    a | b << 2 | c << 4 | d << 6
}

impl Q {
    lane_operations! {
        /// Sum modulo 2^64.
        add = _mm256_add_epi64;
        /// Difference modulo 2^64.
        sub = _mm256_sub_epi64;
        /// Bitwise and.
        and = _mm256_and_si256;
        /// Bitwise or.
        or = _mm256_or_si256;
        /// Bitwise exclusive or.
        xor = _mm256_xor_si256;
        /// Each lane shifted left by the other's lane.
        shift_left_by = _mm256_sllv_epi64;
        /// Each lane shifted right by the other's lane.
        shift_right_by = _mm256_srlv_epi64;
        /// Each lane shifted right by the other's lane, copies of its sign from above.
        shift_right_signed_by = _mm256_srav_epi64;
    }

    /// The same number in every lane.
    #[inline(always)]
    pub(super) fn splat(_proof: Ifma, number: u64) -> Self {
        // SAFETY: the token proves that the processor has the instructions.
        Self(unsafe { _mm256_set1_epi64x(number.cast_signed()) })
    }

    /// The same number in every lane, proved by a vector that exists already.
    #[inline(always)]
    pub(super) fn like(self, number: u64) -> Self {
        // SAFETY: a `Q` exists only where the processor has the instructions.
        Self(unsafe { _mm256_set1_epi64x(number.cast_signed()) })
    }

    /// Four numbers from memory.
    #[inline(always)]
    pub(super) fn load(_proof: Ifma, numbers: &[u64; 4]) -> Self {
        // SAFETY: the token proves the instructions; the reference covers the 32 octets read.
        Self(unsafe { _mm256_loadu_si256(numbers.as_ptr().cast()) })
    }

    /// Four numbers to memory.
    #[inline(always)]
    pub(super) fn store(self, numbers: &mut [u64; 4]) {
        // SAFETY: a `Q` proves the instructions; the reference covers the 32 octets written.
        unsafe { _mm256_storeu_si256(numbers.as_mut_ptr().cast(), self.0) }
    }

    /// `self` plus the low 52 bits of the product of the low 52 bits of `a` and `b`.
    #[inline(always)]
    pub(super) fn add_product_low(self, a: Self, b: Self) -> Self {
        // SAFETY: a `Q` exists only where the processor has the instructions.
        Self(unsafe { _mm256_madd52lo_epu64(self.0, a.0, b.0) })
    }

    /// `self` plus the high 52 bits of the 104-bit product of the low 52 bits of `a` and `b`.
    #[inline(always)]
    pub(super) fn add_product_high(self, a: Self, b: Self) -> Self {
        // SAFETY: a `Q` exists only where the processor has the instructions.
        Self(unsafe { _mm256_madd52hi_epu64(self.0, a.0, b.0) })
    }

    /// Each lane shifted left.
    #[inline(always)]
    pub(super) fn shift_left<const BITS: u32>(self) -> Self {
        self.shift_left_by(self.like(u64::from(BITS)))
    }

    /// Each lane shifted right, zeros from above.
    #[inline(always)]
    pub(super) fn shift_right<const BITS: u32>(self) -> Self {
        self.shift_right_by(self.like(u64::from(BITS)))
    }

    /// Each lane shifted right, copies of its sign from above.
    #[inline(always)]
    pub(super) fn shift_right_signed<const BITS: u32>(self) -> Self {
        self.shift_right_signed_by(self.like(u64::from(BITS)))
    }

    /// `self`, and `-self` (modulo 2^64) in the lanes of the mask.
    #[inline(always)]
    pub(super) fn negate_in(self, lanes: Mask) -> Self {
        let zero = self.like(0);
        // SAFETY: a `Q` exists only where the processor has the instructions.
        Self(unsafe { _mm256_mask_sub_epi64(self.0, lanes, zero.0, self.0) })
    }

    /// `self`, and `other` in the lanes of the mask.
    #[inline(always)]
    pub(super) fn replace_in(self, lanes: Mask, other: Self) -> Self {
        // SAFETY: a `Q` exists only where the processor has the instructions.
        Self(unsafe { _mm256_mask_blend_epi64(lanes, self.0, other.0) })
    }

    /// The lanes in which the two share a bit.
    #[inline(always)]
    pub(super) fn lanes_with(self, bits: Self) -> Mask {
        // SAFETY: a `Q` exists only where the processor has the instructions.
        unsafe { _mm256_test_epi64_mask(self.0, bits.0) }
    }

    /// The lanes in which the two are equal.
    #[inline(always)]
    pub(super) fn lanes_equal(self, other: Self) -> Mask {
        // SAFETY: a `Q` exists only where the processor has the instructions.
        unsafe { _mm256_cmpeq_epi64_mask(self.0, other.0) }
    }

    /// The lanes that [`lanes`] names.
    #[inline(always)]
    pub(super) fn permuted<const LANES: i32>(self) -> Self {
        // SAFETY: a `Q` exists only where the processor has the instructions.
        Self(unsafe { _mm256_permute4x64_epi64::<LANES>(self.0) })
    }
}

lanes_by_methods!(Q);
