use super::private::{parts_from_der, pkcs8_to_der, sec1_to_der};
use super::*;
use crate::der::{Tag, Writer};

const P_256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

fn secret() -> [u8; 32] {
    std::array::from_fn(|index| index as u8 + 1)
}

fn point() -> [u8; 65] {
    std::array::from_fn(|index| if index == 0 { 4 } else { index as u8 })
}

fn invalid<T>(result: Result<T, KeyError>) -> String {
    match result.map(drop) {
        Err(KeyError::Invalid(message)) => message.into_owned(),
        other => panic!("expected Invalid, got {other:?}"),
    }
}

fn written(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.sequence(write);
    writer.into_vec()
}

/// PKCS#8 around whatever `algorithm` and `inner` write.
fn pkcs8(algorithm: impl FnOnce(&mut Writer), inner: impl FnOnce(&mut Writer)) -> Vec<u8> {
    written(|writer| {
        writer.integer(0);
        writer.sequence(algorithm);
        writer.constructed(Tag::OCTET_STRING, inner);
    })
}

fn bare_sec1(writer: &mut Writer) {
    writer.sequence(|writer| {
        writer.integer(1);
        writer.octet_string(&secret());
    });
}

#[test]
fn what_is_written_is_read() {
    let der = pkcs8_to_der(&secret(), &point());
    assert_eq!(der.len(), 150);
    let parts = parts_from_der(&der).expect("reads");
    assert_eq!(*parts.secret, secret());
    assert!(parts.curve_named);
    assert_eq!(parts.public.as_deref(), Some(&point()[..]));

    let der = sec1_to_der(&secret(), &point());
    let parts = parts_from_der(&der).expect("reads");
    assert_eq!(*parts.secret, secret());
    assert!(parts.curve_named);

    let der = public::point_to_der(&point());
    assert_eq!(der.len(), 91);
    assert_eq!(point_from_der(&der), Ok(&point()[..]));
}

#[test]
fn en_08_layouts_of_the_field() {
    let named = |writer: &mut Writer| {
        writer.oid(algorithm::EC_PUBLIC_KEY);
        writer.oid(algorithm::SM2);
    };
    let openssl_3 = |writer: &mut Writer| {
        writer.oid(algorithm::SM2);
        writer.oid(algorithm::SM2);
    };
    let no_parameter = |writer: &mut Writer| writer.oid(algorithm::SM2);
    let bare = |writer: &mut Writer| writer.raw(&secret());
    for der in [
        pkcs8(named, bare_sec1),
        pkcs8(openssl_3, bare_sec1),
        pkcs8(no_parameter, bare_sec1),
        pkcs8(explicit, bare_sec1),
        pkcs8(named, bare),
    ] {
        let parts = parts_from_der(&der).expect("reads");
        assert_eq!((*parts.secret, parts.public), (secret(), None));
    }
}

/// SM2's parameters in numbers, with a seed and a cofactor.
fn explicit(writer: &mut Writer) {
    writer.oid(algorithm::EC_PUBLIC_KEY);
    explicit_parameters(writer, None);
}

