//! Signing what was hashed elsewhere: `gmkit.hazmat.prehashed`.

use gmkit_core::sm2::identity;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyType};

use super::format::{SignatureFormat, UserId};
use super::private::{signing_error, SM2PrivateKey};
use super::public::SM2PublicKey;
use super::{invalid_signature, user_id_too_long};
use crate::input::Octets;
use crate::selftest::guard;
use crate::{errors, random};

/// e = SM3(Z || M), the 32 bytes that SM2 signs: a type of its own, so that no message is ever taken
/// for a digest.
///
/// Args:
///     digest: Exactly 32 bytes. Whoever signs a value that another party chose freely signs
///         whatever that party likes.
///
/// Raises:
///     InvalidArgument: other than 32 bytes.
#[pyclass(frozen, module = "gmkit.hazmat.prehashed")]
pub struct SM2Digest([u8; 32]);

#[pymethods]
impl SM2Digest {
    #[new]
    #[pyo3(signature = (digest, /))]
    fn new(py: Python<'_>, digest: Octets<'_>) -> PyResult<Self> {
        let octets = digest.as_bytes();
        octets.try_into().map(Self).map_err(|_| {
            let length = octets.len();
            errors::invalid_argument(py, &format!("an SM2 digest has 32 bytes, not {length}"))
        })
    }

    /// The digest of a message for a signer (GM/T 0009-2012, clause 8).
    ///
    /// Args:
    ///     public_key: The signer's key, which is hashed too.
    ///     data: The message, any length.
    ///     user_id: Signer's identifier, 0 to 8191 bytes.
    ///
    /// Raises:
    ///     InvalidArgument: user_id is longer than 8191 bytes.
    #[classmethod]
    #[pyo3(signature = (public_key, data, user_id = UserId::Default))]
    fn from_message(
        class: &Bound<'_, PyType>,
        public_key: &Bound<'_, SM2PublicKey>,
        data: Octets<'_>,
        user_id: UserId<'_>,
    ) -> PyResult<Self> {
        guard(class.py())?;
        let py = class.py();
        let (key, data, user_id) = (&public_key.get().key, data.as_bytes(), user_id.as_bytes());
        py.detach(|| identity::digest(user_id, key, data))
            .map(Self)
            .map_err(|_| user_id_too_long(py))
    }

    /// The 32 bytes.
    fn __bytes__<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0)
    }

    fn __repr__(&self) -> String {
        let digits: String = self.0.iter().map(|octet| format!("{octet:02x}")).collect();
        format!("<SM2Digest {digits}>")
    }
}

/// Sign a digest (GB/T 32918.2-2016, from the step after hashing).
///
/// Args:
///     private_key: The signer's key.
///     digest: An SM2Digest, never bytes.
///     format: DER (8 to 72 bytes) or RAW (r || s, 64 bytes).
///
/// Raises:
///     RandomnessError: the operating system gave no random bytes.
#[pyfunction]
#[pyo3(signature = (private_key, digest, *, format = SignatureFormat::Der))]
pub fn sign_prehashed<'py>(
    py: Python<'py>,
    private_key: &Bound<'py, SM2PrivateKey>,
    digest: &Bound<'py, SM2Digest>,
    format: SignatureFormat,
) -> PyResult<Bound<'py, PyBytes>> {
    guard(py)?;
    let fresh = random::fresh::<32>(py)?;
    let signature = private_key
        .get()
        .key
        .sign_prehashed(&digest.get().0, &fresh);
    Ok(format.write(py, &signature.map_err(|error| signing_error(py, error))?))
}

/// Verify a signature of a digest (GB/T 32918.2-2016, from the step after hashing).
///
/// Args:
///     public_key: The signer's key.
///     signature: The signature, in *format*.
///     digest: An SM2Digest, never bytes.
///     format: DER or RAW (r || s, 64 bytes); no other is tried.
///
/// Raises:
///     InvalidSignature: it is not one of this key for this digest.
#[pyfunction]
#[pyo3(signature = (public_key, signature, digest, *, format = SignatureFormat::Der))]
pub fn verify_prehashed(
    py: Python<'_>,
    public_key: &Bound<'_, SM2PublicKey>,
    signature: Octets<'_>,
    digest: &Bound<'_, SM2Digest>,
    format: SignatureFormat,
) -> PyResult<()> {
    guard(py)?;
    let (key, octets, e) = (public_key.get(), signature.as_bytes(), &digest.get().0);
    let verified = py.detach(|| {
        format
            .read(octets)
            .map(|signature| key.verify_prehashed(&signature, e))
    });
    match verified {
        Some(Ok(())) => Ok(()),
        _ => Err(invalid_signature(py)),
    }
}
