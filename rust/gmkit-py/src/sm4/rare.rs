//! The rarer modes, for `gmkit.hazmat.sm4`, which documents them.

use gmkit_core::sm4::cbc_mac as mac;
use gmkit_core::sm4::gcm_siv::{GcmSiv, TAG};
use gmkit_core::sm4::{bc, ff1, hctr, ofbnlf, Key, KEY};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use zeroize::Zeroizing;

use super::{block, filled, key, refused, without_lock};
use crate::errors;
use crate::input::Octets;
use crate::selftest::guard;

type Output<'py> = PyResult<Bound<'py, PyBytes>>;

#[pyfunction]
fn bc_crypt<'py>(
    py: Python<'py>,
    key: Octets<'py>,
    data: Octets<'py>,
    iv: Octets<'py>,
    encrypt: bool,
) -> Output<'py> {
    let key = Key::new(self::key(py, &key)?);
    let (data, iv) = (data.as_bytes(), block(py, "iv", &iv)?);
    let pass = if encrypt { bc::encrypt } else { bc::decrypt };
    filled(py, data.len(), |out| pass(&key, iv, data, out))
}

#[pyfunction]
fn ofbnlf_crypt<'py>(
    py: Python<'py>,
    key: Octets<'py>,
    data: Octets<'py>,
    iv: Octets<'py>,
    encrypt: bool,
) -> Output<'py> {
    let key = Key::new(self::key(py, &key)?);
    let (data, iv) = (data.as_bytes(), block(py, "iv", &iv)?);
    let pass = if encrypt {
        ofbnlf::encrypt
    } else {
        ofbnlf::decrypt
    };
    filled(py, data.len(), |out| pass(&key, iv, data, out))
}

#[pyfunction]
fn hctr_crypt<'py>(
    py: Python<'py>,
    key: Octets<'py>,
    data: Octets<'py>,
    tweak: Octets<'py>,
    encrypt: bool,
) -> Output<'py> {
    guard(py)?;
    let ([cipher, hash], []) = key.as_bytes().as_chunks::<KEY>() else {
        let message = format!("an SM4-HCTR key has 32 bytes, not {}", key.as_bytes().len());
        return Err(errors::invalid_key(py, &message));
    };
    let hctr = hctr::Hctr::new(cipher, hash);
    let (data, tweak) = (data.as_bytes(), block(py, "tweak", &tweak)?);
    filled(py, data.len(), |out| {
        if encrypt {
            hctr.encrypt(tweak, data, out)
        } else {
            hctr.decrypt(tweak, data, out)
        }
    })
}

#[pyfunction]
fn cbc_mac<'py>(py: Python<'py>, key: Octets<'py>, data: Octets<'py>) -> Output<'py> {
    let key = Key::new(self::key(py, &key)?);
    let data = data.as_bytes();
    let tag = without_lock(py, data.len(), || mac::mac(&key, data));
    Ok(PyBytes::new(py, &tag))
}

/// FF1 on digits, two octets each, high octet first; checked by the caller to be below the radix.
#[pyfunction]
fn ff1_crypt<'py>(
    py: Python<'py>,
    key: Octets<'py>,
    digits: Octets<'py>,
    tweak: Octets<'py>,
    radix: u32,
    encrypt: bool,
) -> Output<'py> {
    let key = Key::new(self::key(py, &key)?);
    let (pairs, _) = digits.as_bytes().as_chunks();
    let mut digits = Zeroizing::new(Vec::with_capacity(pairs.len()));
    digits.extend(pairs.iter().map(|pair| u16::from_be_bytes(*pair)));
    let pass = if encrypt { ff1::encrypt } else { ff1::decrypt };
    let done = pass(&key, radix, tweak.as_bytes(), &mut digits);
    done.map_err(|error| refused(py, error))?;
    PyBytes::new_with(py, 2 * digits.len(), |out| {
        for (pair, digit) in out.as_chunks_mut().0.iter_mut().zip(&*digits) {
            *pair = digit.to_be_bytes();
        }
        Ok(())
    })
}

/// SM4-GCM-SIV: a repeated nonce tells only that messages are equal (RFC 8452's form with SM4).
///
/// No Chinese standard defines it. It passes over the data twice; `gmkit.sm4.seal` is faster.
///
/// Args:
///     key: 16 bytes.
///
/// Raises:
///     InvalidKey: the key does not have 16 bytes.
#[pyclass(frozen, module = "gmkit.hazmat.sm4")]
pub struct SM4GCMSIV(GcmSiv);

#[pymethods]
impl SM4GCMSIV {
    #[new]
    #[pyo3(signature = (key, /))]
    fn new(py: Python<'_>, key: Octets<'_>) -> PyResult<Self> {
        Ok(Self(GcmSiv::new(self::key(py, &key)?)))
    }

    /// Encrypts data.
    ///
    /// Args:
    ///     nonce: 12 bytes; should not be repeated.
    ///     data: What to encrypt, at most 2^36 bytes.
    ///     aad: Further data that is protected, but not encrypted, or None.
    ///
    /// Returns:
    ///     The ciphertext, as long as data, and the tag of 16 bytes behind it.
    ///
    /// Raises:
    ///     InvalidArgument: the nonce does not have 12 bytes, or data or aad is too long.
    ///     TypeError: an argument is not bytes-like.
    #[pyo3(signature = (nonce, data, aad = None))]
    fn encrypt<'py>(
        &self,
        py: Python<'py>,
        nonce: Octets<'py>,
        data: Octets<'py>,
        aad: Option<Octets<'py>>,
    ) -> Output<'py> {
        let aad = aad.as_ref().map_or(&[][..], Octets::as_bytes);
        let (nonce, data) = (nonce.as_bytes(), data.as_bytes());
        filled(py, data.len() + TAG, |out| {
            self.0.encrypt(nonce, aad, data, out)
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
    ///     InvalidArgument: the nonce does not have 12 bytes.
    ///     TypeError: an argument is not bytes-like.
    #[pyo3(signature = (nonce, data, aad = None))]
    fn decrypt<'py>(
        &self,
        py: Python<'py>,
        nonce: Octets<'py>,
        data: Octets<'py>,
        aad: Option<Octets<'py>>,
    ) -> Output<'py> {
        let aad = aad.as_ref().map_or(&[][..], Octets::as_bytes);
        let (nonce, data) = (nonce.as_bytes(), data.as_bytes());
        let Some(length) = data.len().checked_sub(TAG) else {
            return Err(errors::decryption(py));
        };
        filled(py, length, |out| self.0.decrypt(nonce, aad, data, out))
    }

    fn __repr__(&self) -> &'static str {
        "<SM4GCMSIV>"
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(bc_crypt, module)?)?;
    module.add_function(wrap_pyfunction!(ofbnlf_crypt, module)?)?;
    module.add_function(wrap_pyfunction!(hctr_crypt, module)?)?;
    module.add_function(wrap_pyfunction!(cbc_mac, module)?)?;
    module.add_function(wrap_pyfunction!(ff1_crypt, module)?)?;
    module.add_class::<SM4GCMSIV>()
}
