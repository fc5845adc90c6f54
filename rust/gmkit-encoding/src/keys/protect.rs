//! Protection by a password: EncryptedPrivateKeyInfo with PBES2 (RFC 5958, RFC 8018).
//!
//! Written: [`Profile::Sm4Sm3`], all Chinese algorithms, which GmSSL reads; and
//! [`Profile::OpenSsl`], which stock OpenSSL reads. Read: both, with any iteration count up to
//! [`MAX_ITERATIONS`], and the other HMACs and AES sizes that RFC 8018 names.

mod cipher;
mod prf;

use core::num::NonZeroU32;

use zeroize::Zeroizing;

use self::cipher::Cipher;
use self::prf::Prf;
use super::KeyError;
use crate::der::{Oid, Reader, Tag, Writer};

const PROTECTED: &str = "encrypted private key";

/// 1.2.840.113549.1.5.13, PBES2.
const PBES2: Oid<'static> = Oid::known(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d]);
/// 1.2.840.113549.1.5.12, PBKDF2.
const PBKDF2: Oid<'static> = Oid::known(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c]);

/// More iterations than this are refused before the first is done: a file must not decide how long
/// its reader works.
pub const MAX_ITERATIONS: u32 = 10_000_000;

/// Octets in the salt that is written.
pub const SALT: usize = 16;
/// Octets in the initialisation vector.
pub const IV: usize = 16;

/// How a key is protected when it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// PBKDF2 with HMAC-SM3, SM4-CBC.
    Sm4Sm3,
    /// PBKDF2 with HMAC-SHA-256, AES-256-CBC.
    OpenSsl,
}

/// Whether DER is an EncryptedPrivateKeyInfo: it starts with an AlgorithmIdentifier, where an open
/// private key starts with its version.
pub fn is_protected(der: &[u8]) -> bool {
    let mut outer = Reader::new(PROTECTED, der);
    outer
        .sequence()
        .is_ok_and(|inside| inside.peek() == Some(Tag::SEQUENCE))
}

/// Decrypts an EncryptedPrivateKeyInfo.
///
/// What comes out has a well-formed padding, no more: that its contents are a private key is for
/// their reader to say, and if they are not, the password was wrong.
///
/// # Errors
/// `Encoding` if the container is malformed or asks for more than [`MAX_ITERATIONS`],
/// `Unsupported` for another protection, `WrongPassword` if the padding does not fit.
pub fn open(der: &[u8], password: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let mut outer = Reader::new(PROTECTED, der);
    let mut info = outer.sequence()?;
    outer.finish()?;
    let parameters = Parameters::read(&mut info)?;
    let offset = info.offset();
    let encrypted = info.octet_string()?;
    info.finish()?;
    if encrypted.is_empty() || encrypted.len() % IV != 0 {
        let message = format!("{} encrypted bytes are not whole blocks", encrypted.len());
        return Err(info.error_at(offset, message).into());
    }
    let key = parameters.derive(password);
    parameters
        .cipher
        .decrypt(&key, &parameters.iv, encrypted)
        .ok_or(KeyError::WrongPassword)
}

/// Encrypts a PrivateKeyInfo.
pub fn seal(
    profile: Profile,
    private_key_info: &[u8],
    password: &[u8],
    iterations: NonZeroU32,
    salt: &[u8; SALT],
    iv: &[u8; IV],
) -> Vec<u8> {
    let (prf, cipher) = match profile {
        Profile::Sm4Sm3 => (Prf::Sm3, Cipher::Sm4),
        Profile::OpenSsl => (Prf::Sha256, Cipher::Aes256),
    };
    let parameters = Parameters {
        prf,
        iterations,
        salt,
        cipher,
        iv: *iv,
    };
    let key = parameters.derive(password);
    let encrypted = cipher.encrypt(&key, iv, private_key_info);
    let mut writer = Writer::with_capacity(encrypted.len() + 128);
    writer.sequence(|writer| {
        parameters.write(writer);
        writer.octet_string(&encrypted);
    });
    writer.into_vec()
}

/// What PBES2 needs besides the password.
struct Parameters<'a> {
    prf: Prf,
    iterations: NonZeroU32,
    salt: &'a [u8],
    cipher: Cipher,
    iv: [u8; IV],
}

