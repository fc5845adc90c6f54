//! SM4 on x86-64.
//!
//! Every function here needs the instructions of its path; [`crate::sm4::engine`] calls them only
//! for keys expanded for that path, and a key is expanded only for a path the processor has.

pub(crate) mod avx512;
pub(crate) mod gfni;
mod matrices;
mod transpose;
