//! GCM encryption of a message that comes in pieces.
//!
//! There is no such object for decryption: it would have to give out what nobody has checked.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Gcm, LONGEST, TAG};
use crate::sm4::engine::{self, Direction};
use crate::sm4::ghash::Ghash;
use crate::sm4::{block, Error, BLOCK};

/// A message being encrypted. Wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Encryptor {
    gcm: Gcm,
    j0: [u8; BLOCK],
    ghash: Ghash,
    aad: u64,
    text: u64,
    /// The keystream of the block begun, and its ciphertext so far; both end with `text` modulo 16.
    keystream: [u8; BLOCK],
    begun: [u8; BLOCK],
}

impl Encryptor {
    /// Starts a message under a nonce that this key never sees again.
    ///
    /// # Errors
    /// [`Error::NonceLength`] for an empty nonce, [`Error::TooLong`].
    pub fn new(gcm: Gcm, nonce: &[u8], aad: &[u8]) -> Result<Self, Error> {
        let j0 = gcm.start(nonce, aad.len(), 0)?;
        let mut ghash = Ghash::new();
        ghash.update_padded(&gcm.hash, aad);
        Ok(Self {
            gcm,
            j0,
            ghash,
            aad: aad.len() as u64,
            text: 0,
            keystream: [0; BLOCK],
            begun: [0; BLOCK],
        })
    }

    /// Encrypts further octets, any number.
    ///
    /// # Errors
    /// [`Error::TooLong`] if the message would become longer than GCM allows; nothing is done then.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn update(&mut self, src: &[u8], dst: &mut [u8]) -> Result<(), Error> {
        assert_eq!(src.len(), dst.len());
        if src.len() as u64 > LONGEST - self.text {
            return Err(Error::TooLong);
        }
        let used = self.used();
        let left = if used == 0 {
            0
        } else {
            (BLOCK - used).min(src.len())
        };
        let (first, src) = src.split_at(left);
        let (first_out, dst) = dst.split_at_mut(left);
        block::xor_into(first_out, first, &self.keystream[used..]);
        self.begun[used..used + left].copy_from_slice(first_out);
        self.text += left as u64;
        if left > 0 && self.used() == 0 {
            self.ghash.update(&self.gcm.hash, &[self.begun]);
        }

        let whole = src.len() / BLOCK * BLOCK;
        let (src, rest) = src.split_at(whole);
        let (dst, rest_out) = dst.split_at_mut(whole);
        if whole > 0 {
            let hash = (&self.gcm.hash, &mut self.ghash);
            let before = counter_block(&self.j0, self.text / BLOCK as u64);
            engine::gcm(&self.gcm.key, hash, Direction::Encrypt, &before, src, dst);
            self.text += whole as u64;
        }
        if !rest.is_empty() {
            self.keystream = counter_block(&self.j0, self.text / BLOCK as u64 + 1);
            self.gcm.key.encrypt_block(&mut self.keystream);
            block::xor_into(rest_out, rest, &self.keystream);
            self.begun[..rest.len()].copy_from_slice(rest_out);
            self.text += rest.len() as u64;
        }
        Ok(())
    }

    /// Ends the message: its tag.
    #[must_use]
    pub fn finish(mut self) -> [u8; TAG] {
        let used = self.used();
        self.ghash
            .update_padded(&self.gcm.hash, &self.begun[..used]);
        let mut mask = self.j0;
        self.gcm.key.encrypt_block(&mut mask);
        block::xor(
            &self
                .ghash
                .clone()
                .finish(&self.gcm.hash, self.aad, self.text),
            &mask,
        )
    }

    /// Octets of the block begun.
    fn used(&self) -> usize {
        (self.text % BLOCK as u64) as usize
    }
}

/// J0 with the 32-bit counter moved on.
fn counter_block(j0: &[u8; BLOCK], by: u64) -> [u8; BLOCK] {
    let mut block = *j0;
    if let Some(last) = block.last_chunk_mut::<4>() {
        *last = u32::from_be_bytes(*last)
            .wrapping_add(by as u32)
            .to_be_bytes();
    }
    block
}
