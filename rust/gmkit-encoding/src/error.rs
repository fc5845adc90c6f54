//! What was wrong with an encoding, and where.

use std::borrow::Cow;
use std::fmt;

/// Octets that are not the encoding they should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The thing that was being read: "certificate", "SM2 signature", ….
    pub what: &'static str,
    /// What was wrong: lower case, no full stop, never a secret.
    pub message: Cow<'static, str>,
    /// Position of the fault in octets from the start of the input, where there is one.
    pub offset: Option<usize>,
}

impl Error {
    /// A fault at a position.
    pub fn new(what: &'static str, message: impl Into<Cow<'static, str>>, offset: usize) -> Self {
        Self {
            what,
            message: message.into(),
            offset: Some(offset),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.message)?;
        self.offset
            .map_or(Ok(()), |offset| write!(f, " (at byte {offset})"))
    }
}

impl std::error::Error for Error {}
