//! Decryption (GB/T 32918.4).

use zeroize::Zeroizing;

use super::encrypt::{Ciphertext, SharedPoint, MESSAGE_MAX};
use super::field::FieldOps;
use super::key::{PrivateKey, PublicKey};
use super::{multiply, with_field};
use crate::ct;

/// The ciphertext was not made for this key, or was changed. Which check failed is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecryptionFailed;

impl PrivateKey {
    /// The message, wiped when dropped. Nothing of it leaves before C3 has been compared.
    ///
    /// # Errors
    /// [`DecryptionFailed`] in every other case.
    pub fn decrypt(&self, ciphertext: &Ciphertext) -> Result<Zeroizing<Vec<u8>>, DecryptionFailed> {
        let mut c1 = [0; 64];
        c1[..32].copy_from_slice(&ciphertext.x1);
        c1[32..].copy_from_slice(&ciphertext.y1);
        self.decrypt_parts(&c1, &ciphertext.c3, &ciphertext.c2)
    }

    /// As [`Self::decrypt`], from C1 (x1 || y1), C3 and C2 where they are.
    ///
    /// # Errors
    /// [`DecryptionFailed`] as there.
    pub fn decrypt_parts(
        &self,
        c1: &[u8; 64],
        c3: &[u8; 32],
        c2: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, DecryptionFailed> {
        with_field!(decrypt(self, c1, c3, c2))
    }
}

fn decrypt<F: FieldOps>(
    key: &PrivateKey,
    c1: &[u8; 64],
    c3: &[u8; 32],
    c2: &[u8],
) -> Result<Zeroizing<Vec<u8>>, DecryptionFailed> {
    // B1: C1 is a point of the curve. B2: [h]C1 is not infinity, since h = 1.
    let c1 = PublicKey::from_coordinates::<F>(c1).map_err(|_| DecryptionFailed)?;
    if c2.is_empty() || c2.len() as u64 > MESSAGE_MAX {
        return Err(DecryptionFailed);
    }
    // B3: (x2, y2) = [d]C1.
    let shared = Zeroizing::new(multiply::point::<F>(&key.d, &c1.point));
    let shared = SharedPoint::new::<F>(&Zeroizing::new(shared.to_affine::<F>()));
    open(&shared, c3, c2)
}

/// The message, given (x2, y2).
pub(crate) fn open(
    shared: &SharedPoint,
    c3: &[u8; 32],
    c2: &[u8],
) -> Result<Zeroizing<Vec<u8>>, DecryptionFailed> {
    // B4: t = KDF(x2 || y2, klen), refused if all zero.
    let mut message = Zeroizing::new(vec![0; c2.len()]);
    let all_zero = shared.key_stream(&mut message);
    // B5, B6: M = C2 xor t; SM3(x2 || M || y2) must be C3.
    for (octet, c2) in message.iter_mut().zip(c2) {
        *octet ^= c2;
    }
    let good = ct::equal_choice(&shared.hash(&message), c3) & !all_zero;
    // Whether a ciphertext opens is what the caller learns, and all that a stranger does.
    if ct::verdict(good) {
        Ok(message)
    } else {
        Err(DecryptionFailed)
    }
}
