//! Numbers mod n, the order of the group.
//!
//! A [`Scalar`] is the number itself, always below n. Products are Montgomery products (R = 2^256) by
//! the machine-proved code of fiat-crypto; one factor is kept times R ([`Factor`]), so that the
//! product of a factor and a scalar is a scalar again, with no conversion.

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroize;

use super::{limbs, modinv};

/// n, the order of the group; its lowest limb comes first.
pub(crate) const N: [u64; 4] = [
    0x53bb_f409_39d5_4123,
    0x7203_df6b_21c6_052b,
    0xffff_ffff_ffff_ffff,
    0xffff_fffe_ffff_ffff,
];

/// 2^512 mod n.
const R2: [u64; 4] = [
    0x9011_92af_7c11_4f20,
    0x3464_504a_de6f_a2fa,
    0x620f_c84c_3aff_e0d4,
    0x1eb5_e412_a22b_3d3b,
];

const N_INVERSION: modinv::Modulus = modinv::Modulus::new(N);

/// A number mod n, below n.
#[derive(Clone, Copy, Default, Zeroize)]
#[cfg_attr(test, derive(Debug, PartialEq, Eq))]
pub(crate) struct Scalar(pub(crate) [u64; 4]);

/// A number mod n times 2^256 mod n: the left factor of a product.
#[derive(Clone, Copy, Default, Zeroize)]
pub(crate) struct Factor(pub(crate) [u64; 4]);

impl Scalar {
    pub(crate) const ONE: Self = Self([1, 0, 0, 0]);

    /// From 32 octets, big-endian; false beside it if the number is not below n.
    pub(crate) fn from_octets(octets: &[u8; 32]) -> (Self, Choice) {
        let number = limbs::from_octets(octets);
        (Self(number), limbs::less(&number, &N))
    }

    /// From 32 octets, big-endian, of any number: what SM2 does with digests.
    pub(crate) fn reduce_octets(octets: &[u8; 32]) -> Self {
        Self::reduce(&limbs::from_octets(octets))
    }

    /// From any number below 2^256, which is below 2 n.
    pub(crate) fn reduce(number: &[u64; 4]) -> Self {
        Self(limbs::subtract_once(number, 0, &N))
    }

    pub(crate) fn to_octets(self) -> [u8; 32] {
        limbs::to_octets(&self.0)
    }

    pub(crate) fn is_zero(&self) -> Choice {
        limbs::is_zero(&self.0)
    }

    pub(crate) fn equals(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }

    pub(crate) fn add(&self, other: &Self) -> Self {
        let (sum, carry) = limbs::add(&self.0, &other.0);
        Self(limbs::subtract_once(&sum, carry, &N))
    }

    pub(crate) fn sub(&self, other: &Self) -> Self {
        let (difference, borrow) = limbs::sub(&self.0, &other.0);
        let (wrapped, _) = limbs::add(&difference, &N);
        let mut result = difference;
        limbs::assign_if(&mut result, &wrapped, Choice::from(borrow as u8));
        Self(result)
    }

    pub(crate) fn negate(&self) -> Self {
        Self::default().sub(self)
    }

    /// 1/a; 0 for 0.
    pub(crate) fn invert(&self) -> Self {
        Self(N_INVERSION.invert(&self.0))
    }

    pub(crate) fn to_factor(self) -> Factor {
        Factor(words::mul(&R2, &self.0))
    }

    pub(crate) fn mul(&self, other: &Self) -> Self {
        self.to_factor().times(other)
    }
}

impl Factor {
    pub(crate) fn times(&self, scalar: &Scalar) -> Scalar {
        Scalar(words::mul(&self.0, &scalar.0))
    }
}

impl ConditionallySelectable for Scalar {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        let mut selected = *a;
        limbs::assign_if(&mut selected.0, &b.0, choice);
        selected
    }
}

/// The Montgomery product mod n in words of the processor's width.
#[cfg(target_pointer_width = "64")]
mod words {
    use fiat_crypto::sm2_scalar_64::{
        fiat_sm2_scalar_montgomery_domain_field_element as Element, fiat_sm2_scalar_mul,
    };

    pub(super) fn mul(a: &[u64; 4], b: &[u64; 4]) -> [u64; 4] {
        let mut out = Element([0; 4]);
        fiat_sm2_scalar_mul(&mut out, &Element(*a), &Element(*b));
        out.0
    }
}

#[cfg(not(target_pointer_width = "64"))]
mod words {
    use fiat_crypto::sm2_scalar_32::{
        fiat_sm2_scalar_montgomery_domain_field_element as Element, fiat_sm2_scalar_mul,
    };

    pub(super) fn mul(a: &[u64; 4], b: &[u64; 4]) -> [u64; 4] {
        let split = |limbs: &[u64; 4]| {
            Element(core::array::from_fn(|at| {
                (limbs[at / 2] >> (32 * (at % 2))) as u32
            }))
        };
        let mut out = Element([0; 8]);
        fiat_sm2_scalar_mul(&mut out, &split(a), &split(b));
        core::array::from_fn(|at| u64::from(out.0[2 * at]) | u64::from(out.0[2 * at + 1]) << 32)
    }
}

#[cfg(test)]
mod tests;
