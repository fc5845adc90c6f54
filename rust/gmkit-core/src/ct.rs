//! Secrets: comparing them, hiding them from the optimiser, and saying where they end.

use subtle::{Choice, ConstantTimeEq};

use crate::arch;

/// Whether two strings of octets are equal; time depends on their lengths alone, which are public.
#[must_use]
pub fn equal(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// `x`, of which the compiler no longer knows anything: what keeps it from turning a mask made of
/// a secret bit back into a branch.
#[inline(always)]
#[must_use]
pub(crate) fn barrier(x: u64) -> u64 {
    arch::barrier::hide(x)
}

/// Says that `value` is public from here on although it was computed from secrets.
///
/// Does nothing, except in a build for valgrind (feature `ctgrind`), whose check would otherwise
/// report the branch that follows. Every use says why the value may be known.
#[inline(always)]
pub fn declassify<T>(value: &T) {
    arch::valgrind::mark_public(value);
}

/// Says that `value` is secret: a build for valgrind reports every branch and address made of it.
#[inline(always)]
pub fn classify<T>(value: &T) {
    arch::valgrind::mark_secret(value);
}

/// Whether two strings of octets of one length are equal, as a choice to go on computing with.
#[must_use]
pub(crate) fn equal_choice(left: &[u8], right: &[u8]) -> Choice {
    left.ct_eq(right)
}
