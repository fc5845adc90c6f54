//! Inverses mod p: one exponentiation for as many numbers as there are.

use zeroize::Zeroize;

use super::field::{Fe, FeMemory};
use super::vector::Ifma;

/// Every number becomes its inverse, in constant time; one that is 0 makes all in its lane 0.
///
/// Montgomery's trick along each lane: three products for a number, and one exponentiation in all.
/// Numbers in and out are below 2.9 p.
pub(super) fn invert_all(proof: Ifma, numbers: &mut [FeMemory]) {
    // SAFETY: the token proves that the processor has the instructions.
    unsafe { invert_all_kernel(proof, numbers) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512ifma,avx512vbmi")]
fn invert_all_kernel(proof: Ifma, numbers: &mut [FeMemory]) {
    // products[i] is the product of the numbers before i.
    let mut products = vec![FeMemory::default(); numbers.len()];
    let mut product = Fe::one(proof);
    for (number, before) in numbers.iter().zip(&mut products) {
        before.store(product);
        product = product.times(number.load(proof)).carry();
    }
    let mut inverse = invert(product);
    for (number, before) in numbers.iter_mut().zip(&products).rev() {
        let this = number.load(proof);
        number.store(inverse.times(before.load(proof)).carry());
        inverse = inverse.times(this).carry();
    }
    products.zeroize();
}

/// a^(p-2): the inverse, and 0 for 0.
///
/// p - 2 in bits, from the top: 31 ones, 0, 128 ones, 32 zeros, 62 ones, 0, 1.
#[inline(always)]
fn invert(a: Fe) -> Fe {
    let ones_2 = append(a, 1, a);
    let ones_4 = append(ones_2, 2, ones_2);
    let ones_6 = append(ones_4, 2, ones_2);
    let ones_7 = append(ones_6, 1, a);
    let ones_8 = append(ones_7, 1, a);
    let ones_15 = append(ones_8, 7, ones_7);
    let ones_30 = append(ones_15, 15, ones_15);
    let ones_31 = append(ones_30, 1, a);
    let ones_32 = append(ones_31, 1, a);
    let mut power = append(ones_31, 33, ones_32); // 31 ones, 0, 32 ones
    for _ in 0..3 {
        power = append(power, 32, ones_32);
    }
    power = append(power, 64, ones_32); // 32 zeros, 32 ones
    power = append(power, 30, ones_30);
    append(power, 2, a)
}

/// The exponent of `high` moved up by `bits`, plus the exponent of `low`.
#[inline(always)]
fn append(high: Fe, bits: usize, low: Fe) -> Fe {
    let mut power = high;
    for _ in 0..bits {
        power = power.squared().carry();
    }
    power.times(low).carry()
}
