use super::*;
use crate::sm2::limbs;
use crate::sm2::tests::Words;

fn numbers() -> Vec<[u64; 4]> {
    let mut words = Words::new(6);
    let mut numbers = vec![[0; 4], [1, 0, 0, 0], [u64::MAX; 4], [0, 0, 0, 1 << 63]];
    numbers.extend((0..2_000).map(|_| words.number()));
    numbers
}

/// The sum of digits times 2^(width position), from the top, modulo 2^256.
fn value(digits: impl DoubleEndedIterator<Item = i64>, width: usize) -> [u64; 4] {
    digits.rev().fold([0; 4], |mut sum, digit| {
        for _ in 0..width {
            sum = limbs::add(&sum, &sum).0;
        }
        let magnitude = [digit.unsigned_abs(), 0, 0, 0];
        if digit < 0 {
            limbs::sub(&sum, &magnitude).0
        } else {
            limbs::add(&sum, &magnitude).0
        }
    })
}

#[test]
fn odd_digits_add_up() {
    fn check<const W: usize>(odd: &Odd, digits: usize) -> [u64; 4] {
        let top = odd.top_index::<W>(digits - 1) as i64 * 2 + 1;
        let signed = (0..digits - 1).map(|at| {
            let digit = odd.digit::<W>(at);
            let magnitude = digit.index as i64 * 2 + 1;
            assert!(magnitude < 1 << W);
            if bool::from(digit.negative) {
                -magnitude
            } else {
                magnitude
            }
        });
        let all: Vec<i64> = signed.chain([top]).collect();
        value(all.into_iter(), W)
    }
    for k in numbers() {
        let k = Scalar::reduce(&k);
        if bool::from(k.is_zero()) {
            continue;
        }
        let odd = Odd::new(&k);
        let expected = if k.0[0] & 1 == 1 { k } else { k.negate() };
        assert_eq!(bool::from(odd.negative), k.0[0] & 1 == 0);
        assert_eq!(check::<7>(&odd, 37), expected.0);
        assert_eq!(check::<6>(&odd, 43), expected.0);
        assert_eq!(check::<5>(&odd, DIGITS_5), expected.0);
    }
}

#[test]
fn non_adjacent_forms_add_up() {
    fn check<const W: usize>(k: &[u64; 4]) {
        let digits = naf_vartime::<W>(k);
        assert_eq!(value(digits.iter().map(|&digit| digit.into()), 1), *k);
        let places: Vec<usize> = (0..digits.len()).filter(|&at| digits[at] != 0).collect();
        assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= W));
        assert!(places
            .iter()
            .all(|&at| digits[at] % 2 != 0 && digits[at].abs() < 1 << (W - 1)));
    }
    for k in numbers() {
        check::<5>(&k);
        check::<10>(&k);
    }
}
