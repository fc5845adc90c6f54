//! Finding objects and reading their attributes.

use cryptoki_sys::*;

use super::token::with_token;
use super::*;

pub(super) unsafe extern "C" fn find_objects_init(
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

pub(super) unsafe extern "C" fn find_objects(
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

pub(super) extern "C" fn find_objects_final(_: CK_SESSION_HANDLE) -> CK_RV {
    with_token(|token| {
        token.found.clear();
        CKR_OK
    })
}

pub(super) unsafe extern "C" fn get_attribute_value(
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
