//! OFBNLF (GB/T 17964-2021): a key of its own for every block.
//!
//! K(0) = IV; K(i) = E(K(i-1)) under the key; C(i) = E(P(i)) under K(i).

use zeroize::Zeroizing;

use super::{block, Error, Key, BLOCK};

/// Encrypts whole blocks.
///
/// # Errors
/// [`Error::PartialBlock`].
///
/// # Panics
/// If the lengths differ.
pub fn encrypt(key: &Key, iv: &[u8; BLOCK], src: &[u8], dst: &mut [u8]) -> Result<(), Error> {
    each(key, iv, src, dst, Key::encrypt_block)
}

/// Decrypts whole blocks.
///
/// # Errors
/// [`Error::PartialBlock`].
///
/// # Panics
/// If the lengths differ.
pub fn decrypt(key: &Key, iv: &[u8; BLOCK], src: &[u8], dst: &mut [u8]) -> Result<(), Error> {
    each(key, iv, src, dst, Key::decrypt_block)
}

fn each(
    key: &Key,
    iv: &[u8; BLOCK],
    src: &[u8],
    dst: &mut [u8],
    one: fn(&Key, &mut [u8; BLOCK]),
) -> Result<(), Error> {
    assert_eq!(src.len(), dst.len());
    let (blocks, []) = block::split(src) else {
        return Err(Error::PartialBlock);
    };
    let mut own = Zeroizing::new(*iv);
    for (src, dst) in blocks.iter().zip(dst.as_chunks_mut().0) {
        key.encrypt_block(&mut own);
        *dst = *src;
        one(&Key::new(&own), dst);
    }
    Ok(())
}
