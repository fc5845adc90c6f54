//! Signing many messages with one key.

use zeroize::{Zeroize, Zeroizing};

use crate::hmac::HmacSm3;
use crate::sm2::identity;
use crate::sm2::key::PrivateKey;
use crate::sm2::sign::{Signature, SigningFailed};
use crate::sm3;

/// Sign every message as `user_id`. One set of 32 fresh random octets serves the whole call, and must
/// not be given to another.
///
/// # Errors
/// [`SigningFailed`] if the identifier is too long.
pub fn sign_batch(
    key: &PrivateKey,
    messages: &[&[u8]],
    user_id: &[u8],
    fresh: &[u8; 32],
) -> Result<Vec<Signature>, SigningFailed> {
    let z = identity::z(user_id, key.public_key())?;
    let parts: Vec<[&[u8]; 2]> = messages.iter().map(|message| [&z[..], message]).collect();
    let mut digests = vec![[0; 32]; messages.len()];
    sm3::digest_batch_parts(&parts, &mut digests);
    sign_prehashed_batch(key, &digests, fresh)
}

/// Sign every e = SM3(Z || M), with fresh octets as for [`sign_batch`].
///
/// # Errors
/// [`SigningFailed::NoNonce`] in theory alone.
pub fn sign_prehashed_batch(
    key: &PrivateKey,
    digests: &[[u8; 32]],
    fresh: &[u8; 32],
) -> Result<Vec<Signature>, SigningFailed> {
    let nonces = Nonces::new(key, fresh);
    #[cfg(target_arch = "x86_64")]
    if let Some(proof) = crate::arch::ifma::Ifma::active() {
        if digests.len() > 1 {
            return in_lanes::sign(proof, key, digests, &nonces);
        }
    }
    digests
        .iter()
        .enumerate()
        .map(|(at, e)| key.sign_prehashed(e, &nonces.fresh_for(at as u64, e)))
        .collect()
}

/// Where the nonces of one call come from.
///
/// They are HMAC-SM3 of digest and place in the call, under a key that is HMAC-SM3 of the fresh octets
/// under the private key. So, as with a single signature, a nonce depends on key, digest and fresh
/// octets together, and a generator that repeats itself does not repeat a nonce for another message.
struct Nonces {
    keyed: HmacSm3,
}

impl Nonces {
    fn new(key: &PrivateKey, fresh: &[u8; 32]) -> Self {
        let mut mac = key.nonces.clone();
        mac.update(b"batch");
        mac.update(fresh);
        let secret = Zeroizing::new(mac.finalize());
        Self {
            keyed: HmacSm3::new(&*secret),
        }
    }

    /// Fresh octets for signing item `at` by itself: a nonce there never repeats one made here,
    /// because these go through the derivation of single signatures.
    fn fresh_for(&self, at: u64, e: &[u8; 32]) -> Zeroizing<[u8; 32]> {
        let mut mac = self.keyed.clone();
        mac.update(b"single");
        mac.update(&at.to_be_bytes());
        mac.update(e);
        Zeroizing::new(mac.finalize())
    }

    /// The nonces of items `from` and following, before they are checked.
    #[cfg(target_arch = "x86_64")]
    fn many(&self, from: u64, digests: &[[u8; 32]]) -> Zeroizing<Vec<[u8; 32]>> {
        let places: Vec<[u8; 8]> = (from..)
            .take(digests.len())
            .map(|at: u64| at.to_be_bytes())
            .collect();
        let inner: Vec<[&[u8]; 2]> = digests
            .iter()
            .zip(&places)
            .map(|(e, at)| [&e[..], &at[..]])
            .collect();
        // HMAC by its two hashes, which have taken the key in: one block is left of each.
        let (inner_hash, outer_hash) = self.keyed.hashes();
        let mut hashes = Zeroizing::new(vec![[0; 32]; digests.len()]);
        sm3::digest_batch_after(inner_hash, &inner, &mut hashes);
        let outer: Vec<[&[u8]; 1]> = hashes.iter().map(|hash| [&hash[..]]).collect();
        let mut nonces = Zeroizing::new(vec![[0; 32]; digests.len()]);
        sm3::digest_batch_after(outer_hash, &outer, &mut nonces);
        nonces
    }
}

