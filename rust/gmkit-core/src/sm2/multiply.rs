//! Scalars times points, each in the form that suits whether the scalar is secret.

use zeroize::Zeroize;

use super::digits::{naf_vartime, Odd, DIGITS_5};
use super::field::{Fe, FieldOps};
use super::point::{Affine, Cached, CoZ, Jacobian};
use super::scalar::Scalar;
use super::selection::Selection;
use super::tables::{self, GENERATOR_NAF};
#[cfg(target_arch = "x86_64")]
use crate::arch::ifma;

/// Bits of a digit of a secret scalar.
const WIDTH: usize = 5;
/// Points in its table, of which an equal part is looked at with each piece of a digit's doublings.
const ENTRIES: usize = 1 << (WIDTH - 1);
const _: () = assert!(ENTRIES.is_multiple_of((WIDTH - 1) * Jacobian::PIECES));
/// Width of the non-adjacent form of a public one.
const NAF: usize = 5;

/// k G in constant time, for k from 1 to n - 1.
pub(crate) fn generator<F: FieldOps>(k: &Scalar) -> Jacobian {
    #[cfg(target_arch = "x86_64")]
    if F::WITH_LANES {
        if let Some(product) = super::batch::multiply_generator::<F>(k) {
            return product;
        }
    }
    tables::generator().mul::<F>(k)
}

/// k P in constant time, for k from 1 to n - 1 and any P on the curve.
///
/// Four doublings, and one doubling with an addition a digit, from the top. The sum before is A times P
/// for a multiple A > 0 of 16, and a digit d with |d| < 32, which is odd, takes it to 2A + d, at most n - 1.
/// So A is neither d nor -d, as integers and, being below n/2 + 16, mod n; and 2A + d is not 0 mod n: the
/// two additions that make 2A + d never meet equal or opposite points.
pub(crate) fn point<F: FieldOps>(k: &Scalar, p: &Affine) -> Jacobian {
    let odd = Odd::new(k);
    #[cfg(target_arch = "x86_64")]
    if let Some(proof) = lanes::<F>() {
        let product = ifma::multiply_point(proof, &odd, [&p.x.0, &p.y.0]);
        let mut product = Jacobian::from_words(&product);
        product.y = F::negate_if(&product.y, odd.negative);
        return product;
    }
    let table = odd_affine_multiples::<F, ENTRIES>(p);
    // Of 256 bits, the last digit has one: it is 1.
    debug_assert_eq!(odd.top_index::<WIDTH>(DIGITS_5 - 1), 0);
    let mut sum = p.to_jacobian();
    let mut entry = Affine::default();
    for at in (0..DIGITS_5 - 1).rev() {
        // Looked up while the sum is doubled, which does not wait for it.
        let digit = odd.digit::<WIDTH>(at);
        let mut selection = Selection::new(digit.index);
        let (pieces, _) = table.as_chunks::<{ ENTRIES / (WIDTH - 1) }>();
        for piece in pieces {
            let mut entries = piece.chunks_exact(ENTRIES / (WIDTH - 1) / Jacobian::PIECES);
            sum.double_among::<F>(|| {
                if let Some(entries) = entries.next() {
                    selection.look_at(entries);
                }
            });
        }
        let [x, y] = selection.finish();
        entry.x = x;
        entry.y = F::negate_if(&y, digit.negative);
        sum.double_and_add_affine::<F>(&entry);
    }
    entry.zeroize();
    sum.y = F::negate_if(&sum.y, odd.negative);
    sum
}

/// What the kernels with lanes ask for, where the path in use has them and `F` leaves room for them.
#[cfg(target_arch = "x86_64")]
fn lanes<F: FieldOps>() -> Option<ifma::Ifma> {
    ifma::Ifma::active().filter(|_| F::WITH_LANES)
}

