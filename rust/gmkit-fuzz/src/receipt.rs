//! Receipts: canonical JSON, base64url, lines.

use gmkit_core::sm2::batch::BatchKey;
use gmkit_receipt::verify::{self, Behind, Header};
use gmkit_receipt::{base64url as base64, canonical, json, record, statement};

/// What is decoded is encoded as the same text.
pub fn base64url(data: &[u8]) {
    if let Some(octets) = base64::decode(data) {
        let mut text = Vec::new();
        base64::encode_into(&octets, &mut text);
        assert_eq!(text, data);
    }
    let mut text = Vec::new();
    base64::encode_into(data, &mut text);
    assert_eq!(base64::decode(&text).as_deref(), Some(data));
}

/// JSON in any layout has one canonical form, which is read as itself.
pub fn json(data: &[u8]) {
    let canonical = canonical::is_canonical(data);
    let Some(members) = json::parse_object(data) else {
        assert!(!canonical, "canonical, and not read");
        return;
    };
    let mut written = Vec::new();
    json::write_object(&members, &mut written);
    if written.len() <= canonical::MAX_OCTETS {
        assert!(canonical::is_canonical(&written));
        assert_eq!(json::parse_object(&written).as_ref(), Some(&members));
    }
    if canonical {
        assert_eq!(written, data);
    }
    if let Some(payload) = statement::payload(data) {
        let found = record::summary(&payload.octets).expect("a payload is a record");
        assert_eq!(found.id, payload.id);
    }
}

/// Many lines at once are judged as one at a time, on every path, with and without withheld data.
pub fn line(data: &[u8]) {
    let key = *crate::sm2::key().public_key();
    let behind = Behind::Key(BatchKey::Plain(&key));
    let lines: Vec<&[u8]> = data.split(|octet| *octet == b'\n').take(40).collect();
    for withholds in [false, true] {
        let known: Vec<Header<'_>> = verify::headers(&lines)
            .into_iter()
            .map(|text| Header {
                text,
                withholds,
                behind,
            })
            .collect();
        let together = crate::paths::agree(|| verify::verify(&known, &lines));
        assert_eq!(together.len(), lines.len());
        for (line, verdict) in lines.iter().zip(&together) {
            assert_eq!(verify::verify(&known, &[line]).first(), Some(verdict));
        }
    }
}
