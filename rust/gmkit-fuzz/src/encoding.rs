//! DER, PEM, keys and certificates.

use core::num::NonZeroU32;

use gmkit_core::sm2::PrivateKey;
use gmkit_encoding::der::{Deviation, Element, Findings, Oid, Reader, Tag, Tolerance, Writer};
use gmkit_encoding::keys::protect::{self, Profile};
use gmkit_encoding::keys::{self, enveloped, Protection};
use gmkit_encoding::pem;
use gmkit_encoding::x509::{self, Bag, Certificate, CertificateList, Request};

const PASSWORD: &[u8] = b"pw";
/// Beyond this an input asks for time, which it gets up to a bound, and not for a fault.
const ITERATIONS: usize = 1000;

/// What is read strictly is written again as it was; the lenient reader takes it without a finding.
pub fn der(data: &[u8]) {
    let mut strict = Reader::new("fuzzed", data);
    let mut writer = Writer::new();
    let whole = copy(&mut strict, &mut writer).is_ok();
    let findings = Findings::new();
    let mut lenient = Reader::lenient("fuzzed", data, &findings);
    let read = copy(&mut lenient, &mut Writer::new()).is_ok();
    if whole {
        assert_eq!(writer.as_slice(), data);
        assert!(read && findings.into_vec().is_empty());
    }
}

fn copy<T: Tolerance>(
    reader: &mut Reader<'_, T>,
    writer: &mut Writer,
) -> Result<(), gmkit_encoding::Error> {
    while !reader.is_empty() {
        let element = reader.any()?;
        if element.tag.is_constructed() {
            let mut inside = reader.inside(&element)?;
            let mut read = Ok(());
            writer.constructed(element.tag, |writer| read = copy(&mut inside, writer));
            read?;
        } else {
            value(reader, &element)?;
            writer.primitive(element.tag, element.content);
        }
    }
    Ok(())
}

/// A value as its type is read.
fn value<'a, T: Tolerance>(
    reader: &Reader<'a, T>,
    element: &Element<'a>,
) -> Result<(), gmkit_encoding::Error> {
    match element.tag {
        Tag::INTEGER => {
            reader.integer_content(element)?;
        }
        Tag::BIT_STRING => {
            reader.bit_string_content(element)?;
        }
        Tag::OBJECT_IDENTIFIER => {
            let oid = reader.oid_content(element)?;
            assert_eq!(oid.as_bytes(), element.content);
            assert!(!oid.to_string().is_empty());
        }
        Tag::GENERALIZED_TIME => {
            reader.generalized_time_content(element)?;
        }
        _ => {}
    }
    Ok(())
}

/// Blocks are written again and read as the same.
pub fn pem(data: &[u8]) {
    let Ok(blocks) = pem::parse(data) else { return };
    for block in blocks {
        let text = pem::write(&block.label, &block.content);
        let again = pem::parse(&text).expect("what was written is read");
        assert_eq!(again.len(), 1);
        assert_eq!(again[0].label, block.label);
        assert_eq!(again[0].content, block.content);
    }
}

/// Every container of keys; what is read is written in the one form and read as the same key.
pub fn keys(data: &[u8]) {
    if let Ok(key) = keys::public_from_der(data).or_else(|_| keys::public_from_pem(data)) {
        let again = keys::public_from_der(&keys::public_to_der(&key)).expect("written here");
        assert_eq!(again.to_bytes(), key.to_bytes());
    }
    let password = (protect::is_protected(data) && cheap(data)).then_some(PASSWORD);
    let read = keys::private_from_der(data, password);
    if let Ok(key) = read.or_else(|_| keys::private_from_pem(data, None)) {
        same_key(&key);
    }
}

fn same_key(key: &PrivateKey) {
    let protection = Protection {
        profile: Profile::Sm4Sm3,
        password: PASSWORD,
        iterations: NonZeroU32::MIN,
        salt: [7; protect::SALT],
        iv: [9; protect::IV],
    };
    let open = keys::private_to_der(key, None);
    let closed = keys::private_to_der(key, Some(protection));
    for (der, password) in [(open, None), (closed, Some(PASSWORD))] {
        let again = keys::private_from_der(&der, password).expect("written here");
        assert_eq!(again.to_bytes(), key.to_bytes());
    }
}

/// Whether no number in an encoding may be a large count of iterations.
fn cheap(data: &[u8]) -> bool {
    let findings = Findings::new();
    let mut waiting = vec![Reader::lenient("fuzzed", data, &findings)];
    while let Some(mut reader) = waiting.pop() {
        while let Ok(element) = reader.any() {
            let number = element.content.iter().take(8);
            let number = number.fold(0_usize, |sum, octet| sum << 8 | usize::from(*octet));
            if element.tag == Tag::INTEGER && number > ITERATIONS {
                return false;
            }
            if element.tag.is_constructed() {
                waiting.extend(reader.inside(&element));
            }
        }
    }
    true
}

/// Enveloped keys (GM/T 0009, clause 7.4), opened with the receiver's key.
pub fn enveloped_key(data: &[u8]) {
    let receiver = crate::sm2::key();
    if let Ok(key) = enveloped::open(data, &receiver) {
        same_key(&key);
    }
}

/// Certificates, lists, requests and bags: no position outside the input, every extension decoded.
pub fn x509(data: &[u8]) {
    if let Ok(read) = Certificate::parse(data) {
        for name in [read.issuer, read.subject] {
            names(name.of(data));
        }
        extensions(data, &read.extensions);
        let mut reader = Reader::new("certificate", data);
        // What deviates nowhere is read strictly as one element and nothing more.
        if read.findings.is_empty() {
            assert!(reader.sequence().is_ok() && reader.is_empty());
        }
        let _ = keys::public_from_der(read.public_key_info.of(data));
    }
    if let Ok(read) = CertificateList::parse(data) {
        names(read.issuer.of(data));
        extensions(data, &read.extensions);
        for (place, entry) in read.entries.iter().enumerate() {
            assert!(read.find(data, entry.serial.of(data)).contains(&place));
        }
    }
    if let Ok(read) = Request::parse(data) {
        names(read.subject.of(data));
        extensions(data, &read.extensions);
        for (oid, values) in &read.attributes {
            assert!(Oid::from_content(oid.of(data)).is_some());
            assert!(!values.of(data).is_empty());
        }
    }
    if let Ok(bag) = Bag::parse(data) {
        for each in bag.certificates.iter().chain(&bag.lists) {
            assert!(!each.of(data).is_empty());
        }
    }
}

fn names(encoded: &[u8]) {
    let read = x509::rdns(encoded).expect("read with what it stands in");
    assert!(read.iter().all(|rdn| !rdn.is_empty()));
}

fn extensions(data: &[u8], list: &[x509::Extension]) {
    for each in list {
        let oid = Oid::from_content(each.oid.of(data)).expect("read with the list");
        let findings = Findings::new();
        let read = x509::decode(oid, each.value.of(data), each.value.start(), &findings);
        assert!(read.is_ok() || each.malformed, "{oid}");
        let known = findings.into_vec();
        assert!(known.iter().all(|one| one.offset <= data.len()));
        assert!(known
            .iter()
            .all(|one| one.deviation != Deviation::DuplicateExtension));
    }
}
