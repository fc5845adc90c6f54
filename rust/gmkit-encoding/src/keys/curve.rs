//! The curve of a key, by name or by its numbers.

use super::algorithm::{another_curve, is_named, SM2};
use super::KeyError;
use crate::der::{Oid, Reader, Tag, Tolerance};

/// 1.2.840.10045.1.1, prime-field.
const PRIME_FIELD: Oid<'static> = Oid::known(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x01, 0x01]);

// GB/T 32918.5-2017 and RFC 8998, clause 3.2.1.
const P: [u8; 32] = hex("fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff");
const A: [u8; 32] = hex("fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc");
const B: [u8; 32] = hex("28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93");
const N: [u8; 32] = hex("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123");
const GX: [u8; 32] = hex("32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7");
const GY: [u8; 32] = hex("bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0");

/// ECParameters (RFC 3279, clause 2.3.5): the name of SM2's curve, or exactly its numbers.
pub fn expect_sm2<T: Tolerance>(reader: &mut Reader<'_, T>) -> Result<(), KeyError> {
    if is_named(reader) {
        let curve = reader.oid()?;
        return if curve == SM2 {
            Ok(())
        } else {
            Err(another_curve(curve))
        };
    }
    match reader.peek() {
        Some(Tag::SEQUENCE) => explicit(reader),
        Some(Tag::NULL) => Err(KeyError::Invalid(
            "key whose curve is not named (implicit parameters)".into(),
        )),
        _ => Err(reader
            .error("the parameters of the curve are missing")
            .into()),
    }
}

/// ```text
/// ECParameters ::= SEQUENCE { version INTEGER (1), fieldID SEQUENCE { OID, INTEGER p },
///     curve SEQUENCE { a OCTET STRING, b OCTET STRING, seed BIT STRING OPTIONAL },
///     base OCTET STRING, order INTEGER, cofactor INTEGER OPTIONAL }
/// ```
fn explicit<T: Tolerance>(reader: &mut Reader<'_, T>) -> Result<(), KeyError> {
    let mut parameters = reader.sequence()?;
    let version = parameters.u32()?;
    let mut field = parameters.sequence()?;
    if field.oid()? != PRIME_FIELD {
        return Err(not_sm2());
    }
    let p = field.unsigned()?;
    field.finish()?;
    let mut curve = parameters.sequence()?;
    let a = curve.octet_string()?;
    let b = curve.octet_string()?;
    // How b was found says nothing about which curve it is.
    curve.optional(Tag::BIT_STRING)?;
    curve.finish()?;
    let base = parameters.octet_string()?;
    let order = parameters.unsigned()?;
    let cofactor = if parameters.is_empty() {
        1
    } else {
        parameters.u32()?
    };
    parameters.finish()?;

    let base_is_g = match base.split_first() {
        Some((4, coordinates)) => coordinates
            .split_at_checked(32)
            .is_some_and(|(x, y)| x == GX && y == GY),
        // Compressed: y is even.
        Some((2, x)) => x == GX,
        _ => false,
    };
    let equal = (1..=3).contains(&version)
        && p == P
        && a == A
        && b == B
        && base_is_g
        && order == N
        && cofactor == 1;
    if equal {
        Ok(())
    } else {
        Err(not_sm2())
    }
}

fn not_sm2() -> KeyError {
    KeyError::Invalid("key whose explicit curve parameters are not those of SM2".into())
}

const fn hex(digits: &str) -> [u8; 32] {
    let digits = digits.as_bytes();
    assert!(digits.len() == 64);
    let mut octets = [0; 32];
    let mut index = 0;
    while index < 64 {
        let digit = match digits[index] {
            digit @ b'0'..=b'9' => digit - b'0',
            digit @ b'a'..=b'f' => digit - b'a' + 10,
            _ => panic!("not a hexadecimal digit"),
        };
        octets[index / 2] = octets[index / 2] << 4 | digit;
        index += 1;
    }
    octets
}
