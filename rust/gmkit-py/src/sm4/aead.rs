//! GCM and CCM with the nonce in the caller's hands.

use gmkit_core::sm4::{ccm, gcm};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::{filled, key};
use crate::errors;
use crate::input::Octets;

macro_rules! aead_class {
    ($class:ident, $name:literal, $core:ty, $tag_ok:expr, $tags:literal, $doc:literal) => {
        #[doc = $doc]
        #[pyclass(frozen, module = "gmkit.sm4")]
        pub struct $class {
            core: $core,
            tag_length: usize,
        }

        #[pymethods]
        impl $class {
            #[new]
            #[pyo3(signature = (key, /, *, tag_length = 16))]
            fn new(py: Python<'_>, key: Octets<'_>, tag_length: usize) -> PyResult<Self> {
                let core = <$core>::new(self::key(py, &key)?);
                let fits: fn(usize) -> bool = $tag_ok;
                if !fits(tag_length) {
                    let message =
                        format!(concat!("a tag has ", $tags, " bytes, not {}"), tag_length);
                    return Err(errors::invalid_argument(py, &message));
                }
                Ok(Self { core, tag_length })
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
            ///     nonce: The nonce.
            ///     data: What to encrypt.
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
                concat!("<", $name, ">")
            }
        }
    };
}

aead_class!(
    SM4GCM,
    "SM4GCM",
    gcm::Gcm,
    |n| (12..=16).contains(&n),
    "12 to 16",
    "SM4-GCM for protocols that prescribe the nonce (SP 800-38D; RFC 8998). Others call `seal`.\n\n\
     A nonce repeated under one key gives both messages and the authentication key away.\n\n\
     Args:\n    key: 16 bytes.\n    tag_length: 12 to 16 bytes, fixed for this object.\n\n\
     The nonce has 12 bytes unless a protocol says otherwise; other lengths than 0 are taken.\n\n\
     Raises:\n    InvalidKey: the key does not have 16 bytes.\n    InvalidArgument: a tag length not offered."
);

aead_class!(
    SM4CCM,
    "SM4CCM",
    ccm::Ccm,
    |n| (4..=16).contains(&n) && n % 2 == 0,
    "4, 6, 8, 10, 12, 14 or 16",
    "SM4-CCM for protocols that prescribe it (SP 800-38C; RFC 8998). Others call `seal`.\n\n\
     Args:\n    key: 16 bytes.\n    tag_length: 4, 6, ... 16 bytes, fixed for this object.\n\n\
     The nonce has 7 to 13 bytes; a nonce of n bytes allows data below 2^(8·(15 - n)) bytes.\n\n\
     Raises:\n    InvalidKey: the key does not have 16 bytes.\n    InvalidArgument: a tag length not offered."
);

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<SM4GCM>()?;
    module.add_class::<SM4CCM>()
}
