//! Extensions of certificates, lists and list entries (RFC 5280, clauses 4.2, 5.2, 5.3; GM/T 0015).

mod constraints;
mod distribution;
mod identity;
mod policies;

use super::general_name::GeneralName;
use super::{oids, Span};
use crate::der::{Deviation, Findings, Oid, Reader, Tag, Time, Tolerance};
use crate::Error;

pub use constraints::Subtree;
pub use distribution::{DistributionPoint, DistributionPointName, IssuingDistributionPoint};
pub use policies::Policy;

/// `SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }`, as positions.
#[derive(Clone, Copy, Debug)]
pub struct Extension {
    /// Contents of the identifier.
    pub oid: Span,
    /// Whether who does not understand it must refuse.
    pub critical: bool,
    /// Contents of the OCTET STRING.
    pub value: Span,
    /// It is one of the known ones and its contents are not what they should be.
    pub malformed: bool,
}

/// `authorityKeyIdentifier`, clause 4.2.1.1.
#[derive(Clone, Debug, Default)]
pub struct AuthorityKeyIdentifier<'a> {
    /// The issuer's key.
    pub key_identifier: Option<&'a [u8]>,
    /// The name of the issuer's issuer.
    pub issuer: Option<Vec<GeneralName<'a>>>,
    /// The serial number of the issuer's certificate, as INTEGER contents.
    pub serial: Option<&'a [u8]>,
}

