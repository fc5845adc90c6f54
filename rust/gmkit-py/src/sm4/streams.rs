//! The block cipher, and modes whose data comes in pieces.

use std::sync::{Mutex, MutexGuard, PoisonError};

use gmkit_core::sm4::{cbc, ctr, gcm, ofb, Error, Key, BLOCK};
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::PyBytes;
use zeroize::Zeroizing;

use super::{block, filled, key, refused};
use crate::errors;
use crate::input::Octets;
use crate::selftest::guard;

/// The state of an object that threads may share: each call has it to itself.
pub(super) fn locked<'a, T>(py: Python<'_>, state: &'a Mutex<T>) -> MutexGuard<'a, T> {
    state
        .lock_py_attached(py)
        .unwrap_or_else(PoisonError::into_inner)
}

/// SM4 on single blocks (GB/T 32907-2016).
#[pyclass(frozen, module = "gmkit.hazmat.sm4")]
pub struct BlockCipher(Key);

#[pymethods]
impl BlockCipher {
    #[new]
    #[pyo3(signature = (key, /))]
    fn new(py: Python<'_>, key: Octets<'_>) -> PyResult<Self> {
        Ok(Self(Key::new(self::key(py, &key)?)))
    }

    /// Encrypts one block of 16 bytes.
    #[pyo3(signature = (block, /))]
    fn encrypt_block<'py>(
        &self,
        py: Python<'py>,
        block: Octets<'py>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        guard(py)?;
        let mut x = *self::block(py, "block", &block)?;
        self.0.encrypt_block(&mut x);
        Ok(PyBytes::new(py, &x))
    }

    /// Decrypts one block of 16 bytes.
    #[pyo3(signature = (block, /))]
    fn decrypt_block<'py>(
        &self,
        py: Python<'py>,
        block: Octets<'py>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        guard(py)?;
        let mut x = *self::block(py, "block", &block)?;
        self.0.decrypt_block(&mut x);
        Ok(PyBytes::new(py, &x))
    }

    fn __repr__(&self) -> &'static str {
        "<BlockCipher>"
    }
}

macro_rules! key_stream {
    ($class:ident, $core:ty, $what:literal, $doc:literal) => {
        #[doc = $doc]
        #[pyclass(frozen, module = "gmkit.hazmat.sm4")]
        pub struct $class(Mutex<$core>);

        #[pymethods]
        impl $class {
            #[new]
            #[pyo3(signature = (key, start, /))]
            fn new(py: Python<'_>, key: Octets<'_>, start: Octets<'_>) -> PyResult<Self> {
                let key = Key::new(self::key(py, &key)?);
                Ok(Self(Mutex::new(<$core>::new(
                    key,
                    block(py, $what, &start)?,
                ))))
            }

            /// Encrypts or decrypts the next bytes, any number; returns as many.
            #[pyo3(signature = (data, /))]
            fn update<'py>(
                &self,
                py: Python<'py>,
                data: Octets<'py>,
            ) -> PyResult<Bound<'py, PyBytes>> {
                let mut stream = locked(py, &self.0);
                let stream = &mut *stream;
                let data = data.as_bytes();
                filled(py, data.len(), |out| {
                    stream.update(data, out);
                    Ok(())
                })
            }
        }
    };
}

key_stream!(
    CTRStream,
    ctr::Stream,
    "counter block",
    "SM4-CTR of data that comes in pieces: ``CTRStream(key, counter)``; both ways."
);
key_stream!(
    OFBStream,
    ofb::Stream,
    "iv",
    "SM4-OFB of data that comes in pieces: ``OFBStream(key, iv)``; both ways."
);

/// Octets that wait until a block is full; the decryptor also holds the last block back.
#[derive(Default)]
struct Waiting(Zeroizing<Vec<u8>>);

impl Waiting {
    /// What can go out of `waiting || data` as whole blocks if `keep` octets at least must stay.
    fn take(&mut self, data: &[u8], keep: usize) -> Zeroizing<Vec<u8>> {
        let total = self.0.len() + data.len();
        let out = total.saturating_sub(keep) / BLOCK * BLOCK;
        let mut all = Zeroizing::new(Vec::with_capacity(total));
        all.extend_from_slice(&self.0);
        all.extend_from_slice(data);
        self.0 = Zeroizing::new(all[out..].to_vec());
        all.truncate(out);
        all
    }
}

struct Encrypting {
    core: cbc::Encryptor,
    waiting: Waiting,
}

/// SM4-CBC encryption of data that comes in pieces: ``CBCEncryptor(key, iv, pad)``.
#[pyclass(frozen, module = "gmkit.hazmat.sm4")]
pub struct CBCEncryptor {
    state: Mutex<Option<Encrypting>>,
    pad: bool,
}

#[pymethods]
impl CBCEncryptor {
    #[new]
    #[pyo3(signature = (key, iv, pad, /))]
    fn new(py: Python<'_>, key: Octets<'_>, iv: Octets<'_>, pad: bool) -> PyResult<Self> {
        let key = Key::new(self::key(py, &key)?);
        let core = cbc::Encryptor::new(key, block(py, "iv", &iv)?);
        let state = Mutex::new(Some(Encrypting {
            core,
            waiting: Waiting::default(),
        }));
        Ok(Self { state, pad })
    }

