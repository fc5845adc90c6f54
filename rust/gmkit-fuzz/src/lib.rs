//! What is fuzzed: a function for every reader of hostile octets, and for every kernel that has to
//! agree with the plain one.
//!
//! Each takes octets and panics if anything is wrong: a parser that panics itself, that takes a second
//! encoding of what has one, or that does not read what it wrote; two CPU paths that differ; a batch
//! that decides otherwise than one at a time. `fuzz/` beside this crate runs them under libFuzzer, the
//! tests here replay what was found.

mod encoding;
mod paths;
mod receipt;
mod sm2;
mod symmetric;

/// A target: octets in, a panic if something is wrong.
pub type Target = fn(&[u8]);

/// Every target, by name.
pub const TARGETS: [(&str, Target); 16] = [
    ("base64url", receipt::base64url),
    ("der", encoding::der),
    ("enveloped_key", encoding::enveloped_key),
    ("keys", encoding::keys),
    ("pem", encoding::pem),
    ("receipt_json", receipt::json),
    ("receipt_line", receipt::line),
    ("sm2_arithmetic", sm2::arithmetic),
    ("sm2_ciphertext", sm2::ciphertext),
    ("sm2_point", sm2::point),
    ("sm2_signature", sm2::signature),
    ("sm2_verify", sm2::verify),
    ("sm3_paths", symmetric::sm3),
    ("sm4_file", symmetric::sm4_file),
    ("sm4_paths", symmetric::sm4),
    ("x509", encoding::x509),
];

/// The target with that name.
#[must_use]
pub fn target(name: &str) -> Option<Target> {
    let (_, target) = TARGETS.into_iter().find(|(each, _)| *each == name)?;
    Some(target)
}
