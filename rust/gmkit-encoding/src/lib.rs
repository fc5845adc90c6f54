//! DER and PEM, and the containers of keys, signatures and ciphertexts.
//!
//! The reader keeps the stored octets; the writer writes one form only.

pub mod der;
pub mod error;
pub mod keys;
pub mod pem;
pub mod sm2;
pub mod x509;

pub use error::Error;
