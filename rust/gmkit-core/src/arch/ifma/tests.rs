//! The kernels against the arithmetic in plain Rust, itself tested beside fiat-crypto, and the points one at a time.

use super::*;
use crate::sm2::field::{self, FieldOps, Portable};
use crate::sm2::point::{add_affine_vartime, Affine, Jacobian, GENERATOR};
use crate::sm2::scalar::{Scalar, N};

mod field_lanes;
mod points;

/// A generator of test numbers: splitmix64.
pub(super) struct Numbers(pub(super) u64);

impl Numbers {
    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// Words that are often all zeros, all ones or nearly so: what carries run through.
    fn biased_word(&mut self) -> u64 {
        let word = self.word();
        match self.word() % 8 {
            0 => 0,
            1 => !0,
            2 => word % 4,
            3 => !(word % 4),
            4 => !0 << (word % 64),
            5 => !(!0 << (word % 64)),
            _ => word,
        }
    }

    pub(super) fn below(&mut self, modulus: &[u64; 4], biased: bool) -> [u64; 4] {
        let number = core::array::from_fn(|_| {
            if biased {
                self.biased_word()
            } else {
                self.word()
            }
        });
        crate::sm2::limbs::subtract_once(&number, 0, modulus)
    }
}

fn plain(point: &Affine) -> PlainPoint {
    let x = point.x.to_number::<Portable>();
    let y = point.y.to_number::<Portable>();
    core::array::from_fn(|at| if at < 4 { x[at] } else { y[at - 4] })
}

/// k times a point the slow way: doublings and additions with every case.
fn times(k: &[u64; 4], point: &Affine) -> Jacobian {
    let mut sum = Jacobian::INFINITY;
    for bit in (0..256).rev() {
        sum = sum.double::<Portable>();
        if k[bit / 64] >> (bit % 64) & 1 == 1 {
            sum = add_affine_vartime::<Portable>(&sum, point);
        }
    }
    sum
}

/// The odd one of k and n - k, and whether it is the second.
fn odd(k: &[u64; 4]) -> ([u64; 4], u8) {
    if k[0] & 1 == 1 {
        (*k, 0)
    } else {
        (Scalar(*k).negate().0, 1)
    }
}

/// Scalars that digits and carries find hard: small, near n, single bits, runs, repeated windows,
/// and the ones at which an addition without cases would go wrong.
fn hard_scalars() -> Vec<[u64; 4]> {
    let mut all = Vec::new();
    for small in 1..=130 {
        all.push([small, 0, 0, 0]);
        all.push(Scalar([small, 0, 0, 0]).negate().0);
    }
    for bit in 0..256 {
        let mut power = [0; 4];
        power[bit / 64] = 1 << (bit % 64);
        let less = crate::sm2::limbs::sub(&power, &[1, 0, 0, 0]).0;
        all.extend([power, less, Scalar::reduce(&power).negate().0]);
    }
    for pattern in [
        0xaaaa_aaaa_aaaa_aaaa,
        0x5555_5555_5555_5555,
        0x0123_4567_89ab_cdef,
        !0 << 32,
    ] {
        all.push([pattern; 4]);
    }
    // 30 * 2^252 - n: the sum before the top window equals its term if it comes last.
    let top = [0, 0, 0, 14 << 60];
    let rest = crate::sm2::limbs::sub(&[0; 4], &N).0;
    all.push(crate::sm2::limbs::add(&top, &rest).0);
    all.retain(|k| crate::sm2::limbs::sub(k, &N).1 == 1 && *k != [0; 4]);
    all
}

pub(super) fn field_number(number: &[u64; 4]) -> field::Fe {
    field::Fe::from_number::<Portable>(number)
}
