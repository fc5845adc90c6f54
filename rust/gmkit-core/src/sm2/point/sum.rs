//! Sums of many affine points.

use zeroize::Zeroize;

use super::{Affine, Jacobian};
use crate::sm2::field::{Fe, FieldOps};

/// (X/ZZ, Y/ZZZ) with ZZ^3 = ZZZ^2: Z^2 and Z^3 without Z, which only doublings need. Adding an affine
/// point costs a square less than it does in Jacobian coordinates.
#[derive(Clone, Copy, Default, Zeroize)]
pub(crate) struct Sum {
    x: Fe,
    y: Fe,
    zz: Fe,
    zzz: Fe,
}

impl Sum {
    pub(crate) fn new(point: &Affine) -> Self {
        Self {
            x: point.x,
            y: point.y,
            zz: Fe::ONE,
            zzz: Fe::ONE,
        }
    }

    /// How often [`Self::add`] calls its last argument.
    pub(crate) const PIECES: usize = 8;

    /// P += Q for P ≠ ±Q, neither infinity: 8 products and 2 squares. `piece` is other work, done a
    /// little at a time between products, when it costs next to nothing.
    ///
    /// X' = r^2 - h^3 - 2v,  Y' = r (v - X') - Y h^3,  ZZ' = ZZ h^2,  ZZZ' = ZZZ h^3,
    /// where h = x ZZ - X,  r = y ZZZ - Y,  v = X h^2.
    #[inline(always)]
    pub(crate) fn add<F: FieldOps>(&mut self, q: &Affine, mut piece: impl FnMut()) {
        // The order is measured, as that of doubling.
        let u = F::mul(&q.x, &self.zz);
        piece();
        let h = F::sub(&u, &self.x);
        let s = F::mul(&q.y, &self.zzz);
        piece();
        let r = F::sub(&s, &self.y);
        let hh = F::square(&h);
        piece();
        let rr = F::square(&r);
        piece();
        let hhh = F::mul(&hh, &h);
        piece();
        let v = F::mul(&self.x, &hh);
        piece();
        self.zz = F::mul(&self.zz, &hh);
        piece();
        let run;
        (self.x, run) = F::run_of_chord(&rr, &hhh, &v);
        self.zzz = F::mul(&self.zzz, &hhh);
        piece();
        let yh3 = F::product(&self.y, &hhh);
        self.y = F::mul_less(&r, &run, &yh3);
    }

    /// The same point with Z = ZZ, which is Z^2 in place of Z.
    pub(crate) fn to_jacobian<F: FieldOps>(self) -> Jacobian {
        Jacobian {
            x: F::mul(&self.x, &self.zz),
            y: F::mul(&self.y, &self.zzz),
            z: self.zz,
            zz: F::square(&self.zz),
        }
    }
}
