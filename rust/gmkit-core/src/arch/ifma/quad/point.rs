//! One point of y^2 = x^3 - 3x + b, its doubling and the addition of another; the lanes are drawn in
//! [`super`]. As in [`super::super::point`] there is no case for equal or opposite points: they give
//! Z = 0, and every later addition and doubling keeps it 0.

use zeroize::Zeroize;

use super::super::field::{self, ONE};
use super::super::vector::{Ifma, Mask};
use super::field::{Columns, Fe, FeMemory};
use super::lanes::{lanes, Q};

/// Lanes of a mask.
const LANE_0: Mask = 1;
const LANE_1: Mask = 2;
const LANE_2: Mask = 4;
const LANE_3: Mask = 8;

/// x = X/Z^2, y = Y/Z^3, as the next doubling wants to have them; alpha = 3 (X - Z^2)(X + Z^2).
/// What a lane holds besides does not matter: it never reaches another one.
///
/// X and Y are below 1.1 p, Z is below 2.4 p, ZZ = Z^2 below 1.5 p, alpha below 4.5 p.
#[derive(Clone, Copy)]
pub(super) struct Point {
    /// alpha, Y, Y, -
    left: Fe,
    /// alpha, Y, Z, -
    right: Fe,
    /// X, -, -, -
    x: Fe,
    /// -, -, ZZ, -
    zz: Columns,
}

/// A point to add: X, Y below 1.1 p, Z below 2.4 p, ZZ below 1.5 p, ZZZ below 1.3 p.
#[derive(Clone, Copy)]
pub(super) struct Term {
    /// -, X, ZZ, ZZZ
    first: Fe,
    /// Y, -, Z, -
    second: Fe,
}

/// A [`Term`] in memory.
#[derive(Clone, Copy, Default, Zeroize)]
pub(super) struct TermMemory {
    first: FeMemory,
    second: FeMemory,
}

/// 2^264 mod p: takes a number from Montgomery form with R = 2^256 to the one with R = 2^260.
const FROM_FOUR_WORDS: [u64; 4] = [0x100, 0x0000_00ff_ffff_ff00, 0, 0x0000_0100_0000_0000];

/// 2^256 mod p: the way back.
const TO_FOUR_WORDS: [u64; 4] = [1, 0x0000_0000_ffff_ffff, 0, 0x0000_0001_0000_0000];

impl Point {
    /// The affine point: x and y below p in four words, Montgomery form with R = 2^256.
    #[inline(always)]
    pub(super) fn from_affine(proof: Ifma, x: &[u64; 4], y: &[u64; 4]) -> Self {
        let numbers = FeMemory::of_words([*x, *y, *y, *x]).load(proof);
        let factor = FeMemory::of_words([FROM_FOUR_WORDS; 4]).load(proof);
        let xyyx = numbers.times(factor).carry(); // below 1.1 p
        let one = field::Fe(ONE.map(|limb| Q::splat(proof, limb)));
        Self::new(xyyx, one.columns(), xyyx, one)
    }

    /// From X and ZZ in lane 0, Y in lanes 1 and 2, and Z in lane 2.
    #[inline(always)]
    fn new(x: Fe, zz: Columns, y: Fe, z: Fe) -> Self {
        let less = x.columns().minus(zz).plus_p::<2>().carry(); // below 3.1 p
        let third = less.times(x.columns().plus(zz).carry()); // below 1.5 p
        let alpha = third.doubled().plus(third).carry(); // below 4.5 p
        let left = alpha.replace_in(LANE_1 | LANE_2, y);
        Self {
            left,
            right: left.replace_in(LANE_2, z),
            x,
            zz: zz.permuted::<{ lanes(0, 0, 0, 0) }>(),
        }
    }

