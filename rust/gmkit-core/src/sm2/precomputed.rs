//! A public key with a table, for whoever verifies many of its signatures.

#[cfg(target_arch = "x86_64")]
use std::sync::OnceLock;

#[cfg(target_arch = "x86_64")]
use super::batch::plain_point;
use super::field::FieldOps;
use super::identity;
use super::key::PublicKey;
use super::point::Jacobian;
use super::sign::Signature;
use super::tables::{self, Comb, COMB_OCTETS};
use super::verify::{Equation, InvalidSignature};
use super::with_field;
#[cfg(target_arch = "x86_64")]
use crate::arch::ifma::{Ifma, PointTable, POINT_TABLE_OCTETS};

/// A public key and the table of its multiples, with which a verification needs no doublings.
/// [`Self::OCTETS`] of memory; making it takes about as long as ten verifications.
pub struct PrecomputedKey {
    key: PublicKey,
    comb: Comb,
    /// The table of the eight-lane kernels, made when they first meet the key.
    #[cfg(target_arch = "x86_64")]
    lanes: OnceLock<PointTable>,
}

impl PrecomputedKey {
    /// Octets that the table takes.
    pub const OCTETS: usize = COMB_OCTETS;

    /// Octets that a second table takes, made when a batch first meets the key on a processor with
    /// AVX-512 IFMA.
    #[cfg(target_arch = "x86_64")]
    pub const BATCH_OCTETS: usize = POINT_TABLE_OCTETS;
    /// Octets that a second table takes: on this processor there is none.
    #[cfg(not(target_arch = "x86_64"))]
    pub const BATCH_OCTETS: usize = 0;

    /// The table of a key.
    #[must_use]
    pub fn new(key: &PublicKey) -> Self {
        let comb = with_field!(Comb::new_vartime(&key.point));
        Self {
            key: *key,
            comb,
            #[cfg(target_arch = "x86_64")]
            lanes: OnceLock::new(),
        }
    }

    /// The key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// As [`PublicKey::verify`], several times as fast.
    ///
    /// # Errors
    /// [`InvalidSignature`] as there.
    pub fn verify(
        &self,
        signature: &Signature,
        message: &[u8],
        user_id: &[u8],
    ) -> Result<(), InvalidSignature> {
        let e = identity::digest(user_id, &self.key, message).map_err(|_| InvalidSignature)?;
        self.verify_prehashed(signature, &e)
    }

    /// As [`PublicKey::verify_prehashed`], several times as fast.
    ///
    /// # Errors
    /// [`InvalidSignature`] as there.
    pub fn verify_prehashed(
        &self,
        signature: &Signature,
        e: &[u8; 32],
    ) -> Result<(), InvalidSignature> {
        with_field!(verify_vartime(self, signature, e))
    }

    /// The table for the eight-lane kernels.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn lanes(&self, proof: Ifma) -> &PointTable {
        let build = || PointTable::build_vartime(proof, &[plain_point(&self.key)]).remove(0);
        self.lanes.get_or_init(build)
    }
}

fn verify_vartime<F: FieldOps>(
    key: &PrecomputedKey,
    signature: &Signature,
    e: &[u8; 32],
) -> Result<(), InvalidSignature> {
    let equation = Equation::new_vartime(signature, e)?;
    let mut sum = Jacobian::INFINITY;
    tables::generator().mul_add_vartime::<F>(&equation.s, &mut sum);
    key.comb.mul_add_vartime::<F>(&equation.t, &mut sum);
    equation.check_vartime::<F>(&sum)
}
