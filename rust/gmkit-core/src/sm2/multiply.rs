//! Scalars times points, each in the form that suits whether the scalar is secret.

use subtle::Choice;
use zeroize::Zeroize;

use super::digits::{booth, naf_vartime, WINDOWS_5};
use super::field::{Fe, FieldOps};
use super::point::{add_affine_vartime, add_cached, add_cached_vartime, Affine, Cached, Jacobian};
use super::scalar::Scalar;
use super::tables::{self, GENERATOR_NAF};

const WINDOW: usize = 5;
const NAF: usize = 5;

/// k G in constant time, for k from 1 to n - 1.
pub(crate) fn generator<F: FieldOps>(k: &Scalar) -> Jacobian {
    tables::generator().mul::<F>(k)
}

/// k P in constant time, for k from 1 to n - 1 and any P on the curve.
///
/// Five doublings and one addition a window, from the top. The sum stays a multiple of P between 0
/// and n, so an addition meets P = Q or P = -Q only where it passes n, which is possible in the last
/// one alone (k = n - 6 does it); there the double is at hand and selected.
pub(crate) fn point<F: FieldOps>(k: &Scalar, p: &Affine) -> Jacobian {
    let mut table = multiples::<F>(p);
    let mut sum = Jacobian::default();
    let mut empty = Choice::from(1);
    for index in (0..WINDOWS_5).rev() {
        if index != WINDOWS_5 - 1 {
            for _ in 0..WINDOW {
                sum = sum.double::<F>();
            }
        }
        let digit = booth::<WINDOW>(&k.0, index);
        let [x, y, z, z2, z3] = F::select(&table, digit.magnitude);
        let mut entry = Cached {
            point: Jacobian { x, y, z },
            z2,
            z3,
        };
        entry.point.negate_if::<F>(digit.negative);
        let addition = add_cached::<F>(&sum, &entry);
        let mut added = addition.point;
        if index == 0 {
            let same = addition.h.is_zero() & addition.r.is_zero();
            added.assign_if(&sum.double::<F>(), same);
        }
        added.assign_if(&entry.point, empty);
        sum.assign_if(&added, !digit.zero);
        empty &= digit.zero;
        entry.zeroize();
    }
    sum.z.assign_if(&Fe::ZERO, empty);
    table.zeroize();
    sum
}

/// 1 to 16 times P, each with Z^2 and Z^3 beside it.
fn multiples<F: FieldOps>(p: &Affine) -> [[Fe; 5]; 16] {
    let flat = |c: &Cached| [c.point.x, c.point.y, c.point.z, c.z2, c.z3];
    let mut cached = [Cached::default(); 16];
    cached[0] = p.to_jacobian().to_cached::<F>();
    for at in 1..16 {
        // (at + 1) P: twice an earlier one, or the one before and P; never equal, never opposite.
        let next = if at % 2 == 1 {
            cached[at / 2].point.double::<F>()
        } else {
            super::point::add_affine::<F>(&cached[at - 1].point, p).point
        };
        cached[at] = next.to_cached::<F>();
    }
    cached.map(|c| flat(&c))
}

/// s G + t P for public numbers, any at all.
///
/// One chain of doublings for both, with non-adjacent forms: few additions for P, whose odd multiples
/// must be made first, and fewer for G, whose are there.
pub(crate) fn double_vartime<F: FieldOps>(s: &Scalar, t: &Scalar, p: &Affine) -> Jacobian {
    let generator = tables::generator_odd();
    let s_digits = naf_vartime::<GENERATOR_NAF>(&s.0);
    let t_digits = naf_vartime::<NAF>(&t.0);
    let odd = odd_multiples_vartime::<F>(p);
    let mut sum = Jacobian::INFINITY;
    let top = (0..257)
        .rev()
        .find(|&at| s_digits[at] != 0 || t_digits[at] != 0);
    for at in (0..top.map_or(0, |top| top + 1)).rev() {
        sum = sum.double::<F>();
        if t_digits[at] != 0 {
            let mut entry = odd[usize::from(t_digits[at].unsigned_abs() / 2)];
            if t_digits[at] < 0 {
                entry.point.y = F::negate(&entry.point.y);
            }
            sum = add_cached_vartime::<F>(&sum, &entry);
        }
        if s_digits[at] != 0 {
            let mut entry = generator[usize::from(s_digits[at].unsigned_abs() / 2)];
            if s_digits[at] < 0 {
                entry = entry.negate::<F>();
            }
            sum = add_affine_vartime::<F>(&sum, &entry);
        }
    }
    sum
}

/// P, 3P, 5P, … 15P.
fn odd_multiples_vartime<F: FieldOps>(p: &Affine) -> [Cached; 1 << (NAF - 2)] {
    let mut point = p.to_jacobian();
    let twice = point.double::<F>().to_cached::<F>();
    let mut odd = [point.to_cached::<F>(); 1 << (NAF - 2)];
    for entry in &mut odd[1..] {
        point = add_cached_vartime::<F>(&point, &twice);
        *entry = point.to_cached::<F>();
    }
    odd
}

#[cfg(test)]
mod tests;
