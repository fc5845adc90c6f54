//! Points of y^2 = x^3 - 3x + b, eight at a time.
//!
//! Two forms, both without a case for infinity:
//! * [`Sum`]: x = X/ZZ, y = Y/ZZZ with ZZ^3 = ZZZ^2; the cheapest to add an affine point to;
//! * [`Jacobian`]: x = X/Z^2, y = Y/Z^3; the cheapest to double.
//!
//! The additions are the plain formulas. Where the two points have the same x (they are equal or
//! opposite), or an operand is infinity, the result has ZZ = 0 (Z = 0), and every later addition
//! and doubling keeps it 0. So one look at the end tells whether any step on the way was one of
//! those: the callers either prove that none can be, or look and do such a lane another way.
//!
//! Adding gives the *negative* of the sum, which saves negating Y on the way. Who adds twice is back
//! at the right sign; [`AffineTerm::minus`] carries the rest.
//!
//! Invariants: X below 1.01 p; Y below 2.3 p; ZZ and ZZZ below 2.5 p; Z below 2.9 p; affine x and y
//! below 1.01 p.

use zeroize::Zeroize;

use super::field::{Columns, Fe, FeMemory};
use super::vector::{Ifma, Mask};

/// An affine point to add, or to subtract in the lanes of `minus`.
#[derive(Clone, Copy)]
pub(super) struct AffineTerm {
    pub(super) x: Fe,
    pub(super) y: Fe,
    pub(super) minus: Mask,
}

/// A sum of affine points.
#[derive(Clone, Copy)]
pub(super) struct Sum {
    pub(super) x: Fe,
    pub(super) y: Fe,
    pub(super) zz: Fe,
    pub(super) zzz: Fe,
}

/// A point that is doubled.
#[derive(Clone, Copy)]
pub(super) struct Jacobian {
    pub(super) x: Fe,
    pub(super) y: Fe,
    pub(super) z: Fe,
}

/// A [`Sum`] in memory.
#[derive(Clone, Copy, Default, Zeroize)]
pub(crate) struct SumMemory {
    pub(crate) x: FeMemory,
    pub(crate) y: FeMemory,
    pub(crate) zz: FeMemory,
    pub(crate) zzz: FeMemory,
}

impl SumMemory {
    #[inline(always)]
    pub(super) fn load(&self, proof: Ifma) -> Sum {
        Sum {
            x: self.x.load(proof),
            y: self.y.load(proof),
            zz: self.zz.load(proof),
            zzz: self.zzz.load(proof),
        }
    }

    #[inline(always)]
    pub(super) fn store(&mut self, sum: Sum) {
        self.x.store(sum.x);
        self.y.store(sum.y);
        self.zz.store(sum.zz);
        self.zzz.store(sum.zzz);
    }
}

impl Sum {
    /// The affine point itself; `minus` is honoured.
    #[inline(always)]
    pub(super) fn from_affine(proof: Ifma, term: AffineTerm) -> Self {
        let one = Fe::one(proof);
        // y or 2 p - y, below 2 p.
        let minus_y = term.y.columns().negate_in(0xff).plus_p::<2>().carry();
        Self {
            x: term.x,
            y: term.y.replace_in(term.minus, minus_y),
            zz: one,
            zzz: one,
        }
    }

    /// `-(self + term)`: 8 products, 2 squares.
    #[inline(always)]
    pub(super) fn plus_negated(self, term: AffineTerm) -> Self {
        let u = term.x.times(self.zz); // below 1.16 p
        let h = u.minus(self.x.columns()).plus_p::<2>().carry(); // below 3.16 p
        let s = term.y.times(self.zzz).negate_in(term.minus); // -1.16 p .. 1.16 p
        let hh = h.squared().carry(); // below 1.63 p
        let hhh = h.times(hh).carry(); // below 1.33 p
        let (x, y) = self.x_and_y(s, hh, hhh);
        let zz = self.zz.times(hh).carry(); // below 1.26 p
        let zzz = self.zzz.times(hhh).carry(); // below 1.21 p
        Self { x, y, zz, zzz }
    }

    /// `self`, and `-other` in the lanes of the mask.
    #[inline(always)]
    pub(super) fn or_negative_in(self, lanes: Mask, other: Self) -> Self {
        // Y below 2.3 p: 3 p - Y is below 3 p, then below 1.01 p.
        let minus_y = other
            .y
            .columns()
            .negate_in(0xff)
            .plus_p::<3>()
            .carry_folded();
        Self {
            x: self.x.replace_in(lanes, other.x),
            y: self.y.replace_in(lanes, minus_y),
            zz: self.zz.replace_in(lanes, other.zz),
            zzz: self.zzz.replace_in(lanes, other.zzz),
        }
    }

    /// `-(self + other)` for two sums: 12 products, 2 squares.
    #[inline(always)]
    pub(super) fn plus_other_negated(self, other: Self) -> Self {
        let u = self.x.times(other.zz).carry(); // below 1.16 p
        let s = self.y.times(other.zzz).carry(); // below 1.37 p
        let h = other
            .x
            .times(self.zz)
            .minus(u.columns())
            .plus_p::<2>()
            .carry(); // below 3.16 p
        let other_s = other.y.times(self.zzz); // below 1.37 p
        let hh = h.squared().carry(); // below 1.63 p
        let hhh = h.times(hh).carry(); // below 1.33 p
        let (x, y) = self.with(u, s).x_and_y(other_s, hh, hhh);
        let zz = self.zz.times(other.zz).carry().times(hh).carry(); // below 1.15 p
        let zzz = self.zzz.times(other.zzz).carry().times(hhh).carry(); // below 1.12 p
        Self { x, y, zz, zzz }
    }

