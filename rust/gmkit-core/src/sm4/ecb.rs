//! ECB: every block by itself. Equal blocks stay recognisable; for protocols that prescribe it.

use super::{block, engine, Error, Key};

/// Encrypts whole blocks.
///
/// # Errors
/// [`Error::PartialBlock`].
///
/// # Panics
/// If the lengths differ.
pub fn encrypt(key: &Key, src: &[u8], dst: &mut [u8]) -> Result<(), Error> {
    assert_eq!(src.len(), dst.len());
    let (blocks, []) = block::split(src) else {
        return Err(Error::PartialBlock);
    };
    engine::encrypt(key, blocks, dst.as_chunks_mut().0);
    Ok(())
}

/// Decrypts whole blocks.
///
/// # Errors
/// [`Error::PartialBlock`].
///
/// # Panics
/// If the lengths differ.
pub fn decrypt(key: &Key, src: &[u8], dst: &mut [u8]) -> Result<(), Error> {
    assert_eq!(src.len(), dst.len());
    let (blocks, []) = block::split(src) else {
        return Err(Error::PartialBlock);
    };
    engine::decrypt(key, blocks, dst.as_chunks_mut().0);
    Ok(())
}
