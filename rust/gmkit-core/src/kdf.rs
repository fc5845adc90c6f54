//! Keys from passwords, from other keys and from points of the curve, all with SM3.

mod hkdf;
mod pbkdf2;
mod sm2;

pub use hkdf::{hkdf_expand, hkdf_extract, HKDF_LONGEST};
pub use pbkdf2::pbkdf2_sm3;
pub use sm2::sm2_kdf;

/// More octets asked for than the derivation can give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;
