use super::*;
use crate::sm2::tests::Words;

#[test]
fn ar_01_arithmetic_mod_n() {
    let mut words = Words::new(4);
    for _ in 0..5_000 {
        let a = Scalar::reduce(&words.number());
        let b = Scalar::reduce(&words.number());
        let c = Scalar::reduce(&words.number());
        assert_eq!(a.add(&b).sub(&b), a);
        assert_eq!(a.add(&a.negate()), Scalar::default());
        // (a + b) c = a c + b c, and one product by doubling and adding.
        assert_eq!(a.add(&b).mul(&c), a.mul(&c).add(&b.mul(&c)));
        assert_eq!(
            a.mul(&Scalar([5, 0, 0, 0])),
            a.add(&a).add(&a.add(&a)).add(&a)
        );
        if !bool::from(a.is_zero()) {
            assert_eq!(a.mul(&a.invert()), Scalar::ONE);
        }
    }
}

#[test]
fn reduction_at_the_borders() {
    let n_minus_1 = [N[0] - 1, N[1], N[2], N[3]];
    let n_plus_1 = [N[0] + 1, N[1], N[2], N[3]];
    for (number, reduced) in [
        ([0; 4], [0; 4]),
        (n_minus_1, n_minus_1),
        (N, [0; 4]),
        (n_plus_1, [1, 0, 0, 0]),
        ([u64::MAX; 4], limbs::sub(&[u64::MAX; 4], &N).0),
    ] {
        assert_eq!(Scalar::reduce(&number).0, reduced);
        let (_, below) = Scalar::from_octets(&limbs::to_octets(&number));
        assert_eq!(bool::from(below), number == reduced);
    }
}
