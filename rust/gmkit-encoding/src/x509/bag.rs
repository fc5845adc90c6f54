//! Certificates and lists that travel in a signed message (PKCS#7, RFC 5652, GM/T 0010).

use super::Span;
use crate::der::{Findings, Oid, Reader, Tag};
use crate::Error;

/// Where the certificates and lists of a SignedData are.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct Bag {
    pub certificates: Vec<Span>,
    pub lists: Vec<Span>,
}

const WHAT: &str = "certificate bag";

/// `signedData` of PKCS#7 and of GM/T 0010.
const SIGNED_DATA: [Oid<'static>; 2] = [
    Oid::known(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2]),
    Oid::known(&[0x2a, 0x81, 0x1c, 0xcf, 0x55, 6, 1, 4, 2, 2]),
];

impl Bag {
    /// Finds the certificates and lists of a SignedData; nothing is verified.
    ///
    /// # Errors
    /// If the input is not a SignedData.
    pub fn parse(input: &[u8]) -> Result<Self, Error> {
        if input.len() > Span::LIMIT {
            return Err(Error::new(WHAT, "longer than 4 GiB", Span::LIMIT));
        }
        let findings = Findings::new();
        let mut file = Reader::lenient(WHAT, input, &findings);
        let mut outer = file.sequence()?;
        if !SIGNED_DATA.contains(&outer.oid()?) {
            return Err(outer.error("not a SignedData"));
        }
        let mut content = outer.nested(Tag::context_constructed(0))?;
        let mut signed = content.sequence()?;
        signed.u32()?;
        signed.expect(Tag::SET)?;
        signed.expect(Tag::SEQUENCE)?;
        let mut bag = Self::default();
        if let Some(mut certificates) = signed.optional_nested(Tag::context_constructed(0))? {
            while !certificates.is_empty() {
                let element = certificates.any()?;
                // Other choices are attribute certificates and such.
                if element.tag == Tag::SEQUENCE {
                    bag.certificates.push(Span::raw(&element));
                }
            }
        }
        if let Some(mut lists) = signed.optional_nested(Tag::context_constructed(1))? {
            while !lists.is_empty() {
                let element = lists.any()?;
                if element.tag == Tag::SEQUENCE {
                    bag.lists.push(Span::raw(&element));
                }
            }
        }
        Ok(bag)
    }
}
