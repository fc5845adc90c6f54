//! Signing and decrypting.

use cryptoki_sys::*;
use gmkit_core::sm2::encrypt::Ciphertext;

use super::token::{with_token, Kind, Token};
use super::*;

pub(super) unsafe extern "C" fn sign_init(
    _: CK_SESSION_HANDLE,
    mechanism: CK_MECHANISM_PTR,
    key: CK_OBJECT_HANDLE,
) -> CK_RV {
    // SAFETY: the caller gives a mechanism.
    if unsafe { (*mechanism).mechanism } != CKM_SM2_SIGN {
        return CKR_MECHANISM_INVALID;
    }
    with_token(|token| begin(token, key, Kind::SigningPrivate))
}

pub(super) unsafe extern "C" fn decrypt_init(
    _: CK_SESSION_HANDLE,
    mechanism: CK_MECHANISM_PTR,
    key: CK_OBJECT_HANDLE,
) -> CK_RV {
    // SAFETY: the caller gives a mechanism.
    if unsafe { (*mechanism).mechanism } != CKM_SM2_DECRYPT {
        return CKR_MECHANISM_INVALID;
    }
    with_token(|token| begin(token, key, Kind::EncryptionPrivate))
}

fn begin(token: &mut Token, key: CK_OBJECT_HANDLE, kind: Kind) -> CK_RV {
    if !token.logged_in {
        return CKR_USER_NOT_LOGGED_IN;
    }
    if token.private(key, kind).is_none() {
        return CKR_KEY_TYPE_INCONSISTENT;
    }
    match kind {
        Kind::SigningPrivate => token.signing = Some(key),
        _ => token.decrypting = Some(key),
    }
    CKR_OK
}

pub(super) unsafe extern "C" fn sign(
    _: CK_SESSION_HANDLE,
    data: CK_BYTE_PTR,
    length: CK_ULONG,
    signature: CK_BYTE_PTR,
    room: CK_ULONG_PTR,
) -> CK_RV {
    // SAFETY: the caller gives that many octets.
    let data = unsafe { octets(data, length) };
    with_token(|token| {
        let Some(key) = token.signing else {
            return CKR_OPERATION_NOT_INITIALIZED;
        };
        // SAFETY: the caller gives a counter, and room for as many octets as it says.
        unsafe {
            if signature.is_null() || *room < 64 {
                let answer = if signature.is_null() {
                    CKR_OK
                } else {
                    CKR_BUFFER_TOO_SMALL
                };
                *room = 64;
                return answer;
            }
        }
        token.signing = None;
        let mut fresh = [0; 32];
        let (Ok(e), Ok(()), Some(key)) = (
            <&[u8; 32]>::try_from(data),
            getrandom::fill(&mut fresh),
            token.private(key, Kind::SigningPrivate),
        ) else {
            return CKR_DATA_LEN_RANGE;
        };
        let Ok(made) = key.sign_prehashed(e, &fresh) else {
            return CKR_FUNCTION_FAILED;
        };
        // SAFETY: there is room for 64 octets, as was checked.
        unsafe {
            put(&made.to_bytes(), signature);
            *room = 64;
        }
        CKR_OK
    })
}

pub(super) unsafe extern "C" fn decrypt(
    _: CK_SESSION_HANDLE,
    data: CK_BYTE_PTR,
    length: CK_ULONG,
    plain: CK_BYTE_PTR,
    room: CK_ULONG_PTR,
) -> CK_RV {
    // SAFETY: the caller gives that many octets.
    let data = unsafe { octets(data, length) };
    with_token(|token| {
        let (Some(key), [4, rest @ ..]) = (token.decrypting, data) else {
            return CKR_OPERATION_NOT_INITIALIZED;
        };
        let Some(size) = rest.len().checked_sub(96) else {
            return CKR_ENCRYPTED_DATA_LEN_RANGE;
        };
        // SAFETY: the caller gives a counter, and room for as many octets as it says.
        unsafe {
            if plain.is_null() || (*room as usize) < size {
                let answer = if plain.is_null() {
                    CKR_OK
                } else {
                    CKR_BUFFER_TOO_SMALL
                };
                *room = size as CK_ULONG;
                return answer;
            }
        }
        token.decrypting = None;
        let part = |at: usize| <[u8; 32]>::try_from(&rest[at..at + 32]).unwrap_or_default();
        let ciphertext = Ciphertext {
            x1: part(0),
            y1: part(32),
            c3: part(64),
            c2: rest[96..].to_vec(),
        };
        let opened = token
            .private(key, Kind::EncryptionPrivate)
            .map(|key| key.decrypt(&ciphertext));
        let Some(Ok(opened)) = opened else {
            return CKR_ENCRYPTED_DATA_INVALID;
        };
        // SAFETY: there is room for the plaintext, as was checked.
        unsafe {
            put(&opened, plain);
            *room = opened.len() as CK_ULONG;
        }
        CKR_OK
    })
}
