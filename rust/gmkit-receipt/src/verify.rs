//! Many receipts at once: the verdict on each, with its reason.
//!
//! Each is judged by itself and by the steps of `gmkit.receipts.verify` in their order, so that both
//! come to the same verdict; they are tested on the same corpus.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use gmkit_core::sm2::batch::{self, BatchKey, Claim, SignedMessage};
use gmkit_core::sm2::{Signature, DEFAULT_USER_ID};

use crate::{base64url, record};

/// Length of a receipt in octets: header, payload and signature in base64, and some room.
pub const MAX_OCTETS: usize = crate::canonical::MAX_OCTETS * 4 / 3 + 1024;
/// Length of the first part of a receipt.
pub const MAX_HEADER: usize = 256;

/// Why a receipt was refused; `gmkit.receipts.batch` has the same numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Reason {
    /// Not of the form of a receipt.
    Malformed = 1,
    /// Longer than a receipt can be.
    TooLong = 2,
    /// A header with other members, or in another form.
    Header = 3,
    /// The header names another type.
    Type = 4,
    /// The header names another algorithm.
    Algorithm = 5,
    /// The signature is not one of the key over these octets.
    Signature = 6,
    /// The payload is no record in canonical form.
    Payload = 7,
    /// No certificate at hand for the key.
    UnknownSigner = 9,
    /// The certificate of the key is not accepted.
    Certificate = 10,
    /// Left to the Python package: it withholds data, or shows some.
    Undecided = 255,
}

impl Reason {
    /// The reason with that number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        [
            Self::Malformed,
            Self::TooLong,
            Self::Header,
            Self::Type,
            Self::Algorithm,
            Self::Signature,
            Self::Payload,
            Self::UnknownSigner,
            Self::Certificate,
            Self::Undecided,
        ]
        .into_iter()
        .find(|reason| *reason as u8 == number)
    }
}

/// What stands behind the first part of a receipt.
#[derive(Clone, Copy)]
pub enum Behind<'a> {
    /// A key that the caller trusts.
    Key(BatchKey<'a>),
    /// None, for this reason.
    Refused(Reason),
}

/// The verdict on a receipt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Why it is refused; None if it is valid.
    pub reason: Option<Reason>,
    /// Place of the header among those given, if a trusted key is behind it.
    pub signer: Option<usize>,
    /// e = SM3(Z || M) and r || s, if a trusted key is behind it.
    pub signed: Option<([u8; 32], [u8; 64])>,
    /// What the record states: only what is claimed, if the receipt is not valid.
    pub record: Option<Record>,
}

/// What of a record goes on; see [`record::Summary`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Its identifier.
    pub id: String,
    /// Its kind: a place in [`record::KINDS`].
    pub kind: usize,
    /// Its claimed time in milliseconds since 1970.
    pub time: i64,
    /// Its amount in minor units.
    pub amount: Option<i64>,
    /// The order it belongs to.
    pub order: Option<String>,
    /// Its place in that order.
    pub sequence: Option<i64>,
}

impl From<record::Summary<'_>> for Record {
    fn from(summary: record::Summary<'_>) -> Self {
        Self {
            id: summary.id.into_owned(),
            kind: summary.kind,
            time: summary.time,
            amount: summary.amount,
            order: summary.order.map(Cow::into_owned),
            sequence: summary.sequence,
        }
    }
}

/// The first parts of `receipts` without repetition, as far as they are short enough to be looked at.
pub fn headers<'a>(receipts: &[&'a [u8]]) -> Vec<&'a [u8]> {
    let mut found: HashSet<&[u8]> = HashSet::new();
    let mut last: Option<&[u8]> = None;
    let mut headers = Vec::new();
    for receipt in receipts {
        // A signer's receipts mostly stand together.
        let again =
            |last: &[u8]| receipt.starts_with(last) && receipt.get(last.len()) == Some(&b'.');
        if last.is_some_and(again) {
            continue;
        }
        let within = &receipt[..receipt.len().min(MAX_HEADER + 1)];
        let Some(dot) = memchr::memchr(b'.', within) else {
            continue;
        };
        let header = &receipt[..dot];
        last = Some(header);
        if found.insert(header) {
            headers.push(header);
        }
    }
    headers
}

