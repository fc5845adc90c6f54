//! Multiples of points that are met once: each lane has a point and a scalar of its own.

use zeroize::Zeroize;

use super::build::PlainPoint;
use super::field::{Fe, FeMemory};
use super::inverse::invert_all;
use super::point::{AffineTerm, Jacobian, Sum, SumMemory};
use super::scalars::{Digit, Scalars};
use super::vector::{Ifma, V};

/// Bits of a window.
const WINDOW: u32 = 5;
/// Odd multiples kept: 1, 3, … 31.
const ENTRIES: usize = 1 << (WINDOW - 1);
/// Windows below the top one, which is bit 255 and what the digits below it borrow: always 1.
const WINDOWS: usize = 51;
/// Vectors whose tables are made together and share an inversion.
pub(crate) const BLOCK: usize = 8;

/// Odd multiples of eight points, affine: one lane to a point.
#[derive(Clone, Copy, Default)]
struct Multiples([[FeMemory; 2]; ENTRIES]);

/// Eight points, x then y: `words[i][lane]` is bits 64 i and up of x for i below 4, then of y.
#[derive(Clone, Copy, Default, Zeroize)]
#[repr(C, align(64))]
pub(crate) struct Points {
    words: [[u64; 8]; 8],
}

impl Points {
    /// Put a point in a lane: x and y below p, on the curve.
    pub(crate) fn set(&mut self, lane: usize, point: &PlainPoint) {
        for (words, word) in self.words.iter_mut().zip(point) {
            words[lane] = *word;
        }
    }

    /// The point of a lane.
    pub(crate) fn get(&self, lane: usize) -> PlainPoint {
        self.words.map(|words| words[lane])
    }

    #[inline(always)]
    pub(super) fn store(&mut self, words: [V; 8]) {
        for (memory, word) in self.words.iter_mut().zip(words) {
            word.store(memory);
        }
    }
}

