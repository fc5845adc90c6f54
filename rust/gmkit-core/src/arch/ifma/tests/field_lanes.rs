use super::super::field::{Fe, FeMemory};
use super::super::vector::{transpose, V};
use super::*;

/// Pairs that go through the kernels in the quick test; the soak test does more.
const PAIRS: usize = 20_000;

/// What a kernel computes of a and b, in this order.
const RESULTS: usize = 8;

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512ifma,avx512vbmi")]
fn compute(proof: Ifma, a: &FeMemory, b: &FeMemory, out: &mut [FeMemory; RESULTS]) {
    let a = a.load(proof).to_montgomery();
    let b = b.load(proof).to_montgomery();
    let results = [
        a.times(b).carry(),
        a.squared().carry(),
        a.columns().plus(b.columns()).carry(),
        a.columns().minus(b.columns()).plus_p::<2>().carry(),
        a.times_wide(b).plus_product(a, a).reduce().carry(),
        // Operands close to 16 p, and a folded sum.
        {
            let large = a.columns().plus_p::<13>().carry();
            large.times(b).carry()
        },
        a.times(b)
            .shifted::<3>()
            .minus(b.columns().doubled())
            .plus_p::<9>()
            .carry_folded(),
        a.reduced(),
    ];
    for (memory, result) in out.iter_mut().zip(results) {
        memory.store(result.out_of_montgomery().reduced());
    }
}

fn check(proof: Ifma, numbers: &mut Numbers, biased: bool) {
    let p = field::P;
    let a: [[u64; 4]; 8] = core::array::from_fn(|_| numbers.below(&p, biased));
    let b: [[u64; 4]; 8] = core::array::from_fn(|_| numbers.below(&p, biased));
    let memory = |numbers: &[[u64; 4]; 8]| {
        let mut memory = FeMemory::default();
        for (lane, number) in numbers.iter().enumerate() {
            for (limb, value) in super::super::field::limbs_of(*number)
                .into_iter()
                .enumerate()
            {
                memory.0[limb][lane] = value;
            }
        }
        memory
    };
    let mut out = [FeMemory::default(); RESULTS];
    // SAFETY: the token proves that the processor has the instructions.
    unsafe { compute(proof, &memory(&a), &memory(&b), &mut out) };
    for lane in 0..8 {
        let (x, y) = (field_number(&a[lane]), field_number(&b[lane]));
        let xy = Portable::mul(&x, &y);
        let xx = Portable::square(&x);
        let eight = Portable::double(&Portable::double(&Portable::double(&xy)));
        let expected = [
            xy,
            xx,
            Portable::add(&x, &y),
            Portable::sub(&x, &y),
            Portable::add(&xy, &xx),
            xy,
            Portable::sub(&eight, &Portable::double(&y)),
            x,
        ]
        .map(|e| super::super::field::limbs_of(e.to_number::<Portable>()));
        for (result, expected) in out.iter().zip(expected) {
            let found: [u64; 5] = core::array::from_fn(|limb| result.0[limb][lane]);
            assert_eq!(
                found, expected,
                "lane {lane}: {:x?} {:x?}",
                a[lane], b[lane]
            );
        }
    }
}

#[test]
fn products_squares_and_sums_agree_with_plain_rust() {
    let Some(proof) = Ifma::supported() else {
        return;
    };
    let mut numbers = Numbers(1);
    for round in 0..PAIRS / 8 {
        check(proof, &mut numbers, round % 2 == 0);
    }
}

/// Two million pairs: `cargo test --release -- --ignored soak`.
#[test]
#[ignore = "half a minute"]
fn soak_products_squares_and_sums_agree_with_plain_rust() {
    let Some(proof) = Ifma::supported() else {
        return;
    };
    let mut numbers = Numbers(2);
    for round in 0..250_000 {
        check(proof, &mut numbers, round % 2 == 0);
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512ifma,avx512vbmi")]
fn turn(proof: Ifma, rows: &[[u64; 8]; 8], columns: &mut [[u64; 8]; 8]) {
    let turned = transpose(rows.each_ref().map(|row| V::load(proof, row)));
    for (memory, vector) in columns.iter_mut().zip(turned) {
        vector.store(memory);
    }
}

#[test]
fn transposing_turns_rows_into_columns() {
    let Some(proof) = Ifma::supported() else {
        return;
    };
    let rows = core::array::from_fn(|row| core::array::from_fn(|at| (10 * row + at) as u64));
    let mut columns = [[0; 8]; 8];
    // SAFETY: the token proves that the processor has the instructions.
    unsafe { turn(proof, &rows, &mut columns) };
    for (row, numbers) in rows.iter().enumerate() {
        for (at, number) in numbers.iter().enumerate() {
            assert_eq!(columns[at][row], *number);
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512ifma,avx512vbmi")]
fn zeros(proof: Ifma, number: &FeMemory) -> u8 {
    let number: Fe = number.load(proof);
    number.lanes_zero()
}

#[test]
fn zero_is_found_as_0_and_as_p() {
    let Some(proof) = Ifma::supported() else {
        return;
    };
    let mut number = FeMemory::default();
    let p = super::super::field::limbs_of(field::P);
    for (limb, p) in p.into_iter().enumerate() {
        number.0[limb][1] = p;
        number.0[limb][2] = 1;
        number.0[limb][3] = p ^ u64::from(limb == 3);
        number.0[limb][4] = u64::from(limb == 4);
    }
    // SAFETY: the token proves that the processor has the instructions.
    assert_eq!(unsafe { zeros(proof, &number) }, 0b1110_0011);
}
