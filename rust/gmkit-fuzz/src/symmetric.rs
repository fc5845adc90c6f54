//! SM3 and SM4: every kernel gives what the plain one gives, and decrypting undoes encrypting.

use gmkit_core::sm4::{
    cbc, ccm, cfb, ctr, ecb, file, gcm, gcm_siv, hctr, ofb, xts, Key, BLOCK, KEY,
};
use gmkit_core::{hmac, sm3};

use crate::paths::{agree, head};

const NONCE: usize = 12;
const TAG: usize = 16;

/// One message whole, in two parts, with a key, and among others in lanes.
pub fn sm3(data: &[u8]) {
    let (at, message) = head::<1>(data);
    let (first, second) = message.split_at(usize::from(at[0]).min(message.len()));
    let whole = agree(|| sm3::digest(message));
    assert_eq!(agree(|| sm3::digest_parts(&[first, second])), whole);
    agree(|| hmac::hmac_sm3(first, &[second]));
    let messages: Vec<&[u8]> = (0..20)
        .map(|place| {
            if place % 3 == 0 {
                message
            } else {
                &first[..first.len() / (place + 1)]
            }
        })
        .collect();
    let together = agree(|| {
        let mut digests = vec![[0; sm3::DIGEST_LENGTH]; messages.len()];
        sm3::digest_batch(&messages, &mut digests);
        digests
    });
    for (message, digest) in messages.iter().zip(together) {
        assert_eq!(sm3::digest(message), digest);
    }
}

/// Every mode, encrypted and decrypted, and hostile octets before every check of a tag.
pub fn sm4(data: &[u8]) {
    let (key, rest) = head::<KEY>(data);
    let (iv, rest) = head::<BLOCK>(rest);
    let (at, rest) = head::<1>(rest);
    let (aad, message) = rest.split_at(usize::from(at[0]).min(rest.len()));
    streams(&key, &iv, message);
    wide_blocks(&key, &iv, message);
    authenticated(&key, &iv[..NONCE], aad, message);
}

/// One direction of a mode: whether it took the text.
type Act<'a> = &'a dyn Fn(&[u8], &mut [u8]) -> bool;

/// The same on every path: whether it was taken, and what came of it.
fn done(act: Act<'_>, src: &[u8], length: usize) -> (bool, Vec<u8>) {
    agree(|| {
        let mut dst = vec![0; length];
        let good = act(src, &mut dst);
        (good, dst)
    })
}

fn undone(name: &str, forth: Act<'_>, back: Act<'_>, text: &[u8]) {
    let (good, encrypted) = done(forth, text, text.len());
    if good {
        let decrypted = done(back, &encrypted, text.len());
        assert_eq!(decrypted, (true, text.to_vec()), "{name}");
    }
}

fn streams(key: &[u8; KEY], iv: &[u8; BLOCK], message: &[u8]) {
    let key = || Key::new(key);
    let modes: [(&str, Act<'_>, Act<'_>); 5] = [
        (
            "ecb",
            &|src, dst| ecb::encrypt(&key(), src, dst).is_ok(),
            &|src, dst| ecb::decrypt(&key(), src, dst).is_ok(),
        ),
        (
            "cbc",
            &|src, dst| cbc::Encryptor::new(key(), iv).update(src, dst).is_ok(),
            &|src, dst| cbc::Decryptor::new(key(), iv).update(src, dst).is_ok(),
        ),
        (
            "cfb",
            &|src, dst| cfb::encrypt(&key(), iv, BLOCK, src, dst).is_ok(),
            &|src, dst| cfb::decrypt(&key(), iv, BLOCK, src, dst).is_ok(),
        ),
        (
            "ctr",
            &|src, dst| {
                ctr::Stream::new(key(), iv).update(src, dst);
                true
            },
            &|src, dst| {
                ctr::crypt(&key(), u128::from_be_bytes(*iv), src, dst);
                true
            },
        ),
        (
            "ofb",
            &|src, dst| {
                ofb::Stream::new(key(), iv).update(src, dst);
                true
            },
            &|src, dst| {
                ofb::Stream::new(key(), iv).update(src, dst);
                true
            },
        ),
    ];
    let whole = &message[..message.len() / BLOCK * BLOCK];
    for (name, forth, back) in modes {
        undone(name, forth, back, whole);
        undone(name, forth, back, message);
    }
    let padded = agree(|| cbc::encrypt_to_vec(&key(), iv, message));
    let open = |text: &[u8]| agree(|| cbc::decrypt_to_vec(&key(), iv, text).map(|t| t.to_vec()));
    assert_eq!(open(&padded).as_deref(), Ok(message));
    // Whatever its padding is.
    let _ = open(message);
}

