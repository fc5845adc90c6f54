//! Certificate revocation list (RFC 5280, clause 5).

use std::cmp::Ordering;

use super::certificate::{validity_time, YEAR_2050};
use super::extension::{ExtensionList, ExtensionValue};
use super::{name, oids, Algorithm, Extension, Span};
use crate::der::{Deviation, Element, Finding, Findings, Reader, Tag, Time, TimeForm};
use crate::Error;

/// An entry of a list.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Revoked {
    /// Contents of the INTEGER.
    pub serial: Span,
    pub date: Time,
    /// `reasonCode`; 0 (unspecified) if there is none.
    pub reason: u8,
    /// `invalidityDate` in seconds.
    pub invalidity: Option<i64>,
    /// The value of the `certificateIssuer` extension in force, in an indirect list.
    pub certificate_issuer: Option<Span>,
    /// A critical extension that is not known, or a known one that is malformed.
    pub unknown_critical: bool,
}

/// The positions of everything in a list, its entries sorted by serial number on the side.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct CertificateList {
    /// What is signed.
    pub tbs: Span,
    /// 1 or 2.
    pub version: u8,
    pub inner_algorithm: Span,
    /// The encoded Name.
    pub issuer: Span,
    pub this_update: Time,
    pub next_update: Option<Time>,
    pub entries: Vec<Revoked>,
    pub extensions: Vec<Extension>,
    pub algorithm: Span,
    pub signature: Span,
    pub authority_key_identifier: Option<Span>,
    /// Magnitude of `cRLNumber`.
    pub number: Option<Span>,
    /// Magnitude of `deltaCRLIndicator`.
    pub base_number: Option<Span>,
    pub findings: Vec<Finding>,
    /// Places in `entries`, by serial number.
    sorted: Vec<u32>,
}

const WHAT: &str = "revocation list";

/// Lists above this length in bytes are refused.
const LIMIT: usize = 1 << 30;

impl CertificateList {
    /// Reads a list, the whole of the input.
    ///
    /// # Errors
    /// If the input is not a list; deviations that leave no doubt become findings instead.
    pub fn parse(input: &[u8]) -> Result<Self, Error> {
        if input.len() > LIMIT {
            return Err(Error::new(WHAT, "longer than 1 GiB", LIMIT));
        }
        let findings = Findings::new();
        let mut parsed = read(input, &findings)?;
        parsed.findings = findings.into_vec();
        Ok(parsed)
    }

    /// The places in `entries` of those with this serial number (contents of an INTEGER), in stored
    /// order.
    pub fn find(&self, input: &[u8], serial: &[u8]) -> Vec<usize> {
        let order = |place: &u32| compare(self.entries[*place as usize].serial.of(input), serial);
        let from = self
            .sorted
            .partition_point(|place| order(place) == Ordering::Less);
        self.sorted[from..]
            .iter()
            .take_while(|place| order(place) == Ordering::Equal)
            .map(|place| *place as usize)
            .collect()
    }
}

