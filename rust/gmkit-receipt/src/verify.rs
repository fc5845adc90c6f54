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
mod tests;
