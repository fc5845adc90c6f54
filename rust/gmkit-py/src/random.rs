//! Randomness from the operating system.

use pyo3::prelude::*;
use zeroize::Zeroizing;

use crate::errors;

/// `N` fresh random octets.
///
/// # Errors
/// `RandomnessError` if the operating system gives none.
#[allow(dead_code)]
pub fn fresh<const N: usize>(py: Python<'_>) -> PyResult<Zeroizing<[u8; N]>> {
    let mut octets = Zeroizing::new([0; N]);
    getrandom::fill(octets.as_mut())
        .map_err(|error| errors::randomness(py, &format!("no random bytes: {error}")))?;
    Ok(octets)
}
