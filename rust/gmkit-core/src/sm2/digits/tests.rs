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
fn digits_of_signed_windows_add_up() {
    fn signed(digit: &Digit) -> i64 {
        let magnitude = digit.magnitude as i64;
        assert_eq!(bool::from(digit.zero), magnitude == 0);
        if bool::from(digit.negative) {
            -magnitude
        } else {
            magnitude
        }
    }
    for k in numbers() {
        let six = (0..WINDOWS_6).map(|index| signed(&booth::<6>(&k, index)));
        assert!(six.clone().all(|digit| digit.abs() <= 32));
        assert_eq!(value(six, 6), k);
        let five = (0..WINDOWS_5).map(|index| signed(&booth::<5>(&k, index)));
        assert!(five.clone().all(|digit| digit.abs() <= 16));
        assert_eq!(value(five, 5), k);
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
