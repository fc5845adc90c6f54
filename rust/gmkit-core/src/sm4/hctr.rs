//! HCTR (GB/T 17964-2021): one unit of storage as if it were one wide block.
//!
//! With UH the polynomial hash of GHASH under a key of its own, over the octets, zeros up to a whole
//! block, and their length in bits:
//!
//! ```text
//! Z1 = M1 ^ UH(M2.. || tweak)     Z2 = E(Z1)     C1 = Z2 ^ UH(C2.. || tweak)
//! C2.. = M2.. ^ E(Z1 ^ Z2 ^ 1) || E(Z1 ^ Z2 ^ 2) || ...
//! ```
//!
//! Whole blocks only: sources disagree on what the standard means by a partial one.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::ghash::{Ghash, HashKey};
use super::{block, engine, Error, Key, Scratch, BLOCK, KEY};

/// Both keys. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Hctr {
    key: Key,
    hash: HashKey,
}

impl Hctr {
    /// From the key of the cipher and the key of the hash.
    #[must_use]
    pub fn new(key: &[u8; KEY], hash_key: &[u8; BLOCK]) -> Self {
        let key = Key::new(key);
        let hash = HashKey::new(key.path, hash_key, usize::MAX);
        Self { key, hash }
    }

    /// Encrypts one unit of at least one block.
    ///
    /// # Errors
    /// [`Error::TooShort`], [`Error::PartialBlock`].
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn encrypt(&self, tweak: &[u8; BLOCK], src: &[u8], dst: &mut [u8]) -> Result<(), Error> {
        self.crypt(tweak, src, dst, Key::encrypt_block)
    }

    /// Decrypts one unit of at least one block.
    ///
    /// # Errors
    /// [`Error::TooShort`], [`Error::PartialBlock`].
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn decrypt(&self, tweak: &[u8; BLOCK], src: &[u8], dst: &mut [u8]) -> Result<(), Error> {
        self.crypt(tweak, src, dst, Key::decrypt_block)
    }

    fn crypt(
        &self,
        tweak: &[u8; BLOCK],
        src: &[u8],
        dst: &mut [u8],
        one: fn(&Key, &mut [u8; BLOCK]),
    ) -> Result<(), Error> {
        assert_eq!(src.len(), dst.len());
        let (blocks, []) = block::split(src) else {
            return Err(Error::PartialBlock);
        };
        let [first, rest @ ..] = blocks else {
            return Err(Error::TooShort);
        };
        let [first_out, rest_out @ ..] = dst.as_chunks_mut().0 else {
            return Err(Error::TooShort);
        };
        let z1 = block::xor(first, &self.hash(rest, tweak));
        let mut z2 = z1;
        one(&self.key, &mut z2);
        self.mask(&block::xor(&z1, &z2), rest, rest_out);
        *first_out = block::xor(&z2, &self.hash(rest_out, tweak));
        Ok(())
    }

    fn hash(&self, rest: &[[u8; BLOCK]], tweak: &[u8; BLOCK]) -> [u8; BLOCK] {
        let mut hash = Ghash::new();
        hash.update(&self.hash, rest);
        hash.update(&self.hash, &[*tweak]);
        hash.finish(&self.hash, 0, ((rest.len() + 1) * BLOCK) as u64)
    }

    /// Adds E(start ^ 1), E(start ^ 2), ...
    fn mask(&self, start: &[u8; BLOCK], src: &[[u8; BLOCK]], dst: &mut [[u8; BLOCK]]) {
        const STEP: usize = 128;
        let (mut inputs, mut stream) = (Scratch::<STEP>::new(), Scratch::<STEP>::new());
        let start = u128::from_be_bytes(*start);
        let mut counter = 0;
        for (src, dst) in src.chunks(STEP).zip(dst.chunks_mut(STEP)) {
            for input in &mut inputs.0[..src.len()] {
                counter += 1;
                *input = (start ^ counter).to_be_bytes();
            }
            engine::encrypt(
                &self.key,
                &inputs.0[..src.len()],
                &mut stream.0[..src.len()],
            );
            block::xor_into(
                dst.as_flattened_mut(),
                src.as_flattened(),
                stream.0.as_flattened(),
            );
        }
    }
}
