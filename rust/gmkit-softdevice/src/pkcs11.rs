//! The functions of PKCS #11 that SM2 keys need.
//!
//! The standard has no numbers for SM2: key type and mechanisms are of the vendor's range, as every
//! vendor has its own. These are this device's: key type `0x8000_0001`; mechanism `0x8000_0010` signs
//! the 32 octets of e and returns r ‖ s; mechanism `0x8000_0011` decrypts C1 ‖ C3 ‖ C2 with the leading 04.
//! The PIN of the first container is the token's.

use std::sync::OnceLock;

use cryptoki_sys::*;

mod objects;
mod operations;
mod session;
mod token;

use objects::{find_objects, find_objects_final, find_objects_init, get_attribute_value};
use operations::{decrypt, decrypt_init, sign, sign_init};
use session::{
    close_all_sessions, close_session, finalize, get_info, get_slot_info, get_slot_list,
    get_token_info, initialize, login, logout, open_session,
};

const CKK_SM2: CK_ULONG = 0x8000_0001;
const CKM_SM2_SIGN: CK_ULONG = 0x8000_0010;
const CKM_SM2_DECRYPT: CK_ULONG = 0x8000_0011;
const SLOT: CK_SLOT_ID = 1;
const SESSION: CK_SESSION_HANDLE = 1;
/// Contents of the curve's identifier 1.2.156.10197.1.301, as an OBJECT IDENTIFIER.
const CURVE: [u8; 10] = [0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d];

/// Octets of the caller's.
///
/// # Safety
/// `start` points to `length` octets, or `length` is 0.
unsafe fn octets<'a>(start: *const u8, length: CK_ULONG) -> &'a [u8] {
    if length == 0 || start.is_null() {
        return &[];
    }
    // SAFETY: as the caller promises.
    unsafe { std::slice::from_raw_parts(start, length as usize) }
}

/// Copies to the caller.
///
/// # Safety
/// `room` has room for `value`.
unsafe fn put(value: &[u8], room: *mut u8) {
    // SAFETY: as the caller promises; our octets and the caller's do not overlap.
    unsafe { std::ptr::copy_nonoverlapping(value.as_ptr(), room, value.len()) };
}

/// The table of functions; what is not in it the library does not have.
static TABLE: OnceLock<CK_FUNCTION_LIST> = OnceLock::new();

fn table() -> CK_FUNCTION_LIST {
    CK_FUNCTION_LIST {
        version: CK_VERSION {
            major: 2,
            minor: 40,
        },
        C_Initialize: Some(initialize),
        C_Finalize: Some(finalize),
        C_GetInfo: Some(get_info),
        C_GetFunctionList: Some(C_GetFunctionList),
        C_GetSlotList: Some(get_slot_list),
        C_GetSlotInfo: Some(get_slot_info),
        C_GetTokenInfo: Some(get_token_info),
        C_OpenSession: Some(open_session),
        C_CloseSession: Some(close_session),
        C_CloseAllSessions: Some(close_all_sessions),
        C_Login: Some(login),
        C_Logout: Some(logout),
        C_GetAttributeValue: Some(get_attribute_value),
        C_FindObjectsInit: Some(find_objects_init),
        C_FindObjects: Some(find_objects),
        C_FindObjectsFinal: Some(find_objects_final),
        C_SignInit: Some(sign_init),
        C_Sign: Some(sign),
        C_DecryptInit: Some(decrypt_init),
        C_Decrypt: Some(decrypt),
        ..CK_FUNCTION_LIST::default()
    }
}

/// The entry point of PKCS #11.
///
/// # Safety
/// `list` points to room for a pointer.
#[no_mangle]
pub unsafe extern "C" fn C_GetFunctionList(list: CK_FUNCTION_LIST_PTR_PTR) -> CK_RV {
    // SAFETY: the caller gives room for a pointer; the table is never written to.
    unsafe { *list = std::ptr::from_ref(TABLE.get_or_init(table)).cast_mut() };
    CKR_OK
}
