//! Sealed boxes: `version || nonce || ciphertext || tag`.

use gmkit_core::sm4::gcm::{Budget, Gcm, NONCE, TAG};
use gmkit_core::sm4::Error;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::{filled, key, refused, threads};
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
///     threads: How many cores may work on it, 0 for all; worth it from half a megabyte on.
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
#[pyo3(signature = (key, data, /, *, aad = None, threads = 1))]
fn seal<'py>(
    py: Python<'py>,
    key: Octets<'py>,
    data: Octets<'py>,
    aad: Option<Octets<'py>>,
    threads: isize,
) -> PyResult<Bound<'py, PyBytes>> {
    let gcm = Gcm::for_length(self::key(py, &key)?, data.as_bytes().len());
    seal_with(py, &gcm, &data, aad.as_ref(), threads)
}

/// Opens a box that `seal` made.
///
/// Args:
///     key: 16 bytes.
///     box: What `seal` returned.
///     aad: What was given to `seal`.
///     threads: As for `seal`.
///
/// Returns:
///     The data, 29 bytes shorter than the box.
///
/// Raises:
///     DecryptionError: the box, the key or aad is another one; which, is not told.
///     InvalidKey: the key does not have 16 bytes.
///     TypeError: an argument is not bytes-like.
#[pyfunction]
#[pyo3(signature = (key, r#box, /, *, aad = None, threads = 1))]
fn open<'py>(
    py: Python<'py>,
    key: Octets<'py>,
    r#box: Octets<'py>,
    aad: Option<Octets<'py>>,
    threads: isize,
) -> PyResult<Bound<'py, PyBytes>> {
    let gcm = Gcm::for_length(self::key(py, &key)?, r#box.as_bytes().len());
    open_with(py, &gcm, &r#box, aad.as_ref(), threads)
}

fn seal_with<'py>(
    py: Python<'py>,
    gcm: &Gcm,
    data: &Octets<'py>,
    aad: Option<&Octets<'py>>,
    threads: isize,
) -> PyResult<Bound<'py, PyBytes>> {
    let threads = self::threads(py, threads)?;
    let nonce = random::fresh::<NONCE>(py)?;
    let (data, aad) = (data.as_bytes(), aad.map_or(&[][..], Octets::as_bytes));
    let length = data.len().checked_add(HEAD + TAG);
    let length = length.ok_or_else(|| refused(py, Error::TooLong))?;
    filled(py, length, |out| {
        let (head, out) = out.split_at_mut(HEAD);
        head[0] = VERSION;
        head[1..].copy_from_slice(&*nonce);
        gcm.encrypt_on(threads, &*nonce, aad, data, out, TAG)
    })
}

fn open_with<'py>(
    py: Python<'py>,
    gcm: &Gcm,
    r#box: &Octets<'py>,
    aad: Option<&Octets<'py>>,
    threads: isize,
) -> PyResult<Bound<'py, PyBytes>> {
    let threads = self::threads(py, threads)?;
    let aad = aad.map_or(&[][..], Octets::as_bytes);
    let Some((head, sealed)) = r#box.as_bytes().split_first_chunk::<HEAD>() else {
        return Err(errors::decryption(py));
    };
    if head[0] != VERSION || sealed.len() < TAG {
        return Err(errors::decryption(py));
    }
    filled(py, sealed.len() - TAG, |out| {
        gcm.decrypt_on(threads, &head[1..], aad, sealed, out, TAG)
    })
}

/// A key that seals many boxes, faster than `seal` does one, and counts them.
///
/// Args:
///     key: 16 bytes. The count begins with the object: keep one object for a key.
///
/// Raises:
///     InvalidKey: the key does not have 16 bytes.
#[pyclass(frozen, module = "gmkit.sm4")]
pub struct Sealer {
    gcm: Gcm,
    budget: Budget,
}

#[pymethods]
impl Sealer {
    #[new]
    #[pyo3(signature = (key, /))]
    fn new(py: Python<'_>, key: Octets<'_>) -> PyResult<Self> {
        let gcm = Gcm::new(self::key(py, &key)?);
        let budget = Budget::new();
        Ok(Self { gcm, budget })
    }

    /// As `gmkit.sm4.seal`.
    ///
    /// Raises:
    ///     InvalidArgument: data is too long, or 2^32 boxes have been sealed: time for another key.
    ///     RandomnessError: the operating system gave no random bytes.
    ///     TypeError: an argument is not bytes-like.
    #[pyo3(signature = (data, /, *, aad = None, threads = 1))]
    fn seal<'py>(
        &self,
        py: Python<'py>,
        data: Octets<'py>,
        aad: Option<Octets<'py>>,
        threads: isize,
    ) -> PyResult<Bound<'py, PyBytes>> {
        self.budget.take().map_err(|error| refused(py, error))?;
        seal_with(py, &self.gcm, &data, aad.as_ref(), threads)
    }

    /// As `gmkit.sm4.open`.
    ///
    /// Raises:
    ///     DecryptionError: the box, the key or aad is another one; which, is not told.
    ///     TypeError: an argument is not bytes-like.
    #[pyo3(signature = (r#box, /, *, aad = None, threads = 1))]
    fn open<'py>(
        &self,
        py: Python<'py>,
        r#box: Octets<'py>,
        aad: Option<Octets<'py>>,
        threads: isize,
    ) -> PyResult<Bound<'py, PyBytes>> {
        open_with(py, &self.gcm, &r#box, aad.as_ref(), threads)
    }

    fn __repr__(&self) -> &'static str {
        "<Sealer>"
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Sealer>()?;
    module.add_function(wrap_pyfunction!(seal, module)?)?;
    module.add_function(wrap_pyfunction!(open, module)?)
}
