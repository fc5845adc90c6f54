//! Bytes from Python.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyMemoryView, PyString};

/// The octets of a Python argument, held so that they cannot change while the lock is released.
///
/// `bytes` is immutable and used in place; any other buffer is copied once.
pub struct Octets<'py>(Bound<'py, PyBytes>);

impl Octets<'_> {
    /// The Python object that holds the octets.
    pub fn into_bytes(self) -> Py<PyBytes> {
        self.0.unbind()
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Octets<'py> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Ok(Self(bytes.to_owned()));
        }
        let py = object.py();
        if object.is_instance_of::<PyString>() {
            return Err(PyTypeError::new_err(
                "expected bytes, not str: encode the text first (text.encode()), or use a from_hex function",
            ));
        }
        if let Ok(array) = object.cast::<PyByteArray>() {
            return Ok(Self(PyBytes::new(py, &array.to_vec())));
        }
        let view = PyMemoryView::from(&object).map_err(|_| {
            let kind = object
                .get_type()
                .name()
                .map_or_else(|_| "?".into(), |n| n.to_string());
            PyTypeError::new_err(format!("expected a bytes-like object, not {kind}"))
        })?;
        Ok(Self(view.call_method0("tobytes")?.cast_into::<PyBytes>()?))
    }
}
