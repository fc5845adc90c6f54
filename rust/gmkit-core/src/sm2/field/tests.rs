//! Every arithmetic against schoolbook numbers, on words that make carries.

use super::*;
use crate::sm2::tests::Words;

/// a b / 2^256 mod p by the definition, bit by bit.
fn montgomery_product(a: &[u64; 4], b: &[u64; 4]) -> [u64; 4] {
    let mut sum = [0; 4];
    for bit in 0..256 {
        // sum = (sum + b[bit] a) / 2 mod p, for 256 bits from the lowest up.
        if b[bit / 64] >> (bit % 64) & 1 == 1 {
            let (added, carry) = limbs::add(&sum, a);
            sum = limbs::subtract_once(&added, carry, &P);
        }
        sum = limbs::half(&sum, &P);
    }
    sum
}

fn below_p(words: &mut Words) -> Fe {
    loop {
        let number = words.number();
        if bool::from(limbs::less(&number, &P)) {
            return Fe(number);
        }
    }
}

fn check<F: FieldOps>(rounds: usize) {
    let mut words = Words::new(1);
    let mut reduced = 0;
    let p_minus_1 = Fe([P[0] - 1, P[1], P[2], P[3]]);
    let borders = [Fe::ZERO, Fe([1, 0, 0, 0]), p_minus_1, Fe::ONE, Fe::R2];
    for round in 0..rounds {
        let pick = |words: &mut Words| match words.next() % 8 {
            at @ 0..5 => borders[at as usize],
            _ => below_p(words),
        };
        let (a, b) = if round % 4 == 0 {
            (pick(&mut words), pick(&mut words))
        } else {
            (below_p(&mut words), below_p(&mut words))
        };
        let what = || format!("round {round}: {a:x?} {b:x?}");
        if round < rounds / 50 {
            assert_eq!(
                F::mul(&a, &b).0,
                montgomery_product(&a.0, &b.0),
                "{}",
                what()
            );
        }
        assert_eq!(F::mul(&a, &b), Portable::mul(&a, &b), "{}", what());
        assert_eq!(F::square(&a), Portable::mul(&a, &a), "{}", what());
        let (sum, carry) = limbs::add(&a.0, &b.0);
        reduced += u32::from(carry == 1 || bool::from(!limbs::less(&sum, &P)));
        assert_eq!(
            F::add(&a, &b).0,
            limbs::subtract_once(&sum, carry, &P),
            "{}",
            what()
        );
        assert_eq!(F::sub(&F::add(&a, &b), &b), a, "{}", what());
        assert_eq!(F::double(&F::half(&a)), a, "{}", what());
        assert_eq!(F::three_halves(&F::double(&a)), F::triple(&a), "{}", what());
        assert_eq!(F::add(&F::negate(&a), &a), Fe::ZERO, "{}", what());
        let (c, d) = (pick(&mut words), pick(&mut words));
        check_compound::<F>([&a, &b, &c, &d]);
        check_compound::<F>([&c, &d, &a, &b]);
    }
    assert!(
        reduced as usize > rounds / 10,
        "the final subtraction was hardly ever taken"
    );
}

/// What is done at one go against the same in steps.
fn check_compound<F: FieldOps>([a, b, c, d]: [&Fe; 4]) {
    let what = || format!("{a:x?} {b:x?} {c:x?} {d:x?}");
    let (ab, cd) = (Portable::mul(a, b), Portable::mul(c, d));
    let less = F::mul_less(a, b, &F::product(c, d));
    assert_eq!(less, Portable::sub(&ab, &cd), "{}", what());
    let less = F::mul_less(a, b, &F::product_of_square(c));
    let square = Portable::mul(c, c);
    assert_eq!(less, Portable::sub(&ab, &square), "{}", what());
    let x = Portable::sub(&Portable::sub(&Portable::sub(a, b), c), c);
    let run = Portable::sub(c, &x);
    assert_eq!(F::run_of_chord(a, b, c), (x, run), "{}", what());
    let x = Portable::sub(&Portable::sub(a, b), c);
    let run = Portable::sub(c, &x);
    assert_eq!(F::run_of_line(a, b, c), (x, run), "{}", what());
}