/// `-k P` of every lane as a [`SumMemory`]; see [`multiply`]. Any number of vectors.
pub(crate) fn multiply_points(
    proof: Ifma,
    points: &[Points],
    scalars: &[Scalars],
    sums: &mut [SumMemory],
) {
    assert!(points.len() == scalars.len() && points.len() == sums.len());
    let blocks = points
        .chunks(BLOCK)
        .zip(scalars.chunks(BLOCK))
        .zip(sums.chunks_mut(BLOCK));
    for ((points, scalars), sums) in blocks {
        // SAFETY: the token proves that the processor has the instructions.
        unsafe { multiply_kernel(proof, points, scalars, sums) }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512ifma,avx512vbmi")]
fn multiply_kernel(proof: Ifma, points: &[Points], scalars: &[Scalars], sums: &mut [SumMemory]) {
    multiply(proof, points, scalars, |at, point| {
        sums[at].store(point.into_sum())
    });
}

/// `-k P` for every scalar k, whose number must be odd and below n, and its point, which must lie on the
/// curve; in constant time. At most [`BLOCK`] vectors.
///
/// The negative, because that is how an odd number of additions comes out.
#[inline(always)]
pub(super) fn multiply(
    proof: Ifma,
    points: &[Points],
    scalars: &[Scalars],
    mut put: impl FnMut(usize, Jacobian),
) {
    let mut tables = vec![Multiples::default(); points.len()];
    make_tables(proof, points, &mut tables);
    for (at, (table, k)) in tables.iter().zip(scalars).enumerate() {
        put(at, multiply_one(proof, table, k));
    }
    for table in &mut tables {
        table.0.zeroize();
    }
}

/// The windows are added from the top, after five doublings each.
///
/// The sum A is at first 1, and after the doublings before window i it is 32 A', with A' odd and
/// positive: larger than any |d| < 32. So sum and term are neither equal nor opposite as integers.
/// They could still be so modulo n where 32 A' + |d| reaches n, and that is only before the last
/// window, as A' is about k / 2^(5 i). There 32 A' + d = k is not n, but 32 A' - d = n is met by
/// k = n + 2 d. As d = (k mod 64) - 32 and n = 35 mod 64, that gives d = -3: k = n - 6 and nothing
/// else. So the last addition is done both ways, and the doubling is taken where H was 0.
#[inline(always)]
fn multiply_one(proof: Ifma, table: &Multiples, k: &Scalars) -> Jacobian {
    let first = AffineTerm {
        x: table.0[0][0].load(proof),
        y: table.0[0][1].load(proof),
        minus: k.negated(),
    };
    let mut sum = Jacobian::from_affine(proof, first);
    for at in (0..WINDOWS).rev() {
        for _ in 0..WINDOW {
            sum = sum.doubled();
        }
        let mut term = table.choose(proof, k.digit::<WINDOW>(proof, at));
        // Every addition negates: before every other one the sum is the negative of what it stands
        // for, and so must the term be. WINDOWS is odd.
        if at % 2 == 1 {
            term.minus ^= 0xff;
        }
        let added = sum.plus_negated(term);
        sum = if at == 0 {
            added.or_double_negated(sum)
        } else {
            added
        };
    }
    sum
}

impl Multiples {
    /// The entry of each lane's digit, from all of them.
    #[inline(always)]
    fn choose(&self, proof: Ifma, digit: Digit) -> AffineTerm {
        let load = |entry: usize| self.0[entry].each_ref().map(|number| number.load(proof));
        let mut chosen = load(0);
        for entry in 1..ENTRIES {
            let here = digit.index.lanes_equal(digit.index.like(entry as u64));
            let numbers = load(entry);
            for (chosen, number) in chosen.iter_mut().zip(numbers) {
                *chosen = chosen.replace_in(here, number);
            }
        }
        let [x, y] = chosen;
        AffineTerm {
            x,
            y,
            minus: digit.minus,
        }
    }
}

/// The odd multiples of every point.
///
/// With D = 2 P in Jacobian form, P and D are both affine in the frame of D's Z (see `doubled_with_frame`),
/// and the multiples are P, P + D, P + 2 D … there: additions of an affine point.
#[inline(always)]
fn make_tables(proof: Ifma, points: &[Points], tables: &mut [Multiples]) {
    let mut sums = vec![SumMemory::default(); ENTRIES * points.len()];
    // ZZZ of every multiple but the first, and the frame's Z in its place.
    let mut inverses = vec![FeMemory::default(); sums.len()];
    let blocks = sums
        .chunks_exact_mut(ENTRIES)
        .zip(inverses.chunks_exact_mut(ENTRIES));
    for ((point, table), (sums, inverses)) in points.iter().zip(tables.iter_mut()).zip(blocks) {
        let first = load_point(proof, point);
        table.0[0][0].store(first.x);
        table.0[0][1].store(first.y);
        let base = Jacobian::from_affine(proof, first);
        let (double, in_frame) = base.doubled_with_frame();
        inverses[0].store(double.z);
        let one = Fe::one(proof);
        let [x, y] = in_frame;
        let mut sum = Sum {
            x,
            y,
            zz: one,
            zzz: one,
        };
        let term = AffineTerm {
            x: double.x.reduced(),
            y: double.y.reduced(),
            minus: 0,
        };
        for at in 1..ENTRIES {
            // Adding negates: the double is added to a multiple, then taken from its negative.
            let minus = if at % 2 == 1 { 0 } else { 0xff };
            sum = sum.plus_negated(AffineTerm { minus, ..term });
            sums[at].store(sum);
            inverses[at].store(sum.zzz);
        }
    }
    invert_all(proof, &mut inverses);
    let blocks = sums
        .chunks_exact(ENTRIES)
        .zip(inverses.chunks_exact(ENTRIES));
    for (table, (sums, inverses)) in tables.iter_mut().zip(blocks) {
        let frame = inverses[0].load(proof);
        let frame_2 = frame.squared().carry();
        let frame_3 = frame_2.times(frame).carry();
        for at in 1..ENTRIES {
            let sum = sums[at].load(proof);
            let zzz = inverses[at].load(proof); // 1/ZZZ
            let root = zzz.times(sum.zz).carry(); // ZZ/ZZZ, whose square is 1/ZZ
            let x = sum.x.times(root.squared().carry()).carry().times(frame_2);
            // Every other multiple came out negated.
            let negated = if at % 2 == 1 { 0xff } else { 0 };
            let y = sum.y.times(zzz).carry().times(frame_3);
            let y = y.negate_in(negated).plus_p::<2>();
            table.0[at][0].store(x.carry_folded());
            table.0[at][1].store(y.carry_folded());
        }
    }
    sums.zeroize();
    inverses.zeroize();
}

#[inline(always)]
pub(super) fn load_point(proof: Ifma, point: &Points) -> AffineTerm {
    let [x0, x1, x2, x3, y0, y1, y2, y3] =
        point.words.each_ref().map(|words| V::load(proof, words));
    AffineTerm {
        x: Fe::from_words([x0, x1, x2, x3]).to_montgomery().reduced(),
        y: Fe::from_words([y0, y1, y2, y3]).to_montgomery().reduced(),
        minus: 0,
    }
}
