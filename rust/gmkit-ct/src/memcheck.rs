//! Secrets poisoned: valgrind then reports every branch and every address that depends on one.

use std::hint::black_box;
use std::num::NonZeroU32;

use gmkit_core::hmac::{hmac_sm3, HmacSm3};
use gmkit_core::sm2::batch::{decrypt_batch, sign_batch, CiphertextParts};
use gmkit_core::sm2::exchange::{agree, Ephemeral, Party, Role};
use gmkit_core::sm2::{PrivateKey, DEFAULT_USER_ID};
use gmkit_core::sm4::{self, cbc, ccm, cfb, cmac, ctr, ecb, gcm, gcm_siv, ofb, xts};
use gmkit_core::{ct, kdf, sm3};

use crate::leak::leak;
use crate::noise::Noise;

/// Runs every case; whether valgrind had nothing to report.
pub fn run() -> bool {
    if !ct::under_valgrind() {
        println!("not under valgrind: nothing would be reported");
        return false;
    }
    let mut clean = true;
    for (name, case) in CASES {
        let before = ct::reports();
        case(&mut Noise::new(7));
        let found = ct::reports() - before;
        println!(
            "{name:<28} {found:>10} {}",
            if found == 0 { "ok" } else { "LEAK" }
        );
        clean &= found == 0;
    }
    clean
}

