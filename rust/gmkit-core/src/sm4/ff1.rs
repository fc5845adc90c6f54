//! FF1 (SP 800-38G): numbers of so many digits to numbers of as many digits.
//!
//! Digits are secret: no division instruction and no branch sees them. Halves stay below 2^96, so
//! that a round's pseudo-random number is one block; in decimal that is up to 56 digits.

use zeroize::Zeroizing;

use super::{engine, Error, Key, BLOCK};

/// Rounds of the Feistel network.
const ROUNDS: u8 = 10;
/// The fewest different inputs that may be encrypted.
const FEWEST: u128 = 1_000_000;
/// What a half must stay below.
const HALF: u128 = 1 << 96;

/// The parameters of one call.
struct Shape<'a> {
    key: &'a Key,
    radix: u32,
    tweak: &'a [u8],
    length: usize,
    /// Octets that hold the longer half.
    width: usize,
}

/// Encrypts digits, each below `radix`, in place.
///
/// # Errors
/// [`Error::TooShort`] for fewer than a million possible inputs, [`Error::TooLong`] if half the
/// digits reach 2^96 or the tweak 2^32 octets.
///
/// # Panics
/// If a digit is not below `radix`, or `radix` is not between 2 and 65,536.
pub fn encrypt(key: &Key, radix: u32, tweak: &[u8], digits: &mut [u16]) -> Result<(), Error> {
    let shape = Shape::new(key, radix, tweak, digits)?;
    let (mut a, mut b) = shape.halves(digits);
    for round in 0..ROUNDS {
        let c = add(*a, shape.random(round, *b), shape.modulus(round));
        *a = *b;
        *b = c;
    }
    shape.write(*a, *b, digits);
    Ok(())
}

/// Decrypts digits, each below `radix`, in place.
///
/// # Errors
/// As [`encrypt`].
///
/// # Panics
/// As [`encrypt`].
pub fn decrypt(key: &Key, radix: u32, tweak: &[u8], digits: &mut [u16]) -> Result<(), Error> {
    let shape = Shape::new(key, radix, tweak, digits)?;
    let (mut a, mut b) = shape.halves(digits);
    for round in (0..ROUNDS).rev() {
        let modulus = shape.modulus(round);
        let random = remainder(shape.random(round, *a), modulus).1;
        let c = add(*b, modulus - random, modulus);
        *b = *a;
        *a = c;
    }
    shape.write(*a, *b, digits);
    Ok(())
}

impl<'a> Shape<'a> {
    fn new(key: &'a Key, radix: u32, tweak: &'a [u8], digits: &[u16]) -> Result<Self, Error> {
        assert!((2..=1 << 16).contains(&radix));
        assert!(digits.iter().all(|&digit| u32::from(digit) < radix));
        let length = digits.len();
        let longer = power(radix, length.div_ceil(2)).filter(|&most| most <= HALF);
        let (Some(longer), Ok(_)) = (longer, u32::try_from(tweak.len())) else {
            return Err(Error::TooLong);
        };
        if length < 2 || longer < 1 << 40 && power(radix, length).is_none_or(|all| all < FEWEST) {
            return Err(Error::TooShort);
        }
        let bits = 128 - (longer - 1).leading_zeros();
        let width = bits.div_ceil(8) as usize;
        Ok(Self {
            key,
            radix,
            tweak,
            length,
            width,
        })
    }

    /// The halves as numbers, the first digit being the highest.
    fn halves(&self, digits: &[u16]) -> (Zeroizing<u128>, Zeroizing<u128>) {
        let number = |digits: &[u16]| {
            let next = |n, digit: &u16| n * u128::from(self.radix) + u128::from(*digit);
            Zeroizing::new(digits.iter().fold(0, next))
        };
        let (a, b) = digits.split_at(self.length / 2);
        (number(a), number(b))
    }

    fn write(&self, a: u128, b: u128, digits: &mut [u16]) {
        let (a_out, b_out) = digits.split_at_mut(self.length / 2);
        for (number, out) in [(a, a_out), (b, b_out)] {
            let mut left = Zeroizing::new(number);
            for digit in out.iter_mut().rev() {
                let (quotient, rest) = remainder(*left, u128::from(self.radix));
                *digit = rest as u16;
                *left = quotient;
            }
        }
    }

    /// radix^u in even rounds, radix^v in odd ones.
    fn modulus(&self, round: u8) -> u128 {
        let digits = (self.length + usize::from(round % 2)) / 2;
        power(self.radix, digits).expect("checked in new")
    }

    /// The pseudo-random number of a round: d octets of CBC-MAC(P || Q), and no more than a block.
    fn random(&self, round: u8, b: u128) -> u128 {
        let mut message = Zeroizing::new(Vec::with_capacity(self.tweak.len() + 4 * BLOCK));
        // P: 1, 2, 1, radix in 3 octets, 10 rounds, u modulo 256, n and t in 4 octets.
        message.extend([1, 2, 1]);
        message.extend(&self.radix.to_be_bytes()[1..]);
        message.extend([ROUNDS, (self.length / 2) as u8]);
        message.extend((self.length as u32).to_be_bytes());
        message.extend((self.tweak.len() as u32).to_be_bytes());
        // Q: tweak, zeros, the round and the number of B, which end a block.
        message.extend(self.tweak);
        let filled = (message.len() + 1 + self.width).next_multiple_of(BLOCK);
        message.resize(filled - 1 - self.width, 0);
        message.push(round);
        message.extend(&b.to_be_bytes()[BLOCK - self.width..]);
        let mut r = Zeroizing::new([0; BLOCK]);
        engine::cbc_mac(self.key, &mut r, message.as_chunks().0);
        let d = 4 * self.width.div_ceil(4) + 4;
        u128::from_be_bytes(*r) >> (8 * (BLOCK - d))
    }
}

fn power(radix: u32, digits: usize) -> Option<u128> {
    u128::from(radix).checked_pow(u32::try_from(digits).ok()?)
}

/// (a + b) modulo `modulus`, which is public; a is below it.
fn add(a: u128, b: u128, modulus: u128) -> u128 {
    let b = remainder(b, modulus).1;
    let sum = a + b;
    let over = mask_if_less(sum, modulus);
    sum - (modulus & !over)
}

/// Quotient and remainder, bit by bit, always as many steps.
fn remainder(number: u128, divisor: u128) -> (u128, u128) {
    debug_assert!((1..=HALF).contains(&divisor));
    let (mut quotient, mut rest) = (0, 0);
    for bit in (0..128).rev() {
        rest = rest << 1 | number >> bit & 1;
        let fits = !mask_if_less(rest, divisor);
        rest -= divisor & fits;
        quotient = quotient << 1 | fits & 1;
    }
    (quotient, rest)
}

/// All ones if a < b, both below 2^127.
fn mask_if_less(a: u128, b: u128) -> u128 {
    (a.wrapping_sub(b) >> 127).wrapping_neg()
}
