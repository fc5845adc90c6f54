//! 64 blocks to sixteen registers of one octet each, and back.
//!
//! A loaded register j holds blocks 4j to 4j + 3. Transposing sixteen registers of sixteen words
//! takes three steps, of which only the outer two are shuffles:
//!
//! ```text
//! vpermb    register j, word k    octet k - j of the blocks of j      one word: that octet of 4 blocks
//! blends    register p, word k    octet p of the blocks of k - p      word k never leaves its place
//! valignd   register p, word j    octet p of the blocks of j
//! ```
//!
//! The way back is the same three steps from the end. Indices count modulo 16.

use core::arch::x86_64::*;

use super::avx512::{Batch, State};
use super::matrices::{ENTER, LEAVE};

/// Registers, and words in a register.
const N: usize = 16;

/// Octets of register j to where the first step wants them.
static SCATTER: [[u8; 64]; N] = patterns(true);
/// And back.
static GATHER: [[u8; 64]; N] = patterns(false);

const fn patterns(scatter: bool) -> [[u8; 64]; N] {
    let mut patterns = [[0; 64]; N];
    let mut at = 0;
    while at < N * 64 {
        let (j, p, block) = (at / 64, at % 64 / 4, at % 4);
        let in_block = N * block + p;
        let in_word = 4 * ((p + j) % N) + block;
        if scatter {
            patterns[j][in_word] = in_block as u8;
        } else {
            patterns[j][in_block] = in_word as u8;
        }
        at += 1;
    }
    patterns
}

/// Rotates the words of `$x[p]` down by p, or up by p, for every p.
macro_rules! align {
    ($x:ident, down) => {
        align!($x, 1:1, 2:2, 3:3, 4:4, 5:5, 6:6, 7:7, 8:8, 9:9, 10:10, 11:11, 12:12, 13:13, 14:14, 15:15)
    };
    ($x:ident, up) => {
        align!($x, 1:15, 2:14, 3:13, 4:12, 5:11, 6:10, 7:9, 8:8, 9:7, 10:6, 11:5, 12:4, 13:3, 14:2, 15:1)
    };
    ($x:ident, $($p:literal : $by:literal),*) => {
        $($x[$p] = _mm512_alignr_epi32::<$by>($x[$p], $x[$p]);)*
    };
}

/// The blocks by octets, in the basis P.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,gfni")]
pub(super) fn split(blocks: &Batch) -> State {
    let enter = _mm512_set1_epi64(ENTER);
    let mut x = [_mm512_setzero_si512(); N];
    for j in 0..N {
        // Enters the basis on the way: a linear map of octets does not mind where they stand.
        let loaded = _mm512_gf2p8affine_epi64_epi8::<0>(load(blocks, j), enter);
        x[j] = _mm512_permutexvar_epi8(octets(&SCATTER[j]), loaded);
    }
    x = exchange(x);
    align!(x, down);
    x
}

/// The last four words of the rounds as blocks outside the basis P, four to a register: x[0..4] are
/// the octets of the word that comes last in the block.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,gfni")]
pub(super) fn join(x: State) -> [__m512i; N] {
    let leave = _mm512_set1_epi64(LEAVE);
    let mut y = [_mm512_setzero_si512(); N];
    for p in 0..N {
        y[p] = x[(3 - p / 4) * 4 + p % 4];
    }
    align!(y, up);
    y = exchange(y);
    for j in 0..N {
        let block = _mm512_permutexvar_epi8(octets(&GATHER[j]), y[j]);
        y[j] = _mm512_gf2p8affine_epi64_epi8::<0>(block, leave);
    }
    y
}

/// Word k of register m of the result is word k of register k - m.
#[inline]
#[target_feature(enable = "avx512f")]
fn exchange(x: [__m512i; N]) -> [__m512i; N] {
    // Bit s of k decides in step s whether to move on by 2^s; the registers are then read backwards.
    let a = step::<1>(x, 0xaaaa);
    let b = step::<2>(a, 0xcccc);
    let c = step::<4>(b, 0xf0f0);
    let d = step::<8>(c, 0xff00);
    let mut y = d;
    for m in 1..N {
        y[m] = d[N - m];
    }
    y
}

/// Takes the words of `mask` from the register `BY` further on.
#[inline]
#[target_feature(enable = "avx512f")]
fn step<const BY: usize>(x: [__m512i; N], mask: u16) -> [__m512i; N] {
    let mut y = x;
    for j in 0..N {
        y[j] = _mm512_mask_blend_epi32(mask, x[j], x[(j + BY) % N]);
    }
    y
}

/// Blocks 4j to 4j + 3.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn load(blocks: &Batch, j: usize) -> __m512i {
    octets(&blocks.as_flattened().as_chunks().0[j])
}

/// Blocks 4j to 4j + 3.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn store(blocks: &mut Batch, j: usize, x: __m512i) {
    let octets: &mut [u8; 64] = &mut blocks.as_flattened_mut().as_chunks_mut().0[j];
    // SAFETY: there is room for 64 octets; unaligned is allowed.
    unsafe { _mm512_storeu_si512(octets.as_mut_ptr().cast(), x) }
}

#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn octets(octets: &[u8; 64]) -> __m512i {
    // SAFETY: 64 octets are there; unaligned is allowed.
    unsafe { _mm512_loadu_si512(octets.as_ptr().cast()) }
}
