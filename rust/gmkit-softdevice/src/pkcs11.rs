//! The functions of PKCS #11 that SM2 keys need.
//!
//! The standard has no numbers for SM2: key type and mechanisms are of the vendor's range, as every
//! vendor has its own. These are this device's: key type `0x8000_0001`; mechanism `0x8000_0010` signs
//! the 32 octets of e and returns r ‖ s; mechanism `0x8000_0011` decrypts C1 ‖ C3 ‖ C2 with the leading 04.
//! The PIN of the first container is the token's.

use std::sync::{Mutex, OnceLock};

use cryptoki_sys::*;
use gmkit_core::sm2::encrypt::Ciphertext;
use gmkit_core::sm2::PrivateKey;

use crate::containers::{self, Container};

const CKK_SM2: CK_ULONG = 0x8000_0001;
const CKM_SM2_SIGN: CK_ULONG = 0x8000_0010;
const CKM_SM2_DECRYPT: CK_ULONG = 0x8000_0011;
const SLOT: CK_SLOT_ID = 1;
const SESSION: CK_SESSION_HANDLE = 1;
/// Contents of the curve's identifier 1.2.156.10197.1.301, as an OBJECT IDENTIFIER.
const CURVE: [u8; 10] = [0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d];

/// What the handles of a container's objects differ in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    SigningPublic = 0,
    SigningPrivate = 1,
    EncryptionPublic = 2,
    EncryptionPrivate = 3,
}

const KINDS: [Kind; 4] = [
    Kind::SigningPublic,
    Kind::SigningPrivate,
    Kind::EncryptionPublic,
    Kind::EncryptionPrivate,
];

#[derive(Default)]
struct Token {
    containers: Vec<Container>,
    logged_in: bool,
    found: Vec<CK_OBJECT_HANDLE>,
    signing: Option<CK_OBJECT_HANDLE>,
    decrypting: Option<CK_OBJECT_HANDLE>,
}

static TOKEN: Mutex<Option<Token>> = Mutex::new(None);

/// Runs `work` on the token, or says that the library is not initialised.
fn with_token(work: impl FnOnce(&mut Token) -> CK_RV) -> CK_RV {
    match TOKEN.lock() {
        Ok(mut token) => token.as_mut().map_or(CKR_CRYPTOKI_NOT_INITIALIZED, work),
        Err(_) => CKR_GENERAL_ERROR,
    }
}

impl Token {
    fn object(&self, handle: CK_OBJECT_HANDLE) -> Option<(&Container, Kind)> {
        let container = self.containers.get(usize::try_from(handle / 4).ok()?)?;
        Some((container, KINDS[usize::try_from(handle % 4).ok()?]))
    }

    fn handles(&self) -> impl Iterator<Item = CK_OBJECT_HANDLE> {
        0..4 * self.containers.len() as CK_OBJECT_HANDLE
    }

    /// The value of an attribute, if the object has it and it is not a secret.
    fn attribute(&self, handle: CK_OBJECT_HANDLE, kind: CK_ATTRIBUTE_TYPE) -> Option<Vec<u8>> {
        let (container, object) = self.object(handle)?;
        let private = matches!(object, Kind::SigningPrivate | Kind::EncryptionPrivate);
        if private && !self.logged_in {
            return None;
        }
        let signing = matches!(object, Kind::SigningPublic | Kind::SigningPrivate);
        let flag = |value: bool| Some(vec![u8::from(value)]);
        match kind {
            CKA_CLASS => {
                let class = if private {
                    CKO_PRIVATE_KEY
                } else {
                    CKO_PUBLIC_KEY
                };
                Some(class.to_ne_bytes().to_vec())
            }
            CKA_KEY_TYPE => Some(CKK_SM2.to_ne_bytes().to_vec()),
            CKA_ID => Some(container.index.to_be_bytes().to_vec()),
            CKA_LABEL => {
                let use_ = if signing { "sign" } else { "encrypt" };
                Some(format!("{use_}-{}", container.index).into_bytes())
            }
            CKA_TOKEN => flag(true),
            CKA_PRIVATE | CKA_SENSITIVE => flag(private),
            CKA_EXTRACTABLE => flag(false),
            CKA_SIGN => flag(private && signing),
            CKA_DECRYPT => flag(private && !signing),
            CKA_EC_PARAMS => Some(CURVE.to_vec()),
            CKA_EC_POINT if !private => {
                let key = if signing {
                    &container.signing
                } else {
                    &container.encryption
                };
                Some([&[0x04, 65][..], &key.public_key().to_bytes()].concat())
            }
            _ => None,
        }
    }

