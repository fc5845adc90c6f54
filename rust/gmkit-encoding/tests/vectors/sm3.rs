//! SM3, HMAC and key derivation.

use std::num::NonZeroU32;

use gmkit_core::hmac::HmacSm3;
use gmkit_core::sm3::{self, Sm3};
use gmkit_core::{kdf, sm3::digest_batch};

use crate::loader::{Group, Test};
use crate::{equal, verdict};

pub fn digest(_: &Group, test: &Test) -> Result<(), String> {
    let values = &test.values;
    let repeat = if values.has("repeat") {
        values.number("repeat")
    } else {
        1
    };
    let message = values.octets("msg").repeat(repeat);
    let expected: [u8; 32] = values.array("digest");
    equal(&sm3::digest(&message), &expected)?;
    let mut pieces = Sm3::new();
    for piece in message.chunks(61) {
        pieces.update(piece);
    }
    equal(&pieces.finalize(), &expected)?;
    let mut digests = [[0; 32]; 17];
    digest_batch(&[message.as_slice(); 17], &mut digests);
    equal(&digests, &[expected; 17])
}

pub fn hmac(group: &Group, test: &Test) -> Result<(), String> {
    let (values, octets) = (&test.values, group.constants.number("tagSize") / 8);
    let mut mac = HmacSm3::new(&values.octets("key"));
    mac.update(&values.octets("msg"));
    let expected = values.octets("tag");
    // Truncated tags are compared here: the core accepts whole tags only.
    verdict(mac.clone().finalize()[..octets] == *expected, test)?;
    let whole = mac.verify(&expected).is_ok();
    if whole == (test.valid && octets == 32) {
        Ok(())
    } else {
        Err(format!("verify says {whole}"))
    }
}

pub fn sm2_kdf(_: &Group, test: &Test) -> Result<(), String> {
    let mut out = vec![0; test.values.number("size")];
    kdf::sm2_kdf(&[&test.values.octets("z")], &mut out);
    equal(&out, &test.values.octets("out"))
}

pub fn hkdf(_: &Group, test: &Test) -> Result<(), String> {
    let values = &test.values;
    let key = kdf::hkdf_extract(&values.octets("salt"), &values.octets("ikm"));
    let mut out = vec![0; values.number("size")];
    let done = kdf::hkdf_expand(key.as_slice(), &values.octets("info"), &mut out).is_ok();
    verdict(done && out == values.octets("okm"), test)
}

pub fn pbkdf2(_: &Group, test: &Test) -> Result<(), String> {
    let values = &test.values;
    let rounds = u32::try_from(values.number("iterations"))
        .ok()
        .and_then(NonZeroU32::new);
    let mut out = vec![0; values.number("size")];
    let (password, salt) = (values.octets("password"), values.octets("salt"));
    kdf::pbkdf2_sm3(&password, &salt, rounds.ok_or("no rounds")?, &mut out);
    equal(&out, &values.octets("dk"))
}