/// P, 3P, 5P, … for a public P, as x and y: one inversion, of the last Z, is enough, since each Z is the
/// one before times a number that is known.
fn odd_affine_multiples<F: FieldOps, const COUNT: usize>(p: &Affine) -> [[Fe; 2]; COUNT] {
    let (mut twice, first) = CoZ::double::<F>(p);
    let mut z = p.y;
    // Every number is made in its place: a copy of four words just written one by one is slow.
    let mut table = [first; COUNT];
    let mut ratios = [Fe::ONE; COUNT];
    for at in 1..COUNT {
        let (before, rest) = table.split_at_mut(at);
        ratios[at] = twice.add::<F>(&before[at - 1], &mut rest[0], &mut z);
    }
    let mut inverse = z.invert::<F>();
    for ([x, y], ratio) in table.iter_mut().zip(&ratios).skip(1).rev() {
        let square = F::square(&inverse);
        let next = F::mul(&inverse, ratio);
        let cube = F::mul(&square, &inverse);
        *x = F::mul(x, &square);
        inverse = next;
        *y = F::mul(y, &cube);
    }
    table[0] = [p.x, p.y];
    table
}

/// P, 3P, 5P, …, as coordinates with Z^2 and Z^3 beside them. P is public.
fn odd_multiples<F: FieldOps, const COUNT: usize>(p: &Affine) -> [[Fe; 5]; COUNT] {
    let (mut twice, mut multiple) = CoZ::double::<F>(p);
    let mut z = p.y;
    let mut table = [[Fe::ZERO; 5]; COUNT];
    for (at, entry) in table.iter_mut().enumerate() {
        if at != 0 {
            let before = multiple;
            twice.add::<F>(&before, &mut multiple, &mut z);
        }
        let [x, y] = multiple;
        let zz = F::square(&z);
        *entry = [x, y, z, zz, F::mul(&zz, &z)];
    }
    table
}

/// s G + t P for public numbers, any at all.
///
/// One chain of doublings for both, with non-adjacent forms: few additions for P, whose odd multiples
/// must be made first, and fewer for G, whose are there.
pub(crate) fn double_vartime<F: FieldOps>(s: &Scalar, t: &Scalar, p: &Affine) -> Jacobian {
    #[cfg(target_arch = "x86_64")]
    if let Some(sum) = double_with_lanes_vartime::<F>(s, t, p) {
        return sum;
    }
    let generator = tables::generator_odd();
    let s_digits = naf_vartime::<GENERATOR_NAF>(&s.0);
    let t_digits = naf_vartime::<NAF>(&t.0);
    let plus = odd_multiples::<F, { 1 << (NAF - 2) }>(p).map(Cached);
    let mut minus = plus;
    for entry in &mut minus {
        entry.0[1] = F::negate(&entry.0[1]);
    }
    let mut sum = Jacobian::INFINITY;
    let top = (0..257)
        .rev()
        .find(|&at| s_digits[at] != 0 || t_digits[at] != 0);
    for at in (0..top.map_or(0, |top| top + 1)).rev() {
        sum.double_times::<F>(1);
        if t_digits[at] != 0 {
            let index = usize::from(t_digits[at].unsigned_abs() / 2);
            let table = if t_digits[at] > 0 { &plus } else { &minus };
            sum.add_cached_vartime::<F>(&table[index]);
        }
        if s_digits[at] != 0 {
            let entry = &generator[usize::from(s_digits[at].unsigned_abs() / 2)];
            if s_digits[at] > 0 {
                sum.add_affine_vartime::<F>(entry);
            } else {
                sum.add_affine_vartime::<F>(&entry.negate::<F>());
            }
        }
    }
    sum
}

/// The same, each product for itself; nothing without lanes, for t = 0, and where equal points met on
/// the way.
#[cfg(target_arch = "x86_64")]
fn double_with_lanes_vartime<F: FieldOps>(s: &Scalar, t: &Scalar, p: &Affine) -> Option<Jacobian> {
    let proof = lanes::<F>()?;
    if bool::from(t.is_zero()) {
        return None;
    }
    let digits = naf_vartime::<NAF>(&t.0);
    let product = ifma::multiply_point_vartime(proof, &digits, [&p.x.0, &p.y.0]);
    let product = Jacobian::from_words(&product);
    if bool::from(product.is_infinity()) {
        return None;
    }
    if bool::from(s.is_zero()) {
        return Some(product);
    }
    let mut sum = generator::<F>(s);
    sum.add_cached_vartime::<F>(&product.to_cached::<F>());
    Some(sum)
}

#[cfg(test)]
mod tests;
