//! The functions of GM/T 0018-2012 that SM2 keys need.

use std::collections::HashSet;
use std::ffi::{c_int, c_uint, c_void};
use std::sync::Mutex;

use gmkit_core::sm2::encrypt::Ciphertext;
use gmkit_core::sm2::sign::Signature;
use gmkit_core::sm2::PublicKey;

use crate::containers::{self, Container};

// Codes of annex A.
const SDR_OK: c_int = 0;
const SDR_UNKNOWERR: c_int = 0x0100_0001;
const SDR_OPENDEVICE: c_int = 0x0100_0005;
const SDR_PARDENY: c_int = 0x0100_0007;
const SDR_KEYNOTEXIST: c_int = 0x0100_0008;
const SDR_SKOPERR: c_int = 0x0100_000c;

/// Octets of a number in the structures; 256-bit numbers stand in the last 32.
const WIDTH: usize = 64;

/// ECCrefPublicKey.
#[repr(C)]
pub struct EccPublicKey {
    bits: c_uint,
    x: [u8; WIDTH],
    y: [u8; WIDTH],
}

/// ECCSignature.
#[repr(C)]
pub struct EccSignature {
    r: [u8; WIDTH],
    s: [u8; WIDTH],
}

/// ECCCipher; `c` goes on for `l` octets.
#[repr(C)]
pub struct EccCipher {
    x: [u8; WIDTH],
    y: [u8; WIDTH],
    m: [u8; 32],
    l: c_uint,
    c: [u8; 1],
}

/// DEVICEINFO.
#[repr(C)]
pub struct DeviceInfo {
    issuer: [u8; 40],
    name: [u8; 16],
    serial: [u8; 16],
    device_version: c_uint,
    standard_version: c_uint,
    asymmetric: [c_uint; 2],
    symmetric: c_uint,
    hash: c_uint,
    buffer_size: c_uint,
}

struct Device {
    containers: Vec<Container>,
}

struct Session {
    device: *const Device,
    open: Mutex<HashSet<u32>>,
}

impl Session {
    fn container(&self, index: c_uint) -> Option<&Container> {
        // SAFETY: the device outlives its sessions; the interface asks callers for that order.
        let device = unsafe { &*self.device };
        device
            .containers
            .iter()
            .find(|container| container.index == index)
    }

    fn may_use(&self, index: c_uint) -> bool {
        self.open.lock().is_ok_and(|open| open.contains(&index))
    }
}

/// The session behind a handle.
///
/// # Safety
/// The handle comes from `SDF_OpenSession` and is not closed.
unsafe fn session<'a>(handle: *mut c_void) -> &'a Session {
    // SAFETY: as the caller promises.
    unsafe { &*handle.cast::<Session>() }
}

fn right_aligned(number: &[u8; 32]) -> [u8; WIDTH] {
    let mut field = [0; WIDTH];
    field[WIDTH - 32..].copy_from_slice(number);
    field
}

fn number(field: &[u8; WIDTH]) -> Option<[u8; 32]> {
    let (zeros, number) = field.split_at(WIDTH - 32);
    zeros
        .iter()
        .all(|octet| *octet == 0)
        .then(|| number.try_into().ok())
        .flatten()
}

fn export(key: &PublicKey) -> EccPublicKey {
    EccPublicKey {
        bits: 256,
        x: right_aligned(&key.x()),
        y: right_aligned(&key.y()),
    }
}

/// Opens the device.
///
/// # Safety
/// `device` points to room for a handle.
#[no_mangle]
pub unsafe extern "C" fn SDF_OpenDevice(device: *mut *mut c_void) -> c_int {
    let Some(containers) = containers::load() else {
        return SDR_OPENDEVICE;
    };
    // SAFETY: the caller gives room for a handle.
    unsafe { *device = Box::into_raw(Box::new(Device { containers })).cast() };
    SDR_OK
}

/// Closes the device.
///
/// # Safety
/// `device` comes from `SDF_OpenDevice`, and its sessions are closed.
#[no_mangle]
pub unsafe extern "C" fn SDF_CloseDevice(device: *mut c_void) -> c_int {
    // SAFETY: the handle was made by Box::into_raw in SDF_OpenDevice.
    drop(unsafe { Box::from_raw(device.cast::<Device>()) });
    SDR_OK
}

