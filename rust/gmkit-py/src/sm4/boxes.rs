//! Sealed boxes: `version || nonce || ciphertext || tag`.

use gmkit_core::sm4::gcm::{Gcm, NONCE, TAG};
use gmkit_core::sm4::Error;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::{filled, key};
use crate::input::Octets;
use crate::{errors, random};

/// The first octet of a box: SM4-GCM, a nonce of 12 octets, a tag of 16.
const VERSION: u8 = 1;
/// Octets before the ciphertext.
const HEAD: usize = 1 + NONCE;

/// Encrypts data so that any change to it is noticed (SM4-GCM with a fresh random nonce).
///
/// One key may seal 2^32 boxes; `Sealer` counts them, this function cannot.
///
/// Args:
///     key: 16 bytes.
///     data: What to encrypt, at most 2^36 - 32 bytes.
///     aad: Further data, not encrypted, that the box must be opened with.
///
/// Returns:
///     The box, 29 bytes longer than data: version (1), nonce (12), ciphertext, tag (16).
///
/// Raises:
///     InvalidKey: the key does not have 16 bytes.
///     InvalidArgument: data is too long.
///     RandomnessError: the operating system gave no random bytes.
///     TypeError: an argument is not bytes-like.
#[pyfunction]
#[pyo3(signature = (key, data, /, *, aad = None))]
fn seal<'py>(
    py: Python<'py>,
    key: Octets<'py>,
    data: Octets<'py>,
    aad: Option<Octets<'py>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let gcm = Gcm::new(self::key(py, &key)?);
    seal_with(py, &gcm, &data, aad.as_ref())
}

/// Opens a box that `seal` made.
///
/// Args:
///     key: 16 bytes.
///     box: What `seal` returned.
///     aad: What was given to `seal`.
///
/// Returns:
///     The data, 29 bytes shorter than the box.
///
/// Raises:
///     DecryptionError: the box, the key or aad is another one; which, is not told.
///     InvalidKey: the key does not have 16 bytes.
///     TypeError: an argument is not bytes-like.
#[pyfunction]
#[pyo3(signature = (key, r#box, /, *, aad = None))]
fn open<'py>(
    py: Python<'py>,
    key: Octets<'py>,
    r#box: Octets<'py>,
    aad: Option<Octets<'py>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let gcm = Gcm::new(self::key(py, &key)?);
    open_with(py, &gcm, &r#box, aad.as_ref())
}

fn seal_with<'py>(
    py: Python<'py>,
    gcm: &Gcm,
    data: &Octets<'py>,
    aad: Option<&Octets<'py>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let nonce = random::fresh::<NONCE>(py)?;
    let (data, aad) = (data.as_bytes(), aad.map_or(&[][..], Octets::as_bytes));
    let length = data.len().checked_add(HEAD + TAG);
    let length = length.ok_or_else(|| super::refused(py, Error::TooLong))?;
    filled(py, length, |out| {
        let (head, out) = out.split_at_mut(HEAD);
        head[0] = VERSION;
        head[1..].copy_from_slice(&*nonce);
        gcm.encrypt(&*nonce, aad, data, out, TAG)
    })
}

fn open_with<'py>(
    py: Python<'py>,
    gcm: &Gcm,
    r#box: &Octets<'py>,
    aad: Option<&Octets<'py>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let aad = aad.map_or(&[][..], Octets::as_bytes);
    let Some((head, sealed)) = r#box.as_bytes().split_first_chunk::<HEAD>() else {
        return Err(errors::decryption(py));
    };
    if head[0] != VERSION || sealed.len() < TAG {
        return Err(errors::decryption(py));
    }
    filled(py, sealed.len() - TAG, |out| {
        gcm.decrypt(&head[1..], aad, sealed, out, TAG)
    })
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(seal, module)?)?;
    module.add_function(wrap_pyfunction!(open, module)?)
}
