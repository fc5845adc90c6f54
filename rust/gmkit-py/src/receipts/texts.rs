//! Many texts from Python, wherever they are, in place.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use pyo3_arrow::PyArray;

use super::lines::Lines;
use crate::input::Octets;

/// Texts or octets: lines of a file, an Arrow array, or a Python sequence.
pub enum Texts<'py> {
    Lines(Bound<'py, Lines>),
    Array(ArrayRef),
    Sequence(Vec<Text<'py>>),
}

/// One text or octets.
pub enum Text<'py> {
    Octets(Octets<'py>),
    Characters(Bound<'py, PyString>),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Text<'py> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(characters) = object.cast::<PyString>() {
            return Ok(Self::Characters(characters.to_owned()));
        }
        object.extract().map(Self::Octets)
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Texts<'py> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(lines) = object.cast::<Lines>() {
            return Ok(Self::Lines(lines.to_owned()));
        }
        if object.is_instance_of::<PyBytes>() || object.is_instance_of::<PyString>() {
            return Err(PyTypeError::new_err(
                "expected a sequence of texts, not one",
            ));
        }
        if object.hasattr("__arrow_c_array__")? {
            let (array, _) = object.extract::<PyArray>()?.into_inner();
            return match array.data_type() {
                DataType::Utf8
                | DataType::LargeUtf8
                | DataType::Utf8View
                | DataType::Binary
                | DataType::LargeBinary
                | DataType::BinaryView => Ok(Self::Array(array)),
                other => Err(PyTypeError::new_err(format!(
                    "expected an Arrow array of strings or binaries, not of {other}"
                ))),
            };
        }
        object.extract().map(Self::Sequence)
    }
}

impl Texts<'_> {
    /// The octets of each; none for a null, and for characters that cannot be encoded.
    pub fn octets(&self) -> Vec<&[u8]> {
        match self {
            Self::Lines(lines) => lines.get().octets(lines.py()),
            Self::Array(array) => of_array(array),
            Self::Sequence(texts) => texts
                .iter()
                .map(|text| match text {
                    Text::Octets(octets) => octets.as_bytes(),
                    Text::Characters(text) => text.to_str().unwrap_or_default().as_bytes(),
                })
                .collect(),
        }
    }
}

fn of_array(array: &ArrayRef) -> Vec<&[u8]> {
    fn all<'a, T: AsRef<[u8]> + ?Sized + 'a>(
        items: impl Iterator<Item = Option<&'a T>>,
    ) -> Vec<&'a [u8]> {
        items
            .map(|item| item.map_or(&[][..], AsRef::as_ref))
            .collect()
    }
    match array.data_type() {
        DataType::Utf8 => all(array.as_string::<i32>().iter()),
        DataType::LargeUtf8 => all(array.as_string::<i64>().iter()),
        DataType::Utf8View => all(array.as_string_view().iter()),
        DataType::Binary => all(array.as_binary::<i32>().iter()),
        DataType::LargeBinary => all(array.as_binary::<i64>().iter()),
        // The only one left of those that are let in.
        _ => all(array.as_binary_view().iter()),
    }
}
