//! A piece of a receipts file, taken apart into lines in place.

use std::collections::HashSet;
use std::ops::Range;

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::errors;

/// What a receipts file begins with.
const FIRST_LINE: &[u8] = b"gmkit-receipts 1";

/// The lines of a piece of a receipts file: octets that end with a line end, or with the file.
///
/// Blank lines and the first line of a receipts file are passed over. A line with a blank in it is a
/// statement: those are listed, and `without` leaves out the ones that were understood.
#[pyclass(frozen, module = "gmkit._native.receipts")]
pub struct Lines {
    octets: Py<PyBytes>,
    /// Where each line stands, and its number in the file.
    lines: Vec<(Range<usize>, i64)>,
    count: i64,
}

impl Lines {
    pub fn octets<'a>(&'a self, py: Python<'a>) -> Vec<&'a [u8]> {
        let octets = self.octets.as_bytes(py);
        self.lines
            .iter()
            .map(|(range, _)| &octets[range.clone()])
            .collect()
    }
}

#[pymethods]
impl Lines {
    #[new]
    fn new(py: Python<'_>, octets: Bound<'_, PyBytes>, before: i64) -> PyResult<Self> {
        if before < 0 {
            return Err(errors::invalid_argument(py, "lines are counted from 0"));
        }
        let octets = octets.unbind();
        let data = octets.as_bytes(py);
        let (lines, count) = py.detach(|| {
            let mut lines = Vec::new();
            let mut count = 0;
            let mut start = 0;
            let ends = memchr::memchr_iter(b'\n', data).chain(
                // The last line of a file may have no end.
                (data.last().is_some_and(|&last| last != b'\n')).then_some(data.len()),
            );
            for end in ends {
                count += 1;
                let line = &data[start..end];
                let length = line.strip_suffix(b"\r").unwrap_or(line).len();
                let range = start..start + length;
                if length > 0 && &data[range.clone()] != FIRST_LINE {
                    lines.push((range, before + count));
                }
                start = end + 1;
            }
            (lines, count)
        });
        Ok(Self {
            octets,
            lines,
            count,
        })
    }

    /// How many lines there are in all.
    #[getter]
    fn count(&self) -> i64 {
        self.count
    }

    /// The numbers of the lines, in order.
    fn numbers(&self) -> Vec<i64> {
        self.lines.iter().map(|(_, number)| *number).collect()
    }

    fn __len__(&self) -> usize {
        self.lines.len()
    }

    /// Number and octets of the statements.
    fn statements<'py>(&self, py: Python<'py>) -> Vec<(i64, Bound<'py, PyBytes>)> {
        let octets = self.octets.as_bytes(py);
        self.lines
            .iter()
            .filter_map(|(range, number)| {
                let line = &octets[range.clone()];
                // Looked for where ours have it: no receipt begins like this.
                let head = &line[..line.len().min(64)];
                memchr::memchr(b' ', head)?;
                Some((*number, PyBytes::new(py, line)))
            })
            .collect()
    }

    /// The line of a number.
    fn line<'py>(&self, py: Python<'py>, number: i64) -> Option<Bound<'py, PyBytes>> {
        let at = self
            .lines
            .binary_search_by_key(&number, |(_, number)| *number)
            .ok()?;
        let octets = self.octets.as_bytes(py);
        Some(PyBytes::new(py, &octets[self.lines[at].0.clone()]))
    }

    /// The same lines without those of these numbers.
    fn without(&self, py: Python<'_>, numbers: HashSet<i64>) -> Self {
        Self {
            octets: self.octets.clone_ref(py),
            lines: self
                .lines
                .iter()
                .filter(|(_, number)| !numbers.contains(number))
                .cloned()
                .collect(),
            count: self.count,
        }
    }
}
