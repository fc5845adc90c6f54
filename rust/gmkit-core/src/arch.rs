//! What is written for one kind of processor: the only place with `unsafe`.

#![allow(unsafe_code)]

pub(crate) mod barrier;
#[cfg(target_arch = "x86_64")]
pub(crate) mod ifma;
pub(crate) mod sm2_bmi2;
pub(crate) mod valgrind;