fn explicit_parameters(writer: &mut Writer, change: Option<usize>) {
    let number = |index: usize, hex: &str| -> Vec<u8> {
        let mut octets: Vec<u8> = (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal"))
            .collect();
        if change == Some(index) {
            octets[20] ^= 1;
        }
        octets
    };
    let p = number(
        0,
        "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff",
    );
    let a = number(
        1,
        "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc",
    );
    let b = number(
        2,
        "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93",
    );
    let g = number(
        3,
        "0432c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7\
         bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0",
    );
    let n = number(
        4,
        "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123",
    );
    let h = if change == Some(5) { 2 } else { 1 };
    writer.sequence(|writer| {
        writer.integer(1);
        writer.sequence(|writer| {
            writer.primitive(
                Tag::OBJECT_IDENTIFIER,
                &[0x2a, 0x86, 0x48, 0xce, 0x3d, 1, 1],
            );
            writer.unsigned(&p);
        });
        writer.sequence(|writer| {
            writer.octet_string(&a);
            writer.octet_string(&b);
            writer.bit_string(&[9; 20]);
        });
        writer.octet_string(&g);
        writer.unsigned(&n);
        writer.integer(h);
    });
}

#[test]
fn pt_10_explicit_parameters_must_equal_in_every_number() {
    for index in 0..6 {
        let der = pkcs8(
            |writer| {
                writer.oid(algorithm::EC_PUBLIC_KEY);
                explicit_parameters(writer, Some(index));
            },
            bare_sec1,
        );
        assert!(
            invalid(parts_from_der(&der)).contains("explicit"),
            "{index}"
        );
    }
}

#[test]
fn pt_10_keys_of_another_kind_are_named() {
    let p_256 = |writer: &mut Writer| {
        writer.oid(algorithm::EC_PUBLIC_KEY);
        writer.primitive(Tag::OBJECT_IDENTIFIER, P_256);
    };
    assert!(invalid(parts_from_der(&pkcs8(p_256, bare_sec1))).contains("P-256"));
    let sm2_over_p_256 = |writer: &mut Writer| {
        writer.oid(algorithm::SM2);
        writer.primitive(Tag::OBJECT_IDENTIFIER, P_256);
    };
    assert!(invalid(parts_from_der(&pkcs8(sm2_over_p_256, bare_sec1))).contains("P-256"));
    let rsa = |writer: &mut Writer| {
        let oid = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
        writer.primitive(Tag::OBJECT_IDENTIFIER, &oid);
        writer.null();
    };
    assert!(invalid(parts_from_der(&pkcs8(rsa, bare_sec1))).contains("RSA"));
    let pkcs1 = written(|writer| (0..9).for_each(|number| writer.integer(number)));
    assert!(invalid(parts_from_der(&pkcs1)).contains("RSA"));
    let sec1_p_256 = written(|writer| {
        writer.integer(1);
        writer.octet_string(&secret());
        writer.constructed(Tag::context_constructed(0), |writer| {
            writer.primitive(Tag::OBJECT_IDENTIFIER, P_256);
        });
    });
    assert!(invalid(parts_from_der(&sec1_p_256)).contains("P-256"));
    let public = written(|writer| {
        writer.sequence(p_256);
        writer.bit_string(&point());
    });
    assert!(invalid(point_from_der(&public)).contains("P-256"));
}

#[test]
fn en_02_and_pt_05_only_points_of_the_right_length_and_form() {
    for length in 0..=130 {
        for first in 0..=7 {
            let mut octets = vec![9; length];
            if let Some(octet) = octets.first_mut() {
                *octet = first;
            }
            let der = written(|writer| {
                algorithm::write_sm2(writer);
                writer.bit_string(&octets);
            });
            let good = (first == 4 && length == 65) || (matches!(first, 2 | 3) && length == 33);
            assert_eq!(point_from_der(&der).is_ok(), good, "{length} {first}");
        }
    }
    for unused in 1..=9 {
        let mut der = public::point_to_der(&point());
        let at = der.len() - 66;
        der[at] = unused;
        assert!(point_from_der(&der).is_err());
    }
}

#[test]
fn secrets_of_another_length_are_refused() {
    for length in (0..=66).filter(|length| *length != 32) {
        let der = written(|writer| {
            writer.integer(1);
            writer.octet_string(&vec![7; length]);
        });
        assert!(
            invalid(parts_from_der(&der)).contains("instead of 32"),
            "{length}"
        );
    }
}

#[test]
fn every_truncation_is_an_encoding_error() {
    let der = pkcs8_to_der(&secret(), &point());
    for end in 0..der.len() {
        assert!(
            matches!(parts_from_der(&der[..end]), Err(KeyError::Encoding(_))),
            "{end}"
        );
    }
    let longer = [&der[..], &[0]].concat();
    assert!(matches!(
        parts_from_der(&longer),
        Err(KeyError::Encoding(_))
    ));
}

#[test]
fn every_flipped_bit_is_an_error_or_another_key() {
    let der = pkcs8_to_der(&secret(), &point());
    let good = parts_from_der(&der).expect("reads");
    for bit in 0..der.len() * 8 {
        let mut flipped = der.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(parts) = parts_from_der(&flipped) {
            let same = parts.secret == good.secret && parts.public == good.public;
            // Bits 0 of the two version numbers: PKCS#8 knows versions 0 and 1.
            assert!(!same || bit == 5 * 8, "{bit}");
        }
    }
}
