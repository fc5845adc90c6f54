//! `gmkit._native.kdf`: key derivation for Python. Ranges are checked in `gmkit.kdf`.

use std::num::NonZeroU32;

use gmkit_core::kdf;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::errors;
use crate::input::Octets;
use crate::selftest::guard;

#[pyfunction]
fn pbkdf2_sm3<'py>(
    py: Python<'py>,
    password: Octets<'py>,
    salt: Octets<'py>,
    iterations: NonZeroU32,
    length: usize,
) -> PyResult<Bound<'py, PyBytes>> {
    guard(py)?;
    let (password, salt): (&[u8], &[u8]) = (password.as_bytes(), salt.as_bytes());
    PyBytes::new_with(py, length, |out| {
        py.detach(|| kdf::pbkdf2_sm3(password, salt, iterations, out));
        Ok(())
    })
}

#[pyfunction]
fn hkdf_sm3<'py>(
    py: Python<'py>,
    material: Octets<'py>,
    salt: Octets<'py>,
    info: Octets<'py>,
    length: usize,
) -> PyResult<Bound<'py, PyBytes>> {
    guard(py)?;
    PyBytes::new_with(py, length, |out| {
        let key = kdf::hkdf_extract(salt.as_bytes(), material.as_bytes());
        kdf::hkdf_expand(key.as_slice(), info.as_bytes(), out).map_err(|kdf::TooLong| {
            errors::invalid_argument(py, "HKDF gives at most 255 blocks of 32 bytes")
        })
    })
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("HKDF_LONGEST", kdf::HKDF_LONGEST)?;
    module.add_function(wrap_pyfunction!(pbkdf2_sm3, module)?)?;
    module.add_function(wrap_pyfunction!(hkdf_sm3, module)?)
}