/// Opens a session.
///
/// # Safety
/// `device` comes from `SDF_OpenDevice`; `session` points to room for a handle.
#[no_mangle]
pub unsafe extern "C" fn SDF_OpenSession(device: *mut c_void, session: *mut *mut c_void) -> c_int {
    let opened = Session {
        device: device.cast(),
        open: Mutex::default(),
    };
    // SAFETY: the caller gives room for a handle.
    unsafe { *session = Box::into_raw(Box::new(opened)).cast() };
    SDR_OK
}

/// Closes a session.
///
/// # Safety
/// `session` comes from `SDF_OpenSession`.
#[no_mangle]
pub unsafe extern "C" fn SDF_CloseSession(session: *mut c_void) -> c_int {
    // SAFETY: the handle was made by Box::into_raw in SDF_OpenSession.
    drop(unsafe { Box::from_raw(session.cast::<Session>()) });
    SDR_OK
}

/// Says what the device is.
///
/// # Safety
/// `info` points to room for the structure.
#[no_mangle]
pub unsafe extern "C" fn SDF_GetDeviceInfo(_: *mut c_void, info: *mut DeviceInfo) -> c_int {
    fn text<const N: usize>(text: &str) -> [u8; N] {
        let mut field = [0; N];
        field[..text.len()].copy_from_slice(text.as_bytes());
        field
    }
    let described = DeviceInfo {
        issuer: text("gmkit tests"),
        name: text("soft device"),
        serial: text("0000000000000001"),
        device_version: 1,
        standard_version: 1,
        asymmetric: [0x0002_0a00, 256],
        symmetric: 0,
        hash: 1,
        buffer_size: 1 << 20,
    };
    // SAFETY: the caller gives room for the structure.
    unsafe { info.write(described) };
    SDR_OK
}

/// Random octets.
///
/// # Safety
/// `random` points to room for `length` octets.
#[no_mangle]
pub unsafe extern "C" fn SDF_GenerateRandom(
    _: *mut c_void,
    length: c_uint,
    random: *mut u8,
) -> c_int {
    // SAFETY: the caller gives room for that many octets.
    let octets = unsafe { std::slice::from_raw_parts_mut(random, length as usize) };
    getrandom::fill(octets).map_or(SDR_UNKNOWERR, |()| SDR_OK)
}

/// Opens a container with its PIN, for this session.
///
/// # Safety
/// The handle is a session's; `password` points to `length` octets.
#[no_mangle]
pub unsafe extern "C" fn SDF_GetPrivateKeyAccessRight(
    handle: *mut c_void,
    index: c_uint,
    password: *const u8,
    length: c_uint,
) -> c_int {
    // SAFETY: the caller passes a session's handle and that many octets.
    let (session, pin) = unsafe {
        (
            session(handle),
            std::slice::from_raw_parts(password, length as usize),
        )
    };
    match session.container(index) {
        None => SDR_KEYNOTEXIST,
        Some(container) if container.pin != pin => SDR_PARDENY,
        Some(_) => session.open.lock().map_or(SDR_UNKNOWERR, |mut open| {
            open.insert(index);
            SDR_OK
        }),
    }
}

/// Takes the right to use a container back.
///
/// # Safety
/// The handle is a session's.
#[no_mangle]
pub unsafe extern "C" fn SDF_ReleasePrivateKeyAccessRight(
    handle: *mut c_void,
    index: c_uint,
) -> c_int {
    // SAFETY: the caller passes a session's handle.
    let session = unsafe { session(handle) };
    session.open.lock().map_or(SDR_UNKNOWERR, |mut open| {
        open.remove(&index);
        SDR_OK
    })
}

