//! From a file's contents to a key, and back.

use core::num::NonZeroU32;

use gmkit_core::sm2::{PrivateKey, PublicKey};
use zeroize::Zeroizing;

use super::private::{self, PrivateParts};
use super::protect::{self, Profile, IV, SALT};
use super::{curve, public, KeyError};
use crate::der::Reader;
use crate::pem;
use crate::Error;

/// Labels of PEM blocks.
mod label {
    pub const PKCS8: &str = "PRIVATE KEY";
    pub const PROTECTED: &str = "ENCRYPTED PRIVATE KEY";
    pub const SEC1: &str = "EC PRIVATE KEY";
    /// SEC 1 as Tongsuo and gotlcp label it.
    pub const SM2: &str = "SM2 PRIVATE KEY";
    pub const PARAMETERS: &str = "EC PARAMETERS";
    pub const PUBLIC: &str = "PUBLIC KEY";
}

/// How a private key is protected when it is written, with what must be random.
#[derive(Clone, Copy)]
pub struct Protection<'a> {
    /// The algorithms.
    pub profile: Profile,
    /// Any octets; they are used as they are.
    pub password: &'a [u8],
    /// Of PBKDF2.
    pub iterations: NonZeroU32,
    /// Random.
    pub salt: [u8; SALT],
    /// Random.
    pub iv: [u8; IV],
}

/// The private key of a PEM text: PKCS#8, protected or not, or SEC 1, with an "EC PARAMETERS" block
/// before it or not. Other blocks, of certificates, are passed over.
///
/// # Errors
/// [`KeyError`].
pub fn private_from_pem(text: &[u8], password: Option<&[u8]>) -> Result<PrivateKey, KeyError> {
    let mut found = None;
    let mut curve_named = false;
    for block in pem::parse(text)? {
        match block.label.as_str() {
            label::PKCS8 | label::PROTECTED | label::SEC1 | label::SM2 => {
                if found.is_some() {
                    return Err(not_one(
                        block.offset,
                        "more than one private key in the text",
                    ));
                }
                found = Some((block, curve_named));
            }
            label::PARAMETERS => {
                let mut reader = Reader::new("EC PARAMETERS", &block.content);
                curve::expect_sm2(&mut reader)?;
                reader.finish()?;
                curve_named = true;
            }
            label if label.ends_with("PRIVATE KEY") => {
                return Err(KeyError::Invalid(format!("{label}: not an SM2 key").into()));
            }
            _ => {}
        }
    }
    let Some((block, curve_named)) = found else {
        return Err(not_one(0, "no private key in the text"));
    };
    let curve_named = curve_named || block.label == label::SM2;
    let protected = protect::is_protected(&block.content);
    if protected != (block.label == label::PROTECTED) {
        let message = format!(
            "the contents of the block are not what {} says",
            block.label
        );
        return Err(not_one(block.offset, message));
    }
    private(&block.content, password, curve_named)
}

/// The private key of DER: PKCS#8, protected or not, or SEC 1. Which it is, the first elements say.
///
/// # Errors
/// [`KeyError`].
pub fn private_from_der(der: &[u8], password: Option<&[u8]>) -> Result<PrivateKey, KeyError> {
    private(der, password, false)
}

/// The public key of a PEM text with one "PUBLIC KEY" block.
///
/// # Errors
/// [`KeyError`].
pub fn public_from_pem(text: &[u8]) -> Result<PublicKey, KeyError> {
    let blocks = pem::parse(text)?;
    let mut keys = blocks.iter().filter(|block| block.label == label::PUBLIC);
    match (keys.next(), keys.next()) {
        (Some(block), None) => public_from_der(&block.content),
        (Some(_), Some(second)) => Err(not_one(
            second.offset,
            "more than one public key in the text",
        )),
        _ => Err(not_one(
            0,
            format!("no public key in the text, only {}", blocks[0].label),
        )),
    }
}

