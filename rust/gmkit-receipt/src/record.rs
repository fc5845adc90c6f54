//! Whether a payload is a record of this version, in canonical form.
//!
//! The Python package reads records in `gmkit.receipts.record` and says what is wrong with one; here is
//! the same question answered with yes or no. Both are tested on the same payloads.

use std::borrow::Cow;

use crate::base64url;
use crate::canonical::{self, text, Member};
use crate::disclosure::Digests;

/// Kinds of record, as on the wire; what a ledger writes for one is its place here, from 1.
pub const KINDS: [&str; 10] = [
    "order", "pay", "ship", "recv", "refund", "eval", "reply", "amend", "erase", "report",
];
/// Milliseconds since 1970 of the first and the last moment of the years 1 to 9999.
const FIRST_TIME: i64 = -62_135_596_800_000;
const LAST_TIME: i64 = 253_402_300_799_999;
/// Characters of an identifier.
const MAX_ID: usize = 128;

/// What of a record is worth knowing without reading it again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary<'a> {
    /// Its identifier.
    pub id: Cow<'a, str>,
    /// Its kind: a place in [`KINDS`].
    pub kind: usize,
    /// Its claimed time in milliseconds since 1970.
    pub time: i64,
    /// Its amount in minor units.
    pub amount: Option<i64>,
    /// The order it belongs to.
    pub order: Option<Cow<'a, str>>,
    /// Its place in that order.
    pub sequence: Option<i64>,
    /// Leaf hash of the entry before it in that order, in the ledger.
    pub previous: Option<[u8; 32]>,
    /// Size and root of the newest checkpoint of the ledger that the signer had seen.
    pub checkpoint: Option<(i64, [u8; 32])>,
    /// Digests of data that it withholds.
    pub digests: Option<Digests<'a>>,
}

/// The record in `payload`, or None if it is not one in canonical form.
#[must_use]
pub fn summary(payload: &[u8]) -> Option<Summary<'_>> {
    let mut found = Found::default();
    canonical::walk(payload, |member| found.take(member))?;
    found.finish()
}

/// The record with these members, which are those of an object in canonical form.
#[must_use]
pub fn of_members<'a>(members: impl Iterator<Item = Member<'a>>) -> Option<Summary<'a>> {
    let mut found = Found::default();
    members.for_each(|member| found.take(member));
    found.finish()
}

/// The identifier of the record in `payload`, or None if it is not a record in canonical form.
#[must_use]
pub fn identifier(payload: &[u8]) -> Option<String> {
    summary(payload).map(|record| record.id.into_owned())
}

/// The members that every record has, as far as they were met.
#[derive(Default)]
struct Found<'a> {
    record: Summary<'a>,
    version: bool,
    kind: bool,
    time: bool,
    identifier: bool,
    currency: bool,
    digest_algorithm: bool,
    refused: bool,
}

impl<'a> Found<'a> {
    fn finish(self) -> Option<Summary<'a>> {
        let complete = self.version && self.kind && self.time && self.identifier;
        let money = self.record.amount.is_some() == self.currency;
        let digests = self.record.digests.is_some() == self.digest_algorithm;
        let chain = self.record.previous.is_none() || self.record.order.is_some();
        (complete && money && digests && chain && !self.refused).then_some(self.record)
    }

    fn take(&mut self, member: Member<'a>) {
        let Member { key, value } = member;
        let record = &mut self.record;
        let good = match key {
            b"v" => set(&mut self.version, value == b"1"),
            b"k" => {
                let place = text(value).and_then(kind_of);
                record.kind = place.unwrap_or_default();
                set(&mut self.kind, place.is_some())
            }
            b"t" => {
                let time = integer(value).filter(|time| (FIRST_TIME..=LAST_TIME).contains(time));
                record.time = time.unwrap_or_default();
                set(&mut self.time, time.is_some())
            }
            b"amt" => {
                record.amount = integer(value);
                record.amount.is_some()
            }
            b"cur" => set(&mut self.currency, text(value).is_some_and(is_currency)),
            b"id" => {
                let id = text(value).and_then(identifier_of);
                let good = id.is_some();
                record.id = id.unwrap_or_default();
                set(&mut self.identifier, good)
            }
            b"ord" => {
                record.order = text(value).and_then(plain);
                record.order.is_some()
            }
            b"sel" => text(value).is_some(),
            b"sq" => {
                record.sequence = integer(value).filter(|position| *position >= 0);
                record.sequence.is_some()
            }
            b"prev" => {
                record.previous = text(value).and_then(base64url::decode_array);
                record.previous.is_some()
            }
            b"ckpt" => {
                record.checkpoint = checkpoint(value);
                record.checkpoint.is_some()
            }
            b"_sd" => {
                record.digests = Digests::of_list(value);
                record.digests.is_some()
            }
            b"_sd_alg" => set(&mut self.digest_algorithm, value == b"\"sm3\""),
            _ => is_own_name(key),
        };
        self.refused |= !good;
    }
}