/// What an extension says.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum ExtensionValue<'a> {
    BasicConstraints {
        ca: bool,
        path_length: Option<u32>,
    },
    /// Bit *n* of the number is bit *n* of the BIT STRING.
    KeyUsage(u16),
    ExtendedKeyUsage(Vec<Oid<'a>>),
    SubjectKeyIdentifier(&'a [u8]),
    AuthorityKeyIdentifier(AuthorityKeyIdentifier<'a>),
    SubjectAltName(Vec<GeneralName<'a>>),
    IssuerAltName(Vec<GeneralName<'a>>),
    NameConstraints {
        permitted: Vec<Subtree<'a>>,
        excluded: Vec<Subtree<'a>>,
    },
    CertificatePolicies(Vec<Policy<'a>>),
    PolicyMappings(Vec<(Oid<'a>, Oid<'a>)>),
    PolicyConstraints {
        require_explicit: Option<u32>,
        inhibit_mapping: Option<u32>,
    },
    InhibitAnyPolicy(u32),
    CrlDistributionPoints(Vec<DistributionPoint<'a>>),
    FreshestCrl(Vec<DistributionPoint<'a>>),
    AuthorityInfoAccess(Vec<(Oid<'a>, GeneralName<'a>)>),
    SubjectInfoAccess(Vec<(Oid<'a>, GeneralName<'a>)>),
    PrivateKeyUsagePeriod {
        not_before: Option<Time>,
        not_after: Option<Time>,
    },
    OcspNoCheck,
    /// Which choice (none: a bare string) and the text, in UTF-8 or as it stands.
    Identity {
        choice: Option<u8>,
        text: &'a [u8],
    },
    CrlNumber(&'a [u8]),
    DeltaCrlIndicator(&'a [u8]),
    IssuingDistributionPoint(IssuingDistributionPoint<'a>),
    ReasonCode(u32),
    InvalidityDate(Time),
    CertificateIssuer(Vec<GeneralName<'a>>),
}

/// Reads the contents of an extension; none if its identifier is not a known one.
///
/// *offset* is where the contents stand in the outermost input.
///
/// # Errors
/// If the contents are not what the identifier says.
pub fn decode<'a>(
    oid: Oid<'_>,
    value: &'a [u8],
    offset: usize,
    findings: &Findings,
) -> Result<Option<ExtensionValue<'a>>, Error> {
    let mut reader = Reader::lenient("extension", value, findings).at(offset);
    let Some(decoded) = read(oid, &mut reader)? else {
        return Ok(None);
    };
    reader.finish()?;
    Ok(Some(decoded))
}

fn read<'a, T: Tolerance>(
    oid: Oid<'_>,
    reader: &mut Reader<'a, T>,
) -> Result<Option<ExtensionValue<'a>>, Error> {
    use ExtensionValue as V;
    let value = match oid {
        oids::BASIC_CONSTRAINTS => constraints::basic(reader)?,
        oids::KEY_USAGE => V::KeyUsage(key_usage(reader)?),
        oids::EXTENDED_KEY_USAGE => V::ExtendedKeyUsage(list(reader, Reader::oid)?),
        oids::SUBJECT_KEY_IDENTIFIER => V::SubjectKeyIdentifier(reader.octet_string()?),
        oids::AUTHORITY_KEY_IDENTIFIER => V::AuthorityKeyIdentifier(authority(reader)?),
        oids::SUBJECT_ALT_NAME => V::SubjectAltName(GeneralName::read_list(reader.sequence()?)?),
        oids::ISSUER_ALT_NAME => V::IssuerAltName(GeneralName::read_list(reader.sequence()?)?),
        oids::NAME_CONSTRAINTS => constraints::names(reader)?,
        oids::CERTIFICATE_POLICIES => V::CertificatePolicies(list(reader, Policy::read)?),
        oids::POLICY_MAPPINGS => V::PolicyMappings(list(reader, policies::mapping)?),
        oids::POLICY_CONSTRAINTS => policies::constraints(reader)?,
        oids::INHIBIT_ANY_POLICY => V::InhibitAnyPolicy(saturating(reader)?),
        oids::CRL_DISTRIBUTION_POINTS => {
            V::CrlDistributionPoints(list(reader, DistributionPoint::read)?)
        }
        oids::FRESHEST_CRL => V::FreshestCrl(list(reader, DistributionPoint::read)?),
        oids::AUTHORITY_INFO_ACCESS => V::AuthorityInfoAccess(list(reader, access)?),
        oids::SUBJECT_INFO_ACCESS => V::SubjectInfoAccess(list(reader, access)?),
        oids::PRIVATE_KEY_USAGE_PERIOD => usage_period(reader)?,
        oids::OCSP_NO_CHECK => {
            reader.null()?;
            V::OcspNoCheck
        }
        oids::CRL_NUMBER => V::CrlNumber(reader.unsigned()?),
        oids::DELTA_CRL_INDICATOR => V::DeltaCrlIndicator(reader.unsigned()?),
        oids::ISSUING_DISTRIBUTION_POINT => {
            V::IssuingDistributionPoint(IssuingDistributionPoint::read(reader)?)
        }
        oids::REASON_CODE => V::ReasonCode(reason(reader)?),
        oids::INVALIDITY_DATE => V::InvalidityDate(reader.generalized_time()?),
        oids::CERTIFICATE_ISSUER => {
            V::CertificateIssuer(GeneralName::read_list(reader.sequence()?)?)
        }
        oid if oids::is_identity(oid) => identity::read(reader)?,
        _ => return Ok(None),
    };
    Ok(Some(value))
}

/// `SEQUENCE SIZE (1..MAX) OF`
fn list<'a, T: Tolerance, V>(
    reader: &mut Reader<'a, T>,
    mut read: impl FnMut(&mut Reader<'a, T>) -> Result<V, Error>,
) -> Result<Vec<V>, Error> {
    let mut sequence = reader.sequence()?;
    let mut list = Vec::new();
    loop {
        list.push(read(&mut sequence)?);
        if sequence.is_empty() {
            return Ok(list);
        }
    }
}

/// `INTEGER (0..MAX)` that counts certificates: whatever is above 2^32 − 1 counts as that.
fn saturating<T: Tolerance>(reader: &mut Reader<'_, T>) -> Result<u32, Error> {
    let magnitude = reader.unsigned()?;
    Ok(saturate(magnitude))
}

/// The number whose magnitude is given, or 2^32 − 1.
fn saturate(magnitude: &[u8]) -> u32 {
    if magnitude.len() > 4 {
        return u32::MAX;
    }
    magnitude
        .iter()
        .fold(0, |sum, octet| sum << 8 | u32::from(*octet))
}

fn key_usage<T: Tolerance>(reader: &mut Reader<'_, T>) -> Result<u16, Error> {
    let element = reader.expect(Tag::BIT_STRING)?;
    reader.named_bits_content(&element)
}

fn authority<'a, T: Tolerance>(
    reader: &mut Reader<'a, T>,
) -> Result<AuthorityKeyIdentifier<'a>, Error> {
    let mut sequence = reader.sequence()?;
    let key_identifier = sequence
        .optional(Tag::context(0))?
        .map(|element| element.content);
    let issuer = sequence
        .optional_nested(Tag::context_constructed(1))?
        .map(GeneralName::read_list)
        .transpose()?;
    let serial = match sequence.optional(Tag::context(2))? {
        Some(element) => Some(sequence.integer_content(&element)?),
        None => None,
    };
    if issuer.is_some() != serial.is_some() {
        return Err(sequence.error("issuer and serial number must come together"));
    }
    sequence.finish()?;
    Ok(AuthorityKeyIdentifier {
        key_identifier,
        issuer,
        serial,
    })
}

fn access<'a, T: Tolerance>(
    reader: &mut Reader<'a, T>,
) -> Result<(Oid<'a>, GeneralName<'a>), Error> {
    let mut sequence = reader.sequence()?;
    let method = sequence.oid()?;
    let location = GeneralName::read(&mut sequence)?;
    sequence.finish()?;
    Ok((method, location))
}

fn usage_period<'a, T: Tolerance>(reader: &mut Reader<'a, T>) -> Result<ExtensionValue<'a>, Error> {
    let mut sequence = reader.sequence()?;
    let mut part = |number| -> Result<Option<Time>, Error> {
        match sequence.optional(Tag::context(number))? {
            Some(element) => sequence.generalized_time_content(&element).map(Some),
            None => Ok(None),
        }
    };
    let (not_before, not_after) = (part(0)?, part(1)?);
    sequence.finish()?;
    Ok(ExtensionValue::PrivateKeyUsagePeriod {
        not_before,
        not_after,
    })
}

fn reason<T: Tolerance>(reader: &mut Reader<'_, T>) -> Result<u32, Error> {
    let element = reader.expect(Tag::ENUMERATED)?;
    let content = reader.integer_content(&element)?;
    if content[0] >= 0x80 {
        return Err(reader.error_at(element.offset, "reason code is negative"));
    }
    match saturate(content) {
        code @ (0..=6 | 8..=10) => Ok(code),
        _ => Err(reader.error_at(element.offset, "no such reason code")),
    }
}

/// Extensions with their framing, in stored order.
pub(super) struct ExtensionList {
    pub list: Vec<Extension>,
}

impl ExtensionList {
    /// `SEQUENCE SIZE (1..MAX) OF Extension`; known ones are read and marked if they are malformed.
    pub(super) fn read(
        reader: &mut Reader<'_, &Findings>,
        findings: &Findings,
        mut visit: impl FnMut(ExtensionValue<'_>),
    ) -> Result<Self, Error> {
        let sequence_offset = reader.offset();
        let mut sequence = reader.sequence()?;
        if sequence.is_empty() {
            findings.record(Deviation::EmptySequence, sequence_offset);
        }
        let expected = (sequence.remaining().len() / 16 + 1).min(Self::LIMIT);
        let mut list = Vec::with_capacity(expected);
        let mut seen: Vec<Oid<'_>> = Vec::with_capacity(expected);
        while !sequence.is_empty() {
            let mut inside = sequence.sequence()?;
            let oid_element = inside.expect(Tag::OBJECT_IDENTIFIER)?;
            let oid = inside.oid_content(&oid_element)?;
            let critical = if inside.peek() == Some(Tag::BOOLEAN) {
                let offset = inside.offset();
                let critical = inside.boolean()?;
                if !critical {
                    inside.deviation(Deviation::DefaultEncoded, offset)?;
                }
                critical
            } else {
                false
            };
            let value = inside.expect(Tag::OCTET_STRING)?;
            inside.finish()?;
            if seen.len() == Self::LIMIT {
                return Err(sequence.error("more than 1000 extensions"));
            }
            if seen.contains(&oid) {
                findings.record(Deviation::DuplicateExtension, oid_element.offset);
            }
            seen.push(oid);
            let malformed = match decode(oid, value.content, value.content_offset, findings) {
                Ok(Some(decoded)) => {
                    visit(decoded);
                    false
                }
                Ok(None) => false,
                Err(error) => {
                    let offset = error.offset.unwrap_or(value.content_offset);
                    findings.record(Deviation::ExtensionSyntax, offset);
                    true
                }
            };
            list.push(Extension {
                oid: Span::content(&oid_element),
                critical,
                value: Span::content(&value),
                malformed,
            });
        }
        Ok(Self { list })
    }

    /// More extensions than anybody needs, so that looking for duplicates stays cheap.
    const LIMIT: usize = 1000;
}