type Case = (&'static str, fn(&mut Noise));

const CASES: &[Case] = &[
    ("sm2 key from octets", key_from_octets),
    ("sm2 key generation", key_generation),
    ("sm2 sign", sign),
    ("sm2 sign, known nonce", sign_known_nonce),
    ("sm2 sign batch", sign_in_a_batch),
    ("sm2 encrypt", encrypt),
    ("sm2 decrypt", decrypt),
    ("sm2 decrypt, wrong C3", decrypt_wrong_c3),
    ("sm2 decrypt batch", decrypt_in_a_batch),
    ("sm2 key exchange", exchange),
    ("sm3, one and many", hashes),
    ("hmac and its comparison", hmac),
    ("pbkdf2, hkdf, sm2 kdf", derivations),
    ("sm4 blocks", sm4_blocks),
    ("sm4 cbc and unpadding", sm4_cbc),
    ("sm4 cbc, many messages", sm4_cbc_many),
    ("sm4 streams", sm4_streams),
    ("sm4 gcm", sm4_gcm),
    ("sm4 gcm in pieces", sm4_gcm_in_pieces),
    ("sm4 gcm-siv", sm4_gcm_siv),
    ("sm4 ccm", sm4_ccm),
    ("sm4 xts", sm4_xts),
    ("sm4 cmac", sm4_cmac),
];

/// Octets that valgrind takes for secret.
fn secret<const N: usize>(noise: &mut Noise) -> [u8; N] {
    let mut octets = black_box(noise.octets());
    ct::classify(&octets);
    leak(black_box(&octets), 1);
    *black_box(&mut octets)
}

/// Secret octets of a number below n.
fn scalar(noise: &mut Noise) -> [u8; 32] {
    let mut octets: [u8; 32] = secret(noise);
    octets[0] &= 0x7f;
    octets
}

/// A private key made of secret octets; small enough to be one, whatever the noise.
fn key(noise: &mut Noise) -> PrivateKey {
    PrivateKey::from_bytes(black_box(&scalar(noise))).unwrap_or_else(|_| unreachable!("below n"))
}

fn key_from_octets(noise: &mut Noise) {
    black_box(key(noise).to_bytes());
}

fn key_generation(noise: &mut Noise) {
    let made = PrivateKey::generate::<()>(|candidate| {
        *candidate = secret(noise);
        Ok(())
    });
    black_box(made.is_ok());
}

fn sign(noise: &mut Noise) {
    let key = key(noise);
    for length in [0, 20, 200] {
        let signed = key.sign(&vec![7; length], DEFAULT_USER_ID, &secret(noise));
        black_box(signed.is_ok());
    }
}

fn sign_known_nonce(noise: &mut Noise) {
    let signed = key(noise).sign_prehashed_with_known_nonces(&[7; 32], &[secret(noise)]);
    black_box(signed.is_ok());
}

fn sign_in_a_batch(noise: &mut Noise) {
    let key = key(noise);
    let messages: [&[u8]; 9] = [b"message"; 9];
    black_box(sign_batch(&key, &messages, DEFAULT_USER_ID, &secret(noise)).is_ok());
}

fn encrypt(noise: &mut Noise) {
    let receiver = *key(noise).public_key();
    for message in [
        &secret::<1>(noise)[..],
        &secret::<32>(noise),
        &secret::<700>(noise),
    ] {
        black_box(receiver.encrypt(message, &secret(noise)).is_ok());
    }
}

/// A ciphertext as it comes from outside: nothing of it is secret.
fn ciphertext(key: &PrivateKey, length: usize) -> gmkit_core::sm2::Ciphertext {
    key.public_key()
        .encrypt(&vec![9; length], &[3; 32])
        .unwrap_or_else(|_| unreachable!("not empty"))
}

fn decrypt(noise: &mut Noise) {
    let key = key(noise);
    for length in [1, 32, 700] {
        black_box(key.decrypt(&ciphertext(&key, length)).is_ok());
    }
}

fn decrypt_wrong_c3(noise: &mut Noise) {
    let key = key(noise);
    for at in [0, 31] {
        let mut wrong = ciphertext(&key, 32);
        wrong.c3[at] ^= 1;
        black_box(key.decrypt(&wrong).is_ok());
    }
}

fn decrypt_in_a_batch(noise: &mut Noise) {
    let key = key(noise);
    let text = ciphertext(&key, 50);
    let c1: [u8; 64] = std::array::from_fn(|i| if i < 32 { text.x1[i] } else { text.y1[i - 32] });
    let parts = CiphertextParts {
        c1: &c1,
        c3: &text.c3,
        c2: &text.c2,
    };
    black_box(decrypt_batch(&key, &[parts; 9]).len());
}

fn exchange(noise: &mut Noise) {
    let (key, peer) = (key(noise), key(noise));
    let r: [u8; 32] = scalar(noise);
    let own = Ephemeral::from_known_bytes(&r).unwrap_or_else(|_| unreachable!("below n"));
    let party = Party {
        key: peer.public_key(),
        user_id: b"B",
        point: peer.public_key(),
    };
    for role in [Role::Initiator, Role::Responder] {
        let made = agree(role, &key, b"A", &own, party, 40);
        let agreed = made.unwrap_or_else(|_| unreachable!("a good point"));
        black_box(agreed.confirms(Role::Initiator, &[1; 32]));
        black_box(&agreed.secret);
    }
}

fn hashes(noise: &mut Noise) {
    let message: [u8; 300] = secret(noise);
    black_box(sm3::digest(&message));
    let messages: Vec<&[u8]> = (0..20).map(|i| &message[..15 * i]).collect();
    let mut digests = [[0; 32]; 20];
    sm3::digest_batch(&messages, &mut digests);
    black_box(digests);
}

fn hmac(noise: &mut Noise) {
    for key in [&secret::<32>(noise)[..], &secret::<100>(noise)] {
        let tag = hmac_sm3(key, &[&secret::<77>(noise)]);
        black_box(HmacSm3::new(key).verify(&tag).is_ok());
        black_box(HmacSm3::new(key).verify(&[1; 32]).is_ok());
    }
}

fn derivations(noise: &mut Noise) {
    let mut out = [0; 700];
    kdf::pbkdf2_sm3(
        &secret::<20>(noise),
        b"salt",
        NonZeroU32::MIN.saturating_add(2),
        &mut out,
    );
    let prk = kdf::hkdf_extract(b"salt", &secret::<32>(noise));
    black_box(kdf::hkdf_expand(prk.as_slice(), b"info", &mut out).is_ok());
    for length in [1, 32, 700] {
        kdf::sm2_kdf(&[&secret::<64>(noise)], &mut out[..length]);
        kdf::sm2_kdf(&[&secret::<65>(noise)], &mut out[..length]);
    }
    black_box(out);
}

fn sm4_blocks(noise: &mut Noise) {
    let key = sm4::Key::new(&secret(noise));
    let mut block = secret(noise);
    key.encrypt_block(&mut block);
    key.decrypt_block(&mut block);
    let (text, mut out) = (secret::<1088>(noise), [0; 1088]);
    black_box(ecb::encrypt(&key, &text, &mut out).is_ok());
    black_box(ecb::decrypt(&key, &text, &mut out).is_ok());
    black_box((block, out));
}

fn sm4_cbc(noise: &mut Noise) {
    let key = sm4::Key::new(&secret(noise));
    let iv = [5; 16];
    for length in [0, 15, 16, 1000] {
        let sealed = cbc::encrypt_to_vec(&key, &iv, &secret::<1000>(noise)[..length]);
        black_box(cbc::decrypt_to_vec(&key, &iv, &sealed).is_ok());
    }
    // Whatever a wrong key leaves there instead of padding.
    black_box(cbc::unpadded_length(&secret::<32>(noise)).is_ok());
    black_box(cbc::decrypt_to_vec(&key, &iv, &[9; 64]).is_ok());
}

fn sm4_cbc_many(noise: &mut Noise) {
    let key = sm4::Key::new(&secret(noise));
    let texts: Vec<[u8; 70]> = (0..70).map(|_| secret(noise)).collect();
    let mut sealed: Vec<Vec<u8>> = (0..70).map(|at| vec![0; cbc::padded_length(at)]).collect();
    let mut jobs: Vec<_> = texts
        .iter()
        .zip(&mut sealed)
        .zip(0..)
        .map(|((text, sealed), length)| cbc::Job {
            iv: &[5; 16],
            src: &text[..length],
            dst: sealed,
        })
        .collect();
    cbc::encrypt_batch(&key, &mut jobs);
    black_box(&sealed);
}

fn sm4_gcm_in_pieces(noise: &mut Noise) {
    let cipher = gcm::Gcm::new(&secret(noise));
    let (text, mut sealed) = (secret::<1100>(noise), [0; 1100]);
    let made = gcm::Encryptor::new(cipher, &[5; 12], b"aad");
    let mut stream = made.unwrap_or_else(|_| unreachable!("short enough"));
    let mut from = 0;
    for piece in [1, 15, 16, 100, 968] {
        let range = from..from + piece;
        black_box(
            stream
                .update(&text[range.clone()], &mut sealed[range])
                .is_ok(),
        );
        from += piece;
    }
    black_box((stream.finish(), sealed));
}

fn sm4_streams(noise: &mut Noise) {
    let (text, mut out) = (secret::<1100>(noise), [0; 1100]);
    let key = sm4::Key::new(&secret(noise));
    ctr::crypt(&key, 3, &text, &mut out);
    black_box(cfb::encrypt(&key, &[5; 16], 16, &text, &mut out).is_ok());
    black_box(cfb::decrypt(&key, &[5; 16], 16, &text, &mut out).is_ok());
    ofb::Stream::new(key, &[5; 16]).update(&text, &mut out);
    black_box(out);
}

fn sm4_gcm(noise: &mut Noise) {
    let cipher = gcm::Gcm::new(&secret(noise));
    for length in [0, 16, 1100] {
        let text = &secret::<1100>(noise)[..length];
        let (mut sealed, mut opened) = (vec![0; length + 16], vec![0; length]);
        black_box(
            cipher
                .encrypt(&[5; 12], b"aad", text, &mut sealed, 16)
                .is_ok(),
        );
        // What is sent is public.
        ct::declassify(&sealed[..]);
        black_box(
            cipher
                .decrypt(&[5; 12], b"aad", &sealed, &mut opened, 16)
                .is_ok(),
        );
        sealed[length] ^= 1;
        black_box(
            cipher
                .decrypt(&[5; 12], b"aad", &sealed, &mut opened, 16)
                .is_ok(),
        );
    }
}

fn sm4_gcm_siv(noise: &mut Noise) {
    let cipher = gcm_siv::GcmSiv::new(&secret(noise));
    let (mut sealed, mut opened) = ([0; 116], [0; 100]);
    let made = cipher.encrypt(&[5; 12], b"aad", &secret::<100>(noise), &mut sealed);
    black_box(made.is_ok());
    ct::declassify(&sealed);
    for wrong in [0, 1] {
        sealed[115] ^= wrong;
        let made = cipher.decrypt(&[5; 12], b"aad", &sealed, &mut opened);
        black_box(made.is_ok());
    }
}

fn sm4_ccm(noise: &mut Noise) {
    let cipher = ccm::Ccm::new(&secret(noise));
    let (mut sealed, mut opened) = ([0; 116], [0; 100]);
    black_box(
        cipher
            .encrypt(&[5; 12], b"aad", &secret::<100>(noise), &mut sealed, 16)
            .is_ok(),
    );
    ct::declassify(&sealed);
    black_box(
        cipher
            .decrypt(&[5; 12], b"aad", &sealed, &mut opened, 16)
            .is_ok(),
    );
    sealed[100] ^= 1;
    black_box(
        cipher
            .decrypt(&[5; 12], b"aad", &sealed, &mut opened, 16)
            .is_ok(),
    );
}

fn sm4_xts(noise: &mut Noise) {
    for standard in [xts::Standard::Ieee, xts::Standard::Gb] {
        let cipher = xts::Xts::new(&secret(noise), &secret(noise), standard);
        let (text, mut out) = (secret::<1100>(noise), [0; 1100]);
        for length in [16, 17, 31, 1100] {
            black_box(
                cipher
                    .encrypt(&[5; 16], &text[..length], &mut out[..length])
                    .is_ok(),
            );
            black_box(
                cipher
                    .decrypt(&[5; 16], &text[..length], &mut out[..length])
                    .is_ok(),
            );
        }
    }
}

fn sm4_cmac(noise: &mut Noise) {
    let key: [u8; 16] = secret(noise);
    for length in [0, 16, 50] {
        let data = &secret::<50>(noise)[..length];
        let mut mac = cmac::Cmac::new(sm4::Key::new(&key));
        mac.update(data);
        black_box(mac.verify(&[1; 16]).is_ok());
        black_box(cmac::mac(&sm4::Key::new(&key), data));
    }
}
