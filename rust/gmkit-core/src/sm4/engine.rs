//! The passes every mode is made of, each sent to the kernel of the key's path.
//!
//! Source and destination have equal lengths, whole blocks unless said; the callers see to it.

use super::ghash::{Ghash, HashKey};
use super::{block, portable, Key, Scratch, BLOCK};
#[cfg(target_arch = "x86_64")]
use crate::arch::sm4 as arch;
use crate::cpu::CpuPath;

type Block = [u8; BLOCK];

/// Blocks that go through the cipher together where no kernel does a whole mode by itself.
const BATCH: usize = 128;
/// The same for short messages, whose keystream should not be cleared and wiped four times over.
const SHORT: usize = 32;

/// Every block by itself, in one direction.
pub(crate) type Pass = fn(&Key, &[Block], &mut [Block]);

/// One block in place.
pub(crate) fn encrypt_block(key: &Key, x: &mut Block) {
    crypt(key, false, core::slice::from_mut(x));
}

/// One block in place.
pub(crate) fn decrypt_block(key: &Key, x: &mut Block) {
    crypt(key, true, core::slice::from_mut(x));
}

/// Every block by itself.
pub(crate) fn encrypt(key: &Key, src: &[Block], dst: &mut [Block]) {
    each(key, false, src, dst);
}

/// Every block by itself.
pub(crate) fn decrypt(key: &Key, src: &[Block], dst: &mut [Block]) {
    each(key, true, src, dst);
}

fn each(key: &Key, reverse: bool, src: &[Block], dst: &mut [Block]) {
    #[cfg(target_arch = "x86_64")]
    let (src, dst) = if key.path == CpuPath::Avx512 {
        let (wide_src, src) = src.as_chunks();
        let (wide_dst, dst) = dst.as_chunks_mut();
        if !wide_src.is_empty() {
            arch::avx512::crypt(&wide(key), reverse, wide_src, wide_dst);
        }
        (src, dst)
    } else {
        (src, dst)
    };
    dst.copy_from_slice(src);
    for batch in dst.chunks_mut(BATCH) {
        crypt(key, reverse, batch);
    }
}

/// `src` ^ the encrypted blocks `prefix || counter`, `prefix || counter + 1`, ... modulo 2^32.
///
/// Any length; the keystream of a last partial block is thrown away.
pub(crate) fn ctr32(key: &Key, prefix: &[u8; 12], counter: u32, src: &[u8], dst: &mut [u8]) {
    #[cfg(target_arch = "x86_64")]
    let (counter, src, dst) = if key.path == CpuPath::Avx512 {
        let (wide_src, wide_dst) = (src.as_chunks().0.as_chunks().0, dst.as_chunks_mut().0);
        let wide_dst = wide_dst.as_chunks_mut().0;
        let counter = match wide_src {
            [] => counter,
            _ => arch::avx512::ctr32(&wide(key), prefix, counter, wide_src, wide_dst),
        };
        let done = wide_src.as_flattened().as_flattened().len();
        (counter, &src[done..], &mut dst[done..])
    } else {
        (counter, src, dst)
    };
    if src.len() <= SHORT * BLOCK {
        ctr32_in_batches::<SHORT>(key, prefix, counter, src, dst);
    } else {
        ctr32_in_batches::<BATCH>(key, prefix, counter, src, dst);
    }
}

fn ctr32_in_batches<const N: usize>(
    key: &Key,
    prefix: &[u8; 12],
    counter: u32,
    src: &[u8],
    dst: &mut [u8],
) {
    let mut stream = Scratch::<N>::new();
    let mut counter = counter;
    for (src, dst) in src.chunks(N * BLOCK).zip(dst.chunks_mut(N * BLOCK)) {
        let stream = &mut stream.0[..src.len().div_ceil(BLOCK)];
        counter = count(prefix, counter, stream);
        crypt(key, false, stream);
        block::xor_into(dst, src, stream.as_flattened());
    }
}

/// Fills `blocks` with `prefix || counter`, ...; the counter after them.
fn count(prefix: &[u8; 12], counter: u32, blocks: &mut [Block]) -> u32 {
    let mut counter = counter;
    for block in blocks {
        block[..12].copy_from_slice(prefix);
        block[12..].copy_from_slice(&counter.to_be_bytes());
        counter = counter.wrapping_add(1);
    }
    counter
}

/// Which side of GCM the ciphertext is on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Encrypt,
    Decrypt,
}

