//! Public keys.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;

use gmkit_core::sm2::batch::BatchKey;
use gmkit_core::sm2::{EncryptionFailed, InvalidSignature, PrecomputedKey, PublicKey, Signature};
use gmkit_core::sm3;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyBytes, PyType};

use super::format::{CiphertextFormat, SignatureFormat, UserId};
use super::stream::Verifier;
use super::{invalid_signature, no_pickling, user_id_too_long};
use crate::input::Octets;
use crate::selftest::guard;
use crate::sm3::LONG;
use crate::{errors, random};

/// SubjectPublicKeyInfo of an SM2 key up to the point: id-ecPublicKey on sm2p256v1 (GM/T 0015).
const SPKI_HEAD: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d, 0x03, 0x42, 0x00,
];

/// A public key: a point of the curve other than infinity, checked.
///
/// Immutable; equal and hashed by its value. Made by `SM2PrivateKey.public_key`, `from_bytes` and the
/// loaders of `gmkit.keys`.
#[pyclass(frozen, module = "gmkit.sm2")]
pub struct SM2PublicKey {
    pub key: PublicKey,
    table: OnceLock<Box<PrecomputedKey>>,
}

impl From<PublicKey> for SM2PublicKey {
    fn from(key: PublicKey) -> Self {
        Self {
            key,
            table: OnceLock::new(),
        }
    }
}

impl SM2PublicKey {
    /// Verify a digest, with the table if there is one.
    pub fn verify_prehashed(
        &self,
        signature: &Signature,
        e: &[u8; 32],
    ) -> Result<(), InvalidSignature> {
        match self.table.get() {
            Some(table) => table.verify_prehashed(signature, e),
            None => self.key.verify_prehashed(signature, e),
        }
    }

    /// The key for a batch, with the table if there is one.
    pub fn for_batch(&self) -> BatchKey<'_> {
        match self.table.get() {
            Some(table) => BatchKey::Precomputed(table),
            None => BatchKey::Plain(&self.key),
        }
    }

    fn spki(&self) -> [u8; 91] {
        let mut spki = [0; 91];
        spki[..26].copy_from_slice(&SPKI_HEAD);
        spki[26..].copy_from_slice(&self.key.to_bytes());
        spki
    }

    pub fn fingerprint_hex(&self) -> String {
        let digest = sm3::digest(&self.spki());
        digest.iter().map(|octet| format!("{octet:02x}")).collect()
    }
}

#[pymethods]
impl SM2PublicKey {
    /// The key at this point of the curve.
    ///
    /// Args:
    ///     data: 04 || x || y (65 bytes), or compressed 02 or 03 || x (33 bytes).
    ///
    /// Raises:
    ///     InvalidKey: another length or form, or not a point of the curve (GB/T 32918.1-2016).
    ///     TypeError: data is not bytes-like.
    #[classmethod]
    fn from_bytes(_class: &Bound<'_, PyType>, data: Octets<'_>) -> PyResult<Self> {
        guard(_class.py())?;
        let octets = data.as_bytes();
        PublicKey::from_bytes(octets).map(Self::from).map_err(|_| {
            let message = match octets {
                [4, rest @ ..] if rest.len() == 64 => {
                    "the point is not on the SM2 curve".to_owned()
                }
                [2 | 3, rest @ ..] if rest.len() == 32 => {
                    "no point of the SM2 curve has this x-coordinate".to_owned()
                }
                _ => format!(
                    "expected 65 bytes beginning with 04, or 33 beginning with 02 or 03; found {}",
                    octets.len(),
                ),
            };
            errors::invalid_key(_class.py(), &message)
        })
    }

