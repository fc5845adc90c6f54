//! One form of a signature or ciphertext into another; nothing is verified or decrypted.

use gmkit_core::sm2::Ciphertext;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::format::{CiphertextFormat, SignatureFormat};
use crate::errors;
use crate::input::Octets;

#[pyfunction]
pub fn convert_signature<'py>(
    py: Python<'py>,
    signature: Octets<'py>,
    given: SignatureFormat,
    wanted: SignatureFormat,
) -> PyResult<Bound<'py, PyBytes>> {
    let read = given.read(signature.as_bytes()).ok_or_else(|| {
        errors::encoding(
            py,
            "not a signature of the form given",
            "SM2 signature",
            None,
        )
    })?;
    Ok(wanted.write(py, &read))
}

#[pyfunction]
pub fn convert_ciphertext<'py>(
    py: Python<'py>,
    ciphertext: Octets<'py>,
    given: CiphertextFormat,
    wanted: CiphertextFormat,
) -> PyResult<Bound<'py, PyBytes>> {
    let (c1, c3, c2) = given.read(ciphertext.as_bytes()).ok_or_else(|| {
        errors::encoding(
            py,
            "not a ciphertext of the form given",
            "SM2 ciphertext",
            None,
        )
    })?;
    let (halves, _) = c1.as_chunks::<32>();
    let parts = Ciphertext {
        x1: halves[0],
        y1: halves[1],
        c3,
        c2: c2.to_vec(),
    };
    Ok(wanted.write(py, &parts))
}
