//! Secrets: comparing them, hiding them from the optimiser, and saying where they end.

use subtle::{Choice, ConstantTimeEq};

use crate::arch;

/// Whether two strings of octets are equal; time depends on their lengths alone, which are public.
/// The answer is a verdict: what follows from it is done in the open.
#[must_use]
pub fn equal(left: &[u8], right: &[u8]) -> bool {
    verdict(left.ct_eq(right))
}

/// A choice that may be known from here on, to branch on. Every use says why it may.
#[inline(always)]
#[must_use]
pub(crate) fn verdict(choice: Choice) -> bool {
    #[cfg(feature = "ctgrind")]
    let choice = {
        // Read back from the memory that was marked: a copy in a register would still count as
        // secret.
        let mut marked = choice.unwrap_u8();
        declassify(&marked);
        Choice::from(*core::hint::black_box(&mut marked))
    };
    choice.into()
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
pub fn declassify<T: ?Sized>(value: &T) {
    arch::valgrind::mark_public(value);
}

/// Says that `value` is secret: a build for valgrind reports every branch and address made of it.
#[inline(always)]
pub fn classify<T: ?Sized>(value: &T) {
    arch::valgrind::mark_secret(value);
}

/// Whether valgrind is there to see what [`classify`] marks.
#[cfg(all(feature = "ctgrind", target_arch = "x86_64"))]
#[must_use]
pub fn under_valgrind() -> bool {
    arch::valgrind::is_running()
}

/// How many errors valgrind has reported so far.
#[cfg(all(feature = "ctgrind", target_arch = "x86_64"))]
#[must_use]
pub fn reports() -> u64 {
    arch::valgrind::reports()
}

/// Whether two strings of octets of one length are equal, as a choice to go on computing with.
#[must_use]
pub(crate) fn equal_choice(left: &[u8], right: &[u8]) -> Choice {
    left.ct_eq(right)
}
