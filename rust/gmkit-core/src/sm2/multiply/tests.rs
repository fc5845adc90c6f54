//! Every multiplication against doubling and adding, on scalars that reach the special cases.

use super::*;
use crate::cpu::tests::on_every_path;
use crate::sm2::field::Portable;
use crate::sm2::limbs;
use crate::sm2::point::{add_affine_vartime, GENERATOR};
use crate::sm2::scalar::N;
use crate::sm2::tests::Words;
use crate::sm2::with_field;

/// k P, one bit after the other, with additions that know every case.
fn slowly(k: &[u64; 4], p: &Affine) -> Option<Affine> {
    let mut sum = Jacobian::INFINITY;
    for bit in (0..256).rev() {
        sum = sum.double::<Portable>();
        if k[bit / 64] >> (bit % 64) & 1 == 1 {
            sum = add_affine_vartime::<Portable>(&sum, p);
        }
    }
    affine(&sum)
}

fn affine(point: &Jacobian) -> Option<Affine> {
    (!bool::from(point.is_infinity())).then(|| point.to_affine::<Portable>())
}

/// Scalars from 1 to n - 1: small, close to n, powers of two and their neighbours, runs of ones,
/// and those for which a digit is missing.
pub(crate) fn structured() -> Vec<Scalar> {
    let below = |number: u64| limbs::sub(&N, &[number, 0, 0, 0]).0;
    let mut numbers: Vec<[u64; 4]> = Vec::new();
    for small in 1..80 {
        numbers.push([small, 0, 0, 0]);
        numbers.push(below(small));
    }
    for bit in 0..256 {
        let mut power = [0; 4];
        power[bit / 64] = 1 << (bit % 64);
        let (less, _) = limbs::sub(&power, &[1, 0, 0, 0]);
        let (more, _) = limbs::add(&power, &[1, 0, 0, 0]);
        let (inverted, _) = limbs::sub(&N, &power);
        let (run, _) = limbs::sub(&power, &[1 << (bit % 60), 0, 0, 0]);
        numbers.extend([power, less, more, inverted, run]);
    }
    // Where the top window of a comb and the rest are the same point: 2 j 2^252 - n, for every j.
    for top in 1..=16u64 {
        let (double, carry) = limbs::add(&[0, 0, 0, top << 60], &[0, 0, 0, top << 60]);
        let (number, borrow) = limbs::sub(&double, &N);
        if carry >= borrow {
            numbers.extend([number, limbs::sub(&N, &number).0]);
        }
    }
    let mut words = Words::new(5);
    numbers.extend((0..300).map(|_| words.number()));
    numbers
        .into_iter()
        .filter(|k| bool::from(limbs::less(k, &N)) && *k != [0; 4])
        .map(Scalar)
        .collect()
}

fn check<F: FieldOps>() {
    let scalars = structured();
    assert!(scalars.len() > 1_500);
    let p = slowly(&[0x1234_5678_9abc_def1, 2, 3, 4], &GENERATOR).unwrap();
    let comb = tables::KeyComb::new_vartime::<F>(&p);
    let plus = |mut sum: Jacobian, k: &Scalar| {
        comb.mul_add_vartime::<F>(k, &mut sum);
        affine(&sum)
    };
    for (at, k) in scalars.iter().enumerate() {
        let of_generator = slowly(&k.0, &GENERATOR);
        assert_eq!(affine(&generator::<F>(k)), of_generator, "{:x?} G", k.0);
        let of_point = slowly(&k.0, &p);
        assert_eq!(affine(&point::<F>(k, &p)), of_point, "{:x?} P", k.0);
        assert_eq!(affine(&comb.mul::<F>(k)), of_point, "{:x?} P", k.0);
        assert_eq!(plus(Jacobian::INFINITY, k), of_point);
        let t = scalars[(at * 7 + 3) % scalars.len()];
        let expected = match (&of_generator, slowly(&t.0, &p)) {
            (Some(a), Some(b)) => affine(&add_affine_vartime::<Portable>(&a.to_jacobian(), &b)),
            _ => unreachable!("neither scalar is 0 mod n"),
        };
        assert_eq!(
            affine(&double_vartime::<F>(k, &t, &p)),
            expected,
            "{:x?} {:x?}",
            k.0,
            t.0
        );
    }
    // s G + t P where one is the other, or its negative.
    for k in &scalars[..100] {
        let twice = slowly(&k.add(k).0, &GENERATOR);
        assert_eq!(affine(&double_vartime::<F>(k, k, &GENERATOR)), twice);
        assert_eq!(
            affine(&double_vartime::<F>(k, &k.negate(), &GENERATOR)),
            None
        );
        let k_p = point::<F>(k, &p);
        let none = Scalar::default();
        assert_eq!(affine(&double_vartime::<F>(&none, k, &p)), affine(&k_p));
        assert_eq!(
            affine(&double_vartime::<F>(k, &none, &p)),
            affine(&generator::<F>(k))
        );
        assert_eq!(affine(&double_vartime::<F>(&none, &none, &p)), None);
        assert_eq!(plus(k_p, k), slowly(&k.add(k).0, &p));
        assert_eq!(plus(point::<F>(&k.negate(), &p), k), None);
        assert_eq!(plus(k_p, &Scalar::default()), affine(&k_p));
    }
}

#[test]
fn ar_05_structured_scalars_on_every_path() {
    on_every_path(|_| with_field!(check()));
}
