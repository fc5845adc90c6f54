//! The round keys, in the form the key's path wants them.

use zeroize::{Zeroize, Zeroizing};

use super::{portable, KEY};
#[cfg(target_arch = "x86_64")]
use crate::arch::sm4 as arch;
use crate::arch::wipe::wipe;
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
#[derive(Clone)]
pub(crate) struct Schedule {
    /// As the standard defines them, or in the basis and order that the kernels of a path use.
    pub(crate) words: [u32; ROUNDS],
}

impl Schedule {
    pub(crate) fn new(key: &[u8; KEY], path: CpuPath) -> Self {
        let words = match path {
            #[cfg(target_arch = "x86_64")]
            CpuPath::Avx512 => arch::gfni::evex::expand(key),
            #[cfg(target_arch = "x86_64")]
            CpuPath::Avx2Gfni => arch::gfni::vex::expand(key),
            #[cfg(target_arch = "x86_64")]
            CpuPath::Avx2 => arch::aesni::prepare(expand(key, arch::aesni::substitute_word)),
            _ => expand(key, portable::substitute_word),
        };
        Self { words }
    }
}

impl Zeroize for Schedule {
    fn zeroize(&mut self) {
        wipe(&mut self.words);
    }
}

/// The key schedule of the standard, with a constant-time S-box on the octets of a word.
fn expand(key: &[u8; KEY], substitute: fn(u32) -> u32) -> [u32; ROUNDS] {
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
