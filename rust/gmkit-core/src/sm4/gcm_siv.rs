//! GCM-SIV (the construction of RFC 8452, with SM4): a repeated nonce tells only that messages are
//! equal.
//!
//! No Chinese standard defines it. Two passes over the message: the tag is made first, and is what
//! the text is encrypted under.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::ghash::{Ghash, HashKey};
use super::{block, engine, Error, Key, Scratch, BLOCK, KEY};
use crate::arch::wipe::wipe;
use crate::ct;

/// Octets in a nonce.
pub const NONCE: usize = 12;
/// Octets in a tag.
pub const TAG: usize = 16;
/// The longest message, and the longest additional data, in octets.
const LONGEST: u64 = 1 << 36;
/// Blocks handled at a time.
const STEP: usize = 128;

/// The key that every message's keys are made from. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct GcmSiv {
    key: Key,
}

/// The keys of one message.
struct MessageKeys {
    hash: HashKey,
    key: Key,
}

impl GcmSiv {
    /// Expands a key.
    #[must_use]
    pub fn new(key: &[u8; KEY]) -> Self {
        Self { key: Key::new(key) }
    }

    /// Encrypts `src` into `dst`, which takes the tag at its end.
    ///
    /// # Errors
    /// [`Error::NonceLength`] unless 12 octets, [`Error::TooLong`].
    ///
    /// # Panics
    /// If `dst` is not 16 longer than `src`.
    pub fn encrypt(
        &self,
        nonce: &[u8],
        aad: &[u8],
        src: &[u8],
        dst: &mut [u8],
    ) -> Result<(), Error> {
        assert_eq!(dst.len(), src.len() + TAG);
        let nonce = check(nonce, aad, src)?;
        let keys = self.message_keys(nonce, src.len());
        let tag = keys.tag(nonce, aad, src);
        let (text, tag_out) = dst.split_at_mut(src.len());
        keys.ctr(&tag, src, text);
        tag_out.copy_from_slice(&tag);
        Ok(())
    }

    /// Decrypts `src`, whose last 16 octets are the tag, into `dst`.
    ///
    /// `dst` holds the text only if the tag fits; otherwise it is all zero.
    ///
    /// # Errors
    /// [`Error::Rejected`]; and as [`Self::encrypt`].
    ///
    /// # Panics
    /// If `src` is not 16 longer than `dst`.
    pub fn decrypt(
        &self,
        nonce: &[u8],
        aad: &[u8],
        src: &[u8],
        dst: &mut [u8],
    ) -> Result<(), Error> {
        assert_eq!(src.len(), dst.len() + TAG);
        let nonce = check(nonce, aad, dst)?;
        let (text, tag) = src.split_last_chunk::<TAG>().ok_or(Error::Rejected)?;
        let keys = self.message_keys(nonce, text.len());
        keys.ctr(tag, text, dst);
        if ct::equal(&keys.tag(nonce, aad, dst), tag) {
            Ok(())
        } else {
            wipe(dst);
            Err(Error::Rejected)
        }
    }

    /// Four blocks, counted in the first four octets, the nonce behind; of each the first half.
    fn message_keys(&self, nonce: &[u8; NONCE], octets: usize) -> MessageKeys {
        let mut made = Zeroizing::new([0; 2 * KEY]);
        for (i, half) in (0u32..).zip(made.as_chunks_mut::<8>().0) {
            let mut x = [0; BLOCK];
            x[..4].copy_from_slice(&i.to_le_bytes());
            x[4..].copy_from_slice(nonce);
            self.key.encrypt_block(&mut x);
            half.copy_from_slice(&x[..8]);
            wipe(&mut x);
        }
        let ([hash, key], []) = made.as_chunks::<KEY>() else {
            unreachable!("32 octets are two keys");
        };
        let blocks = octets.div_ceil(BLOCK).saturating_add(2);
        MessageKeys {
            hash: HashKey::polyval(self.key.path, hash, blocks),
            key: Key::new(key),
        }
    }
}

impl MessageKeys {
    fn tag(&self, nonce: &[u8; NONCE], aad: &[u8], text: &[u8]) -> [u8; TAG] {
        let mut hash = Ghash::new();
        self.hash_padded(&mut hash, aad);
        self.hash_padded(&mut hash, text);
        let lengths = u128::from(text.len() as u64 * 8) << 64 | u128::from(aad.len() as u64 * 8);
        hash.update(&self.hash, &[lengths.to_be_bytes()]);
        let mut tag = hash.state.to_le_bytes();
        for (octet, nonce) in tag.iter_mut().zip(nonce) {
            *octet ^= nonce;
        }
        tag[BLOCK - 1] &= 0x7f;
        self.key.encrypt_block(&mut tag);
        tag
    }

    /// POLYVAL reads blocks from the other end than GHASH.
    fn hash_padded(&self, hash: &mut Ghash, data: &[u8]) {
        let mut reversed = Scratch::<STEP>::new();
        for data in data.chunks(STEP * BLOCK) {
            let blocks = &mut reversed.0[..data.len().div_ceil(BLOCK)];
            for (block, octets) in blocks.iter_mut().zip(data.chunks(BLOCK)) {
                *block = block::zero_padded(octets);
                block.reverse();
            }
            hash.update(&self.hash, blocks);
        }
    }

    /// The counter is the first four octets of the tag, little-endian, modulo 2^32.
    fn ctr(&self, tag: &[u8; TAG], src: &[u8], dst: &mut [u8]) {
        let (mut inputs, mut stream) = (Scratch::<STEP>::new(), Scratch::<STEP>::new());
        let mut start = *tag;
        start[BLOCK - 1] |= 0x80;
        let (first, prefix) = start.split_first_chunk::<4>().expect("4 < 16");
        let mut counter = u32::from_le_bytes(*first);
        for (src, dst) in src.chunks(STEP * BLOCK).zip(dst.chunks_mut(STEP * BLOCK)) {
            let needed = src.len().div_ceil(BLOCK);
            for input in &mut inputs.0[..needed] {
                input[..4].copy_from_slice(&counter.to_le_bytes());
                input[4..].copy_from_slice(prefix);
                counter = counter.wrapping_add(1);
            }
            engine::encrypt(&self.key, &inputs.0[..needed], &mut stream.0[..needed]);
            block::xor_into(dst, src, stream.0.as_flattened());
        }
    }
}

fn check<'n>(nonce: &'n [u8], aad: &[u8], text: &[u8]) -> Result<&'n [u8; NONCE], Error> {
    if aad.len() as u64 > LONGEST || text.len() as u64 > LONGEST {
        return Err(Error::TooLong);
    }
    nonce.try_into().map_err(|_| Error::NonceLength)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counter_wraps_without_a_carry_into_the_tag() {
        let keys = GcmSiv::new(&[1; KEY]).message_keys(&[2; NONCE], 0);
        let mut tag = [0x55; TAG];
        tag[..4].copy_from_slice(&(u32::MAX - 1).to_le_bytes());
        let mut stream = [0; 4 * BLOCK];
        keys.ctr(&tag, &[0; 4 * BLOCK], &mut stream);
        for (i, mask) in (0..).zip(stream.as_chunks::<BLOCK>().0) {
            let mut block = tag;
            block[..4].copy_from_slice(&(u32::MAX - 1).wrapping_add(i).to_le_bytes());
            block[BLOCK - 1] |= 0x80;
            keys.key.encrypt_block(&mut block);
            assert_eq!(block, *mask);
        }
    }
}
