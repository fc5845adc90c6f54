//! Certification request, PKCS#10 (RFC 2986).

use super::extension::ExtensionList;
use super::{name, oids, Algorithm, Extension, PublicKeyInfo, Span};
use crate::der::{Deviation, Finding, Findings, Reader, Tag};
use crate::Error;

/// The positions of everything in a request.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Request {
    /// What is signed.
    pub info: Span,
    /// The number in the INTEGER plus one; 1 by the standard, some devices write 2.
    pub version: u8,
    /// The encoded Name.
    pub subject: Span,
    /// The whole SubjectPublicKeyInfo.
    pub public_key_info: Span,
    /// Which attribute, and the whole SET of its values (some authorities put a bare value).
    pub attributes: Vec<(Span, Span)>,
    /// What the extension request asks for.
    pub extensions: Vec<Extension>,
    pub algorithm: Span,
    pub signature: Span,
    pub findings: Vec<Finding>,
}

const WHAT: &str = "certification request";

/// Requests above this length in bytes are refused.
const LIMIT: usize = 1 << 24;

impl Request {
    /// Reads a request, the whole of the input.
    ///
    /// # Errors
    /// If the input is not a request; deviations that leave no doubt become findings instead.
    pub fn parse(input: &[u8]) -> Result<Self, Error> {
        if input.len() > LIMIT {
            return Err(Error::new(WHAT, "longer than 16 MiB", LIMIT));
        }
        let findings = Findings::new();
        let mut parsed = read(input, &findings)?;
        parsed.findings = findings.into_vec();
        Ok(parsed)
    }
}

fn read(input: &[u8], findings: &Findings) -> Result<Request, Error> {
    let mut file = Reader::lenient(WHAT, input, findings);
    let mut outer = file.sequence()?;
    if !file.is_empty() {
        return Err(file.error("bytes follow the end of the request"));
    }
    let info = outer.expect(Tag::SEQUENCE)?;
    let mut inside = outer.inside(&info)?;
    let version_offset = inside.offset();
    let version = match inside.u32()? {
        0 => 1,
        1 => {
            findings.record(Deviation::Version, version_offset);
            2
        }
        _ => return Err(inside.error_at(version_offset, "unknown version")),
    };
    let subject = name::walk(&mut inside, |_, _| {})?;
    let (_, public_key_info) = PublicKeyInfo::read(&mut inside)?;
    let mut attributes = Vec::new();
    let mut extensions = Vec::new();
    if let Some(mut list) = inside.optional_nested(Tag::context_constructed(0))? {
        while !list.is_empty() {
            let mut attribute = list.sequence()?;
            let oid_element = attribute.expect(Tag::OBJECT_IDENTIFIER)?;
            let oid = attribute.oid_content(&oid_element)?;
            let values = attribute.any()?;
            attribute.finish()?;
            if values.tag != Tag::SET {
                findings.record(Deviation::SetMissing, values.offset);
            } else if oid == oids::EXTENSION_REQUEST && extensions.is_empty() {
                let mut set = list.inside(&values)?;
                extensions = ExtensionList::read(&mut set, findings, |_| {})?.list;
                set.finish()?;
            }
            attributes.push((Span::content(&oid_element), Span::raw(&values)));
        }
    }
    inside.finish()?;
    let (_, algorithm) = Algorithm::read(&mut outer)?;
    let signature = outer.expect(Tag::BIT_STRING)?;
    let bits = outer.bit_string_content(&signature)?;
    if bits.unused != 0 {
        return Err(outer.error_at(signature.offset, "signature is not of whole octets"));
    }
    outer.finish()?;
    Ok(Request {
        info: Span::raw(&info),
        version,
        subject: Span::raw(&subject),
        public_key_info: Span::raw(&public_key_info),
        attributes,
        extensions,
        algorithm: Span::raw(&algorithm),
        signature: Span::new(signature.content_offset + 1, bits.bytes.len()),
        findings: Vec::new(),
    })
}
