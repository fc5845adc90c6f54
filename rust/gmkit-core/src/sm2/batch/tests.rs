//! Batches against one operation at a time, for every kind of item and every size.

use super::*;
use crate::cpu::tests::on_every_path;
use crate::sm2::identity::DEFAULT_USER_ID;
use crate::sm2::key::{PrivateKey, PublicKey};
use crate::sm2::precomputed::PrecomputedKey;
use crate::sm2::sign::Signature;

/// Octets for tests, from a counter.
fn octets(seed: u64) -> [u8; 32] {
    crate::sm3::digest(&seed.to_be_bytes())
}

fn key(seed: u64) -> PrivateKey {
    PrivateKey::from_bytes(&octets(seed)).expect("one in 2^32 is no key")
}

fn messages(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|at| vec![at as u8; at * 7 % 150]).collect()
}

#[test]
fn batches_of_every_size_are_signed_and_verified() {
    on_every_path(|_| {
        for count in 0..=40 {
            let key = key(count as u64);
            let user_id = [b'u'; 40].split_at(count).0;
            let messages = messages(count);
            let borrowed: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
            let signed = sign_batch(&key, &borrowed, user_id, &octets(1000)).expect("signs");
            assert_eq!(signed.len(), count);
            for (message, signature) in messages.iter().zip(&signed) {
                assert_eq!(key.public_key().verify(signature, message, user_id), Ok(()));
                assert!(key
                    .public_key()
                    .verify(signature, message, b"another")
                    .is_err());
            }
            let items: Vec<_> = borrowed
                .iter()
                .zip(&signed)
                .map(|(message, signature)| SignedMessage {
                    key: 0,
                    message,
                    signature: *signature,
                })
                .collect();
            let plain = [BatchKey::Plain(key.public_key())];
            assert_eq!(verify_batch(&plain, &items, user_id), vec![Ok(()); count]);
        }
    });
}

#[test]
fn a_batch_signs_with_distinct_nonces() {
    on_every_path(|_| {
        let key = key(7);
        let digests = vec![[9; 32]; 50];
        let first = sign_prehashed_batch(&key, &digests, &octets(1)).expect("signs");
        let second = sign_prehashed_batch(&key, &digests, &octets(2)).expect("signs");
        let mut rs: Vec<_> = first
            .iter()
            .chain(&second)
            .map(|signature| signature.r)
            .collect();
        rs.sort_unstable();
        rs.dedup();
        assert_eq!(rs.len(), 100);
    });
}

#[test]
fn the_same_fresh_octets_do_not_repeat_a_nonce_for_another_message() {
    on_every_path(|_| {
        let key = key(8);
        let sign = |e: u8| sign_prehashed_batch(&key, &[[e; 32]; 8], &octets(1)).expect("signs");
        for (one, other) in sign(1).iter().zip(sign(2)) {
            // r = e + x1 mod n: for one nonce, r - r' would be e - e'.
            let difference = |a: &[u8; 32], b: &[u8; 32]| {
                use crate::sm2::scalar::Scalar;
                Scalar::reduce_octets(a)
                    .sub(&Scalar::reduce_octets(b))
                    .to_octets()
            };
            assert_ne!(difference(&one.r, &other.r), difference(&[1; 32], &[2; 32]));
        }
    });
}

/// One item in many variants: right, and wrong in each way.
fn variants(key: &PrivateKey, e: &[u8; 32], seed: u64) -> Vec<Signature> {
    let good = key.sign_prehashed(e, &octets(seed)).expect("signs");
    let with = |change: &dyn Fn(&mut Signature)| {
        let mut bad = good;
        change(&mut bad);
        bad
    };
    let n = *b"\xff\xff\xff\xfe\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\
               \x72\x03\xdf\x6b\x21\xc6\x05\x2b\x53\xbb\xf4\x09\x39\xd5\x41\x23";
    let r = crate::sm2::scalar::Scalar::reduce_octets(&good.r);
    vec![
        good,
        with(&|s| s.r[31] ^= 1),
        with(&|s| s.s[0] ^= 0x40),
        with(&|s| s.r = [0; 32]),
        with(&|s| s.s = [0; 32]),
        with(&|s| s.r = n),
        with(&|s| s.s = n),
        with(&|s| s.s = [0xff; 32]),
        // t = r + s = 0 mod n.
        with(&|s| s.s = r.negate().to_octets()),
        with(&|s| core::mem::swap(&mut s.r, &mut s.s)),
    ]
}

