//! SM2: the worked examples of GB/T 32918.5-2017, with their nonces.

use super::{hex, KnownAnswer};
use crate::sm2::batch::{self, BatchKey, CiphertextParts, SignedMessage};
use crate::sm2::{Ciphertext, PrecomputedKey, PrivateKey, PublicKey, Signature, DEFAULT_USER_ID};

pub(super) const KNOWN_ANSWERS: &[KnownAnswer] = &[
    KnownAnswer {
        name: "SM2 public key",
        check: public_key,
    },
    KnownAnswer {
        name: "SM2 sign",
        check: sign,
    },
    KnownAnswer {
        name: "SM2 verify",
        check: verify,
    },
    KnownAnswer {
        name: "SM2 encrypt",
        check: encrypt,
    },
    KnownAnswer {
        name: "SM2 decrypt",
        check: decrypt,
    },
    KnownAnswer {
        name: "SM2 sign batch",
        check: sign_batch,
    },
    KnownAnswer {
        name: "SM2 verify batch",
        check: verify_batch,
    },
    KnownAnswer {
        name: "SM2 decrypt batch",
        check: decrypt_batch,
    },
];

const D: [u8; 32] = hex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
const P: [u8; 65] = hex(
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020\
     ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13",
);
const K: [u8; 32] = hex("59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21");
const SIGNATURE: [u8; 64] = hex(
    "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3\
     b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa",
);
const C1: [u8; 64] = hex(
    "04ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73\
     e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0",
);
const C3: [u8; 32] = hex("59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766");
const C2: [u8; 19] = hex("21886ca989ca9c7d58087307ca93092d651efa");
const PLAINTEXT: &[u8; 19] = b"encryption standard";

fn public_key(spoilt: bool) -> bool {
    let mut d = D;
    d[31] ^= u8::from(spoilt);
    PrivateKey::from_bytes(&d).is_ok_and(|key| key.public_key().to_bytes() == P)
}

fn sign(spoilt: bool) -> bool {
    let mut message = *b"message digest";
    message[0] ^= u8::from(spoilt);
    let Ok(key) = PrivateKey::from_bytes(&D) else {
        return false;
    };
    let Ok(e) = key.digest(&message, DEFAULT_USER_ID) else {
        return false;
    };
    let signed = key.sign_prehashed_with_known_nonces(&e, &[K]);
    signed.is_ok_and(|signature| signature.to_bytes() == SIGNATURE)
}

/// Accepts the good one; and refuses one whose s has another last bit, so that a verification which
/// always says yes is found out too.
fn verify(spoilt: bool) -> bool {
    let mut message = *b"message digest";
    message[0] ^= u8::from(spoilt);
    let Ok(key) = PublicKey::from_bytes(&P) else {
        return false;
    };
    let good = Signature::from_bytes(&SIGNATURE);
    let mut bad = good;
    bad.s[31] ^= 1;
    key.verify(&good, &message, DEFAULT_USER_ID).is_ok()
        && key.verify(&bad, &message, DEFAULT_USER_ID).is_err()
}

fn encrypt(spoilt: bool) -> bool {
    let mut message = *PLAINTEXT;
    message[0] ^= u8::from(spoilt);
    let Ok(key) = PublicKey::from_bytes(&P) else {
        return false;
    };
    let encrypted = key.encrypt_with_known_nonces(&message, &[K]);
    encrypted.is_ok_and(|parts| {
        let Ciphertext { x1, y1, c3, c2 } = parts;
        x1 == C1[..32] && y1 == C1[32..] && c3 == C3 && c2 == C2
    })
}

/// Opens the good one; and refuses one with another C2.
fn decrypt(spoilt: bool) -> bool {
    let Ok(key) = PrivateKey::from_bytes(&D) else {
        return false;
    };
    let mut c2 = C2;
    c2[18] ^= u8::from(spoilt);
    let opened = key.decrypt_parts(&C1, &C3, &c2);
    let mut changed = C2;
    changed[0] ^= 1;
    opened.is_ok_and(|message| *message == PLAINTEXT)
        && key.decrypt_parts(&C1, &C3, &changed).is_err()
}

/// Items of a batch: more than the lanes of any kernel, and not a multiple of them.
const BATCH: usize = 19;

/// The nonces of a batch are its own; what it signs must verify one by one.
fn sign_batch(spoilt: bool) -> bool {
    let Ok(key) = PrivateKey::from_bytes(&D) else {
        return false;
    };
    let messages: [[u8; 1]; BATCH] = core::array::from_fn(|i| [i as u8]);
    let mut signed = messages;
    signed[BATCH - 2][0] ^= u8::from(spoilt);
    let signed = signed.each_ref().map(|message| &message[..]);
    let Ok(signatures) = batch::sign_batch(&key, &signed, DEFAULT_USER_ID, &K) else {
        return false;
    };
    signatures.len() == BATCH
        && signatures
            .iter()
            .zip(&messages)
            .all(|(signature, message)| {
                let verified = key.public_key().verify(signature, message, DEFAULT_USER_ID);
                verified.is_ok()
            })
}

/// Good ones and a bad one among them, under a key with and without tables.
fn verify_batch(spoilt: bool) -> bool {
    let Ok(key) = PublicKey::from_bytes(&P) else {
        return false;
    };
    let good = Signature::from_bytes(&SIGNATURE);
    let mut bad = good;
    bad.s[31] ^= 1;
    let mut items = [SignedMessage {
        key: 0,
        message: b"message digest",
        signature: good,
    }; BATCH];
    for item in items.iter_mut().step_by(2) {
        item.key = 1;
    }
    items[3].signature = bad;
    if spoilt {
        items[BATCH - 1].signature = bad;
    }
    let table = PrecomputedKey::new(&key);
    let keys = [BatchKey::Plain(&key), BatchKey::Precomputed(&table)];
    let verdicts = batch::verify_batch(&keys, &items, DEFAULT_USER_ID);
    verdicts.len() == BATCH
        && verdicts
            .iter()
            .enumerate()
            .all(|(i, verdict)| verdict.is_ok() == (i != 3))
}

/// Good ones and a bad one among them.
fn decrypt_batch(spoilt: bool) -> bool {
    let Ok(key) = PrivateKey::from_bytes(&D) else {
        return false;
    };
    let mut changed = C2;
    changed[0] ^= 1;
    let mut items = [CiphertextParts {
        c1: &C1,
        c3: &C3,
        c2: &C2,
    }; BATCH];
    items[3].c2 = &changed;
    if spoilt {
        items[BATCH - 1].c2 = &changed;
    }
    let opened = batch::decrypt_batch(&key, &items);
    opened.len() == BATCH
        && opened.iter().enumerate().all(|(i, opened)| match opened {
            Ok(message) => i != 3 && **message == PLAINTEXT,
            Err(_) => i == 3,
        })
}
