//! Tables of a public point: odd multiples for every window, to multiply it with additions only.

use super::field::{limbs_of, Fe};
use super::point::AffineTerm;
use super::scalars::{Digit, Scalars};
use super::vector::{prefetch, transpose, Ifma, Mask, V};

/// Bits of a window.
pub(crate) const WINDOW: u32 = 7;
/// Windows of a number below 2^256.
pub(crate) const WINDOWS: usize = 37;
/// Odd multiples in a window: 1, 3, … 127.
pub(crate) const ENTRIES: usize = 1 << (WINDOW - 1);
/// Lowest bit of the top window.
pub(super) const TOP: usize = WINDOW as usize * (WINDOWS - 1);

/// An affine point, one cache line: x then y, words from the lowest, Montgomery form, below p.
#[derive(Clone, Copy, Default)]
#[repr(C, align(64))]
pub(crate) struct Entry(pub(crate) [u64; 8]);

impl Entry {
    /// The limbs of x, then those of y.
    pub(super) fn limbs(&self) -> [u64; 10] {
        let [x0, x1, x2, x3, y0, y1, y2, y3] = self.0;
        let (x, y) = (limbs_of([x0, x1, x2, x3]), limbs_of([y0, y1, y2, y3]));
        core::array::from_fn(|at| if at < 5 { x[at] } else { y[at - 5] })
    }
}

/// `(2 j + 1) 2^(7 i)` times the point, at `[64 i + j]`. 151 552 octets.
///
/// For public numbers only: an entry is read at the address its digit gives.
pub(crate) struct PointTable {
    pub(super) entries: Box<[Entry]>,
}

/// Octets that the table of one point takes.
pub(crate) const POINT_TABLE_OCTETS: usize = WINDOWS * ENTRIES * size_of::<Entry>();

impl PointTable {
    /// The entries of a window.
    #[inline(always)]
    pub(super) fn window(&self, at: usize) -> &[Entry; ENTRIES] {
        &self.entries.as_chunks::<ENTRIES>().0[at]
    }
}

/// The digits of one vector in one window, worked out and their entries fetched ahead of their use.
#[derive(Clone, Copy, Default)]
pub(super) struct Ahead {
    indices: [u64; 8],
    minus: Mask,
}

impl Ahead {
    /// Digit `at` of the scalars.
    #[inline(always)]
    pub(super) fn fetch_vartime(
        &mut self,
        proof: Ifma,
        tables: [&PointTable; 8],
        scalars: &Scalars,
        at: usize,
    ) {
        let Digit { index, minus } = digit(proof, scalars, at);
        index.store(&mut self.indices);
        self.minus = minus;
        for (table, index) in tables.iter().zip(self.indices) {
            prefetch(proof, &table.window(at)[index as usize % ENTRIES].0);
        }
    }

    /// The multiples, in the window fetched.
    #[inline(always)]
    pub(super) fn load_vartime(
        &self,
        proof: Ifma,
        tables: [&PointTable; 8],
        at: usize,
    ) -> AffineTerm {
        let mut rows = [V::splat(proof, 0); 8];
        for ((row, table), index) in rows.iter_mut().zip(tables).zip(self.indices) {
            *row = V::load(proof, &table.window(at)[index as usize % ENTRIES].0);
        }
        affine_term(rows, self.minus)
    }
}

#[inline(always)]
fn digit(proof: Ifma, scalars: &Scalars, at: usize) -> Digit {
    if at == WINDOWS - 1 {
        scalars.top_digit(proof, TOP)
    } else {
        scalars.digit::<WINDOW>(proof, at)
    }
}

/// The points that are the rows.
#[inline(always)]
pub(super) fn affine_term(rows: [V; 8], minus: Mask) -> AffineTerm {
    let [x0, x1, x2, x3, y0, y1, y2, y3] = transpose(rows);
    AffineTerm {
        x: Fe::from_words([x0, x1, x2, x3]),
        y: Fe::from_words([y0, y1, y2, y3]),
        minus,
    }
}

/// For each lane, the multiple of its own table that digit `at` of its scalar asks for.
#[inline(always)]
pub(super) fn look_up_vartime(
    proof: Ifma,
    tables: [&PointTable; 8],
    scalars: &Scalars,
    at: usize,
) -> AffineTerm {
    let mut ahead = Ahead::default();
    let Digit { index, minus } = digit(proof, scalars, at);
    index.store(&mut ahead.indices);
    ahead.minus = minus;
    ahead.load_vartime(proof, tables, at)
}