    /// Verify a signature (GB/T 32918.2-2016).
    ///
    /// Args:
    ///     signature: The signature, in *format*.
    ///     data: The message itself, any length. It is hashed here: do not hash it first.
    ///     user_id: Signer's identifier, 0 to 8191 bytes. b"" is the empty one, not the default.
    ///     format: DER or RAW (r || s, 64 bytes); no other is tried.
    ///
    /// Returns:
    ///     None; to return at all means that the signature is valid.
    ///
    /// Raises:
    ///     InvalidSignature: it is not, for whatever cause.
    ///     InvalidArgument: user_id is longer than 8191 bytes.
    #[pyo3(signature = (
        signature, data, *, user_id = UserId::Default, format = SignatureFormat::Der
    ))]
    fn verify<'py>(
        &self,
        py: Python<'py>,
        signature: Octets<'py>,
        data: Octets<'py>,
        user_id: UserId<'py>,
        format: SignatureFormat,
    ) -> PyResult<()> {
        guard(py)?;
        let (signature, data) = (signature.as_bytes(), data.as_bytes());
        let user_id = user_id.as_bytes();
        if user_id.len() > gmkit_core::sm2::USER_ID_MAX {
            return Err(user_id_too_long(py));
        }
        let table = self.table.get();
        let verify = || {
            let signature = format.read(signature).ok_or(InvalidSignature)?;
            match table {
                Some(table) => table.verify(&signature, data, user_id),
                None => self.key.verify(&signature, data, user_id),
            }
        };
        // With a table, a short message takes some microseconds: giving the lock away costs more.
        let verified = if table.is_some() && data.len() < LONG {
            verify()
        } else {
            py.detach(verify)
        };
        verified.map_err(|_| invalid_signature(py))
    }

    /// Encrypt data for the owner of the private key (GB/T 32918.4-2016).
    ///
    /// Args:
    ///     data: The message, at least one byte. Meant for keys and short messages; long data goes
    ///         under a symmetric key.
    ///     format: DER, or the plain forms C1C3C2 and C1C2C3 with a leading 04.
    ///
    /// Returns:
    ///     The ciphertext, 97 bytes longer than the message in the plain forms.
    ///
    /// Raises:
    ///     InvalidArgument: data is empty, or longer than 32 * (2**32 - 1) bytes.
    ///     RandomnessError: the operating system gave no random bytes.
    #[pyo3(signature = (data, *, format = CiphertextFormat::Der))]
    fn encrypt<'py>(
        &self,
        py: Python<'py>,
        data: Octets<'py>,
        format: CiphertextFormat,
    ) -> PyResult<Bound<'py, PyBytes>> {
        guard(py)?;
        let fresh = random::fresh::<32>(py)?;
        let message = data.as_bytes();
        match py.detach(|| self.key.encrypt(message, &fresh)) {
            Ok(ciphertext) => Ok(format.write(py, &ciphertext)),
            Err(EncryptionFailed::EmptyMessage) => Err(errors::invalid_argument(
                py,
                "an empty message cannot be encrypted with SM2; encrypt at least one byte",
            )),
            Err(EncryptionFailed::MessageTooLong) => Err(errors::invalid_argument(
                py,
                "the message is too long for SM2; encrypt it under a symmetric key",
            )),
            Err(EncryptionFailed::NoNonce) => Err(errors::self_test(
                py,
                "no nonce could be used; the processor may be at fault",
            )),
        }
    }

    /// A verifier for data that comes in pieces.
    ///
    /// Args:
    ///     user_id: Signer's identifier, 0 to 8191 bytes.
    ///
    /// Raises:
    ///     InvalidArgument: user_id is longer than 8191 bytes.
    #[pyo3(signature = (*, user_id = UserId::Default))]
    fn verifier(this: &Bound<'_, Self>, user_id: UserId<'_>) -> PyResult<Verifier> {
        guard(this.py())?;
        Verifier::new(this, user_id.as_bytes())
    }

    /// Make a table that speeds up every later verification with this object several times.
    ///
    /// It takes 151,552 bytes where the processor has AVX-512 IFMA and 88,064 elsewhere, where the
    /// first batch of hundreds adds 262,144, for as long as the object lives. It is made in less than
    /// a millisecond and pays from about ten verifications on.
    ///
    /// Returns:
    ///     This object.
    fn precompute<'py>(this: Bound<'py, Self>) -> PyResult<Bound<'py, Self>> {
        guard(this.py())?;
        let key = this.get();
        this.py().detach(|| {
            key.table
                .get_or_init(|| Box::new(PrecomputedKey::new(&key.key)));
        });
        Ok(this)
    }

    /// SM3 of the key's SubjectPublicKeyInfo in DER: 32 bytes that name the key.
    fn fingerprint<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(py)?;
        Ok(PyBytes::new(py, &sm3::digest(&self.spki())))
    }

    /// The point as 04 || x || y, 65 bytes; 02 or 03 || x, 33 bytes, if *compressed*.
    #[pyo3(signature = (*, compressed = false))]
    fn to_bytes<'py>(&self, py: Python<'py>, compressed: bool) -> Bound<'py, PyBytes> {
        if compressed {
            PyBytes::new(py, &self.key.to_compressed())
        } else {
            PyBytes::new(py, &self.key.to_bytes())
        }
    }

    /// SubjectPublicKeyInfo in PEM (RFC 7468, clause 13): id-ecPublicKey on the SM2 curve.
    fn to_pem<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &gmkit_encoding::keys::public_to_pem(&self.key))
    }

    /// SubjectPublicKeyInfo in DER (RFC 5280, clause 4.1.2.7): id-ecPublicKey on the SM2 curve.
    fn to_der<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.spki())
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other
            .cast::<Self>()
            .is_ok_and(|other| self.key == other.get().key)
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.key.coordinates().hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        format!("<SM2PublicKey {}>", self.fingerprint_hex())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(no_pickling(
            "SM2PublicKey",
            "pass to_bytes() on, and from_bytes checks it anew",
        ))
    }

    fn __copy__(this: Bound<'_, Self>) -> Bound<'_, Self> {
        this
    }

    fn __deepcopy__<'py>(this: Bound<'py, Self>, _memo: &Bound<'py, PyAny>) -> Bound<'py, Self> {
        this
    }
}
