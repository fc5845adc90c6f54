//! Points of the curve y^2 = x^3 - 3x + b and their sums.
//!
//! Jacobian coordinates: (X, Y, Z) is the point (X/Z^2, Y/Z^3), and Z = 0 the point at infinity. An
//! affine pair (0, 0), which is not on the curve, stands for infinity where a table may hold it.
//! No function branches on coordinates unless its name ends in `_vartime`.

use subtle::Choice;
use zeroize::Zeroize;

use super::field::{Fe, FieldOps};

pub(crate) mod sum;

/// b of the curve equation.
const B: Fe = Fe([
    0x90d2_3063_2bc0_dd42,
    0x71cf_379a_e9b5_37ab,
    0x5279_8150_5ea5_1c3c,
    0x240f_e188_ba20_e2c8,
]);

/// A point other than infinity; or (0, 0), where a table says so.
#[derive(Clone, Copy, Default, Zeroize)]
#[cfg_attr(test, derive(Debug, PartialEq, Eq))]
#[repr(C)]
pub(crate) struct Affine {
    pub(crate) x: Fe,
    pub(crate) y: Fe,
}

/// A point in Jacobian coordinates, with zz = Z^2 beside them: whatever is done with a point next
/// begins with that square, so it is made early, where it overlaps with other work.
#[derive(Clone, Copy, Default, Zeroize)]
pub(crate) struct Jacobian {
    pub(crate) x: Fe,
    pub(crate) y: Fe,
    pub(crate) z: Fe,
    pub(crate) zz: Fe,
}

/// X, Y, Z, Z^2 and Z^3 of a point that is added many times.
#[derive(Clone, Copy, Default, Zeroize)]
pub(crate) struct Cached(pub(crate) [Fe; 5]);

/// The generator.
pub(crate) const GENERATOR: Affine = Affine {
    x: Fe([
        0x6132_8990_f418_029e,
        0x3e79_81ed_dca6_c050,
        0xd6a1_ed99_ac24_c3c3,
        0x9116_7a5e_e1c1_3b05,
    ]),
    y: Fe([
        0xc135_4e59_3c2d_0ddd,
        0xc1f5_e578_8d32_95fa,
        0x8d4c_fb06_6e2a_48f8,
        0x63cd_65d4_81d7_35bd,
    ]),
};

impl Affine {
    pub(crate) fn to_jacobian(self) -> Jacobian {
        Jacobian {
            x: self.x,
            y: self.y,
            z: Fe::ONE,
            zz: Fe::ONE,
        }
    }

    /// Whether the curve equation holds.
    pub(crate) fn is_on_curve<F: FieldOps>(&self) -> Choice {
        F::square(&self.y).equals(&Self::right_side::<F>(&self.x))
    }

    /// x^3 - 3x + b.
    pub(crate) fn right_side<F: FieldOps>(x: &Fe) -> Fe {
        let cube = F::mul(&F::square(x), x);
        F::add(&F::sub(&cube, &F::triple(x)), &B)
    }

    pub(crate) fn negate<F: FieldOps>(&self) -> Self {
        Self {
            x: self.x,
            y: F::negate(&self.y),
        }
    }
}

impl Jacobian {
    pub(crate) const INFINITY: Self = Self {
        x: Fe::ONE,
        y: Fe::ONE,
        z: Fe::ZERO,
        zz: Fe::ZERO,
    };

