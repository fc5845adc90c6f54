//! GCM in one pass: 64 blocks of CTR, and between their rounds GHASH of 64 blocks of ciphertext.
//!
//! The two have no instruction in common that waits for the other. Decrypting, the ciphertext of
//! the same pass is hashed; encrypting, that of the pass before.

use core::arch::x86_64::*;

use super::avx512::{counters, round, rounds, xor3, Batch, Keys, LANES};
use super::matrices::*;
use super::transpose::{join, load, store};
use crate::arch::ghash::{avx512 as ghash, pclmul};
use crate::sm4::{Powers, ROUNDS};

/// Where a message stands between two calls.
#[derive(Clone, Copy)]
pub(crate) struct Progress {
    /// The last four octets of the next counter block.
    pub(crate) counter: u32,
    /// The state of GHASH.
    pub(crate) hash: u128,
}

/// Encrypts whole batches and hashes what comes out.
pub(crate) fn encrypt(
    keys: &Keys,
    powers: &Powers,
    prefix: &[u8; 12],
    progress: &mut Progress,
    src: &[Batch],
    dst: &mut [Batch],
) {
    // SAFETY: there are `Keys` only where the path avx512 is.
    unsafe { crypt::<true>(keys, powers, prefix, progress, src, dst) }
}

/// Hashes whole batches and decrypts them.
pub(crate) fn decrypt(
    keys: &Keys,
    powers: &Powers,
    prefix: &[u8; 12],
    progress: &mut Progress,
    src: &[Batch],
    dst: &mut [Batch],
) {
    // SAFETY: as in `encrypt`.
    unsafe { crypt::<false>(keys, powers, prefix, progress, src, dst) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,gfni,vpclmulqdq,pclmulqdq,ssse3")]
fn crypt<const ENCRYPT: bool>(
    keys: &Keys,
    powers: &Powers,
    prefix: &[u8; 12],
    progress: &mut Progress,
    src: &[Batch],
    dst: &mut [Batch],
) {
    let mut hash = pclmul::load(progress.hash);
    let mut counter = progress.counter;
    for at in 0..src.len() {
        let (done, now) = dst.split_at_mut(at);
        let mut x = counters(prefix, counter);
        counter = counter.wrapping_add(LANES as u32);
        let hashed = if ENCRYPT { done.last() } else { Some(&src[at]) };
        if let Some(hashed) = hashed {
            let mut sums = [_mm512_setzero_si512(); 3];
            rounds!(x, keys, false, quarter => {
                // The state comes in last, so that the pass need not wait for the one before.
                for j in [2 * quarter + 1, (2 * quarter + 2) % 16] {
                    let mut c = ghash::reversed(load(hashed, j));
                    if j == 0 {
                        c = _mm512_xor_si512(c, _mm512_zextsi128_si512(hash));
                    }
                    ghash::add(&mut sums, ghash::multiply(c, ghash::load_all(powers, j)));
                }
            });
            hash = ghash::fold(sums);
        } else {
            rounds!(x, keys, false, _quarter => {});
        }
        let y = join(x);
        for j in 0..16 {
            store(&mut now[0], j, _mm512_xor_si512(y[j], load(&src[at], j)));
        }
    }
    progress.counter = counter;
    progress.hash = pclmul::store(hash);
    if ENCRYPT {
        if let Some(last) = dst.last() {
            progress.hash = ghash::hash(powers, progress.hash, last);
        }
    }
}
