//! SM2EnvelopedKey (GM/T 0009, clause 7): how an authority delivers the encryption key of a dual pair.
//!
//! ```text
//! SM2EnvelopedKey ::= SEQUENCE { symAlgID AlgorithmIdentifier, symEncryptedKey SM2Cipher,
//!     Sm2PublicKey BIT STRING, Sm2EncryptedPrivateKey BIT STRING }
//! ```
//!
//! A fresh SM4 key, encrypted for the receiver's signing key, encrypts the private key in ECB mode.
//! Both are used once, and the private key found must give the public key printed.

use gmkit_core::sm2::{EncryptionFailed, PrivateKey, PublicKey};
use gmkit_core::sm4;
use zeroize::Zeroizing;

use super::KeyError;
use crate::der::{Oid, Reader, Writer};
use crate::sm2 as sm2_der;

const ENVELOPE: &str = "SM2 enveloped key";

/// 1.2.156.10197.1.104.1, SM4 in ECB mode: what is written.
const SM4_ECB: Oid<'static> = Oid::known(&[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x68, 0x01]);
/// 1.2.156.10197.1.104, SM4: what some write instead.
const SM4: Oid<'static> = Oid::known(&[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x68]);

/// The private key, enveloped for the owner of `receiver`.
///
/// # Errors
/// If no nonce could be used, which means that the source of `fresh` is broken.
pub fn seal(
    key: &PrivateKey,
    receiver: &PublicKey,
    sym: &[u8; sm4::KEY],
    fresh: &[u8; 32],
) -> Result<Vec<u8>, EncryptionFailed> {
    let wrapped = receiver.encrypt(sym, fresh)?;
    let mut secret = key.to_bytes();
    blocks(
        &sm4::Key::new(sym),
        secret.as_mut_slice(),
        sm4::Key::encrypt_block,
    );
    let mut writer = Writer::with_capacity(320);
    writer.sequence(|writer| {
        writer.sequence(|writer| writer.oid(SM4_ECB));
        writer.raw(&sm2_der::ciphertext_to_der(&sm2_der::Ciphertext {
            x: wrapped.x1,
            y: wrapped.y1,
            c3: wrapped.c3,
            c2: &wrapped.c2,
        }));
        writer.bit_string(&key.public_key().to_bytes());
        writer.bit_string(secret.as_slice());
    });
    Ok(writer.into_vec())
}

/// Opens an envelope with the receiver's private key.
///
/// # Errors
/// `Encoding` if it is none, `Unsupported` for another cipher, `NotOpened` if the key is another one's,
/// `Invalid` if what is inside does not give the public key printed.
pub fn open(der: &[u8], receiver: &PrivateKey) -> Result<PrivateKey, KeyError> {
    let mut outer = Reader::new(ENVELOPE, der);
    let mut envelope = outer.sequence()?;
    outer.finish()?;
    let mut identifier = envelope.sequence()?;
    let cipher = identifier.oid()?;
    if !identifier.is_empty() {
        identifier.null()?;
    }
    identifier.finish()?;
    let wrapped = envelope.any()?;
    let public = envelope.bit_string_octets()?;
    let offset = envelope.offset();
    let encrypted = envelope.bit_string_octets()?;
    envelope.finish()?;
    if cipher != SM4_ECB && cipher != SM4 {
        return Err(KeyError::Unsupported {
            message: "cipher of an enveloped key that is not read here".into(),
            oid: cipher.to_string(),
        });
    }
    // 64 octets are the layout of the device interfaces: 32 zero octets in front.
    if encrypted.len() != 32 && encrypted.len() != 64 {
        let message = format!("an encrypted private key of {} bytes", encrypted.len());
        return Err(envelope.error_at(offset, message).into());
    }
    let parts = sm2_der::ciphertext_from_der(wrapped.raw)?;
    let mut c1 = [0; 64];
    c1[..32].copy_from_slice(&parts.x);
    c1[32..].copy_from_slice(&parts.y);
    let sym = receiver
        .decrypt_parts(&c1, &parts.c3, parts.c2)
        .map_err(|_| KeyError::NotOpened)?;
    let sym: &[u8; sm4::KEY] = sym.as_slice().try_into().map_err(|_| KeyError::NotOpened)?;

    let mut secret = Zeroizing::new([0; 64]);
    let start = 64 - encrypted.len();
    secret[start..].copy_from_slice(encrypted);
    blocks(
        &sm4::Key::new(sym),
        &mut secret[start..],
        sm4::Key::decrypt_block,
    );
    let not_a_key = || KeyError::Invalid("the envelope holds no private key".into());
    let (front, number) = secret.split_first_chunk::<32>().ok_or_else(not_a_key)?;
    let number: &[u8; 32] = number.try_into().map_err(|_| not_a_key())?;
    if start == 0 && *front != [0; 32] {
        return Err(not_a_key());
    }
    let key = PrivateKey::from_bytes(number).map_err(|_| not_a_key())?;
    match PublicKey::from_bytes(public) {
        Ok(printed) if printed.to_bytes() == key.public_key().to_bytes() => Ok(key),
        _ => Err(KeyError::Invalid(
            "the public key in the envelope belongs to another private key".into(),
        )),
    }
}

