//! Points of the curve y^2 = x^3 - 3x + b and their sums.
//!
//! Jacobian coordinates: (X, Y, Z) is the point (X/Z^2, Y/Z^3), and Z = 0 the point at infinity. An
//! affine pair (0, 0), which is not on the curve, stands for infinity where a table may hold it.
//! No function branches on coordinates unless its name ends in `_vartime`.

use core::marker::PhantomData;

use subtle::Choice;
use zeroize::Zeroize;

use super::field::{Fe, FieldOps};

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

/// A point in Jacobian coordinates.
#[derive(Clone, Copy, Default, Zeroize)]
pub(crate) struct Jacobian {
    pub(crate) x: Fe,
    pub(crate) y: Fe,
    pub(crate) z: Fe,
}

/// A point in Jacobian coordinates with Z^2 and Z^3 beside it, for adding it many times.
#[derive(Clone, Copy, Default, Zeroize)]
pub(crate) struct Cached {
    pub(crate) point: Jacobian,
    pub(crate) z2: Fe,
    pub(crate) z3: Fe,
}

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

    /// Becomes its negative if `choice`.
    #[inline]
    pub(crate) fn negate_if<F: FieldOps>(&mut self, choice: Choice) {
        let negative = F::negate(&self.y);
        self.y.assign_if(&negative, choice);
    }
}

impl Jacobian {
    pub(crate) const INFINITY: Self = Self {
        x: Fe::ONE,
        y: Fe::ONE,
        z: Fe::ZERO,
    };

    pub(crate) fn is_infinity(&self) -> Choice {
        self.z.is_zero()
    }

    #[inline]
    pub(crate) fn assign_if(&mut self, other: &Self, choice: Choice) {
        self.x.assign_if(&other.x, choice);
        self.y.assign_if(&other.y, choice);
        self.z.assign_if(&other.z, choice);
    }

    #[inline]
    pub(crate) fn negate_if<F: FieldOps>(&mut self, choice: Choice) {
        let negative = F::negate(&self.y);
        self.y.assign_if(&negative, choice);
    }

    /// 2 P; right for every point: infinity stays infinity, and no point has order 2.
    pub(crate) fn double<F: FieldOps>(&self) -> Self {
        // M = 3 (X - Z^2)(X + Z^2),  S = 4 X Y^2
        // X' = M^2 - 2S,  Y' = M (S - X') - 8 Y^4,  Z' = 2 Y Z
        let y2 = F::double(&self.y);
        let zz = F::square(&self.z);
        let z = F::mul(&y2, &self.z);
        let yy4 = F::square(&y2);
        let m = F::triple(&F::mul(&F::sub(&self.x, &zz), &F::add(&self.x, &zz)));
        let s = F::mul(&self.x, &yy4);
        let yyyy8 = F::half(&F::square(&yy4));
        let x = F::sub(&F::square(&m), &F::double(&s));
        let y = F::sub(&F::mul(&m, &F::sub(&s, &x)), &yyyy8);
        Self { x, y, z }
    }

    pub(crate) fn to_cached<F: FieldOps>(self) -> Cached {
        let z2 = F::square(&self.z);
        Cached {
            point: self,
            z2,
            z3: F::mul(&z2, &self.z),
        }
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

/// P + Q as the formulas give it, and what tells whether they were allowed to.
pub(crate) struct Sum<F> {
    pub(crate) point: Jacobian,
    /// x(Q) - x(P) and y(Q) - y(P), each times a power of Z: both 0 if P = Q, the first if P = -Q.
    pub(crate) h: Fe,
    pub(crate) r: Fe,
    field: PhantomData<F>,
}

/// P + Q for P ≠ ±Q, neither infinity: 8 products and 3 squares.
pub(crate) fn add_affine<F: FieldOps>(p: &Jacobian, q: &Affine) -> Sum<F> {
    let z2 = F::square(&p.z);
    let u2 = F::mul(&q.x, &z2);
    let s2 = F::mul(&q.y, &F::mul(&p.z, &z2));
    let h = F::sub(&u2, &p.x);
    let r = F::sub(&s2, &p.y);
    finish(&p.x, &p.y, h, r, F::mul(&p.z, &h))
}

/// P + Q for P ≠ ±Q, neither infinity: 11 products and 3 squares.
pub(crate) fn add_cached<F: FieldOps>(p: &Jacobian, q: &Cached) -> Sum<F> {
    let z2 = F::square(&p.z);
    let u1 = F::mul(&p.x, &q.z2);
    let u2 = F::mul(&q.point.x, &z2);
    let s1 = F::mul(&p.y, &q.z3);
    let s2 = F::mul(&q.point.y, &F::mul(&p.z, &z2));
    let h = F::sub(&u2, &u1);
    let r = F::sub(&s2, &s1);
    finish(&u1, &s1, h, r, F::mul(&F::mul(&p.z, &q.point.z), &h))
}

/// The second half that all additions share: X' = r^2 - h^3 - 2 u h^2, Y' = r (u h^2 - X') - s h^3.
#[inline(always)]
fn finish<F: FieldOps>(u: &Fe, s: &Fe, h: Fe, r: Fe, z: Fe) -> Sum<F> {
    let h2 = F::square(&h);
    let h3 = F::mul(&h2, &h);
    let v = F::mul(u, &h2);
    let x = F::sub(&F::sub(&F::square(&r), &h3), &F::double(&v));
    let y = F::sub(&F::mul(&r, &F::sub(&v, &x)), &F::mul(s, &h3));
    Sum {
        point: Jacobian { x, y, z },
        h,
        r,
        field: PhantomData,
    }
}

impl<F: FieldOps> Sum<F> {
    /// The sum for any P and Q, branching on which case it is. Public points only.
    pub(crate) fn resolve_vartime(self, p: &Jacobian, q: impl FnOnce() -> Jacobian) -> Jacobian {
        if bool::from(p.is_infinity()) {
            return q();
        }
        if bool::from(self.h.is_zero()) {
            let q = q();
            if bool::from(q.is_infinity()) {
                return *p;
            }
            // Same x: the point itself or its negative.
            return if bool::from(self.r.is_zero()) {
                p.double::<F>()
            } else {
                Jacobian::INFINITY
            };
        }
        self.point
    }
}

/// P + Q for any two points, public ones.
pub(crate) fn add_affine_vartime<F: FieldOps>(p: &Jacobian, q: &Affine) -> Jacobian {
    add_affine::<F>(p, q).resolve_vartime(p, || q.to_jacobian())
}

/// P + Q for any two points, public ones.
pub(crate) fn add_cached_vartime<F: FieldOps>(p: &Jacobian, q: &Cached) -> Jacobian {
    if bool::from(q.point.is_infinity()) {
        return *p;
    }
    add_cached::<F>(p, q).resolve_vartime(p, || q.point)
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
