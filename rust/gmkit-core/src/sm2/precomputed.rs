//! A public key with a table, for whoever verifies many of its signatures.

use std::sync::OnceLock;

#[cfg(target_arch = "x86_64")]
use super::batch::{plain_point, verify_with_table_vartime};
use super::field::FieldOps;
use super::identity;
use super::key::PublicKey;
use super::point::Jacobian;
use super::sign::Signature;
#[cfg(not(target_arch = "x86_64"))]
use super::tables::COMB_OCTETS;
use super::tables::{self, KeyComb, WideComb};
use super::verify::{Equation, InvalidSignature};
use super::with_field;
#[cfg(target_arch = "x86_64")]
use crate::arch::ifma::{Ifma, PointTable, POINT_TABLE_OCTETS};
use crate::sm3;

/// A public key and the table of its multiples, with which a verification needs no doublings. Making
/// it takes about as long as ten verifications.
pub struct PrecomputedKey {
    key: PublicKey,
    /// Z for the default identifier, which would be four blocks to hash in every verification.
    default_z: [u8; 32],
    comb: OnceLock<KeyComb>,
    /// The table for hundreds of signatures in one call, made with the first such call.
    wide: OnceLock<WideComb>,
    /// The table of the eight-lane kernels, in place of the other where they can be used.
    #[cfg(target_arch = "x86_64")]
    lanes: OnceLock<PointTable>,
}

impl PrecomputedKey {
    /// Octets that a batch of hundreds of signatures adds where there is no AVX-512 IFMA.
    pub const BATCH_OCTETS: usize = WideComb::OCTETS;
    /// Octets that the table takes at most: so many with AVX-512 IFMA, and 88 064 elsewhere.
    #[cfg(target_arch = "x86_64")]
    pub const OCTETS: usize = POINT_TABLE_OCTETS;
    /// Octets that the table takes.
    #[cfg(not(target_arch = "x86_64"))]
    pub const OCTETS: usize = COMB_OCTETS;

    /// The table of a key.
    #[must_use]
    pub fn new(key: &PublicKey) -> Self {
        let new = Self {
            key: *key,
            default_z: identity::z_of_default(key),
            comb: OnceLock::new(),
            wide: OnceLock::new(),
            #[cfg(target_arch = "x86_64")]
            lanes: OnceLock::new(),
        };
        with_field!(Self::make_table(&new));
        new
    }

    fn make_table<F: FieldOps>(&self) {
        #[cfg(target_arch = "x86_64")]
        if let Some(proof) = Ifma::active() {
            self.lanes(proof);
            return;
        }
        self.comb::<F>();
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
        let e = if user_id == identity::DEFAULT_USER_ID {
            self.digest(message)
        } else {
            identity::digest(user_id, &self.key, message).map_err(|_| InvalidSignature)?
        };
        self.verify_prehashed(signature, &e)
    }

    /// e = SM3(Z || M) for the default identifier.
    #[must_use]
    pub fn digest(&self, message: &[u8]) -> [u8; 32] {
        sm3::digest_parts(&[&self.default_z, message])
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
        let equation = Equation::new_vartime(signature, e)?;
        #[cfg(target_arch = "x86_64")]
        if let Some(proof) = Ifma::active() {
            if let Some(verdict) = verify_with_table_vartime(proof, self.lanes(proof), &equation) {
                return verdict;
            }
        }
        with_field!(verify_vartime(self, &equation))
    }

    /// The table for one signature at a time without lanes.
    fn comb<F: FieldOps>(&self) -> &KeyComb {
        self.comb
            .get_or_init(|| KeyComb::new_vartime::<F>(&self.key.point))
    }

    /// The table for many signatures at a time without lanes.
    pub(crate) fn wide<F: FieldOps>(&self) -> &WideComb {
        self.wide
            .get_or_init(|| WideComb::new_vartime::<F>(&self.key.point))
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
    equation: &Equation,
) -> Result<(), InvalidSignature> {
    let mut sum = Jacobian::INFINITY;
    tables::generator().mul_add_vartime::<F>(&equation.s, &mut sum);
    key.comb::<F>().mul_add_vartime::<F>(&equation.t, &mut sum);
    equation.check_vartime::<F>(&sum)
}
