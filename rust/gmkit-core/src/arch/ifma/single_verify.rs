//! One signature at a time with a key that has a table: lanes 0 to 3 share s G, lanes 4 to 7 t P.

use super::affine::Numbers;
use super::point::Sum;
use super::table::{affine_term, PointTable, TOP, WINDOW, WINDOWS};
use super::vector::{Ifma, Mask, V};
use super::verify::{compare, Claims, Verdicts};

/// A number that is odd and below n; it stands for its negative if `negated`.
#[derive(Clone, Copy)]
pub(crate) struct OddScalar {
    pub(crate) number: [u64; 4],
    pub(crate) negated: bool,
}

/// Lanes that share a scalar: lane q of the four takes windows q, q + 4, … 32 + q, and lane 0 of them
/// the top one too.
const SHARE: usize = 4;

/// The verdict on s G + t P having `x`, in lane 0.
pub(crate) fn verify_one_vartime(
    proof: Ifma,
    generator: &PointTable,
    key: &PointTable,
    s: &OddScalar,
    t: &OddScalar,
    x: &[u64; 4],
) -> Verdicts {
    // SAFETY: the token proves that the processor has the instructions.
    unsafe { verify_one(proof, [(generator, s), (key, t)], x) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512ifma,avx512vbmi")]
fn verify_one(proof: Ifma, terms: [(&PointTable, &OddScalar); 2], x: &[u64; 4]) -> Verdicts {
    const STEPS: usize = WINDOWS.div_ceil(SHARE);
    let mut sum: Option<Sum> = None;
    for step in 0..STEPS {
        // Every addition negates, the first one in step 1: what is added to a negative is turned.
        let turned = step > 0 && step % 2 == 0;
        let mut rows = [V::splat(proof, 0); 8];
        let mut minus: Mask = 0;
        let mut used: Mask = 0;
        for (lane, row) in rows.iter_mut().enumerate() {
            let (table, scalar) = terms[lane / SHARE];
            let at = SHARE * step + lane % SHARE;
            if at < WINDOWS {
                let (index, negative) = digit(&scalar.number, at);
                *row = V::load(proof, &table.window(at)[index].0);
                minus |= Mask::from(negative ^ scalar.negated ^ turned) << lane;
                used |= 1 << lane;
            }
        }
        let term = affine_term(rows, minus);
        sum = Some(match sum {
            None => Sum::from_affine(proof, term),
            Some(sum) => {
                // A lane without a window in this step is negated with the others.
                sum.plus_negated(term).or_negative_in(!used, sum)
            }
        });
    }
    let mut verdicts = [Verdicts::default()];
    if let Some(sum) = sum {
        let mut claims = Claims::default();
        let mut expected = Numbers::default();
        expected.set(0, x);
        claims.x = expected;
        let mut sums = [super::point::SumMemory::default()];
        sums[0].store(sum.join_lanes());
        compare(proof, &[claims], &sums, &mut verdicts);
    }
    verdicts[0]
}

/// Digit `at` in windows of seven bits, as in `scalars.rs`: the index of the odd multiple, and whether
/// it is to be subtracted.
fn digit(k: &[u64; 4], at: usize) -> (usize, bool) {
    let from = WINDOW as usize * at;
    let (word, shift) = (from / 64, from % 64);
    let mut bits = k[word] >> shift;
    if shift != 0 && word < 3 {
        bits |= k[word + 1] << (64 - shift);
    }
    let ones = (1 << WINDOW) - 1;
    if from == TOP {
        return ((bits & ones) as usize >> 1, false);
    }
    let negative = bits >> WINDOW & 1 == 0;
    let folded = if negative { !bits } else { bits } & ones;
    (folded as usize >> 1, negative)
}
