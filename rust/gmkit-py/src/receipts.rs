//! `gmkit._native.receipts`: many receipts in one call, with the interpreter's lock released.

use gmkit_receipt::verify::{self, Signer};
use pyo3::prelude::*;

use crate::input::Octets;
use crate::selftest::guard;
use crate::sm2::SM2PublicKey;

/// For each receipt the place of its signer and the identifier of its record, or None if it is not
/// valid in every respect. `signers` are pairs of the first part of their receipts and their key.
#[pyfunction]
fn verify_many(
    py: Python<'_>,
    signers: Vec<(Octets<'_>, Bound<'_, SM2PublicKey>)>,
    receipts: Vec<Octets<'_>>,
) -> PyResult<Vec<Option<(usize, String)>>> {
    guard(py)?;
    let signers: Vec<Signer<'_>> = signers
        .iter()
        .map(|(header, key)| Signer {
            header: header.as_bytes(),
            key: key.get().for_batch(),
        })
        .collect();
    let receipts: Vec<&[u8]> = receipts.iter().map(Octets::as_bytes).collect();
    let found = py.detach(|| verify::verify(&signers, &receipts));
    Ok(found
        .into_iter()
        .map(|valid| valid.map(|valid| (valid.signer, valid.id)))
        .collect())
}

/// Whether a payload is a record in canonical form: its identifier, or None.
#[pyfunction]
fn identifier(py: Python<'_>, payload: Octets<'_>) -> PyResult<Option<String>> {
    guard(py)?;
    Ok(gmkit_receipt::record::identifier(payload.as_bytes()))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(verify_many, module)?)?;
    module.add_function(wrap_pyfunction!(identifier, module)?)
}
