//! Many SM2 operations in one call.
//!
//! With AVX-512 IFMA eight of them go through the same instructions side by side, and all share one
//! inversion; elsewhere they are done one after the other. Each item has its own verdict, found by
//! its own computation: nothing is verified in sum.
//!
//! Nothing here starts threads: a caller with several cores splits the items.

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
