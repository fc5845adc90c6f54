//! Many operations in one call, spread over cores with the interpreter's lock released.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::thread;

use gmkit_core::sm2::batch::{self, BatchKey, CiphertextParts, SignedMessage};
use gmkit_core::sm2::{InvalidSignature, Signature, USER_ID_MAX};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};
use zeroize::Zeroizing;

use super::format::{CiphertextFormat, SignatureFormat, UserId};
use super::private::{signing_error, SM2PrivateKey};
use super::public::SM2PublicKey;
use super::user_id_too_long;
use crate::input::Octets;
use crate::selftest::guard;
use crate::{errors, random};

/// Items that a further thread is worth starting for: some tenths of a millisecond of work.
const WORTH_A_THREAD: usize = 64;

/// The parts of a batch, one for each thread, none of them empty.
fn shares(py: Python<'_>, items: usize, threads: Option<isize>) -> PyResult<Vec<Range<usize>>> {
    let most = match threads {
        None => thread::available_parallelism().map_or(1, NonZeroUsize::get),
        Some(threads) => usize::try_from(threads)
            .ok()
            .filter(|&most| most > 0)
            .ok_or_else(|| {
                errors::invalid_argument(py, &format!("threads must be at least 1, not {threads}"))
            })?,
    };
    let threads = most.min(items.div_ceil(WORTH_A_THREAD)).max(1);
    // Whole vectors of eight, so that only the last share has an odd end.
    let share = items.div_ceil(threads).next_multiple_of(8).max(8);
    Ok((0..items)
        .step_by(share)
        .map(|from| from..items.min(from + share))
        .collect())
}

/// The results of `work` on every share, in their order; the first share stays on this thread.
fn spread<R: Send>(
    shares: &[Range<usize>],
    work: impl Fn(usize, Range<usize>) -> Vec<R> + Sync,
) -> Vec<R> {
    let work = &work;
    thread::scope(|scope| {
        let others: Vec<_> = shares
            .iter()
            .cloned()
            .enumerate()
            .skip(1)
            .map(|(at, share)| scope.spawn(move || work(at, share)))
            .collect();
        let mut results = shares
            .first()
            .map_or_else(Vec::new, |share| work(0, share.clone()));
        for other in others {
            match other.join() {
                Ok(more) => results.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        results
    })
}

#[pyfunction]
fn sign_batch<'py>(
    py: Python<'py>,
    key: &Bound<'py, SM2PrivateKey>,
    messages: Vec<Octets<'py>>,
    user_id: UserId<'py>,
    format: SignatureFormat,
    threads: Option<isize>,
) -> PyResult<Bound<'py, PyList>> {
    guard(py)?;
    let key = &key.get().key;
    let user_id = user_id.as_bytes();
    if user_id.len() > USER_ID_MAX {
        return Err(user_id_too_long(py));
    }
    let octets: Vec<&[u8]> = messages.iter().map(Octets::as_bytes).collect();
    let shares = shares(py, octets.len(), threads)?;
    let fresh: Vec<_> = shares
        .iter()
        .map(|_| random::fresh::<32>(py))
        .collect::<PyResult<_>>()?;
    let signed = py.detach(|| {
        spread(&shares, |at, share| {
            // One entry for a failed share: it fails whole, and never in practice.
            match batch::sign_batch(key, &octets[share], user_id, &fresh[at]) {
                Ok(signatures) => signatures.into_iter().map(Ok).collect(),
                Err(error) => vec![Err(error)],
            }
        })
    });
    let signatures: Vec<Signature> = signed
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|error| signing_error(py, error))?;
    format.write_all(py, &signatures)
}

/// Keys of a batch without repetition, and which of them each item has.
struct Keys<'a> {
    keys: Vec<BatchKey<'a>>,
    of_item: Vec<usize>,
}

impl<'a> Keys<'a> {
    /// Keys are the same if they are the same object, or the same point.
    fn new(objects: &'a [Bound<'_, SM2PublicKey>]) -> Self {
        let mut keys = Vec::new();
        let mut by_object: HashMap<*mut pyo3::ffi::PyObject, usize> = HashMap::new();
        let mut by_point: HashMap<&[u8; 64], usize> = HashMap::new();
        let of_item = objects
            .iter()
            .map(|object| {
                *by_object.entry(object.as_ptr()).or_insert_with(|| {
                    let key = object.get().for_batch();
                    let at = *by_point
                        .entry(object.get().key.coordinates())
                        .or_insert_with(|| {
                            keys.push(key);
                            keys.len() - 1
                        });
                    // Of two objects for one key, the one with a table.
                    if matches!(key, BatchKey::Precomputed(_)) {
                        keys[at] = key;
                    }
                    at
                })
            })
            .collect();
        Self { keys, of_item }
    }
}