    /// Encrypts the next bytes, any number; returns the whole blocks there are by now.
    #[pyo3(signature = (data, /))]
    fn update<'py>(&self, py: Python<'py>, data: Octets<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let mut state = locked(py, &self.state);
        let state = state.as_mut().ok_or_else(|| finished(py))?;
        let ready = state.waiting.take(data.as_bytes(), 0);
        let core = &mut state.core;
        filled(py, ready.len(), |out| core.update(&ready, out))
    }

    /// Ends the message: the padded block, or nothing without padding.
    fn finalize<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(py)?;
        let mut state = locked(py, &self.state);
        let state = state.take().ok_or_else(|| finished(py))?;
        let rest = &state.waiting.0;
        match (self.pad, rest.is_empty()) {
            (true, _) => Ok(PyBytes::new(py, &state.core.finish(rest))),
            (false, true) => Ok(PyBytes::new(py, &[])),
            (false, false) => Err(refused(py, Error::PartialBlock)),
        }
    }
}

struct Decrypting {
    core: cbc::Decryptor,
    waiting: Waiting,
}

/// SM4-CBC decryption of data that comes in pieces: ``CBCDecryptor(key, iv, pad)``.
#[pyclass(frozen, module = "gmkit.hazmat.sm4")]
pub struct CBCDecryptor {
    state: Mutex<Option<Decrypting>>,
    pad: bool,
}

#[pymethods]
impl CBCDecryptor {
    #[new]
    #[pyo3(signature = (key, iv, pad, /))]
    fn new(py: Python<'_>, key: Octets<'_>, iv: Octets<'_>, pad: bool) -> PyResult<Self> {
        let key = Key::new(self::key(py, &key)?);
        let core = cbc::Decryptor::new(key, block(py, "iv", &iv)?);
        let state = Mutex::new(Some(Decrypting {
            core,
            waiting: Waiting::default(),
        }));
        Ok(Self { state, pad })
    }

    /// Decrypts the next bytes, any number; returns the whole blocks that can no longer be padding.
    #[pyo3(signature = (data, /))]
    fn update<'py>(&self, py: Python<'py>, data: Octets<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let mut state = locked(py, &self.state);
        let state = state.as_mut().ok_or_else(|| finished(py))?;
        // With padding the last whole block waits, since it may be the last of all.
        let ready = state.waiting.take(data.as_bytes(), usize::from(self.pad));
        let core = &mut state.core;
        filled(py, ready.len(), |out| core.update(&ready, out))
    }

    /// Ends the message: what the last block holds besides padding, or nothing without padding.
    fn finalize<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(py)?;
        let mut state = locked(py, &self.state);
        let mut state = state.take().ok_or_else(|| finished(py))?;
        let rest = &state.waiting.0;
        if !self.pad {
            return match rest.is_empty() {
                true => Ok(PyBytes::new(py, &[])),
                false => Err(refused(py, Error::PartialBlock)),
            };
        }
        let mut last = Zeroizing::new([0; BLOCK]);
        let length = match rest.len() {
            BLOCK => state
                .core
                .update(rest, last.as_mut())
                .and_then(|()| cbc::unpadded_length(last.as_ref())),
            _ => Err(Error::Rejected),
        };
        let length = length.map_err(|error| refused(py, error))?;
        Ok(PyBytes::new(py, &last[..length]))
    }
}

/// SM4-GCM encryption of data that comes in pieces: ``GCMEncryptor(key, nonce, aad)``.
#[pyclass(frozen, module = "gmkit.hazmat.sm4")]
pub struct GCMEncryptor(Mutex<Option<gcm::Encryptor>>);

#[pymethods]
impl GCMEncryptor {
    #[new]
    #[pyo3(signature = (key, nonce, aad = None))]
    fn new(
        py: Python<'_>,
        key: Octets<'_>,
        nonce: Octets<'_>,
        aad: Option<Octets<'_>>,
    ) -> PyResult<Self> {
        let gcm = gcm::Gcm::new(self::key(py, &key)?);
        let aad = aad.as_ref().map_or(&[][..], Octets::as_bytes);
        let core = gcm::Encryptor::new(gcm, nonce.as_bytes(), aad);
        Ok(Self(Mutex::new(Some(
            core.map_err(|error| refused(py, error))?,
        ))))
    }

    /// Encrypts the next bytes, any number; returns as many.
    #[pyo3(signature = (data, /))]
    fn update<'py>(&self, py: Python<'py>, data: Octets<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let mut state = locked(py, &self.0);
        let core = state.as_mut().ok_or_else(|| finished(py))?;
        let data = data.as_bytes();
        filled(py, data.len(), |out| core.update(data, out))
    }

    /// Ends the message: its tag of 16 bytes.
    fn finalize<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(py)?;
        let core = locked(py, &self.0).take().ok_or_else(|| finished(py))?;
        Ok(PyBytes::new(py, &core.finish()))
    }
}

fn finished(py: Python<'_>) -> PyErr {
    errors::invalid_argument(
        py,
        "this message has been ended; make a new object for the next",
    )
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<BlockCipher>()?;
    module.add_class::<CTRStream>()?;
    module.add_class::<OFBStream>()?;
    module.add_class::<CBCEncryptor>()?;
    module.add_class::<CBCDecryptor>()?;
    module.add_class::<GCMEncryptor>()
}
