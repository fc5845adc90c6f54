//! A certificate: its octets and where everything is in them.

use gmkit_encoding::x509;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use super::{bytes, extensions, findings, refused};
use crate::input::Octets;

#[pyclass(subclass, frozen, module = "gmkit._native.x509")]
pub struct Certificate {
    #[pyo3(get)]
    der: Py<PyBytes>,
    parsed: x509::Certificate,
}

#[pymethods]
impl Certificate {
    #[new]
    fn new(py: Python<'_>, der: Octets<'_>) -> PyResult<Self> {
        let parsed =
            x509::Certificate::parse(der.as_bytes()).map_err(|error| refused(py, &error))?;
        Ok(Self {
            der: der.into_bytes(),
            parsed,
        })
    }

    #[getter]
    fn tbs<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        self.part(py, self.parsed.tbs)
    }

    #[getter]
    fn version(&self) -> u8 {
        self.parsed.version
    }

    #[getter]
    fn serial_octets<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        self.part(py, self.parsed.serial)
    }

    #[getter]
    fn inner_algorithm<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        self.part(py, self.parsed.inner_algorithm)
    }

    #[getter]
    fn algorithm<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        self.part(py, self.parsed.algorithm)
    }

    #[getter]
    fn issuer_octets<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        self.part(py, self.parsed.issuer)
    }

    #[getter]
    fn subject_octets<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        self.part(py, self.parsed.subject)
    }

    #[getter]
    fn public_key_info<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        self.part(py, self.parsed.public_key_info)
    }

    #[getter]
    fn signature<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        self.part(py, self.parsed.signature)
    }

    #[getter]
    fn not_before_seconds(&self) -> i64 {
        self.parsed.not_before.seconds
    }

    #[getter]
    fn not_after_seconds(&self) -> i64 {
        self.parsed.not_after.seconds
    }

    #[getter]
    fn has_unique_ids(&self) -> bool {
        self.parsed.has_unique_ids
    }

    #[getter]
    fn key_usage_bits(&self) -> Option<u16> {
        self.parsed.key_usage
    }

    #[getter]
    fn is_authority(&self) -> bool {
        matches!(self.parsed.basic_constraints, Some((true, _)))
    }

    #[getter]
    fn path_length(&self) -> Option<u32> {
        self.parsed.basic_constraints.and_then(|(_, length)| length)
    }

    #[getter]
    fn subject_key_identifier<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.parsed
            .subject_key_identifier
            .map(|span| self.part(py, span))
    }

    #[getter]
    fn authority_key_identifier<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.parsed
            .authority_key_identifier
            .map(|span| self.part(py, span))
    }

    fn extension_list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        extensions(py, self.der.as_bytes(py), &self.parsed.extensions)
    }

    fn finding_list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        findings(py, &self.parsed.findings)
    }
}

impl Certificate {
    fn part<'py>(&self, py: Python<'py>, span: x509::Span) -> Bound<'py, PyBytes> {
        bytes(py, span.of(self.der.as_bytes(py)))
    }
}
