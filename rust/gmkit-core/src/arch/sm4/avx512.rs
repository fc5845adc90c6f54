//! SM4 with AVX-512 and GFNI on octets: 64 blocks at a time.
//!
//! The state is sixteen zmm registers, one for each octet of a block; octet k of a register belongs
//! to block k. Rotations by whole octets are then only other registers' names, and since the state
//! is kept in the basis P (see `matrices`), a round is eight inversions with a matrix behind them
//! and some twenty XORs for 1024 octets: no shuffle, no rotate. `transpose` leads there and back.

use core::arch::x86_64::*;

use super::matrices::*;
use super::transpose::{join, load, split, store};
use crate::arch::wipe::wipe;
use crate::sm4::{BLOCK, ROUNDS};

/// Blocks in one pass.
pub(crate) const LANES: usize = 64;

/// The round keys with every octet, which is in the basis P, four times over. Wiped when dropped.
pub(crate) struct Keys(pub(super) [[u32; 4]; ROUNDS]);

/// x[i] holds octet i of each of the 64 blocks.
pub(super) type State = [__m512i; BLOCK];

/// The blocks of one pass.
pub(crate) type Batch = [[u8; BLOCK]; LANES];

/// Words A ^= L(S(words B ^ C ^ D ^ key)).
macro_rules! round {
    ($x:ident, $key:expr, $a:literal, $b:literal, $c:literal, $d:literal) => {{
        let key: &[u32; 4] = $key;
        let t_matrix = _mm512_set1_epi64(T_MATRIX);
        let d_matrix = _mm512_set1_epi64(D_MATRIX);
        let (mut t, mut d) = ([_mm512_setzero_si512(); 4], [_mm512_setzero_si512(); 4]);
        for i in 0..4 {
            let sum = xor3($x[4 * $b + i], $x[4 * $c + i], $x[4 * $d + i]);
            let s = _mm512_xor_si512(sum, _mm512_set1_epi32(key[i] as i32));
            t[i] = _mm512_gf2p8affineinv_epi64_epi8::<T_CONSTANT>(s, t_matrix);
            d[i] = _mm512_gf2p8affineinv_epi64_epi8::<0>(s, d_matrix);
        }
        let all = _mm512_xor_si512(xor3(t[0], t[1], t[2]), t[3]);
        for i in 0..4 {
            // t_i + t_(i+1) + t_(i+2) is the sum of all four without t_(i+3).
            let near = xor3($x[4 * $a + i], d[i], d[(i + 3) % 4]);
            $x[4 * $a + i] = xor3(near, all, t[(i + 3) % 4]);
        }
    }};
}

/// All rounds; `$between` runs eight times, after every fourth.
macro_rules! rounds {
    ($x:ident, $keys:expr, $reverse:expr, $quarter:ident => $between:expr) => {
        for $quarter in 0..ROUNDS / 4 {
            let first = 4 * $quarter;
            let at = |n: usize| {
                &$keys.0[if $reverse {
                    ROUNDS - 1 - first - n
                } else {
                    first + n
                }]
            };
            round!($x, at(0), 0, 1, 2, 3);
            round!($x, at(1), 1, 2, 3, 0);
            round!($x, at(2), 2, 3, 0, 1);
            round!($x, at(3), 3, 0, 1, 2);
            $between
        }
    };
}

pub(super) use {round, rounds};

impl Keys {
    /// From the round keys of `gfni::evex`.
    pub(crate) fn new(words: &[u32; ROUNDS]) -> Self {
        // SAFETY: round keys in this form exist only where the path avx512 does.
        unsafe { Self::spread(words) }
    }

    #[target_feature(enable = "ssse3")]
    fn spread(words: &[u32; ROUNDS]) -> Self {
        let order = _mm_set_epi32(0x0303_0303, 0x0202_0202, 0x0101_0101, 0);
        let mut keys = Self([[0; 4]; ROUNDS]);
        for (octets, word) in keys.0.iter_mut().zip(words) {
            let spread = _mm_shuffle_epi8(_mm_set1_epi32(*word as i32), order);
            // SAFETY: there is room for sixteen octets; unaligned is allowed.
            unsafe { _mm_storeu_si128(octets.as_mut_ptr().cast(), spread) }
        }
        keys
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        wipe(self.0.as_flattened_mut());
    }
}

/// Every block by itself; with `reverse`, decrypts.
pub(crate) fn crypt(keys: &Keys, reverse: bool, src: &[Batch], dst: &mut [Batch]) {
    // SAFETY: there are `Keys` only where the path avx512 is.
    unsafe {
        if reverse {
            crypt_here::<true>(keys, src, dst);
        } else {
            crypt_here::<false>(keys, src, dst);
        }
    }
}

