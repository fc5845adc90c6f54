//! Certificate (RFC 5280, clause 4.1).

use super::extension::{ExtensionList, ExtensionValue};
use super::{name, Algorithm, Extension, PublicKeyInfo, Span};
use crate::der::{Deviation, Finding, Findings, Reader, Tag, Time, TimeForm};
use crate::Error;

/// The positions of everything in a certificate, and the few values that every check asks for.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Certificate {
    /// What is signed.
    pub tbs: Span,
    /// 1, 2 or 3.
    pub version: u8,
    /// Contents of the INTEGER.
    pub serial: Span,
    /// The AlgorithmIdentifier inside what is signed.
    pub inner_algorithm: Span,
    /// The encoded Name.
    pub issuer: Span,
    pub not_before: Time,
    pub not_after: Time,
    /// The encoded Name.
    pub subject: Span,
    /// The whole SubjectPublicKeyInfo.
    pub public_key_info: Span,
    pub has_unique_ids: bool,
    pub extensions: Vec<Extension>,
    /// The AlgorithmIdentifier beside the signature.
    pub algorithm: Span,
    pub signature: Span,
    /// `keyUsage`, bit *n* for bit *n*.
    pub key_usage: Option<u16>,
    /// `basicConstraints`: whether an authority, and how many authorities may follow.
    pub basic_constraints: Option<(bool, Option<u32>)>,
    pub subject_key_identifier: Option<Span>,
    pub authority_key_identifier: Option<Span>,
    pub findings: Vec<Finding>,
}

const WHAT: &str = "certificate";

/// Certificates above this length in bytes are refused.
const LIMIT: usize = 1 << 24;

/// `2050-01-01T00:00:00Z`, from where on GeneralizedTime is used.
pub(super) const YEAR_2050: i64 = 2_524_608_000;

impl Certificate {
    /// Reads a certificate, the whole of the input.
    ///
    /// # Errors
    /// If the input is not a certificate; deviations that leave no doubt become findings instead.
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

fn read(input: &[u8], findings: &Findings) -> Result<Certificate, Error> {
    let mut file = Reader::lenient(WHAT, input, findings);
    let mut outer = file.sequence()?;
    if !file.is_empty() {
        return Err(file.error("bytes follow the end of the certificate"));
    }
    let tbs = outer.expect(Tag::SEQUENCE)?;
    let mut inside = outer.inside(&tbs)?;

    let version = version(&mut inside)?;
    let serial = inside.expect(Tag::INTEGER)?;
    if inside.integer_content(&serial)?[0] >= 0x80 {
        findings.record(Deviation::NegativeInteger, serial.content_offset);
    }
    let (_, inner_algorithm) = Algorithm::read(&mut inside)?;
    let issuer = name::walk(&mut inside, |_, _| {})?;
    let mut validity = inside.sequence()?;
    let not_before = validity_time(&mut validity, findings)?;
    let not_after = validity_time(&mut validity, findings)?;
    validity.finish()?;
    let subject = name::walk(&mut inside, |_, _| {})?;
    let (_, public_key_info) = PublicKeyInfo::read(&mut inside)?;
    let mut has_unique_ids = false;
    for number in [1, 2] {
        if let Some(id) = inside.optional(Tag::context(number))? {
            inside.bit_string_content(&id)?;
            has_unique_ids = true;
        }
    }

    let mut known = Known::default();
    let extensions_offset = inside.offset();
    let extensions = match inside.optional_nested(Tag::context_constructed(3))? {
        Some(mut explicit) => {
            let list = ExtensionList::read(&mut explicit, findings, |value| {
                known.visit(input, &value);
            })?;
            explicit.finish()?;
            if version != 3 {
                findings.record(Deviation::Version, extensions_offset);
            }
            list.list
        }
        None => Vec::new(),
    };
    inside.finish()?;

    let (_, algorithm) = Algorithm::read(&mut outer)?;
    let signature = outer.expect(Tag::BIT_STRING)?;
    let bits = outer.bit_string_content(&signature)?;
    if bits.unused != 0 {
        return Err(outer.error_at(signature.offset, "signature is not of whole octets"));
    }
    outer.finish()?;

    Ok(Certificate {
        tbs: Span::raw(&tbs),
        version,
        serial: Span::content(&serial),
        inner_algorithm: Span::raw(&inner_algorithm),
        issuer: Span::raw(&issuer),
        not_before,
        not_after,
        subject: Span::raw(&subject),
        public_key_info: Span::raw(&public_key_info),
        has_unique_ids,
        extensions,
        algorithm: Span::raw(&algorithm),
        signature: Span::new(signature.content_offset + 1, bits.bytes.len()),
        key_usage: known.key_usage,
        basic_constraints: known.basic_constraints,
        subject_key_identifier: known.subject_key,
        authority_key_identifier: known.authority_key,
        findings: Vec::new(),
    })
}

/// The extensions whose values every check of a path asks for. Of two, the first counts here; that
/// there are two is a finding.
#[derive(Default)]
struct Known {
    key_usage: Option<u16>,
    basic_constraints: Option<(bool, Option<u32>)>,
    subject_key: Option<Span>,
    authority_key: Option<Span>,
}

impl Known {
    fn visit(&mut self, input: &[u8], value: &ExtensionValue<'_>) {
        match value {
            ExtensionValue::KeyUsage(bits) => {
                self.key_usage.get_or_insert(*bits);
            }
            ExtensionValue::BasicConstraints { ca, path_length } => {
                self.basic_constraints.get_or_insert((*ca, *path_length));
            }
            ExtensionValue::SubjectKeyIdentifier(id) => {
                self.subject_key.get_or_insert(Span::within(input, id));
            }
            ExtensionValue::AuthorityKeyIdentifier(authority) => {
                if let Some(id) = authority.key_identifier {
                    self.authority_key.get_or_insert(Span::within(input, id));
                }
            }
            _ => {}
        }
    }
}

/// `[0] EXPLICIT Version DEFAULT v1`
fn version(reader: &mut Reader<'_, &Findings>) -> Result<u8, Error> {
    let offset = reader.offset();
    let Some(mut explicit) = reader.optional_nested(Tag::context_constructed(0))? else {
        return Ok(1);
    };
    let number = explicit.u32()?;
    explicit.finish()?;
    match number {
        0 => {
            reader.deviation(Deviation::DefaultEncoded, offset)?;
            Ok(1)
        }
        1 => Ok(2),
        2 => Ok(3),
        _ => Err(reader.error_at(offset, "unknown version")),
    }
}

/// UTCTime through 2049, GeneralizedTime from 2050 (clause 4.1.2.5).
pub(super) fn validity_time(
    reader: &mut Reader<'_, &Findings>,
    findings: &Findings,
) -> Result<Time, Error> {
    let offset = reader.offset();
    let time = reader.time()?;
    if time.form == TimeForm::Generalized && time.seconds < YEAR_2050 {
        findings.record(Deviation::TimeType, offset);
    }
    Ok(time)
}
