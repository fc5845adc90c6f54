//! `gmkit._native.x509`: certificates, requests and lists, taken apart.

mod certificate;
mod list;
mod request;
mod values;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use gmkit_encoding::der::Finding;
use gmkit_encoding::x509::{self, Bag, Extension, PublicKeyInfo};
use gmkit_encoding::{der, pem, Error};

use crate::errors;
use crate::input::Octets;

/// A fault of the input as `EncodingError`.
fn refused(py: Python<'_>, error: &Error) -> PyErr {
    errors::encoding(py, &error.message, error.what, error.offset)
}

fn bytes<'py>(py: Python<'py>, octets: &[u8]) -> Bound<'py, PyBytes> {
    PyBytes::new(py, octets)
}

/// `((id, text, offset), …)`
fn findings<'py>(py: Python<'py>, list: &[Finding]) -> PyResult<Bound<'py, PyTuple>> {
    let items = list.iter().map(|finding| {
        (
            finding.deviation.id(),
            finding.deviation.text(),
            finding.offset,
        )
    });
    PyTuple::new(py, items.collect::<Vec<_>>())
}

/// `((oid, critical, value, malformed), …)`
fn extensions<'py>(
    py: Python<'py>,
    input: &[u8],
    list: &[Extension],
) -> PyResult<Bound<'py, PyTuple>> {
    let items = list.iter().map(|extension| {
        (
            values::dotted(extension.oid.of(input)),
            extension.critical,
            bytes(py, extension.value.of(input)),
            extension.malformed,
        )
    });
    PyTuple::new(py, items.collect::<Vec<_>>())
}

/// What an extension says as tuples, strings and numbers; None if it is not a known one.
#[pyfunction]
fn decode_extension<'py>(
    py: Python<'py>,
    oid: &str,
    value: &Bound<'py, PyBytes>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let Some(content) = values::encode_oid(oid) else {
        return Ok(None);
    };
    let Some(known) = der::Oid::from_content(&content) else {
        return Ok(None);
    };
    let found = der::Findings::new();
    match x509::decode(known, value.as_bytes(), 0, &found) {
        Ok(Some(decoded)) => values::extension(py, &decoded).map(Some),
        Ok(None) => Ok(None),
        Err(error) => Err(refused(py, &error)),
    }
}

/// The RDNs of an encoded Name: tuples of (oid, tag, value).
#[pyfunction]
fn decode_name<'py>(py: Python<'py>, name: &Bound<'py, PyBytes>) -> PyResult<Bound<'py, PyTuple>> {
    let rdns = x509::rdns(name.as_bytes()).map_err(|error| refused(py, &error))?;
    let rdns = rdns
        .iter()
        .map(|rdn| {
            let attributes = rdn.iter().map(|attribute| {
                let value = &attribute.value;
                (
                    attribute.oid.to_string(),
                    value.tag.0,
                    bytes(py, value.content),
                )
            });
            PyTuple::new(py, attributes.collect::<Vec<_>>())
        })
        .collect::<PyResult<Vec<_>>>()?;
    PyTuple::new(py, rdns)
}

/// An algorithm: (oid, parameters or None).
#[pyfunction]
fn decode_algorithm<'py>(
    py: Python<'py>,
    algorithm: &Bound<'py, PyBytes>,
) -> PyResult<(String, Option<Bound<'py, PyBytes>>)> {
    let found = der::Findings::new();
    let mut reader = der::Reader::lenient("algorithm", algorithm.as_bytes(), &found);
    let (read, _) = x509::Algorithm::read(&mut reader).map_err(|error| refused(py, &error))?;
    let parameters = read.parameters.map(|element| bytes(py, element.raw));
    Ok((read.oid.to_string(), parameters))
}

/// A public key: (algorithm, parameters or None, octets of the key).
#[pyfunction]
#[allow(clippy::type_complexity)]
fn decode_public_key_info<'py>(
    py: Python<'py>,
    info: &Bound<'py, PyBytes>,
) -> PyResult<(String, Option<Bound<'py, PyBytes>>, Bound<'py, PyBytes>)> {
    let found = der::Findings::new();
    let mut reader = der::Reader::lenient("public key", info.as_bytes(), &found);
    let (read, _) = PublicKeyInfo::read(&mut reader).map_err(|error| refused(py, &error))?;
    reader.finish().map_err(|error| refused(py, &error))?;
    let parameters = read
        .algorithm
        .parameters
        .map(|element| bytes(py, element.raw));
    Ok((
        read.algorithm.oid.to_string(),
        parameters,
        bytes(py, read.key),
    ))
}

/// Encodings, one after the other.
type Encodings<'py> = Vec<Bound<'py, PyBytes>>;

/// The certificates and the lists in a SignedData.
#[pyfunction]
fn open_bag<'py>(py: Python<'py>, data: Octets<'py>) -> PyResult<(Encodings<'py>, Encodings<'py>)> {
    let input = data.as_bytes();
    let bag = Bag::parse(input).map_err(|error| refused(py, &error))?;
    let take = |list: &[x509::Span]| list.iter().map(|span| bytes(py, span.of(input))).collect();
    Ok((take(&bag.certificates), take(&bag.lists)))
}

/// The blocks of a PEM text: (label, contents).
#[pyfunction]
fn pem_blocks<'py>(
    py: Python<'py>,
    text: Octets<'py>,
) -> PyResult<Vec<(String, Bound<'py, PyBytes>)>> {
    let blocks = pem::parse(text.as_bytes()).map_err(|error| refused(py, &error))?;
    Ok(blocks
        .into_iter()
        .map(|block| (block.label, bytes(py, &block.content)))
        .collect())
}

/// A PEM block.
#[pyfunction]
fn pem_text<'py>(py: Python<'py>, label: &str, content: Octets<'py>) -> Bound<'py, PyBytes> {
    bytes(py, &pem::write(label, content.as_bytes()))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<certificate::Certificate>()?;
    module.add_class::<list::CertificateList>()?;
    module.add_class::<request::Request>()?;
    module.add_function(wrap_pyfunction!(decode_algorithm, module)?)?;
    module.add_function(wrap_pyfunction!(decode_extension, module)?)?;
    module.add_function(wrap_pyfunction!(decode_name, module)?)?;
    module.add_function(wrap_pyfunction!(decode_public_key_info, module)?)?;
    module.add_function(wrap_pyfunction!(open_bag, module)?)?;
    module.add_function(wrap_pyfunction!(pem_blocks, module)?)?;
    module.add_function(wrap_pyfunction!(pem_text, module)?)
}
