//! SM2 for eight numbers or points at a time: AVX-512 IFMA.
//!
//! What is called from outside takes an [`Ifma`], the proof that the processor has the instructions.

// The layers below are inlined whole into a kernel, which is compiled for those instructions;
// a call would pass vectors through memory, and an intrinsic that is not inlined is a call.
#![allow(clippy::inline_always)]

mod affine;
mod build;
mod comb;
mod field;
mod inverse;
mod multiply;
mod point;
mod quad;
mod scalars;
mod single;
mod single_verify;
mod table;
#[cfg(test)]
mod tests;
mod vector;
mod verify;

pub(crate) use affine::{to_affine, to_x, Numbers};
pub(crate) use build::PlainPoint;
pub(crate) use comb::Comb;
pub(crate) use multiply::{multiply_points, Points};
pub(crate) use point::SumMemory;
pub(crate) use quad::{multiply_point, multiply_point_vartime};
pub(crate) use scalars::Scalars;
pub(crate) use single::SingleComb;
pub(crate) use single_verify::{verify_one_vartime, OddScalar};
pub(crate) use table::{PointTable, POINT_TABLE_OCTETS};
pub(crate) use vector::Ifma;
pub(crate) use verify::{verify_points_vartime, verify_with_tables_vartime, Claims, Verdicts};
