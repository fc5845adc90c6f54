//! CBC, with PKCS#7 padding or without.
//!
//! CBC does not notice changes. Whoever decrypts what others may have changed checks a MAC first;
//! the padding is examined in constant time all the same.

use std::num::NonZeroUsize;

use subtle::{Choice, ConstantTimeEq, ConstantTimeLess};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::ct;

use super::{block, engine, parallel, Error, Key, Scratch, BLOCK};

mod batch;

pub use batch::{encrypt_batch, Job};

/// Encrypts whole blocks, one call after the other. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Encryptor {
    key: Key,
    chain: [u8; BLOCK],
}

/// Decrypts whole blocks, one call after the other. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Decryptor {
    key: Key,
    chain: [u8; BLOCK],
}

impl Encryptor {
    /// Starts with an unpredictable `iv`, different for every message.
    #[must_use]
    pub fn new(key: Key, iv: &[u8; BLOCK]) -> Self {
        Self { key, chain: *iv }
    }

    /// Encrypts further whole blocks.
    ///
    /// # Errors
    /// [`Error::PartialBlock`].
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn update(&mut self, src: &[u8], dst: &mut [u8]) -> Result<(), Error> {
        assert_eq!(src.len(), dst.len());
        let (blocks, []) = block::split(src) else {
            return Err(Error::PartialBlock);
        };
        engine::cbc_encrypt(&self.key, &mut self.chain, blocks, dst.as_chunks_mut().0);
        Ok(())
    }

    /// Pads `rest` (fewer than 16 octets) and encrypts it: the last block.
    ///
    /// # Panics
    /// If `rest` has 16 octets or more.
    #[must_use]
    pub fn finish(mut self, rest: &[u8]) -> [u8; BLOCK] {
        let mut last = pad(rest);
        last = block::xor(&last, &self.chain);
        self.key.encrypt_block(&mut last);
        self.chain.zeroize();
        last
    }
}

impl Decryptor {
    /// Starts with the `iv` of the message.
    #[must_use]
    pub fn new(key: Key, iv: &[u8; BLOCK]) -> Self {
        Self { key, chain: *iv }
    }

    /// Decrypts further whole blocks; padding is among them as it stands.
    ///
    /// # Errors
    /// [`Error::PartialBlock`].
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn update(&mut self, src: &[u8], dst: &mut [u8]) -> Result<(), Error> {
        assert_eq!(src.len(), dst.len());
        let (blocks, []) = block::split(src) else {
            return Err(Error::PartialBlock);
        };
        engine::cbc_decrypt(&self.key, &mut self.chain, blocks, dst.as_chunks_mut().0);
        Ok(())
    }
}

/// Octets of the padded ciphertext of `length` octets.
#[must_use]
pub const fn padded_length(length: usize) -> usize {
    length / BLOCK * BLOCK + BLOCK
}

/// Encrypts with PKCS#7 padding into `dst` of [`padded_length`] octets.
///
/// # Panics
/// If `dst` has another length.
pub fn encrypt_padded(key: &Key, iv: &[u8; BLOCK], src: &[u8], dst: &mut [u8]) {
    assert_eq!(dst.len(), padded_length(src.len()));
    let (blocks, rest) = block::split(src);
    let (body, last) = dst.split_at_mut(blocks.len() * BLOCK);
    let mut chain = *iv;
    engine::cbc_encrypt(key, &mut chain, blocks, body.as_chunks_mut().0);
    let mut padded = block::xor(&pad(rest), &chain);
    key.encrypt_block(&mut padded);
    last.copy_from_slice(&padded);
}

/// Decrypts whole blocks, padding as it stands, on up to `threads` cores.
///
/// # Errors
/// [`Error::PartialBlock`].
///
/// # Panics
/// If the lengths differ.
pub fn decrypt_on(
    threads: NonZeroUsize,
    key: &Key,
    iv: &[u8; BLOCK],
    src: &[u8],
    dst: &mut [u8],
) -> Result<(), Error> {
    assert_eq!(src.len(), dst.len());
    let (blocks, []) = block::split(src) else {
        return Err(Error::PartialBlock);
    };
    match parallel::threads(src.len(), threads) {
        1 => engine::cbc_decrypt(key, &mut { *iv }, blocks, dst.as_chunks_mut().0),
        threads => {
            parallel::in_parts(threads, src, dst, |offset, src, dst| {
                let before = (offset / BLOCK).checked_sub(1).map_or(iv, |i| &blocks[i]);
                engine::cbc_decrypt(
                    key,
                    &mut { *before },
                    block::split(src).0,
                    dst.as_chunks_mut().0,
                );
            });
        }
    }
    Ok(())
}

