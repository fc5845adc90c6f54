//! CMAC (SP 800-38B; in GB/T 15852.1-2020 too).

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::ct;

use super::{block, engine, Error, Key, BLOCK};

/// A MAC being computed. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Cmac {
    key: Key,
    chain: [u8; BLOCK],
    /// The last octets seen; kept back, since the last block is treated differently.
    held: [u8; BLOCK],
    held_length: usize,
}

impl Cmac {
    /// Starts.
    #[must_use]
    pub fn new(key: Key) -> Self {
        Self {
            key,
            chain: [0; BLOCK],
            held: [0; BLOCK],
            held_length: 0,
        }
    }

    /// Takes further octets.
    pub fn update(&mut self, data: &[u8]) {
        let mut data = data;
        if self.held_length < BLOCK {
            let take = (BLOCK - self.held_length).min(data.len());
            self.held[self.held_length..self.held_length + take].copy_from_slice(&data[..take]);
            self.held_length += take;
            data = &data[take..];
        }
        if data.is_empty() {
            return;
        }
        engine::cbc_mac(
            &self.key,
            &mut self.chain,
            core::slice::from_ref(&self.held),
        );
        // All but the last 1 to 16 octets can go in now.
        let whole = (data.len() - 1) / BLOCK;
        let (now, last) = data.split_at(whole * BLOCK);
        engine::cbc_mac(&self.key, &mut self.chain, block::split(now).0);
        self.held[..last.len()].copy_from_slice(last);
        self.held_length = last.len();
    }

    /// The MAC of 16 octets; a shorter one is its beginning.
    #[must_use]
    pub fn finalize(mut self) -> [u8; BLOCK] {
        let mut subkey = [0; BLOCK];
        self.key.encrypt_block(&mut subkey);
        subkey = double(&subkey);
        if self.held_length < BLOCK {
            subkey = double(&subkey);
            self.held[self.held_length] = 0x80;
            self.held[self.held_length + 1..].fill(0);
        }
        let mut last = block::xor(&block::xor(&self.held, &subkey), &self.chain);
        self.key.encrypt_block(&mut last);
        subkey.zeroize();
        last
    }

    /// Compares with `mac`, of 8 to 16 octets, in constant time.
    ///
    /// # Errors
    /// [`Error::Rejected`], for another length too.
    pub fn verify(self, mac: &[u8]) -> Result<(), Error> {
        let expected = self.finalize();
        if !(8..=BLOCK).contains(&mac.len()) {
            return Err(Error::Rejected);
        }
        if ct::equal(&expected[..mac.len()], mac) {
            Ok(())
        } else {
            Err(Error::Rejected)
        }
    }
}

/// The MAC of a message.
#[must_use]
pub fn mac(key: &Key, data: &[u8]) -> [u8; BLOCK] {
    let mut mac = Cmac::new(key.clone());
    mac.update(data);
    mac.finalize()
}

/// Times x in GF(2^128), the first bit being the highest coefficient.
fn double(element: &[u8; BLOCK]) -> [u8; BLOCK] {
    let value = u128::from_be_bytes(*element);
    let carry = (value >> 127).wrapping_neg() & 0x87;
    (value << 1 ^ carry).to_be_bytes()
}
