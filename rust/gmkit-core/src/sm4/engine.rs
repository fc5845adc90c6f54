//! The passes every mode is made of, each sent to the kernel of the key's path.
//!
//! Source and destination have equal lengths, whole blocks unless said; the callers see to it.

use zeroize::Zeroize;

use super::{block, portable, Key, BLOCK};

type Block = [u8; BLOCK];

/// One block in place.
pub(crate) fn encrypt_block(key: &Key, x: &mut Block) {
    portable::crypt(key.schedule.words.iter(), core::slice::from_mut(x));
}

/// One block in place.
pub(crate) fn decrypt_block(key: &Key, x: &mut Block) {
    portable::crypt(key.schedule.words.iter().rev(), core::slice::from_mut(x));
}

/// Every block by itself.
pub(crate) fn encrypt(key: &Key, src: &[Block], dst: &mut [Block]) {
    dst.copy_from_slice(src);
    for batch in dst.chunks_mut(portable::LANES) {
        portable::crypt(key.schedule.words.iter(), batch);
    }
}

/// Every block by itself.
pub(crate) fn decrypt(key: &Key, src: &[Block], dst: &mut [Block]) {
    dst.copy_from_slice(src);
    for batch in dst.chunks_mut(portable::LANES) {
        portable::crypt(key.schedule.words.iter().rev(), batch);
    }
}

/// `src` ^ the encrypted blocks `prefix || counter`, `prefix || counter + 1`, ... modulo 2^32.
///
/// Any length; the keystream of a last partial block is thrown away.
pub(crate) fn ctr32(key: &Key, prefix: &[u8; 12], counter: u32, src: &[u8], dst: &mut [u8]) {
    const STEP: usize = portable::LANES * BLOCK;
    let mut stream = [[0; BLOCK]; portable::LANES];
    let mut counter = counter;
    for (src, dst) in src.chunks(STEP).zip(dst.chunks_mut(STEP)) {
        for block in &mut stream {
            block[..12].copy_from_slice(prefix);
            block[12..].copy_from_slice(&counter.to_be_bytes());
            counter = counter.wrapping_add(1);
        }
        let needed = src.len().div_ceil(BLOCK);
        portable::crypt(key.schedule.words.iter(), &mut stream[..needed]);
        block::xor_into(dst, src, stream.as_flattened());
    }
    stream.zeroize();
}

/// c(i) = E(p(i) ^ c(i-1)); `chain` is c(-1) and becomes the last c.
pub(crate) fn cbc_encrypt(key: &Key, chain: &mut Block, src: &[Block], dst: &mut [Block]) {
    for (p, c) in src.iter().zip(dst) {
        *chain = block::xor(p, chain);
        encrypt_block(key, chain);
        *c = *chain;
    }
}

/// The same without keeping the blocks between.
pub(crate) fn cbc_mac(key: &Key, chain: &mut Block, src: &[Block]) {
    for p in src {
        *chain = block::xor(p, chain);
        encrypt_block(key, chain);
    }
}

/// p(i) = D(c(i)) ^ c(i-1); `chain` is c(-1) and becomes the last c.
pub(crate) fn cbc_decrypt(key: &Key, chain: &mut Block, src: &[Block], dst: &mut [Block]) {
    decrypt(key, src, dst);
    for (c, p) in src.iter().zip(dst) {
        *p = block::xor(p, chain);
        *chain = *c;
    }
}
