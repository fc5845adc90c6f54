//! Many receipts at once: the verdict on each, with its reason.
//!
//! Each is judged by itself and by the steps of `gmkit.receipts.verify` in their order, so that both
//! come to the same verdict; they are tested on the same corpus.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use gmkit_core::sm2::batch::{self, BatchKey, Claim, SignedMessage};
use gmkit_core::sm2::{Signature, DEFAULT_USER_ID};

use crate::{base64url, disclosure, record};

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
    /// Data shown beside it does not belong to it.
    Disclosure = 11,
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
            Self::Disclosure,
        ]
        .into_iter()
        .find(|reason| *reason as u8 == number)
    }
}

/// The first part of receipts.
#[derive(Clone, Copy)]
pub struct Header<'a> {
    /// Its octets.
    pub text: &'a [u8],
    /// Whether it is that of receipts that withhold data: what stands behind them ends with a tilde.
    pub withholds: bool,
    /// Who signed.
    pub behind: Behind<'a>,
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
    /// Leaf hash of the entry before it in that order, in the ledger.
    pub previous: Option<[u8; 32]>,
    /// Size and root of the newest checkpoint of the ledger that the signer had seen.
    pub checkpoint: Option<(i64, [u8; 32])>,
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
            previous: summary.previous,
            checkpoint: summary.checkpoint,
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