/// The verdict on each of `receipts` (without line ends), in their order. `behind` has an entry for
/// each of their [`headers`].
#[must_use]
pub fn verify(behind: &[(&[u8], Behind<'_>)], receipts: &[&[u8]]) -> Vec<Verdict> {
    let mut keys = Vec::new();
    let mut by_header: HashMap<&[u8], Place> = HashMap::with_capacity(behind.len());
    for (at, (header, behind)) in behind.iter().enumerate() {
        let place = match behind {
            Behind::Refused(reason) => Place::Refused(*reason),
            Behind::Key(key) => {
                keys.push(*key);
                Place::Key(keys.len() - 1, at)
            }
        };
        by_header.insert(header, place);
    }
    let mut parser = Parser {
        by_header,
        last: None,
        payload: Vec::new(),
    };
    let mut items = Vec::with_capacity(receipts.len());
    let mut places = Vec::with_capacity(receipts.len());
    let mut verdicts: Vec<Verdict> = receipts
        .iter()
        .enumerate()
        .map(|(place, receipt)| match parser.parse(receipt) {
            Ok((verdict, item)) => {
                if let Some(item) = item {
                    items.push(item);
                    places.push(place);
                }
                verdict
            }
            Err(reason) => Verdict {
                reason: Some(reason),
                ..Verdict::default()
            },
        })
        .collect();
    // The default identifier is not too long.
    let digests = batch::digest_batch(&keys, &items, DEFAULT_USER_ID).unwrap_or_default();
    let claims: Vec<Claim> = items
        .iter()
        .zip(digests)
        .map(|(item, e)| Claim {
            key: item.key,
            e,
            signature: item.signature,
        })
        .collect();
    let found = batch::verify_prehashed_batch(&keys, &claims);
    for ((place, claim), found) in places.into_iter().zip(&claims).zip(found) {
        let verdict = &mut verdicts[place];
        verdict.signed = Some((claim.e, claim.signature.to_bytes()));
        if found.is_err() {
            verdict.reason = Some(Reason::Signature);
        }
    }
    verdicts
}

#[derive(Clone, Copy)]
enum Place {
    /// Place among the keys, and among the headers given.
    Key(usize, usize),
    Refused(Reason),
}

struct Parser<'a> {
    by_header: HashMap<&'a [u8], Place>,
    last: Option<(&'a [u8], Place)>,
    /// Room to work in.
    payload: Vec<u8>,
}

impl<'a> Parser<'a> {
    /// A receipt taken apart and everything decided but the signature.
    fn parse(&mut self, receipt: &'a [u8]) -> Result<(Verdict, Option<SignedMessage<'a>>), Reason> {
        if receipt.len() > MAX_OCTETS {
            return Err(Reason::TooLong);
        }
        if memchr::memchr(b'~', receipt).is_some() {
            return Err(Reason::Undecided);
        }
        let mut dots = memchr::memchr_iter(b'.', receipt);
        let (Some(first), Some(second), None) = (dots.next(), dots.next(), dots.next()) else {
            return Err(Reason::Malformed);
        };
        let (header, text) = (&receipt[..first], &receipt[first + 1..second]);
        if !header.is_ascii() {
            return Err(Reason::Malformed);
        }
        let signature =
            base64url::decode_array::<64>(&receipt[second + 1..]).ok_or(Reason::Malformed)?;
        let place = match self.place(header) {
            Place::Refused(
                reason @ (Reason::Malformed
                | Reason::Header
                | Reason::Type
                | Reason::Algorithm
                | Reason::Undecided),
            ) => {
                // A character that is not ASCII is found before the header is read.
                return Err(if text.is_ascii() {
                    reason
                } else {
                    Reason::Malformed
                });
            }
            place => place,
        };
        self.payload.clear();
        base64url::decode_into(text, &mut self.payload).ok_or(Reason::Malformed)?;
        let record = record::summary(&self.payload).map(Record::from);
        if record.is_none() && memchr::memmem::find(&self.payload, b"\"_sd").is_some() {
            return Err(Reason::Undecided);
        }
        let (reason, signer, item) = match place {
            Place::Refused(reason) => (Some(reason), None, None),
            Place::Key(key, at) => {
                let item = SignedMessage {
                    key,
                    message: &receipt[..second],
                    signature: Signature::from_bytes(&signature),
                };
                let reason = record.is_none().then_some(Reason::Payload);
                (reason, Some(at), Some(item))
            }
        };
        let verdict = Verdict {
            reason,
            signer,
            signed: None,
            record,
        };
        Ok((verdict, item))
    }

    fn place(&mut self, header: &'a [u8]) -> Place {
        if let Some((last, place)) = self.last {
            if last == header {
                return place;
            }
        }
        if header.len() > MAX_HEADER {
            return Place::Refused(Reason::Header);
        }
        let place = self
            .by_header
            .get(header)
            .copied()
            .unwrap_or(Place::Refused(Reason::UnknownSigner));
        self.last = Some((header, place));
        place
    }
}

#[cfg(test)]
mod tests {
    use gmkit_core::sm2::PrivateKey;

    use super::*;

    fn encode(octets: &[u8]) -> String {
        let mut text = Vec::new();
        base64url::encode_into(octets, &mut text);
        String::from_utf8(text).unwrap()
    }

    fn receipt(key: &PrivateKey, header: &str, payload: &str) -> Vec<u8> {
        let message = format!("{header}.{}", encode(payload.as_bytes()));
        let signature = key
            .sign(message.as_bytes(), DEFAULT_USER_ID, &[7; 32])
            .unwrap();
        format!("{message}.{}", encode(&signature.to_bytes())).into_bytes()
    }

    #[test]
    fn each_receipt_is_judged_by_itself() {
        let one = PrivateKey::from_bytes(&[1; 32]).unwrap();
        let two = PrivateKey::from_bytes(&[2; 32]).unwrap();
        let payload = |id: usize| format!(r#"{{"id":"{id}","k":"pay","t":7,"v":1}}"#);
        let mut receipts: Vec<Vec<u8>> = (0..40)
            .map(|id| {
                let (key, header) = [(&one, "one"), (&two, "two")][id % 2];
                receipt(key, header, &payload(id))
            })
            .collect();
        receipts[3] = receipt(&one, "two", &payload(3));
        receipts[8] = receipt(&one, "three", &payload(8));
        receipts[9][10] ^= 1;
        receipts[10].push(b'\n');
        receipts[11] = receipt(&two, "two", r#"{"id":"11"}"#);
        receipts[12] = b"one..".to_vec();
        receipts[13] = Vec::new();
        receipts[14] = vec![b'.'; MAX_OCTETS + 1];
        receipts[15].extend_from_slice(b".");
        receipts[16] = receipt(&one, "bad", &payload(16));
        receipts[17] = receipt(&one, &"x".repeat(MAX_HEADER + 1), &payload(17));
        receipts[18] = receipt(&one, "none", r#"{"id":"18"}"#);
        receipts[19].push(b'~');
        receipts[20] = receipt(&one, "one", r#"{"_sd":[],"id":"20"}"#);
        let behind = [
            (&b"bad"[..], Behind::Refused(Reason::Algorithm)),
            (b"one", Behind::Key(BatchKey::Plain(one.public_key()))),
            (b"none", Behind::Refused(Reason::Certificate)),
            (b"two", Behind::Key(BatchKey::Plain(two.public_key()))),
        ];
        let slices: Vec<&[u8]> = receipts.iter().map(Vec::as_slice).collect();
        assert_eq!(
            headers(&slices[..9]),
            [&b"one"[..], b"two", b"three"].to_vec()
        );
        let found = verify(&behind, &slices);
        assert_eq!(found.len(), 40);
        let refused = [
            (3, Reason::Signature),
            (8, Reason::UnknownSigner),
            (9, Reason::Signature),
            (10, Reason::Malformed),
            (11, Reason::Payload),
            (12, Reason::Malformed),
            (13, Reason::Malformed),
            (14, Reason::TooLong),
            (15, Reason::Malformed),
            (16, Reason::Algorithm),
            (17, Reason::Header),
            (18, Reason::Certificate),
            (19, Reason::Undecided),
            (20, Reason::Undecided),
        ];
        for (place, verdict) in found.iter().enumerate() {
            let reason = refused.iter().find(|(at, _)| *at == place).map(|r| r.1);
            assert_eq!(verdict.reason, reason, "{place}");
            if reason.is_none() {
                assert_eq!(verdict.signer, Some([1, 3][place % 2]));
                let record = verdict.record.as_ref().unwrap();
                assert_eq!(
                    (record.id.as_str(), record.kind, record.time),
                    (&*place.to_string(), 1, 7)
                );
            }
        }
        assert_eq!(found[3].record.as_ref().unwrap().id, "3");
        assert_eq!(found[18].record, None);
        assert!(verify(&behind, &[]).is_empty());
        assert_eq!(
            verify(&[], &slices[..1])[0].reason,
            Some(Reason::UnknownSigner)
        );
    }
}
