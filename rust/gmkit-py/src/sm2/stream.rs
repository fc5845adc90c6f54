//! Signing and verifying data that comes in pieces.

use std::sync::{Mutex, PoisonError};

use gmkit_core::sm2::{identity, PublicKey};
use gmkit_core::sm3::Sm3;
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::PyBytes;

use super::format::SignatureFormat;
use super::private::{signing_error, SM2PrivateKey};
use super::public::SM2PublicKey;
use super::{invalid_signature, user_id_too_long};
use crate::input::Octets;
use crate::random;
use crate::selftest::guard;
use crate::sm3::LONG;

/// SM3(Z || M) as M arrives; threads may share it.
struct Digest(Mutex<Sm3>);

impl Digest {
    fn new(py: Python<'_>, user_id: &[u8], key: &PublicKey) -> PyResult<Self> {
        let hash = identity::start_digest(user_id, key).map_err(|_| user_id_too_long(py))?;
        Ok(Self(Mutex::new(hash)))
    }

    fn update(&self, py: Python<'_>, octets: &[u8]) {
        if octets.len() < LONG {
            self.0
                .lock_py_attached(py)
                .unwrap_or_else(PoisonError::into_inner)
                .update(octets);
        } else {
            py.detach(|| {
                self.0
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .update(octets)
            });
        }
    }

    fn so_far(&self, py: Python<'_>) -> [u8; 32] {
        self.0
            .lock_py_attached(py)
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
            .finalize()
    }
}

/// Signs data that comes in pieces. Made by `SM2PrivateKey.signer`.
#[pyclass(frozen, module = "gmkit.sm2")]
pub struct Signer {
    key: Py<SM2PrivateKey>,
    digest: Digest,
}

impl Signer {
    pub fn new(key: &Bound<'_, SM2PrivateKey>, user_id: &[u8]) -> PyResult<Self> {
        let digest = Digest::new(key.py(), user_id, key.get().key.public_key())?;
        Ok(Self {
            key: key.clone().unbind(),
            digest,
        })
    }
}

#[pymethods]
impl Signer {
    /// Sign further data too.
    ///
    /// Args:
    ///     data: Any bytes-like object, of any length.
    ///
    /// Returns:
    ///     This object.
    #[pyo3(signature = (data, /))]
    fn update<'py>(this: Bound<'py, Self>, data: Octets<'py>) -> PyResult<Bound<'py, Self>> {
        guard(this.py())?;
        this.get().digest.update(this.py(), data.as_bytes());
        Ok(this)
    }

    /// The signature of everything so far. More may follow, and this may be asked again.
    ///
    /// Args:
    ///     format: DER or RAW, as for `SM2PrivateKey.sign`.
    ///
    /// Raises:
    ///     RandomnessError: the operating system gave no random bytes.
    #[pyo3(signature = (*, format = SignatureFormat::Der))]
    fn finish<'py>(
        &self,
        py: Python<'py>,
        format: SignatureFormat,
    ) -> PyResult<Bound<'py, PyBytes>> {
        guard(py)?;
        let fresh = random::fresh::<32>(py)?;
        let signature = self
            .key
            .get()
            .key
            .sign_prehashed(&self.digest.so_far(py), &fresh);
        Ok(format.write(py, &signature.map_err(|error| signing_error(py, error))?))
    }
}

/// Verifies data that comes in pieces. Made by `SM2PublicKey.verifier`.
#[pyclass(frozen, module = "gmkit.sm2")]
pub struct Verifier {
    key: Py<SM2PublicKey>,
    digest: Digest,
}

impl Verifier {
    pub fn new(key: &Bound<'_, SM2PublicKey>, user_id: &[u8]) -> PyResult<Self> {
        let digest = Digest::new(key.py(), user_id, &key.get().key)?;
        Ok(Self {
            key: key.clone().unbind(),
            digest,
        })
    }
}

#[pymethods]
impl Verifier {
    /// Take in further data.
    ///
    /// Args:
    ///     data: Any bytes-like object, of any length.
    ///
    /// Returns:
    ///     This object.
    #[pyo3(signature = (data, /))]
    fn update<'py>(this: Bound<'py, Self>, data: Octets<'py>) -> PyResult<Bound<'py, Self>> {
        guard(this.py())?;
        this.get().digest.update(this.py(), data.as_bytes());
        Ok(this)
    }

    /// Verify a signature of everything so far. Another may be tried, and more data may follow.
    ///
    /// Args:
    ///     signature: The signature, in *format*.
    ///     format: DER or RAW, as for `SM2PublicKey.verify`.
    ///
    /// Raises:
    ///     InvalidSignature: it is not one of this key for this data.
    #[pyo3(signature = (signature, *, format = SignatureFormat::Der))]
    fn finish(
        &self,
        py: Python<'_>,
        signature: Octets<'_>,
        format: SignatureFormat,
    ) -> PyResult<()> {
        guard(py)?;
        let e = self.digest.so_far(py);
        let key = self.key.get();
        let octets = signature.as_bytes();
        let verified = py.detach(|| {
            format
                .read(octets)
                .map(|signature| key.verify_prehashed(&signature, &e))
        });
        match verified {
            Some(Ok(())) => Ok(()),
            _ => Err(invalid_signature(py)),
        }
    }
}
