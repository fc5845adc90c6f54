//! Products of four pairs of numbers, as soon as possible.
//!
//! Numbers, limbs and bounds are those of [`super::super::field`]; only the order of the work differs.
//! There it is the number of instructions that counts, here the longest way through them: a column is
//! summed in two halves, low and high products apart, and the reduction of a column begins while the
//! columns above it are still being summed.

use zeroize::Zeroize;

use super::super::field::{self, LIMB, LIMB_MASK, P1, P4};
use super::super::vector::{Ifma, Mask};
use super::lanes::Q;

/// Four numbers mod p.
pub(super) type Fe = field::Fe<Q>;

/// Four sums of limbs.
pub(super) type Columns = field::Columns<Q>;

/// Five limbs of four numbers in memory.
#[derive(Clone, Copy, Default, Zeroize)]
#[repr(C, align(32))]
pub(super) struct FeMemory(pub(super) [[u64; 4]; 5]);

impl FeMemory {
    /// Four numbers below 2^256.
    pub(super) fn of_words(numbers: [[u64; 4]; 4]) -> Self {
        let numbers = numbers.map(field::limbs_of);
        Self(core::array::from_fn(|limb| {
            numbers.map(|number| number[limb])
        }))
    }

    #[inline(always)]
    pub(super) fn load(&self, proof: Ifma) -> Fe {
        field::Fe(self.0.each_ref().map(|limb| Q::load(proof, limb)))
    }

    #[inline(always)]
    pub(super) fn store(&mut self, number: Fe) {
        for (memory, limb) in self.0.iter_mut().zip(number.0) {
            limb.store(memory);
        }
    }
}

/// Sums of low and of high halves of products, each in the column where they belong: with products
/// of 52-bit limbs, at most five of either, below 5 * 2^52.
struct Halves {
    low: [Q; 10],
    high: [Q; 10],
}

impl Halves {
    /// Everything that belongs to `COLUMN` of the product (and the high halves, to the next one).
    #[inline(always)]
    fn sum<const COLUMN: usize>(&mut self, a: Fe, b: Fe) {
        for i in COLUMN.saturating_sub(4)..=COLUMN.min(4) {
            let (a, b) = (a.0[i], b.0[COLUMN - i]);
            self.low[COLUMN] = self.low[COLUMN].add_product_low(a, b);
            self.high[COLUMN + 1] = self.high[COLUMN + 1].add_product_high(a, b);
        }
    }
}

/// The reduction of a product, column by column: as [`field::Wide::reduce`], and the same bounds.
struct Reduction {
    /// The column that is reached, complete.
    column: Q,
    /// What the columns below left in those above, 4 terms of at most 2^52 in each.
    rest: [Q; 10],
    p1: Q,
    p4: Q,
}

impl Reduction {
    /// Clears column `AT`; the next one is complete after it.
    #[inline(always)]
    fn step<const AT: usize>(&mut self, sums: &Halves) {
        let q = self.column.and(self.column.like(LIMB_MASK));
        let carry = self.column.shift_right_signed::<LIMB>();
        let next = sums.low[AT + 1]
            .add(sums.high[AT + 1])
            .add(self.rest[AT + 1]);
        self.column = next.add_product_low(q, self.p1).add(carry);
        self.rest[AT + 2] = self.rest[AT + 2].sub(q).add_product_high(q, self.p1);
        self.rest[AT + 4] = self.rest[AT + 4].add_product_low(q, self.p4);
        self.rest[AT + 5] = self.rest[AT + 5].add_product_high(q, self.p4);
    }
}

impl Fe {
    /// Product of operands below A p and B p: below (AB/16 + 1) p.
    ///
    /// The order of the statements is the order in which the processor meets them.
    #[inline(always)]
    pub(super) fn times(self, other: Self) -> Columns {
        let zero = self.0[0].like(0);
        let mut sums = Halves {
            low: [zero; 10],
            high: [zero; 10],
        };
        sums.sum::<0>(self, other);
        sums.sum::<1>(self, other);
        let mut reduction = Reduction {
            column: sums.low[0],
            rest: [zero; 10],
            p1: zero.like(P1),
            p4: zero.like(P4),
        };
        reduction.step::<0>(&sums);
        sums.sum::<2>(self, other);
        reduction.step::<1>(&sums);
        sums.sum::<3>(self, other);
        reduction.step::<2>(&sums);
        sums.sum::<4>(self, other);
        reduction.step::<3>(&sums);
        sums.sum::<5>(self, other);
        sums.sum::<6>(self, other);
        sums.sum::<7>(self, other);
        sums.sum::<8>(self, other);
        reduction.step::<4>(&sums);
        let top = |at: usize| sums.low[at].add(sums.high[at]).add(reduction.rest[at]);
        field::Columns([reduction.column, top(6), top(7), top(8), top(9)])
    }

    /// The lanes that [`super::lanes::lanes`] names.
    #[inline(always)]
    pub(super) fn permuted<const LANES: i32>(self) -> Self {
        self.each(Q::permuted::<LANES>)
    }
}

impl Columns {
    /// The lanes that [`super::lanes::lanes`] names.
    #[inline(always)]
    pub(super) fn permuted<const LANES: i32>(self) -> Self {
        Self(self.0.map(Q::permuted::<LANES>))
    }

    /// `self`, and `other` in the lanes of the mask.
    #[inline(always)]
    pub(super) fn replace_in(self, lanes: Mask, other: Self) -> Self {
        let mut columns = self.0;
        for (column, other) in columns.iter_mut().zip(other.0) {
            *column = column.replace_in(lanes, other);
        }
        Self(columns)
    }
}
