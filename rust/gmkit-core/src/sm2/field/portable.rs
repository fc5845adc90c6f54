//! Arithmetic mod p by the machine-proved code of fiat-crypto, unmodified.

use super::{Fe, FieldOps};
use crate::sm2::limbs;

/// Plain Rust, for any processor.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

#[cfg(target_pointer_width = "64")]
mod words {
    pub(super) use fiat_crypto::sm2_64::{
        fiat_sm2_add as add, fiat_sm2_montgomery_domain_field_element as Element,
        fiat_sm2_mul as mul, fiat_sm2_square as square, fiat_sm2_sub as sub,
    };

    pub(super) const ZERO: Element = Element([0; 4]);

    #[inline]
    pub(super) fn split(limbs: &[u64; 4]) -> Element {
        Element(*limbs)
    }

    #[inline]
    pub(super) fn join(words: &Element) -> [u64; 4] {
        words.0
    }
}

#[cfg(not(target_pointer_width = "64"))]
mod words {
    pub(super) use fiat_crypto::sm2_32::{
        fiat_sm2_add as add, fiat_sm2_montgomery_domain_field_element as Element,
        fiat_sm2_mul as mul, fiat_sm2_square as square, fiat_sm2_sub as sub,
    };

    pub(super) const ZERO: Element = Element([0; 8]);

    pub(super) fn split(limbs: &[u64; 4]) -> Element {
        Element(core::array::from_fn(|at| {
            (limbs[at / 2] >> (32 * (at % 2))) as u32
        }))
    }

    pub(super) fn join(words: &Element) -> [u64; 4] {
        core::array::from_fn(|at| u64::from(words.0[2 * at]) | u64::from(words.0[2 * at + 1]) << 32)
    }
}

macro_rules! two_operands {
    ($($name:ident),*) => { $(
        #[inline]
        fn $name(a: &Fe, b: &Fe) -> Fe {
            let mut out = words::ZERO;
            words::$name(&mut out, &words::split(&a.0), &words::split(&b.0));
            Fe(words::join(&out))
        }
    )* };
}

impl FieldOps for Portable {
    two_operands!(mul, add, sub);

    #[inline]
    fn square(a: &Fe) -> Fe {
        let mut out = words::ZERO;
        words::square(&mut out, &words::split(&a.0));
        Fe(words::join(&out))
    }

    #[cfg(target_arch = "x86_64")]
    #[inline]
    fn select<const K: usize>(table: &[[Fe; K]], index: u64) -> [Fe; K] {
        crate::arch::sm2_select::select_in_halves(table, index)
    }

    #[inline]
    fn half(a: &Fe) -> Fe {
        Fe(limbs::half(&a.0, &super::P))
    }
}