    /// From X, Y, Z and Z^2.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn from_words([x, y, z, zz]: &[[u64; 4]; 4]) -> Self {
        let [x, y, z, zz] = [x, y, z, zz].map(|words| Fe(*words));
        Self { x, y, z, zz }
    }

    pub(crate) fn is_infinity(&self) -> Choice {
        self.z.is_zero()
    }

    /// 2 P; right for every point: infinity stays infinity, and no point has order 2.
    pub(crate) fn double<F: FieldOps>(&self) -> Self {
        let mut twice = *self;
        twice.double_assign::<F>();
        twice
    }

    /// Becomes 2^times P, as [`Self::double`].
    #[inline(never)]
    pub(crate) fn double_times<F: FieldOps>(&mut self, times: usize) {
        for _ in 0..times {
            self.double_assign::<F>();
        }
    }

    /// Becomes 2 P, as [`Self::double`].
    #[inline(always)]
    pub(crate) fn double_assign<F: FieldOps>(&mut self) {
        self.double_among::<F>(|| {});
    }

    /// How often [`Self::double_among`] calls its argument.
    pub(crate) const PIECES: usize = 4;

    /// As [`Self::double_assign`], with other work done a little at a time between products, when it
    /// costs next to nothing.
    #[inline(always)]
    pub(crate) fn double_among<F: FieldOps>(&mut self, mut piece: impl FnMut()) {
        // A = 3 (X - Z^2)(X + Z^2) / 2,  S = X Y^2
        // X' = A^2 - 2S,  Y' = A (S - X') - Y^4,  Z' = Y Z
        // In this order, the best of many that were measured, what a product needs was begun at least
        // two products before; and results go straight to their places, because a copy of four words
        // just written one by one is slow.
        let a = F::mul(&F::sub(&self.x, &self.zz), &F::add(&self.x, &self.zz));
        let yy = F::square(&self.y);
        piece();
        self.z = F::mul(&self.y, &self.z);
        let a = F::three_halves(&a);
        let s = F::mul(&self.x, &yy);
        piece();
        let aa = F::square(&a);
        let run;
        (self.x, run) = F::run_of_line(&aa, &s, &s);
        piece();
        let yyyy = F::product_of_square(&yy);
        self.zz = F::square(&self.z);
        piece();
        self.y = F::mul_less(&a, &run, &yyyy);
    }

    pub(crate) fn to_cached<F: FieldOps>(self) -> Cached {
        let Self { x, y, z, zz } = self;
        Cached([x, y, z, zz, F::mul(&zz, &z)])
    }

    /// The affine point; (0, 0) for infinity.
    pub(crate) fn to_affine<F: FieldOps>(self) -> Affine {
        self.to_affine_with::<F>(&self.z.invert::<F>())
    }

    /// The affine point, given 1/Z.
    pub(crate) fn to_affine_with<F: FieldOps>(self, inverse: &Fe) -> Affine {
        let square = F::square(inverse);
        Affine {
            x: F::mul(&self.x, &square),
            y: F::mul(&self.y, &F::mul(&square, inverse)),
        }
    }

    /// x-coordinate alone.
    pub(crate) fn to_x<F: FieldOps>(self) -> Fe {
        F::mul(&self.x, &F::square(&self.z.invert::<F>()))
    }
}

/// What two points of different x-coordinates leave for the second half of their addition.
struct Chord {
    /// x(P) and y(P) over a common denominator.
    u: Fe,
    s: Fe,
    /// x(Q) - x(P) and y(Q) - y(P): both 0 if P = Q, the first alone if P = -Q.
    h: Fe,
    r: Fe,
    /// Z(P) Z(Q).
    z: Fe,
}

impl Chord {
    #[inline(always)]
    fn with_affine<F: FieldOps>(p: &Jacobian, [x, y]: [&Fe; 2]) -> Self {
        let u2 = F::mul(x, &p.zz);
        let z3 = F::mul(&p.z, &p.zz);
        let h = F::sub(&u2, &p.x);
        let s2 = F::mul(y, &z3);
        let r = F::sub(&s2, &p.y);
        Self {
            u: p.x,
            s: p.y,
            h,
            r,
            z: p.z,
        }
    }

    #[inline(always)]
    fn with_cached<F: FieldOps>(p: &Jacobian, Cached([x, y, z, zz, zzz]): &Cached) -> Self {
        let z3 = F::mul(&p.z, &p.zz);
        let u = F::mul(&p.x, zz);
        let u2 = F::mul(x, &p.zz);
        let s2 = F::mul(y, &z3);
        let s = F::mul(&p.y, zzz);
        Self {
            u,
            s,
            h: F::sub(&u2, &u),
            r: F::sub(&s2, &s),
            z: F::mul(&p.z, z),
        }
    }

    /// X' = r^2 - h^3 - 2 u h^2,  Y' = r (u h^2 - X') - s h^3,  Z' = h Z.
    #[inline(always)]
    fn finish<F: FieldOps>(&self, to: &mut Jacobian) {
        let hh = F::square(&self.h);
        to.z = F::mul(&self.z, &self.h);
        let rr = F::square(&self.r);
        let v = F::mul(&self.u, &hh);
        let hhh = F::mul(&hh, &self.h);
        to.zz = F::square(&to.z);
        let run;
        (to.x, run) = F::run_of_chord(&rr, &hhh, &v);
        let sh3 = F::product(&self.s, &hhh);
        to.y = F::mul_less(&self.r, &run, &sh3);
    }

    /// As `finish`, and right for P = ±Q too. Neither may be infinity.
    #[inline(always)]
    fn finish_vartime<F: FieldOps>(&self, p: &mut Jacobian) {
        if self.h.0 != [0; 4] {
            self.finish::<F>(p);
        } else if self.r.0 == [0; 4] {
            p.double_assign::<F>();
        } else {
            *p = Jacobian::INFINITY;
        }
    }
}