    fn private(&self, handle: CK_OBJECT_HANDLE, kind: Kind) -> Option<&PrivateKey> {
        let (container, object) = self.object(handle)?;
        (object == kind).then_some(match kind {
            Kind::SigningPrivate => &container.signing,
            _ => &container.encryption,
        })
    }
}

extern "C" fn initialize(_: CK_VOID_PTR) -> CK_RV {
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

extern "C" fn finalize(_: CK_VOID_PTR) -> CK_RV {
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

unsafe extern "C" fn get_info(info: CK_INFO_PTR) -> CK_RV {
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

unsafe extern "C" fn get_slot_list(
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

unsafe extern "C" fn get_slot_info(slot: CK_SLOT_ID, info: CK_SLOT_INFO_PTR) -> CK_RV {
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

unsafe extern "C" fn get_token_info(slot: CK_SLOT_ID, info: CK_TOKEN_INFO_PTR) -> CK_RV {
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

unsafe extern "C" fn open_session(
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

extern "C" fn close_session(_: CK_SESSION_HANDLE) -> CK_RV {
    with_token(|token| {
        token.logged_in = false;
        CKR_OK
    })
}

extern "C" fn close_all_sessions(_: CK_SLOT_ID) -> CK_RV {
    close_session(SESSION)
}

unsafe extern "C" fn login(
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

extern "C" fn logout(session: CK_SESSION_HANDLE) -> CK_RV {
    close_session(session)
}

unsafe extern "C" fn find_objects_init(
    _: CK_SESSION_HANDLE,
    template: CK_ATTRIBUTE_PTR,
    count: CK_ULONG,
) -> CK_RV {
    let wanted = if count == 0 {
        Vec::new()
    } else {
        // SAFETY: the caller gives that many attributes, each with as many octets as it says.
        unsafe {
            std::slice::from_raw_parts(template, count as usize)
                .iter()
                .map(|one| {
                    (
                        one.type_,
                        octets(one.pValue.cast(), one.ulValueLen).to_vec(),
                    )
                })
                .collect()
        }
    };
    with_token(|token| {
        token.found = token
            .handles()
            .filter(|handle| {
                token.attribute(*handle, CKA_CLASS).is_some()
                    && wanted.iter().all(|(kind, value)| {
                        token.attribute(*handle, *kind).as_ref() == Some(value)
                    })
            })
            .collect();
        CKR_OK
    })
}

unsafe extern "C" fn find_objects(
    _: CK_SESSION_HANDLE,
    objects: CK_OBJECT_HANDLE_PTR,
    room: CK_ULONG,
    count: CK_ULONG_PTR,
) -> CK_RV {
    with_token(|token| {
        let some = token.found.len().min(room as usize);
        // SAFETY: the caller gives room for that many handles, and a counter.
        unsafe {
            for (at, handle) in token.found.drain(..some).enumerate() {
                *objects.add(at) = handle;
            }
            *count = some as CK_ULONG;
        }
        CKR_OK
    })
}

extern "C" fn find_objects_final(_: CK_SESSION_HANDLE) -> CK_RV {
    with_token(|token| {
        token.found.clear();
        CKR_OK
    })
}

unsafe extern "C" fn get_attribute_value(
    _: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    template: CK_ATTRIBUTE_PTR,
    count: CK_ULONG,
) -> CK_RV {
    with_token(|token| {
        let mut answer = CKR_OK;
        for at in 0..count as usize {
            // SAFETY: the caller gives that many attributes.
            let one = unsafe { &mut *template.add(at) };
            let Some(value) = token.attribute(object, one.type_) else {
                one.ulValueLen = CK_UNAVAILABLE_INFORMATION;
                answer = CKR_ATTRIBUTE_TYPE_INVALID;
                continue;
            };
            if !one.pValue.is_null() {
                if (one.ulValueLen as usize) < value.len() {
                    one.ulValueLen = CK_UNAVAILABLE_INFORMATION;
                    answer = CKR_BUFFER_TOO_SMALL;
                    continue;
                }
                // SAFETY: there is room for the value, as was just checked.
                unsafe { put(&value, one.pValue.cast()) };
            }
            one.ulValueLen = value.len() as CK_ULONG;
        }
        answer
    })
}

unsafe extern "C" fn sign_init(
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

unsafe extern "C" fn decrypt_init(
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

unsafe extern "C" fn sign(
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

unsafe extern "C" fn decrypt(
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
