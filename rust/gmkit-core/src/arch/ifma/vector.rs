//! Eight 64-bit lanes in one register, as a safe type.
//!
//! A [`V`] is made only from another `V` or from the token [`Ifma`], and the token is made only
//! where the processor has the instructions. So whoever holds a `V` may use every operation here.
//! All of them are inlined into a kernel that is compiled for those instructions.

use core::arch::x86_64::{
    __m512i, __mmask8, _mm512_add_epi64, _mm512_and_si512, _mm512_cmpeq_epi64_mask,
    _mm512_loadu_si512, _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_mask_blend_epi64,
    _mm512_mask_sub_epi64, _mm512_or_si512, _mm512_permutex2var_epi64, _mm512_permutex_epi64,
    _mm512_set1_epi64, _mm512_shuffle_i64x2, _mm512_slli_epi64, _mm512_sllv_epi64,
    _mm512_srai_epi64, _mm512_srli_epi64, _mm512_srlv_epi64, _mm512_storeu_si512, _mm512_sub_epi64,
    _mm512_test_epi64_mask, _mm512_unpackhi_epi64, _mm512_unpacklo_epi64, _mm512_xor_si512,
    _mm_prefetch, _MM_HINT_T0,
};

use crate::cpu::{self, CpuPath};

/// One bit for each lane.
pub(crate) type Mask = __mmask8;

/// Proof that the processor has AVX-512 F, DQ, BW, VL, IFMA and VBMI.
#[derive(Clone, Copy)]
pub(crate) struct Ifma(());

impl Ifma {
    /// The proof, if the processor has the instructions, whatever path is in use.
    #[cfg(test)]
    pub(crate) fn supported() -> Option<Self> {
        let supported = cpu::best() >= CpuPath::Avx512;
        if !supported {
            eprintln!("SKIPPED: this processor has no AVX-512 IFMA");
        }
        supported.then_some(Self(()))
    }

    /// The proof, if the path in use is the one with these instructions.
    pub(crate) fn active() -> Option<Self> {
        (cpu::active() >= CpuPath::Avx512).then_some(Self(()))
    }
}

/// Eight lanes of 64 bits.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct V(__m512i);

