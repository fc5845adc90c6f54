//! SM2, SM3 and SM4: algorithms only.
//!
//! No Python, no I/O, no clock and no source of randomness: whatever is random is an argument.
//! No suffix on a name means constant time in every secret; `_vartime` marks what may only see
//! public data. `unsafe` lives in [`arch`] alone, each use with its reason.

mod arch;
pub mod cpu;
pub mod ct;
pub mod hmac;
pub mod kdf;
pub mod selftest;
pub mod sm2;
pub mod sm3;
pub mod sm4;