/// p(i) = D(c(i)) ^ c(i-1); `chain` is c(-1) and becomes the last c.
pub(crate) fn cbc_decrypt(keys: &Keys, chain: &mut [u8; BLOCK], src: &[Batch], dst: &mut [Batch]) {
    // SAFETY: as in `crypt`.
    unsafe { cbc_decrypt_here(keys, chain, src, dst) }
}

/// `src` ^ the encrypted blocks `prefix || counter`, ...; the counter after them.
pub(crate) fn ctr32(
    keys: &Keys,
    prefix: &[u8; 12],
    counter: u32,
    src: &[Batch],
    dst: &mut [Batch],
) -> u32 {
    // SAFETY: as in `crypt`.
    unsafe { ctr32_here(keys, prefix, counter, src, dst) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,gfni")]
fn crypt_here<const REVERSE: bool>(keys: &Keys, src: &[Batch], dst: &mut [Batch]) {
    for (src, dst) in src.iter().zip(dst) {
        let mut x = split(src);
        rounds!(x, keys, REVERSE, _quarter => {});
        let y = join(x);
        for j in 0..BLOCK {
            store(dst, j, y[j]);
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,gfni")]
fn cbc_decrypt_here(keys: &Keys, chain: &mut [u8; BLOCK], src: &[Batch], dst: &mut [Batch]) {
    for (src, dst) in src.iter().zip(dst) {
        let mut x = split(src);
        rounds!(x, keys, true, _quarter => {});
        let y = join(x);
        let mut before = _mm512_broadcast_i32x4(u128_of(chain));
        for j in 0..BLOCK {
            let c = load(src, j);
            // The last block of the register before, then the first three of this one.
            let shifted = _mm512_alignr_epi64::<6>(c, before);
            store(dst, j, _mm512_xor_si512(y[j], shifted));
            before = c;
        }
        *chain = src[LANES - 1];
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,gfni")]
fn ctr32_here(
    keys: &Keys,
    prefix: &[u8; 12],
    mut counter: u32,
    src: &[Batch],
    dst: &mut [Batch],
) -> u32 {
    for (src, dst) in src.iter().zip(dst) {
        let mut x = counters(prefix, counter);
        rounds!(x, keys, false, _quarter => {});
        let y = join(x);
        for j in 0..BLOCK {
            store(dst, j, _mm512_xor_si512(y[j], load(src, j)));
        }
        counter = counter.wrapping_add(LANES as u32);
    }
    counter
}

/// The blocks `prefix || counter`, ..., `prefix || counter + 63` by octets, in the basis P.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,gfni")]
pub(super) fn counters(prefix: &[u8; 12], counter: u32) -> State {
    let enter = _mm512_set1_epi64(ENTER);
    let mut x = [_mm512_setzero_si512(); BLOCK];
    for i in 0..12 {
        x[i] = _mm512_set1_epi8(prefix[i] as i8);
    }
    // Only the lowest octet differs from lane to lane; where it wraps, the others go up by one.
    let lanes = super::transpose::octets(&LANE);
    let lowest = _mm512_add_epi8(_mm512_set1_epi8(counter as i8), lanes);
    let wrapped = _mm512_cmplt_epu8_mask(lowest, lanes);
    let (low, high) = (counter, counter.wrapping_add(0x100));
    for i in 12..15 {
        let (low, high) = (low.to_be_bytes()[i - 12], high.to_be_bytes()[i - 12]);
        x[i] = _mm512_mask_blend_epi8(
            wrapped,
            _mm512_set1_epi8(low as i8),
            _mm512_set1_epi8(high as i8),
        );
    }
    x[15] = lowest;
    for i in 0..BLOCK {
        x[i] = _mm512_gf2p8affine_epi64_epi8::<0>(x[i], enter);
    }
    x
}

/// Which block an octet belongs to.
static LANE: [u8; LANES] = {
    let mut lane = [0; LANES];
    let mut i = 0;
    while i < LANES {
        lane[i] = i as u8;
        i += 1;
    }
    lane
};

#[inline]
#[target_feature(enable = "avx512f")]
fn u128_of(block: &[u8; BLOCK]) -> __m128i {
    // SAFETY: sixteen octets are there; unaligned is allowed.
    unsafe { _mm_loadu_si128(block.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn xor3(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
    _mm512_ternarylogic_epi64::<0x96>(a, b, c)
}
