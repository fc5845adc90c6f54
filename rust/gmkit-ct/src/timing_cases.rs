//! What is timed: each case makes inputs of two kinds that differ in secrets alone.

use std::hint::black_box;

use gmkit_core::hmac::{hmac_sm3, HmacSm3};
use gmkit_core::sm2::batch::{decrypt_batch, sign_prehashed_batch, CiphertextParts};
use gmkit_core::sm2::exchange::{agree, Ephemeral, Party, Role};
use gmkit_core::sm2::{Ciphertext, PrivateKey};
use gmkit_core::sm4::{self, cbc, gcm};

use crate::noise::Noise;
use crate::timing::Input;

/// A case: its name, how many measurements, operations to a measurement, and its inputs by kind.
pub struct Case {
    pub name: &'static str,
    pub count: usize,
    pub repeat: usize,
    pub make: fn(usize, &mut Noise) -> Input,
}

/// What is timed, with all it needs. In place, so that no case follows a pointer of its own.
#[allow(clippy::large_enum_variant)]
#[derive(Clone)]
pub enum Operand {
    Sign(PrivateKey, [u8; 32], [u8; 32]),
    SignKnownNonce(PrivateKey, [u8; 32]),
    SignBatch(PrivateKey, [u8; 32]),
    Encrypt(PrivateKey, [u8; 32], [u8; 32]),
    Decrypt(PrivateKey, Ciphertext),
    DecryptBatch(PrivateKey, Ciphertext),
    VerifyHmac(HmacSm3, [u8; 32]),
    OpenGcm(gcm::Gcm, [u8; 48]),
    Unpad([u8; 32]),
    Sm4Block(sm4::Key, [u8; 16]),
    Exchange(PrivateKey, [u8; 32]),
    CbcMany(sm4::Key, [u8; 32]),
}

/// All cases.
pub fn all() -> [Case; 14] {
    let case = |name, count, repeat, make| Case {
        name,
        count,
        repeat,
        make,
    };
    [
        case("sm2 sign, key", 30_000, 1, sign_key),
        case("sm2 sign, nonce", 30_000, 1, sign_nonce),
        case("sm2 sign batch, key", 5_000, 1, sign_batch_key),
        case("sm2 encrypt, message", 20_000, 1, encrypt_message),
        case("sm2 decrypt, key", 20_000, 1, decrypt_key),
        case("sm2 decrypt, where C3 differs", 20_000, 1, decrypt_c3),
        case("sm2 decrypt batch, key", 5_000, 1, decrypt_batch_key),
        case("sm2 key exchange, key", 10_000, 1, exchange_key),
        case("hmac, where tags differ", 100_000, 4, hmac_tag),
        case("sm4 gcm, where tags differ", 100_000, 4, gcm_tag),
        case("sm4 unpadding, length", 100_000, 50, unpad_length),
        case("sm4 unpadding, where wrong", 100_000, 50, unpad_wrong),
        case("sm4 block, key and text", 100_000, 10, sm4_block),
        case("sm4 cbc, many messages, key and text", 20_000, 1, cbc_many),
    ]
}

impl Operand {
    /// The operation. Its outcome is the same for both kinds.
    pub fn run(&self) {
        match self {
            Self::Sign(key, e, fresh) => keep(key.sign_prehashed(e, fresh)),
            Self::SignKnownNonce(key, nonce) => {
                keep(key.sign_prehashed_with_known_nonces(&[7; 32], &[*nonce]));
            }
            Self::SignBatch(key, fresh) => {
                keep(sign_prehashed_batch(key, &[[7; 32]; 16], fresh));
            }
            Self::Encrypt(key, message, nonce) => {
                let receiver = key.public_key();
                keep(receiver.encrypt_with_known_nonces(message, &[*nonce]));
            }
            Self::Decrypt(key, text) => keep(key.decrypt(text)),
            Self::DecryptBatch(key, text) => {
                let mut c1 = [0; 64];
                c1[..32].copy_from_slice(&text.x1);
                c1[32..].copy_from_slice(&text.y1);
                let parts = CiphertextParts {
                    c1: &c1,
                    c3: &text.c3,
                    c2: &text.c2,
                };
                black_box(decrypt_batch(key, &[parts; 16]));
            }
            Self::VerifyHmac(mac, tag) => keep(mac.clone().verify(tag)),
            Self::OpenGcm(cipher, sealed) => {
                keep(cipher.decrypt(&[5; 12], b"", sealed, &mut [0; 32], 16));
            }
            Self::Unpad(text) => keep(cbc::unpadded_length(text)),
            Self::Sm4Block(key, block) => {
                let mut block = *block;
                key.encrypt_block(&mut block);
                black_box(block);
            }
            Self::Exchange(key, r) => {
                let own = Ephemeral::from_known_bytes(r);
                let own = own.unwrap_or_else(|_| unreachable!("below n, not zero"));
                let point = own.point();
                let peer = Party {
                    key: point,
                    user_id: b"B",
                    point,
                };
                keep(agree(Role::Initiator, key, b"A", &own, peer, 32));
            }
            Self::CbcMany(key, text) => {
                let mut sealed = [[0; 48]; 16];
                let mut jobs = sealed.each_mut().map(|sealed| cbc::Job {
                    iv: &[5; 16],
                    src: text,
                    dst: sealed,
                });
                cbc::encrypt_batch(key, &mut jobs);
                black_box(sealed);
            }
        }
    }
}

