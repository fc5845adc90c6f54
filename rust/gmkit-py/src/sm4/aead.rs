//! GCM and CCM with the nonce in the caller's hands.

use gmkit_core::sm4::{ccm, gcm};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::{filled, key, threads};
use crate::errors;
use crate::input::Octets;

/// SM4-GCM for protocols that prescribe the nonce (SP 800-38D; RFC 8998). Others call `seal`.
///
/// A nonce repeated under one key gives both messages and the authentication key away.
///
/// Args:
///     key: 16 bytes.
///     tag_length: 12 to 16 bytes, fixed for this object.
///
/// Raises:
///     InvalidKey: the key does not have 16 bytes.
///     InvalidArgument: a tag length not offered.
#[pyclass(frozen, module = "gmkit.sm4")]
pub struct SM4GCM {
    core: gcm::Gcm,
    tag_length: usize,
}

#[pymethods]
impl SM4GCM {
    #[new]
    #[pyo3(signature = (key, /, *, tag_length = 16))]
    fn new(py: Python<'_>, key: Octets<'_>, tag_length: usize) -> PyResult<Self> {
        let core = gcm::Gcm::new(self::key(py, &key)?);
        if (12..=16).contains(&tag_length) {
            return Ok(Self { core, tag_length });
        }
        let message = format!("a tag has 12 to 16 bytes, not {tag_length}");
        Err(errors::invalid_argument(py, &message))
    }

    /// A fresh random key of 16 bytes.
    ///
    /// Raises:
    ///     RandomnessError: the operating system gave none.
    #[staticmethod]
    fn generate_key(py: Python<'_>) -> PyResult<Bound<'_, PyBytes>> {
        super::generate_key(py)
    }

    /// Encrypts data under a nonce that this key never sees again.
    ///
    /// Args:
    ///     nonce: 12 bytes; a protocol may prescribe another length, but not 0.
    ///     data: What to encrypt, at most 2^36 - 32 bytes.
    ///     aad: Further data that is protected, but not encrypted, or None.
    ///     threads: How many cores may work on it, 0 for all; worth it from half a megabyte on.
    ///
    /// Returns:
    ///     The ciphertext, as long as data, and the tag behind it.
    ///
    /// Raises:
    ///     InvalidArgument: the nonce has a length that is not taken, or data is too long.
    ///     TypeError: an argument is not bytes-like.
    #[pyo3(signature = (nonce, data, aad = None, *, threads = 1))]
    fn encrypt<'py>(
        &self,
        py: Python<'py>,
        nonce: Octets<'py>,
        data: Octets<'py>,
        aad: Option<Octets<'py>>,
        threads: isize,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let threads = self::threads(py, threads)?;
        let aad = aad.as_ref().map_or(&[][..], Octets::as_bytes);
        let (nonce, data) = (nonce.as_bytes(), data.as_bytes());
        filled(py, data.len() + self.tag_length, |out| {
            self.core
                .encrypt_on(threads, nonce, aad, data, out, self.tag_length)
        })
    }

    /// Decrypts what `encrypt` made.
    ///
    /// Args:
    ///     nonce: The nonce it was encrypted with.
    ///     data: The ciphertext and the tag behind it.
    ///     aad: The additional data it was encrypted with, or None.
    ///     threads: As for `encrypt`.
    ///
    /// Returns:
    ///     The data; only after the tag was found right.
    ///
    /// Raises:
    ///     DecryptionError: anything does not fit; what, is not told.
    ///     InvalidArgument: the nonce has a length that is not taken.
    ///     TypeError: an argument is not bytes-like.
    #[pyo3(signature = (nonce, data, aad = None, *, threads = 1))]
    fn decrypt<'py>(
        &self,
        py: Python<'py>,
        nonce: Octets<'py>,
        data: Octets<'py>,
        aad: Option<Octets<'py>>,
        threads: isize,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let threads = self::threads(py, threads)?;
        let aad = aad.as_ref().map_or(&[][..], Octets::as_bytes);
        let (nonce, data) = (nonce.as_bytes(), data.as_bytes());
        let Some(length) = data.len().checked_sub(self.tag_length) else {
            return Err(errors::decryption(py));
        };
        filled(py, length, |out| {
            self.core
                .decrypt_on(threads, nonce, aad, data, out, self.tag_length)
        })
    }

    fn __repr__(&self) -> &'static str {
        "<SM4GCM>"
    }
}