/// The public key of a SubjectPublicKeyInfo in DER.
///
/// # Errors
/// [`KeyError`].
pub fn public_from_der(der: &[u8]) -> Result<PublicKey, KeyError> {
    point(public::point_from_der(der)?)
}

/// SubjectPublicKeyInfo in DER.
pub fn public_to_der(key: &PublicKey) -> Vec<u8> {
    public::point_to_der(&key.to_bytes())
}

/// SubjectPublicKeyInfo in PEM.
pub fn public_to_pem(key: &PublicKey) -> Zeroizing<Vec<u8>> {
    pem::write(label::PUBLIC, &public_to_der(key))
}

/// PKCS#8 in DER, protected or not.
pub fn private_to_der(key: &PrivateKey, protection: Option<Protection<'_>>) -> Zeroizing<Vec<u8>> {
    let open = private::pkcs8_to_der(&key.to_bytes(), &key.public_key().to_bytes());
    match protection {
        None => open,
        Some(with) => Zeroizing::new(protect::seal(
            with.profile,
            &open,
            with.password,
            with.iterations,
            &with.salt,
            &with.iv,
        )),
    }
}

/// PKCS#8 in PEM, protected or not.
pub fn private_to_pem(key: &PrivateKey, protection: Option<Protection<'_>>) -> Zeroizing<Vec<u8>> {
    let label = if protection.is_some() {
        label::PROTECTED
    } else {
        label::PKCS8
    };
    pem::write(label, &private_to_der(key, protection))
}

/// SEC 1 in DER, never protected.
pub fn private_to_sec1_der(key: &PrivateKey) -> Zeroizing<Vec<u8>> {
    private::sec1_to_der(&key.to_bytes(), &key.public_key().to_bytes())
}

/// SEC 1 in PEM, never protected.
pub fn private_to_sec1_pem(key: &PrivateKey) -> Zeroizing<Vec<u8>> {
    pem::write(label::SEC1, &private_to_sec1_der(key))
}

fn private(der: &[u8], password: Option<&[u8]>, curve_named: bool) -> Result<PrivateKey, KeyError> {
    match (protect::is_protected(der), password) {
        (false, None) => key(private::parts_from_der(der)?, curve_named),
        (false, Some(_)) => {
            // What is no key at all is said first.
            private::parts_from_der(der)?;
            Err(KeyError::PasswordUnused)
        }
        (true, None) => Err(KeyError::PasswordMissing),
        (true, Some(password)) => {
            let open = protect::open(der, password)?;
            match private::parts_from_der(&open) {
                Ok(parts) => key(parts, curve_named),
                // The padding fitted by accident, as it does once in some 256 times.
                Err(KeyError::Encoding(_)) => Err(KeyError::WrongPassword),
                Err(error) => Err(error),
            }
        }
    }
}

/// Checks the numbers: range, public key on the curve, both halves of one pair.
fn key(parts: PrivateParts, curve_named: bool) -> Result<PrivateKey, KeyError> {
    let key = PrivateKey::from_bytes(&parts.secret)
        .map_err(|_| KeyError::Invalid("the private key is not between 1 and n - 2".into()))?;
    match &parts.public {
        Some(beside) if point(beside)?.to_bytes() != key.public_key().to_bytes() => Err(
            KeyError::Invalid("the public key beside it belongs to another private key".into()),
        ),
        // A public key of this curve that fits the private key names the curve well enough.
        None if !(parts.curve_named || curve_named) => Err(KeyError::Invalid(
            "the curve of the key is not named".into(),
        )),
        _ => Ok(key),
    }
}

fn point(octets: &[u8]) -> Result<PublicKey, KeyError> {
    PublicKey::from_bytes(octets)
        .map_err(|_| KeyError::Invalid("the public key is not a point of the curve".into()))
}

fn not_one(offset: usize, message: impl Into<std::borrow::Cow<'static, str>>) -> KeyError {
    Error::new("key in PEM", message, offset).into()
}

#[cfg(test)]
mod tests;
