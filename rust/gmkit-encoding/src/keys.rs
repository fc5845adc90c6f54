//! Containers of keys: PKCS#8, SEC 1, SubjectPublicKeyInfo, and protection by a password.
//!
//! Many forms are read, one is written: id-ecPublicKey with the curve 1.2.156.10197.1.301 as its
//! parameter, the private key with curve and public key beside it. All reading is strict DER.

pub mod algorithm;
mod curve;
pub mod enveloped;
mod error;
mod load;
mod private;
pub mod protect;
mod public;

pub use error::KeyError;
pub use load::{
    private_from_der, private_from_pem, private_to_der, private_to_pem, private_to_sec1_der,
    private_to_sec1_pem, public_from_der, public_from_pem, public_to_der, public_to_pem,
    Protection,
};
pub use public::point_from_der;

#[cfg(test)]
mod tests;