/// Whether a field of the user's own can have this name, escapes as written: all but those that have a
/// meaning on the wire, those that people write for them, and those kept for retention.
#[must_use]
pub fn is_own_name(name: &[u8]) -> bool {
    let taken = matches!(
        name,
        b"v" | b"k" | b"id" | b"t" | b"amt" | b"cur" | b"ord" | b"sq" | b"sel" | b"prev" | b"ckpt"
    ) || matches!(
        name,
        b"version"
            | b"kind"
            | b"time"
            | b"amount"
            | b"currency"
            | b"order"
            | b"sequence"
            | b"seller"
            | b"previous"
            | b"checkpoint"
            | b"policy"
            | b"pol"
    );
    !taken && !name.is_empty() && name[0] != b'_'
}

/// Size and root out of a list of both.
fn checkpoint(value: &[u8]) -> Option<(i64, [u8; 32])> {
    let list = value.strip_prefix(b"[")?.strip_suffix(b"]")?;
    let (size, root) = list.split_at(memchr::memchr(b',', list)?);
    let root = base64url::decode_array(text(&root[1..])?)?;
    Some((integer(size).filter(|size| *size >= 0)?, root))
}

fn kind_of(text: &[u8]) -> Option<usize> {
    KINDS.iter().position(|kind| kind.as_bytes() == text)
}

fn set(place: &mut bool, good: bool) -> bool {
    *place = good;
    good
}

/// The value, if it is an integer; its form and range were checked by the walk.
fn integer(value: &[u8]) -> Option<i64> {
    std::str::from_utf8(value).ok()?.parse().ok()
}

fn is_currency(text: &[u8]) -> bool {
    text.len() == 3 && text.iter().all(u8::is_ascii_uppercase)
}

fn identifier_of(text: &[u8]) -> Option<Cow<'_, str>> {
    // Characters are at most as many as octets: most identifiers need no counting.
    plain(text).filter(|id| !id.is_empty() && (id.len() <= MAX_ID || id.chars().count() <= MAX_ID))
}

/// The characters of a string that was walked.
fn plain(text: &[u8]) -> Option<Cow<'_, str>> {
    if text.contains(&b'\\') {
        String::from_utf8(canonical::unescaped(text))
            .ok()
            .map(Cow::Owned)
    } else {
        std::str::from_utf8(text).ok().map(Cow::Borrowed)
    }
}

#[cfg(test)]
mod tests {
    use super::identifier;

    const GOOD: &str =
        r#"{"amt":5,"cur":"CNY","id":"1","k":"order","note":{"kind":1.0},"t":0,"v":1}"#;

    fn of(text: &str) -> Option<String> {
        identifier(text.as_bytes())
    }

    #[test]
    fn a_record_gives_its_identifier() {
        let good = GOOD.replace("1.0", "1");
        assert_eq!(of(&good).as_deref(), Some("1"));
        assert_eq!(
            of(r#"{"id":"a\n\"凭\u0001","k":"eval","t":-1,"v":1}"#).as_deref(),
            Some("a\n\"凭\u{1}")
        );
    }

    #[test]
    fn what_is_no_record_is_refused() {
        let good = GOOD.replace("1.0", "1");
        for (from, to) in [
            ("\"v\":1", "\"v\":2"),
            ("\"v\":1", "\"v\":true"),
            (",\"v\":1", ""),
            ("order", "sale"),
            ("\"k\":\"order\",", ""),
            ("\"id\":\"1\",", ""),
            ("\"id\":\"1\"", "\"id\":1"),
            ("\"id\":\"1\"", "\"id\":\"\""),
            ("\"amt\":5,", ""),
            ("\"amt\":5", "\"amt\":\"5\""),
            ("\"amt\":5", "\"amt\":null"),
            ("\"cur\":\"CNY\",", ""),
            ("CNY", "cny"),
            ("CNY", "CNYY"),
            ("\"t\":0", "\"t\":253402300800000"),
            ("\"t\":0", "\"t\":-62135596800001"),
            ("\"t\":0", "\"t\":\"0\""),
            ("\"t\":0,", ""),
            ("\"note\"", "\"order\""),
            ("\"note\"", "\"prev\""),
            ("{\"amt\"", "{\"_sd\":[],\"amt\""),
            ("{\"amt\"", "{\"\":0,\"amt\""),
            ("\"note\":{", "\"ord\":{"),
            ("\"note\":{\"kind\":1}", "\"sq\":-1"),
            (":5", ": 5"),
        ] {
            let changed = good.replacen(from, to, 1);
            assert_ne!(changed, good, "{from}");
            assert_eq!(of(&changed), None, "{changed}");
        }
        let long =
            |characters: usize| good.replace("\"1\"", &format!("\"{}\"", "凭".repeat(characters)));
        assert!(of(&long(128)).is_some());
        assert!(of(&long(129)).is_none());
        assert!(of("").is_none());
    }
}
