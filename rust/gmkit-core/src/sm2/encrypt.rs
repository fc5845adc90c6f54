//! Public-key encryption (GB/T 32918.4).

use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

use super::field::{Fe, FieldOps};
use super::key::PublicKey;
use super::point::Affine;
use super::scalar::Scalar;
use super::{multiply, with_field};
use crate::ct;
use crate::hmac::HmacSm3;
use crate::kdf::sm2_kdf;
use crate::sm3;

/// Nonces that are tried before encryption gives up. For a message of one octet one in 256 must be
/// drawn again, for longer ones hardly ever any: 64 in a row do not happen.
const NONCES: u32 = 64;

/// A ciphertext taken apart: C1 = (x1, y1), C3, C2. Any octets at all, until they are decrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ciphertext {
    /// x-coordinate of C1, big-endian.
    pub x1: [u8; 32],
    /// y-coordinate of C1, big-endian.
    pub y1: [u8; 32],
    /// C3 = SM3(x2 || M || y2).
    pub c3: [u8; 32],
    /// C2, as long as the message.
    pub c2: Vec<u8>,
}

/// Why nothing was encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncryptionFailed {
    /// The message is empty: the standard's check of the key stream has no meaning for it.
    EmptyMessage,
    /// The message is longer than [`MESSAGE_MAX`].
    MessageTooLong,
    /// None of the nonces could be used.
    NoNonce,
}

/// Octets of the longest message: the key derivation's counter has 32 bits.
pub const MESSAGE_MAX: u64 = (u32::MAX as u64) * 32;

impl PublicKey {
    /// Encrypt a message, with 32 fresh random octets.
    ///
    /// # Errors
    /// [`EncryptionFailed`] for an empty message, and for one beyond the standard's limit.
    pub fn encrypt(
        &self,
        message: &[u8],
        fresh: &[u8; 32],
    ) -> Result<Ciphertext, EncryptionFailed> {
        let keyed = HmacSm3::new(fresh);
        with_field!(with_nonces(self, message, |attempt| {
            // Fresh octets stretched to as many nonces as it takes, bound to the receiver.
            let mut mac = keyed.clone();
            mac.update(b"gmkit SM2 encryption nonce");
            mac.update(self.coordinates());
            mac.update(&attempt.to_be_bytes());
            Zeroizing::new(mac.finalize())
        }))
    }

    /// Encrypt with given nonces, each used only if the ones before were refused: for the worked
    /// examples of the standard and for tests. Who knows the nonce can decrypt.
    ///
    /// # Errors
    /// [`EncryptionFailed`] as for [`Self::encrypt`], and if none of the nonces can be used.
    pub fn encrypt_with_known_nonces(
        &self,
        message: &[u8],
        nonces: &[[u8; 32]],
    ) -> Result<Ciphertext, EncryptionFailed> {
        with_field!(with_nonces(self, message, |attempt| {
            Zeroizing::new(nonces.get(attempt as usize).copied().unwrap_or_default())
        }))
    }
}

fn with_nonces<F: FieldOps>(
    key: &PublicKey,
    message: &[u8],
    nonce: impl Fn(u32) -> Zeroizing<[u8; 32]>,
) -> Result<Ciphertext, EncryptionFailed> {
    if message.is_empty() {
        return Err(EncryptionFailed::EmptyMessage);
    }
    if message.len() as u64 > MESSAGE_MAX {
        return Err(EncryptionFailed::MessageTooLong);
    }
    for attempt in 0..NONCES {
        let (k, below_n) = Scalar::from_octets(&nonce(attempt));
        let k = Zeroizing::new(k);
        let usable = below_n & !k.is_zero();
        // A refused nonce is thrown away whole.
        if !ct::verdict(usable) {
            continue;
        }
        // A1: C1 = [k]G.  A3: (x2, y2) = [k]P, not infinity since h = 1 and k < n.
        let (c1, shared) = both_points::<F>(&k, &key.point);
        let shared = SharedPoint::new::<F>(&shared);
        // A4: t = KDF(x2 || y2, klen); again if t is all zero.
        let mut c2 = vec![0; message.len()];
        let all_zero = shared.key_stream(&mut c2);
        if ct::verdict(all_zero) {
            continue;
        }
        // A5, A6: C2 = M xor t, C3 = SM3(x2 || M || y2).
        for (octet, message) in c2.iter_mut().zip(message) {
            *octet ^= message;
        }
        let c1 = PublicKey::from_point::<F>(&c1);
        let ciphertext = Ciphertext {
            x1: c1.x(),
            y1: c1.y(),
            c3: shared.hash(message),
            c2,
        };
        return Ok(ciphertext);
    }
    Err(EncryptionFailed::NoNonce)
}

/// [k]G and [k]P with one inversion for both.
fn both_points<F: FieldOps>(k: &Scalar, p: &Affine) -> (Affine, Affine) {
    let first = Zeroizing::new(multiply::generator::<F>(k));
    let second = Zeroizing::new(multiply::point::<F>(k, p));
    let inverse = Zeroizing::new(F::mul(&first.z, &second.z).invert::<F>());
    (
        first.to_affine_with::<F>(&F::mul(&inverse, &second.z)),
        second.to_affine_with::<F>(&F::mul(&inverse, &first.z)),
    )
}

/// (x2, y2), which only sender and receiver know.
pub(crate) struct SharedPoint {
    x2: Zeroizing<[u8; 32]>,
    y2: Zeroizing<[u8; 32]>,
}

impl SharedPoint {
    pub(crate) fn new<F: FieldOps>(point: &Affine) -> Self {
        let octets = |coordinate: Fe| Zeroizing::new(coordinate.to_octets::<F>());
        Self {
            x2: octets(point.x),
            y2: octets(point.y),
        }
    }

    /// From the octets of both coordinates.
    #[cfg(target_arch = "x86_64")]
    pub(crate) const fn from_octets(x2: Zeroizing<[u8; 32]>, y2: Zeroizing<[u8; 32]>) -> Self {
        Self { x2, y2 }
    }

    /// Fill with KDF(x2 || y2); whether it is all zero, which must not be used.
    pub(crate) fn key_stream(&self, out: &mut [u8]) -> Choice {
        sm2_kdf(&[self.x2.as_slice(), self.y2.as_slice()], out);
        out.iter().fold(0, |any, octet| any | octet).ct_eq(&0)
    }

    /// SM3(x2 || M || y2).
    pub(crate) fn hash(&self, message: &[u8]) -> [u8; 32] {
        sm3::digest_parts(&[self.x2.as_slice(), message, self.y2.as_slice()])
    }
}
