//! `gmkit._native.asn1`: the one DER codec, as Python sees it.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use gmkit_encoding::der::{self, Findings, Reader, Tag, TimeForm, Writer};
use gmkit_encoding::Error;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyInt, PyList, PyString};

use crate::errors;
use crate::input::Octets;

/// What all elements of one input share.
struct Source {
    octets: Py<PyBytes>,
    what: String,
    /// Deviations put down so far; none in strict mode, where they are errors.
    findings: Option<Mutex<Vec<der::Finding>>>,
}

/// One tag-length-value of an input, which stays as it is stored.
#[pyclass(frozen, module = "gmkit.asn1")]
pub struct Element {
    source: Arc<Source>,
    tag: Tag,
    start: usize,
    end: usize,
    content_start: usize,
    content_end: usize,
}

/// Reads `$body` with a reader over `$octets`, strict or lenient as the source was opened.
macro_rules! with_reader {
    ($py:ident, $source:expr, $octets:expr, $offset:expr, |$reader:ident| $body:expr) => {{
        let source: &Source = $source;
        match &source.findings {
            None => {
                let $reader = Reader::new("DER", $octets).at($offset);
                $body.map_err(|error| source.error($py, &error))
            }
            Some(kept) => {
                let findings = Findings::new();
                let result = {
                    let $reader = Reader::lenient("DER", $octets, &findings).at($offset);
                    $body.map_err(|error| source.error($py, &error))
                };
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                for finding in findings.into_vec() {
                    if !kept.contains(&finding) {
                        kept.push(finding);
                    }
                }
                result
            }
        }
    }};
}

impl Source {
    fn error(&self, py: Python<'_>, error: &Error) -> PyErr {
        errors::encoding(py, &error.message, &self.what, error.offset)
    }
}

impl Element {
    fn raw_octets<'a>(&'a self, py: Python<'a>) -> &'a [u8] {
        &self.source.octets.as_bytes(py)[self.start..self.end]
    }

    fn content_octets<'a>(&'a self, py: Python<'a>) -> &'a [u8] {
        &self.source.octets.as_bytes(py)[self.content_start..self.content_end]
    }

    /// The stored octets, under the tag this element is read as.
    fn as_tagged<'a>(&'a self, py: Python<'a>) -> Cow<'a, [u8]> {
        let raw = self.raw_octets(py);
        if raw[0] == self.tag.0 {
            return Cow::Borrowed(raw);
        }
        let mut copy = raw.to_vec();
        copy[0] = self.tag.0;
        Cow::Owned(copy)
    }

    fn at(source: &Arc<Source>, element: &der::Element<'_>) -> Self {
        Self {
            source: Arc::clone(source),
            tag: element.tag,
            start: element.offset,
            end: element.offset + element.raw.len(),
            content_start: element.content_offset,
            content_end: element.content_offset + element.content.len(),
        }
    }

    fn fail(&self, py: Python<'_>, message: &str) -> PyErr {
        errors::encoding(py, message, &self.source.what, Some(self.start))
    }

    /// The elements inside the octets from `start` to `end` of the input.
    fn elements(&self, py: Python<'_>, start: usize, end: usize) -> PyResult<Vec<Self>> {
        let octets = &self.source.octets.as_bytes(py)[start..end];
        with_reader!(py, &self.source, octets, start, |reader| {
            let mut reader = reader;
            let mut all = Vec::new();
            loop {
                if reader.is_empty() {
                    break Ok(all);
                }
                match reader.any() {
                    Ok(element) => all.push(Self::at(&self.source, &element)),
                    Err(error) => break Err(error),
                }
            }
        })
    }
}

#[pymethods]
impl Element {
    #[getter]
    const fn tag(&self) -> u8 {
        self.tag.0
    }

    #[getter]
    const fn offset(&self) -> usize {
        self.start
    }

