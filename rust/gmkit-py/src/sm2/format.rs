//! The written forms of signatures and ciphertexts, and the identifier: arguments with a default.

use gmkit_core::sm2::{Ciphertext, Signature, DEFAULT_USER_ID};
use gmkit_encoding::der::Writer;
use gmkit_encoding::keys::protect::Profile;
use gmkit_encoding::sm2 as der;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyList, PyType};

use crate::input::Octets;

/// Who signs.
pub enum UserId<'py> {
    Default,
    Given(Octets<'py>),
}

impl UserId<'_> {
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Default => DEFAULT_USER_ID,
            Self::Given(octets) => octets.as_bytes(),
        }
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for UserId<'py> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        Octets::extract(object).map(Self::Given)
    }
}

/// `gmkit.sm2.SignatureFormat`.
#[derive(Clone, Copy)]
pub enum SignatureFormat {
    Der,
    Raw,
}

/// `gmkit.sm2.CiphertextFormat`.
#[derive(Clone, Copy)]
pub enum CiphertextFormat {
    Der,
    C1C3C2,
    C1C2C3,
}

/// `gmkit.sm2.KeyProfile`.
#[derive(Clone, Copy)]
pub struct KeyProfile(pub Profile);

impl<'a, 'py> FromPyObject<'a, 'py> for KeyProfile {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        let names = [
            ("SM4_SM3", Self(Profile::Sm4Sm3)),
            ("OPENSSL", Self(Profile::OpenSsl)),
        ];
        member(object, "KeyProfile", &CLASS, &names)
    }
}

/// The member of an enumeration of `gmkit.sm2` that an argument is, by its name.
fn member<'py, T: Copy>(
    object: Borrowed<'_, 'py, PyAny>,
    class_name: &'static str,
    class: &'static PyOnceLock<Py<PyType>>,
    names: &[(&str, T)],
) -> PyResult<T> {
    let class = class.import(object.py(), "gmkit.sm2.formats", class_name)?;
    if !object.is_instance(class)? {
        let kind = object.get_type().name()?;
        return Err(PyTypeError::new_err(format!(
            "format must be a member of gmkit.sm2.{class_name}, not {kind}"
        )));
    }
    let name = object.getattr("_name_")?;
    let name: &str = name.extract()?;
    names
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, format)| *format)
        .ok_or_else(|| PyTypeError::new_err(format!("unknown {class_name}.{name}")))
}

impl<'a, 'py> FromPyObject<'a, 'py> for SignatureFormat {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        let names = [("DER", Self::Der), ("RAW", Self::Raw)];
        member(object, "SignatureFormat", &CLASS, &names)
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for CiphertextFormat {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        let names = [
            ("DER", Self::Der),
            ("C1C3C2", Self::C1C3C2),
            ("C1C2C3", Self::C1C2C3),
        ];
        member(object, "CiphertextFormat", &CLASS, &names)
    }
}

impl SignatureFormat {
    pub fn write<'py>(self, py: Python<'py>, signature: &Signature) -> Bound<'py, PyBytes> {
        let octets = signature.to_bytes();
        match self {
            Self::Der => PyBytes::new(py, &der::signature_to_der(&octets)),
            Self::Raw => PyBytes::new(py, &octets),
        }
    }

    /// A list of signatures.
    pub fn write_all<'py>(
        self,
        py: Python<'py>,
        signatures: &[Signature],
    ) -> PyResult<Bound<'py, PyList>> {
        let mut writer = Writer::with_capacity(der::SIGNATURE_MAX);
        PyList::new(
            py,
            signatures.iter().map(|signature| {
                let octets = signature.to_bytes();
                match self {
                    Self::Der => {
                        writer.clear();
                        der::signature_into(&mut writer, &octets);
                        PyBytes::new(py, writer.as_slice())
                    }
                    Self::Raw => PyBytes::new(py, &octets),
                }
            }),
        )
    }

    /// The signature, or nothing for octets that are none.
    pub fn read(self, octets: &[u8]) -> Option<Signature> {
        let octets = match self {
            Self::Der => der::signature_from_der(octets).ok()?,
            Self::Raw => octets.try_into().ok()?,
        };
        Some(Signature::from_bytes(&octets))
    }
}

/// C1 (x1 || y1), C3 and C2.
pub type Parts<'a> = ([u8; 64], [u8; 32], &'a [u8]);

impl CiphertextFormat {
    pub fn write<'py>(self, py: Python<'py>, ciphertext: &Ciphertext) -> Bound<'py, PyBytes> {
        let Ciphertext { x1, y1, c3, c2 } = ciphertext;
        match self {
            Self::Der => {
                let parts = der::Ciphertext {
                    x: *x1,
                    y: *y1,
                    c3: *c3,
                    c2,
                };
                PyBytes::new(py, &der::ciphertext_to_der(&parts))
            }
            Self::C1C3C2 => PyBytes::new(py, &[&[4], &x1[..], y1, c3, c2].concat()),
            Self::C1C2C3 => PyBytes::new(py, &[&[4], &x1[..], y1, c2, c3].concat()),
        }
    }

    /// The parts of a ciphertext, or nothing for octets that are none.
    pub fn read(self, octets: &[u8]) -> Option<Parts<'_>> {
        match self {
            Self::Der => {
                let parts = der::ciphertext_from_der(octets).ok()?;
                let mut c1 = [0; 64];
                c1[..32].copy_from_slice(&parts.x);
                c1[32..].copy_from_slice(&parts.y);
                Some((c1, parts.c3, parts.c2))
            }
            Self::C1C3C2 => {
                let (c1, rest) = plain_c1(octets)?;
                let (c3, c2) = rest.split_first_chunk::<32>()?;
                Some((*c1, *c3, c2))
            }
            Self::C1C2C3 => {
                let (c1, rest) = plain_c1(octets)?;
                let (c2, c3) = rest.split_last_chunk::<32>()?;
                Some((*c1, *c3, c2))
            }
        }
    }
}

/// C1 without its 04, and what follows it.
fn plain_c1(octets: &[u8]) -> Option<(&[u8; 64], &[u8])> {
    match octets {
        [4, rest @ ..] => rest.split_first_chunk(),
        _ => None,
    }
}
