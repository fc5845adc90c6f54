//! SM3 (GB/T 32905-2016, the first example), HMAC and the key derivations on it.

use core::num::NonZeroU32;

use super::{hex, KnownAnswer};
use crate::hmac::HmacSm3;
use crate::{kdf, sm3};

pub(super) const KNOWN_ANSWERS: &[KnownAnswer] = &[
    KnownAnswer {
        name: "SM3",
        check: digest,
    },
    KnownAnswer {
        name: "SM3 batch",
        check: digest_batch,
    },
    KnownAnswer {
        name: "HMAC-SM3",
        check: hmac,
    },
    KnownAnswer {
        name: "HKDF-SM3",
        check: hkdf,
    },
    KnownAnswer {
        name: "PBKDF2-HMAC-SM3",
        check: pbkdf2,
    },
];

const DIGEST: [u8; 32] = hex("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");

fn digest(spoilt: bool) -> bool {
    let mut message = *b"abc";
    message[2] ^= u8::from(spoilt);
    sm3::digest(&message) == DIGEST
}

/// More messages than any kernel has lanes; every one must come out.
fn digest_batch(spoilt: bool) -> bool {
    const COUNT: usize = 33;
    let mut messages = [*b"abc"; COUNT];
    messages[COUNT - 2][0] ^= u8::from(spoilt);
    let mut digests = [[0; 32]; COUNT];
    sm3::digest_batch(
        &messages.each_ref().map(|message| &message[..]),
        &mut digests,
    );
    digests == [DIGEST; COUNT]
}

fn hmac(spoilt: bool) -> bool {
    const TAG: [u8; 32] = hex("2e87f1d16862e6d964b50a5200bf2b10b764faa9680a296a2405f24bec39f882");
    let mut key = *b"Jefe";
    key[0] ^= u8::from(spoilt);
    let mut mac = HmacSm3::new(&key);
    mac.update(b"what do ya want for nothing?");
    mac.verify(&TAG).is_ok()
}

/// The first input of RFC 5869.
fn hkdf(spoilt: bool) -> bool {
    const SALT: [u8; 13] = hex("000102030405060708090a0b0c");
    const INFO: [u8; 10] = hex("f0f1f2f3f4f5f6f7f8f9");
    const OKM: [u8; 42] =
        hex("c69fe91b7aaee2dd5718d72dcaee0cce93f1b8e41f792da51261b6a517e68b36ed2c595572b01dfa359b");
    let mut material = [0x0b; 22];
    material[21] ^= u8::from(spoilt);
    let mut out = [0; 42];
    let key = kdf::hkdf_extract(&SALT, &material);
    kdf::hkdf_expand(key.as_slice(), &INFO, &mut out).is_ok() && out == OKM
}

/// The first input of RFC 7914.
fn pbkdf2(spoilt: bool) -> bool {
    const KEY: [u8; 64] = hex(
        "30530b86537c85ea33fbe26ee0adea8d8bd91d283b87936f400e83ad2364ef26\
         32cd8662313657c0e6138ffeda2c4e6805869cbd8030188858d8a675ac762523",
    );
    let mut password = *b"passwd";
    password[5] ^= u8::from(spoilt);
    let mut out = [0; 64];
    kdf::pbkdf2_sm3(&password, b"salt", NonZeroU32::MIN, &mut out);
    out == KEY
}