fn wide_blocks(key: &[u8; KEY], tweak: &[u8; BLOCK], message: &[u8]) {
    for standard in [xts::Standard::Ieee, xts::Standard::Gb] {
        let mode = || xts::Xts::new(key, tweak, standard);
        undone(
            "xts",
            &|src, dst| mode().encrypt(tweak, src, dst).is_ok(),
            &|src, dst| mode().decrypt(tweak, src, dst).is_ok(),
            message,
        );
    }
    let mode = || hctr::Hctr::new(key, tweak);
    undone(
        "hctr",
        &|src, dst| mode().encrypt(tweak, src, dst).is_ok(),
        &|src, dst| mode().decrypt(tweak, src, dst).is_ok(),
        message,
    );
}

fn authenticated(key: &[u8; KEY], nonce: &[u8], aad: &[u8], message: &[u8]) {
    let (gcm, ccm) = (|| gcm::Gcm::new(key), || ccm::Ccm::new(key));
    let siv = || gcm_siv::GcmSiv::new(key);
    let modes: [(&str, Act<'_>, Act<'_>); 3] = [
        (
            "gcm",
            &|src, dst| gcm().encrypt(nonce, aad, src, dst, TAG).is_ok(),
            &|src, dst| gcm().decrypt(nonce, aad, src, dst, TAG).is_ok(),
        ),
        (
            "ccm",
            &|src, dst| ccm().encrypt(nonce, aad, src, dst, TAG).is_ok(),
            &|src, dst| ccm().decrypt(nonce, aad, src, dst, TAG).is_ok(),
        ),
        (
            "gcm-siv",
            &|src, dst| siv().encrypt(nonce, aad, src, dst).is_ok(),
            &|src, dst| siv().decrypt(nonce, aad, src, dst).is_ok(),
        ),
    ];
    for (name, seal, open) in modes {
        let (sealed, text) = done(seal, message, message.len() + TAG);
        assert!(sealed, "{name}");
        assert_eq!(
            done(open, &text, message.len()),
            (true, message.to_vec()),
            "{name}"
        );
        if let Some(length) = message.len().checked_sub(TAG) {
            let (good, left) = done(open, message, length);
            // Nothing of a text that is not genuine is left behind.
            assert!(good || left.iter().all(|octet| *octet == 0), "{name}");
        }
    }
}

/// Chunks of a sealed file: what is sealed opens, and hostile octets leave nothing behind.
pub fn sm4_file(data: &[u8]) {
    let (key, rest) = head::<KEY>(data);
    let (salt, text) = head::<{ file::SALT }>(rest);
    let chunks = || file::Chunks::new(&key, &salt, b"");
    let sealed = agree(|| {
        let mut dst = vec![0; file::Chunks::sealed_length(text.len())];
        chunks().seal(text, true, &mut dst).map(|()| dst)
    })
    .expect("a text of this length");
    let open = |src: &[u8]| {
        let length = file::Chunks::opened_length(src.len())?;
        Some(agree(|| {
            let mut dst = vec![0; length];
            let good = chunks().open(src, true, &mut dst).is_ok();
            (good, dst)
        }))
    };
    assert_eq!(open(&sealed), Some((true, text.to_vec())));
    if let Some((good, left)) = open(text) {
        assert!(good || left.iter().all(|octet| *octet == 0));
    }
}
