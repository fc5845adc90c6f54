//! Why a key was not read.

use std::borrow::Cow;
use std::fmt;

use crate::Error;

/// Why a key was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// The octets are not the encoding they should be.
    Encoding(Error),
    /// A key, but not one of SM2, or one that must not exist.
    Invalid(Cow<'static, str>),
    /// Protected in a way that is not done here.
    Unsupported {
        /// What it is.
        message: Cow<'static, str>,
        /// Its object identifier in dotted form.
        oid: String,
    },
    /// The password does not open the key.
    WrongPassword,
    /// The receiver's key does not open the envelope.
    NotOpened,
    /// The key is protected and no password was given.
    PasswordMissing,
    /// A password was given for a key that is not protected.
    PasswordUnused,
}

impl From<Error> for KeyError {
    fn from(error: Error) -> Self {
        Self::Encoding(error)
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding(error) => error.fmt(f),
            Self::Invalid(message) => f.write_str(message),
            Self::Unsupported { message, oid } => write!(f, "{message} ({oid})"),
            Self::NotOpened => f.write_str("decryption failed"),
            Self::PasswordMissing => f.write_str("the key is protected by a password"),
            Self::PasswordUnused => {
                f.write_str("a password was given, but the key is not protected by one")
            }
            Self::WrongPassword => {
                f.write_str("the password does not open the key, or the encrypted part is damaged")
            }
        }
    }
}

impl std::error::Error for KeyError {}
