//! Scalars, eight at a time, and their digits.
//!
//! An odd number k below 2^256 is written with digits that are all odd, so never zero:
//!
//! ```text
//! k = sum of d_i 2^(W i),   d_i = ((k >> W i) mod 2^(W+1) | 1) - 2^W  in  -2^W + 1 .. 2^W - 1
//! ```
//!
//! but for the top digit, which is what is left: (k >> W i) | 1. Every multiple to look up is one of
//! the 2^(W-1) odd ones or its negative. For an even k the callers take n - k and the other sign.

use zeroize::Zeroize;

use super::vector::{Ifma, Mask, V};

/// Eight numbers below 2^256: `words[i][lane]` is bits 64 i and up. A negated one stands for its
/// negative.
#[derive(Clone, Copy, Default, Zeroize)]
#[repr(C, align(64))]
pub(crate) struct Scalars {
    words: [[u64; 8]; 4],
    negated: Mask,
}

/// One digit of each of the eight: the odd multiple `2 index + 1`, to subtract in `minus`.
#[derive(Clone, Copy)]
pub(super) struct Digit {
    pub(super) index: V,
    pub(super) minus: Mask,
}

impl Scalars {
    /// Put a number in a lane; it stands for its negative if `negated` is 1, for itself if 0.
    pub(crate) fn set(&mut self, lane: usize, number: &[u64; 4], negated: u8) {
        for (words, word) in self.words.iter_mut().zip(number) {
            words[lane] = *word;
        }
        self.negated = self.negated & !(1 << lane) | (negated & 1) << lane;
    }

    /// The lanes that stand for their negatives.
    #[inline(always)]
    pub(super) fn negated(&self) -> Mask {
        self.negated
    }

    /// Digit `at` in windows of `W` bits; not the top one.
    #[inline(always)]
    pub(super) fn digit<const W: u32>(&self, proof: Ifma, at: usize) -> Digit {
        let from = W as usize * at;
        let bits = self.bits_from(proof, from);
        let ones = bits.like((1 << W) - 1);
        let positive = bits.lanes_with(bits.like(1 << W));
        // Below the middle: the digit is -(2^W - bits), whose index comes from the complement.
        let folded = bits.xor(ones).replace_in(positive, bits).and(ones);
        Digit {
            index: folded.shift_right::<1>(),
            minus: !positive ^ self.negated,
        }
    }

    /// The top digit, where the number has the bits from `from` up; never negative by itself.
    #[inline(always)]
    pub(super) fn top_digit(&self, proof: Ifma, from: usize) -> Digit {
        Digit {
            index: self.bits_from(proof, from).shift_right::<1>(),
            minus: self.negated,
        }
    }

    /// The 64 bits from bit `from` up.
    #[inline(always)]
    fn bits_from(&self, proof: Ifma, from: usize) -> V {
        let shift = V::splat(proof, (from % 64) as u64);
        let low = V::load(proof, &self.words[from / 64]).shift_right_by(shift);
        match self.words.get(from / 64 + 1) {
            Some(next) => low.or(V::load(proof, next).shift_left_by(shift.like(64).sub(shift))),
            None => low,
        }
    }
}
