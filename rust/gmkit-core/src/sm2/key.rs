//! Keys: checked when they are made, wiped when they are dropped.

use core::fmt;

use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::field::{Fe, FieldOps};
use super::point::{Affine, Jacobian};
use super::scalar::{Factor, Scalar, N};
use super::{identity, limbs, multiply, with_field};
use crate::ct;
use crate::hmac::HmacSm3;

/// Candidates that [`PrivateKey::generate`] draws before it gives up. One in 2^32 is out of range, so
/// a source that needs as many is broken.
const DRAWS: usize = 64;

/// Not a key: a number out of range, or octets that are no point of the curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidKey;

/// Why no key was generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GenerationFailed<E> {
    /// The source of randomness failed.
    Source(E),
    /// The source gave nothing but numbers out of range: it is not random.
    OutOfRange,
    /// The new key did not verify what it signed: the processor or the memory is at fault.
    Inconsistent,
}

/// A point of the curve other than infinity.
#[derive(Clone, Copy)]
pub struct PublicKey {
    pub(crate) point: Affine,
    /// x and y, 32 octets each, big-endian.
    coordinates: [u8; 64],
}

/// d, 1 <= d <= n - 2, with what signing needs of it. Wiped when dropped; prints nothing of it.
#[derive(Clone, ZeroizeOnDrop)]
pub struct PrivateKey {
    pub(crate) d: Scalar,
    /// 1/(1 + d).
    pub(crate) inverse: Factor,
    /// The keyed state that nonces are derived with.
    pub(crate) nonces: HmacSm3,
    #[zeroize(skip)]
    public: PublicKey,
    /// Z for the default identifier.
    #[zeroize(skip)]
    default_z: [u8; 32],
}

impl PublicKey {
    /// From `04 || x || y` (65 octets) or `02` or `03 || x` (33 octets).
    ///
    /// # Errors
    /// [`InvalidKey`] for any other length or first octet, a coordinate that is not below p, and a
    /// point that is not on the curve.
    pub fn from_bytes(octets: &[u8]) -> Result<Self, InvalidKey> {
        with_field!(Self::parse(octets))
    }

    fn parse<F: FieldOps>(octets: &[u8]) -> Result<Self, InvalidKey> {
        match octets {
            [4, coordinates @ ..] => {
                let coordinates: &[u8; 64] = coordinates.try_into().map_err(|_| InvalidKey)?;
                Self::from_coordinates::<F>(coordinates)
            }
            [tag @ (2 | 3), x @ ..] => {
                Self::decompress::<F>(x.try_into().map_err(|_| InvalidKey)?, tag & 1)
            }
            _ => Err(InvalidKey),
        }
    }

    /// From x and y, 32 octets each. Public data: the error may come at any point.
    pub(crate) fn from_coordinates<F: FieldOps>(octets: &[u8; 64]) -> Result<Self, InvalidKey> {
        let (halves, _) = octets.as_chunks::<32>();
        let (x, x_below_p) = Fe::from_octets::<F>(&halves[0]);
        let (y, y_below_p) = Fe::from_octets::<F>(&halves[1]);
        let point = Affine { x, y };
        // (0, 0) is not on the curve: b is not 0.
        if bool::from(x_below_p & y_below_p & point.is_on_curve::<F>()) {
            Ok(Self {
                point,
                coordinates: *octets,
            })
        } else {
            Err(InvalidKey)
        }
    }

    fn decompress<F: FieldOps>(x_octets: &[u8; 32], odd: u8) -> Result<Self, InvalidKey> {
        let (x, x_below_p) = Fe::from_octets::<F>(x_octets);
        let mut y = Affine::right_side::<F>(&x).square_root::<F>();
        if y.to_number::<F>()[0] & 1 != u64::from(odd) {
            y = F::negate(&y);
        }
        let point = Affine { x, y };
        // No root, no point on the curve. y = 0 does not occur, since the order is odd.
        if bool::from(x_below_p & point.is_on_curve::<F>()) {
            Ok(Self::from_point::<F>(&point))
        } else {
            Err(InvalidKey)
        }
    }

    /// From a point known to be on the curve.
    pub(crate) fn from_point<F: FieldOps>(point: &Affine) -> Self {
        let mut coordinates = [0; 64];
        coordinates[..32].copy_from_slice(&point.x.to_octets::<F>());
        coordinates[32..].copy_from_slice(&point.y.to_octets::<F>());
        Self {
            point: *point,
            coordinates,
        }
    }

