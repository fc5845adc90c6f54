//! A certification request: its octets and where everything is in them.

use gmkit_encoding::x509;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use super::{bytes, extensions, findings, refused, values};
use crate::input::Octets;

#[pyclass(subclass, frozen, module = "gmkit._native.x509")]
pub struct Request {
    #[pyo3(get)]
    der: Py<PyBytes>,
    parsed: x509::Request,
}

#[pymethods]
impl Request {
    #[new]
    fn new(py: Python<'_>, der: Octets<'_>) -> PyResult<Self> {
        let parsed = x509::Request::parse(der.as_bytes()).map_err(|error| refused(py, &error))?;
        Ok(Self {
            der: der.into_bytes(),
            parsed,
        })
    }

    #[getter]
    fn info<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        self.part(py, self.parsed.info)
    }

    #[getter]
    fn version(&self) -> u8 {
        self.parsed.version
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
    fn algorithm<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        self.part(py, self.parsed.algorithm)
    }

    #[getter]
    fn signature<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        self.part(py, self.parsed.signature)
    }

    /// `((oid, SET of values), …)`
    fn attribute_list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let input = self.der.as_bytes(py);
        let items = self
            .parsed
            .attributes
            .iter()
            .map(|(oid, values)| (values::dotted(oid.of(input)), self.part(py, *values)));
        PyTuple::new(py, items.collect::<Vec<_>>())
    }

    fn extension_list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        extensions(py, self.der.as_bytes(py), &self.parsed.extensions)
    }

    fn finding_list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        findings(py, &self.parsed.findings)
    }
}

impl Request {
    fn part<'py>(&self, py: Python<'py>, span: x509::Span) -> Bound<'py, PyBytes> {
        bytes(py, span.of(self.der.as_bytes(py)))
    }
}
