//! s G + t P for verifying signatures: all of it is public.
//!
//! Nothing here keeps an addition from meeting equal or opposite points: whoever knows the private
//! key can make a signature that does. Such a lane ends with ZZ = 0 (see `point.rs`) and is reported
//! as undecided; the caller does it one at a time.

use super::affine::Numbers;
use super::field::Fe;
use super::multiply::{multiply_points, Points, BLOCK};
use super::point::{Sum, SumMemory};
use super::scalars::Scalars;
use super::table::{look_up_vartime, Ahead, PointTable, WINDOWS};
use super::vector::{Ifma, Mask, V};

/// Eight signatures, brought to the form R = s G + t P, and the x that R should have.
#[derive(Clone, Copy, Default)]
pub(crate) struct Claims {
    pub(crate) s: Scalars,
    pub(crate) t: Scalars,
    pub(crate) x: Numbers,
}

/// What came out for eight signatures.
#[derive(Clone, Copy, Default)]
pub(crate) struct Verdicts {
    /// R has the x expected.
    pub(crate) equal: Mask,
    /// A step met equal or opposite points, or R is infinity: nothing was found out.
    pub(crate) undecided: Mask,
}

/// Verdicts for keys with tables, one to a lane.
pub(crate) fn verify_with_tables_vartime(
    proof: Ifma,
    generator: &PointTable,
    claims: &[Claims],
    keys: &[[&PointTable; 8]],
    verdicts: &mut [Verdicts],
) {
    assert!(claims.len() == keys.len() && claims.len() == verdicts.len());
    let blocks = claims
        .chunks(BLOCK)
        .zip(keys.chunks(BLOCK))
        .zip(verdicts.chunks_mut(BLOCK));
    for ((claims, keys), verdicts) in blocks {
        // SAFETY: the token proves that the processor has the instructions.
        unsafe { with_tables(proof, generator, claims, keys, verdicts) }
    }
}

/// Verdicts for points on the curve that have no tables.
pub(crate) fn verify_points_vartime(
    proof: Ifma,
    generator: &PointTable,
    claims: &[Claims],
    points: &[Points],
    verdicts: &mut [Verdicts],
) {
    assert!(claims.len() == points.len() && claims.len() == verdicts.len());
    let blocks = claims
        .chunks(BLOCK)
        .zip(points.chunks(BLOCK))
        .zip(verdicts.chunks_mut(BLOCK));
    for ((claims, points), verdicts) in blocks {
        // SAFETY: the token proves that the processor has the instructions.
        unsafe { with_points(proof, generator, claims, points, verdicts) }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512ifma,avx512vbmi")]
fn with_tables(
    proof: Ifma,
    generator: &PointTable,
    claims: &[Claims],
    keys: &[[&PointTable; 8]],
    verdicts: &mut [Verdicts],
) {
    let mut sums = [SumMemory::default(); BLOCK];
    let sums = &mut sums[..claims.len()];
    // The tables of many keys are in no near cache: their entries are called a window ahead.
    let mut ahead = [Ahead::default(); BLOCK];
    for (((claim, tables), sum), ahead) in
        claims.iter().zip(keys).zip(sums.iter_mut()).zip(&mut ahead)
    {
        let top = look_up_vartime(proof, *tables, &claim.t, WINDOWS - 1);
        sum.store(Sum::from_affine(proof, top));
        ahead.fetch_vartime(proof, *tables, &claim.t, WINDOWS - 2);
    }
    let mut parity = Parity::default();
    for at in (0..WINDOWS).rev() {
        add_generator(proof, generator, claims, at, parity.next(), sums);
        if at == 0 {
            break;
        }
        let at = at - 1;
        let minus = parity.next();
        for (((claim, tables), sum), ahead) in
            claims.iter().zip(keys).zip(sums.iter_mut()).zip(&mut ahead)
        {
            let mut term = ahead.load_vartime(proof, *tables, at);
            term.minus ^= minus;
            if at > 0 {
                ahead.fetch_vartime(proof, *tables, &claim.t, at - 1);
            }
            sum.store(sum.load(proof).plus_negated(term));
        }
    }
    compare(proof, claims, sums, verdicts);
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512ifma,avx512vbmi")]
fn with_points(
    proof: Ifma,
    generator: &PointTable,
    claims: &[Claims],
    points: &[Points],
    verdicts: &mut [Verdicts],
) {
    let mut sums = [SumMemory::default(); BLOCK];
    let sums = &mut sums[..claims.len()];
    let mut scalars = [Scalars::default(); BLOCK];
    for (scalar, claim) in scalars.iter_mut().zip(claims) {
        *scalar = claim.t;
    }
    multiply_points(proof, points, &scalars[..claims.len()], sums);
    let mut parity = Parity { negated: true };
    for at in (0..WINDOWS).rev() {
        add_generator(proof, generator, claims, at, parity.next(), sums);
    }
    compare(proof, claims, sums, verdicts);
}

/// Whether the sums stand for their negatives: every addition negates.
#[derive(Default)]
struct Parity {
    negated: bool,
}

impl Parity {
    /// The lanes in which the next term must be negated, as the sum is.
    #[inline(always)]
    fn next(&mut self) -> Mask {
        let lanes = if self.negated { 0xff } else { 0 };
        self.negated = !self.negated;
        lanes
    }
}

/// Window `at` of s G for every claim.
#[inline(always)]
fn add_generator(
    proof: Ifma,
    generator: &PointTable,
    claims: &[Claims],
    at: usize,
    minus: Mask,
    sums: &mut [SumMemory],
) {
    for (claim, sum) in claims.iter().zip(sums.iter_mut()) {
        let mut term = look_up_vartime(proof, [generator; 8], &claim.s, at);
        term.minus ^= minus;
        sum.store(sum.load(proof).plus_negated(term));
    }
}

/// Whether X = x ZZ: a comparison without an inversion.
#[inline(always)]
pub(super) fn compare(
    proof: Ifma,
    claims: &[Claims],
    sums: &[SumMemory],
    verdicts: &mut [Verdicts],
) {
    let zero = V::splat(proof, 0);
    let plain_one = Fe([V::splat(proof, 1), zero, zero, zero, zero]);
    for ((claim, sum), verdict) in claims.iter().zip(sums).zip(verdicts.iter_mut()) {
        let sum = sum.load(proof);
        let minus_x = claim
            .x
            .load(proof)
            .columns()
            .negate_in(0xff)
            .plus_p::<1>()
            .carry();
        // X and ZZ are in Montgomery form and their factors are not: (X - x ZZ)/R, below 1.3 p.
        let difference = sum
            .x
            .times_wide(plain_one)
            .plus_product(sum.zz, minus_x)
            .reduce()
            .carry();
        let undecided = sum.zz.lanes_zero();
        *verdict = Verdicts {
            equal: difference.lanes_zero() & !undecided,
            undecided,
        };
    }
}