macro_rules! lane_operations {
    ($($(#[$doc:meta])* $name:ident = $intrinsic:ident;)*) => {
        $(
            $(#[$doc])*
            #[inline(always)]
            pub(crate) fn $name(self, other: Self) -> Self {
                // SAFETY: a `V` exists only where the processor has the instructions.
                Self(unsafe { $intrinsic(self.0, other.0) })
            }
        )*
    };
}
pub(super) use lane_operations;

/// What the field arithmetic needs of a vector, whatever its width.
pub(super) trait Lanes: Copy {
    fn like(self, number: u64) -> Self;
    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn and(self, other: Self) -> Self;
    fn or(self, other: Self) -> Self;
    fn xor(self, other: Self) -> Self;
    fn shift_left<const BITS: u32>(self) -> Self;
    fn shift_right<const BITS: u32>(self) -> Self;
    fn shift_right_signed<const BITS: u32>(self) -> Self;
    fn negate_in(self, lanes: Mask) -> Self;
    fn replace_in(self, lanes: Mask, other: Self) -> Self;
    fn lanes_with(self, bits: Self) -> Mask;
    fn lanes_equal(self, other: Self) -> Mask;
}

/// The trait by the methods of the same names.
macro_rules! lanes_by_methods {
    ($vector:ident) => {
        impl Lanes for $vector {
            lanes_by_methods! { @each
                like(number: u64); add(other: Self); sub(other: Self); and(other: Self); or(other: Self);
                xor(other: Self);
                negate_in(lanes: Mask); replace_in(lanes: Mask, other: Self);
            }
            #[inline(always)]
            fn lanes_with(self, bits: Self) -> Mask {
                Self::lanes_with(self, bits)
            }
            #[inline(always)]
            fn lanes_equal(self, other: Self) -> Mask {
                Self::lanes_equal(self, other)
            }
            #[inline(always)]
            fn shift_left<const BITS: u32>(self) -> Self {
                Self::shift_left::<BITS>(self)
            }
            #[inline(always)]
            fn shift_right<const BITS: u32>(self) -> Self {
                Self::shift_right::<BITS>(self)
            }
            #[inline(always)]
            fn shift_right_signed<const BITS: u32>(self) -> Self {
                Self::shift_right_signed::<BITS>(self)
            }
        }
    };
    (@each $($name:ident($($argument:ident: $type:ty),*);)*) => { $(
        #[inline(always)]
        fn $name(self $(, $argument: $type)*) -> Self {
            Self::$name(self $(, $argument)*)
        }
    )* };
}
pub(super) use lanes_by_methods;

lanes_by_methods!(V);

impl V {
    lane_operations! {
        /// Sum modulo 2^64.
        add = _mm512_add_epi64;
        /// Difference modulo 2^64.
        sub = _mm512_sub_epi64;
        /// Bitwise and.
        and = _mm512_and_si512;
        /// Bitwise or.
        or = _mm512_or_si512;
        /// Bitwise exclusive or.
        xor = _mm512_xor_si512;
        /// Each lane shifted left by the other's lane; from 64 on that is 0.
        shift_left_by = _mm512_sllv_epi64;
        /// Each lane shifted right by the other's lane; from 64 on that is 0.
        shift_right_by = _mm512_srlv_epi64;
        /// Even lanes of both, interleaved.
        unpack_low = _mm512_unpacklo_epi64;
        /// Odd lanes of both, interleaved.
        unpack_high = _mm512_unpackhi_epi64;
    }

    /// The same number in every lane.
    #[inline(always)]
    pub(crate) fn splat(_proof: Ifma, number: u64) -> Self {
        // SAFETY: the token proves that the processor has the instructions.
        Self(unsafe { _mm512_set1_epi64(number.cast_signed()) })
    }

    /// The same number in every lane, proved by a vector that exists already.
    #[inline(always)]
    pub(crate) fn like(self, number: u64) -> Self {
        Self::splat(Ifma(()), number)
    }

    /// Eight numbers from memory.
    #[inline(always)]
    pub(crate) fn load(_proof: Ifma, numbers: &[u64; 8]) -> Self {
        // SAFETY: the token proves the instructions; the reference covers the 64 octets read.
        Self(unsafe { _mm512_loadu_si512(numbers.as_ptr().cast()) })
    }

    /// Eight numbers to memory.
    #[inline(always)]
    pub(crate) fn store(self, numbers: &mut [u64; 8]) {
        // SAFETY: a `V` proves the instructions; the reference covers the 64 octets written.
        unsafe { _mm512_storeu_si512(numbers.as_mut_ptr().cast(), self.0) }
    }

    /// `self` plus the low 52 bits of the product of the low 52 bits of `a` and `b`.
    #[inline(always)]
    pub(crate) fn add_product_low(self, a: Self, b: Self) -> Self {
        // SAFETY: a `V` exists only where the processor has the instructions.
        Self(unsafe { _mm512_madd52lo_epu64(self.0, a.0, b.0) })
    }

    /// `self` plus the high 52 bits of the 104-bit product of the low 52 bits of `a` and `b`.
    #[inline(always)]
    pub(crate) fn add_product_high(self, a: Self, b: Self) -> Self {
        // SAFETY: a `V` exists only where the processor has the instructions.
        Self(unsafe { _mm512_madd52hi_epu64(self.0, a.0, b.0) })
    }

    /// Each lane shifted left.
    #[inline(always)]
    pub(crate) fn shift_left<const BITS: u32>(self) -> Self {
        // SAFETY: a `V` exists only where the processor has the instructions.
        Self(unsafe { _mm512_slli_epi64::<BITS>(self.0) })
    }

    /// Each lane shifted right, zeros from above.
    #[inline(always)]
    pub(crate) fn shift_right<const BITS: u32>(self) -> Self {
        // SAFETY: a `V` exists only where the processor has the instructions.
        Self(unsafe { _mm512_srli_epi64::<BITS>(self.0) })
    }

    /// Each lane shifted right, copies of its sign from above.
    #[inline(always)]
    pub(crate) fn shift_right_signed<const BITS: u32>(self) -> Self {
        // SAFETY: a `V` exists only where the processor has the instructions.
        Self(unsafe { _mm512_srai_epi64::<BITS>(self.0) })
    }

    /// `self`, and `-self` (modulo 2^64) in the lanes of the mask.
    #[inline(always)]
    pub(crate) fn negate_in(self, lanes: Mask) -> Self {
        let zero = self.like(0);
        // SAFETY: a `V` exists only where the processor has the instructions.
        Self(unsafe { _mm512_mask_sub_epi64(self.0, lanes, zero.0, self.0) })
    }

    /// `self`, and `other` in the lanes of the mask.
    #[inline(always)]
    pub(crate) fn replace_in(self, lanes: Mask, other: Self) -> Self {
        // SAFETY: a `V` exists only where the processor has the instructions.
        Self(unsafe { _mm512_mask_blend_epi64(lanes, self.0, other.0) })
    }

    /// The lanes in which the two share a bit.
    #[inline(always)]
    pub(crate) fn lanes_with(self, bits: Self) -> Mask {
        // SAFETY: a `V` exists only where the processor has the instructions.
        unsafe { _mm512_test_epi64_mask(self.0, bits.0) }
    }

    /// The lanes in which the two are equal.
    #[inline(always)]
    pub(crate) fn lanes_equal(self, other: Self) -> Mask {
        // SAFETY: a `V` exists only where the processor has the instructions.
        unsafe { _mm512_cmpeq_epi64_mask(self.0, other.0) }
    }

    /// For each lane of `self`, its low four bits choose one of the sixteen lanes of `a` and `b`.
    #[inline(always)]
    pub(crate) fn choose_of_16(self, a: Self, b: Self) -> Self {
        // SAFETY: a `V` exists only where the processor has the instructions.
        Self(unsafe { _mm512_permutex2var_epi64(a.0, self.0, b.0) })
    }

    /// Lanes 4 to 7, then 0 to 3.
    #[inline(always)]
    pub(super) fn swap_halves(self) -> Self {
        self.quarters::<0b01_00_11_10>(self)
    }

    /// Lanes 2, 3, 0, 1, 6, 7, 4, 5.
    #[inline(always)]
    pub(super) fn swap_quarters(self) -> Self {
        self.quarters::<0b10_11_00_01>(self)
    }

    /// Lanes 1, 0, 3, 2, 5, 4, 7, 6.
    #[inline(always)]
    pub(super) fn swap_pairs(self) -> Self {
        // SAFETY: a `V` exists only where the processor has the instructions.
        Self(unsafe { _mm512_permutex_epi64::<0b10_11_00_01>(self.0) })
    }

    /// The 128-bit quarters that `CHOICE` names: two of `self`, then two of `other`.
    #[inline(always)]
    pub(crate) fn quarters<const CHOICE: i32>(self, other: Self) -> Self {
        // SAFETY: a `V` exists only where the processor has the instructions.
        Self(unsafe { _mm512_shuffle_i64x2::<CHOICE>(self.0, other.0) })
    }
}

/// Have the cache line with these numbers brought in.
#[inline(always)]
pub(crate) fn prefetch(_proof: Ifma, numbers: &[u64; 8]) {
    // SAFETY: a prefetch reads nothing that the program sees, and faults at no address.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(numbers.as_ptr().cast()) };
}

/// Rows become columns: lane `j` of result `i` is lane `i` of row `j`.
#[inline(always)]
pub(crate) fn transpose(rows: [V; 8]) -> [V; 8] {
    let [a, b, c, d, e, f, g, h] = rows;
    // Pairs of rows: 2x2 blocks.
    let pairs = [
        (a.unpack_low(b), a.unpack_high(b)),
        (c.unpack_low(d), c.unpack_high(d)),
        (e.unpack_low(f), e.unpack_high(f)),
        (g.unpack_low(h), g.unpack_high(h)),
    ];
    let [(ab0, ab1), (cd0, cd1), (ef0, ef1), (gh0, gh1)] = pairs;
    // Quarter q of ab0 holds column 2q of rows a and b; of ab1, column 2q + 1.
    let [r0, r2, r4, r6] = join_columns(ab0, cd0, ef0, gh0);
    let [r1, r3, r5, r7] = join_columns(ab1, cd1, ef1, gh1);
    [r0, r1, r2, r3, r4, r5, r6, r7]
}

/// Four pairs of rows, a column in each quarter, become the four columns.
#[inline(always)]
fn join_columns(ab: V, cd: V, ef: V, gh: V) -> [V; 4] {
    let abcd_even = ab.quarters::<0b10_00_10_00>(cd);
    let abcd_odd = ab.quarters::<0b11_01_11_01>(cd);
    let efgh_even = ef.quarters::<0b10_00_10_00>(gh);
    let efgh_odd = ef.quarters::<0b11_01_11_01>(gh);
    [
        abcd_even.quarters::<0b10_00_10_00>(efgh_even),
        abcd_odd.quarters::<0b10_00_10_00>(efgh_odd),
        abcd_even.quarters::<0b11_01_11_01>(efgh_even),
        abcd_odd.quarters::<0b11_01_11_01>(efgh_odd),
    ]
}