/// Places of the signatures that do not verify, in rising order. `public_keys` has one key for each
/// message, or one for all.
#[pyfunction]
fn verify_batch<'py>(
    py: Python<'py>,
    public_keys: Vec<Bound<'py, SM2PublicKey>>,
    messages: Vec<Octets<'py>>,
    signatures: Vec<Octets<'py>>,
    user_id: UserId<'py>,
    format: SignatureFormat,
    threads: Option<isize>,
) -> PyResult<Vec<usize>> {
    guard(py)?;
    let user_id = user_id.as_bytes();
    if user_id.len() > USER_ID_MAX {
        return Err(user_id_too_long(py));
    }
    let count = messages.len();
    if signatures.len() != count || !(public_keys.len() == 1 || public_keys.len() == count) {
        let (keys, signatures) = (public_keys.len(), signatures.len());
        let message = format!(
            "every message needs its signature and its key, or all one key; found {count} messages, {signatures} signatures, {keys} keys"
        );
        return Err(errors::invalid_argument(py, &message));
    }
    let octets: Vec<(&[u8], &[u8])> = messages
        .iter()
        .map(Octets::as_bytes)
        .zip(signatures.iter().map(Octets::as_bytes))
        .collect();
    let shares = shares(py, count, threads)?;
    let Keys { keys, of_item } = Keys::new(&public_keys);
    let key_of = |place: usize| {
        if of_item.len() == 1 {
            of_item[0]
        } else {
            of_item[place]
        }
    };
    // Items of one key go to one thread as far as can be: a table is then made once.
    let mut order: Vec<usize> = (0..count).collect();
    if keys.len() > 1 {
        order.sort_by_key(|&place| key_of(place));
    }
    let verdicts = py.detach(|| {
        spread(&shares, |_, share| {
            verify_share(&keys, key_of, &order[share], &octets, user_id, format)
        })
    });
    let mut invalid: Vec<usize> = order
        .iter()
        .zip(verdicts)
        .filter_map(|(&place, verdict)| verdict.is_err().then_some(place))
        .collect();
    invalid.sort_unstable();
    Ok(invalid)
}

/// The verdicts on the items at `places`, in this order.
fn verify_share(
    keys: &[BatchKey<'_>],
    key_of: impl Fn(usize) -> usize,
    places: &[usize],
    octets: &[(&[u8], &[u8])],
    user_id: &[u8],
    format: SignatureFormat,
) -> Vec<Result<(), InvalidSignature>> {
    // What is no signature at all is invalid, and takes no part.
    let read: Vec<Option<SignedMessage<'_>>> = places
        .iter()
        .map(|&place| {
            let (message, signature) = octets[place];
            let signature = format.read(signature)?;
            Some(SignedMessage {
                key: key_of(place),
                message,
                signature,
            })
        })
        .collect();
    let items: Vec<SignedMessage<'_>> = read.iter().flatten().copied().collect();
    let mut verdicts = batch::verify_batch(keys, &items, user_id).into_iter();
    read.iter()
        .map(|item| {
            item.and_then(|_| verdicts.next())
                .unwrap_or(Err(InvalidSignature))
        })
        .collect()
}

/// A message for each ciphertext, or None where it does not open.
#[pyfunction]
fn decrypt_batch<'py>(
    py: Python<'py>,
    key: &Bound<'py, SM2PrivateKey>,
    ciphertexts: Vec<Octets<'py>>,
    format: CiphertextFormat,
    threads: Option<isize>,
) -> PyResult<Bound<'py, PyList>> {
    guard(py)?;
    let key = &key.get().key;
    let octets: Vec<&[u8]> = ciphertexts.iter().map(Octets::as_bytes).collect();
    let shares = shares(py, octets.len(), threads)?;
    let opened: Vec<Option<Zeroizing<Vec<u8>>>> = py.detach(|| {
        spread(&shares, |_, share| {
            let read: Vec<_> = octets[share]
                .iter()
                .map(|octets| format.read(octets))
                .collect();
            let parts: Vec<CiphertextParts<'_>> = read
                .iter()
                .flatten()
                .map(|(c1, c3, c2)| CiphertextParts { c1, c3, c2 })
                .collect();
            let mut opened = batch::decrypt_batch(key, &parts).into_iter();
            read.iter()
                .map(|parts| {
                    parts
                        .as_ref()
                        .and_then(|_| opened.next())
                        .and_then(Result::ok)
                })
                .collect()
        })
    });
    PyList::new(
        py,
        opened
            .iter()
            .map(|message| message.as_ref().map(|message| PyBytes::new(py, message))),
    )
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(sign_batch, module)?)?;
    module.add_function(wrap_pyfunction!(verify_batch, module)?)?;
    module.add_function(wrap_pyfunction!(decrypt_batch, module)?)
}
