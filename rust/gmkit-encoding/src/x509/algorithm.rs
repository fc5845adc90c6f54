//! AlgorithmIdentifier and SubjectPublicKeyInfo (RFC 5280, clauses 4.1.1.2 and 4.1.2.7).

use crate::der::{Element, Oid, Reader, Tag, Tolerance};
use crate::Error;

/// `SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }`
#[derive(Clone, Copy, Debug)]
pub struct Algorithm<'a> {
    /// Which.
    pub oid: Oid<'a>,
    /// Its parameters, the whole element.
    pub parameters: Option<Element<'a>>,
}

impl<'a> Algorithm<'a> {
    /// The next element.
    ///
    /// # Errors
    /// If it is not an AlgorithmIdentifier.
    pub fn read<T: Tolerance>(reader: &mut Reader<'a, T>) -> Result<(Self, Element<'a>), Error> {
        let element = reader.expect(Tag::SEQUENCE)?;
        let mut inside = reader.inside(&element)?;
        let oid = inside.oid()?;
        let parameters = if inside.is_empty() {
            None
        } else {
            Some(inside.any()?)
        };
        inside.finish()?;
        Ok((Self { oid, parameters }, element))
    }
}

/// `SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }`
#[derive(Clone, Copy, Debug)]
pub struct PublicKeyInfo<'a> {
    /// Algorithm and curve.
    pub algorithm: Algorithm<'a>,
    /// The octets of the key.
    pub key: &'a [u8],
}

impl<'a> PublicKeyInfo<'a> {
    /// The next element.
    ///
    /// # Errors
    /// If it is not a SubjectPublicKeyInfo with a key of whole octets.
    pub fn read<T: Tolerance>(reader: &mut Reader<'a, T>) -> Result<(Self, Element<'a>), Error> {
        let element = reader.expect(Tag::SEQUENCE)?;
        let mut inside = reader.inside(&element)?;
        let (algorithm, _) = Algorithm::read(&mut inside)?;
        let key = inside.bit_string_octets()?;
        inside.finish()?;
        Ok((Self { algorithm, key }, element))
    }
}
