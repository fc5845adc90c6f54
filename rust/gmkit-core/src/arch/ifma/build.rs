//! Making the tables of public points.

use super::field::{Fe, FeMemory};
use super::inverse::invert_all;
use super::point::{AffineTerm, Jacobian, Sum, SumMemory};
use super::table::{Entry, PointTable, ENTRIES, WINDOW, WINDOWS};
use super::vector::{transpose, Ifma, V};

/// A window of a table before its multiples are made, one to a lane: the point 2^(7 i) P and its
/// double, both affine in the frame of the double's Z (see `doubled_with_frame`).
#[derive(Clone, Copy, Default)]
struct Seed {
    x: FeMemory,
    y: FeMemory,
    double_x: FeMemory,
    double_y: FeMemory,
    frame: FeMemory,
}

/// Affine points as x then y, plain words; all on the curve.
pub(crate) type PlainPoint = [u64; 8];

impl PointTable {
    /// The tables of points that lie on the curve.
    pub(crate) fn build_vartime(proof: Ifma, points: &[PlainPoint]) -> Vec<Self> {
        // SAFETY: the token proves that the processor has the instructions.
        unsafe { build(proof, points) }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512ifma,avx512vbmi")]
fn build(proof: Ifma, points: &[PlainPoint]) -> Vec<PointTable> {
    let mut tables: Vec<PointTable> = points
        .iter()
        .map(|_| PointTable {
            entries: vec![Entry::default(); WINDOWS * ENTRIES].into(),
        })
        .collect();
    for (points, tables) in points.chunks(8).zip(tables.chunks_mut(8)) {
        let seeds = seeds(proof, points);
        // Windows of all tables in a row, eight to a vector; the last lanes repeat the first one.
        let windows: Vec<(usize, usize)> = (0..tables.len())
            .flat_map(|table| (0..WINDOWS).map(move |at| (table, at)))
            .collect();
        for eight in windows.chunks(8) {
            let seed = gather(&seeds, eight);
            multiples(proof, &seed, |multiple, rows| {
                for (&(table, at), row) in eight.iter().zip(rows) {
                    tables[table].entries[at * ENTRIES + multiple] = row;
                }
            });
        }
    }
    tables
}

/// The seeds of all windows, lane `j` for point `j`; lanes without a point repeat the first.
#[inline(always)]
fn seeds(proof: Ifma, points: &[PlainPoint]) -> Vec<Seed> {
    let rows = core::array::from_fn(|lane| V::load(proof, points.get(lane).unwrap_or(&points[0])));
    let [x0, x1, x2, x3, y0, y1, y2, y3] = transpose(rows);
    let mut base = Jacobian::from_affine(
        proof,
        AffineTerm {
            x: Fe::from_words([x0, x1, x2, x3]).to_montgomery().reduced(),
            y: Fe::from_words([y0, y1, y2, y3]).to_montgomery().reduced(),
            minus: 0,
        },
    );
    let mut seeds = vec![Seed::default(); WINDOWS];
    for (at, seed) in seeds.iter_mut().enumerate() {
        let (double, [x, y]) = base.doubled_with_frame();
        seed.x.store(x);
        seed.y.store(y);
        seed.double_x.store(double.x.reduced());
        seed.double_y.store(double.y.reduced());
        seed.frame.store(double.z);
        if at + 1 < WINDOWS {
            base = double;
            for _ in 1..WINDOW {
                base = base.doubled();
            }
        }
    }
    seeds
}

/// The seed of eight windows: each lane from the lane of its point.
fn gather(seeds: &[Seed], windows: &[(usize, usize)]) -> Seed {
    let mut gathered = Seed::default();
    for lane in 0..8 {
        let (point, at) = *windows.get(lane).unwrap_or(&windows[0]);
        let from = &seeds[at];
        let fields = [
            (&mut gathered.x, &from.x),
            (&mut gathered.y, &from.y),
            (&mut gathered.double_x, &from.double_x),
            (&mut gathered.double_y, &from.double_y),
            (&mut gathered.frame, &from.frame),
        ];
        for (to, from) in fields {
            for (to, from) in to.0.iter_mut().zip(&from.0) {
                to[lane] = from[point];
            }
        }
    }
    gathered
}

/// The odd multiples of eight windows, affine, each handed to `put` with its number and a row to a
/// lane.
#[inline(always)]
fn multiples(proof: Ifma, seed: &Seed, mut put: impl FnMut(usize, [Entry; 8])) {
    let mut sums = vec![SumMemory::default(); ENTRIES];
    // The inverses to make: ZZZ of every multiple, and the frame's Z at the end.
    let mut inverses = vec![FeMemory::default(); ENTRIES + 1];
    let term = AffineTerm {
        x: seed.double_x.load(proof),
        y: seed.double_y.load(proof),
        minus: 0,
    };
    let one = Fe::one(proof);
    let mut sum = Sum {
        x: seed.x.load(proof),
        y: seed.y.load(proof),
        zz: one,
        zzz: one,
    };
    for (at, (memory, inverse)) in sums.iter_mut().zip(inverses.iter_mut()).enumerate() {
        memory.store(sum);
        inverse.store(sum.zzz);
        // Adding negates: the double is added to the multiple or, next, taken from its negative.
        // The point's order is a prime above 2^255, so no two of the multiples are equal.
        let minus = if at % 2 == 0 { 0 } else { 0xff };
        sum = sum.plus_negated(AffineTerm { minus, ..term });
    }
    inverses[ENTRIES] = seed.frame;
    invert_all(proof, &mut inverses);
    let frame = inverses[ENTRIES].load(proof);
    let frame_2 = frame.squared().carry();
    let frame_3 = frame_2.times(frame).carry();
    for (at, (memory, inverse)) in sums.iter().zip(&inverses).enumerate() {
        let sum = memory.load(proof);
        let zzz = inverse.load(proof); // 1/ZZZ
        let root = zzz.times(sum.zz).carry(); // ZZ/ZZZ, whose square is 1/ZZ
        let x = sum
            .x
            .times(root.squared().carry())
            .carry()
            .times(frame_2)
            .carry()
            .reduced();
        let y = sum.y.times(zzz).carry().times(frame_3).carry().reduced();
        // Every other multiple came out negated.
        let y = if at % 2 == 0 {
            y
        } else {
            y.columns().negate_in(0xff).plus_p::<1>().carry()
        };
        let [x0, x1, x2, x3] = x.to_words();
        let [y0, y1, y2, y3] = y.to_words();
        let rows = transpose([x0, x1, x2, x3, y0, y1, y2, y3]);
        put(
            at,
            rows.map(|row| {
                let mut entry = Entry::default();
                row.store(&mut entry.0);
                entry
            }),
        );
    }
}
