//! What every target does with an input: the bound on its time, and the target itself.

use std::time::Duration;

use cpu_time::ThreadTime;

/// Under a sanitizer and with every branch counted; bare, the promise is a tenth of it.
const MOST: Duration = Duration::from_secs(1);

/// Runs the target `name` on one input.
///
/// # Panics
/// If it does, or takes too long.
pub fn run(name: &str, data: &[u8]) {
    let begin = ThreadTime::now();
    gmkit_fuzz::target(name).expect("in the table")(data);
    let taken = begin.elapsed();
    assert!(taken <= MOST, "{taken:?} for {} octets", data.len());
}