fn blocks(key: &sm4::Key, octets: &mut [u8], each: fn(&sm4::Key, &mut [u8; sm4::BLOCK])) {
    for block in octets.as_chunks_mut::<{ sm4::BLOCK }>().0 {
        each(key, block);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn private_key(last: u8) -> PrivateKey {
        PrivateKey::from_bytes(&std::array::from_fn(
            |index| if index == 31 { last } else { 7 },
        ))
        .expect("in range")
    }

    #[test]
    fn env_01_keys_that_end_or_begin_with_zeros_survive() {
        let receiver = private_key(1);
        for zeros in [0..0, 31..32, 30..32, 0..1, 0..2] {
            let mut number = [7; 32];
            number[zeros].fill(0);
            let key = PrivateKey::from_bytes(&number).expect("in range");
            let der = seal(&key, receiver.public_key(), &[5; 16], &[9; 32]).expect("seals");
            let opened = open(&der, &receiver).expect("opens");
            assert_eq!(*opened.to_bytes(), number);
            assert!(matches!(
                open(&der, &private_key(2)),
                Err(KeyError::NotOpened)
            ));
        }
    }

    #[test]
    fn every_truncation_and_every_flipped_bit_is_refused() {
        let receiver = private_key(1);
        let der = seal(&private_key(3), receiver.public_key(), &[5; 16], &[9; 32]).expect("seals");
        for end in 0..der.len() {
            assert!(
                matches!(open(&der[..end], &receiver), Err(KeyError::Encoding(_))),
                "{end}"
            );
        }
        for bit in 0..der.len() * 8 {
            let mut flipped = der.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&flipped, &receiver).is_err(), "{bit}");
        }
    }

    #[test]
    fn the_layout_of_devices_is_read() {
        let receiver = private_key(1);
        let key = private_key(3);
        let sym = [5; 16];
        let wrapped = receiver
            .public_key()
            .encrypt(&sym, &[9; 32])
            .expect("encrypts");
        let mut secret = [0; 64];
        secret[32..].copy_from_slice(key.to_bytes().as_slice());
        blocks(&sm4::Key::new(&sym), &mut secret, sm4::Key::encrypt_block);
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.sequence(|writer| {
                writer.oid(SM4);
                writer.null();
            });
            writer.raw(&sm2_der::ciphertext_to_der(&sm2_der::Ciphertext {
                x: wrapped.x1,
                y: wrapped.y1,
                c3: wrapped.c3,
                c2: &wrapped.c2,
            }));
            writer.bit_string(&key.public_key().to_bytes());
            writer.bit_string(&secret);
        });
        let opened = open(writer.as_slice(), &receiver).expect("opens");
        assert_eq!(*opened.to_bytes(), *key.to_bytes());
    }
}