    #[getter]
    fn raw<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.raw_octets(py))
    }

    #[getter]
    fn content<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.content_octets(py))
    }

    #[getter]
    fn findings(&self) -> Vec<(&'static str, &'static str, usize)> {
        self.source.findings.as_ref().map_or_else(Vec::new, |kept| {
            let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.iter()
                .map(|f| (f.deviation.id(), f.deviation.text(), f.offset))
                .collect()
        })
    }

    fn children(&self, py: Python<'_>) -> PyResult<Vec<Self>> {
        if !self.tag.is_constructed() {
            return Err(self.fail(py, &format!("{} has no elements inside", self.tag)));
        }
        self.elements(py, self.content_start, self.content_end)
    }

    /// The one element that the contents of an OCTET STRING, BIT STRING or explicit tag hold.
    fn inside(&self, py: Python<'_>) -> PyResult<Self> {
        let start = self.content_start + usize::from(self.tag == Tag::BIT_STRING);
        if start > self.content_end {
            return Err(self.fail(py, "BIT STRING is empty"));
        }
        let mut all = self.elements(py, start, self.content_end)?;
        match (all.pop(), all.is_empty()) {
            (Some(only), true) => Ok(only),
            _ => Err(self.fail(
                py,
                &format!("{} does not hold exactly one element", self.tag),
            )),
        }
    }

    fn implicit(&self, tag: u8) -> Self {
        Self {
            source: Arc::clone(&self.source),
            tag: Tag(tag),
            start: self.start,
            end: self.end,
            content_start: self.content_start,
            content_end: self.content_end,
        }
    }

    fn boolean(&self, py: Python<'_>) -> PyResult<bool> {
        let octets = self.as_tagged(py);
        with_reader!(py, &self.source, &octets, self.start, |reader| {
            let mut reader = reader;
            reader.boolean()
        })
    }

    fn integer<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let octets = self.as_tagged(py);
        let content = with_reader!(py, &self.source, &octets, self.start, |reader| {
            let mut reader = reader;
            match reader.any() {
                Ok(element) if element.tag == Tag::INTEGER || element.tag == Tag::ENUMERATED => {
                    reader.integer_content(&element).map(<[u8]>::to_vec)
                }
                Ok(element) => Err(reader.error_at(
                    element.offset,
                    format!("expected INTEGER, found {}", element.tag),
                )),
                Err(error) => Err(error),
            }
        })?;
        let named = pyo3::types::PyDict::new(py);
        named.set_item("signed", true)?;
        py.get_type::<PyInt>().call_method(
            "from_bytes",
            (PyBytes::new(py, &content), "big"),
            Some(&named),
        )
    }

    fn unsigned<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let octets = self.as_tagged(py);
        let magnitude = with_reader!(py, &self.source, &octets, self.start, |reader| {
            let mut reader = reader;
            reader.unsigned().map(<[u8]>::to_vec)
        })?;
        Ok(PyBytes::new(py, &magnitude))
    }

    fn octet_string<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let octets = self.as_tagged(py);
        let content = with_reader!(py, &self.source, &octets, self.start, |reader| {
            let mut reader = reader;
            reader.octet_string().map(<[u8]>::to_vec)
        })?;
        Ok(PyBytes::new(py, &content))
    }

    fn bit_string<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyBytes>, u8)> {
        let octets = self.as_tagged(py);
        let (content, unused) = with_reader!(py, &self.source, &octets, self.start, |reader| {
            let mut reader = reader;
            reader
                .bit_string()
                .map(|bits| (bits.bytes.to_vec(), bits.unused))
        })?;
        Ok((PyBytes::new(py, &content), unused))
    }

    fn null(&self, py: Python<'_>) -> PyResult<()> {
        let octets = self.as_tagged(py);
        with_reader!(py, &self.source, &octets, self.start, |reader| {
            let mut reader = reader;
            reader.null()
        })
    }

    fn oid(&self, py: Python<'_>) -> PyResult<String> {
        let octets = self.as_tagged(py);
        with_reader!(py, &self.source, &octets, self.start, |reader| {
            let mut reader = reader;
            reader.oid().map(|oid| oid.to_string())
        })
    }

    /// Seconds since 1970, and whether the form was UTCTime.
    fn time(&self, py: Python<'_>) -> PyResult<(i64, bool)> {
        let octets = self.as_tagged(py);
        with_reader!(py, &self.source, &octets, self.start, |reader| {
            let mut reader = reader;
            reader
                .time()
                .map(|time| (time.seconds, time.form == TimeForm::Utc))
        })
    }

    fn text(&self, py: Python<'_>) -> PyResult<String> {
        let content = self.content_octets(py);
        let decoded = match self.tag {
            Tag::UTF8_STRING => std::str::from_utf8(content).ok().map(str::to_owned),
            Tag::PRINTABLE_STRING | Tag::IA5_STRING | Tag::NUMERIC_STRING | Tag::VISIBLE_STRING => {
                content
                    .is_ascii()
                    .then(|| content.iter().map(|octet| char::from(*octet)).collect())
            }
            Tag::TELETEX_STRING => Some(content.iter().map(|octet| char::from(*octet)).collect()),
            Tag::BMP_STRING => {
                let pairs = content.chunks_exact(2);
                let whole = pairs.remainder().is_empty();
                let units: Vec<u16> = pairs
                    .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                    .collect();
                String::from_utf16(&units).ok().filter(|_| whole)
            }
            Tag::UNIVERSAL_STRING => {
                let fours = content.chunks_exact(4);
                let whole = fours.remainder().is_empty();
                fours
                    .map(|c| char::from_u32(u32::from_be_bytes([c[0], c[1], c[2], c[3]])))
                    .collect::<Option<String>>()
                    .filter(|_| whole)
            }
            tag => return Err(self.fail(py, &format!("{tag} is not a string type"))),
        };
        decoded.ok_or_else(|| {
            self.fail(
                py,
                &format!("{} holds characters its type does not allow", self.tag),
            )
        })
    }

    fn __repr__(&self) -> String {
        let length = self.content_end - self.content_start;
        format!("<{} at byte {}, {length} bytes>", self.tag, self.start)
    }
}

