//! SM3 of many messages at once: one message to a lane, 16 lanes with AVX-512, 8 with AVX2.
//!
//! Lane `i` of vector `k` holds word `k` of message `i`, for the state and for the 16 words of a
//! block alike:
//!
//! ```text
//!             lane 0   lane 1   ...            a block in memory is a row here; before its rounds,
//! words[0]    W(0)     W(0)                    rows and lanes change places (`transpose`)
//! words[1]    W(1)     W(1)
//! ```

use core::arch::x86_64::*;

use crate::sm3::lanes::{Words, MOST};
use crate::sm3::rounds::{compress, Word};

mod transpose;

/// A vector of words, and how it comes from memory.
trait Vector: Word {
    fn load(words: &[u32; MOST]) -> Self;
    fn store(self, words: &mut [u32; MOST]);
    /// The 16 words of the block that begins at each of `blocks`.
    ///
    /// # Safety
    /// 64 octets can be read at as many of them as there are lanes.
    unsafe fn blocks(blocks: &[*const u8; MOST]) -> [Self; 16];
}

/// Take `count` blocks of each of 16 messages in. A block of message `i` stands at `inputs[i]`.
///
/// # Panics
/// If an input is shorter than `count` blocks.
pub(crate) fn compress_16(state: &mut Words<8>, inputs: &[&[u8]; MOST], count: usize) {
    let blocks = pointers(inputs, MOST, count);
    // SAFETY: every pointer has `count` blocks behind it; the path AVX-512 has the instructions.
    unsafe { stream_avx512(state, blocks, count) }
}

/// Take `count` blocks of each of 8 messages in; lanes and inputs from the ninth on are not used.
///
/// # Panics
/// If one of the first 8 inputs is shorter than `count` blocks.
pub(crate) fn compress_8(state: &mut Words<8>, inputs: &[&[u8]; MOST], count: usize) {
    let blocks = pointers(inputs, 8, count);
    // SAFETY: the first 8 pointers have `count` blocks behind them; the path AVX2 has the
    // instructions.
    unsafe { stream_avx2(state, blocks, count) }
}

/// Take one block of each of 16 messages in, given as words.
pub(crate) fn compress_words_16(state: &mut Words<8>, words: &Words<16>) {
    // SAFETY: the path AVX-512 has the instructions.
    unsafe { words_avx512(state, words) }
}

/// Take one block of each of 8 messages in, given as words.
pub(crate) fn compress_words_8(state: &mut Words<8>, words: &Words<16>) {
    // SAFETY: the path AVX2 has the instructions.
    unsafe { words_avx2(state, words) }
}

fn pointers(inputs: &[&[u8]; MOST], lanes: usize, count: usize) -> [*const u8; MOST] {
    for input in &inputs[..lanes] {
        assert!(input.len() >= 64 * count, "as many blocks as are taken in");
    }
    inputs.map(<[u8]>::as_ptr)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
unsafe fn stream_avx512(state: &mut Words<8>, blocks: [*const u8; MOST], count: usize) {
    // SAFETY: passed on from the caller.
    unsafe { stream::<__m512i>(state, blocks, count) }
}

#[target_feature(enable = "avx2")]
unsafe fn stream_avx2(state: &mut Words<8>, blocks: [*const u8; MOST], count: usize) {
    // SAFETY: passed on from the caller.
    unsafe { stream::<__m256i>(state, blocks, count) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
fn words_avx512(state: &mut Words<8>, words: &Words<16>) {
    one::<__m512i>(state, words);
}

#[target_feature(enable = "avx2")]
fn words_avx2(state: &mut Words<8>, words: &Words<16>) {
    one::<__m256i>(state, words);
}

/// # Safety
/// `count` blocks can be read at as many of `blocks` as there are lanes.
#[inline(always)]
unsafe fn stream<V: Vector>(state: &mut Words<8>, mut blocks: [*const u8; MOST], count: usize) {
    let mut chained = core::array::from_fn(|k| V::load(&state[k]));
    for _ in 0..count {
        // SAFETY: `count` blocks can be read, and this is one of them.
        let words = unsafe { V::blocks(&blocks) };
        chained = compress(chained, words);
        blocks = blocks.map(|block| block.wrapping_add(64));
    }
    for (words, vector) in state.iter_mut().zip(chained) {
        vector.store(words);
    }
}

#[inline(always)]
fn one<V: Vector>(state: &mut Words<8>, words: &Words<16>) {
    let chained = compress(
        core::array::from_fn(|k| V::load(&state[k])),
        core::array::from_fn(|k| V::load(&words[k])),
    );
    for (words, vector) in state.iter_mut().zip(chained) {
        vector.store(words);
    }
}

// SAFETY of every intrinsic below: they are inlined into the functions above that enable their
// instructions, and touch no memory but the arrays that are passed.
impl Vector for __m512i {
    #[inline(always)]
    fn load(words: &[u32; MOST]) -> Self {
        // SAFETY: 16 words are 64 octets.
        unsafe { _mm512_loadu_si512(words.as_ptr().cast()) }
    }
    #[inline(always)]
    fn store(self, words: &mut [u32; MOST]) {
        // SAFETY: 16 words are 64 octets.
        unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), self) }
    }
    #[inline(always)]
    unsafe fn blocks(blocks: &[*const u8; MOST]) -> [Self; 16] {
        // SAFETY: passed on from the caller.
        unsafe { transpose::blocks_16(blocks) }
    }
}

