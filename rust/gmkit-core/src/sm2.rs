//! SM2 (GB/T 32918): signatures, public-key encryption and key exchange on the curve sm2p256v1.
//!
//! Keys are checked when they are made, so every key that exists is valid: 1 <= d <= n - 2, and a
//! public key is a point of the curve other than infinity. Randomness is an argument everywhere.

pub mod batch;
mod decrypt;
pub(crate) mod digits;
pub mod encrypt;
pub mod exchange;
pub(crate) mod field;
pub mod identity;
mod key;
pub(crate) mod limbs;
mod modinv;
pub(crate) mod multiply;
pub(crate) mod point;
mod precomputed;
pub(crate) mod scalar;
mod selection;
pub mod sign;
pub(crate) mod tables;
mod verify;

pub use decrypt::DecryptionFailed;
pub use encrypt::{Ciphertext, EncryptionFailed};
pub use identity::{UserIdTooLong, DEFAULT_USER_ID, USER_ID_MAX};
pub use key::{GenerationFailed, InvalidKey, PrivateKey, PublicKey};
pub use precomputed::PrecomputedKey;
pub use sign::{Signature, SigningFailed};
pub use verify::InvalidSignature;

#[cfg(feature = "probe")]
pub mod probe;

/// Calls a function that is generic over [`field::FieldOps`] with the arithmetic of the active path.
macro_rules! with_field {
    ($($function:ident)::+ ($($argument:expr),* $(,)?)) => {
        match $crate::cpu::active() {
            #[cfg(target_arch = "x86_64")]
            $crate::cpu::CpuPath::Bmi2
            | $crate::cpu::CpuPath::Avx2
            | $crate::cpu::CpuPath::Avx2Gfni
            | $crate::cpu::CpuPath::Avx512 => {
                $($function)::+::<$crate::arch::sm2_bmi2::Bmi2>($($argument),*)
            }
            _ => $($function)::+::<$crate::sm2::field::Portable>($($argument),*),
        }
    };
}
pub(crate) use with_field;

#[cfg(test)]
mod known_attacks;
#[cfg(test)]
mod tests;
