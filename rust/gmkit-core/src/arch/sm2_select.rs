//! Choosing an entry of a table by a secret index: everything is read, one entry is kept.

use core::arch::x86_64::{
    __m128i, __m256i, _mm256_add_epi64, _mm256_and_si256, _mm256_cmpeq_epi64, _mm256_load_si256,
    _mm256_or_si256, _mm256_set1_epi64x, _mm256_setzero_si256, _mm256_store_si256, _mm_add_epi32,
    _mm_and_si128, _mm_cmpeq_epi32, _mm_load_si128, _mm_or_si128, _mm_set1_epi32,
    _mm_setzero_si128, _mm_store_si128,
};

use crate::sm2::field::Fe;

/// Entry `index` of the table; zeros if there is none.
///
/// # Safety
/// The processor must have AVX2.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn select<const K: usize>(table: &[[Fe; K]], index: u64) -> [Fe; K] {
    let wanted = _mm256_set1_epi64x(index.cast_signed());
    let one = _mm256_set1_epi64x(1);
    let mut at = _mm256_setzero_si256();
    let mut selected = [_mm256_setzero_si256(); K];
    for entry in table {
        let mask = _mm256_cmpeq_epi64(at, wanted);
        for (to, from) in selected.iter_mut().zip(entry) {
            // SAFETY: a field element is 32 octets at an address that is a multiple of 32.
            let from = unsafe { _mm256_load_si256(from.0.as_ptr().cast::<__m256i>()) };
            *to = _mm256_or_si256(*to, _mm256_and_si256(from, mask));
        }
        at = _mm256_add_epi64(at, one);
    }
    let mut result = [Fe::ZERO; K];
    for (to, from) in result.iter_mut().zip(selected) {
        // SAFETY: as above.
        unsafe { _mm256_store_si256(to.0.as_mut_ptr().cast::<__m256i>(), from) };
    }
    result
}

/// The same with SSE2, which every x86-64 processor has, as [`crate::sm2::selection`] describes it. Tables
/// have fewer than 2^32 entries.
pub(crate) struct Selection<const K: usize> {
    at: __m128i,
    wanted: __m128i,
    selected: [[__m128i; 2]; K],
}

impl<const K: usize> Selection<K> {
    #[inline(always)]
    pub(crate) fn new(index: u64) -> Self {
        // SAFETY: registers only, and SSE2 is part of x86-64.
        unsafe {
            Self {
                at: _mm_setzero_si128(),
                wanted: _mm_set1_epi32((index as u32).cast_signed()),
                selected: [[_mm_setzero_si128(); 2]; K],
            }
        }
    }

    /// The next entries of the table.
    #[inline(always)]
    pub(crate) fn look_at(&mut self, entries: &[[Fe; K]]) {
        for entry in entries {
            // SAFETY: SSE2 is part of x86-64; a field element is two times 16 octets at an address that
            // is a multiple of 32.
            unsafe {
                let mask = _mm_cmpeq_epi32(self.at, self.wanted);
                for (to, from) in self.selected.iter_mut().zip(entry) {
                    let (from, _) = from.0.as_chunks::<2>();
                    for (to, from) in to.iter_mut().zip(from) {
                        let from = _mm_load_si128(from.as_ptr().cast::<__m128i>());
                        *to = _mm_or_si128(*to, _mm_and_si128(from, mask));
                    }
                }
                self.at = _mm_add_epi32(self.at, _mm_set1_epi32(1));
            }
        }
    }

    /// The entry asked for; zeros if it was not among those looked at.
    #[inline(always)]
    pub(crate) fn finish(self) -> [Fe; K] {
        let mut result = [Fe::ZERO; K];
        for (to, from) in result.iter_mut().zip(self.selected) {
            let (to, _) = to.0.as_chunks_mut::<2>();
            for (to, from) in to.iter_mut().zip(from) {
                // SAFETY: SSE2 is part of x86-64; 16 octets at an address that is a multiple of 16.
                unsafe { _mm_store_si128(to.as_mut_ptr().cast::<__m128i>(), from) };
            }
        }
        result
    }
}
