//! The bulk path of receipts: split, decode, check and verify many at once.
//!
//! Everything here sees public data only: receipts, certificates' keys and signatures.

pub mod base64url;
pub mod canonical;
pub mod disclosure;
pub mod json;
pub mod record;
pub mod statement;
pub mod verify;
