//! SM2: encodings, points, and the same result on every CPU path, alone and in a batch.

use gmkit_core::sm2::batch::{
    decrypt_batch, verify_prehashed_batch, BatchKey, CiphertextParts, Claim,
};
use gmkit_core::sm2::{probe, PrecomputedKey, PrivateKey, PublicKey, Signature};
use gmkit_encoding::sm2 as der;

use crate::paths::{agree, head};

/// How many go into a batch with the hostile one: more than there are lanes.
const MANY: usize = 9;

/// The key of every target that needs one.
#[must_use]
pub fn key() -> PrivateKey {
    PrivateKey::from_bytes(&[3; 32]).expect("in range")
}

/// A DER signature has one encoding.
pub fn signature(data: &[u8]) {
    if let Ok(rs) = der::signature_from_der(data) {
        assert_eq!(der::signature_to_der(&rs), data);
    }
    let (rs, _) = head::<64>(data);
    assert_eq!(der::signature_from_der(&der::signature_to_der(&rs)), Ok(rs));
}

/// A DER ciphertext has one encoding; decrypting it is the same on every path, alone and in a batch.
pub fn ciphertext(data: &[u8]) {
    let (c1, rest) = head::<64>(data);
    let (c3, c2) = head::<32>(rest);
    opened(&c1, &c3, c2);
    if let Ok(read) = der::ciphertext_from_der(data) {
        assert_eq!(der::ciphertext_to_der(&read), data);
        let mut c1 = [0; 64];
        c1[..32].copy_from_slice(&read.x);
        c1[32..].copy_from_slice(&read.y);
        opened(&c1, &read.c3, read.c2);
    }
}

fn opened(c1: &[u8; 64], c3: &[u8; 32], c2: &[u8]) {
    let key = key();
    let alone = agree(|| {
        key.decrypt_parts(c1, c3, c2)
            .map(|message| message.to_vec())
    });
    let good = key
        .public_key()
        .encrypt(b"beside", &[5; 32])
        .expect("a message");
    let mut beside = [0; 64];
    beside[..32].copy_from_slice(&good.x1);
    beside[32..].copy_from_slice(&good.y1);
    let parts: Vec<CiphertextParts<'_>> = (0..MANY)
        .map(|place| match place {
            4 => CiphertextParts { c1, c3, c2 },
            _ => CiphertextParts {
                c1: &beside,
                c3: &good.c3,
                c2: &good.c2,
            },
        })
        .collect();
    let together = agree(|| {
        let opened = decrypt_batch(&key, &parts).into_iter();
        opened
            .map(|one| one.map(|message| message.to_vec()))
            .collect::<Vec<_>>()
    });
    for (place, found) in together.into_iter().enumerate() {
        let expected = if place == 4 {
            alone.clone()
        } else {
            Ok(b"beside".to_vec())
        };
        assert_eq!(found, expected, "{place}");
    }
}

/// Points: on the curve on every path or on none; both forms of one are the same point.
pub fn point(data: &[u8]) {
    let read = agree(|| PublicKey::from_bytes(data).map(|key| key.to_bytes()));
    if let Ok(octets) = read {
        let key = PublicKey::from_bytes(&octets).expect("read before");
        let again = PublicKey::from_bytes(&key.to_compressed()).expect("of the same point");
        assert_eq!(again.to_bytes(), octets);
        assert!(octets[..] == *data || key.to_compressed()[..] == *data);
    }
}

/// A hostile signature is judged the same alone, with a table, in a batch, and on every path.
pub fn verify(data: &[u8]) {
    let (signature, rest) = head::<64>(data);
    let (e, point) = head::<32>(rest);
    let public = PublicKey::from_bytes(point).unwrap_or(*key().public_key());
    let signature = Signature::from_bytes(&signature);
    let alone = agree(|| public.verify_prehashed(&signature, &e));
    let table = agree(|| PrecomputedKey::new(&public).verify_prehashed(&signature, &e));
    assert_eq!(alone, table);
    let claims = [Claim {
        key: 0,
        e,
        signature,
    }; MANY];
    for each in agree(|| verify_prehashed_batch(&[BatchKey::Plain(&public)], &claims)) {
        assert_eq!(each, alone);
    }
}

/// Field, scalars and a whole signature with given key, digest and nonce: the same on every path, and
/// what is signed verifies.
pub fn arithmetic(data: &[u8]) {
    let (a, rest) = head::<32>(data);
    let (b, rest) = head::<32>(rest);
    let (nonce, _) = head::<32>(rest);
    agree(|| probe::frame(&a, &b));
    let Ok(public) = agree(|| PrivateKey::from_bytes(&a).map(|key| key.public_key().to_bytes()))
    else {
        return;
    };
    let key = PrivateKey::from_bytes(&a).expect("in range");
    let signed = agree(|| {
        let signature = key.sign_prehashed_with_known_nonces(&b, &[nonce]);
        signature.map(|signature| signature.to_bytes()).ok()
    });
    if let Some(signature) = signed {
        let public = PublicKey::from_bytes(&public).expect("of a key");
        let signature = Signature::from_bytes(&signature);
        assert_eq!(public.verify_prehashed(&signature, &b), Ok(()));
    }
}
