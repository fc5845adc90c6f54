//! A public key with a table, for whoever verifies many of its signatures.

use super::field::FieldOps;
use super::identity;
use super::key::PublicKey;
use super::point::Jacobian;
use super::sign::Signature;
use super::tables::{self, Comb, COMB_OCTETS};
use super::verify::{Equation, InvalidSignature};
use super::with_field;

/// A public key and the table of its multiples, with which a verification needs no doublings.
/// [`Self::OCTETS`] of memory; making it takes about as long as ten verifications.
pub struct PrecomputedKey {
    key: PublicKey,
    comb: Comb,
}

impl PrecomputedKey {
    /// Octets that the table takes.
    pub const OCTETS: usize = COMB_OCTETS;

    /// The table of a key.
    #[must_use]
    pub fn new(key: &PublicKey) -> Self {
        let comb = with_field!(Comb::new_vartime(&key.point));
        Self { key: *key, comb }
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

    /// The table, for kernels that read it in their own way.
    pub(crate) const fn comb(&self) -> &Comb {
        &self.comb
    }
}

fn verify_vartime<F: FieldOps>(
    key: &PrecomputedKey,
    signature: &Signature,
    e: &[u8; 32],
) -> Result<(), InvalidSignature> {
    let equation = Equation::new_vartime(signature, e)?;
    let of_generator = tables::generator().mul_add_vartime::<F>(&equation.s, Jacobian::INFINITY);
    let sum = key.comb.mul_add_vartime::<F>(&equation.t, of_generator);
    equation.check_vartime::<F>(&sum)
}
