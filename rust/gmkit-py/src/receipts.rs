//! `gmkit._native.receipts`: many receipts in one call, with the interpreter's lock released.

use gmkit_receipt::base64url;
use gmkit_receipt::record::{self, KINDS};
use gmkit_receipt::statement::{self, Payload};
use gmkit_receipt::verify::{self, Behind, Header, Reason};
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

/// A valid receipt: the place of its signer, what its record states, e = SM3(Z || M) and r || s.
type Valid<'py> = (
    usize,
    String,
    &'static str,
    i64,
    Option<i64>,
    Option<String>,
    Option<i64>,
    Option<Bound<'py, PyBytes>>,
    Option<(i64, Bound<'py, PyBytes>)>,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
);
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

/// The verdict on each receipt. `known` has, for each header, whether its receipts withhold data, and the
/// key that the caller trusts, or None and the number of the reason why there is none.
#[pyfunction]
fn verify_batch<'py>(
    py: Python<'py>,
    known: Vec<(Octets<'py>, bool, Option<Bound<'py, SM2PublicKey>>, u8)>,
    receipts: Texts<'py>,
) -> PyResult<PyRecordBatch> {
    guard(py)?;
    let known = known
        .iter()
        .map(|(header, withholds, key, reason)| {
            let behind = match key {
                Some(key) => Behind::Key(key.get().for_batch()),
                None => Behind::Refused(Reason::from_number(*reason).ok_or_else(|| {
                    errors::invalid_argument(py, &format!("{reason} is not the number of a reason"))
                })?),
            };
            Ok(Header {
                text: header.as_bytes(),
                withholds: *withholds,
                behind,
            })
        })
        .collect::<PyResult<Vec<_>>>()?;
    let octets = receipts.octets();
    let made = py.detach(|| table::verdicts(&verify::verify(&known, &octets)));
    made.map(PyRecordBatch::new).map_err(table::impossible)
}

/// For each receipt what is known of it, or None if it is not valid in every respect: without Arrow.
/// `signers` are a header, whether its receipts withhold data, and a key.
#[pyfunction]
fn verify_many<'py>(
    py: Python<'py>,
    signers: Vec<(Octets<'py>, bool, Bound<'py, SM2PublicKey>)>,
    receipts: Texts<'py>,
) -> PyResult<Vec<Option<Valid<'py>>>> {
    guard(py)?;
    let known: Vec<Header<'_>> = signers
        .iter()
        .map(|(header, withholds, key)| Header {
            text: header.as_bytes(),
            withholds: *withholds,
            behind: Behind::Key(key.get().for_batch()),
        })
        .collect();
    let octets = receipts.octets();
    let found = py.detach(|| verify::verify(&known, &octets));
    Ok(found
        .into_iter()
        .map(|verdict| {
            let (None, Some(signer), Some(record), Some((e, signature))) = (
                verdict.reason,
                verdict.signer,
                verdict.record,
                verdict.signed,
            ) else {
                return None;
            };
            let bytes = |octets: &[u8]| PyBytes::new(py, octets);
            Some((
                signer,
                record.id,
                *KINDS.get(record.kind)?,
                record.time,
                record.amount,
                record.order,
                record.sequence,
                record.previous.map(|hash| bytes(&hash)),
                record.checkpoint.map(|(size, root)| (size, bytes(&root))),
                bytes(&e),
                bytes(&signature),
            ))
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
/// are JSON, or payloads in canonical form; one that withholds data gets the second header, and a tilde
/// behind it.
#[pyfunction]
fn sign_batch<'py>(
    py: Python<'py>,
    key: &Bound<'py, SM2PrivateKey>,
    headers: (Octets<'py>, Octets<'py>),
    records: Texts<'py>,
    canonical: bool,
) -> PyResult<PyRecordBatch> {
    guard(py)?;
    let fresh = random::fresh::<32>(py)?;
    let key = &key.get().key;
    let (plain, withholding) = (headers.0.as_bytes(), headers.1.as_bytes());
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
            .map(|payload| {
                payload.signing_input(if payload.withholds {
                    withholding
                } else {
                    plain
                })
            })
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
            .map(|payload| {
                let payload = payload?;
                let mut text = signed.next()?;
                if payload.withholds {
                    text.push(b'~');
                }
                Some((payload.id, text))
            })
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
