//! Scalars as digits: odd signed windows for secrets, non-adjacent form for public numbers.

use subtle::Choice;

use super::limbs;
use super::scalar::Scalar;
use crate::ct;

/// Digits of 5 bits that a number below 2^256 has.
pub(crate) const DIGITS_5: usize = 52;

/// An odd number between n's ends, and whether it stands for k or for its negative.
///
/// n is odd, so of k and n - k one is odd; the sum of odd digits is what windows without zeros need.
pub(crate) struct Odd {
    number: Scalar,
    /// The number is n - k.
    pub(crate) negative: Choice,
}

/// An odd digit: plus or minus (2 index + 1).
pub(crate) struct Digit {
    pub(crate) index: u64,
    pub(crate) negative: Choice,
}

impl Odd {
    /// For k from 1 to n - 1.
    pub(crate) fn new(k: &Scalar) -> Self {
        let negative = Choice::from((!k.0[0] & 1) as u8);
        let mut number = *k;
        limbs::assign_if(&mut number.0, &k.negate().0, negative);
        Self { number, negative }
    }

    /// Digit `at` of W bits, of which the number is the sum of digits times 2^(W at):
    ///
    /// d = u - 2^W, where u are bits W·at to W·at + W, the lowest set: an odd number from 1 - 2^W to
    /// 2^W - 1. What is left over, the number above bit W·at with its lowest bit set, goes on.
    #[inline]
    pub(crate) fn digit<const W: usize>(&self, at: usize) -> Digit {
        let bits = self.bits(W * at) >> 1;
        let positive = (bits >> (W - 1) & 1).wrapping_neg();
        let fold = ct::barrier(!positive);
        Digit {
            index: (bits ^ fold) & ((1 << (W - 1)) - 1),
            negative: Choice::from((fold & 1) as u8),
        }
    }

    /// The index of the last digit, which is positive and takes all bits from W·at up.
    #[inline]
    pub(crate) fn top_index<const W: usize>(&self, at: usize) -> u64 {
        debug_assert!(256 - W * at <= W);
        self.bits(W * at) >> 1
    }

    /// 64 bits from a position up.
    #[inline]
    fn bits(&self, position: usize) -> u64 {
        let (limb, shift) = (position / 64, position % 64);
        let low = self.number.0[limb] >> shift;
        match self.number.0.get(limb + 1) {
            Some(next) if shift != 0 => low | next << (64 - shift),
            _ => low,
        }
    }
}

impl Drop for Odd {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.number);
    }
}

/// The width-W non-adjacent form of a public number below 2^256: digits are 0 or odd with absolute
/// value below 2^(W-1), and of W digits in a row at most one is not 0.
pub(crate) fn naf_vartime<const W: usize>(k: &[u64; 4]) -> [i16; 257] {
    let mut digits = [0; 257];
    let mut carry = 0;
    let mut at = 0;
    while at < 257 {
        let bits = |position: usize| match k.get(position / 64) {
            Some(limb) => limb >> (position % 64),
            None => 0,
        };
        if (bits(at) & 1) == carry {
            at += 1;
            continue;
        }
        let (limb, shift) = (at / 64, at % 64);
        let mut window = bits(at);
        if shift > 64 - W && limb + 1 < 4 {
            window |= k[limb + 1] << (64 - shift);
        }
        let mut digit = ((window & ((1 << W) - 1)) + carry) as i16;
        carry = u64::from(digit >= 1 << (W - 1));
        digit -= (carry << W) as i16;
        digits[at] = digit;
        at += W;
    }
    debug_assert_eq!(carry, 0, "the last digit takes the carry in");
    digits
}

#[cfg(test)]
mod tests;