/// SM4-CCM for protocols that prescribe it (SP 800-38C; RFC 8998). Others call `seal`.
///
/// Args:
///     key: 16 bytes.
///     tag_length: 4, 6, ... 16 bytes, fixed for this object.
///
/// Raises:
///     InvalidKey: the key does not have 16 bytes.
///     InvalidArgument: a tag length not offered.
#[pyclass(frozen, module = "gmkit.sm4")]
pub struct SM4CCM {
    core: ccm::Ccm,
    tag_length: usize,
}

#[pymethods]
impl SM4CCM {
    #[new]
    #[pyo3(signature = (key, /, *, tag_length = 16))]
    fn new(py: Python<'_>, key: Octets<'_>, tag_length: usize) -> PyResult<Self> {
        let core = ccm::Ccm::new(self::key(py, &key)?);
        if (4..=16).contains(&tag_length) && tag_length.is_multiple_of(2) {
            return Ok(Self { core, tag_length });
        }
        let message = format!("a tag has 4, 6, 8, 10, 12, 14 or 16 bytes, not {tag_length}");
        Err(errors::invalid_argument(py, &message))
    }

    /// A fresh random key of 16 bytes.
    ///
    /// Raises:
    ///     RandomnessError: the operating system gave none.
    #[staticmethod]
    fn generate_key(py: Python<'_>) -> PyResult<Bound<'_, PyBytes>> {
        super::generate_key(py)
    }

    /// Encrypts data under a nonce that this key never sees again.
    ///
    /// Args:
    ///     nonce: 7 to 13 bytes.
    ///     data: What to encrypt, fewer than 2^(8·(15 - n)) bytes with a nonce of n.
    ///     aad: Further data that is protected, but not encrypted, or None.
    ///
    /// Returns:
    ///     The ciphertext, as long as data, and the tag behind it.
    ///
    /// Raises:
    ///     InvalidArgument: the nonce has a length that is not taken, or data is too long.
    ///     TypeError: an argument is not bytes-like.
    #[pyo3(signature = (nonce, data, aad = None))]
    fn encrypt<'py>(
        &self,
        py: Python<'py>,
        nonce: Octets<'py>,
        data: Octets<'py>,
        aad: Option<Octets<'py>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let aad = aad.as_ref().map_or(&[][..], Octets::as_bytes);
        let (nonce, data) = (nonce.as_bytes(), data.as_bytes());
        filled(py, data.len() + self.tag_length, |out| {
            self.core.encrypt(nonce, aad, data, out, self.tag_length)
        })
    }

    /// Decrypts what `encrypt` made.
    ///
    /// Args:
    ///     nonce: The nonce it was encrypted with.
    ///     data: The ciphertext and the tag behind it.
    ///     aad: The additional data it was encrypted with, or None.
    ///
    /// Returns:
    ///     The data; only after the tag was found right.
    ///
    /// Raises:
    ///     DecryptionError: anything does not fit; what, is not told.
    ///     InvalidArgument: the nonce has a length that is not taken.
    ///     TypeError: an argument is not bytes-like.
    #[pyo3(signature = (nonce, data, aad = None))]
    fn decrypt<'py>(
        &self,
        py: Python<'py>,
        nonce: Octets<'py>,
        data: Octets<'py>,
        aad: Option<Octets<'py>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let aad = aad.as_ref().map_or(&[][..], Octets::as_bytes);
        let (nonce, data) = (nonce.as_bytes(), data.as_bytes());
        let Some(length) = data.len().checked_sub(self.tag_length) else {
            return Err(errors::decryption(py));
        };
        filled(py, length, |out| {
            self.core.decrypt(nonce, aad, data, out, self.tag_length)
        })
    }

    fn __repr__(&self) -> &'static str {
        "<SM4CCM>"
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<SM4GCM>()?;
    module.add_class::<SM4CCM>()
}