/// Two INTEGER contents by value, superfluous leading octets aside; any total order will do.
fn compare(left: &[u8], right: &[u8]) -> Ordering {
    let (left, right) = (minimal(left), minimal(right));
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

fn minimal(mut content: &[u8]) -> &[u8] {
    while let [0, next, ..] = content {
        if *next >= 0x80 {
            break;
        }
        content = &content[1..];
    }
    while let [0xff, next, ..] = content {
        if *next < 0x80 {
            break;
        }
        content = &content[1..];
    }
    content
}

fn read(input: &[u8], findings: &Findings) -> Result<CertificateList, Error> {
    let mut file = Reader::lenient(WHAT, input, findings);
    let mut outer = file.sequence()?;
    if !file.is_empty() {
        return Err(file.error("bytes follow the end of the list"));
    }
    let tbs = outer.expect(Tag::SEQUENCE)?;
    let mut inside = outer.inside(&tbs)?;

    let version = match inside.peek() {
        Some(Tag::INTEGER) => {
            let offset = inside.offset();
            if inside.u32()? != 1 {
                return Err(inside.error_at(offset, "unknown version"));
            }
            2
        }
        _ => 1,
    };
    let (_, inner_algorithm) = Algorithm::read(&mut inside)?;
    let issuer = name::walk(&mut inside, |_, _| {})?;
    let this_update = validity_time(&mut inside, findings)?;
    let next_update = match inside.peek() {
        Some(Tag::UTC_TIME | Tag::GENERALIZED_TIME) => Some(validity_time(&mut inside, findings)?),
        _ => None,
    };
    let entries_offset = inside.offset();
    let entries = match inside.optional_nested(Tag::SEQUENCE)? {
        Some(list) => {
            if list.is_empty() {
                findings.record(Deviation::EmptySequence, entries_offset);
            }
            entries(input, list, findings)?
        }
        None => Vec::new(),
    };
    let mut known = Known::default();
    let extensions_offset = inside.offset();
    let extensions = match inside.optional_nested(Tag::context_constructed(0))? {
        Some(mut explicit) => {
            if version == 1 {
                findings.record(Deviation::Version, extensions_offset);
            }
            let list = ExtensionList::read(&mut explicit, findings, |value| {
                known.visit(input, &value);
            })?;
            explicit.finish()?;
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

    let mut sorted: Vec<u32> = (0..entries.len() as u32).collect();
    sorted.sort_by(|left, right| {
        let serial = |place: &u32| entries[*place as usize].serial.of(input);
        compare(serial(left), serial(right)).then(left.cmp(right))
    });
    Ok(CertificateList {
        tbs: Span::raw(&tbs),
        version,
        inner_algorithm: Span::raw(&inner_algorithm),
        issuer: Span::raw(&issuer),
        this_update,
        next_update,
        entries,
        extensions,
        algorithm: Span::raw(&algorithm),
        signature: Span::new(signature.content_offset + 1, bits.bytes.len()),
        authority_key_identifier: known.authority_key,
        number: known.number,
        base_number: known.base_number,
        findings: Vec::new(),
        sorted,
    })
}

#[derive(Default)]
struct Known {
    authority_key: Option<Span>,
    number: Option<Span>,
    base_number: Option<Span>,
}

impl Known {
    fn visit(&mut self, input: &[u8], value: &ExtensionValue<'_>) {
        match value {
            ExtensionValue::AuthorityKeyIdentifier(authority) => {
                if let Some(id) = authority.key_identifier {
                    self.authority_key.get_or_insert(Span::within(input, id));
                }
            }
            ExtensionValue::CrlNumber(number) => {
                self.number.get_or_insert(Span::within(input, number));
            }
            ExtensionValue::DeltaCrlIndicator(number) => {
                self.base_number.get_or_insert(Span::within(input, number));
            }
            _ => {}
        }
    }
}

fn entries(
    input: &[u8],
    mut list: Reader<'_, &Findings>,
    findings: &Findings,
) -> Result<Vec<Revoked>, Error> {
    // The shortest entry in use has some twenty octets.
    let mut entries = Vec::with_capacity(list.remaining().len() / 32 + 1);
    // Clause 5.3.3: an issuer named once holds for the entries after it.
    let mut certificate_issuer = None;
    while !list.is_empty() {
        let mut entry = list.sequence()?;
        let serial = entry.expect(Tag::INTEGER)?;
        entry.integer_content(&serial)?;
        let offset = entry.offset();
        let date = entry.time()?;
        if date.form == TimeForm::Generalized && date.seconds < YEAR_2050 {
            findings.record(Deviation::TimeType, offset);
        }
        let mut revoked = Revoked {
            serial: Span::content(&serial),
            date,
            reason: 0,
            invalidity: None,
            certificate_issuer,
            unknown_critical: false,
        };
        if !entry.is_empty() {
            entry_extensions(input, &mut entry, findings, &mut revoked)?;
            certificate_issuer = revoked.certificate_issuer;
        }
        entry.finish()?;
        entries.push(revoked);
    }
    Ok(entries)
}

/// `crlEntryExtensions`; read without keeping them, lists have millions of entries.
fn entry_extensions(
    input: &[u8],
    entry: &mut Reader<'_, &Findings>,
    findings: &Findings,
    revoked: &mut Revoked,
) -> Result<(), Error> {
    let mut list = entry.sequence()?;
    while !list.is_empty() {
        let mut extension = list.sequence()?;
        let oid = extension.oid()?;
        let critical = if extension.peek() == Some(Tag::BOOLEAN) {
            extension.boolean()?
        } else {
            false
        };
        let value: Element<'_> = extension.expect(Tag::OCTET_STRING)?;
        extension.finish()?;
        match super::decode(oid, value.content, value.content_offset, findings) {
            Ok(Some(ExtensionValue::ReasonCode(code))) => revoked.reason = code as u8,
            Ok(Some(ExtensionValue::InvalidityDate(date))) => {
                revoked.invalidity = Some(date.seconds);
            }
            Ok(Some(ExtensionValue::CertificateIssuer(_))) => {
                revoked.certificate_issuer = Some(Span::within(input, value.content));
            }
            Ok(_) => revoked.unknown_critical |= critical,
            Err(error) => {
                findings.record(
                    Deviation::ExtensionSyntax,
                    error.offset.unwrap_or(value.content_offset),
                );
                revoked.unknown_critical |= critical || oid == oids::CERTIFICATE_ISSUER;
            }
        }
    }
    Ok(())
}