    /// `04 || x || y`.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 65] {
        let mut octets = [4; 65];
        octets[1..].copy_from_slice(&self.coordinates);
        octets
    }

    /// `02 || x`, or `03 || x` for an odd y.
    #[must_use]
    pub fn to_compressed(&self) -> [u8; 33] {
        let mut octets = [2 | self.coordinates[63] & 1; 33];
        octets[1..].copy_from_slice(&self.coordinates[..32]);
        octets
    }

    /// x and y, 32 octets each, big-endian.
    #[must_use]
    pub const fn coordinates(&self) -> &[u8; 64] {
        &self.coordinates
    }

    /// x, big-endian.
    #[must_use]
    pub fn x(&self) -> [u8; 32] {
        self.coordinates.as_chunks::<32>().0[0]
    }

    /// y, big-endian.
    #[must_use]
    pub fn y(&self) -> [u8; 32] {
        self.coordinates.as_chunks::<32>().0[1]
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.coordinates == other.coordinates
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicKey(")?;
        for octet in self.coordinates {
            write!(f, "{octet:02x}")?;
        }
        f.write_str(")")
    }
}

impl PrivateKey {
    /// From d, 32 octets, big-endian.
    ///
    /// # Errors
    /// [`InvalidKey`] unless 1 <= d <= n - 2: for d = n - 1 no signature could be made.
    pub fn from_bytes(octets: &[u8; 32]) -> Result<Self, InvalidKey> {
        let d = Zeroizing::new(Scalar(limbs::from_octets(octets)));
        // Whether a number is a key says nothing about the keys there are.
        if !ct::verdict(in_range(&d)) {
            return Err(InvalidKey);
        }
        let public = with_field!(public_of(&d));
        ct::declassify(&public);
        let mut plus_one = d.add(&Scalar::ONE);
        let mut inverse = plus_one.invert();
        let mut label = [0; 32 + NONCE_LABEL.len()];
        label[..32].copy_from_slice(octets);
        label[32..].copy_from_slice(NONCE_LABEL);
        let key = Self {
            d: *d,
            inverse: inverse.to_factor(),
            nonces: HmacSm3::new(&label),
            public,
            default_z: identity::z_of_default(&public),
        };
        plus_one.zeroize();
        inverse.zeroize();
        label.zeroize();
        Ok(key)
    }

    /// A new key from a source of randomness, which fills 32 octets a call. Numbers out of range are
    /// drawn again, never reduced.
    ///
    /// # Errors
    /// [`GenerationFailed`]: the source failed, or gave no number in range, or the key failed its test.
    pub fn generate<E>(
        mut source: impl FnMut(&mut [u8; 32]) -> Result<(), E>,
    ) -> Result<Self, GenerationFailed<E>> {
        let mut candidate = Zeroizing::new([0; 32]);
        for _ in 0..DRAWS {
            source(&mut candidate).map_err(GenerationFailed::Source)?;
            if let Ok(key) = Self::from_bytes(&candidate) {
                return if key.is_consistent(&candidate) {
                    Ok(key)
                } else {
                    Err(GenerationFailed::Inconsistent)
                };
            }
        }
        Err(GenerationFailed::OutOfRange)
    }

    /// Whether the public key verifies what the private key signs: the test that every key passes
    /// before its first use. The digest and the randomness of that one signature are of no account.
    #[must_use]
    pub fn is_consistent(&self, fresh: &[u8; 32]) -> bool {
        const DIGEST: [u8; 32] = *b"gmkit pairwise consistency test.";
        self.sign_prehashed(&DIGEST, fresh)
            .is_ok_and(|signature| self.public.verify_prehashed(&signature, &DIGEST).is_ok())
    }

    /// d, 32 octets, big-endian.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.d.to_octets())
    }

    /// The public key [d]G.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// e = SM3(Z || message) for this signer.
    ///
    /// # Errors
    /// [`identity::UserIdTooLong`] if the identifier cannot be hashed.
    pub fn digest(
        &self,
        message: &[u8],
        user_id: &[u8],
    ) -> Result<[u8; 32], identity::UserIdTooLong> {
        if user_id == identity::DEFAULT_USER_ID {
            Ok(crate::sm3::digest_parts(&[&self.default_z, message]))
        } else {
            identity::digest(user_id, &self.public, message)
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

/// Follows d in the key of the nonce derivation, so that it is the key of nothing else.
const NONCE_LABEL: &[u8] = b"gmkit SM2 signature nonce";

fn in_range(d: &Scalar) -> Choice {
    const N_MINUS_1: [u64; 4] = [N[0] - 1, N[1], N[2], N[3]];
    !d.is_zero() & limbs::less(&d.0, &N_MINUS_1)
}

pub(super) fn public_of<F: FieldOps>(d: &Scalar) -> PublicKey {
    let point: Jacobian = multiply::generator::<F>(d);
    PublicKey::from_point::<F>(&point.to_affine::<F>())
}

/// Whether two private keys are the same, in constant time.
impl ConstantTimeEq for PrivateKey {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.d.equals(&other.d)
    }
}