impl<'a> Parameters<'a> {
    /// ```text
    /// AlgorithmIdentifier { id-PBES2, SEQUENCE {
    ///     keyDerivationFunc AlgorithmIdentifier { id-PBKDF2, SEQUENCE { salt OCTET STRING,
    ///         iterationCount INTEGER, keyLength INTEGER OPTIONAL,
    ///         prf AlgorithmIdentifier DEFAULT hmacWithSHA1 } },
    ///     encryptionScheme AlgorithmIdentifier { cipher, iv OCTET STRING } } }
    /// ```
    fn read(reader: &mut Reader<'a>) -> Result<Self, KeyError> {
        let mut scheme = reader.sequence()?;
        known(scheme.oid()?, PBES2, "protection other than PBES2")?;
        let mut pbes2 = scheme.sequence()?;
        scheme.finish()?;

        let mut derivation = pbes2.sequence()?;
        known(
            derivation.oid()?,
            PBKDF2,
            "key derivation other than PBKDF2",
        )?;
        let mut pbkdf2 = derivation.sequence()?;
        derivation.finish()?;
        let offset = pbkdf2.offset();
        let salt = pbkdf2.octet_string()?;
        if salt.is_empty() {
            return Err(pbkdf2.error_at(offset, "the salt is empty").into());
        }
        let offset = pbkdf2.offset();
        let iterations = pbkdf2.unsigned_array::<8>().map(u64::from_be_bytes)?;
        let iterations = u32::try_from(iterations)
            .ok()
            .filter(|count| *count <= MAX_ITERATIONS)
            .and_then(NonZeroU32::new)
            .ok_or_else(|| {
                let message =
                    format!("{iterations} iterations; from 1 to {MAX_ITERATIONS} are read");
                pbkdf2.error_at(offset, message)
            })?;
        let length_offset = pbkdf2.offset();
        let key_length = if pbkdf2.peek() == Some(Tag::INTEGER) {
            Some(pbkdf2.u32()?)
        } else {
            None
        };
        let prf = match pbkdf2.optional_nested(Tag::SEQUENCE)? {
            Some(mut identifier) => Prf::read(&mut identifier)?,
            None => Prf::Sha1,
        };
        pbkdf2.finish()?;

        let mut encryption = pbes2.sequence()?;
        pbes2.finish()?;
        let cipher = Cipher::read(&mut encryption)?;
        let offset = encryption.offset();
        let iv = encryption.octet_string()?;
        let iv = iv.try_into().map_err(|_| {
            encryption.error_at(
                offset,
                format!("initialisation vector of {} bytes", iv.len()),
            )
        })?;
        encryption.finish()?;
        if key_length.is_some_and(|length| length as usize != cipher.key_length()) {
            let message = "the key length is not that of the cipher";
            return Err(pbkdf2.error_at(length_offset, message).into());
        }
        Ok(Self {
            prf,
            iterations,
            salt,
            cipher,
            iv,
        })
    }

    fn write(&self, writer: &mut Writer) {
        writer.sequence(|writer| {
            writer.oid(PBES2);
            writer.sequence(|writer| {
                writer.sequence(|writer| {
                    writer.oid(PBKDF2);
                    writer.sequence(|writer| {
                        writer.octet_string(self.salt);
                        writer.integer(self.iterations.get().into());
                        writer.sequence(|writer| {
                            writer.oid(self.prf.oid());
                            // GmSSL and the definition of these identifiers want it.
                            writer.null();
                        });
                    });
                });
                writer.sequence(|writer| {
                    writer.oid(self.cipher.oid());
                    writer.octet_string(&self.iv);
                });
            });
        });
    }

    fn derive(&self, password: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut key = Zeroizing::new(vec![0; self.cipher.key_length()]);
        self.prf
            .pbkdf2(password, self.salt, self.iterations, &mut key);
        key
    }
}

fn known(oid: Oid<'_>, expected: Oid<'_>, otherwise: &'static str) -> Result<(), KeyError> {
    if oid == expected {
        Ok(())
    } else {
        Err(KeyError::Unsupported {
            message: otherwise.into(),
            oid: oid.to_string(),
        })
    }
}

#[cfg(test)]
mod tests;
