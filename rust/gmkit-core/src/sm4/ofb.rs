//! OFB: the keystream is E(iv), E(E(iv)), ...

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{block, Key, BLOCK};

/// Encrypts and decrypts, one call after the other, at any lengths. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Stream {
    key: Key,
    state: [u8; BLOCK],
    used: usize,
}

impl Stream {
    /// Starts with an `iv` that no other message under this key has.
    #[must_use]
    pub fn new(key: Key, iv: &[u8; BLOCK]) -> Self {
        Self {
            key,
            state: *iv,
            used: BLOCK,
        }
    }

    /// Encrypts or decrypts further octets.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn update(&mut self, src: &[u8], dst: &mut [u8]) {
        assert_eq!(src.len(), dst.len());
        let left = (BLOCK - self.used).min(src.len());
        let (first, src) = src.split_at(left);
        let (first_out, dst) = dst.split_at_mut(left);
        block::xor_into(first_out, first, &self.state[self.used..]);
        self.used += left;
        for (src, dst) in src.chunks(BLOCK).zip(dst.chunks_mut(BLOCK)) {
            self.key.encrypt_block(&mut self.state);
            block::xor_into(dst, src, &self.state);
            self.used = src.len();
        }
    }
}