#[test]
fn ar_01_portable_arithmetic() {
    check::<Portable>(20_000);
}

/// Ours against the machine-proved arithmetic: all pairs of border numbers, then words that make carries.
#[cfg(target_pointer_width = "64")]
#[test]
fn ar_01_sig_15_portable_arithmetic_beside_fiat_crypto() {
    use fiat_crypto::sm2_64 as fiat;
    use fiat_crypto::sm2_64::fiat_sm2_montgomery_domain_field_element as Element;

    let compare = |a: &Fe, b: &Fe| {
        let (x, y) = (Element(a.0), Element(b.0));
        let mut out = Element([0; 4]);
        fiat::fiat_sm2_mul(&mut out, &x, &y);
        assert_eq!(Portable::mul(a, b).0, out.0, "{a:x?} times {b:x?}");
        fiat::fiat_sm2_square(&mut out, &x);
        assert_eq!(Portable::square(a).0, out.0, "{a:x?} squared");
        fiat::fiat_sm2_add(&mut out, &x, &y);
        assert_eq!(Portable::add(a, b).0, out.0, "{a:x?} plus {b:x?}");
        fiat::fiat_sm2_sub(&mut out, &x, &y);
        assert_eq!(Portable::sub(a, b).0, out.0, "{a:x?} minus {b:x?}");
    };
    // Every number whose 32-bit halves are ends of their range, or a neighbour, where below p.
    let ends = [
        0,
        1,
        0xffff_ffff,
        1 << 32,
        u64::MAX << 32,
        u64::MAX - 1,
        u64::MAX,
        P[3],
    ];
    let borders: Vec<Fe> = (0..ends.len().pow(4))
        .map(|at| core::array::from_fn(|limb| ends[at / ends.len().pow(limb as u32) % ends.len()]))
        .filter(|number| bool::from(limbs::less(number, &P)))
        .map(Fe)
        .collect();
    assert!(borders.len() > 2_000);
    let mut words = Words::new(6);
    for (at, a) in borders.iter().enumerate() {
        for step in 0..64 {
            compare(a, &borders[(at + step * 41) % borders.len()]);
        }
        compare(a, &below_p(&mut words));
    }
    for _ in 0..200_000 {
        compare(&below_p(&mut words), &below_p(&mut words));
    }
}

#[cfg(target_arch = "x86_64")]
#[test]
fn ar_01_sig_15_bmi2_arithmetic() {
    if crate::cpu::best() >= crate::cpu::CpuPath::Bmi2 {
        check::<crate::arch::sm2_bmi2::Bmi2>(400_000);
    }
}

#[cfg(target_arch = "x86_64")]
#[test]
#[ignore = "minutes: 10^8 operations, for the soak command"]
fn ar_01_bmi2_soak() {
    check::<crate::arch::sm2_bmi2::Bmi2>(20_000_000);
}

#[test]
fn inverses_and_roots() {
    let mut words = Words::new(2);
    for _ in 0..2_000 {
        let a = below_p(&mut words);
        let product = Portable::mul(&a, &a.invert::<Portable>());
        assert_eq!(
            product,
            if bool::from(a.is_zero()) {
                Fe::ZERO
            } else {
                Fe::ONE
            }
        );
        let square = Portable::square(&a);
        let root = square.square_root::<Portable>();
        assert!(root == a || root == Portable::negate(&a));
    }
    assert_eq!(Fe::ZERO.invert::<Portable>(), Fe::ZERO);
}

#[test]
fn octets_at_the_borders() {
    for (number, below) in [
        ([0; 4], true),
        ([1, 0, 0, 0], true),
        (P, false),
        ([u64::MAX; 4], false),
    ] {
        let (fe, is_below) = Fe::from_octets::<Portable>(&limbs::to_octets(&number));
        assert_eq!(bool::from(is_below), below);
        if below {
            assert_eq!(fe.to_number::<Portable>(), number);
        }
    }
    let p_minus_1 = [P[0] - 1, P[1], P[2], P[3]];
    let (fe, below) = Fe::from_octets::<Portable>(&limbs::to_octets(&p_minus_1));
    assert!(bool::from(below));
    assert_eq!(fe.to_octets::<Portable>(), limbs::to_octets(&p_minus_1));
}
