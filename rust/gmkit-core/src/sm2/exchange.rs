//! Key exchange (GB/T 32918.3): two parties with certified keys agree on a secret.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::encrypt::MESSAGE_MAX;
use super::field::FieldOps;
use super::identity::{self, UserIdTooLong};
use super::key::{public_of, GenerationFailed, InvalidKey, PrivateKey, PublicKey};
use super::point::{Affine, Jacobian};
use super::scalar::Scalar;
use super::{limbs, multiply, with_field};
use crate::ct;
use crate::kdf::sm2_kdf;
use crate::sm3;

/// Who sends the first message: both sides hash the initiator first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A, who begins.
    Initiator,
    /// B, who answers.
    Responder,
}

/// Why there is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExchangeFailed {
    /// An identifier is longer than 8191 octets.
    UserIdTooLong,
    /// No octets asked for, or more than the key derivation can give.
    Length,
    /// The peer's point is none of the curve, or was chosen so that nothing can be agreed on.
    Point,
}

impl From<UserIdTooLong> for ExchangeFailed {
    fn from(_: UserIdTooLong) -> Self {
        Self::UserIdTooLong
    }
}

/// r and R = [r]G, for one exchange. Wiped when dropped.
pub struct Ephemeral {
    r: Zeroizing<Scalar>,
    point: PublicKey,
}

impl Ephemeral {
    /// A new one from a source of randomness, which fills 32 octets a call.
    ///
    /// # Errors
    /// As [`PrivateKey::generate`].
    pub fn generate<E>(
        source: impl FnMut(&mut [u8; 32]) -> Result<(), E>,
    ) -> Result<Self, GenerationFailed<E>> {
        // A private key is a number of the same kind but for n - 1, and comes out tested.
        let key = PrivateKey::generate(source)?;
        Ok(Self {
            r: Zeroizing::new(key.d),
            point: *key.public_key(),
        })
    }

    /// With a given r: for the worked examples of the standard and for tests.
    ///
    /// # Errors
    /// [`InvalidKey`] unless 1 <= r <= n - 1.
    pub fn from_known_bytes(r: &[u8; 32]) -> Result<Self, InvalidKey> {
        let (r, below_n) = Scalar::from_octets(r);
        let r = Zeroizing::new(r);
        // As for a private key: whether a number can be used says nothing about the others.
        if !ct::verdict(below_n & !r.is_zero()) {
            return Err(InvalidKey);
        }
        let point = with_field!(public_of(&r));
        ct::declassify(&point);
        Ok(Self { r, point })
    }

    /// R, which the peer is sent.
    #[must_use]
    pub const fn point(&self) -> &PublicKey {
        &self.point
    }
}

/// One side of an exchange.
#[derive(Clone, Copy)]
pub struct Party<'a> {
    /// The certified public key.
    pub key: &'a PublicKey,
    /// The identifier.
    pub user_id: &'a [u8],
    /// R of this exchange.
    pub point: &'a PublicKey,
}

/// The secret, and the two values by which each side shows that it has it. Wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Agreement {
    /// K, of the length asked for.
    pub secret: Vec<u8>,
    /// S1 = SB, which the responder sends and the initiator compares.
    pub by_responder: [u8; 32],
    /// S2 = SA, which the initiator sends and the responder compares.
    pub by_initiator: [u8; 32],
}

impl Agreement {
    /// Whether a confirmation is the one that `sender` must have sent; in constant time.
    #[must_use]
    pub fn confirms(&self, sender: Role, confirmation: &[u8]) -> bool {
        match sender {
            Role::Initiator => ct::equal(&self.by_initiator, confirmation),
            Role::Responder => ct::equal(&self.by_responder, confirmation),
        }
    }
}

/// What both sides agree on once the points are exchanged. It proves nothing until the peer's
/// confirmation has been compared: anybody may have sent the point.
///
/// # Errors
/// [`ExchangeFailed`].
pub fn agree(
    role: Role,
    key: &PrivateKey,
    user_id: &[u8],
    ephemeral: &Ephemeral,
    peer: Party<'_>,
    length: usize,
) -> Result<Agreement, ExchangeFailed> {
    with_field!(agree_with(role, key, user_id, ephemeral, peer, length))
}

fn agree_with<F: FieldOps>(
    role: Role,
    key: &PrivateKey,
    user_id: &[u8],
    ephemeral: &Ephemeral,
    peer: Party<'_>,
    length: usize,
) -> Result<Agreement, ExchangeFailed> {
    if length == 0 || length as u64 > MESSAGE_MAX {
        return Err(ExchangeFailed::Length);
    }
    let own = Party {
        key: key.public_key(),
        user_id,
        point: ephemeral.point(),
    };
    let own_z = identity::z(own.user_id, own.key)?;
    let peer_z = identity::z(peer.user_id, peer.key)?;
    let ((a, za), (b, zb)) = match role {
        Role::Initiator => ((own, own_z), (peer, peer_z)),
        Role::Responder => ((peer, peer_z), (own, own_z)),
    };
    // A5, B4: t = (d + x' r) mod n with the own point's x.
    let t = Zeroizing::new(key.d.add(&half_of_x(own.point).mul(&ephemeral.r)));
    // It is zero for one r in 2^256, which is then given up.
    if ct::verdict(t.is_zero()) {
        return Err(ExchangeFailed::Point);
    }
    // A6, A7; B5, B6: U = [t](P + [x']R) of the peer, refused if infinity. All but t is public.
    let sum = peer_sum_vartime::<F>(&peer).ok_or(ExchangeFailed::Point)?;
    let u = Zeroizing::new(multiply::point::<F>(&t, &sum));
    let u = Zeroizing::new(u.to_affine::<F>());
    let (x, y) = (
        Zeroizing::new(u.x.to_octets::<F>()),
        Zeroizing::new(u.y.to_octets::<F>()),
    );
    // K = KDF(xU || yU || ZA || ZB, klen).
    let mut secret = vec![0; length];
    sm2_kdf(&[x.as_slice(), y.as_slice(), &za, &zb], &mut secret);
    // S = SM3(02 or 03 || yU || SM3(xU || ZA || ZB || RA || RB)).
    let inner = Zeroizing::new(sm3::digest_parts(&[
        x.as_slice(),
        &za,
        &zb,
        a.point.coordinates(),
        b.point.coordinates(),
    ]));
    let confirmation = |tag: u8| sm3::digest_parts(&[&[tag], y.as_slice(), inner.as_slice()]);
    Ok(Agreement {
        secret,
        by_responder: confirmation(2),
        by_initiator: confirmation(3),
    })
}

/// x' = 2^w + (x mod 2^w) with w = 127.
fn half_of_x(point: &PublicKey) -> Scalar {
    let x = limbs::from_octets(&point.x());
    Scalar([x[0], x[1] | 1 << 63, 0, 0])
}

/// P + [x']R, nothing if it is infinity.
fn peer_sum_vartime<F: FieldOps>(peer: &Party<'_>) -> Option<Affine> {
    let x = half_of_x(peer.point);
    let mut sum: Jacobian =
        multiply::double_vartime::<F>(&Scalar::default(), &x, &peer.point.point);
    sum.add_affine_vartime::<F>(&peer.key.point);
    (!bool::from(sum.is_infinity())).then(|| sum.to_affine::<F>())
}

#[cfg(test)]
mod tests;
