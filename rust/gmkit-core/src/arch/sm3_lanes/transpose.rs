//! From blocks in memory, one a row, to words in lanes.

use core::arch::x86_64::*;

use super::MOST;

/// Swaps the octets of each word in 16 octets.
const SWAP: [u8; 16] = [3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12];

/// Word `k` of the blocks at all 16 pointers, in vector `k`.
///
/// A matrix of 16 × 16 words, turned in four steps of exchanges at distance 1 and 2 (within
/// 128 bits, by `unpack`) and at distance 4 and 8 (whole 128 bits, by `shuffle_i32x4`).
///
/// # Safety
/// 64 octets can be read at every pointer; the processor has AVX-512 F and BW.
#[inline(always)]
pub(super) unsafe fn blocks_16(blocks: &[*const u8; MOST]) -> [__m512i; 16] {
    // SAFETY: the caller's promise.
    unsafe {
        let swap = _mm512_broadcast_i32x4(_mm_loadu_si128(SWAP.as_ptr().cast()));
        let rows: [__m512i; 16] = core::array::from_fn(|i| {
            _mm512_shuffle_epi8(_mm512_loadu_si512(blocks[i].cast()), swap)
        });
        // fours[4 q + k]: word k of each 128 bits, of the rows 4 q to 4 q + 3.
        let mut fours = rows;
        for q in 0..4 {
            let [r0, r1, r2, r3] = [
                rows[4 * q],
                rows[4 * q + 1],
                rows[4 * q + 2],
                rows[4 * q + 3],
            ];
            let (low, high) = (_mm512_unpacklo_epi32(r0, r1), _mm512_unpackhi_epi32(r0, r1));
            let (low2, high2) = (_mm512_unpacklo_epi32(r2, r3), _mm512_unpackhi_epi32(r2, r3));
            fours[4 * q] = _mm512_unpacklo_epi64(low, low2);
            fours[4 * q + 1] = _mm512_unpackhi_epi64(low, low2);
            fours[4 * q + 2] = _mm512_unpacklo_epi64(high, high2);
            fours[4 * q + 3] = _mm512_unpackhi_epi64(high, high2);
        }
        let mut words = rows;
        for k in 0..4 {
            // The 128-bit pieces of fours[k], fours[4 + k], … are another 4 × 4 matrix.
            let (x0, x1, x2, x3) = (fours[k], fours[4 + k], fours[8 + k], fours[12 + k]);
            let (low, high) = (
                _mm512_shuffle_i32x4::<0x88>(x0, x1),
                _mm512_shuffle_i32x4::<0xdd>(x0, x1),
            );
            let (low2, high2) = (
                _mm512_shuffle_i32x4::<0x88>(x2, x3),
                _mm512_shuffle_i32x4::<0xdd>(x2, x3),
            );
            words[k] = _mm512_shuffle_i32x4::<0x88>(low, low2);
            words[4 + k] = _mm512_shuffle_i32x4::<0x88>(high, high2);
            words[8 + k] = _mm512_shuffle_i32x4::<0xdd>(low, low2);
            words[12 + k] = _mm512_shuffle_i32x4::<0xdd>(high, high2);
        }
        words
    }
}

/// Word `k` of the blocks at the first 8 pointers, in vector `k`.
///
/// # Safety
/// 64 octets can be read at the first 8 pointers; the processor has AVX2.
#[inline(always)]
pub(super) unsafe fn blocks_8(blocks: &[*const u8; MOST]) -> [__m256i; 16] {
    // SAFETY: the caller's promise.
    unsafe {
        let mut words = [_mm256_setzero_si256(); 16];
        for half in 0..2 {
            let turned = eight_rows(core::array::from_fn(|i| blocks[i].wrapping_add(32 * half)));
            words[8 * half..8 * half + 8].copy_from_slice(&turned);
        }
        words
    }
}

/// Word `k` of the 32 octets at each pointer, in vector `k`.
///
/// # Safety
/// 32 octets can be read at every pointer; the processor has AVX2.
#[inline(always)]
unsafe fn eight_rows(rows: [*const u8; 8]) -> [__m256i; 8] {
    // SAFETY: the caller's promise.
    unsafe {
        let swap = _mm256_broadcastsi128_si256(_mm_loadu_si128(SWAP.as_ptr().cast()));
        let rows = rows.map(|row| _mm256_shuffle_epi8(_mm256_loadu_si256(row.cast()), swap));
        let mut fours = rows;
        for q in 0..2 {
            let [r0, r1, r2, r3] = [
                rows[4 * q],
                rows[4 * q + 1],
                rows[4 * q + 2],
                rows[4 * q + 3],
            ];
            let (low, high) = (_mm256_unpacklo_epi32(r0, r1), _mm256_unpackhi_epi32(r0, r1));
            let (low2, high2) = (_mm256_unpacklo_epi32(r2, r3), _mm256_unpackhi_epi32(r2, r3));
            fours[4 * q] = _mm256_unpacklo_epi64(low, low2);
            fours[4 * q + 1] = _mm256_unpackhi_epi64(low, low2);
            fours[4 * q + 2] = _mm256_unpacklo_epi64(high, high2);
            fours[4 * q + 3] = _mm256_unpackhi_epi64(high, high2);
        }
        core::array::from_fn(|k| {
            if k < 4 {
                _mm256_permute2x128_si256::<0x20>(fours[k], fours[4 + k])
            } else {
                _mm256_permute2x128_si256::<0x31>(fours[k - 4], fours[k])
            }
        })
    }
}
