//! SM4 (GB/T 32907-2016): the block cipher and its modes.
//!
//! No path indexes memory by a secret. The S-box is a circuit on bit planes (`sbox`) on any
//! processor, AES-NI or GFNI instructions where there are some; GHASH is carry-less
//! multiplication. The same holds for the key schedule.
//!
//! [`gcm`] and [`ccm`] are for use; the other modes protect nothing against change.

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::cpu::{self, CpuPath};

pub mod bc;
pub mod cbc;
pub mod cbc_mac;
pub mod ccm;
pub mod cfb;
pub mod cmac;
pub mod ctr;
pub mod ecb;
pub mod ff1;
pub mod file;
pub mod gcm;
pub mod gcm_siv;
pub mod hctr;
pub mod ofb;
pub mod ofbnlf;
pub mod xts;

mod block;
mod engine;
mod error;
mod ghash;
mod parallel;
mod portable;
mod sbox;
mod schedule;

pub(crate) use block::Scratch;
pub use error::Error;
pub(crate) use ghash::{Powers, POWERS};
pub(crate) use schedule::ROUNDS;

/// Octets in a block.
pub const BLOCK: usize = 16;
/// Octets in a key.
pub const KEY: usize = 16;

/// An expanded key. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Key {
    /// The instructions this key was expanded for; they decide the form of the round keys.
    #[zeroize(skip)]
    path: CpuPath,
    schedule: schedule::Schedule,
}

impl Key {
    /// Expands a key for the path in use.
    #[must_use]
    pub fn new(key: &[u8; KEY]) -> Self {
        let path = cpu::active();
        Self {
            path,
            schedule: schedule::Schedule::new(key, path),
        }
    }

    /// Encrypts one block in place.
    pub fn encrypt_block(&self, block: &mut [u8; BLOCK]) {
        engine::encrypt_block(self, block);
    }

    /// Decrypts one block in place.
    pub fn decrypt_block(&self, block: &mut [u8; BLOCK]) {
        engine::decrypt_block(self, block);
    }
}

impl core::fmt::Debug for Key {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Key").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