    /// `2 self`.
    #[inline(always)]
    pub(super) fn doubled(self) -> Self {
        let first = self.left.times(self.right); // alpha^2 below 2.3 p, gamma 1.1 p, Y Z 1.2 p
        let first = first.replace_in(LANE_2, first.doubled()); // Z' below 2.4 p
        let new = first.carry();
        // X, gamma, Z' times gamma, gamma, Z'.
        let second = new
            .replace_in(LANE_0, self.x)
            .times(new.permuted::<{ lanes(1, 1, 2, 3) }>()); // beta, gamma^2 below 1.08 p, ZZ' 1.4 p
        let x = first // 2.3 p - 8.64 p + 9 p: below 11.3 p, then below 1.01 p
            .minus(second.shifted::<3>())
            .plus_p::<9>()
            .folded();
        let d = second.shifted::<2>().minus(x).plus_p::<2>(); // below 6.4 p
        let x_1 = x.permuted::<{ lanes(0, 0, 2, 3) }>();
        let zz_1 = second.permuted::<{ lanes(0, 2, 2, 3) }>();
        let less = x_1.minus(zz_1).plus_p::<2>().carry(); // below 3.01 p
        let more = x_1.plus(zz_1).replace_in(LANE_0, d).carry(); // below 2.5 p
        let third = less.replace_in(LANE_0, self.left).times(more); // below 2.8 p and 1.5 p
        let gamma_2 = second.permuted::<{ lanes(1, 1, 2, 3) }>();
        let y = third // 2.8 p - 8.64 p + 9 p: below 11.8 p, then below 1.01 p
            .minus(gamma_2.shifted::<3>())
            .plus_p::<9>()
            .folded();
        let alpha = third.doubled().plus(third); // below 4.5 p
        let y_alpha = y.replace_in(LANE_1, alpha).carry();
        let left = y_alpha.permuted::<{ lanes(1, 0, 0, 3) }>();
        Self {
            left,
            right: left.replace_in(LANE_2, new),
            x: x.carry(),
            zz: second,
        }
    }

    /// `self + term`, or `self - term` if `minus` is all ones (it is 0 otherwise).
    #[inline(always)]
    pub(super) fn plus(self, term: Term, minus: Mask) -> Self {
        // Z, X2, X, Y times ZZ, ZZ, ZZ2, ZZZ2.
        let zz = self.zz.carry();
        let z_y = self.right.permuted::<{ lanes(2, 1, 2, 1) }>();
        let x_2 = self.x.permuted::<{ lanes(0, 1, 0, 3) }>();
        let first = z_y
            .replace_in(LANE_1, term.first)
            .replace_in(LANE_2, x_2)
            .times(
                zz.permuted::<{ lanes(2, 2, 2, 2) }>()
                    .replace_in(LANE_2 | LANE_3, term.first),
            ); // ZZZ below 1.3 p, U2, U, S below 1.15 p
        let u_s = first.carry();
        let h = first
            .minus(first.permuted::<{ lanes(0, 2, 2, 3) }>())
            .plus_p::<2>(); // below 3.2 p
        let zzz_h = first.replace_in(LANE_1, h).carry();
        // ZZZ, H, Z, ZZ times Y2, H, Z2, ZZ2.
        let second = zzz_h
            .replace_in(LANE_2, self.right)
            .replace_in(LANE_3, zz.permuted::<{ lanes(0, 1, 2, 2) }>())
            .times(
                term.second
                    .replace_in(LANE_1, zzz_h)
                    .replace_in(LANE_3, term.first.permuted::<{ lanes(0, 1, 2, 2) }>()),
            ); // S2 below 1.1 p, HH 1.7 p, Z Z2 1.4 p, its square 1.2 p
        let s_0 = first.permuted::<{ lanes(3, 1, 2, 3) }>();
        let r = second.negate_in(minus).minus(s_0).plus_p::<3>(); // below 4.1 p
        let r_hh = second.replace_in(LANE_0, r).carry();
        // R, H, U, (Z Z2)^2 times R, HH, HH, HH.
        let third = r_hh
            .replace_in(LANE_1, zzz_h)
            .replace_in(LANE_2, u_s)
            .times(r_hh.permuted::<{ lanes(0, 1, 1, 1) }>()); // RR below 2.1 p, HHH 1.4 p, V 1.2 p, ZZ' 1.2 p
        let hhh_0 = third.permuted::<{ lanes(1, 1, 2, 3) }>();
        let v_0 = third.permuted::<{ lanes(2, 1, 2, 3) }>();
        let x = third // 2.1 p - 3.8 p + 4 p: below 6.1 p, then below 1.01 p
            .minus(hhh_0)
            .minus(v_0.doubled())
            .plus_p::<4>()
            .folded();
        let x_3 = x.permuted::<{ lanes(0, 1, 2, 0) }>();
        let less = x_3.minus(third).plus_p::<2>().carry(); // below 3.01 p
        let more = v_0
            .minus(x)
            .plus_p::<2>() // below 3.2 p
            .replace_in(LANE_1, third)
            .replace_in(LANE_3, x_3.plus(third)) // below 2.3 p
            .carry();
        // R, S, Z Z2, X' - ZZ' times V - X', HHH, H, X' + ZZ'.
        let fourth = r_hh
            .replace_in(LANE_1, u_s.permuted::<{ lanes(0, 3, 2, 3) }>())
            .replace_in(LANE_3, less)
            .times(more.replace_in(LANE_2, zzz_h.permuted::<{ lanes(0, 1, 1, 3) }>()));
        // 1.9 p - 1.1 p + 2 p, then below 1.01 p; Z' below 1.3 p.
        let y = fourth
            .minus(fourth.permuted::<{ lanes(1, 1, 2, 3) }>())
            .plus_p::<2>()
            .folded();
        let alpha = fourth.doubled().plus(fourth); // below 4.4 p
        let all = fourth
            .replace_in(LANE_0, y)
            .replace_in(LANE_3, alpha)
            .carry();
        Self {
            left: all.permuted::<{ lanes(3, 0, 0, 3) }>(),
            right: all.permuted::<{ lanes(3, 0, 2, 3) }>(),
            x: x.carry(),
            zz: third.permuted::<{ lanes(0, 1, 3, 3) }>(),
        }
    }

