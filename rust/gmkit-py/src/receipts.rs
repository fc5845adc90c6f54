//! `gmkit._native.receipts`: many receipts in one call, with the interpreter's lock released.

use gmkit_receipt::statement;
use gmkit_receipt::verify::{self, Signer};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::input::Octets;
use crate::selftest::guard;
use crate::sm2::SM2PublicKey;

/// What is signed for a record, and the record's identifier.
type SigningInput<'py> = (Bound<'py, PyBytes>, String);

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

/// For each record in JSON what is signed for it, under the first part of the signer's receipts, and its
/// identifier; None where the Python package has to look at it.
#[pyfunction]
fn signing_inputs<'py>(
    py: Python<'py>,
    header: Octets<'py>,
    records: Vec<Octets<'py>>,
) -> PyResult<Vec<Option<SigningInput<'py>>>> {
    guard(py)?;
    let header = header.as_bytes();
    let texts: Vec<&[u8]> = records.iter().map(Octets::as_bytes).collect();
    let made: Vec<Option<(Vec<u8>, String)>> = py.detach(|| {
        texts
            .iter()
            .map(|text| {
                let payload = statement::payload(text)?;
                Some((payload.signing_input(header), payload.id))
            })
            .collect()
    });
    Ok(made
        .into_iter()
        .map(|one| one.map(|(signed, id)| (PyBytes::new(py, &signed), id)))
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
    module.add_function(wrap_pyfunction!(signing_inputs, module)?)?;
    module.add_function(wrap_pyfunction!(identifier, module)?)
}
