//! Decrypting many ciphertexts with one key.

use zeroize::Zeroizing;

use crate::sm2::decrypt::DecryptionFailed;
use crate::sm2::key::PrivateKey;

/// A ciphertext taken apart, where it lies.
#[derive(Clone, Copy, Debug)]
pub struct CiphertextParts<'a> {
    /// C1 as x1 || y1.
    pub c1: &'a [u8; 64],
    /// C3.
    pub c3: &'a [u8; 32],
    /// C2.
    pub c2: &'a [u8],
}

/// What one ciphertext opens to.
pub type Opened = Result<Zeroizing<Vec<u8>>, DecryptionFailed>;

/// The message of every ciphertext, as [`PrivateKey::decrypt`] gives it, or the refusal.
#[must_use]
pub fn decrypt_batch(key: &PrivateKey, ciphertexts: &[CiphertextParts<'_>]) -> Vec<Opened> {
    #[cfg(target_arch = "x86_64")]
    if let Some(proof) = crate::arch::ifma::Ifma::active() {
        if ciphertexts.len() > 1 {
            return in_lanes::decrypt(proof, key, ciphertexts);
        }
    }
    let one = |parts: &CiphertextParts<'_>| key.decrypt_parts(parts.c1, parts.c3, parts.c2);
    ciphertexts.iter().map(one).collect()
}

#[cfg(target_arch = "x86_64")]
mod in_lanes {
    use zeroize::Zeroizing;

    use super::super::lanes::{plain_point, set_scalar, LANES};
    use super::{CiphertextParts, Opened};
    use crate::arch::ifma::{multiply_points, to_affine, Ifma, Points, Scalars, SumMemory};
    use crate::sm2::decrypt::{open, DecryptionFailed};
    use crate::sm2::encrypt::{SharedPoint, MESSAGE_MAX};
    use crate::sm2::key::{PrivateKey, PublicKey};
    use crate::sm2::{limbs, with_field};

    /// Ciphertexts that share one inversion.
    const TOGETHER: usize = 512;

    pub(super) fn decrypt(
        proof: Ifma,
        key: &PrivateKey,
        ciphertexts: &[CiphertextParts<'_>],
    ) -> Vec<Opened> {
        ciphertexts
            .chunks(TOGETHER)
            .flat_map(|chunk| decrypt_chunk(proof, key, chunk))
            .collect()
    }

    fn decrypt_chunk(
        proof: Ifma,
        key: &PrivateKey,
        ciphertexts: &[CiphertextParts<'_>],
    ) -> Vec<Opened> {
        // B1: C1 is a point of the curve. B2: [h]C1 is not infinity, since h = 1.
        let points: Vec<Option<PublicKey>> = ciphertexts
            .iter()
            .map(|parts| {
                let usable = !parts.c2.is_empty() && parts.c2.len() as u64 <= MESSAGE_MAX;
                let point = with_field!(PublicKey::from_coordinates(parts.c1));
                point.ok().filter(|_| usable)
            })
            .collect();
        let shared = shared_points(proof, key, points.iter().flatten());
        let mut shared = shared.into_iter();
        let results = points.iter().zip(ciphertexts).map(|(point, parts)| {
            let point = point
                .as_ref()
                .and_then(|_| shared.next())
                .ok_or(DecryptionFailed)?;
            open(&point, parts.c3, parts.c2)
        });
        results.collect()
    }

    /// B3: (x2, y2) = [d]C1 for every point.
    fn shared_points<'a>(
        proof: Ifma,
        key: &PrivateKey,
        points: impl Iterator<Item = &'a PublicKey>,
    ) -> Vec<SharedPoint> {
        let plain: Vec<_> = points.map(plain_point).collect();
        let Some(first) = plain.first() else {
            return Vec::new();
        };
        // The kernel gives the negative of what it is asked for.
        let mut scalar = Zeroizing::new(Scalars::default());
        for lane in 0..LANES {
            set_scalar(&mut scalar, lane, &key.d, 1);
        }
        let vectors = plain.len().div_ceil(LANES);
        let scalars = Zeroizing::new(vec![*scalar; vectors]);
        let mut bases = vec![Points::default(); vectors];
        for at in 0..LANES * vectors {
            bases[at / LANES].set(at % LANES, plain.get(at).unwrap_or(first));
        }
        let mut sums = Zeroizing::new(vec![SumMemory::default(); vectors]);
        multiply_points(proof, &bases, &scalars, &mut sums);
        let mut products = Zeroizing::new(vec![Points::default(); vectors]);
        to_affine(proof, &sums, &mut products);
        let shared = (0..plain.len()).map(|at| {
            let product = Zeroizing::new(products[at / LANES].get(at % LANES));
            let [x, y] = [0, 4].map(|from| {
                Zeroizing::new(limbs::to_octets(&core::array::from_fn(|at| {
                    product[from + at]
                })))
            });
            SharedPoint::from_octets(x, y)
        });
        shared.collect()
    }
}
