//! From initialising the library to logging in.

use cryptoki_sys::*;

use super::token::{with_token, Token, TOKEN};
use super::*;
use crate::containers;

pub(super) extern "C" fn initialize(_: CK_VOID_PTR) -> CK_RV {
    let (Ok(mut token), Some(containers)) = (TOKEN.lock(), containers::load()) else {
        return CKR_DEVICE_ERROR;
    };
    if token.is_some() {
        return CKR_CRYPTOKI_ALREADY_INITIALIZED;
    }
    *token = Some(Token {
        containers,
        ..Token::default()
    });
    CKR_OK
}

pub(super) extern "C" fn finalize(_: CK_VOID_PTR) -> CK_RV {
    match TOKEN.lock() {
        Ok(mut token) => token
            .take()
            .map_or(CKR_CRYPTOKI_NOT_INITIALIZED, |_| CKR_OK),
        Err(_) => CKR_GENERAL_ERROR,
    }
}

fn padded<const N: usize>(text: &str) -> [u8; N] {
    let mut field = [b' '; N];
    field[..text.len()].copy_from_slice(text.as_bytes());
    field
}

pub(super) unsafe extern "C" fn get_info(info: CK_INFO_PTR) -> CK_RV {
    let described = CK_INFO {
        cryptokiVersion: CK_VERSION {
            major: 2,
            minor: 40,
        },
        manufacturerID: padded("gmkit tests"),
        libraryDescription: padded("soft device"),
        ..CK_INFO::default()
    };
    // SAFETY: the caller gives room for the structure.
    unsafe { info.write(described) };
    CKR_OK
}

pub(super) unsafe extern "C" fn get_slot_list(
    _: CK_BBOOL,
    slots: CK_SLOT_ID_PTR,
    count: CK_ULONG_PTR,
) -> CK_RV {
    // SAFETY: the caller gives a counter and, unless null, room for as many slots as it says.
    unsafe {
        if !slots.is_null() {
            if *count < 1 {
                return CKR_BUFFER_TOO_SMALL;
            }
            *slots = SLOT;
        }
        *count = 1;
    }
    CKR_OK
}

pub(super) unsafe extern "C" fn get_slot_info(slot: CK_SLOT_ID, info: CK_SLOT_INFO_PTR) -> CK_RV {
    if slot != SLOT {
        return CKR_SLOT_ID_INVALID;
    }
    let described = CK_SLOT_INFO {
        slotDescription: padded("soft slot"),
        manufacturerID: padded("gmkit tests"),
        flags: CKF_TOKEN_PRESENT,
        ..CK_SLOT_INFO::default()
    };
    // SAFETY: the caller gives room for the structure.
    unsafe { info.write(described) };
    CKR_OK
}

pub(super) unsafe extern "C" fn get_token_info(slot: CK_SLOT_ID, info: CK_TOKEN_INFO_PTR) -> CK_RV {
    if slot != SLOT {
        return CKR_SLOT_ID_INVALID;
    }
    let described = CK_TOKEN_INFO {
        label: padded("gmkit soft token"),
        manufacturerID: padded("gmkit tests"),
        model: padded("soft"),
        serialNumber: padded("0000000000000001"),
        flags: CKF_LOGIN_REQUIRED | CKF_TOKEN_INITIALIZED | CKF_USER_PIN_INITIALIZED,
        ..CK_TOKEN_INFO::default()
    };
    // SAFETY: the caller gives room for the structure.
    unsafe { info.write(described) };
    CKR_OK
}

pub(super) unsafe extern "C" fn open_session(
    slot: CK_SLOT_ID,
    _: CK_FLAGS,
    _: CK_VOID_PTR,
    _: CK_NOTIFY,
    session: CK_SESSION_HANDLE_PTR,
) -> CK_RV {
    if slot != SLOT {
        return CKR_SLOT_ID_INVALID;
    }
    // SAFETY: the caller gives room for a handle.
    unsafe { *session = SESSION };
    with_token(|_| CKR_OK)
}

pub(super) extern "C" fn close_session(_: CK_SESSION_HANDLE) -> CK_RV {
    with_token(|token| {
        token.logged_in = false;
        CKR_OK
    })
}

pub(super) extern "C" fn close_all_sessions(_: CK_SLOT_ID) -> CK_RV {
    close_session(SESSION)
}

pub(super) unsafe extern "C" fn login(
    _: CK_SESSION_HANDLE,
    _: CK_USER_TYPE,
    pin: CK_UTF8CHAR_PTR,
    length: CK_ULONG,
) -> CK_RV {
    // SAFETY: the caller gives that many octets.
    let pin = unsafe { octets(pin, length) };
    with_token(|token| match token.containers.first() {
        Some(container) if container.pin == pin => {
            token.logged_in = true;
            CKR_OK
        }
        _ => CKR_PIN_INCORRECT,
    })
}

pub(super) extern "C" fn logout(session: CK_SESSION_HANDLE) -> CK_RV {
    close_session(session)
}
