//! ECB: every block by itself. Equal blocks stay recognisable; for protocols that prescribe it.

use std::num::NonZeroUsize;

use super::{block, engine, parallel, Error, Key, BLOCK};

/// Encrypts whole blocks.
///
/// # Errors
/// [`Error::PartialBlock`].
///
/// # Panics
/// If the lengths differ.
pub fn encrypt(key: &Key, src: &[u8], dst: &mut [u8]) -> Result<(), Error> {
    encrypt_on(NonZeroUsize::MIN, key, src, dst)
}

/// Decrypts whole blocks.
///
/// # Errors
/// [`Error::PartialBlock`].
///
/// # Panics
/// If the lengths differ.
pub fn decrypt(key: &Key, src: &[u8], dst: &mut [u8]) -> Result<(), Error> {
    decrypt_on(NonZeroUsize::MIN, key, src, dst)
}

/// As [`encrypt`], on up to `threads` cores.
///
/// # Errors
/// As [`encrypt`].
///
/// # Panics
/// As [`encrypt`].
pub fn encrypt_on(
    threads: NonZeroUsize,
    key: &Key,
    src: &[u8],
    dst: &mut [u8],
) -> Result<(), Error> {
    each(threads, key, src, dst, engine::encrypt)
}

/// As [`decrypt`], on up to `threads` cores.
///
/// # Errors
/// As [`decrypt`].
///
/// # Panics
/// As [`decrypt`].
pub fn decrypt_on(
    threads: NonZeroUsize,
    key: &Key,
    src: &[u8],
    dst: &mut [u8],
) -> Result<(), Error> {
    each(threads, key, src, dst, engine::decrypt)
}

fn each(
    threads: NonZeroUsize,
    key: &Key,
    src: &[u8],
    dst: &mut [u8],
    pass: engine::Pass,
) -> Result<(), Error> {
    assert_eq!(src.len(), dst.len());
    if !src.len().is_multiple_of(BLOCK) {
        return Err(Error::PartialBlock);
    }
    match parallel::threads(src.len(), threads) {
        1 => pass(key, block::split(src).0, dst.as_chunks_mut().0),
        threads => {
            parallel::in_parts(threads, src, dst, |_, src, dst| {
                pass(key, block::split(src).0, dst.as_chunks_mut().0);
            });
        }
    }
    Ok(())
}
