//! Choosing an entry of a table by a secret index, as [`crate::sm2::selection`] describes it, with SSE2,
//! which every x86-64 processor has: vectors take nothing from the products that go on meanwhile.

use core::arch::x86_64::{
    __m128i, _mm_add_epi32, _mm_and_si128, _mm_cmpeq_epi32, _mm_load_si128, _mm_or_si128,
    _mm_set1_epi32, _mm_setzero_si128, _mm_store_si128,
};

use crate::sm2::field::Fe;

/// A choice that goes on. Tables have fewer than 2^32 entries.
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