#[cfg(target_arch = "x86_64")]
mod in_lanes {
    use subtle::{Choice, ConditionallySelectable};

    use super::super::lanes::{comb, set_scalar, LANES};
    use super::{Nonces, Zeroize, Zeroizing};
    use crate::arch::ifma::{to_x, Ifma, Numbers, Scalars, SumMemory};
    use crate::ct;
    use crate::sm2::key::PrivateKey;
    use crate::sm2::scalar::Scalar;
    use crate::sm2::sign::{complete, Signature, SigningFailed};

    /// Signatures that share one inversion: what it costs is then a hundredth of the whole.
    const TOGETHER: usize = 1024;

    pub(super) fn sign(
        proof: Ifma,
        key: &PrivateKey,
        digests: &[[u8; 32]],
        nonces: &Nonces,
    ) -> Result<Vec<Signature>, SigningFailed> {
        let mut signatures = Vec::with_capacity(digests.len());
        for (at, digests) in digests.chunks(TOGETHER).enumerate() {
            let from = (TOGETHER * at) as u64;
            for (e, signed) in digests
                .iter()
                .zip(sign_chunk(proof, key, digests, nonces, from))
            {
                let at = signatures.len() as u64;
                let signature = match signed {
                    Some(signature) => signature,
                    // Its nonce was refused: one in 2^32.
                    None => key.sign_prehashed(e, &nonces.fresh_for(at, e))?,
                };
                signatures.push(signature);
            }
        }
        Ok(signatures)
    }

    /// The signatures; none where the nonce cannot be used.
    fn sign_chunk(
        proof: Ifma,
        key: &PrivateKey,
        digests: &[[u8; 32]],
        nonces: &Nonces,
        from: u64,
    ) -> Vec<Option<Signature>> {
        let octets = nonces.many(from, digests);
        let vectors = digests.len().div_ceil(LANES);
        let mut scalars = Zeroizing::new(vec![Scalars::default(); vectors]);
        let mut ks = Zeroizing::new(Vec::with_capacity(digests.len()));
        for (at, octets) in octets.iter().enumerate() {
            let (k, below_n) = Scalar::from_octets(octets);
            let good = below_n & !k.is_zero();
            // The kernel needs a number in range even where it will not be used.
            let k = Scalar::conditional_select(&Scalar::ONE, &k, good);
            set_scalar(&mut scalars[at / LANES], at % LANES, &k, 0);
            ks.push((k, good.unwrap_u8()));
        }
        for at in digests.len()..LANES * vectors {
            set_scalar(&mut scalars[at / LANES], at % LANES, &Scalar::ONE, 0);
        }
        // A4: (x1, y1) = [k]G for all.
        let mut sums = Zeroizing::new(vec![SumMemory::default(); vectors]);
        comb(proof).multiply(proof, &scalars, &mut sums);
        let mut x1 = Zeroizing::new(vec![Numbers::default(); vectors]);
        to_x(proof, &sums, &mut x1);
        let signatures = digests
            .iter()
            .zip(ks.iter())
            .enumerate()
            .map(|(at, (e, (k, good)))| {
                let mut x1 = x1[at / LANES].get(at % LANES);
                let (signature, complete) = complete(key, &Scalar::reduce_octets(e), k, &x1);
                x1.zeroize();
                let good = Choice::from(*good) & complete;
                // A refused nonce is thrown away whole; that it was refused says nothing of the next.
                if ct::verdict(good) {
                    // r and s are what is published.
                    ct::declassify(&signature);
                    return Some(signature);
                }
                None
            });
        signatures.collect()
    }
}
