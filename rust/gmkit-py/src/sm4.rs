//! `gmkit._native.sm4`: SM4 for Python.

use std::num::NonZeroUsize;

use gmkit_core::sm4::{Error, BLOCK, KEY};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::input::Octets;
use crate::selftest::guard;
use crate::{errors, random};

mod aead;
mod boxes;
mod files;
mod modes;
mod rare;
mod streams;

/// From this many octets on, the work takes longer than giving the interpreter's lock away.
const LONG: usize = 16 * 1024;

/// Runs `work`, without the interpreter's lock if there is much to do.
fn without_lock<T: Send>(py: Python<'_>, octets: usize, work: impl FnOnce() -> T + Send) -> T {
    if octets < LONG {
        work()
    } else {
        py.detach(work)
    }
}

/// New `bytes` of that length, filled by `fill`, which may fail.
fn filled<'py>(
    py: Python<'py>,
    length: usize,
    fill: impl FnOnce(&mut [u8]) -> Result<(), Error> + Send,
) -> PyResult<Bound<'py, PyBytes>> {
    guard(py)?;
    PyBytes::new_with(py, length, |out| {
        without_lock(py, length, || fill(out)).map_err(|error| refused(py, error))
    })
}

/// The exception for what a mode refused.
fn refused(py: Python<'_>, error: Error) -> PyErr {
    match error {
        Error::Rejected => errors::decryption(py),
        other => errors::invalid_argument(py, &other.to_string()),
    }
}

fn key<'a>(py: Python<'_>, octets: &'a Octets<'_>) -> PyResult<&'a [u8; KEY]> {
    guard(py)?;
    let octets = octets.as_bytes();
    octets.try_into().map_err(|_| {
        errors::invalid_key(
            py,
            &format!("an SM4 key has 16 bytes, not {}", octets.len()),
        )
    })
}

/// How many threads the caller allows; 0 means one for each core.
fn threads(py: Python<'_>, wanted: isize) -> PyResult<NonZeroUsize> {
    match usize::try_from(wanted) {
        Ok(0) => Ok(std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)),
        Ok(wanted) => Ok(NonZeroUsize::new(wanted).unwrap_or(NonZeroUsize::MIN)),
        Err(_) => {
            let message = format!("threads is 0 (one for each core) or more, not {wanted}");
            Err(errors::invalid_argument(py, &message))
        }
    }
}

fn block<'a>(py: Python<'_>, what: &str, octets: &'a Octets<'_>) -> PyResult<&'a [u8; BLOCK]> {
    let octets = octets.as_bytes();
    octets.try_into().map_err(|_| {
        errors::invalid_argument(
            py,
            &format!("the {what} has 16 bytes, not {}", octets.len()),
        )
    })
}

/// A fresh random SM4 key.
///
/// Returns:
///     16 bytes from the operating system's generator.
///
/// Raises:
///     RandomnessError: the operating system gave none.
#[pyfunction]
fn generate_key(py: Python<'_>) -> PyResult<Bound<'_, PyBytes>> {
    guard(py)?;
    Ok(PyBytes::new(py, random::fresh::<KEY>(py)?.as_ref()))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(generate_key, module)?)?;
    boxes::register(module)?;
    files::register(module)?;
    aead::register(module)?;
    modes::register(module)?;
    rare::register(module)?;
    streams::register(module)
}