    /// `self + term`, or `2 self` where `term` (with its sign) is the same point. Constant-time.
    #[inline(always)]
    pub(super) fn plus_or_doubled(self, term: Term, minus: Mask) -> Self {
        let sum = self.plus(term, minus);
        let twice = self.doubled();
        // Z = 0 in lane 2 says that the points were the same; Z is below 2 p after an addition.
        let zero = sum.right.lanes_zero() & LANE_2;
        let same = (zero >> 2).wrapping_neg();
        let mut zz = sum.zz;
        zz = zz.replace_in(same, twice.zz);
        Self {
            left: sum.left.replace_in(same, twice.left),
            right: sum.right.replace_in(same, twice.right),
            x: sum.x.replace_in(same, twice.x),
            zz,
        }
    }

    /// The point as a term.
    #[inline(always)]
    pub(super) fn to_term(self) -> Term {
        let zz = self.zz.carry();
        let zzz = zz.times(self.right).carry(); // below 1.3 p
        Term {
            first: zz
                .replace_in(LANE_1, self.x.permuted::<{ lanes(0, 0, 2, 3) }>())
                .replace_in(LANE_3, zzz.permuted::<{ lanes(0, 1, 2, 2) }>()),
            second: self.right.permuted::<{ lanes(1, 1, 2, 3) }>(),
        }
    }

    /// X, Y, Z and ZZ below p in four words, Montgomery form with R = 2^256.
    #[inline(always)]
    pub(super) fn to_words(self, proof: Ifma) -> [[u64; 4]; 4] {
        let zz = self.zz.carry().permuted::<{ lanes(0, 1, 2, 2) }>();
        let numbers = zz
            .replace_in(LANE_0, self.x)
            .replace_in(LANE_1 | LANE_2, self.right);
        let factor = FeMemory::of_words([TO_FOUR_WORDS; 4]).load(proof);
        let words = numbers.times(factor).carry().reduced().to_words();
        let mut columns = [[0; 4]; 4];
        for (column, word) in columns.iter_mut().zip(words) {
            word.store(column);
        }
        let numbers = core::array::from_fn(|lane| columns.map(|word| word[lane]));
        columns.zeroize();
        numbers
    }
}

impl Term {
    /// The point itself, to begin with.
    #[inline(always)]
    pub(super) fn into_point(self) -> Point {
        let x = self.first.permuted::<{ lanes(1, 1, 2, 3) }>();
        let zz = self.first.permuted::<{ lanes(2, 2, 2, 2) }>();
        let y = self.second.permuted::<{ lanes(0, 0, 0, 3) }>();
        Point::new(x, zz.columns(), y, self.second)
    }

    /// `self`, and `other` in the lanes of the mask.
    #[inline(always)]
    pub(super) fn replace_in(self, lanes: Mask, other: Self) -> Self {
        Self {
            first: self.first.replace_in(lanes, other.first),
            second: self.second.replace_in(lanes, other.second),
        }
    }
}

impl TermMemory {
    #[inline(always)]
    pub(super) fn load(&self, proof: Ifma) -> Term {
        Term {
            first: self.first.load(proof),
            second: self.second.load(proof),
        }
    }

    #[inline(always)]
    pub(super) fn store(&mut self, term: Term) {
        self.first.store(term.first);
        self.second.store(term.second);
    }
}