#[test]
fn every_verdict_is_that_of_the_single_verification() {
    on_every_path(|_| {
        let keys: Vec<PrivateKey> = (0..11).map(key).collect();
        let tables: Vec<_> = keys
            .iter()
            .map(|key| PrecomputedKey::new(key.public_key()))
            .collect();
        // So many of two keys that without lanes they share inversions too.
        for (round, items) in [1, 2, 7, 8, 9, 40, 400, 40, 1300].into_iter().enumerate() {
            for kinds in 0..3 {
                let batch_keys: Vec<_> = keys
                    .iter()
                    .zip(&tables)
                    .enumerate()
                    .map(|(at, (key, table))| match (kinds, at % 2) {
                        (0, _) | (1, 0) => BatchKey::Plain(key.public_key()),
                        _ => BatchKey::Precomputed(table),
                    })
                    .collect();
                // Few keys, so that some get a table made for them; then all of them.
                let used = if round % 2 == 0 { 2 } else { keys.len() };
                let mut claims = Vec::new();
                let mut seed = 0;
                while claims.len() < items {
                    let key = claims.len() / 3 % used;
                    let e = octets(seed);
                    claims.extend(
                        variants(&keys[key], &e, seed)
                            .into_iter()
                            .map(|signature| Claim { key, e, signature }),
                    );
                    seed += 1;
                }
                claims.truncate(items);
                let found = verify_prehashed_batch(&batch_keys, &claims);
                for (claim, found) in claims.iter().zip(found) {
                    let key = keys[claim.key].public_key();
                    let single = key.verify_prehashed(&claim.signature, &claim.e);
                    assert_eq!(found, single);
                    let table = &tables[claim.key];
                    assert_eq!(table.verify_prehashed(&claim.signature, &claim.e), single);
                }
            }
        }
    });
}

/// Signatures whose s G and t P meet: equal (the sum is a doubling, the signature right), opposite
/// (the sum is infinity). Known attacks SIG-06 and SIG-07.
#[test]
fn sig_06_and_sig_07_meetings_of_points_are_decided_as_by_the_single_verification() {
    use crate::sm2::scalar::Scalar;
    on_every_path(|_| {
        for opposite in [false, true] {
            for d in [octets(3), Scalar([2, 0, 0, 0]).to_octets()] {
                let key = PrivateKey::from_bytes(&d).expect("a key");
                let t = Scalar::reduce_octets(&octets(4));
                let td = t.mul(&key.d);
                let s = if opposite { td.negate() } else { td };
                let r = t.sub(&s);
                // [s]G + [t]P = [2 s]G, or infinity, whose x is taken as 0 by the careless.
                let double = s.add(&s).to_octets();
                let x1 = PrivateKey::from_bytes(&double)
                    .expect("a key")
                    .public_key()
                    .x();
                let x1 = if opposite {
                    Scalar::default()
                } else {
                    Scalar::reduce_octets(&x1)
                };
                let e = r.sub(&x1).to_octets();
                let signature = Signature {
                    r: r.to_octets(),
                    s: s.to_octets(),
                };
                let single = key.public_key().verify_prehashed(&signature, &e);
                assert_eq!(single.is_ok(), !opposite);
                let claims = vec![
                    Claim {
                        key: 0,
                        e,
                        signature
                    };
                    600
                ];
                let table = PrecomputedKey::new(key.public_key());
                assert_eq!(table.verify_prehashed(&signature, &e), single);
                for key in [
                    BatchKey::Plain(key.public_key()),
                    BatchKey::Precomputed(&table),
                ] {
                    for count in [3, 40, 600] {
                        let found = verify_prehashed_batch(&[key], &claims[..count]);
                        assert_eq!(found, vec![single; count]);
                    }
                }
            }
        }
    });
}

