//! GHASH (SP 800-38D) by carry-less multiplication without tables.
//!
//! Elements are kept byte-reversed, so that bit i of a `u128` is the coefficient of x^i in the
//! field modulo x^128 + x^127 + x^126 + x^121 + 1 of RFC 8452; the product there carries a factor
//! x^-128, which the hash key absorbs: it is stored times x, and so are its powers.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{block, BLOCK};
#[cfg(target_arch = "x86_64")]
use crate::arch::ghash as arch;
use crate::arch::wipe::wipe;
use crate::cpu::CpuPath;

/// The most powers of a hash key that are of use: one for each block of the widest pass.
pub(crate) const POWERS: usize = 64;

/// H^64, H^63, ... H, each times x.
pub(crate) type Powers = [u128; POWERS];

/// A hash key. Wiped when dropped.
#[derive(Clone)]
pub(crate) struct HashKey {
    path: CpuPath,
    /// Only the last `known` are there.
    powers: Powers,
    known: usize,
}

/// A hash being computed. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Ghash {
    pub(crate) state: u128,
}

impl HashKey {
    /// From H = E(0), with the powers that a message of so many blocks can use.
    pub(crate) fn new(path: CpuPath, h: &[u8; BLOCK], blocks: usize) -> Self {
        let h = u128::from_be_bytes(*h);
        // Times x: what leaves at the top comes back as x^127 + x^126 + x^121 + 1.
        let carry = (h >> 127).wrapping_neg() & (0xc2 << 120 | 1);
        Self::with_powers(path, h << 1 ^ carry, blocks)
    }

    /// The key of POLYVAL (RFC 8452), which has the factor x^-128 in its definition.
    pub(crate) fn polyval(path: CpuPath, h: &[u8; BLOCK], blocks: usize) -> Self {
        Self::with_powers(path, u128::from_le_bytes(*h), blocks)
    }

    fn with_powers(path: CpuPath, h: u128, blocks: usize) -> Self {
        let mut powers = [0; POWERS];
        powers[POWERS - 1] = h;
        let known = match path {
            #[cfg(target_arch = "x86_64")]
            CpuPath::Avx512 => arch::avx512::powers(&mut powers, blocks),
            #[cfg(target_arch = "x86_64")]
            CpuPath::Avx2 | CpuPath::Avx2Gfni => arch::pclmul::powers(&mut powers, blocks),
            _ => 1,
        };
        debug_assert!((1..=POWERS).contains(&known) || blocks == 0);
        Self {
            path,
            powers,
            known,
        }
    }

    /// Every power, if all are there.
    pub(crate) fn all_powers(&self) -> Option<&Powers> {
        (self.known == POWERS).then_some(&self.powers)
    }

    /// H times x.
    fn h(&self) -> u128 {
        self.powers[POWERS - 1]
    }
}

impl Zeroize for HashKey {
    fn zeroize(&mut self) {
        wipe(&mut self.powers);
    }
}

impl Drop for HashKey {
    fn drop(&mut self) {
        self.zeroize();
    }
}

impl Ghash {
    pub(crate) fn new() -> Self {
        Self { state: 0 }
    }

    /// Takes `data`, zeros behind it up to a whole block.
    pub(crate) fn update_padded(&mut self, key: &HashKey, data: &[u8]) {
        let (blocks, rest) = block::split(data);
        self.update(key, blocks);
        if !rest.is_empty() {
            self.update(key, &[block::zero_padded(rest)]);
        }
    }

    /// Takes whole blocks.
    pub(crate) fn update(&mut self, key: &HashKey, blocks: &[[u8; BLOCK]]) {
        match key.path {
            #[cfg(target_arch = "x86_64")]
            CpuPath::Avx512 => {
                for blocks in blocks.chunks(key.known) {
                    self.state = arch::avx512::hash(&key.powers, self.state, blocks);
                }
            }
            #[cfg(target_arch = "x86_64")]
            CpuPath::Avx2 | CpuPath::Avx2Gfni => {
                for blocks in blocks.chunks(key.known) {
                    self.state = arch::pclmul::hash(&key.powers, self.state, blocks);
                }
            }
            _ => {
                for block in blocks {
                    self.state = product(self.state ^ u128::from_be_bytes(*block), key.h());
                }
            }
        }
    }

    /// Takes in a hash of the `blocks` blocks that follow, made from nothing.
    pub(crate) fn append(&mut self, key: &HashKey, later: &Self, blocks: usize) {
        // State times H^blocks, by squaring; the number of blocks is public.
        let (mut square, mut left) = (key.h(), blocks);
        while left > 0 {
            if left & 1 == 1 {
                self.state = product(self.state, square);
            }
            square = product(square, square);
            left >>= 1;
        }
        self.state ^= later.state;
    }

    /// Takes the lengths in octets of what was hashed, and gives the hash.
    pub(crate) fn finish(mut self, key: &HashKey, aad: u64, text: u64) -> [u8; BLOCK] {
        let lengths = u128::from(aad * 8) << 64 | u128::from(text * 8);
        self.update(key, &[lengths.to_be_bytes()]);
        self.state.to_be_bytes()
    }
}

/// a·b·x^-128.
pub(crate) fn product(a: u128, b: u128) -> u128 {
    let (a1, a0) = ((a >> 64) as u64, a as u64);
    let (b1, b0) = ((b >> 64) as u64, b as u64);
    let low = carryless(a0, b0);
    let high = carryless(a1, b1);
    let middle = carryless(a0 ^ a1, b0 ^ b1) ^ low ^ high;
    reduce(high ^ middle >> 64, low ^ middle << 64)
}

/// (high·x^128 + low)·x^-128 in the field.
fn reduce(high: u128, low: u128) -> u128 {
    // Twice: add the multiple of the modulus that clears the lowest 64 bits, then drop them.
    let half = low.rotate_right(64) ^ times_tail(low as u64);
    high ^ half.rotate_right(64) ^ times_tail(half as u64)
}

/// The product with x^63 + x^62 + x^57, which is the modulus less its first and last term, x^64 down.
fn times_tail(a: u64) -> u128 {
    let a = u128::from(a);
    a << 63 ^ a << 62 ^ a << 57
}

/// The product of two polynomials of degree below 64.
fn carryless(a: u64, b: u64) -> u128 {
    let low = carryless_low(a, b);
    let high = carryless_low(a.reverse_bits(), b.reverse_bits()).reverse_bits() >> 1;
    u128::from(high) << 64 | u128::from(low)
}

/// The lowest 64 coefficients of the product.
///
/// Integer multiplication with every fourth bit in use: at most 16 products meet in one place, so
/// carries stay within the three free bits above it, except in the topmost group, where they leave.
fn carryless_low(a: u64, b: u64) -> u64 {
    const GROUP: u64 = 0x1111_1111_1111_1111;
    let a: [u64; 4] = [0, 1, 2, 3].map(|i| a & GROUP << i);
    let b: [u64; 4] = [0, 1, 2, 3].map(|i| b & GROUP << i);
    let mut result = 0;
    for k in 0..4 {
        let mut sum = 0;
        for i in 0..4 {
            sum ^= a[i].wrapping_mul(b[(k + 4 - i) % 4]);
        }
        result |= sum & GROUP << k;
    }
    result
}
