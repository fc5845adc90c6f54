//! Verifying signatures (GB/T 32918.2). Everything here is public, so nothing is constant-time.

use super::field::{Fe, FieldOps, P};
use super::identity;
use super::key::PublicKey;
use super::point::Jacobian;
use super::scalar::{Scalar, N};
use super::sign::Signature;
use super::{limbs, multiply, with_field};

/// The signature is not one of this key for this message. Which check failed is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidSignature;

impl PublicKey {
    /// Verify a signature of a message by `user_id`.
    ///
    /// # Errors
    /// [`InvalidSignature`] in every other case; also for an identifier that is too long, for which
    /// no signature can exist.
    pub fn verify(
        &self,
        signature: &Signature,
        message: &[u8],
        user_id: &[u8],
    ) -> Result<(), InvalidSignature> {
        let e = identity::digest(user_id, self, message).map_err(|_| InvalidSignature)?;
        self.verify_prehashed(signature, &e)
    }

    /// Verify a signature of e = SM3(Z || M).
    ///
    /// # Errors
    /// [`InvalidSignature`] in every other case.
    pub fn verify_prehashed(
        &self,
        signature: &Signature,
        e: &[u8; 32],
    ) -> Result<(), InvalidSignature> {
        with_field!(verify_vartime(self, signature, e))
    }
}

fn verify_vartime<F: FieldOps>(
    key: &PublicKey,
    signature: &Signature,
    e: &[u8; 32],
) -> Result<(), InvalidSignature> {
    let equation = Equation::new_vartime(signature, e)?;
    let sum = multiply::double_vartime::<F>(&equation.s, &equation.t, &key.point);
    equation.check_vartime::<F>(&sum)
}

/// What is left of a signature once its ranges are checked: accept if x([s]G + [t]P) = r - e mod n.
pub(crate) struct Equation {
    pub(crate) s: Scalar,
    pub(crate) t: Scalar,
    /// (r - e) mod n.
    pub(crate) x: Scalar,
}

impl Equation {
    /// Steps B1, B2, B4 and B5.
    pub(crate) fn new_vartime(
        signature: &Signature,
        e: &[u8; 32],
    ) -> Result<Self, InvalidSignature> {
        // B1, B2: r and s in [1, n - 1].
        let (r, r_below_n) = Scalar::from_octets(&signature.r);
        let (s, s_below_n) = Scalar::from_octets(&signature.s);
        if !bool::from(r_below_n & s_below_n & !r.is_zero() & !s.is_zero()) {
            return Err(InvalidSignature);
        }
        // B5: t = (r + s) mod n; t = 0 is refused.
        let t = r.add(&s);
        if bool::from(t.is_zero()) {
            return Err(InvalidSignature);
        }
        Ok(Self {
            s,
            t,
            x: r.sub(&Scalar::reduce_octets(e)),
        })
    }

    /// Steps B6 and B7, without an inversion: X = x Z^2 for x = r - e, or for r - e + n, the other
    /// number below p that is the same mod n.
    pub(crate) fn check_vartime<F: FieldOps>(
        &self,
        sum: &Jacobian,
    ) -> Result<(), InvalidSignature> {
        if bool::from(sum.is_infinity()) {
            return Err(InvalidSignature);
        }
        let z2 = F::square(&sum.z);
        let is_x = |number: &[u64; 4]| {
            bool::from(F::mul(&Fe::from_number::<F>(number), &z2).equals(&sum.x))
        };
        if is_x(&self.x.0) {
            return Ok(());
        }
        match self.second_x_vartime() {
            Some(x) if is_x(&x) => Ok(()),
            _ => Err(InvalidSignature),
        }
    }

    /// r - e + n, if it is below p: one in 2^128, unless somebody chose r and e.
    pub(crate) fn second_x_vartime(&self) -> Option<[u64; 4]> {
        let (plus_n, carry) = limbs::add(&self.x.0, &N);
        (carry == 0 && bool::from(limbs::less(&plus_n, &P))).then_some(plus_n)
    }
}
