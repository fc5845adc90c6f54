//! BC (GB/T 17964-2021): every block is chained to all ciphertext before it.
//!
//! F(0) = IV; C(i) = E(P(i) ^ F(i-1)); F(i) = F(i-1) ^ C(i).

use super::{block, engine, Error, Key, BLOCK};

/// Encrypts whole blocks.
///
/// # Errors
/// [`Error::PartialBlock`].
///
/// # Panics
/// If the lengths differ.
pub fn encrypt(key: &Key, iv: &[u8; BLOCK], src: &[u8], dst: &mut [u8]) -> Result<(), Error> {
    assert_eq!(src.len(), dst.len());
    let (blocks, []) = block::split(src) else {
        return Err(Error::PartialBlock);
    };
    let mut feedback = *iv;
    for (p, c) in blocks.iter().zip(dst.as_chunks_mut().0) {
        *c = block::xor(p, &feedback);
        key.encrypt_block(c);
        feedback = block::xor(&feedback, c);
    }
    Ok(())
}

/// Decrypts whole blocks.
///
/// # Errors
/// [`Error::PartialBlock`].
///
/// # Panics
/// If the lengths differ.
pub fn decrypt(key: &Key, iv: &[u8; BLOCK], src: &[u8], dst: &mut [u8]) -> Result<(), Error> {
    assert_eq!(src.len(), dst.len());
    let (blocks, []) = block::split(src) else {
        return Err(Error::PartialBlock);
    };
    let dst = dst.as_chunks_mut().0;
    engine::decrypt(key, blocks, dst);
    let mut feedback = *iv;
    for (c, p) in blocks.iter().zip(dst) {
        *p = block::xor(p, &feedback);
        feedback = block::xor(&feedback, c);
    }
    Ok(())
}
