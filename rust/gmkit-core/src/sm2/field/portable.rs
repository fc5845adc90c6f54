//! Arithmetic mod p in plain Rust, for any processor: our own on words of 64 bits, and on shorter ones
//! the machine-proved code of fiat-crypto, unmodified.

use super::{Fe, FieldOps};
use crate::sm2::limbs;

#[cfg(not(target_pointer_width = "64"))]
mod words32;
#[cfg(target_pointer_width = "64")]
mod words64;

#[cfg(not(target_pointer_width = "64"))]
use words32 as words;
#[cfg(target_pointer_width = "64")]
use words64 as words;

/// Plain Rust, for any processor.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

impl FieldOps for Portable {
    type Product = Fe;

    #[inline]
    fn product(a: &Fe, b: &Fe) -> Fe {
        Self::mul(a, b)
    }

    #[inline]
    fn product_of_square(a: &Fe) -> Fe {
        Self::square(a)
    }

    #[inline]
    fn mul_less(a: &Fe, b: &Fe, less: &Fe) -> Fe {
        Self::sub(&Self::mul(a, b), less)
    }

    #[inline]
    fn mul(a: &Fe, b: &Fe) -> Fe {
        Fe(words::mul(&a.0, &b.0))
    }

    #[inline]
    fn square(a: &Fe) -> Fe {
        Fe(words::square(&a.0))
    }

    #[inline]
    fn add(a: &Fe, b: &Fe) -> Fe {
        Fe(words::add(&a.0, &b.0))
    }

    #[inline]
    fn sub(a: &Fe, b: &Fe) -> Fe {
        Fe(words::sub(&a.0, &b.0))
    }

    #[inline]
    fn half(a: &Fe) -> Fe {
        Fe(limbs::half(&a.0, &super::P))
    }
}
