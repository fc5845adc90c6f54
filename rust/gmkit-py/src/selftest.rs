//! `gmkit._native.selftest`: nothing works before the known answers have come out, or after one has not.

use std::env;
use std::sync::atomic::{AtomicU32, AtomicU8, Ordering};
use std::sync::OnceLock;

use gmkit_core::selftest::{known_answers, KnownAnswer};
use pyo3::prelude::*;

use crate::errors;

const NOT_RUN: u8 = 0;
const PASSED: u8 = 1;
const FAILED: u8 = 2;

/// Where this process stands. Nothing leads out of FAILED.
static STATE: AtomicU8 = AtomicU8::new(NOT_RUN);

/// How often the known answers have been run in this process.
static RUNS: AtomicU32 = AtomicU32::new(0);

/// A failure to simulate: the input of this known answer is spoilt from that run on, so that a
/// failure and what follows can be watched.
struct Spoilt {
    name: String,
    from_run: u32,
}

/// What `GMKIT_SELFTEST_SPOIL` says: `NAME`, or `NAME@2` for a failure not before the second run.
/// The variable can only ever make the module refuse its work.
static SPOILT: OnceLock<Spoilt> = OnceLock::new();

/// The first line of every operation: runs the known answers if they have not been run.
///
/// # Errors
/// `SelfTestError` if one came out wrong, now or ever before in this process.
#[inline]
pub fn guard(py: Python<'_>) -> PyResult<()> {
    // Relaxed: the number itself is the whole message, no other memory hangs on it.
    if STATE.load(Ordering::Relaxed) == PASSED {
        return Ok(());
    }
    not_passed(py)
}

/// Another CPU path is in force: what was shown for the last one says nothing about it.
pub fn forget() {
    let _ = STATE.compare_exchange(PASSED, NOT_RUN, Ordering::Relaxed, Ordering::Relaxed);
}

/// Reads `GMKIT_SELFTEST_SPOIL`.
///
/// # Errors
/// `InvalidArgument` if it names no known answer.
pub fn from_environment(py: Python<'_>) -> PyResult<()> {
    let Ok(wanted) = env::var("GMKIT_SELFTEST_SPOIL") else {
        return Ok(());
    };
    let (name, run) = wanted.split_once('@').unwrap_or((&wanted, "1"));
    let from_run = run.parse().unwrap_or(1);
    if !known_answers().any(|known| known.name == name) {
        let names: Vec<_> = known_answers().map(|known| known.name).collect();
        let names = names.join(", ");
        let message = format!("GMKIT_SELFTEST_SPOIL names {name:?}; there are {names}");
        return Err(errors::invalid_argument(py, &message));
    }
    SPOILT.get_or_init(|| Spoilt {
        name: name.to_owned(),
        from_run,
    });
    Ok(())
}

#[cold]
fn not_passed(py: Python<'_>) -> PyResult<()> {
    if STATE.load(Ordering::Relaxed) == NOT_RUN {
        run(py);
    }
    match STATE.load(Ordering::Relaxed) {
        FAILED => Err(errors::self_test(
            py,
            "a known answer came out wrong in this process; every operation is refused",
        )),
        _ => Ok(()),
    }
}

/// Name and outcome of every known answer, computed now; a wrong one puts the module out of service.
#[pyfunction]
fn run(py: Python<'_>) -> Vec<(&'static str, bool)> {
    let run = RUNS.fetch_add(1, Ordering::Relaxed) + 1;
    let outcome: Vec<_> = py.detach(|| {
        known_answers()
            .map(|known| (known.name, holds(known, run)))
            .collect()
    });
    if outcome.iter().all(|(_, held)| *held) {
        let _ = STATE.compare_exchange(NOT_RUN, PASSED, Ordering::Relaxed, Ordering::Relaxed);
    } else {
        STATE.store(FAILED, Ordering::Relaxed);
    }
    outcome
}

fn holds(known: &KnownAnswer, run: u32) -> bool {
    match SPOILT.get() {
        Some(spoilt) if spoilt.name == known.name && spoilt.from_run <= run => {
            known.holds_when_spoilt()
        }
        _ => known.holds(),
    }
}

#[pyfunction]
fn state() -> &'static str {
    match STATE.load(Ordering::Relaxed) {
        NOT_RUN => "not run",
        PASSED => "passed",
        _ => "failed",
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(run, module)?)?;
    module.add_function(wrap_pyfunction!(state, module)?)
}
