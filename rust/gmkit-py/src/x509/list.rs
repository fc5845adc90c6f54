//! A revocation list: its octets, where everything is in them, and its entries by serial number.

use gmkit_encoding::x509::{self, Revoked};
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use super::{bytes, extensions, findings, refused};
use crate::input::Octets;

/// (serial octets, seconds, reason, invalidity seconds, certificate issuer, unknown critical)
type Entry<'py> = (
    Bound<'py, PyBytes>,
    i64,
    u8,
    Option<i64>,
    Option<Bound<'py, PyBytes>>,
    bool,
);

/// Lists above this length in bytes are read with the lock released.
const LONG: usize = 4096;

#[pyclass(subclass, frozen, module = "gmkit._native.x509")]
pub struct CertificateList {
    #[pyo3(get)]
    der: Py<PyBytes>,
    parsed: x509::CertificateList,
}

#[pymethods]
impl CertificateList {
    #[new]
    fn new(py: Python<'_>, der: Octets<'_>) -> PyResult<Self> {
        let input = der.as_bytes();
        let parsed = if input.len() > LONG {
            py.detach(|| x509::CertificateList::parse(input))
        } else {
            x509::CertificateList::parse(input)
        }
        .map_err(|error| refused(py, &error))?;
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
    fn signature<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        self.part(py, self.parsed.signature)
    }

    #[getter]
    fn this_update_seconds(&self) -> i64 {
        self.parsed.this_update.seconds
    }

    #[getter]
    fn next_update_seconds(&self) -> Option<i64> {
        self.parsed.next_update.map(|time| time.seconds)
    }

    #[getter]
    fn authority_key_identifier<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.parsed
            .authority_key_identifier
            .map(|span| self.part(py, span))
    }

    #[getter]
    fn number_octets<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.parsed.number.map(|span| self.part(py, span))
    }

    #[getter]
    fn base_number_octets<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.parsed.base_number.map(|span| self.part(py, span))
    }

    fn __len__(&self) -> usize {
        self.parsed.entries.len()
    }

    /// The entry at a place, in stored order.
    fn entry<'py>(&self, py: Python<'py>, place: usize) -> PyResult<Entry<'py>> {
        let entry = self.parsed.entries.get(place);
        let entry = entry.ok_or_else(|| PyIndexError::new_err("no such entry"))?;
        Ok(self.entry_values(py, entry))
    }

    /// All entries with a serial number, in stored order.
    fn find<'py>(&self, py: Python<'py>, serial: &[u8]) -> Vec<Entry<'py>> {
        if serial.is_empty() {
            return Vec::new();
        }
        self.parsed
            .find(self.der.as_bytes(py), serial)
            .into_iter()
            .map(|place| self.entry_values(py, &self.parsed.entries[place]))
            .collect()
    }

    /// Whether some entry has a critical extension that is not known.
    #[getter]
    fn has_unknown_critical_entry(&self) -> bool {
        self.parsed
            .entries
            .iter()
            .any(|entry| entry.unknown_critical)
    }

    fn extension_list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        extensions(py, self.der.as_bytes(py), &self.parsed.extensions)
    }

    fn finding_list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        findings(py, &self.parsed.findings)
    }
}

impl CertificateList {
    fn part<'py>(&self, py: Python<'py>, span: x509::Span) -> Bound<'py, PyBytes> {
        bytes(py, span.of(self.der.as_bytes(py)))
    }

    fn entry_values<'py>(&self, py: Python<'py>, entry: &Revoked) -> Entry<'py> {
        (
            self.part(py, entry.serial),
            entry.date.seconds,
            entry.reason,
            entry.invalidity,
            entry.certificate_issuer.map(|span| self.part(py, span)),
            entry.unknown_critical,
        )
    }
}