impl Jacobian {
    /// P becomes 2P + Q as (P + Q) + P, whose first sum leaves P with its own Z (Longa and Miri's way): 13
    /// products and 5 squares, one less than both apart. For P ≠ ±Q, P + Q ≠ -P, none of them infinity.
    #[inline(never)]
    pub(crate) fn double_and_add_affine<F: FieldOps>(&mut self, q: &Affine) {
        // The order is measured, as that of doubling.
        let z3 = F::mul(&self.z, &self.zz);
        let u2 = F::mul(&q.x, &self.zz);
        let h = F::sub(&u2, &self.x);
        let s2 = F::mul(&q.y, &z3);
        let hh = F::square(&h);
        let zh = F::mul(&self.z, &h);
        // P = (v, w) and P + Q = (x, y), both over Z h.
        let v = F::mul(&self.x, &hh);
        let r = F::sub(&s2, &self.y);
        let hhh = F::mul(&hh, &h);
        let rr = F::square(&r);
        let (x, run) = F::run_of_chord(&rr, &hhh, &v);
        let w = F::mul(&self.y, &hhh);
        let slope = F::mul(&r, &run);
        let y = F::sub(&slope, &w);
        // Their sum, over Z h (v - x).
        let hh = F::square(&run);
        let r = F::sub(&w, &y);
        self.z = F::mul(&zh, &run);
        let x = F::mul(&x, &hh);
        let rr = F::square(&r);
        let v = F::mul(&v, &hh);
        self.zz = F::square(&self.z);
        let hhh = F::sub(&v, &x);
        let run;
        (self.x, run) = F::run_of_line(&rr, &v, &x);
        let w = F::product(&y, &hhh);
        self.y = F::mul_less(&r, &run, &w);
    }

    /// P += Q for any P, and any Q but infinity; public points.
    #[inline(never)]
    pub(crate) fn add_affine_vartime<F: FieldOps>(&mut self, q: &Affine) {
        if self.z.0 == [0; 4] {
            *self = q.to_jacobian();
        } else {
            Chord::with_affine::<F>(self, [&q.x, &q.y]).finish_vartime::<F>(self);
        }
    }

    /// P += Q for any P, and any Q but infinity; public points.
    #[inline(never)]
    pub(crate) fn add_cached_vartime<F: FieldOps>(&mut self, q: &Cached) {
        if self.z.0 == [0; 4] {
            let Cached([x, y, z, zz, _]) = *q;
            *self = Self { x, y, z, zz };
        } else {
            Chord::with_cached::<F>(self, q).finish_vartime::<F>(self);
        }
    }
}

/// A point that is added again and again to others of the same Z, and takes each sum's Z over: an
/// addition of such points costs 5 products and 2 squares (Meloni's co-Z addition).
pub(crate) struct CoZ {
    x: Fe,
    y: Fe,
}

impl CoZ {
    /// 2 P, and P as x and y over the same Z, which is the old y. As [`Jacobian::double`], whose S and Y^4
    /// are P's new coordinates.
    pub(crate) fn double<F: FieldOps>(p: &Affine) -> (Self, [Fe; 2]) {
        let yy = F::square(&p.y);
        let a = F::three_halves(&F::mul(&F::sub(&p.x, &Fe::ONE), &F::add(&p.x, &Fe::ONE)));
        let s = F::mul(&p.x, &yy);
        let yyyy = F::square(&yy);
        let x = F::sub(&F::square(&a), &F::double(&s));
        let y = F::sub(&F::mul(&a, &F::sub(&s, &x)), &yyyy);
        (Self { x, y }, [s, yyyy])
    }

    /// Puts the sum of this and `from`, x and y over the same Z, to `to`; not for the same or opposite
    /// points. Z becomes the sum's, and this takes it over: it is the old one times the result.
    #[inline(always)]
    pub(crate) fn add<F: FieldOps>(&mut self, from: &[Fe; 2], to: &mut [Fe; 2], z: &mut Fe) -> Fe {
        let [x, y] = from;
        let h = F::sub(x, &self.x);
        let hh = F::square(&h);
        let r = F::sub(y, &self.y);
        *z = F::mul(z, &h);
        let rr = F::square(&r);
        self.x = F::mul(&self.x, &hh);
        let other = F::mul(x, &hh);
        let run = F::sub(&other, &self.x);
        to[0] = F::sub(&F::sub(&rr, &self.x), &other);
        let step = F::sub(&self.x, &to[0]);
        self.y = F::mul(&self.y, &run);
        let slope = F::mul(&r, &step);
        to[1] = F::sub(&slope, &self.y);
        h
    }
}

/// P + Q for any P, and any Q but infinity; public points.
#[cfg(test)]
pub(crate) fn add_affine_vartime<F: FieldOps>(p: &Jacobian, q: &Affine) -> Jacobian {
    let mut sum = *p;
    sum.add_affine_vartime::<F>(q);
    sum
}

/// Z^-1 for many points at the price of one inversion. Public points, none of them infinity.
pub(crate) fn to_affine_many_vartime<F: FieldOps>(points: &[Jacobian]) -> Vec<Affine> {
    let mut products = Vec::with_capacity(points.len());
    let mut product = Fe::ONE;
    for point in points {
        products.push(product);
        product = F::mul(&product, &point.z);
    }
    let mut inverse = product.invert::<F>();
    let mut affine = vec![Affine::default(); points.len()];
    for ((point, before), out) in points.iter().zip(&products).zip(&mut affine).rev() {
        *out = point.to_affine_with::<F>(&F::mul(&inverse, before));
        inverse = F::mul(&inverse, &point.z);
    }
    affine
}
