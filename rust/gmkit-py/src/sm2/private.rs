//! Private keys.

use gmkit_core::sm2::{GenerationFailed, PrivateKey, SigningFailed};
use gmkit_encoding::keys::protect::Profile;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyBytes, PyString, PyType};
use zeroize::Zeroizing;

use super::format::{CiphertextFormat, KeyProfile, SignatureFormat, UserId};
use super::public::SM2PublicKey;
use super::stream::Signer;
use super::{no_pickling, user_id_too_long};
use crate::input::Octets;
use crate::selftest::guard;
use crate::sm3::LONG;
use crate::{errors, keys, random};

/// A private key: a number d with 1 <= d <= n - 2, checked, and tested against its public key.
///
/// Immutable; wiped from memory when the last reference goes. It cannot be pickled and shows nothing
/// of itself but the fingerprint of its public key. Made by `generate_private_key`, `from_bytes`,
/// `from_hex` and the loaders of `gmkit.keys`.
#[pyclass(frozen, module = "gmkit.sm2")]
pub struct SM2PrivateKey {
    pub key: Box<PrivateKey>,
}

/// A new private key from the operating system's generator (GB/T 32918.1-2016).
///
/// Returns:
///     The key, tested: its public key verifies what it signs.
///
/// Raises:
///     RandomnessError: the operating system gave no random bytes.
///     SelfTestError: the new key failed its test.
#[pyfunction]
pub fn generate_private_key(py: Python<'_>) -> PyResult<SM2PrivateKey> {
    guard(py)?;
    let generated = PrivateKey::generate(|candidate| {
        candidate.copy_from_slice(random::fresh::<32>(py)?.as_slice());
        Ok(())
    });
    generated
        .map(|key| SM2PrivateKey { key: Box::new(key) })
        .map_err(|error| generation_error(py, error))
}

pub(super) fn generation_error(py: Python<'_>, error: GenerationFailed<PyErr>) -> PyErr {
    match error {
        GenerationFailed::Source(error) => error,
        GenerationFailed::OutOfRange => errors::randomness(
            py,
            "the operating system's generator gives no usable numbers",
        ),
        GenerationFailed::Inconsistent => inconsistent(py),
    }
}

fn inconsistent(py: Python<'_>) -> PyErr {
    errors::self_test(
        py,
        "a key did not verify what it had signed; the processor may be at fault",
    )
}

impl SM2PrivateKey {
    /// A key that came from outside: checked and tested as a new one is.
    pub fn import(py: Python<'_>, octets: &[u8]) -> PyResult<Self> {
        guard(py)?;
        let octets: &[u8; 32] = octets.try_into().map_err(|_| {
            let length = octets.len();
            errors::invalid_key(
                py,
                &format!("an SM2 private key has 32 bytes, not {length}"),
            )
        })?;
        let key = PrivateKey::from_bytes(octets).map_err(|_| {
            errors::invalid_key(py, "not an SM2 private key: it must be from 1 to n - 2")
        })?;
        if key.is_consistent(&*random::fresh::<32>(py)?) {
            Ok(Self { key: Box::new(key) })
        } else {
            Err(inconsistent(py))
        }
    }
}

pub fn signing_error(py: Python<'_>, error: SigningFailed) -> PyErr {
    match error {
        SigningFailed::UserIdTooLong => user_id_too_long(py),
        SigningFailed::NoNonce => {
            errors::self_test(py, "no nonce could be used; the processor may be at fault")
        }
    }
}

#[pymethods]
impl SM2PrivateKey {
    /// The key with this number.
    ///
    /// Args:
    ///     data: d, exactly 32 bytes, big-endian.
    ///
    /// Raises:
    ///     InvalidKey: other than 32 bytes, or not from 1 to n - 2 (GB/T 32918.1-2016).
    ///     TypeError: data is not bytes-like; hexadecimal text goes to `from_hex`.
    #[classmethod]
    fn from_bytes(_class: &Bound<'_, PyType>, data: Octets<'_>) -> PyResult<Self> {
        Self::import(_class.py(), data.as_bytes())
    }

    /// The key with this number in hexadecimal.
    ///
    /// Args:
    ///     text: d, exactly 64 hexadecimal digits in either case, without 0x and without spaces.
    ///
    /// Raises:
    ///     InvalidKey: anything else, or a number that is not from 1 to n - 2.
    ///     TypeError: text is not str.
    #[classmethod]
    fn from_hex(_class: &Bound<'_, PyType>, text: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = _class.py();
        let text = text.cast::<PyString>().map_err(|_| {
            PyTypeError::new_err(
                "expected str with 64 hexadecimal digits; for bytes use from_bytes",
            )
        })?;
        let refused = || errors::invalid_key(py, "expected exactly 64 hexadecimal digits");
        let digits = text.to_str().map_err(|_| refused())?.as_bytes();
        let (pairs, rest) = digits.as_chunks::<2>();
        if pairs.len() != 32 || !rest.is_empty() {
            return Err(refused());
        }
        let mut octets = Zeroizing::new([0; 32]);
        for (octet, [high, low]) in octets.iter_mut().zip(pairs) {
            *octet =
                hex_digit(*high).ok_or_else(refused)? << 4 | hex_digit(*low).ok_or_else(refused)?;
        }
        Self::import(py, octets.as_slice())
    }

    /// The public key that belongs to this one.
    fn public_key(&self) -> SM2PublicKey {
        SM2PublicKey::from(*self.key.public_key())
    }