/// The length of the message in a ciphertext with padding, found from its last two blocks.
///
/// # Errors
/// [`Error::Rejected`] for a length that is no padded length and for wrong padding alike.
pub fn decrypted_length(key: &Key, iv: &[u8; BLOCK], src: &[u8]) -> Result<usize, Error> {
    let (blocks, []) = block::split(src) else {
        return Err(Error::Rejected);
    };
    let (last, before) = match blocks {
        [] => return Err(Error::Rejected),
        [only] => (only, iv),
        [.., before, last] => (last, before),
    };
    let mut text = Scratch::<1>::new();
    engine::decrypt(key, core::slice::from_ref(last), &mut text.0);
    text.0[0] = block::xor(&text.0[0], before);
    Ok(src.len() - BLOCK + unpadded_length(&text.0[0])?)
}

/// Decrypts into `dst`, which has the [`decrypted_length`], on up to `threads` cores.
///
/// # Panics
/// If `dst` is not 1 to 16 octets shorter than `src`, or `src` is not whole blocks.
pub fn decrypt_padded_on(
    threads: NonZeroUsize,
    key: &Key,
    iv: &[u8; BLOCK],
    src: &[u8],
    dst: &mut [u8],
) {
    let whole = src.len() - BLOCK;
    let (body, rest) = dst.split_at_mut(whole);
    let before = *src[..whole].last_chunk::<BLOCK>().unwrap_or(iv);
    let mut last = Scratch::<1>::new();
    engine::cbc_decrypt(
        key,
        &mut { before },
        block::split(&src[whole..]).0,
        &mut last.0,
    );
    rest.copy_from_slice(&last.0[0][..rest.len()]);
    let done = decrypt_on(threads, key, iv, &src[..whole], body);
    assert_eq!(done, Ok(()), "whole blocks");
}

/// Encrypts with PKCS#7 padding.
#[must_use]
pub fn encrypt_to_vec(key: &Key, iv: &[u8; BLOCK], src: &[u8]) -> Vec<u8> {
    let mut out = vec![0; padded_length(src.len())];
    encrypt_padded(key, iv, src, &mut out);
    out
}

/// Decrypts and removes the PKCS#7 padding.
///
/// # Errors
/// [`Error::Rejected`] for a length that is no padded length and for wrong padding alike.
pub fn decrypt_to_vec(
    key: &Key,
    iv: &[u8; BLOCK],
    src: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut out = Zeroizing::new(vec![0; decrypted_length(key, iv, src)?]);
    decrypt_padded_on(NonZeroUsize::MIN, key, iv, src, &mut out);
    Ok(out)
}

/// How many octets of a decrypted message are not padding.
///
/// Looks at all of the last block, whatever stands there.
///
/// # Errors
/// [`Error::Rejected`].
pub fn unpadded_length(decrypted: &[u8]) -> Result<usize, Error> {
    let Some(last) = decrypted.last_chunk::<BLOCK>() else {
        return Err(Error::Rejected);
    };
    let padding = last[BLOCK - 1];
    let mut fits: Choice = !padding.ct_eq(&0) & padding.ct_lt(&(BLOCK as u8 + 1));
    for (distance, octet) in (1u8..).zip(last.iter().rev()) {
        let outside = padding.ct_lt(&distance);
        fits &= outside | octet.ct_eq(&padding);
    }
    // Whether it was padding is the verdict, and its length is the message's, once it was.
    if ct::verdict(fits) {
        ct::declassify(&padding);
        Ok(decrypted.len() - usize::from(padding))
    } else {
        Err(Error::Rejected)
    }
}

/// `rest` and as many octets as are missing, each saying how many.
fn pad(rest: &[u8]) -> [u8; BLOCK] {
    assert!(rest.len() < BLOCK);
    let mut last = [(BLOCK - rest.len()) as u8; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    last
}
