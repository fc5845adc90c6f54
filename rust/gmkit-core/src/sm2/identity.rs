//! Who signs: the identifier that goes into every digest together with the key.

use super::key::PublicKey;
use crate::sm3::{self, Sm3};

/// The identifier that holds where nothing else is agreed (GM/T 0009, clause 10).
pub const DEFAULT_USER_ID: &[u8] = b"1234567812345678";

/// Octets of the longest identifier: its length in bits is written in 16 bits.
pub const USER_ID_MAX: usize = 8191;

/// The identifier has more than [`USER_ID_MAX`] octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserIdTooLong;

/// a, b, x and y of the generator: 32 octets each, as they are hashed.
const CURVE: [u8; 128] = {
    const HEX: &[u8; 256] = b"\
        fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc\
        28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93\
        32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7\
        bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0";
    const fn digit(character: u8) -> u8 {
        match character {
            b'0'..=b'9' => character - b'0',
            _ => character - b'a' + 10,
        }
    }
    let mut octets = [0; 128];
    let mut at = 0;
    while at < 128 {
        octets[at] = digit(HEX[2 * at]) << 4 | digit(HEX[2 * at + 1]);
        at += 1;
    }
    octets
};

/// Z = SM3(ENTL || ID || a || b || xG || yG || xA || yA), ENTL the length of ID in bits as 16 bits
/// (GM/T 0009, clause 8).
///
/// # Errors
/// [`UserIdTooLong`] if the length in bits does not fit.
pub fn z(user_id: &[u8], key: &PublicKey) -> Result<[u8; 32], UserIdTooLong> {
    if user_id.len() > USER_ID_MAX {
        return Err(UserIdTooLong);
    }
    let entl = (user_id.len() as u16 * 8).to_be_bytes();
    Ok(sm3::digest_parts(&[
        &entl,
        user_id,
        &CURVE,
        key.coordinates(),
    ]))
}

/// [`z`] of one identifier and many keys.
pub(crate) fn z_many(user_id: &[u8], keys: &[&PublicKey]) -> Result<Vec<[u8; 32]>, UserIdTooLong> {
    if user_id.len() > USER_ID_MAX {
        return Err(UserIdTooLong);
    }
    let entl = (user_id.len() as u16 * 8).to_be_bytes();
    let parts: Vec<[&[u8]; 4]> = keys
        .iter()
        .map(|key| [&entl[..], user_id, &CURVE[..], &key.coordinates()[..]])
        .collect();
    let mut zs = vec![[0; 32]; keys.len()];
    sm3::digest_batch_parts(&parts, &mut zs);
    Ok(zs)
}

/// SM3(Z || M) in the making: the digest that is signed.
///
/// # Errors
/// [`UserIdTooLong`] if the identifier cannot be hashed.
pub fn start_digest(user_id: &[u8], key: &PublicKey) -> Result<Sm3, UserIdTooLong> {
    let mut hash = Sm3::new();
    hash.update(&z(user_id, key)?);
    Ok(hash)
}

/// e = SM3(Z || M).
///
/// # Errors
/// [`UserIdTooLong`] if the identifier cannot be hashed.
pub fn digest(user_id: &[u8], key: &PublicKey, message: &[u8]) -> Result<[u8; 32], UserIdTooLong> {
    Ok(sm3::digest_parts(&[&z(user_id, key)?, message]))
}

/// Z for the default identifier.
pub(crate) fn z_of_default(key: &PublicKey) -> [u8; 32] {
    const ENTL: [u8; 2] = (DEFAULT_USER_ID.len() as u16 * 8).to_be_bytes();
    sm3::digest_parts(&[&ENTL, DEFAULT_USER_ID, &CURVE, key.coordinates()])
}
