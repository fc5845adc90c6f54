//! `gmkit._native.receipts`: many receipts in one call, with the interpreter's lock released.

use gmkit_receipt::statement::{self, Payload};
use gmkit_receipt::verify::{self, Behind, Reason};
use gmkit_receipt::{base64url, record};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use pyo3_arrow::PyRecordBatch;

mod lines;
mod table;
mod texts;

use lines::Lines;
use texts::Texts;

use crate::errors;
use crate::input::Octets;
use crate::random;
use crate::selftest::guard;
use crate::sm2::{SM2PrivateKey, SM2PublicKey};

/// What is signed for a record, and the record's identifier.
type SigningInput<'py> = (Bound<'py, PyBytes>, String);

/// The first parts of some receipts, each once.
#[pyfunction]
fn headers<'py>(py: Python<'py>, receipts: Texts<'py>) -> PyResult<Vec<Bound<'py, PyBytes>>> {
    guard(py)?;
    let octets = receipts.octets();
    let found = py.detach(|| verify::headers(&octets));
    Ok(found
        .iter()
        .map(|header| PyBytes::new(py, header))
        .collect())
}

/// The verdict on each receipt. `behind` has, for each header, the key that the caller trusts, or None
/// and the number of the reason why there is none.
#[pyfunction]
fn verify_batch<'py>(
    py: Python<'py>,
    behind: Vec<(Octets<'py>, Option<Bound<'py, SM2PublicKey>>, u8)>,
    receipts: Texts<'py>,
) -> PyResult<PyRecordBatch> {
    guard(py)?;
    let behind = behind
        .iter()
        .map(|(header, key, reason)| {
            let what = match key {
                Some(key) => Behind::Key(key.get().for_batch()),
                None => Behind::Refused(Reason::from_number(*reason).ok_or_else(|| {
                    errors::invalid_argument(py, &format!("{reason} is not the number of a reason"))
                })?),
            };
            Ok((header.as_bytes(), what))
        })
        .collect::<PyResult<Vec<_>>>()?;
    let octets = receipts.octets();
    let made = py.detach(|| table::verdicts(&verify::verify(&behind, &octets)));
    made.map(PyRecordBatch::new).map_err(table::impossible)
}

/// For each receipt the place of its signer and the identifier of its record, or None if it is not
/// valid in every respect: without Arrow. `signers` are pairs of a header and a key.
#[pyfunction]
fn verify_many<'py>(
    py: Python<'py>,
    signers: Vec<(Octets<'py>, Bound<'py, SM2PublicKey>)>,
    receipts: Texts<'py>,
) -> PyResult<Vec<Option<(usize, String)>>> {
    guard(py)?;
    let behind: Vec<(&[u8], Behind<'_>)> = signers
        .iter()
        .map(|(header, key)| (header.as_bytes(), Behind::Key(key.get().for_batch())))
        .collect();
    let octets = receipts.octets();
    let found = py.detach(|| verify::verify(&behind, &octets));
    Ok(found
        .into_iter()
        .map(|verdict| match verdict.reason {
            None => Some((verdict.signer?, verdict.record?.id)),
            Some(_) => None,
        })
        .collect())
}

/// For each record what is signed for it, under the first part of the signer's receipts, and its
/// identifier; None where the Python package has to look at it.
#[pyfunction]
fn signing_inputs<'py>(
    py: Python<'py>,
    header: Octets<'py>,
    records: Texts<'py>,
) -> PyResult<Vec<Option<SigningInput<'py>>>> {
    guard(py)?;
    let header = header.as_bytes();
    let octets = records.octets();
    let made: Vec<Option<(Vec<u8>, String)>> = py.detach(|| {
        octets
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

/// Identifier and receipt of each record, null where the Python package has to look at it. The records
/// are JSON, or payloads in canonical form.
#[pyfunction]
fn sign_batch<'py>(
    py: Python<'py>,
    key: &Bound<'py, SM2PrivateKey>,
    header: Octets<'py>,
    records: Texts<'py>,
    canonical: bool,
) -> PyResult<PyRecordBatch> {
    guard(py)?;
    let fresh = random::fresh::<32>(py)?;
    let key = &key.get().key;
    let header = header.as_bytes();
    let octets = records.octets();
    let made = py.detach(|| {
        let payloads: Vec<Option<Payload>> = octets
            .iter()
            .map(|text| {
                if canonical {
                    Payload::canonical(text)
                } else {
                    statement::payload(text)
                }
            })
            .collect();
        let inputs: Vec<Vec<u8>> = payloads
            .iter()
            .flatten()
            .map(|payload| payload.signing_input(header))
            .collect();
        let messages: Vec<&[u8]> = inputs.iter().map(Vec::as_slice).collect();
        let signatures = gmkit_core::sm2::batch::sign_batch(
            key,
            &messages,
            gmkit_core::sm2::DEFAULT_USER_ID,
            &fresh,
        )?;
        let mut signed = inputs
            .into_iter()
            .zip(signatures)
            .map(|(mut text, signature)| {
                text.push(b'.');
                base64url::encode_into(&signature.to_bytes(), &mut text);
                text
            });
        let rows: Vec<Option<(String, Vec<u8>)>> = payloads
            .into_iter()
            .map(|payload| payload.and_then(|payload| Some((payload.id, signed.next()?))))
            .collect();
        Ok(table::receipts(&rows))
    });
    made.map_err(|error| crate::sm2::signing_error(py, error))?
        .map(PyRecordBatch::new)
        .map_err(table::impossible)
}

/// Whether a payload is a record in canonical form: its identifier, or None.
#[pyfunction]
fn identifier(py: Python<'_>, payload: Octets<'_>) -> PyResult<Option<String>> {
    guard(py)?;
    Ok(record::identifier(payload.as_bytes()))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Lines>()?;
    module.add_function(wrap_pyfunction!(headers, module)?)?;
    module.add_function(wrap_pyfunction!(verify_batch, module)?)?;
    module.add_function(wrap_pyfunction!(verify_many, module)?)?;
    module.add_function(wrap_pyfunction!(signing_inputs, module)?)?;
    module.add_function(wrap_pyfunction!(sign_batch, module)?)?;
    module.add_function(wrap_pyfunction!(identifier, module)?)
}
