//! The arithmetic itself, for the soak command alone: it compares it with another language's integers.
//!
//! Behind the feature `probe`, which no build of the package turns on. Everything here is public data.

use super::field::{Fe, FieldOps};
use super::scalar::Scalar;
use super::with_field;

/// Octets of one frame.
pub const FRAME: usize = 10 * 32;

/// A frame for two numbers of 32 octets, big-endian, reduced here: a, b mod p; a b, a², a + b, a − b mod p;
/// a, b mod n; a b, a + b mod n.
#[must_use]
pub fn frame(a: &[u8; 32], b: &[u8; 32]) -> [u8; FRAME] {
    with_field!(frame_on(a, b))
}

fn frame_on<F: FieldOps>(a: &[u8; 32], b: &[u8; 32]) -> [u8; FRAME] {
    let [x, y] = [a, b].map(|octets| Fe::from_octets::<F>(octets).0);
    let [m, n] = [a, b].map(Scalar::reduce_octets);
    let numbers = [
        x.to_octets::<F>(),
        y.to_octets::<F>(),
        F::mul(&x, &y).to_octets::<F>(),
        F::square(&x).to_octets::<F>(),
        F::add(&x, &y).to_octets::<F>(),
        F::sub(&x, &y).to_octets::<F>(),
        m.to_octets(),
        n.to_octets(),
        m.mul(&n).to_octets(),
        m.add(&n).to_octets(),
    ];
    let mut frame = [0; FRAME];
    for (place, number) in frame.chunks_exact_mut(32).zip(numbers) {
        place.copy_from_slice(&number);
    }
    frame
}
