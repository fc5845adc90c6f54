//! GCM (SP 800-38D; with SM4 in RFC 8998): encryption that notices changes.
//!
//! One nonce, one message: a repeated nonce under one key gives away the hash key.

use std::num::NonZeroUsize;

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::engine::{self, Direction};
use super::ghash::{Ghash, HashKey};
use super::{block, parallel, Error, Key, BLOCK, KEY};
use crate::arch::wipe::wipe;
use crate::ct;

mod budget;
mod stream;

pub use budget::Budget;
pub use stream::Encryptor;

/// Octets in a nonce, unless a protocol says otherwise.
pub const NONCE: usize = 12;
/// Octets in a tag.
pub const TAG: usize = 16;
/// The longest message in octets.
pub const LONGEST: u64 = (1 << 36) - 32;
/// The longest additional data and nonce in octets.
const LONGEST_AAD: u64 = (1 << 61) - 1;

/// A key and what follows from it. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Gcm {
    key: Key,
    hash: HashKey,
}

impl Gcm {
    /// Expands a key.
    #[must_use]
    pub fn new(key: &[u8; KEY]) -> Self {
        Self::for_length(key, usize::MAX)
    }

    /// Expands a key as far as one message of that many octets has use for.
    #[must_use]
    pub fn for_length(key: &[u8; KEY], octets: usize) -> Self {
        let key = Key::new(key);
        let mut h = [0; BLOCK];
        key.encrypt_block(&mut h);
        let hash = HashKey::new(key.path, &h, octets.div_ceil(BLOCK));
        h.zeroize();
        Self { key, hash }
    }

    /// Encrypts `src` into `dst`, which takes the tag of `tag_length` octets at its end.
    ///
    /// # Errors
    /// [`Error::NonceLength`] for an empty nonce, [`Error::TagLength`] outside 12 to 16,
    /// [`Error::TooLong`].
    ///
    /// # Panics
    /// If `dst` is not `tag_length` longer than `src`.
    pub fn encrypt(
        &self,
        nonce: &[u8],
        aad: &[u8],
        src: &[u8],
        dst: &mut [u8],
        tag_length: usize,
    ) -> Result<(), Error> {
        self.encrypt_on(NonZeroUsize::MIN, nonce, aad, src, dst, tag_length)
    }

    /// As [`Self::encrypt`], on up to `threads` cores.
    ///
    /// # Errors
    /// As [`Self::encrypt`].
    ///
    /// # Panics
    /// As [`Self::encrypt`].
    pub fn encrypt_on(
        &self,
        threads: NonZeroUsize,
        nonce: &[u8],
        aad: &[u8],
        src: &[u8],
        dst: &mut [u8],
        tag_length: usize,
    ) -> Result<(), Error> {
        check_tag_length(tag_length)?;
        assert_eq!(dst.len(), src.len() + tag_length);
        let j0 = self.start(nonce, aad.len(), src.len())?;
        let (text, tag) = dst.split_at_mut(src.len());
        let full = self.crypt(threads, Direction::Encrypt, &j0, aad, src, text);
        tag.copy_from_slice(&full[..tag_length]);
        Ok(())
    }

    /// Decrypts `src`, whose last `tag_length` octets are the tag, into `dst`.
    ///
    /// `dst` holds the text only if the tag fits; otherwise it is all zero.
    ///
    /// # Errors
    /// [`Error::Rejected`]; and as [`Self::encrypt`].
    ///
    /// # Panics
    /// If `src` is not `tag_length` longer than `dst`.
    pub fn decrypt(
        &self,
        nonce: &[u8],
        aad: &[u8],
        src: &[u8],
        dst: &mut [u8],
        tag_length: usize,
    ) -> Result<(), Error> {
        self.decrypt_on(NonZeroUsize::MIN, nonce, aad, src, dst, tag_length)
    }

    /// As [`Self::decrypt`], on up to `threads` cores.
    ///
    /// # Errors
    /// As [`Self::decrypt`].
    ///
    /// # Panics
    /// As [`Self::decrypt`].
    pub fn decrypt_on(
        &self,
        threads: NonZeroUsize,
        nonce: &[u8],
        aad: &[u8],
        src: &[u8],
        dst: &mut [u8],
        tag_length: usize,
    ) -> Result<(), Error> {
        check_tag_length(tag_length)?;
        assert_eq!(src.len(), dst.len() + tag_length);
        let j0 = self.start(nonce, aad.len(), dst.len())?;
        let (text, tag) = src.split_at(dst.len());
        let full = self.crypt(threads, Direction::Decrypt, &j0, aad, text, dst);
        if ct::equal(&full[..tag_length], tag) {
            Ok(())
        } else {
            wipe(dst);
            Err(Error::Rejected)
        }
    }

    /// The text, and the whole tag.
    fn crypt(
        &self,
        threads: NonZeroUsize,
        direction: Direction,
        j0: &[u8; BLOCK],
        aad: &[u8],
        src: &[u8],
        dst: &mut [u8],
    ) -> [u8; TAG] {
        let mut ghash = Ghash::new();
        ghash.update_padded(&self.hash, aad);
        let length = src.len() as u64;
        let mask = match parallel::threads(src.len(), threads) {
            1 => engine::gcm(&self.key, (&self.hash, &mut ghash), direction, j0, src, dst),
            threads => self.crypt_parts(threads, direction, j0, &mut ghash, src, dst),
        };
        block::xor(&ghash.finish(&self.hash, aad.len() as u64, length), &mask)
    }

    /// Each part has a counter and a hash of its own; the hashes are joined afterwards.
    fn crypt_parts(
        &self,
        threads: usize,
        direction: Direction,
        j0: &[u8; BLOCK],
        ghash: &mut Ghash,
        src: &[u8],
        dst: &mut [u8],
    ) -> [u8; BLOCK] {
        let parts = parallel::in_parts(threads, src, dst, |offset, src, dst| {
            let mut start = *j0;
            let (prefix, last) = start.split_last_chunk_mut::<4>().expect("4 < 16");
            debug_assert_eq!(prefix.len(), NONCE);
            let counter = u32::from_be_bytes(*last).wrapping_add((offset / BLOCK) as u32);
            *last = counter.to_be_bytes();
            let mut ghash = Ghash::new();
            let hash = (&self.hash, &mut ghash);
            let mask = engine::gcm(&self.key, hash, direction, &start, src, dst);
            (mask, ghash, src.len().div_ceil(BLOCK))
        });
        for (_, part, blocks) in &parts {
            ghash.append(&self.hash, part, *blocks);
        }
        parts[0].0
    }

    /// The first counter block J0.
    fn start(&self, nonce: &[u8], aad: usize, text: usize) -> Result<[u8; BLOCK], Error> {
        if aad as u64 > LONGEST_AAD || text as u64 > LONGEST {
            return Err(Error::TooLong);
        }
        if nonce.is_empty() || nonce.len() as u64 > LONGEST_AAD {
            return Err(Error::NonceLength);
        }
        if let Ok(nonce) = <&[u8; NONCE]>::try_from(nonce) {
            let mut j0 = [0; BLOCK];
            j0[..NONCE].copy_from_slice(nonce);
            j0[BLOCK - 1] = 1;
            return Ok(j0);
        }
        let mut ghash = Ghash::new();
        ghash.update_padded(&self.hash, nonce);
        Ok(ghash.finish(&self.hash, 0, nonce.len() as u64))
    }
}

fn check_tag_length(length: usize) -> Result<(), Error> {
    if (12..=TAG).contains(&length) {
        Ok(())
    } else {
        Err(Error::TagLength)
    }
}