impl Word for __m512i {
    #[inline(always)]
    fn all(word: u32) -> Self {
        // SAFETY: see above.
        unsafe { _mm512_set1_epi32(word as i32) }
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm512_add_epi32(self, other) }
    }
    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm512_xor_si512(self, other) }
    }
    #[inline(always)]
    fn xor3(self, second: Self, third: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm512_ternarylogic_epi32::<0x96>(self, second, third) }
    }
    #[inline(always)]
    fn majority(self, second: Self, third: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm512_ternarylogic_epi32::<0xe8>(self, second, third) }
    }
    #[inline(always)]
    fn choose(self, one: Self, zero: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm512_ternarylogic_epi32::<0xca>(self, one, zero) }
    }
    #[inline(always)]
    fn left<const N: i32>(self) -> Self {
        // SAFETY: see above.
        unsafe { _mm512_rol_epi32::<N>(self) }
    }
}

impl Vector for __m256i {
    #[inline(always)]
    fn load(words: &[u32; MOST]) -> Self {
        // SAFETY: 8 of the 16 words are 32 octets.
        unsafe { _mm256_loadu_si256(words.as_ptr().cast()) }
    }
    #[inline(always)]
    fn store(self, words: &mut [u32; MOST]) {
        // SAFETY: 8 of the 16 words are 32 octets.
        unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), self) }
    }
    #[inline(always)]
    unsafe fn blocks(blocks: &[*const u8; MOST]) -> [Self; 16] {
        // SAFETY: passed on from the caller.
        unsafe { transpose::blocks_8(blocks) }
    }
}

impl Word for __m256i {
    #[inline(always)]
    fn all(word: u32) -> Self {
        // SAFETY: see above.
        unsafe { _mm256_set1_epi32(word as i32) }
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm256_add_epi32(self, other) }
    }
    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm256_xor_si256(self, other) }
    }
    #[inline(always)]
    fn xor3(self, second: Self, third: Self) -> Self {
        self.xor(second).xor(third)
    }
    #[inline(always)]
    fn majority(self, second: Self, third: Self) -> Self {
        // SAFETY: see above.
        unsafe {
            let differ = _mm256_xor_si256(second, third);
            _mm256_xor_si256(
                _mm256_and_si256(self, differ),
                _mm256_and_si256(second, third),
            )
        }
    }
    #[inline(always)]
    fn choose(self, one: Self, zero: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm256_xor_si256(_mm256_and_si256(self, _mm256_xor_si256(one, zero)), zero) }
    }
    #[inline(always)]
    fn left<const N: i32>(self) -> Self {
        // SAFETY: see above.
        unsafe {
            let count = _mm_cvtsi32_si128(N);
            let rest = _mm_cvtsi32_si128(32 - N);
            _mm256_or_si256(_mm256_sll_epi32(self, count), _mm256_srl_epi32(self, rest))
        }
    }
}
