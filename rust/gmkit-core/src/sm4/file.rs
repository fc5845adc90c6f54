//! Sealed files: any length in constant memory, and not one octet out before it was checked.
//!
//! ```text
//! file   = magic (16) || salt (16) || chunk || chunk || ... || last chunk
//! chunk  = SM4-GCM of 65,536 octets of the text (the last: what is left), tag of 16 octets behind
//! nonce  = number of the chunk (11 octets, big-endian, from 0) || 1 for the last chunk, else 0
//! key    = CMAC(key, 01 || magic || 00 || salt || aad || 0080)       counter mode of SP 800-108
//! ```
//!
//! The salt is random and gives every file a key of its own, so that nonces may count. A chunk cut
//! off, moved, doubled or taken from another file does not open; a file cut at a chunk's end lacks
//! its last chunk. The last chunk is empty only if the text is: one text, one shape.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::cmac::Cmac;
use super::gcm::{Gcm, NONCE, TAG};
use super::{Error, Key, KEY};

/// How a sealed file begins.
pub const MAGIC: [u8; 16] = *b"gmkit/sm4-file/1";
/// Octets of the salt.
pub const SALT: usize = 16;
/// Octets before the first chunk.
pub const HEAD: usize = MAGIC.len() + SALT;
/// Octets of text in every chunk but the last.
pub const CHUNK: usize = 65_536;
/// Octets of a whole chunk in the file.
pub const SEALED_CHUNK: usize = CHUNK + TAG;

/// The state of a file being sealed or opened. Wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Chunks {
    gcm: Gcm,
    number: u64,
    ended: bool,
}

impl Chunks {
    /// Before the first chunk of the file with that salt.
    #[must_use]
    pub fn new(key: &[u8; KEY], salt: &[u8; SALT], aad: &[u8]) -> Self {
        let mut mac = Cmac::new(Key::new(key));
        mac.update(&[1]);
        mac.update(&MAGIC);
        mac.update(&[0]);
        mac.update(salt);
        mac.update(aad);
        mac.update(&128u16.to_be_bytes());
        let file_key = Zeroizing::new(mac.finalize());
        Self {
            gcm: Gcm::new(&file_key),
            number: 0,
            ended: false,
        }
    }

    /// Octets of chunks that `length` octets of text become.
    #[must_use]
    pub const fn sealed_length(length: usize) -> usize {
        // No text is one chunk of nothing.
        let chunks = if length == 0 {
            1
        } else {
            length.div_ceil(CHUNK)
        };
        length + chunks * TAG
    }

    /// Octets of text in `length` octets of chunks; `None` if no text has that many.
    #[must_use]
    pub const fn opened_length(length: usize) -> Option<usize> {
        let rest = length % SEALED_CHUNK;
        if length == 0 || (rest > 0 && rest < TAG) {
            return None;
        }
        Some(length - length.div_ceil(SEALED_CHUNK) * TAG)
    }

    /// Seals whole chunks of text; with `last`, whatever is left of it.
    ///
    /// # Errors
    /// [`Error::PartialBlock`] if text is missing from a chunk that is not the last,
    /// [`Error::TooShort`] if nothing is left for a last chunk,
    /// [`Error::Exhausted`] after the last.
    ///
    /// # Panics
    /// If `dst` does not have the [`Self::sealed_length`] (nothing for nothing that is not last).
    pub fn seal(&mut self, src: &[u8], last: bool, dst: &mut [u8]) -> Result<(), Error> {
        if self.ended {
            return Err(Error::Exhausted);
        }
        if !last && !src.len().is_multiple_of(CHUNK) {
            return Err(Error::PartialBlock);
        }
        if src.is_empty() && last {
            return match self.number {
                0 => self.seal_chunk(&[], true, dst),
                _ => Err(Error::TooShort),
            };
        }
        let mut left = src.len();
        let mut dst = dst;
        for chunk in src.chunks(CHUNK) {
            left -= chunk.len();
            let (now, later) = dst.split_at_mut(chunk.len() + TAG);
            self.seal_chunk(chunk, last && left == 0, now)?;
            dst = later;
        }
        assert!(dst.is_empty());
        Ok(())
    }

    /// Opens whole chunks; with `last`, what is left of the file.
    ///
    /// If one does not open, none of `dst` is text.
    ///
    /// # Errors
    /// [`Error::Rejected`]; [`Error::Exhausted`] after the last.
    ///
    /// # Panics
    /// If `dst` does not have the [`Self::opened_length`].
    pub fn open(&mut self, src: &[u8], last: bool, dst: &mut [u8]) -> Result<(), Error> {
        if self.ended {
            return Err(Error::Exhausted);
        }
        let opened = self.open_chunks(src, last, dst);
        if opened.is_err() {
            self.ended = true;
            dst.zeroize();
        }
        opened
    }

    fn open_chunks(&mut self, src: &[u8], last: bool, dst: &mut [u8]) -> Result<(), Error> {
        if !last && !src.len().is_multiple_of(SEALED_CHUNK) {
            return Err(Error::Rejected);
        }
        let length = Self::opened_length(src.len()).ok_or(Error::Rejected)?;
        assert_eq!(dst.len(), length);
        let mut left = src.len();
        let mut dst = dst;
        for chunk in src.chunks(SEALED_CHUNK) {
            left -= chunk.len();
            let (now, later) = dst.split_at_mut(chunk.len() - TAG);
            if now.is_empty() && self.number > 0 {
                return Err(Error::Rejected);
            }
            let nonce = self.next_nonce(last && left == 0)?;
            self.gcm.decrypt(&nonce, &[], chunk, now, TAG)?;
            dst = later;
        }
        Ok(())
    }

    fn seal_chunk(&mut self, src: &[u8], last: bool, dst: &mut [u8]) -> Result<(), Error> {
        let nonce = self.next_nonce(last)?;
        self.gcm.encrypt(&nonce, &[], src, dst, TAG)
    }

    fn next_nonce(&mut self, last: bool) -> Result<[u8; NONCE], Error> {
        let mut nonce = [0; NONCE];
        nonce[3..11].copy_from_slice(&self.number.to_be_bytes());
        nonce[11] = u8::from(last);
        self.number = self.number.checked_add(1).ok_or(Error::Exhausted)?;
        self.ended |= last;
        Ok(nonce)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_last_chunk_after_others_is_neither_made_nor_opened() {
        let chunks = || Chunks::new(&[1; KEY], &[2; SALT], b"");
        let mut sealed = vec![0; SEALED_CHUNK + TAG];
        let (whole, empty) = sealed.split_at_mut(SEALED_CHUNK);
        let mut sealing = chunks();
        sealing.seal(&[0; CHUNK], false, whole).unwrap();
        assert_eq!(sealing.seal(&[], true, empty), Err(Error::TooShort));
        sealing.seal_chunk(&[], true, empty).unwrap();
        let opened = chunks().open(&sealed, true, &mut [0; CHUNK]);
        assert_eq!(opened, Err(Error::Rejected));
    }
}
