//! Signatures (GB/T 32918.2).

use subtle::Choice;
use zeroize::Zeroizing;

use super::field::FieldOps;
use super::identity::UserIdTooLong;
use super::key::PrivateKey;
use super::scalar::Scalar;
use super::{multiply, with_field};
use crate::ct;
use crate::hmac::HmacSm3;

/// Nonces that are tried before signing gives up. One in 2^32 is refused, so this never happens.
const NONCES: u32 = 64;

/// r and s, 32 octets each, big-endian; any octets at all, until they are verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// r.
    pub r: [u8; 32],
    /// s.
    pub s: [u8; 32],
}

/// Why nothing was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SigningFailed {
    /// The identifier is longer than 8191 octets.
    UserIdTooLong,
    /// None of the nonces could be used.
    NoNonce,
}

impl Signature {
    /// From r || s.
    #[must_use]
    pub fn from_bytes(octets: &[u8; 64]) -> Self {
        let (halves, _) = octets.as_chunks::<32>();
        Self {
            r: halves[0],
            s: halves[1],
        }
    }

    /// r || s.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 64] {
        let mut octets = [0; 64];
        octets[..32].copy_from_slice(&self.r);
        octets[32..].copy_from_slice(&self.s);
        octets
    }
}

impl From<UserIdTooLong> for SigningFailed {
    fn from(_: UserIdTooLong) -> Self {
        Self::UserIdTooLong
    }
}

impl PrivateKey {
    /// Sign a message as `user_id`, with 32 fresh random octets.
    ///
    /// # Errors
    /// [`SigningFailed`] if the identifier is too long.
    pub fn sign(
        &self,
        message: &[u8],
        user_id: &[u8],
        fresh: &[u8; 32],
    ) -> Result<Signature, SigningFailed> {
        self.sign_prehashed(&self.digest(message, user_id)?, fresh)
    }

    /// Sign e = SM3(Z || M), with 32 fresh random octets.
    ///
    /// # Errors
    /// [`SigningFailed::NoNonce`] in theory alone.
    pub fn sign_prehashed(
        &self,
        e: &[u8; 32],
        fresh: &[u8; 32],
    ) -> Result<Signature, SigningFailed> {
        with_field!(with_nonces(self, e, |attempt| nonce(
            &self.nonces,
            e,
            fresh,
            attempt
        )))
    }

    /// Sign with given nonces, each used only if the ones before were refused: for the worked examples
    /// of the standard and for tests. A nonce that is known, or used twice, gives the key away.
    ///
    /// # Errors
    /// [`SigningFailed::NoNonce`] if none of the nonces can be used.
    pub fn sign_prehashed_with_known_nonces(
        &self,
        e: &[u8; 32],
        nonces: &[[u8; 32]],
    ) -> Result<Signature, SigningFailed> {
        with_field!(with_nonces(self, e, |attempt| {
            Zeroizing::new(nonces.get(attempt as usize).copied().unwrap_or_default())
        }))
    }
}

/// k for one attempt: HMAC-SM3 under the private key of digest, fresh randomness and attempt.
///
/// As RFC 6979 does, this binds k to key and message, so that a broken generator repeats a nonce only
/// for the same message; and it mixes in fresh octets, so that a fault in the computation, or one
/// message signed twice, does not repeat it either. n is within 2^-32 of 2^256: numbers that are not
/// below n are refused, not reduced, so k is uniform.
pub(crate) fn nonce(
    keyed: &HmacSm3,
    e: &[u8; 32],
    fresh: &[u8; 32],
    attempt: u32,
) -> Zeroizing<[u8; 32]> {
    let mut mac = keyed.clone();
    mac.update(e);
    mac.update(fresh);
    mac.update(&attempt.to_be_bytes());
    Zeroizing::new(mac.finalize())
}

fn with_nonces<F: FieldOps>(
    key: &PrivateKey,
    e: &[u8; 32],
    nonce: impl Fn(u32) -> Zeroizing<[u8; 32]>,
) -> Result<Signature, SigningFailed> {
    let e = Scalar::reduce_octets(e);
    for attempt in 0..NONCES {
        let (signature, good) = attempt_with::<F>(key, &e, &nonce(attempt));
        // A refused nonce is thrown away whole; that it was refused says nothing of the next.
        if ct::verdict(good) {
            // r and s are what is published.
            ct::declassify(&signature);
            return Ok(signature);
        }
    }
    Err(SigningFailed::NoNonce)
}

/// One attempt, in constant time: r and s, and whether the nonce could be used.
fn attempt_with<F: FieldOps>(
    key: &PrivateKey,
    e: &Scalar,
    nonce: &[u8; 32],
) -> (Signature, Choice) {
    let (k, below_n) = Scalar::from_octets(nonce);
    let k = Zeroizing::new(k);
    let good = below_n & !k.is_zero();
    // A4: (x1, y1) = [k]G.
    let x1 = multiply::generator::<F>(&k).to_x::<F>().to_number::<F>();
    let (signature, complete) = complete(key, e, &k, &x1);
    (signature, good & complete)
}

/// The signature with nonce k and x1, the x-coordinate of [k]G; and whether the nonce could be used.
pub(crate) fn complete(
    key: &PrivateKey,
    e: &Scalar,
    k: &Scalar,
    x1: &[u64; 4],
) -> (Signature, Choice) {
    // A5: r = (e + x1) mod n; again if r = 0 or r + k = n.
    let r = e.add(&Scalar::reduce(x1));
    let r_plus_k = Zeroizing::new(r.add(k));
    let mut good = !r.is_zero() & !r_plus_k.is_zero();
    // A6: s = (1 + d)^-1 (k - r d) = (1 + d)^-1 (k + r) - r; again if s = 0.
    let s = key.inverse.times(&r_plus_k).sub(&r);
    good &= !s.is_zero();
    (
        Signature {
            r: r.to_octets(),
            s: s.to_octets(),
        },
        good,
    )
}