/// The public half of the signing key.
///
/// # Safety
/// The handle is a session's; `key` points to room for the structure.
#[no_mangle]
pub unsafe extern "C" fn SDF_ExportSignPublicKey_ECC(
    handle: *mut c_void,
    index: c_uint,
    key: *mut EccPublicKey,
) -> c_int {
    // SAFETY: the caller passes a session's handle.
    let Some(container) = unsafe { session(handle) }.container(index) else {
        return SDR_KEYNOTEXIST;
    };
    // SAFETY: the caller gives room for the structure.
    unsafe { key.write(export(container.signing.public_key())) };
    SDR_OK
}

/// The public half of the encryption key.
///
/// # Safety
/// The handle is a session's; `key` points to room for the structure.
#[no_mangle]
pub unsafe extern "C" fn SDF_ExportEncPublicKey_ECC(
    handle: *mut c_void,
    index: c_uint,
    key: *mut EccPublicKey,
) -> c_int {
    // SAFETY: the caller passes a session's handle.
    let Some(container) = unsafe { session(handle) }.container(index) else {
        return SDR_KEYNOTEXIST;
    };
    // SAFETY: the caller gives room for the structure.
    unsafe { key.write(export(container.encryption.public_key())) };
    SDR_OK
}

/// Signs the 32 octets of e.
///
/// # Safety
/// The handle is a session's; `data` points to `length` octets, `signature` to room for the structure.
#[no_mangle]
pub unsafe extern "C" fn SDF_InternalSign_ECC(
    handle: *mut c_void,
    index: c_uint,
    data: *const u8,
    length: c_uint,
    signature: *mut EccSignature,
) -> c_int {
    // SAFETY: the caller passes a session's handle and that many octets.
    let (session, data) = unsafe {
        (
            session(handle),
            std::slice::from_raw_parts(data, length as usize),
        )
    };
    let Some(container) = session.container(index) else {
        return SDR_KEYNOTEXIST;
    };
    if !session.may_use(index) {
        return SDR_PARDENY;
    }
    let mut fresh = [0; 32];
    let (Ok(e), Ok(())) = (<&[u8; 32]>::try_from(data), getrandom::fill(&mut fresh)) else {
        return SDR_SKOPERR;
    };
    let Ok(made) = container.signing.sign_prehashed(e, &fresh) else {
        return SDR_SKOPERR;
    };
    let Signature { r, s } = made;
    // SAFETY: the caller gives room for the structure.
    unsafe {
        signature.write(EccSignature {
            r: right_aligned(&r),
            s: right_aligned(&s),
        })
    };
    SDR_OK
}

/// Decrypts with the encryption key.
///
/// # Safety
/// The handle is a session's; `cipher` is followed by its `l` octets; `data` has room for `*length`.
#[no_mangle]
pub unsafe extern "C" fn SDF_InternalDecrypt_ECC(
    handle: *mut c_void,
    index: c_uint,
    _: c_uint,
    cipher: *const EccCipher,
    data: *mut u8,
    length: *mut c_uint,
) -> c_int {
    // SAFETY: the caller passes a session's handle.
    let session = unsafe { session(handle) };
    let Some(container) = session.container(index) else {
        return SDR_KEYNOTEXIST;
    };
    if !session.may_use(index) {
        return SDR_PARDENY;
    }
    // SAFETY: the structure is whole, and its last member goes on for l octets.
    let (given, c2, room) = unsafe {
        let given = &*cipher;
        let start = std::ptr::addr_of!((*cipher).c).cast::<u8>();
        (
            given,
            std::slice::from_raw_parts(start, given.l as usize).to_vec(),
            *length,
        )
    };
    let (Some(x1), Some(y1)) = (number(&given.x), number(&given.y)) else {
        return SDR_SKOPERR;
    };
    let ciphertext = Ciphertext {
        x1,
        y1,
        c3: given.m,
        c2,
    };
    match container.encryption.decrypt(&ciphertext) {
        Ok(plain) if plain.len() <= room as usize => {
            // SAFETY: the caller gives room for that many octets, and the plaintext is not longer.
            unsafe {
                std::ptr::copy_nonoverlapping(plain.as_ptr(), data, plain.len());
                *length = c_uint::try_from(plain.len()).unwrap_or_default();
            }
            SDR_OK
        }
        _ => SDR_SKOPERR,
    }
}
