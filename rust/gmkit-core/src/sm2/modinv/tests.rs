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
        numbers.extend((0..50_000).map(|_| words.number()));
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

/// One step after the other, as the paper has them, on whole numbers: f is odd.
fn steps_by_definition(count: usize, zeta: i64, f: i64, g: i64) -> (i64, [i64; 4]) {
    let (mut zeta, mut f, mut g) = (zeta, f, g);
    // The rows of the matrix, times 2^steps.
    let (mut of_f, mut of_g) = ([1, 0], [0, 1]);
    for _ in 0..count {
        let sum = |a: [i64; 2], b: [i64; 2], sign: i64| [a[0] + sign * b[0], a[1] + sign * b[1]];
        match (zeta < 0, g & 1 == 1) {
            (true, true) => {
                (zeta, f, g) = (-zeta - 2, g, (g - f) / 2);
                (of_f, of_g) = (of_g, sum(of_g, of_f, -1));
            }
            (_, odd) => {
                let odd = i64::from(odd);
                (zeta, g) = (zeta - 1, (g + odd * f) / 2);
                of_g = sum(of_g, of_f, odd);
            }
        }
        of_f = [2 * of_f[0], 2 * of_f[1]];
    }
    (zeta, [of_f[0], of_f[1], of_g[0], of_g[1]])
}

#[test]
fn packed_steps_are_the_steps() {
    let mut words = Words::new(4);
    let low = |word: u64| (word & 0xf_ffff) as i64;
    let mut borders = vec![
        (-1, 1, 0),
        (-1, 1, 1),
        (-1, 0xf_ffff, 0xf_ffff),
        (21, 1, 0xf_ffff),
    ];
    borders.extend((0..20).map(|bit| (-21, 0xf_ffff, 1 << bit)));
    let random = (0..200_000).map(|_| {
        let zeta = (words.next() % 600) as i64 - 300;
        (zeta, low(words.next()) | 1, low(words.next()))
    });
    for (zeta, f, g) in borders.into_iter().chain(random) {
        let what = format!("{zeta} {f:x} {g:x}");
        let expected = steps_by_definition(20, zeta, f, g);
        // What is above the 20 bits must not count.
        let (new, Steps { u, v, q, r }) =
            few_steps::<20>(zeta, f as u64 | 7 << 20, g as u64 | 5 << 20);
        assert_eq!((new, [u, v, q, r]), expected, "{what}");
        let (new, Steps { u, v, q, r }) = few_steps::<19>(zeta, f as u64, g as u64);
        assert_eq!(
            (new, [u, v, q, r]),
            steps_by_definition(19, zeta, f, g),
            "{what}"
        );
        let packed = (zeta, f - (1 << 41), g - (1 << 62));
        let in_words = packed_steps_in_words::<20>(packed.0, packed.1, packed.2);
        assert_eq!(
            in_words,
            packed_steps::<20>(packed.0, packed.1, packed.2),
            "{what}"
        );
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
