//! The same on every CPU path of this processor.

use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};

use gmkit_core::cpu;

/// What `act` gives, the same on every path; the plain one decides.
///
/// # Panics
/// If a path gives something else.
pub fn agree<T: PartialEq + Debug>(act: impl Fn() -> T) -> T {
    // The path is one for the whole process.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut expected = None;
    for path in cpu::ALL {
        if cpu::force(path).is_err() {
            break;
        }
        let found = act();
        match &expected {
            None => expected = Some(found),
            Some(expected) => assert_eq!(*expected, found, "{}", path.name()),
        }
    }
    expected.expect("the portable path is on every processor")
}

/// The first `N` octets, with zeros for what is missing, and the rest.
#[must_use]
pub fn head<const N: usize>(data: &[u8]) -> ([u8; N], &[u8]) {
    let (given, rest) = data.split_at(data.len().min(N));
    let mut octets = [0; N];
    octets[..given.len()].copy_from_slice(given);
    (octets, rest)
}