    /// Sign data (GB/T 32918.2-2016).
    ///
    /// Args:
    ///     data: The message itself, any length. It is hashed here: do not hash it first.
    ///     user_id: Signer's identifier, 0 to 8191 bytes. b"" is the empty one, not the default.
    ///     format: DER (8 to 72 bytes) or RAW (r || s, 64 bytes).
    ///
    /// Returns:
    ///     The signature. Signing the same data again gives another one.
    ///
    /// Raises:
    ///     InvalidArgument: user_id is longer than 8191 bytes.
    ///     RandomnessError: the operating system gave no random bytes.
    #[pyo3(signature = (data, *, user_id = UserId::Default, format = SignatureFormat::Der))]
    fn sign<'py>(
        &self,
        py: Python<'py>,
        data: Octets<'py>,
        user_id: UserId<'py>,
        format: SignatureFormat,
    ) -> PyResult<Bound<'py, PyBytes>> {
        guard(py)?;
        let fresh = random::fresh::<32>(py)?;
        let (octets, user_id) = (data.as_bytes(), user_id.as_bytes());
        let sign = || self.key.sign(octets, user_id, &fresh);
        let signature = if octets.len() < LONG {
            sign()
        } else {
            py.detach(sign)
        };
        Ok(format.write(py, &signature.map_err(|error| signing_error(py, error))?))
    }

    /// Decrypt a ciphertext (GB/T 32918.4-2016).
    ///
    /// Args:
    ///     ciphertext: What `SM2PublicKey.encrypt` of this key pair made, or another implementation.
    ///     format: The form it is in; no other is tried.
    ///
    /// Returns:
    ///     The message.
    ///
    /// Raises:
    ///     DecryptionError: it does not open, for whatever cause.
    #[pyo3(signature = (ciphertext, *, format = CiphertextFormat::Der))]
    fn decrypt<'py>(
        &self,
        py: Python<'py>,
        ciphertext: Octets<'py>,
        format: CiphertextFormat,
    ) -> PyResult<Bound<'py, PyBytes>> {
        guard(py)?;
        let octets = ciphertext.as_bytes();
        let message = py.detach(|| {
            let (c1, c3, c2) = format.read(octets)?;
            self.key.decrypt_parts(&c1, &c3, c2).ok()
        });
        message
            .map(|message| PyBytes::new(py, &message))
            .ok_or_else(|| errors::decryption(py))
    }

    /// A signer for data that comes in pieces.
    ///
    /// Args:
    ///     user_id: Signer's identifier, 0 to 8191 bytes.
    ///
    /// Raises:
    ///     InvalidArgument: user_id is longer than 8191 bytes.
    #[pyo3(signature = (*, user_id = UserId::Default))]
    fn signer(this: &Bound<'_, Self>, user_id: UserId<'_>) -> PyResult<Signer> {
        guard(this.py())?;
        Signer::new(this, user_id.as_bytes())
    }

    /// Write the key in PEM: PKCS#8 (RFC 5958), with a password as PBES2 (RFC 8018).
    ///
    /// Args:
    ///     password: Any bytes, used as they are. None, which must be written out, leaves the key
    ///         open to whoever reads it.
    ///     profile: SM4_SM3 or OPENSSL; see `gmkit.keys.KeyProfile`.
    ///     iterations: Of PBKDF2, 1 to 10,000,000.
    ///
    /// Raises:
    ///     InvalidArgument: iterations is out of range.
    ///     RandomnessError: the operating system gave no random bytes.
    #[pyo3(signature = (
        *, password, profile = KeyProfile(Profile::Sm4Sm3), iterations = keys::ITERATIONS
    ))]
    fn to_pem<'py>(
        &self,
        py: Python<'py>,
        password: Option<Octets<'py>>,
        profile: KeyProfile,
        iterations: u64,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let password = password.as_ref().map(Octets::as_bytes);
        keys::write(
            py,
            &self.key,
            keys::Form::Pem,
            password,
            profile,
            iterations,
        )
    }

    /// Write the key in DER: PKCS#8 (RFC 5958), with a password as PBES2 (RFC 8018).
    ///
    /// Arguments and errors are those of `to_pem`.
    #[pyo3(signature = (
        *, password, profile = KeyProfile(Profile::Sm4Sm3), iterations = keys::ITERATIONS
    ))]
    fn to_der<'py>(
        &self,
        py: Python<'py>,
        password: Option<Octets<'py>>,
        profile: KeyProfile,
        iterations: u64,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let password = password.as_ref().map(Octets::as_bytes);
        keys::write(
            py,
            &self.key,
            keys::Form::Der,
            password,
            profile,
            iterations,
        )
    }

    fn __repr__(&self) -> String {
        let fingerprint = SM2PublicKey::from(*self.key.public_key()).fingerprint_hex();
        format!("<SM2PrivateKey of public key {fingerprint}>")
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickling(
            "SM2PrivateKey",
            "write it with a password instead (to_pem)",
        ))
    }

    fn __copy__(this: Bound<'_, Self>) -> Bound<'_, Self> {
        this
    }

    fn __deepcopy__<'py>(this: Bound<'py, Self>, _memo: &Bound<'py, PyAny>) -> Bound<'py, Self> {
        this
    }
}

/// Value of a hexadecimal digit, without a table indexed by it.
fn hex_digit(character: u8) -> Option<u8> {
    (character as char).to_digit(16).map(|digit| digit as u8)
}
