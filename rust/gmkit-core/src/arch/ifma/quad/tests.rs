//! The single products against the field in plain Rust, and the products of points in `sm2::multiply`'s tests.

use super::super::tests::{field_number, Numbers};
use super::super::vector::Ifma;
use super::field::FeMemory;
use crate::sm2::field;
use crate::sm2::field::{FieldOps, Portable, P};

/// 2^520 mod p, the factor into Montgomery form.
const R2: [u64; 4] = [
    0x0000_0200_0000_0300,
    0x0000_02ff_ffff_ff00,
    0x0000_0100_0000_0100,
    0x0000_0400_0000_0200,
];

/// Per lane: a b, (a + 13 p) b folded from 8 a b - 2 b + 9 p, a - b.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512ifma,avx512vbmi")]
fn compute(proof: Ifma, a: &FeMemory, b: &FeMemory) -> [FeMemory; 4] {
    let r2 = FeMemory::of_words([R2; 4]).load(proof);
    let one = FeMemory::of_words([[1, 0, 0, 0]; 4]).load(proof);
    let a = a.load(proof).times(r2).carry();
    let b = b.load(proof).times(r2).carry();
    let results = [
        a.times(b).carry(),
        a.columns().plus_p::<13>().carry().times(b).carry(),
        a.times(b)
            .shifted::<3>()
            .minus(b.columns().doubled())
            .plus_p::<9>()
            .folded()
            .carry(),
        a.columns().minus(b.columns()).plus_p::<2>().carry(),
    ];
    results.map(|result| {
        let mut memory = FeMemory::default();
        memory.store(result.times(one).carry().reduced());
        memory
    })
}

#[test]
fn products_agree_with_plain_rust_in_every_lane() {
    let Some(proof) = Ifma::supported() else {
        return;
    };
    let mut numbers = Numbers(4);
    for round in 0..4_000 {
        let mut draw = || core::array::from_fn(|_| numbers.below(&P, round % 2 == 0));
        let (a, b): ([[u64; 4]; 4], [[u64; 4]; 4]) = (draw(), draw());
        // SAFETY: the token proves that the processor has the instructions.
        let found = unsafe { compute(proof, &FeMemory::of_words(a), &FeMemory::of_words(b)) };
        for lane in 0..4 {
            let (x, y) = (field_number(&a[lane]), field_number(&b[lane]));
            let xy = Portable::mul(&x, &y);
            let eight = (0..3).fold(xy, |sum, _| Portable::double(&sum));
            let expected: [field::Fe; 4] = [
                xy,
                xy,
                Portable::sub(&eight, &Portable::double(&y)),
                Portable::sub(&x, &y),
            ];
            for (found, expected) in found.iter().zip(expected) {
                let expected = super::super::field::limbs_of(expected.to_number::<Portable>());
                let found: [u64; 5] = core::array::from_fn(|limb| found.0[limb][lane]);
                assert_eq!(
                    found, expected,
                    "lane {lane}: {:x?} {:x?}",
                    a[lane], b[lane]
                );
            }
        }
    }
}
