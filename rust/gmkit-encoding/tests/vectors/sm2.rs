//! SM2: keys, signatures, encryption.

use gmkit_core::sm2::{identity, Ciphertext, PrecomputedKey, PrivateKey, PublicKey, Signature};
use gmkit_encoding::sm2 as der;

use crate::loader::{Group, Test, Values};
use crate::{equal, verdict};

pub fn key(_: &Group, test: &Test) -> Result<(), String> {
    let values = &test.values;
    if values.has("privateKey") {
        let Ok(octets) = <[u8; 32]>::try_from(values.octets("privateKey")) else {
            return verdict(false, test);
        };
        let read = PrivateKey::from_bytes(&octets);
        verdict(read.is_ok(), test)?;
        let Ok(key) = read else { return Ok(()) };
        equal(&*key.to_bytes(), &octets)?;
        if values.has("publicKey") {
            equal(
                &key.public_key().to_bytes()[..],
                &values.octets("publicKey"),
            )?;
        }
        return Ok(());
    }
    let octets = values.octets("publicKey");
    let read = PublicKey::from_bytes(&octets);
    verdict(read.is_ok(), test)?;
    let Ok(key) = read else { return Ok(()) };
    let compressed = key.to_compressed();
    if values.has("compressed") {
        equal(&compressed[..], &values.octets("compressed"))?;
    }
    let again = PublicKey::from_bytes(&compressed).map_err(|_| "compressed form refused")?;
    equal(&again.to_bytes(), &key.to_bytes())
}

pub fn signature(group: &Group, test: &Test) -> Result<(), String> {
    if group.kind == "Sm2SignKnownNonce" {
        return known_nonce(group, test);
    }
    let values = &test.values;
    let key = public(&group.constants)?;
    let read = read_signature(group, &values.octets("sig"));
    let Some(signature) = read.map(|rs| Signature::from_bytes(&rs)) else {
        return verdict(false, test);
    };
    let precomputed = PrecomputedKey::new(&key);
    let (once, again) = if values.has("e") {
        let Ok(e) = <[u8; 32]>::try_from(values.octets("e")) else {
            return verdict(false, test);
        };
        (
            key.verify_prehashed(&signature, &e),
            precomputed.verify_prehashed(&signature, &e),
        )
    } else {
        let (message, user_id) = (values.octets("msg"), values.octets("userId"));
        (
            key.verify(&signature, &message, &user_id),
            precomputed.verify(&signature, &message, &user_id),
        )
    };
    if once.is_ok() != again.is_ok() {
        return Err("the precomputed key has another verdict".to_owned());
    }
    verdict(once.is_ok(), test)
}

/// r || s, if the octets are a signature in the form of the group.
pub fn read_signature(group: &Group, octets: &[u8]) -> Option<[u8; 64]> {
    if group.kind.ends_with("Raw") {
        octets.try_into().ok()
    } else {
        der::signature_from_der(octets).ok()
    }
}

fn known_nonce(group: &Group, test: &Test) -> Result<(), String> {
    let values = &test.values;
    let key = private(&group.constants)?;
    let user_id = values.octets("userId");
    equal(
        &key.public_key().to_bytes()[..],
        &group.constants.octets("publicKey"),
    )?;
    let z = identity::z(&user_id, key.public_key()).map_err(|_| "user identifier refused")?;
    equal(&z, &values.array("z"))?;
    let message = values.octets("msg");
    let e = key
        .digest(&message, &user_id)
        .map_err(|_| "user identifier refused")?;
    equal(&e, &values.array("e"))?;
    let signature = key
        .sign_prehashed_with_known_nonces(&e, &[values.array("k")])
        .map_err(|_| "nonce refused")?;
    equal(&signature.r, &values.array("r"))?;
    equal(&signature.s, &values.array("s"))?;
    let verified = key.public_key().verify(&signature, &message, &user_id);
    verdict(verified.is_ok(), test)
}

pub fn encryption(group: &Group, test: &Test) -> Result<(), String> {
    let (values, form) = (&test.values, group.constants.text("encoding"));
    let key = private(&group.constants)?;
    let octets = values.octets("ct");
    if values.has("k") {
        let encrypted = key
            .public_key()
            .encrypt_with_known_nonces(&values.octets("msg"), &[values.array("k")]);
        // A refused nonce: the ciphertext it would give must not open either.
        if encrypted.is_ok() != test.valid {
            return Err(format!("encryption with the known nonce: {encrypted:?}"));
        }
        if let Ok(ciphertext) = encrypted {
            equal(&join(form, &ciphertext), &octets)?;
        }
    }
    let opened = split(form, &octets).and_then(|parts| key.decrypt(&parts).ok());
    verdict(opened.is_some(), test)?;
    match opened {
        Some(message) => equal(&*message, &values.octets("msg")),
        None => Ok(()),
    }
}

pub fn ciphertext(_: &Group, test: &Test) -> Result<(), String> {
    verdict(
        der::ciphertext_from_der(&test.values.octets("ct")).is_ok(),
        test,
    )
}

pub fn split(form: &str, octets: &[u8]) -> Option<Ciphertext> {
    if form == "DER" {
        let read = der::ciphertext_from_der(octets).ok()?;
        let (x1, y1, c3) = (read.x, read.y, read.c3);
        return Some(Ciphertext {
            x1,
            y1,
            c3,
            c2: read.c2.to_vec(),
        });
    }
    let (tag, rest) = octets.split_first()?;
    let (x1, rest) = rest.split_first_chunk()?;
    let (y1, rest) = rest.split_first_chunk()?;
    let (c2, c3) = if form == "C1C3C2" {
        let (c3, c2) = rest.split_first_chunk()?;
        (c2, c3)
    } else {
        rest.split_last_chunk()?
    };
    (*tag == 4).then(|| Ciphertext {
        x1: *x1,
        y1: *y1,
        c3: *c3,
        c2: c2.to_vec(),
    })
}

fn join(form: &str, parts: &Ciphertext) -> Vec<u8> {
    let Ciphertext { x1, y1, c3, c2 } = parts;
    match form {
        "DER" => der::ciphertext_to_der(&der::Ciphertext {
            x: *x1,
            y: *y1,
            c3: *c3,
            c2,
        }),
        "C1C3C2" => [&[4][..], x1, y1, c3, c2].concat(),
        _ => [&[4][..], x1, y1, c2, c3].concat(),
    }
}

pub fn private(constants: &Values) -> Result<PrivateKey, String> {
    PrivateKey::from_bytes(&constants.array("privateKey")).map_err(|_| "private key refused".into())
}

pub fn public(constants: &Values) -> Result<PublicKey, String> {
    PublicKey::from_bytes(&constants.octets("publicKey")).map_err(|_| "public key refused".into())
}
