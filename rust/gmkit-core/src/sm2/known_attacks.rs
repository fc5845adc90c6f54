//! Faults that other implementations shipped and that show only where the nonce is in hand.

use super::sign::nonce;
use super::tests::{hex, hex32, key, D, K};
use super::*;

/// A nonce for which the digests below give what the standard tells to draw again.
const BAD: &str = "1111111111111111111111111111111111111111111111111111111111111111";
/// With that nonce, in this order: r = 0, r + k = n, s = 0.
const REFUSED_DIGESTS: [&str; 3] = [
    "7ad9ee07bb50fba97623040b3fbc88ce9f310137f70e142f514557a98e4ab7e0",
    "69c8dcf6aa3fea986511f2fa2eab77bd8e1ff026e5fd031e403446987d39a6cf",
    "b5e4ac43475c4bbaeb35c5e698c0e6679a4769fc6487643e70645bc109407fbf",
];
const N: &str = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";

/// r = 0, r + k = n, s = 0: the nonce is dropped and the next one taken.
#[test]
fn sig_08_the_signer_draws_again() {
    let key = key();
    for e in REFUSED_DIGESTS {
        let e = hex32(e);
        let alone = key.sign_prehashed_with_known_nonces(&e, &[hex32(BAD)]);
        assert_eq!(alone, Err(SigningFailed::NoNonce));
        let second = key.sign_prehashed_with_known_nonces(&e, &[hex32(BAD), hex32(K)]);
        assert_eq!(
            second,
            key.sign_prehashed_with_known_nonces(&e, &[hex32(K)])
        );
        let signature = second.unwrap();
        assert_eq!(key.public_key().verify_prehashed(&signature, &e), Ok(()));
    }
}

/// Numbers that are not from 1 to n - 1 are dropped, never reduced: n + 1 is not the nonce 1.
#[test]
fn rng_05_nonces_out_of_range_are_dropped() {
    let key = key();
    let e = [7; 32];
    let mut above = hex32(N);
    above[31] += 1;
    for bad in [[0; 32], hex32(N), above, [0xff; 32]] {
        let alone = key.sign_prehashed_with_known_nonces(&e, &[bad]);
        assert_eq!(alone, Err(SigningFailed::NoNonce));
        let alone = key.public_key().encrypt_with_known_nonces(b"m", &[bad]);
        assert_eq!(alone, Err(EncryptionFailed::NoNonce));
        let second = key.sign_prehashed_with_known_nonces(&e, &[bad, hex32(K)]);
        assert_eq!(
            second,
            key.sign_prehashed_with_known_nonces(&e, &[hex32(K)])
        );
    }
}

/// A source that gives 0, n - 1, n, 2^256 - 1 and then d: the key is d. One that gives nothing else fails.
#[test]
fn rng_05_rng_08_candidates_out_of_range_are_dropped() {
    let mut last = hex32(N);
    last[31] -= 1;
    let candidates = [[0; 32], last, hex32(N), [0xff; 32], hex32(D)];
    let mut given = candidates.iter();
    let generated = PrivateKey::generate(|candidate| {
        *candidate = *given.next().ok_or("no more")?;
        Ok::<(), &str>(())
    });
    let Ok(generated) = generated else {
        panic!("no key from a source that gives one");
    };
    assert_eq!(*generated.to_bytes(), hex32(D));
    assert_eq!(given.next(), None);
    let stuck = PrivateKey::generate(|candidate| {
        *candidate = last;
        Ok::<(), ()>(())
    });
    assert!(matches!(stuck, Err(GenerationFailed::OutOfRange)));
}

/// With the source frozen, other messages and other keys have other nonces.
#[test]
fn rng_07_nonces_hang_on_key_message_and_randomness() {
    let (ours, other) = (key(), PrivateKey::from_bytes(&[3; 32]).unwrap());
    let frozen = [9; 32];
    let base = nonce(&ours.nonces, &[1; 32], &frozen, 0);
    for different in [
        nonce(&ours.nonces, &[2; 32], &frozen, 0),
        nonce(&other.nonces, &[1; 32], &frozen, 0),
        nonce(&ours.nonces, &[1; 32], &[8; 32], 0),
        nonce(&ours.nonces, &[1; 32], &frozen, 1),
    ] {
        assert_ne!(*base, *different);
    }
    assert_eq!(*base, *nonce(&ours.nonces, &[1; 32], &frozen, 0));
}

/// The nonce of a signature written out: HMAC-SM3 under d and a label of its own, of the digest, the fresh octets and
/// the number of the attempt. What the key is used for besides has another key.
#[test]
fn rng_07_the_nonce_is_what_it_is_said_to_be() {
    use crate::hmac::hmac_sm3;
    let (key, e, fresh) = (key(), [1; 32], [9; 32]);
    let keyed = [&hex32(D)[..], b"gmkit SM2 signature nonce"].concat();
    let k = hmac_sm3(&keyed, &[&e, &fresh, &0u32.to_be_bytes()]);
    assert_eq!(
        key.sign_prehashed(&e, &fresh),
        key.sign_prehashed_with_known_nonces(&e, &[k])
    );
    // In a batch, under a key of the batch: where there are lanes, of digest and place; else, as above, with fresh
    // octets of the place.
    let secret = hmac_sm3(&keyed, &[b"batch", &fresh]);
    let signed = batch::sign_prehashed_batch(&key, &[[1; 32], [2; 32]], &fresh).unwrap();
    for ((signature, e), place) in signed.iter().zip([[1; 32], [2; 32]]).zip(0u64..) {
        let place = place.to_be_bytes();
        let together = hmac_sm3(&secret, &[&e, &place]);
        let alone = hmac_sm3(&secret, &[b"single", &place, &e]);
        let ways = [
            key.sign_prehashed_with_known_nonces(&e, &[together]),
            key.sign_prehashed(&e, &alone),
        ];
        assert!(ways.contains(&Ok(*signature)));
    }
}

/// A nonce whose key stream is all zero is dropped and the next one taken.
#[test]
fn enc_08_the_sender_draws_again() {
    let key = key();
    let mut zero = [0; 32];
    zero[30..].copy_from_slice(&470u16.to_be_bytes());
    let public = key.public_key();
    let alone = public.encrypt_with_known_nonces(b"A", &[zero]);
    assert_eq!(alone, Err(EncryptionFailed::NoNonce));
    let second = public.encrypt_with_known_nonces(b"A", &[zero, hex32(K)]);
    assert_eq!(second, public.encrypt_with_known_nonces(b"A", &[hex32(K)]));
    // The same nonce is good for a longer message: its stream is not all zero there.
    assert!(public.encrypt_with_known_nonces(b"AA", &[zero]).is_ok());
}

/// A caller's buffers stay as they are: what comes back is new, or nothing.
#[test]
fn enc_03_a_refusal_writes_nothing() {
    let key = key();
    let parts = key
        .public_key()
        .encrypt_with_known_nonces(b"plaintext", &[hex32(K)])
        .unwrap();
    let mut c1 = [0; 64];
    c1[..32].copy_from_slice(&parts.x1);
    c1[32..].copy_from_slice(&parts.y1);
    let mut c3 = parts.c3;
    c3[31] ^= 1;
    let before = (c1, c3, parts.c2.clone());
    assert!(key.decrypt_parts(&c1, &c3, &parts.c2).is_err());
    assert_eq!(before, (c1, c3, parts.c2.clone()));
    assert_eq!(*key.decrypt(&parts).unwrap(), hex("706c61696e74657874"));
}
