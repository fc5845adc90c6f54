//! The key schedule (GB/T 32907-2016), in constant time.

use zeroize::{Zeroize, Zeroizing};

use super::{portable, KEY};
use crate::cpu::CpuPath;

/// Rounds of the cipher.
pub(crate) const ROUNDS: usize = 32;

/// The system parameter FK.
const FK: [u32; 4] = [0xa3b1_bac6, 0x56aa_3350, 0x677d_9197, 0xb270_22dc];

/// The fixed parameter CK: byte j of CK(i) is (4i + j)·7 mod 256.
const CK: [u32; ROUNDS] = {
    let mut ck = [0; ROUNDS];
    let mut i = 0;
    while i < ROUNDS {
        let mut j = 0;
        while j < 4 {
            ck[i] = ck[i] << 8 | ((4 * i + j) * 7 % 256) as u32;
            j += 1;
        }
        i += 1;
    }
    ck
};

/// The round keys of one key, for encryption; decryption takes them from the end.
#[derive(Clone, Zeroize)]
pub(crate) struct Schedule {
    /// rk(i) as the standard defines it.
    pub(crate) words: [u32; ROUNDS],
}

impl Schedule {
    pub(crate) fn new(key: &[u8; KEY], _path: CpuPath) -> Self {
        Self {
            words: expand(key, portable::substitute_word),
        }
    }
}

/// The round keys, with `substitute` as the S-box on the four octets of a word.
fn expand(key: &[u8; KEY], substitute: impl Fn(u32) -> u32) -> [u32; ROUNDS] {
    let mut k = Zeroizing::new([0u32; 4]);
    for (i, octets) in key.as_chunks().0.iter().enumerate() {
        k[i] = u32::from_be_bytes(*octets) ^ FK[i];
    }
    CK.map(|ck| {
        let b = substitute(k[1] ^ k[2] ^ k[3] ^ ck);
        let rk = k[0] ^ b ^ b.rotate_left(13) ^ b.rotate_left(23);
        *k = [k[1], k[2], k[3], rk];
        rk
    })
}
