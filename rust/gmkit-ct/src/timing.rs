//! Two kinds of secrets in turn at random, and whether their durations can be told apart.
//!
//! After Reparaz, Balasch and Verbauwhede, "Dude, is my code constant time?": Welch's t below 4.5
//! is no evidence of a leak.

use std::hint::black_box;
use std::time::Instant;

use crate::leak::leak;
use crate::noise::Noise;
use crate::timing_cases;
use crate::welch::largest_t;

/// |t| from which durations are told apart.
pub const LIMIT: f64 = 4.5;

/// How long a deliberate leak of one bit lasts: about as long as the slowest operation.
const LINGER: u32 = 1_000_000;

/// One input of a case.
pub struct Input {
    /// What the operation takes.
    pub operand: Operand,
    /// The secret in it, for the deliberate leak: its second octet is even for kind 0, odd for 1.
    pub secret: [u8; 32],
}

/// The operation with its operands bound, ready to be timed.
pub type Operand = timing_cases::Operand;

/// Runs every case, with `percent` of the full number of measurements; whether none can be told
/// apart. A case that fails is measured anew, twice: chance and noise do not fail thrice, a leak does.
pub fn run(percent: usize) -> bool {
    let mut clean = true;
    for (seed, case) in (1..).zip(timing_cases::all()) {
        let mut t = f64::INFINITY;
        for attempt in 0..3 {
            t = measure(&case, seed + 100 * attempt, case.count * percent / 100);
            if t < LIMIT {
                break;
            }
        }
        println!(
            "{:<28} {t:>10.2} {}",
            case.name,
            if t < LIMIT { "ok" } else { "LEAK" }
        );
        clean &= t < LIMIT;
    }
    clean
}

fn measure(case: &timing_cases::Case, seed: u64, count: usize) -> f64 {
    let noise = &mut Noise::new(seed);
    // Both kinds side by side, so that neither is nearer in the caches than the other.
    const POOL: usize = 64;
    let pool: Vec<[Input; 2]> = (0..POOL)
        .map(|_| [(case.make)(0, noise), (case.make)(1, noise)])
        .collect();
    let mut durations = [Vec::with_capacity(count), Vec::with_capacity(count)];
    for turn in 0..count + count / 10 {
        let kind = (noise.word() >> 63) as usize;
        let input = &pool[(noise.word() >> 32) as usize % POOL][kind];
        // The same place in memory for both kinds.
        let operand = black_box(input.operand.clone());
        let secret = black_box(input.secret);
        let start = Instant::now();
        for _ in 0..case.repeat {
            black_box(&operand).run();
        }
        leak(black_box(&secret[1..2]), LINGER);
        let duration = start.elapsed().as_nanos() as f64;
        // The first tenth warms up.
        if turn >= count / 10 {
            durations[kind].push(duration);
        }
    }
    largest_t(&durations[0], &durations[1])
}
