use super::*;
use crate::der::Writer;
use crate::keys::algorithm;

const N: [u8; 32] = [
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0x72, 0x03, 0xdf, 0x6b, 0x21, 0xc6, 0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5, 0x41, 0x23,
];

fn private_key(last: u8) -> PrivateKey {
    PrivateKey::from_bytes(&std::array::from_fn(
        |index| if index == 31 { last } else { 7 },
    ))
    .expect("in range")
}

fn protection(password: &[u8], profile: Profile) -> Protection<'_> {
    let iterations = NonZeroU32::new(10).expect("not zero");
    Protection {
        profile,
        password,
        iterations,
        salt: [1; SALT],
        iv: [2; IV],
    }
}

fn same(loaded: Result<PrivateKey, KeyError>, key: &PrivateKey) {
    assert_eq!(*loaded.expect("loads").to_bytes(), *key.to_bytes());
}

fn refused<T>(loaded: Result<T, KeyError>) -> KeyError {
    match loaded {
        Ok(_) => panic!("loaded"),
        Err(error) => error,
    }
}

#[test]
fn every_form_that_is_written_is_read() {
    let key = private_key(1);
    same(private_from_pem(&private_to_pem(&key, None), None), &key);
    same(private_from_der(&private_to_der(&key, None), None), &key);
    same(private_from_pem(&private_to_sec1_pem(&key), None), &key);
    same(private_from_der(&private_to_sec1_der(&key), None), &key);
    for profile in [Profile::Sm4Sm3, Profile::OpenSsl] {
        let with = Some(protection(b"pw", profile));
        same(
            private_from_pem(&private_to_pem(&key, with), Some(b"pw")),
            &key,
        );
        same(
            private_from_der(&private_to_der(&key, with), Some(b"pw")),
            &key,
        );
    }
    let public = key.public_key();
    let loaded = public_from_pem(&public_to_pem(public)).expect("loads");
    assert_eq!(loaded.to_bytes(), public.to_bytes());
}

#[test]
fn rng_08_numbers_out_of_range_are_refused_in_every_container() {
    let mut n_minus_1 = N;
    n_minus_1[31] -= 1;
    let mut n_plus_5 = N;
    n_plus_5[31] += 5;
    let point = private_key(1).public_key().to_bytes();
    for secret in [[0; 32], n_minus_1, N, n_plus_5, [0xff; 32]] {
        for der in [
            private::pkcs8_to_der(&secret, &point),
            private::sec1_to_der(&secret, &point),
        ] {
            assert!(matches!(
                refused(private_from_der(&der, None)),
                KeyError::Invalid(_)
            ));
        }
    }
    let mut n_minus_2 = N;
    n_minus_2[31] -= 2;
    for secret in [
        n_minus_2,
        std::array::from_fn(|index| u8::from(index == 31)),
    ] {
        let key = PrivateKey::from_bytes(&secret).expect("in range");
        same(private_from_der(&private_to_der(&key, None), None), &key);
    }
}

#[test]
fn rng_09_a_public_key_of_another_pair_is_refused() {
    let secret = private_key(1).to_bytes();
    let other = private_key(2).public_key().to_bytes();
    for der in [
        private::pkcs8_to_der(&secret, &other),
        private::sec1_to_der(&secret, &other),
    ] {
        assert!(refused(private_from_der(&der, None))
            .to_string()
            .contains("another private key"));
    }
    let mut off_curve = private_key(1).public_key().to_bytes();
    off_curve[64] ^= 1;
    let der = private::pkcs8_to_der(&secret, &off_curve);
    assert!(refused(private_from_der(&der, None))
        .to_string()
        .contains("not a point"));
    assert!(matches!(
        refused(public_from_der(&public::point_to_der(&off_curve))),
        KeyError::Invalid(_)
    ));
}

#[test]
fn passwords_missing_unused_and_wrong_are_three_things() {
    let key = private_key(1);
    let with = Some(protection(b"right", Profile::Sm4Sm3));
    let pem = private_to_pem(&key, with);
    assert_eq!(
        refused(private_from_pem(&pem, None)),
        KeyError::PasswordMissing
    );
    assert_eq!(
        refused(private_from_pem(&pem, Some(b"wrong"))),
        KeyError::WrongPassword
    );
    let open = private_to_pem(&key, None);
    assert_eq!(
        refused(private_from_pem(&open, Some(b"right"))),
        KeyError::PasswordUnused
    );
}

#[test]
fn en_06_ten_thousand_wrong_passwords_are_all_wrong_passwords() {
    let iterations = NonZeroU32::MIN;
    for profile in [Profile::Sm4Sm3, Profile::OpenSsl] {
        let with = Protection {
            iterations,
            ..protection(b"right", profile)
        };
        let der = private_to_der(&private_key(1), Some(with));
        for wrong in 0..10_000_u32 {
            let error = refused(private_from_der(&der, Some(&wrong.to_be_bytes())));
            assert_eq!(error, KeyError::WrongPassword);
        }
    }
}

#[test]
fn en_07_blocks_around_the_key() {
    let key = private_key(1);
    let sec1 = private_to_sec1_pem(&key);
    let sm2_label = String::from_utf8(sec1.to_vec())
        .expect("text")
        .replace("EC ", "SM2 ");
    same(private_from_pem(sm2_label.as_bytes(), None), &key);

    let mut named = Writer::new();
    named.oid(algorithm::SM2);
    let parameters = pem::write(label::PARAMETERS, named.as_slice());
    let certificate = pem::write("CERTIFICATE", &[0x30, 0]);
    let mut bare = Writer::new();
    bare.sequence(|writer| {
        writer.integer(1);
        writer.octet_string(&*key.to_bytes());
    });
    let bare = pem::write(label::SEC1, bare.as_slice());
    let named = [&certificate[..], &parameters, &bare, &certificate].concat();
    same(private_from_pem(&named, None), &key);
    let error = refused(private_from_pem(&bare, None));
    assert!(error.to_string().contains("curve"), "{error}");

    let mut p_256 = Writer::new();
    p_256.oid(crate::der::Oid::known(&[
        0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
    ]));
    let p_256 = pem::write(label::PARAMETERS, p_256.as_slice());
    let error = refused(private_from_pem(&[&p_256[..], &bare].concat(), None));
    assert!(error.to_string().contains("P-256"), "{error}");

    for (text, words) in [
        ([&sec1[..], &sec1].concat(), "more than one"),
        (certificate.to_vec(), "no private key"),
        (
            pem::write("RSA PRIVATE KEY", &[0x30, 0]).to_vec(),
            "RSA PRIVATE KEY",
        ),
        (
            pem::write("OPENSSH PRIVATE KEY", b"openssh").to_vec(),
            "OPENSSH",
        ),
        (
            pem::write(label::PROTECTED, &private_to_der(&key, None)).to_vec(),
            "not what",
        ),
    ] {
        let error = refused(private_from_pem(&text, None));
        assert!(error.to_string().contains(words), "{error}");
    }
    let error = refused(public_from_pem(&private_to_pem(&key, None)));
    assert!(error.to_string().contains("only PRIVATE KEY"), "{error}");
}
