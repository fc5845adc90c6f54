//! `gmkit._native.sm3`: SM3 for Python.

use std::sync::{Mutex, PoisonError};

use gmkit_core::sm3::{self, Sm3, BLOCK_LENGTH, DIGEST_LENGTH};
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::{PyBytes, PyList};

use crate::input::Octets;
use crate::selftest::guard;

/// From this many octets on, hashing takes longer than giving the interpreter's lock away.
pub const LONG: usize = 8 * 1024;

/// The SM3 digest of data that is at hand whole (GB/T 32905-2016).
///
/// Args:
///     data: Any bytes-like object, of any length.
///
/// Returns:
///     32 bytes.
///
/// Raises:
///     TypeError: data is not bytes-like.
#[pyfunction]
#[pyo3(signature = (data, /))]
fn digest<'py>(py: Python<'py>, data: Octets<'py>) -> PyResult<Bound<'py, PyBytes>> {
    guard(py)?;
    let octets = data.as_bytes();
    let digest = if octets.len() < LONG {
        sm3::digest(octets)
    } else {
        py.detach(|| sm3::digest(octets))
    };
    Ok(PyBytes::new(py, &digest))
}

/// The SM3 digests of many messages, several hashed side by side on one core (GB/T 32905-2016).
///
/// Several times as fast as one after the other; the messages may differ in length.
///
/// Args:
///     messages: A list, or another sequence, of bytes-like objects.
///
/// Returns:
///     A list of 32 bytes for each message, in their order.
///
/// Raises:
///     TypeError: a message is not bytes-like.
#[pyfunction]
#[pyo3(signature = (messages, /))]
fn digest_batch<'py>(py: Python<'py>, messages: Vec<Octets<'py>>) -> PyResult<Bound<'py, PyList>> {
    guard(py)?;
    let octets: Vec<&[u8]> = messages.iter().map(Octets::as_bytes).collect();
    let digests = py.detach(|| {
        let mut digests = vec![[0; DIGEST_LENGTH]; octets.len()];
        sm3::digest_batch(&octets, &mut digests);
        digests
    });
    PyList::new(py, digests.iter().map(|digest| PyBytes::new(py, digest)))
}

/// SM3 of data that comes in pieces (GB/T 32905-2016).
///
/// ``SM3().update(head).update(tail).digest()``. Threads may share one object: each piece is taken
/// in whole, in the order of arrival.
#[pyclass(frozen, module = "gmkit.sm3")]
struct SM3(Mutex<Sm3>);

#[pymethods]
impl SM3 {
    #[classattr]
    #[allow(non_upper_case_globals)]
    const name: &'static str = "sm3";

    #[classattr]
    #[allow(non_upper_case_globals)]
    const digest_size: usize = DIGEST_LENGTH;

    #[classattr]
    #[allow(non_upper_case_globals)]
    const block_size: usize = BLOCK_LENGTH;

    #[new]
    #[pyo3(signature = (data = None, /))]
    fn new(py: Python<'_>, data: Option<Octets<'_>>) -> PyResult<Self> {
        guard(py)?;
        let new = Self(Mutex::new(Sm3::new()));
        if let Some(data) = data {
            new.take_in(py, data.as_bytes());
        }
        Ok(new)
    }

    /// Hash further data.
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
        this.get().take_in(this.py(), data.as_bytes());
        Ok(this)
    }

    /// The digest of everything so far: 32 bytes. More may follow, and this may be asked again.
    fn digest<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(py)?;
        Ok(PyBytes::new(py, &self.snapshot(py).finalize()))
    }

    /// The same as `digest`, as 64 hexadecimal digits in lower case.
    fn hexdigest(&self, py: Python<'_>) -> PyResult<String> {
        guard(py)?;
        let digits = self
            .snapshot(py)
            .finalize()
            .iter()
            .map(|octet| format!("{octet:02x}"))
            .collect();
        Ok(digits)
    }

    /// An object with the same data so far, which then goes its own way.
    fn copy(&self, py: Python<'_>) -> Self {
        Self(Mutex::new(self.snapshot(py)))
    }

    fn __copy__(&self, py: Python<'_>) -> Self {
        self.copy(py)
    }
}

impl SM3 {
    fn take_in(&self, py: Python<'_>, octets: &[u8]) {
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

    fn snapshot(&self, py: Python<'_>) -> Sm3 {
        self.0
            .lock_py_attached(py)
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<SM3>()?;
    module.add_function(wrap_pyfunction!(digest, module)?)?;
    module.add_function(wrap_pyfunction!(digest_batch, module)?)
}
