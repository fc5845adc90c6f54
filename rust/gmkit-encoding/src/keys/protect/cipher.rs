//! The ciphers of PBES2, all in CBC mode with PKCS#7 padding.

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use gmkit_core::sm4;
use zeroize::Zeroizing;

use super::{KeyError, IV};
use crate::der::{Oid, Reader};

/// A cipher in CBC mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cipher {
    Sm4,
    Aes128,
    Aes192,
    Aes256,
}

/// 1.2.156.10197.1.104.2 and 2.16.840.1.101.3.4.1.2, .22, .42.
const KNOWN: [(Oid<'static>, Cipher); 4] = [
    (
        Oid::known(&[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x68, 0x02]),
        Cipher::Sm4,
    ),
    (
        Oid::known(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x02]),
        Cipher::Aes128,
    ),
    (
        Oid::known(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x16]),
        Cipher::Aes192,
    ),
    (
        Oid::known(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a]),
        Cipher::Aes256,
    ),
];

impl Cipher {
    /// The identifier, the first element of an AlgorithmIdentifier.
    pub fn read(identifier: &mut Reader<'_>) -> Result<Self, KeyError> {
        let oid = identifier.oid()?;
        let known = KNOWN.iter().find(|(known, _)| *known == oid);
        known
            .map(|(_, cipher)| *cipher)
            .ok_or_else(|| KeyError::Unsupported {
                message: "cipher of PBES2 that is not read here".into(),
                oid: oid.to_string(),
            })
    }

    pub fn oid(self) -> Oid<'static> {
        let known = KNOWN.iter().find(|(_, cipher)| *cipher == self);
        known.map_or(KNOWN[0].0, |(oid, _)| *oid)
    }

    pub const fn key_length(self) -> usize {
        match self {
            Self::Sm4 | Self::Aes128 => 16,
            Self::Aes192 => 24,
            Self::Aes256 => 32,
        }
    }

    /// None if the padding does not fit.
    pub fn decrypt(self, key: &[u8], iv: &[u8; IV], text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        match self {
            Self::Sm4 => {
                let key = sm4::Key::new(key.try_into().ok()?);
                sm4::cbc::decrypt_to_vec(&key, iv, text).ok()
            }
            Self::Aes128 => decrypt::<cbc::Decryptor<aes::Aes128>>(key, iv, text),
            Self::Aes192 => decrypt::<cbc::Decryptor<aes::Aes192>>(key, iv, text),
            Self::Aes256 => decrypt::<cbc::Decryptor<aes::Aes256>>(key, iv, text),
        }
    }

    pub fn encrypt(self, key: &[u8], iv: &[u8; IV], text: &[u8]) -> Vec<u8> {
        match self {
            Self::Sm4 => {
                let key = sm4::Key::new(key.try_into().expect("16 octets were derived"));
                sm4::cbc::encrypt_to_vec(&key, iv, text)
            }
            Self::Aes128 => encrypt::<cbc::Encryptor<aes::Aes128>>(key, iv, text),
            Self::Aes192 => encrypt::<cbc::Encryptor<aes::Aes192>>(key, iv, text),
            Self::Aes256 => encrypt::<cbc::Encryptor<aes::Aes256>>(key, iv, text),
        }
    }
}

fn decrypt<M: BlockModeDecrypt + KeyIvInit>(
    key: &[u8],
    iv: &[u8],
    text: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let mode = M::new_from_slices(key, iv).ok()?;
    let mut buffer = Zeroizing::new(text.to_vec());
    let length = mode.decrypt_padded::<Pkcs7>(&mut buffer).ok()?.len();
    buffer.truncate(length);
    Some(buffer)
}

fn encrypt<M: BlockModeEncrypt + KeyIvInit>(key: &[u8], iv: &[u8], text: &[u8]) -> Vec<u8> {
    let mode = M::new_from_slices(key, iv).expect("as many octets as the cipher takes");
    // Made large enough at once: a buffer that grows leaves the text behind.
    let mut buffer = vec![0; text.len() / IV * IV + IV];
    buffer[..text.len()].copy_from_slice(text);
    mode.encrypt_padded::<Pkcs7>(&mut buffer, text.len())
        .expect("room for the padding");
    buffer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_what_they_are_called() {
        for ((oid, cipher), dotted) in KNOWN.iter().zip([
            "1.2.156.10197.1.104.2",
            "2.16.840.1.101.3.4.1.2",
            "2.16.840.1.101.3.4.1.22",
            "2.16.840.1.101.3.4.1.42",
        ]) {
            assert_eq!(oid.to_string(), dotted);
            assert_eq!(cipher.oid(), *oid);
        }
    }

    #[test]
    fn texts_of_every_length_go_round() {
        for (_, cipher) in KNOWN {
            let key = vec![7; cipher.key_length()];
            for length in 0..50 {
                let text = vec![9; length];
                let encrypted = cipher.encrypt(&key, &[3; IV], &text);
                assert!(encrypted.len() % IV == 0 && encrypted.len() > length);
                let decrypted = cipher
                    .decrypt(&key, &[3; IV], &encrypted)
                    .expect("padding fits");
                assert_eq!(*decrypted, text);
            }
        }
    }
}
