use super::*;

const SALT_16: [u8; SALT] = [0x5a; SALT];
const FEW: NonZeroU32 = NonZeroU32::new(3).expect("not zero");

fn sealed(profile: Profile) -> Vec<u8> {
    seal(
        profile,
        b"the contents of a key",
        b"secret",
        FEW,
        &SALT_16,
        &[1; IV],
    )
}

/// An EncryptedPrivateKeyInfo whose PBKDF2 parameters are written by `pbkdf2`.
fn with_parameters(pbkdf2: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.sequence(|writer| {
            writer.oid(PBES2);
            writer.sequence(|writer| {
                writer.sequence(|writer| {
                    writer.oid(PBKDF2);
                    writer.sequence(pbkdf2);
                });
                writer.sequence(|writer| {
                    writer.oid(Cipher::Aes128.oid());
                    writer.octet_string(&[1; IV]);
                });
            });
        });
        writer.octet_string(&[0; 16]);
    });
    writer.into_vec()
}

#[test]
fn both_profiles_open_with_their_password() {
    for profile in [Profile::Sm4Sm3, Profile::OpenSsl] {
        let der = sealed(profile);
        assert!(is_protected(&der));
        assert_eq!(
            **open(&der, b"secret").expect("opens"),
            *b"the contents of a key"
        );
    }
    assert_ne!(sealed(Profile::Sm4Sm3), sealed(Profile::OpenSsl));
}

#[test]
fn en_05_every_octet_of_a_password_counts() {
    let long = [b'a'; 1024];
    for password in [
        &b""[..],
        b"a",
        b"a\0",
        b"a\0b",
        &[b'a'; 33],
        &[b'a'; 65],
        &long,
    ] {
        let der = seal(Profile::Sm4Sm3, b"text", password, FEW, &SALT_16, &[1; IV]);
        assert_eq!(**open(&der, password).expect("opens"), *b"text");
        for other in [&b"b"[..], b"a\0c", &[b'a'; 32], &[b'a'; 64], &long[..1023]] {
            if let Ok(text) = open(&der, other) {
                assert_ne!(**text, *b"text");
            }
        }
    }
}

#[test]
fn en_04_costs_are_bounded_before_the_work() {
    let parameters = |count: u64| {
        with_parameters(|writer| {
            writer.octet_string(&SALT_16);
            writer.integer(count);
        })
    };
    for count in [0, 10_000_001, 1 << 31, u64::MAX] {
        let started = std::time::Instant::now();
        let error = open(&parameters(count), b"x").expect_err("refused");
        assert!(matches!(error, KeyError::Encoding(_)), "{count}: {error}");
        assert!(started.elapsed().as_millis() < 10);
    }
    // One iteration is foolish, but it is a key somebody owns.
    assert_eq!(open(&parameters(1), b"x"), Err(KeyError::WrongPassword));
    let salt_empty = with_parameters(|writer| {
        writer.octet_string(&[]);
        writer.integer(1000);
    });
    assert!(matches!(
        open(&salt_empty, b"x"),
        Err(KeyError::Encoding(_))
    ));
}

#[test]
fn an_omitted_prf_means_hmac_sha1() {
    let text = [0x30, 3, 2, 1, 5];
    let mut key = [0; 16];
    Prf::Sha1.pbkdf2(b"pw", &SALT_16, FEW, &mut key);
    let encrypted = Cipher::Aes128.encrypt(&key, &[1; IV], &text);
    let mut der = with_parameters(|writer| {
        writer.octet_string(&SALT_16);
        writer.integer(3);
        writer.integer(16);
    });
    let end = der.len() - 16;
    der[end..].copy_from_slice(&encrypted);
    assert_eq!(**open(&der, b"pw").expect("opens"), text);
}

#[test]
fn a_key_length_of_another_cipher_is_refused() {
    let der = with_parameters(|writer| {
        writer.octet_string(&SALT_16);
        writer.integer(3);
        writer.integer(32);
    });
    assert!(matches!(open(&der, b"x"), Err(KeyError::Encoding(_))));
}

#[test]
fn what_is_not_done_is_named() {
    let der = with_parameters(|writer| {
        writer.octet_string(&SALT_16);
        writer.integer(3);
        writer.sequence(|writer| writer.oid(PBES2));
    });
    let error = open(&der, b"x").expect_err("refused");
    assert!(matches!(error, KeyError::Unsupported { oid, .. } if oid == "1.2.840.113549.1.5.13"));
}

#[test]
fn en_06_ten_thousand_wrong_passwords() {
    let one = NonZeroU32::MIN;
    let der = seal(
        Profile::OpenSsl,
        &[0x30; 150],
        b"right",
        one,
        &SALT_16,
        &[1; IV],
    );
    for wrong in 0..10_000_u32 {
        match open(&der, &wrong.to_be_bytes()) {
            Err(error) => assert_eq!(error, KeyError::WrongPassword),
            Ok(text) => assert_ne!(**text, [0x30; 150]),
        }
    }
}

#[test]
fn every_truncation_is_refused() {
    let der = sealed(Profile::Sm4Sm3);
    for end in 0..der.len() {
        assert!(
            matches!(open(&der[..end], b"secret"), Err(KeyError::Encoding(_))),
            "{end}"
        );
    }
}
