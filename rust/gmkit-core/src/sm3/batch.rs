//! Many messages at once.

use super::{digest_parts, DIGEST_LENGTH};

/// The digests of `messages`, in their order.
///
/// # Panics
/// If there are not as many places as messages.
pub fn digest_batch(messages: &[&[u8]], digests: &mut [[u8; DIGEST_LENGTH]]) {
    assert_eq!(messages.len(), digests.len(), "one place for each digest");
    for (message, digest) in messages.iter().zip(digests) {
        *digest = super::digest(message);
    }
}

/// The digests of messages that each consist of `N` parts, one after the other: Z and M of an
/// SM2 signature, for instance.
///
/// # Panics
/// If there are not as many places as messages.
pub fn digest_batch_parts<const N: usize>(
    messages: &[[&[u8]; N]],
    digests: &mut [[u8; DIGEST_LENGTH]],
) {
    assert_eq!(messages.len(), digests.len(), "one place for each digest");
    for (parts, digest) in messages.iter().zip(digests) {
        *digest = digest_parts(parts);
    }
}
