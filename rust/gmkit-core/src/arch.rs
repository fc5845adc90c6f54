//! What is written for one kind of processor: the only place with `unsafe`.

#![allow(unsafe_code)]

pub(crate) mod barrier;
#[cfg(target_arch = "x86_64")]
pub(crate) mod division_steps;
#[cfg(target_arch = "x86_64")]
pub(crate) mod ghash;
#[cfg(target_arch = "x86_64")]
pub(crate) mod ifma;
#[cfg(target_arch = "x86_64")]
pub(crate) mod sm2_bmi2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod sm2_select;
#[cfg(target_arch = "x86_64")]
pub(crate) mod sm3_lanes;
#[cfg(target_arch = "x86_64")]
pub(crate) mod sm3_stream;
#[cfg(target_arch = "x86_64")]
pub(crate) mod sm4;
pub(crate) mod valgrind;
pub(crate) mod wipe;
