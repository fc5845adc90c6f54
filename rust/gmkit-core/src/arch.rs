//! What is written for one kind of processor: the only place with `unsafe`.

#![allow(unsafe_code)]

pub(crate) mod barrier;
pub(crate) mod valgrind;
