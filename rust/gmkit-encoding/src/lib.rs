//! DER and PEM, and the containers of keys, signatures and ciphertexts.
//!
//! The reader keeps the stored octets; the writer writes one form only.
