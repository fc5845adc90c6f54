//! `gmkit._native.keys`: key files.

use core::num::NonZeroU32;

use gmkit_core::sm2::PrivateKey;
use gmkit_encoding::keys::protect::{IV, MAX_ITERATIONS, SALT};
use gmkit_encoding::keys::{self, KeyError, Protection};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::input::Octets;
use crate::sm2::{KeyProfile, SM2PrivateKey, SM2PublicKey};
use crate::{errors, random, selftest};

#[pyfunction]
fn load_pem_private_key(
    py: Python<'_>,
    data: Octets<'_>,
    password: Option<Octets<'_>>,
) -> PyResult<SM2PrivateKey> {
    load(py, &data, password.as_ref(), keys::private_from_pem)
}

#[pyfunction]
fn load_der_private_key(
    py: Python<'_>,
    data: Octets<'_>,
    password: Option<Octets<'_>>,
) -> PyResult<SM2PrivateKey> {
    load(py, &data, password.as_ref(), keys::private_from_der)
}

#[pyfunction]
fn load_pem_public_key(py: Python<'_>, data: Octets<'_>) -> PyResult<SM2PublicKey> {
    selftest::guard(py)?;
    keys::public_from_pem(data.as_bytes())
        .map(SM2PublicKey::from)
        .map_err(|error| raise(py, &error))
}

#[pyfunction]
fn load_der_public_key(py: Python<'_>, data: Octets<'_>) -> PyResult<SM2PublicKey> {
    selftest::guard(py)?;
    keys::public_from_der(data.as_bytes())
        .map(SM2PublicKey::from)
        .map_err(|error| raise(py, &error))
}

/// SEC 1, never protected.
#[pyfunction]
fn private_to_sec1<'py>(
    py: Python<'py>,
    key: &Bound<'_, SM2PrivateKey>,
    pem: bool,
) -> PyResult<Bound<'py, PyBytes>> {
    selftest::guard(py)?;
    let key = &key.get().key;
    let octets = if pem {
        keys::private_to_sec1_pem(key)
    } else {
        keys::private_to_sec1_der(key)
    };
    Ok(PyBytes::new(py, &octets))
}

/// Iterations of PBKDF2 where the caller names none.
pub const ITERATIONS: u64 = 600_000;

/// The two forms of a key file.
#[derive(Clone, Copy)]
pub enum Form {
    Pem,
    Der,
}

/// PKCS#8, protected if there is a password.
pub fn write<'py>(
    py: Python<'py>,
    key: &PrivateKey,
    form: Form,
    password: Option<&[u8]>,
    profile: KeyProfile,
    iterations: u64,
) -> PyResult<Bound<'py, PyBytes>> {
    selftest::guard(py)?;
    let protection = password
        .map(|password| protection(py, password, profile, iterations))
        .transpose()?;
    let octets = py.detach(|| match form {
        Form::Pem => keys::private_to_pem(key, protection),
        Form::Der => keys::private_to_der(key, protection),
    });
    Ok(PyBytes::new(py, &octets))
}

#[pyfunction]
fn seal_enveloped<'py>(
    py: Python<'py>,
    key: &Bound<'_, SM2PrivateKey>,
    receiver: PyRef<'_, SM2PublicKey>,
) -> PyResult<Bound<'py, PyBytes>> {
    selftest::guard(py)?;
    let sym = random::fresh::<16>(py)?;
    let fresh = random::fresh::<32>(py)?;
    let sealed = keys::enveloped::seal(&key.get().key, &receiver.key, &sym, &fresh);
    let der = sealed.map_err(|_| errors::self_test(py, "no nonce could be used"))?;
    Ok(PyBytes::new(py, &der))
}

#[pyfunction]
fn open_enveloped(
    py: Python<'_>,
    data: Octets<'_>,
    receiver: &Bound<'_, SM2PrivateKey>,
) -> PyResult<SM2PrivateKey> {
    selftest::guard(py)?;
    let key = keys::enveloped::open(data.as_bytes(), &receiver.get().key)
        .map_err(|error| raise(py, &error))?;
    SM2PrivateKey::import(py, key.to_bytes().as_slice())
}

/// Reads a key from its file, with the password if there is one.
type Read = fn(&[u8], Option<&[u8]>) -> Result<PrivateKey, KeyError>;

fn load(
    py: Python<'_>,
    data: &Octets<'_>,
    password: Option<&Octets<'_>>,
    read: Read,
) -> PyResult<SM2PrivateKey> {
    selftest::guard(py)?;
    let (data, password) = (data.as_bytes(), password.map(Octets::as_bytes));
    // A password costs hundreds of thousands of hashes.
    let key = py
        .detach(|| read(data, password))
        .map_err(|error| raise(py, &error))?;
    // Once more from its number, with the test that every key passes before its first use.
    SM2PrivateKey::import(py, key.to_bytes().as_slice())
}

fn protection<'a>(
    py: Python<'_>,
    password: &'a [u8],
    KeyProfile(profile): KeyProfile,
    iterations: u64,
) -> PyResult<Protection<'a>> {
    let iterations = u32::try_from(iterations)
        .ok()
        .filter(|count| *count <= MAX_ITERATIONS)
        .and_then(NonZeroU32::new)
        .ok_or_else(|| {
            let message = format!("iterations must be from 1 to {MAX_ITERATIONS}");
            errors::invalid_argument(py, &message)
        })?;
    let salt = *random::fresh::<SALT>(py)?;
    let iv = *random::fresh::<IV>(py)?;
    Ok(Protection {
        profile,
        password,
        iterations,
        salt,
        iv,
    })
}

fn raise(py: Python<'_>, error: &KeyError) -> PyErr {
    match error {
        KeyError::Encoding(error) => errors::encoding(py, &error.message, error.what, error.offset),
        KeyError::Invalid(message) => errors::invalid_key(py, message),
        KeyError::Unsupported { message, oid } => errors::unsupported(py, message, Some(oid)),
        KeyError::NotOpened => errors::decryption(py),
        KeyError::WrongPassword | KeyError::PasswordMissing => {
            errors::wrong_password(py, &error.to_string())
        }
        KeyError::PasswordUnused => errors::invalid_argument(py, &error.to_string()),
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(load_pem_private_key, module)?)?;
    module.add_function(wrap_pyfunction!(load_der_private_key, module)?)?;
    module.add_function(wrap_pyfunction!(load_pem_public_key, module)?)?;
    module.add_function(wrap_pyfunction!(load_der_public_key, module)?)?;
    module.add_function(wrap_pyfunction!(seal_enveloped, module)?)?;
    module.add_function(wrap_pyfunction!(open_enveloped, module)?)?;
    module.add_function(wrap_pyfunction!(private_to_sec1, module)?)
}