/// The text of GCM, its ciphertext padded and hashed; returns E(j0), which masks the tag.
pub(crate) fn gcm(
    key: &Key,
    hash: (&HashKey, &mut Ghash),
    direction: Direction,
    j0: &Block,
    src: &[u8],
    dst: &mut [u8],
) -> Block {
    /// How much is hashed while it is still close.
    const STEP: usize = 4096;
    let (hash_key, ghash) = hash;
    let (prefix, counter) = j0.split_first_chunk::<12>().expect("12 < 16");
    let mut counter = u32::from_be_bytes(*counter.first_chunk().expect("4 left")).wrapping_add(1);
    let (mut src, mut dst) = (src, dst);
    let mut mask = [*j0];

    #[cfg(target_arch = "x86_64")]
    if let (CpuPath::Avx512, Some(powers)) = (key.path, hash_key.all_powers()) {
        let wide_src = src.as_chunks().0.as_chunks().0;
        let length = wide_src.as_flattened().as_flattened().len();
        let (wide_dst, rest) = dst.split_at_mut(length);
        let wide_dst = wide_dst.as_chunks_mut().0.as_chunks_mut().0;
        let mut progress = arch::gcm::Progress {
            counter,
            hash: ghash.state,
        };
        if !wide_src.is_empty() {
            let pass = match direction {
                Direction::Encrypt => arch::gcm::encrypt,
                Direction::Decrypt => arch::gcm::decrypt,
            };
            pass(
                &wide(key),
                powers,
                prefix,
                &mut progress,
                wide_src,
                wide_dst,
            );
        }
        counter = progress.counter;
        ghash.state = progress.hash;
        (src, dst) = (&src[length..], rest);
    }

    // A short message, or what is left: one batch with the mask, if it fits.
    if src.len() <= (SHORT - 1) * BLOCK {
        let mut stream = Scratch::<SHORT>::new();
        let stream = &mut stream.0[..=src.len().div_ceil(BLOCK)];
        stream[0] = *j0;
        count(prefix, counter, &mut stream[1..]);
        crypt(key, false, stream);
        mask[0] = stream[0];
        block::xor_into(dst, src, stream[1..].as_flattened());
        ghash.update_padded(
            hash_key,
            if direction == Direction::Encrypt {
                dst
            } else {
                src
            },
        );
        return mask[0];
    }
    crypt(key, false, &mut mask);
    for (src, dst) in src.chunks(STEP).zip(dst.chunks_mut(STEP)) {
        ctr32_in_batches::<BATCH>(key, prefix, counter, src, dst);
        counter = counter.wrapping_add((STEP / BLOCK) as u32);
        ghash.update_padded(
            hash_key,
            if direction == Direction::Encrypt {
                dst
            } else {
                src
            },
        );
    }
    mask[0]
}

/// The round keys as the widest kernels want them.
#[cfg(target_arch = "x86_64")]
fn wide(key: &Key) -> arch::avx512::Keys {
    arch::avx512::Keys::new(&key.schedule.words)
}

/// c(i) = E(p(i) ^ c(i-1)); `chain` is c(-1) and becomes the last c.
pub(crate) fn cbc_encrypt(key: &Key, chain: &mut Block, src: &[Block], dst: &mut [Block]) {
    chained(key, chain, src, Some(dst));
}

/// The same without keeping the blocks between.
pub(crate) fn cbc_mac(key: &Key, chain: &mut Block, src: &[Block]) {
    chained(key, chain, src, None);
}

/// p(i) = D(c(i)) ^ c(i-1); `chain` is c(-1) and becomes the last c.
pub(crate) fn cbc_decrypt(key: &Key, chain: &mut Block, src: &[Block], dst: &mut [Block]) {
    #[cfg(target_arch = "x86_64")]
    let (src, dst) = if key.path == CpuPath::Avx512 {
        let (wide_src, src) = src.as_chunks();
        let (wide_dst, dst) = dst.as_chunks_mut();
        if !wide_src.is_empty() {
            arch::avx512::cbc_decrypt(&wide(key), chain, wide_src, wide_dst);
        }
        (src, dst)
    } else {
        (src, dst)
    };
    for (src, dst) in src.chunks(BATCH).zip(dst.chunks_mut(BATCH)) {
        dst.copy_from_slice(src);
        crypt(key, true, dst);
        for (c, p) in src.iter().zip(dst) {
            *p = block::xor(p, chain);
            *chain = *c;
        }
    }
}

/// Encrypts at most `BATCH` blocks in place; with `reverse`, decrypts them.
fn crypt(key: &Key, reverse: bool, blocks: &mut [Block]) {
    let words = &key.schedule.words;
    match key.path {
        #[cfg(target_arch = "x86_64")]
        CpuPath::Avx512 => {
            for blocks in blocks.chunks_mut(arch::gfni::LANES) {
                arch::gfni::evex::crypt(words, reverse, blocks);
            }
        }
        #[cfg(target_arch = "x86_64")]
        CpuPath::Avx2Gfni => {
            for blocks in blocks.chunks_mut(arch::gfni::LANES) {
                arch::gfni::vex::crypt(words, reverse, blocks);
            }
        }
        #[cfg(target_arch = "x86_64")]
        CpuPath::Avx2 => {
            for blocks in blocks.chunks_mut(arch::aesni::LANES) {
                arch::aesni::crypt(words, reverse, blocks);
            }
        }
        _ => {
            for blocks in blocks.chunks_mut(portable::LANES) {
                if reverse {
                    portable::crypt(words.iter().rev(), blocks);
                } else {
                    portable::crypt(words.iter(), blocks);
                }
            }
        }
    }
}

/// Encrypts each block after adding the last result; `out` gets every result, if it is there.
fn chained(key: &Key, chain: &mut Block, src: &[Block], out: Option<&mut [Block]>) {
    match key.path {
        #[cfg(target_arch = "x86_64")]
        CpuPath::Avx512 => arch::gfni::evex::chain(&key.schedule.words, chain, src, out),
        #[cfg(target_arch = "x86_64")]
        CpuPath::Avx2Gfni => arch::gfni::vex::chain(&key.schedule.words, chain, src, out),
        _ => {
            let mut out = out.map(|out| out.iter_mut());
            for p in src {
                *chain = block::xor(p, chain);
                encrypt_block(key, chain);
                if let Some(c) = out.as_mut().and_then(Iterator::next) {
                    *c = *chain;
                }
            }
        }
    }
}
