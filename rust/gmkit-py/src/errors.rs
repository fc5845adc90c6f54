//! From Rust errors to the exceptions of `gmkit.errors`.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};

macro_rules! raisers {
    ($($name:ident => $class:literal),* $(,)?) => {
        $(
            #[doc = concat!("The exception `gmkit.errors.", $class, "` with a message.")]
            #[allow(dead_code)]
            pub fn $name(py: Python<'_>, message: &str) -> PyErr {
                static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
                match CLASS.import(py, "gmkit.errors", $class) {
                    Ok(class) => PyErr::from_type(class.clone(), message.to_owned()),
                    Err(error) => error,
                }
            }
        )*
    };
}

raisers! {
    invalid_argument => "InvalidArgument",
    invalid_key => "InvalidKey",
    invalid_signature => "InvalidSignature",
    randomness => "RandomnessError",
    self_test => "SelfTestError",
    wrong_password => "WrongPassword",
}

/// `DecryptionError` with its one and only message.
pub fn decryption(py: Python<'_>) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    match CLASS.import(py, "gmkit.errors", "DecryptionError") {
        Ok(class) => PyErr::from_type(class.clone(), ()),
        Err(error) => error,
    }
}

/// `EncodingError(message, what=…, offset=…)`.
pub fn encoding(py: Python<'_>, message: &str, what: &str, offset: Option<usize>) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let build = || -> PyResult<PyErr> {
        let class = CLASS.import(py, "gmkit.errors", "EncodingError")?;
        let named = PyDict::new(py);
        named.set_item("what", what)?;
        named.set_item("offset", offset)?;
        Ok(PyErr::from_value(class.call((message,), Some(&named))?))
    };
    build().unwrap_or_else(|error| error)
}

/// `UnsupportedAlgorithm(message, oid=…)`.
pub fn unsupported(py: Python<'_>, message: &str, oid: Option<&str>) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let build = || -> PyResult<PyErr> {
        let class = CLASS.import(py, "gmkit.errors", "UnsupportedAlgorithm")?;
        let named = PyDict::new(py);
        named.set_item("oid", oid)?;
        Ok(PyErr::from_value(class.call((message,), Some(&named))?))
    };
    build().unwrap_or_else(|error| error)
}