    #[inline(always)]
    fn with(self, x: Fe, y: Fe) -> Self {
        Self { x, y, ..self }
    }

    /// X and Y of the negated sum, given S, H^2 and H^3. X may be as large as 1.4 p.
    #[inline(always)]
    fn x_and_y(self, s: Columns, hh: Fe, hhh: Fe) -> (Fe, Fe) {
        let r = s.minus(self.y.columns()).plus_p::<4>().carry(); // below 5.16 p
        let v = self.x.times(hh).carry(); // below 1.15 p
        let x = r // 2.67 p - 3.55 p + 4 p: below 6.67 p, then below 1.01 p
            .squared()
            .minus(hhh.columns())
            .minus(v.columns().doubled())
            .plus_p::<4>()
            .carry_folded();
        let x_v = x.columns().minus(v.columns()).plus_p::<2>().carry(); // below 3.01 p
                                                                        // -Y = R (X - V) + Y H^3, one reduction: below (5.16 * 3.01 + 2.3 * 1.33)/16 p + p = 2.17 p
        let y = r.times_wide(x_v).plus_product(self.y, hhh).reduce().carry();
        (x, y)
    }
}

impl Jacobian {
    /// The affine point itself; `minus` is honoured.
    #[inline(always)]
    pub(super) fn from_affine(proof: Ifma, term: AffineTerm) -> Self {
        let Sum { x, y, zz, .. } = Sum::from_affine(proof, term);
        Self { x, y, z: zz }
    }

    /// `-(self + term)`: 8 products, 3 squares.
    #[inline(always)]
    pub(super) fn plus_negated(self, term: AffineTerm) -> Self {
        let zz = self.z.squared().carry(); // below 1.5 p
        let zzz = self.z.times(zz).carry(); // below 1.27 p
        let h = term
            .x
            .times(zz)
            .minus(self.x.columns())
            .plus_p::<2>()
            .carry(); // below 3.1 p
        let s = term.y.times(zzz).negate_in(term.minus); // -1.08 p .. 1.08 p
        let hh = h.squared().carry(); // below 1.61 p
        let hhh = h.times(hh).carry(); // below 1.32 p
        let (x, y) = self.with_powers(zz, zzz).x_and_y(s, hh, hhh);
        let z = self.z.times(h).carry(); // below 1.55 p
        Self { x, y, z }
    }

    /// `2 self`: 4 products, 4 squares.
    #[inline(always)]
    pub(super) fn doubled(self) -> Self {
        self.doubled_with_frame().0
    }

    /// `2 self`, and x and y of the point itself in the frame of the double's Z.
    ///
    /// A frame Z stands for the curve y^2 = x^3 - 3 Z^4 x + b Z^6, where the point (x Z^2, y Z^3) is
    /// what (x, y) is on the curve. The additions do not use the curve's coefficients, so they hold
    /// there too. With the double's Z' = 2 Y Z, the point (X/Z^2, Y/Z^3) becomes (4 X Y^2, 8 Y^4),
    /// which the doubling has at hand.
    #[inline(always)]
    pub(super) fn doubled_with_frame(self) -> (Self, [Fe; 2]) {
        let delta = self.z.squared().carry(); // below 1.5 p
        let gamma = self.y.squared().carry(); // below 1.34 p
        let less = self
            .x
            .columns()
            .minus(delta.columns())
            .plus_p::<2>()
            .carry(); // below 3.01 p
        let more = self.x.columns().plus(delta.columns()).carry(); // below 2.51 p
        let beta = self.x.times(gamma).carry(); // below 1.09 p
        let third = less.times(more); // below 1.48 p
        let alpha = third.doubled().plus(third).carry(); // below 4.44 p
        let z = self.y.times(self.z).doubled().carry(); // below 2 (2.3 * 2.8/16 + 1) p = 2.81 p
        let beta_4 = beta.columns().shifted::<2>(); // below 4.36 p
        let x = alpha // 2.24 p - 8.72 p + 9 p: below 11.3 p, then below 1.01 p
            .squared()
            .minus(beta_4.doubled())
            .plus_p::<9>()
            .carry_folded();
        let difference = beta_4.minus(x.columns()).plus_p::<2>().carry(); // below 6.36 p
        let gamma_2 = gamma.squared(); // below 1.12 p
        let y = alpha // 2.77 p - 8.96 p + 9 p: below 11.8 p, then below 1.01 p
            .times(difference)
            .minus(gamma_2.shifted::<3>())
            .plus_p::<9>()
            .carry_folded();
        let in_frame = [beta_4.carry_folded(), gamma_2.shifted::<3>().carry_folded()];
        (Self { x, y, z }, in_frame)
    }

    /// `self`, but `-2 other` in the lanes where `self` came out as `-(other + term)` with
    /// `other = term` (Z = 0). Its Z must be below 2 p, as the addition makes it.
    #[inline(always)]
    pub(super) fn or_double_negated(self, other: Self) -> Self {
        let lanes = self.z.lanes_zero();
        let double = other.doubled();
        let minus_y = double.y.columns().negate_in(0xff).plus_p::<2>().carry();
        Self {
            x: self.x.replace_in(lanes, double.x),
            y: self.y.replace_in(lanes, minus_y),
            z: self.z.replace_in(lanes, double.z),
        }
    }

    /// The same point as a [`Sum`].
    #[inline(always)]
    pub(super) fn into_sum(self) -> Sum {
        let zz = self.z.squared().carry();
        let zzz = self.z.times(zz).carry();
        self.with_powers(zz, zzz)
    }

    #[inline(always)]
    fn with_powers(self, zz: Fe, zzz: Fe) -> Sum {
        Sum {
            x: self.x,
            y: self.y,
            zz,
            zzz,
        }
    }
}
