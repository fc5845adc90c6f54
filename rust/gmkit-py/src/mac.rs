//! `gmkit._native.mac`: HMAC-SM3 for Python.

use std::sync::{Mutex, PoisonError};

use gmkit_core::hmac::{hmac_sm3 as tag_of, HmacSm3 as Hmac};
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::PyBytes;

use crate::errors;
use crate::input::Octets;
use crate::selftest::guard;
use crate::sm3::LONG;

/// The HMAC-SM3 tag of data (RFC 2104 with SM3).
///
/// Args:
///     key: Any bytes-like object; 32 random bytes are the right length.
///     data: Any bytes-like object, of any length.
///
/// Returns:
///     32 bytes. Compare them with `verify_hmac_sm3`, never with ``==``.
///
/// Raises:
///     TypeError: key or data is not bytes-like.
#[pyfunction]
fn hmac_sm3<'py>(
    py: Python<'py>,
    key: Octets<'py>,
    data: Octets<'py>,
) -> PyResult<Bound<'py, PyBytes>> {
    guard(py)?;
    let (key, data) = (key.as_bytes(), data.as_bytes());
    let tag = if data.len() < LONG {
        tag_of(key, &[data])
    } else {
        py.detach(|| tag_of(key, &[data]))
    };
    Ok(PyBytes::new(py, &tag))
}

/// Raise unless a tag is the HMAC-SM3 of data under a key (RFC 2104 with SM3).
///
/// Args:
///     tag: The tag received; exactly 32 bytes, or it does not verify.
///     key: Any bytes-like object.
///     data: Any bytes-like object, of any length.
///
/// Raises:
///     InvalidSignature: the tag does not fit key and data. Takes the same time wherever they differ.
///     TypeError: an argument is not bytes-like.
#[pyfunction]
fn verify_hmac_sm3<'py>(
    py: Python<'py>,
    tag: Octets<'py>,
    key: Octets<'py>,
    data: Octets<'py>,
) -> PyResult<()> {
    guard(py)?;
    let (tag, key, data) = (tag.as_bytes(), key.as_bytes(), data.as_bytes());
    let verdict = py.detach(|| {
        let mut mac = Hmac::new(key);
        mac.update(data);
        mac.verify(tag)
    });
    verdict.map_err(|_| mismatch(py))
}

/// HMAC-SM3 of data that comes in pieces (RFC 2104 with SM3).
///
/// ``HmacSM3(key).update(head).update(tail).digest()``. Threads may share one object.
#[pyclass(frozen, module = "gmkit.mac")]
struct HmacSM3(Mutex<Hmac>);

#[pymethods]
impl HmacSM3 {
    #[new]
    #[pyo3(signature = (key, /))]
    fn new(py: Python<'_>, key: Octets<'_>) -> PyResult<Self> {
        guard(py)?;
        Ok(Self(Mutex::new(Hmac::new(key.as_bytes()))))
    }

    /// Authenticate further data.
    ///
    /// Args:
    ///     data: Any bytes-like object, of any length.
    ///
    /// Returns:
    ///     This object.
    ///
    /// Raises:
    ///     TypeError: data is not bytes-like.
    #[pyo3(signature = (data, /))]
    fn update<'py>(this: Bound<'py, Self>, data: Octets<'py>) -> PyResult<Bound<'py, Self>> {
        guard(this.py())?;
        let (py, mac, octets) = (this.py(), &this.get().0, data.as_bytes());
        if octets.len() < LONG {
            mac.lock_py_attached(py)
                .unwrap_or_else(PoisonError::into_inner)
                .update(octets);
        } else {
            py.detach(|| {
                mac.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .update(octets)
            });
        }
        Ok(this)
    }

    /// The tag of everything so far: 32 bytes. More may follow, and this may be asked again.
    fn digest<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(py)?;
        Ok(PyBytes::new(py, &self.snapshot(py).finalize()))
    }

    /// Raise unless `tag` is the tag of everything so far.
    ///
    /// Args:
    ///     tag: Exactly 32 bytes, or it does not verify.
    ///
    /// Raises:
    ///     InvalidSignature: the tag does not fit key and data.
    ///     TypeError: tag is not bytes-like.
    #[pyo3(signature = (tag, /))]
    fn verify(&self, py: Python<'_>, tag: Octets<'_>) -> PyResult<()> {
        guard(py)?;
        self.snapshot(py)
            .verify(tag.as_bytes())
            .map_err(|_| mismatch(py))
    }

    /// An object with the same key and data so far, which then goes its own way.
    fn copy(&self, py: Python<'_>) -> Self {
        Self(Mutex::new(self.snapshot(py)))
    }

    fn __copy__(&self, py: Python<'_>) -> Self {
        self.copy(py)
    }
}

impl HmacSM3 {
    fn snapshot(&self, py: Python<'_>) -> Hmac {
        self.0
            .lock_py_attached(py)
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

fn mismatch(py: Python<'_>) -> PyErr {
    errors::invalid_signature(py, "the tag does not fit key and data")
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<HmacSM3>()?;
    module.add_function(wrap_pyfunction!(hmac_sm3, module)?)?;
    module.add_function(wrap_pyfunction!(verify_hmac_sm3, module)?)
}
