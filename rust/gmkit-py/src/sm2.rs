//! `gmkit._native.sm2`: SM2 keys for Python.

use pyo3::prelude::*;

mod batch;
mod convert;
mod digest;
mod exchange;
mod format;
mod private;
mod public;
mod stream;

pub use format::KeyProfile;
pub use private::{signing_error, SM2PrivateKey};
pub use public::SM2PublicKey;

use crate::errors;

/// The one thing that is said of a signature that does not verify.
fn invalid_signature(py: Python<'_>) -> PyErr {
    errors::invalid_signature(py, "the signature does not fit this key and message")
}

fn user_id_too_long(py: Python<'_>) -> PyErr {
    let most = gmkit_core::sm2::USER_ID_MAX;
    errors::invalid_argument(py, &format!("user_id is longer than {most} bytes"))
}

fn no_pickling(class: &str, instead: &str) -> PyErr {
    pyo3::exceptions::PyTypeError::new_err(format!("{class} cannot be pickled: {instead}"))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    batch::register(module)?;
    module.add_class::<SM2PrivateKey>()?;
    module.add_class::<SM2PublicKey>()?;
    module.add_class::<digest::SM2Digest>()?;
    module.add_class::<exchange::OneTimeKey>()?;
    module.add_class::<stream::Signer>()?;
    module.add_class::<stream::Verifier>()?;
    module.add_function(wrap_pyfunction!(exchange::agree_py, module)?)?;
    module.add_function(wrap_pyfunction!(private::generate_private_key, module)?)?;
    module.add_function(wrap_pyfunction!(digest::sign_prehashed, module)?)?;
    module.add_function(wrap_pyfunction!(digest::verify_prehashed, module)?)?;
    module.add_function(wrap_pyfunction!(convert::convert_signature, module)?)?;
    module.add_function(wrap_pyfunction!(convert::convert_ciphertext, module)?)
}
