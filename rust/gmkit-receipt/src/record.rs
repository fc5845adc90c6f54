//! Whether a payload is a record of this version, in canonical form.
//!
//! The Python package reads records in `gmkit.receipts.record` and says what is wrong with one; here is
//! the same question answered with yes or no. Both are tested on the same payloads.

use crate::canonical::{self, Member};

/// Kinds of record, as on the wire.
const KINDS: [&[u8]; 10] = [
    b"order", b"pay", b"ship", b"recv", b"refund", b"eval", b"reply", b"amend", b"erase", b"report",
];
/// Names that people write and the wire has in short, and names kept for a ledger and for retention.
const OTHER_NAMES: [&[u8]; 14] = [
    b"version",
    b"kind",
    b"time",
    b"amount",
    b"currency",
    b"order",
    b"sequence",
    b"seller",
    b"previous",
    b"prev",
    b"checkpoint",
    b"ckpt",
    b"policy",
    b"pol",
];
/// Milliseconds since 1970 of the first and the last moment of the years 1 to 9999.
const FIRST_TIME: i64 = -62_135_596_800_000;
const LAST_TIME: i64 = 253_402_300_799_999;
/// Characters of an identifier.
const MAX_ID: usize = 128;

/// The identifier of the record in `payload`, or None if it is not a record in canonical form.
#[must_use]
pub fn identifier(payload: &[u8]) -> Option<String> {
    let mut found = Found::default();
    canonical::walk(payload, |member| found.take(member))?;
    let complete = found.version && found.kind && found.time && found.amount == found.currency;
    if found.refused || !complete {
        return None;
    }
    found.id
}

/// The members that every record has, as far as they were met.
#[derive(Default)]
struct Found {
    version: bool,
    kind: bool,
    time: bool,
    amount: bool,
    currency: bool,
    id: Option<String>,
    refused: bool,
}

impl Found {
    fn take(&mut self, member: Member<'_>) {
        let Member { key, value } = member;
        let good = match key {
            b"v" => set(&mut self.version, value == b"1"),
            b"k" => set(
                &mut self.kind,
                text(value).is_some_and(|kind| KINDS.contains(&kind)),
            ),
            b"t" => set(
                &mut self.time,
                integer(value).is_some_and(|time| (FIRST_TIME..=LAST_TIME).contains(&time)),
            ),
            b"amt" => set(&mut self.amount, integer(value).is_some()),
            b"cur" => set(&mut self.currency, text(value).is_some_and(is_currency)),
            b"id" => {
                self.id = text(value).and_then(identifier_of);
                self.id.is_some()
            }
            b"ord" | b"sel" => text(value).is_some(),
            b"sq" => integer(value).is_some_and(|position| position >= 0),
            _ => !key.is_empty() && key[0] != b'_' && !OTHER_NAMES.contains(&key),
        };
        self.refused |= !good;
    }
}

fn set(place: &mut bool, good: bool) -> bool {
    *place = good;
    good
}

/// The octets between the quotation marks, if the value is a string.
fn text(value: &[u8]) -> Option<&[u8]> {
    value.strip_prefix(b"\"")?.strip_suffix(b"\"")
}

/// The value, if it is an integer; its form and range were checked by the walk.
fn integer(value: &[u8]) -> Option<i64> {
    std::str::from_utf8(value).ok()?.parse().ok()
}

fn is_currency(text: &[u8]) -> bool {
    text.len() == 3 && text.iter().all(u8::is_ascii_uppercase)
}

fn identifier_of(text: &[u8]) -> Option<String> {
    let id = String::from_utf8(canonical::unescaped(text)).ok()?;
    (1..=MAX_ID).contains(&id.chars().count()).then_some(id)
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
