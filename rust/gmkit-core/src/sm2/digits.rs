//! Scalars as digits: signed windows for secrets, non-adjacent form for public numbers.

use subtle::{Choice, ConstantTimeEq};

use crate::ct;

/// Windows of 6 bits that a number below 2^256 has, one bit more for the sign.
pub(crate) const WINDOWS_6: usize = 43;
/// Windows of 5 bits, likewise.
pub(crate) const WINDOWS_5: usize = 52;

/// A digit from -2^(W-1) to 2^(W-1).
pub(crate) struct Digit {
    pub(crate) magnitude: u64,
    pub(crate) negative: Choice,
    pub(crate) zero: Choice,
}

/// Digit `index` of k in Booth's form: k is the sum of digits times 2^(W index).
///
/// The window's W bits and the one below them: bits b(W-1) … b0 and b(-1) make the digit
/// -2^(W-1) b(W-1) + … + 2 b1 + b0 + b(-1).
#[inline]
pub(crate) fn booth<const W: usize>(k: &[u64; 4], index: usize) -> Digit {
    let bits = bits_below::<W>(k, index);
    let negative = ct::barrier((bits >> W).wrapping_neg());
    // For a set top bit, -digit of the window is the digit of its complement.
    let folded = (bits ^ negative) & ((1 << W) - 1);
    let magnitude = (folded >> 1) + (folded & 1);
    Digit {
        magnitude,
        negative: Choice::from((negative & 1) as u8),
        zero: magnitude.ct_eq(&0),
    }
}

/// Bits W·index - 1 up to W·index + W - 1; what lies outside the number is 0.
#[inline]
fn bits_below<const W: usize>(k: &[u64; 4], index: usize) -> u64 {
    let mask = (1 << (W + 1)) - 1;
    if index == 0 {
        return k[0] << 1 & mask;
    }
    let lowest = W * index - 1;
    let (limb, shift) = (lowest / 64, lowest % 64);
    let low = k[limb] >> shift;
    let high = match k.get(limb + 1) {
        Some(next) if shift != 0 => next << (64 - shift),
        _ => 0,
    };
    (low | high) & mask
}

/// The width-W non-adjacent form of a public number below 2^256: digits are 0 or odd with absolute
/// value below 2^(W-1), and of W digits in a row at most one is not 0.
pub(crate) fn naf_vartime<const W: usize>(k: &[u64; 4]) -> [i16; 257] {
    let mut digits = [0; 257];
    let mut carry = 0;
    let mut at = 0;
    while at < 257 {
        let bit = |position: usize| match k.get(position / 64) {
            Some(limb) => limb >> (position % 64),
            None => 0,
        };
        if (bit(at) & 1) == carry {
            at += 1;
            continue;
        }
        let limb = at / 64;
        let shift = at % 64;
        let mut window = bit(at);
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