/// The outcome counts as used.
fn keep<T>(outcome: T) {
    black_box(outcome);
}

/// Kind 0 has few bits set, kind 1 is random: what a leak of length or weight tells apart.
fn scalar(kind: usize, noise: &mut Noise) -> [u8; 32] {
    let mut octets = [0; 32];
    if kind == 0 {
        octets[31] = 5;
    } else {
        octets = noise.octets();
        octets[0] &= 0x7f;
        octets[1] |= 1;
    }
    octets
}

fn key(octets: &[u8; 32]) -> PrivateKey {
    PrivateKey::from_bytes(octets).unwrap_or_else(|_| unreachable!("below n, not zero"))
}

fn sign_key(kind: usize, noise: &mut Noise) -> Input {
    let secret = scalar(kind, noise);
    Input {
        operand: Operand::Sign(key(&secret), [7; 32], noise.octets()),
        secret,
    }
}

fn sign_nonce(kind: usize, noise: &mut Noise) -> Input {
    let secret = scalar(kind, noise);
    Input {
        operand: Operand::SignKnownNonce(key(&[3; 32]), secret),
        secret,
    }
}

fn sign_batch_key(kind: usize, noise: &mut Noise) -> Input {
    let secret = scalar(kind, noise);
    Input {
        operand: Operand::SignBatch(key(&secret), noise.octets()),
        secret,
    }
}

fn encrypt_message(kind: usize, noise: &mut Noise) -> Input {
    let secret = scalar(kind, noise);
    Input {
        operand: Operand::Encrypt(key(&[3; 32]), secret, scalar(1, noise)),
        secret,
    }
}

fn sealed(key: &PrivateKey, noise: &mut Noise) -> Ciphertext {
    let sealed = key.public_key().encrypt(&[9; 32], &noise.octets());
    sealed.unwrap_or_else(|_| unreachable!("the message is not empty"))
}

fn decrypt_key(kind: usize, noise: &mut Noise) -> Input {
    let secret = scalar(kind, noise);
    let key = key(&secret);
    let text = sealed(&key, noise);
    Input {
        operand: Operand::Decrypt(key, text),
        secret,
    }
}

fn decrypt_batch_key(kind: usize, noise: &mut Noise) -> Input {
    let secret = scalar(kind, noise);
    let key = key(&secret);
    let text = sealed(&key, noise);
    Input {
        operand: Operand::DecryptBatch(key, text),
        secret,
    }
}

/// C3 wrong in the first octet or in the last: refused both times.
fn decrypt_c3(kind: usize, noise: &mut Noise) -> Input {
    let key = key(&[3; 32]);
    let mut text = sealed(&key, noise);
    text.c3[[0, 31][kind]] ^= 0x10;
    Input {
        operand: Operand::Decrypt(key, text),
        secret: [kind as u8; 32],
    }
}

/// The same r both times, so that nothing public differs.
fn exchange_key(kind: usize, noise: &mut Noise) -> Input {
    let secret = scalar(kind, noise);
    Input {
        operand: Operand::Exchange(key(&secret), [7; 32]),
        secret,
    }
}

fn cbc_many(kind: usize, noise: &mut Noise) -> Input {
    let secret = scalar(kind, noise);
    let key = std::array::from_fn(|i| secret[i]);
    Input {
        operand: Operand::CbcMany(sm4::Key::new(&key), secret),
        secret,
    }
}

fn hmac_tag(kind: usize, noise: &mut Noise) -> Input {
    let key: [u8; 32] = noise.octets();
    let mut tag = hmac_sm3(&key, &[]);
    tag[[0, 31][kind]] ^= 0x10;
    Input {
        operand: Operand::VerifyHmac(HmacSm3::new(&key), tag),
        secret: [kind as u8; 32],
    }
}

fn gcm_tag(kind: usize, noise: &mut Noise) -> Input {
    let cipher = gcm::Gcm::new(&noise.octets());
    let mut sealed = [0; 48];
    let made = cipher.encrypt(&[5; 12], b"", &noise.octets::<32>(), &mut sealed, 16);
    made.unwrap_or_else(|_| unreachable!("short enough"));
    sealed[[32, 47][kind]] ^= 0x10;
    Input {
        operand: Operand::OpenGcm(cipher, sealed),
        secret: [kind as u8; 32],
    }
}

/// Padding of 1 or of 16 octets, right both times.
fn unpad_length(kind: usize, noise: &mut Noise) -> Input {
    let mut text: [u8; 32] = noise.octets();
    let padding = [1, 16][kind];
    text[32 - padding..].fill(padding as u8);
    Input {
        operand: Operand::Unpad(text),
        secret: [kind as u8; 32],
    }
}

/// Padding of 16 octets, wrong in the first of them or in the last but one.
fn unpad_wrong(kind: usize, noise: &mut Noise) -> Input {
    let mut text: [u8; 32] = noise.octets();
    text[16..].fill(16);
    text[[16, 30][kind]] ^= 0x10;
    Input {
        operand: Operand::Unpad(text),
        secret: [kind as u8; 32],
    }
}

fn sm4_block(kind: usize, noise: &mut Noise) -> Input {
    let secret = scalar(kind, noise);
    let (key, block) = (
        std::array::from_fn(|i| secret[i]),
        std::array::from_fn(|i| secret[16 + i]),
    );
    Input {
        operand: Operand::Sm4Block(sm4::Key::new(&key), block),
        secret,
    }
}