/// With the generator for a key, sums meet the next point in one digit of 128.
#[test]
fn points_that_meet_on_the_way_cost_no_verdict() {
    use crate::sm2::scalar::Scalar;
    on_every_path(|_| {
        let key = PrivateKey::from_bytes(&Scalar::ONE.to_octets()).expect("a key");
        let digests: Vec<[u8; 32]> = (0..600).map(octets).collect();
        let signed = sign_prehashed_batch(&key, &digests, &octets(1)).expect("signs");
        let mut claims: Vec<Claim> = digests
            .into_iter()
            .zip(signed)
            .map(|(e, signature)| Claim {
                key: 0,
                e,
                signature,
            })
            .collect();
        for claim in claims.iter_mut().step_by(7) {
            claim.e[3] ^= 1;
        }
        let found = verify_prehashed_batch(&[BatchKey::Plain(key.public_key())], &claims);
        for (at, verdict) in found.iter().enumerate() {
            assert_eq!(verdict.is_ok(), at % 7 != 0, "{at}");
        }
    });
}

#[test]
fn an_identifier_that_is_too_long_signs_and_verifies_nothing() {
    on_every_path(|_| {
        let key = key(1);
        let long = vec![b'x'; 8192];
        assert!(sign_batch(&key, &[b"m", b"n"], &long, &octets(1)).is_err());
        let signature = key.sign(b"m", DEFAULT_USER_ID, &octets(1)).expect("signs");
        let item = SignedMessage {
            key: 0,
            message: b"m",
            signature,
        };
        let keys = [BatchKey::Plain(key.public_key())];
        assert!(verify_batch(&keys, &[item, item], &long)
            .iter()
            .all(Result::is_err));
    });
}

#[test]
fn every_ciphertext_opens_or_fails_as_by_itself() {
    use crate::sm2::scalar::Scalar;
    on_every_path(|_| {
        // 6 and n - 6: the scalars at which the last addition is a doubling.
        let six = Scalar([6, 0, 0, 0]);
        for d in [
            octets(5),
            six.to_octets(),
            six.negate().to_octets(),
            Scalar::ONE.to_octets(),
        ] {
            let key = PrivateKey::from_bytes(&d).expect("a key");
            for count in 0..=20 {
                let mut ciphertexts = Vec::new();
                for at in 0..count {
                    let message = vec![at as u8 + 1; 1 + at * 13];
                    let mut made = key
                        .public_key()
                        .encrypt(&message, &octets(at as u64))
                        .expect("encrypts");
                    match at % 7 {
                        1 => made.c3[5] ^= 1,
                        2 => made.c2[0] ^= 1,
                        3 => made.x1[31] ^= 1,
                        4 => made.c2.clear(),
                        5 => made.y1 = [0xff; 32],
                        _ => {}
                    }
                    let mut c1 = [0; 64];
                    c1[..32].copy_from_slice(&made.x1);
                    c1[32..].copy_from_slice(&made.y1);
                    ciphertexts.push((c1, made));
                }
                let parts: Vec<_> = ciphertexts
                    .iter()
                    .map(|(c1, made)| CiphertextParts {
                        c1,
                        c3: &made.c3,
                        c2: &made.c2,
                    })
                    .collect();
                let opened = decrypt_batch(&key, &parts);
                assert_eq!(opened.len(), count);
                for ((at, opened), (_, made)) in opened.iter().enumerate().zip(&ciphertexts) {
                    let single = key.decrypt(made);
                    assert_eq!(opened.as_ref().ok(), single.as_ref().ok());
                    assert_eq!(opened.is_ok(), matches!(at % 7, 0 | 6));
                }
            }
        }
    });
}

