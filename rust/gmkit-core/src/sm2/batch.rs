//! Many SM2 operations in one call.
//!
//! With AVX-512 IFMA eight of them go through the same instructions side by side, and all share one
//! inversion; elsewhere they are done one after the other. Each item has its own verdict, found by
//! its own computation: nothing is verified in sum.
//!
//! Nothing here starts threads: a caller with several cores splits the items.
//!
//! AVX2 has no lanes of its own here, by a count of instructions. Ten limbs of 26 bits and `vpmuludq` take
//! 100 products and 100 sums, about 110 instructions for ten Montgomery steps (-1/p is 1 mod 2^26, the
//! other terms of p are four shifted products) and 40 for carries: 350 for four numbers, at best 100
//! cycles on a Zen 4 core with its four vector pipes and 117 on three, that is 25 to 29 a number. The
//! scalar product takes 38 cycles and the square 31. What is left, 1.3 times at most once 16 registers
//! spill ten-limb numbers, tables are scanned for every lane, and four lanes with different digits must
//! all do a fixed window's work, is not worth a second arithmetic. This is counted, not measured.

mod affine;
mod decrypt;
#[cfg(target_arch = "x86_64")]
mod lanes;
mod sign;
#[cfg(test)]
mod tests;
mod verify;

#[cfg(target_arch = "x86_64")]
pub(super) use lanes::{multiply_generator, plain_point, verify_with_table_vartime};

pub use decrypt::{decrypt_batch, CiphertextParts};
pub use sign::{sign_batch, sign_prehashed_batch};
pub use verify::{
    digest_batch, verify_batch, verify_prehashed_batch, BatchKey, Claim, SignedMessage, Verdict,
};
