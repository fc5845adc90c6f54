//! Comparing secrets.

use subtle::ConstantTimeEq;

/// Whether two strings of octets are equal; time depends on their lengths alone, which are public.
#[must_use]
pub fn equal(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}
