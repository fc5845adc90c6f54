//! GHASH on x86-64. See [`crate::sm4::ghash`] for how elements are represented.

// Loops here walk several arrays of registers by one index.
#![allow(clippy::needless_range_loop)]

pub(crate) mod avx512;
pub(crate) mod pclmul;