/// Reads an input that is exactly one element.
#[pyfunction]
#[pyo3(signature = (data, *, what, lenient))]
fn decode(py: Python<'_>, data: Octets<'_>, what: String, lenient: bool) -> PyResult<Element> {
    let source = Arc::new(Source {
        octets: data.into_bytes(),
        what,
        findings: lenient.then(|| Mutex::new(Vec::new())),
    });
    let octets = source.octets.as_bytes(py);
    with_reader!(py, &source, octets, 0, |reader| {
        let mut reader = reader;
        match reader.any() {
            Ok(element) => {
                let element = Element::at(&source, &element);
                reader.finish().map(|()| element)
            }
            Err(error) => Err(error),
        }
    })
}

/// An element with this identifier octet around these contents.
#[pyfunction]
fn encode<'py>(py: Python<'py>, tag: u8, content: Octets<'_>) -> Bound<'py, PyBytes> {
    let mut writer = Writer::with_capacity(content.as_bytes().len() + 6);
    writer.primitive(Tag(tag), content.as_bytes());
    PyBytes::new(py, writer.as_slice())
}

/// SET OF: the encoded elements in the order DER asks for, under this identifier octet.
#[pyfunction]
fn encode_set_of<'py>(
    py: Python<'py>,
    tag: u8,
    elements: &Bound<'_, PyList>,
) -> PyResult<Bound<'py, PyBytes>> {
    let mut all = elements
        .iter()
        .map(|element| Ok(element.extract::<Octets<'_>>()?.as_bytes().to_vec()))
        .collect::<PyResult<Vec<_>>>()?;
    all.sort_unstable();
    let mut writer = Writer::new();
    writer.primitive(Tag(tag), &all.concat());
    Ok(PyBytes::new(py, writer.as_slice()))
}

/// The contents of an OBJECT IDENTIFIER, from its dotted form.
#[pyfunction]
fn oid_content<'py>(
    py: Python<'py>,
    dotted: &Bound<'_, PyString>,
) -> PyResult<Bound<'py, PyBytes>> {
    let text = dotted.to_string();
    let refuse = || errors::invalid_argument(py, &format!("{text:?} is no object identifier"));
    let arcs = text
        .split('.')
        .map(|arc| {
            let canonical = !arc.is_empty()
                && arc.bytes().all(|digit| digit.is_ascii_digit())
                && (arc == "0" || !arc.starts_with('0'));
            canonical.then(|| arc.parse::<u128>().ok()).flatten()
        })
        .collect::<Option<Vec<u128>>>()
        .ok_or_else(refuse)?;
    let [first, second, rest @ ..] = arcs.as_slice() else {
        return Err(refuse());
    };
    if *first > 2 || (*first < 2 && *second > 39) || *second > u128::MAX - 80 {
        return Err(refuse());
    }
    let mut content = Vec::new();
    for arc in std::iter::once(first * 40 + second).chain(rest.iter().copied()) {
        let mut septets = vec![u8::try_from(arc & 0x7f).unwrap_or_default()];
        let mut left = arc >> 7;
        while left > 0 {
            septets.push(u8::try_from(left & 0x7f).unwrap_or_default() | 0x80);
            left >>= 7;
        }
        septets.reverse();
        content.extend_from_slice(&septets);
    }
    der::Oid::from_content(&content).ok_or_else(refuse)?;
    Ok(PyBytes::new(py, &content))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Element>()?;
    module.add_function(wrap_pyfunction!(decode, module)?)?;
    module.add_function(wrap_pyfunction!(encode, module)?)?;
    module.add_function(wrap_pyfunction!(encode_set_of, module)?)?;
    module.add_function(wrap_pyfunction!(oid_content, module)?)
}
