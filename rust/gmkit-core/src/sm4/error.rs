//! What a mode refuses.

use core::fmt;

/// Why nothing was encrypted or decrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// Without padding the data must be whole blocks of 16 octets.
    PartialBlock,
    /// The data is shorter than the mode allows.
    TooShort,
    /// The data is longer than the mode allows.
    TooLong,
    /// The nonce does not have a length this mode takes.
    NonceLength,
    /// The tag does not have a length this mode gives.
    TagLength,
    /// More messages than one key may carry.
    Exhausted,
    /// Padding or tag is wrong: one answer for every cause.
    Rejected,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PartialBlock => "the data is not a whole number of 16-byte blocks",
            Self::TooShort => "the data is shorter than this mode allows",
            Self::TooLong => "the data is longer than this mode allows",
            Self::NonceLength => "the nonce does not have a length this mode takes",
            Self::TagLength => "the tag does not have a length this mode gives",
            Self::Exhausted => "this key has encrypted as many messages as it may",
            Self::Rejected => "decryption failed",
        })
    }
}

impl core::error::Error for Error {}
