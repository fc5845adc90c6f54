//! The inverse against the definition, on numbers that make division steps behave unusually.

use super::*;
use crate::sm2::tests::Words;
use crate::sm2::{field, limbs, scalar};

#[test]
fn a_number_times_its_inverse_is_one() {
    let mut words = Words::new(3);
    for modulus in [field::P, scalar::N] {
        let inversion = Modulus::new(modulus);
        let minus_1 = [modulus[0] - 1, modulus[1], modulus[2], modulus[3]];
        let mut numbers = vec![[1, 0, 0, 0], [2, 0, 0, 0], minus_1];
        numbers.extend((0..256).map(|bit| {
            let mut power = [0; 4];
            power[bit / 64] = 1 << (bit % 64);
            power
        }));
        numbers.extend((0..5_000).map(|_| words.number()));
        for number in numbers
            .iter()
            .filter(|x| bool::from(limbs::less(x, &modulus)))
        {
            let inverse = inversion.invert(number);
            let expected = u64::from(number != &[0; 4]);
            assert_eq!(
                product(number, &inverse, &modulus),
                [expected, 0, 0, 0],
                "{number:x?}"
            );
        }
    }
}

/// a b mod modulus by doubling and adding.
fn product(a: &[u64; 4], b: &[u64; 4], modulus: &[u64; 4]) -> [u64; 4] {
    let mut sum = [0; 4];
    for bit in (0..256).rev() {
        let (doubled, carry) = limbs::add(&sum, &sum);
        sum = limbs::subtract_once(&doubled, carry, modulus);
        if b[bit / 64] >> (bit % 64) & 1 == 1 {
            let (added, carry) = limbs::add(&sum, a);
            sum = limbs::subtract_once(&added, carry, modulus);
        }
    }
    sum
}
