//! The pseudo-random functions of PBKDF2.

use core::num::NonZeroU32;

use pbkdf2::pbkdf2_hmac;

use super::KeyError;
use crate::der::{Oid, Reader};

/// HMAC with this hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prf {
    /// The default of RFC 8018 where none is named.
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sm3,
}

/// 1.2.156.10197.1.401.2, HMAC-SM3: what the field writes.
const HMAC_SM3: Oid<'static> = Oid::known(&[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x11, 0x02]);
/// 1.2.156.10197.1.401.3.1, HMAC-SM3 in GM/T 0091-2020, Annex A.
const HMAC_SM3_0091: Oid<'static> =
    Oid::known(&[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x11, 0x03, 0x01]);

/// 1.2.840.113549.2.7 to 11.
const RSADSI: [(Oid<'static>, Prf); 5] = [
    (
        Oid::known(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x07]),
        Prf::Sha1,
    ),
    (
        Oid::known(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x08]),
        Prf::Sha224,
    ),
    (
        Oid::known(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x09]),
        Prf::Sha256,
    ),
    (
        Oid::known(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x0a]),
        Prf::Sha384,
    ),
    (
        Oid::known(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x0b]),
        Prf::Sha512,
    ),
];

impl Prf {
    /// The contents of an AlgorithmIdentifier; parameters are NULL or absent.
    pub fn read(identifier: &mut Reader<'_>) -> Result<Self, KeyError> {
        let oid = identifier.oid()?;
        if !identifier.is_empty() {
            identifier.null()?;
        }
        identifier.finish()?;
        if oid == HMAC_SM3 || oid == HMAC_SM3_0091 {
            return Ok(Self::Sm3);
        }
        let known = RSADSI.iter().find(|(known, _)| *known == oid);
        known
            .map(|(_, prf)| *prf)
            .ok_or_else(|| KeyError::Unsupported {
                message: "pseudo-random function of PBKDF2 that is not read here".into(),
                oid: oid.to_string(),
            })
    }

    pub fn oid(self) -> Oid<'static> {
        let known = RSADSI.iter().find(|(_, prf)| *prf == self);
        known.map_or(HMAC_SM3, |(oid, _)| *oid)
    }

    pub fn pbkdf2(self, password: &[u8], salt: &[u8], iterations: NonZeroU32, key: &mut [u8]) {
        let count = iterations.get();
        match self {
            Self::Sha1 => pbkdf2_hmac::<sha1::Sha1>(password, salt, count, key),
            Self::Sha224 => pbkdf2_hmac::<sha2::Sha224>(password, salt, count, key),
            Self::Sha256 => pbkdf2_hmac::<sha2::Sha256>(password, salt, count, key),
            Self::Sha384 => pbkdf2_hmac::<sha2::Sha384>(password, salt, count, key),
            Self::Sha512 => pbkdf2_hmac::<sha2::Sha512>(password, salt, count, key),
            Self::Sm3 => gmkit_core::kdf::pbkdf2_sm3(password, salt, iterations, key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_what_they_are_called() {
        assert_eq!(HMAC_SM3.to_string(), "1.2.156.10197.1.401.2");
        assert_eq!(HMAC_SM3_0091.to_string(), "1.2.156.10197.1.401.3.1");
        for ((oid, prf), last) in RSADSI.iter().zip(7..) {
            assert_eq!(oid.to_string(), format!("1.2.840.113549.2.{last}"));
            assert_eq!(prf.oid(), *oid);
        }
    }
}