/// The verdict on each of `receipts` (without line ends), in their order. `known` has an entry for each
/// of their [`headers`].
#[must_use]
pub fn verify(known: &[Header<'_>], receipts: &[&[u8]]) -> Vec<Verdict> {
    let mut keys = Vec::new();
    let mut by_header: HashMap<&[u8], Place> = HashMap::with_capacity(known.len());
    for (at, header) in known.iter().enumerate() {
        let signer = match header.behind {
            Behind::Refused(reason) => Err(reason),
            Behind::Key(key) => {
                keys.push(key);
                Ok((keys.len() - 1, at))
            }
        };
        let withholds = header.withholds;
        by_header.insert(header.text, Place { withholds, signer });
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
struct Place {
    withholds: bool,
    /// Place among the keys, and among the headers given.
    signer: Result<(usize, usize), Reason>,
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
        if !receipt.is_ascii() {
            return Err(Reason::Malformed);
        }
        let (core, behind) = match memchr::memchr(b'~', receipt) {
            Some(tilde) => (&receipt[..tilde], Some(&receipt[tilde + 1..])),
            None => (receipt, None),
        };
        let mut dots = memchr::memchr_iter(b'.', core);
        let (Some(first), Some(second), None) = (dots.next(), dots.next(), dots.next()) else {
            return Err(Reason::Malformed);
        };
        let (header, text) = (&core[..first], &core[first + 1..second]);
        let signature =
            base64url::decode_array::<64>(&core[second + 1..]).ok_or(Reason::Malformed)?;
        let Place { withholds, signer } = self.place(header);
        if let Err(
            reason @ (Reason::Malformed | Reason::Header | Reason::Type | Reason::Algorithm),
        ) = signer
        {
            return Err(reason);
        }
        let shown = match (withholds, behind) {
            (false, None) | (true, Some([])) => None,
            (true, Some(tail)) => Some(tail.strip_suffix(b"~").ok_or(Reason::Malformed)?),
            _ => return Err(Reason::Malformed),
        };
        let tildes = shown.map_or(0, |texts| memchr::memchr_iter(b'~', texts).count());
        if tildes >= disclosure::MAX {
            return Err(Reason::Malformed);
        }
        self.payload.clear();
        base64url::decode_into(text, &mut self.payload).ok_or(Reason::Malformed)?;
        let (record, fault) = self.record(withholds, shown);
        let mut verdict = Verdict {
            reason: fault,
            record,
            ..Verdict::default()
        };
        let item = match signer {
            Err(reason) => {
                verdict.reason = Some(reason);
                None
            }
            Ok((key, at)) => {
                verdict.signer = Some(at);
                Some(SignedMessage {
                    key,
                    message: &receipt[..second],
                    signature: Signature::from_bytes(&signature),
                })
            }
        };
        Ok((verdict, item))
    }

    /// What the payload states, and what is wrong with it or with the disclosures behind it.
    fn record(&self, withholds: bool, shown: Option<&[u8]>) -> (Option<Record>, Option<Reason>) {
        let Some(summary) = record::summary(&self.payload) else {
            return (None, Some(Reason::Payload));
        };
        if summary.digests.is_some() != withholds {
            return (None, Some(Reason::Type));
        }
        let belong = match (summary.digests, shown) {
            (Some(digests), Some(texts)) => disclosure::belong(texts, digests, &self.payload),
            _ => true,
        };
        let fault = (!belong).then_some(Reason::Disclosure);
        (Some(Record::from(summary)), fault)
    }

    fn place(&mut self, header: &'a [u8]) -> Place {
        let refused = |reason| Place {
            withholds: false,
            signer: Err(reason),
        };
        if let Some((last, place)) = self.last {
            if last == header {
                return place;
            }
        }
        if header.len() > MAX_HEADER {
            return refused(Reason::Header);
        }
        let place = self
            .by_header
            .get(header)
            .copied()
            .unwrap_or_else(|| refused(Reason::UnknownSigner));
        self.last = Some((header, place));
        place
    }
}

#[cfg(test)]
mod tests {
    use gmkit_core::sm2::PrivateKey;
    use gmkit_core::sm3;

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
    fn a_header_is_as_long_as_it_may_be() {
        let key = PrivateKey::from_bytes(&[1; 32]).unwrap();
        let payload = r#"{"id":"7","k":"pay","t":7,"v":1}"#;
        for (length, listed, expected) in [
            (MAX_HEADER, true, None),
            (MAX_HEADER + 1, false, Some(Reason::Header)),
        ] {
            let header = "x".repeat(length);
            let made = receipt(&key, &header, payload);
            let found: &[&[u8]] = if listed { &[header.as_bytes()] } else { &[] };
            assert_eq!(headers(&[&made]), found, "{length}");
            let known = [Header {
                text: header.as_bytes(),
                withholds: false,
                behind: Behind::Key(BatchKey::Plain(key.public_key())),
            }];
            assert_eq!(verify(&known, &[&made])[0].reason, expected, "{length}");
        }
    }

    #[test]
    fn a_receipt_is_as_long_as_it_may_be() {
        for (length, expected) in [
            (MAX_OCTETS, Reason::Malformed),
            (MAX_OCTETS + 1, Reason::TooLong),
        ] {
            let found = verify(&[], &[&vec![b'.'; length]]);
            assert_eq!(found[0].reason, Some(expected), "{length}");
        }
    }

    #[test]
    fn a_reason_is_the_one_of_its_number() {
        for reason in (0..=u8::MAX).filter_map(Reason::from_number) {
            assert_eq!(Reason::from_number(reason as u8), Some(reason));
        }
        for reason in [Reason::TooLong, Reason::Signature, Reason::Disclosure] {
            assert_eq!(Reason::from_number(reason as u8), Some(reason));
        }
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
        let withheld = |shown: &str| {
            let digest = encode(&sm3::digest(shown.as_bytes()));
            format!(r#"{{"_sd":["{digest}"],"_sd_alg":"sm3","id":"w","k":"pay","t":7,"v":1}}"#)
        };
        let shown = encode(br#"["AAAAAAAAAAAAAAAAAAAAAA","buyer",1]"#);
        let open = receipt(&one, "open", &withheld(&shown));
        let with = |tail: &str| [&open[..], tail.as_bytes()].concat();
        receipts[21] = receipt(&one, "one", &withheld(&shown));
        receipts[22] = open.clone();
        receipts[23] = with(&format!("~{shown}"));
        receipts[24] = with("~~");
        receipts[25] = with(&format!("~{shown}~{shown}~"));
        receipts[26] = [receipt(&one, "open", &payload(26)), b"~".to_vec()].concat();
        receipts[27] = with(&"~A".repeat(65));
        receipts[27].push(b'~');
        receipts[28] = [receipt(&two, "open", &withheld(&shown)), b"~".to_vec()].concat();
        receipts[29] = with("~\u{e9}~");
        let whole = [with("~"), with(&format!("~{shown}~"))];
        let header = |text, withholds, behind| Header {
            text,
            withholds,
            behind,
        };
        let ones = Behind::Key(BatchKey::Plain(one.public_key()));
        let twos = Behind::Key(BatchKey::Plain(two.public_key()));
        let known = [
            header(&b"bad"[..], false, Behind::Refused(Reason::Algorithm)),
            header(b"one", false, ones),
            header(b"none", false, Behind::Refused(Reason::Certificate)),
            header(b"two", false, twos),
            header(b"open", true, ones),
        ];
        let slices: Vec<&[u8]> = receipts.iter().map(Vec::as_slice).collect();
        assert_eq!(
            headers(&slices[..9]),
            [&b"one"[..], b"two", b"three"].to_vec()
        );
        let found = verify(&known, &slices);
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
            (19, Reason::Malformed),
            (20, Reason::Payload),
            (21, Reason::Type),
            (22, Reason::Malformed),
            (23, Reason::Malformed),
            (24, Reason::Disclosure),
            (25, Reason::Disclosure),
            (26, Reason::Type),
            (27, Reason::Malformed),
            (28, Reason::Signature),
            (29, Reason::Malformed),
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
        for good in &whole {
            let [verdict] = &verify(&known, &[good])[..] else {
                panic!("one receipt, one verdict")
            };
            assert_eq!((verdict.reason, verdict.signer), (None, Some(4)));
            assert_eq!(verdict.record.as_ref().unwrap().id, "w");
        }
        assert!(verify(&known, &[]).is_empty());
        assert_eq!(
            verify(&[], &slices[..1])[0].reason,
            Some(Reason::UnknownSigner)
        );
    }
}