#[test]
fn keys_verify_what_others_signed_not() {
    let keys: Vec<PrivateKey> = (20..30).map(key).collect();
    let publics: Vec<PublicKey> = keys.iter().map(|key| *key.public_key()).collect();
    let batch_keys: Vec<_> = publics.iter().map(BatchKey::Plain).collect();
    on_every_path(|_| {
        let message = b"one message for all";
        let mut items = Vec::new();
        for signer in &keys {
            let signature = signer
                .sign(message, DEFAULT_USER_ID, &octets(3))
                .expect("signs");
            items.extend((0..keys.len()).map(|key| SignedMessage {
                key,
                message,
                signature,
            }));
        }
        let found = verify_batch(&batch_keys, &items, DEFAULT_USER_ID);
        for (at, found) in found.iter().enumerate() {
            assert_eq!(found.is_ok(), at / keys.len() == at % keys.len());
        }
    });
}

/// Signatures whose x1 is n or more, or 0; and e for which r - e + n is x1 + p or x1 + 2^256, no multiple
/// of n apart. From `vectors/sm2/negative_signature_raw.json`, here by the hundred: of a key with many,
/// others judge.
#[test]
fn an_x_of_n_or_more_is_reduced_and_no_other_taken_for_it() {
    use crate::sm2::tests::{hex, hex32};
    let above_n = (
        "04187b0cd8fcafffa7b68f27553a66217121558edf06acf5ff59aaa5f3cb0b1a3f\
         d60a8460a04ba77c6ca176a064fbecd79107d916da18bb6cac1c61530f2769ae",
        "b903cec20aea61b1649868457da8a411b8adc07223c5e3b47869b7e1272d60ce",
        "7db46177497ada8e00f29acb3862cdfa9cbfb49c7896daa68b0bae17cc503eb8",
        [
            (
                "b903cec20aea61b1649868457da8a411b8adc07223c5e3b47869b7e1272d60ca",
                true,
            ),
            (
                "b903cec20aea61b1649868457da8a411b8adc07223c5e3b47869b7e1272d60cb",
                false,
            ),
            (
                "b903cec20aea61b1649868457da8a411b8adc07223c5e3b47869b7e1272d60ce",
                false,
            ),
        ],
    );
    let zero = (
        "0498d5c0523d5aed1412776b4fe1edf9a408390adc7c9562feaaba0e3eb761b4dd\
         3635702b86b63792e7a6c745fd55a9327d9e4e2e69b279f567b68a61cd76d4d3",
        "e8f73d4863889d5b280fb6fced6cd58548902e64f943b63a4dcb2a857c4b7252",
        "d622c20b761aab58a7b698d44f5382f35faeb2ef9bb10e4d81dac08f6f3dd313",
        [
            (
                "e8f73d4863889d5b280fb6fced6cd58548902e64f943b63a4dcb2a857c4b7252",
                true,
            ),
            (
                "e8f73d4863889d5b280fb6fced6cd584ba940dd11b09bb64a1871e8eb620b376",
                false,
            ),
            (
                "e8f73d4763889d5b280fb6fced6cd584ba940dd01b09bb65a1871e8eb620b375",
                false,
            ),
        ],
    );
    on_every_path(|_| {
        for (key, r, s, digests) in [above_n, zero] {
            let key = PublicKey::from_bytes(&hex(key)).expect("a key");
            let table = PrecomputedKey::new(&key);
            let signature = Signature {
                r: hex32(r),
                s: hex32(s),
            };
            for count in [1, 3, 40, 600] {
                let claims: Vec<Claim> = (0..count)
                    .map(|at| Claim {
                        key: 0,
                        e: hex32(digests[at % 3].0),
                        signature,
                    })
                    .collect();
                for batch_key in [BatchKey::Plain(&key), BatchKey::Precomputed(&table)] {
                    let found = verify_prehashed_batch(&[batch_key], &claims);
                    for (at, verdict) in found.iter().enumerate() {
                        assert_eq!(verdict.is_ok(), digests[at % 3].1, "{at} of {count}");
                    }
                }
            }
            for (e, right) in digests {
                assert_eq!(key.verify_prehashed(&signature, &hex32(e)).is_ok(), right);
                assert_eq!(table.verify_prehashed(&signature, &hex32(e)).is_ok(), right);
            }
        }
    });
}
