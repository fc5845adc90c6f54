//! The token: its containers, and what the one session is doing.

use std::sync::Mutex;

use cryptoki_sys::*;
use gmkit_core::sm2::PrivateKey;

use super::*;
use crate::containers::Container;

/// What the handles of a container's objects differ in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    SigningPublic = 0,
    SigningPrivate = 1,
    EncryptionPublic = 2,
    EncryptionPrivate = 3,
}

pub(super) const KINDS: [Kind; 4] = [
    Kind::SigningPublic,
    Kind::SigningPrivate,
    Kind::EncryptionPublic,
    Kind::EncryptionPrivate,
];

#[derive(Default)]
pub(super) struct Token {
    pub(super) containers: Vec<Container>,
    pub(super) logged_in: bool,
    pub(super) found: Vec<CK_OBJECT_HANDLE>,
    pub(super) signing: Option<CK_OBJECT_HANDLE>,
    pub(super) decrypting: Option<CK_OBJECT_HANDLE>,
}

pub(super) static TOKEN: Mutex<Option<Token>> = Mutex::new(None);

/// Runs `work` on the token, or says that the library is not initialised.
pub(super) fn with_token(work: impl FnOnce(&mut Token) -> CK_RV) -> CK_RV {
    match TOKEN.lock() {
        Ok(mut token) => token.as_mut().map_or(CKR_CRYPTOKI_NOT_INITIALIZED, work),
        Err(_) => CKR_GENERAL_ERROR,
    }
}

impl Token {
    pub(super) fn object(&self, handle: CK_OBJECT_HANDLE) -> Option<(&Container, Kind)> {
        let container = self.containers.get(usize::try_from(handle / 4).ok()?)?;
        Some((container, KINDS[usize::try_from(handle % 4).ok()?]))
    }

    pub(super) fn handles(&self) -> impl Iterator<Item = CK_OBJECT_HANDLE> {
        0..4 * self.containers.len() as CK_OBJECT_HANDLE
    }

    /// The value of an attribute, if the object has it and it is not a secret.
    pub(super) fn attribute(
        &self,
        handle: CK_OBJECT_HANDLE,
        kind: CK_ATTRIBUTE_TYPE,
    ) -> Option<Vec<u8>> {
        let (container, object) = self.object(handle)?;
        let private = matches!(object, Kind::SigningPrivate | Kind::EncryptionPrivate);
        if private && !self.logged_in {
            return None;
        }
        let signing = matches!(object, Kind::SigningPublic | Kind::SigningPrivate);
        let flag = |value: bool| Some(vec![u8::from(value)]);
        match kind {
            CKA_CLASS => {
                let class = if private {
                    CKO_PRIVATE_KEY
                } else {
                    CKO_PUBLIC_KEY
                };
                Some(class.to_ne_bytes().to_vec())
            }
            CKA_KEY_TYPE => Some(CKK_SM2.to_ne_bytes().to_vec()),
            CKA_ID => Some(container.index.to_be_bytes().to_vec()),
            CKA_LABEL => {
                let use_ = if signing { "sign" } else { "encrypt" };
                Some(format!("{use_}-{}", container.index).into_bytes())
            }
            CKA_TOKEN => flag(true),
            CKA_PRIVATE | CKA_SENSITIVE => flag(private),
            CKA_EXTRACTABLE => flag(false),
            CKA_SIGN => flag(private && signing),
            CKA_DECRYPT => flag(private && !signing),
            CKA_EC_PARAMS => Some(CURVE.to_vec()),
            CKA_EC_POINT if !private => {
                let key = if signing {
                    &container.signing
                } else {
                    &container.encryption
                };
                Some([&[0x04, 65][..], &key.public_key().to_bytes()].concat())
            }
            _ => None,
        }
    }

    pub(super) fn private(&self, handle: CK_OBJECT_HANDLE, kind: Kind) -> Option<&PrivateKey> {
        let (container, object) = self.object(handle)?;
        (object == kind).then_some(match kind {
            Kind::SigningPrivate => &container.signing,
            _ => &container.encryption,
        })
    }
}
