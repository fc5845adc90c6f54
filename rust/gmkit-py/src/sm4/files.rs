//! Sealed files, piece by piece, for `gmkit.sm4.seal_file` and `open_file`.

use std::sync::Mutex;

use gmkit_core::sm4::file::{Chunks, CHUNK, HEAD, MAGIC, SALT, SEALED_CHUNK};
use gmkit_core::sm4::Error;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::streams::locked;
use super::{filled, key, refused};
use crate::input::Octets;
use crate::{errors, random};

/// A file being sealed: `FileSealer(key, aad)`.
#[pyclass(frozen, module = "gmkit.sm4")]
pub struct FileSealer {
    chunks: Mutex<Chunks>,
    salt: [u8; SALT],
}

#[pymethods]
impl FileSealer {
    #[classattr]
    const CHUNK: usize = CHUNK;

    #[new]
    #[pyo3(signature = (key, aad, /))]
    fn new(py: Python<'_>, key: Octets<'_>, aad: Octets<'_>) -> PyResult<Self> {
        let key = self::key(py, &key)?;
        let salt = *random::fresh::<SALT>(py)?;
        let chunks = Mutex::new(Chunks::new(key, &salt, aad.as_bytes()));
        Ok(Self { chunks, salt })
    }

    /// What stands before the first chunk.
    fn head<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &[MAGIC, self.salt].concat())
    }

    /// Seals whole chunks of text; with `last`, what is left of it.
    #[pyo3(signature = (data, last, /))]
    fn seal<'py>(
        &self,
        py: Python<'py>,
        data: Octets<'py>,
        last: bool,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let mut chunks = locked(py, &self.chunks);
        let (chunks, data) = (&mut *chunks, data.as_bytes());
        let length = match (data.len(), last) {
            (0, false) => 0,
            (length, _) => Chunks::sealed_length(length),
        };
        filled(py, length, |out| chunks.seal(data, last, out))
    }
}

/// A sealed file being opened: `FileOpener(key, head, aad)`.
#[pyclass(frozen, module = "gmkit.sm4")]
pub struct FileOpener(Mutex<Chunks>);

#[pymethods]
impl FileOpener {
    #[classattr]
    const HEAD: usize = HEAD;
    #[classattr]
    const SEALED_CHUNK: usize = SEALED_CHUNK;

    #[new]
    #[pyo3(signature = (key, head, aad, /))]
    fn new(py: Python<'_>, key: Octets<'_>, head: Octets<'_>, aad: Octets<'_>) -> PyResult<Self> {
        let key = self::key(py, &key)?;
        match head.as_bytes().as_chunks() {
            ([MAGIC, salt], []) => Ok(Self(Mutex::new(Chunks::new(key, salt, aad.as_bytes())))),
            _ => Err(errors::encoding(
                py,
                "this is not a file that seal_file wrote",
                "sealed file",
                Some(0),
            )),
        }
    }

    /// Opens whole chunks; with `last`, what is left of the file.
    #[pyo3(signature = (data, last, /))]
    fn open<'py>(
        &self,
        py: Python<'py>,
        data: Octets<'py>,
        last: bool,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let mut chunks = locked(py, &self.0);
        let (chunks, data) = (&mut *chunks, data.as_bytes());
        let length = Chunks::opened_length(data.len());
        let length = length.ok_or_else(|| refused(py, Error::Rejected))?;
        filled(py, length, |out| chunks.open(data, last, out))
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<FileSealer>()?;
    module.add_class::<FileOpener>()
}
