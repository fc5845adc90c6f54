//! From a record as people write it, in full words, to the payload that is signed.

use std::borrow::Cow;

use crate::canonical::{Member, MAX_OCTETS};
use crate::json::{self, Value};
use crate::{base64url, record};

/// Kinds in full words; the others are written as on the wire.
const KINDS: [(&str, &str); 10] = [
    ("order", "order"),
    ("payment", "pay"),
    ("shipment", "ship"),
    ("delivery", "recv"),
    ("refund", "refund"),
    ("evaluation", "eval"),
    ("reply", "reply"),
    ("amendment", "amend"),
    ("erasure", "erase"),
    ("report", "report"),
];

/// What is signed, and the identifier in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// The record in canonical form.
    pub octets: Vec<u8>,
    /// Its identifier.
    pub id: String,
    /// Whether it withholds data: it goes under another header then.
    pub withholds: bool,
}

/// The payload of the record in `text`, a JSON object in any layout.
///
/// None wherever there is any doubt; the Python package then finds the reason, or that there is none.
#[must_use]
pub fn payload(text: &[u8]) -> Option<Payload> {
    let mut members = json::parse_object(text)?;
    for (name, value) in &mut members {
        let wire = match &**name {
            "kind" => {
                let Value::Text(kind) = value else {
                    return None;
                };
                *kind = Cow::Borrowed(wire_kind(kind)?);
                "k"
            }
            "time" => {
                let Value::Text(time) = value else {
                    return None;
                };
                *value = Value::Integer(milliseconds(time.as_bytes())?);
                "t"
            }
            "amount" => "amt",
            "currency" => "cur",
            "order" => "ord",
            "sequence" => "sq",
            "seller" => "sel",
            "previous" => "prev",
            "checkpoint" => "ckpt",
            // Names of the wire are not for people to write.
            "v" | "k" | "t" | "amt" | "cur" | "ord" | "sq" | "sel" | "prev" | "ckpt" => {
                return None
            }
            _ => continue,
        };
        *name = Cow::Borrowed(wire);
    }
    members.push((Cow::Borrowed("v"), Value::Integer(1)));
    members.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut octets = Vec::with_capacity(text.len());
    let written = json::write_object(&members, &mut octets);
    // The rules of a payload are asked of what was made, where they are written down.
    let written = written.iter().map(|(key, value)| Member {
        key: &octets[key.clone()],
        value: &octets[value.clone()],
    });
    let id = record::of_members(written)
        // Digests are made, not written.
        .filter(|record| record.digests.is_none())?
        .id
        .into_owned();
    (octets.len() <= MAX_OCTETS).then_some(Payload {
        octets,
        id,
        withholds: false,
    })
}

impl Payload {
    /// A payload that is in canonical form already.
    #[must_use]
    pub fn canonical(octets: &[u8]) -> Option<Self> {
        let record = record::summary(octets)?;
        Some(Self {
            withholds: record.digests.is_some(),
            id: record.id.into_owned(),
            octets: octets.to_vec(),
        })
    }

    /// M, the octets that are signed, under the first part of the signer's receipts.
    #[must_use]
    pub fn signing_input(&self, header: &[u8]) -> Vec<u8> {
        // Room for the signature too, which follows.
        let mut text = Vec::with_capacity(header.len() + self.octets.len() * 4 / 3 + 96);
        text.extend_from_slice(header);
        text.push(b'.');
        base64url::encode_into(&self.octets, &mut text);
        text
    }
}

fn wire_kind(kind: &str) -> Option<&'static str> {
    KINDS
        .iter()
        .find(|(word, wire)| kind == *word || kind == *wire)
        .map(|(_, wire)| *wire)
}

/// Milliseconds since 1970 of an RFC 3339 time with its zone, if it is exact to the millisecond.
fn milliseconds(text: &[u8]) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        text.get(range)?.iter().try_fold(0_i64, |sum, digit| {
            digit
                .is_ascii_digit()
                .then(|| sum * 10 + i64::from(digit - b'0'))
        })
    };
    let sign = |place: usize, expected: u8| (*text.get(place)? == expected).then_some(());
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    sign(4, b'-')?;
    sign(7, b'-')?;
    sign(10, b'T')?;
    sign(13, b':')?;
    sign(16, b':')?;
    let mut at = 19;
    let mut fraction = 0;
    if text.get(at) == Some(&b'.') {
        let digits = text[at + 1..]
            .iter()
            .take_while(|c| c.is_ascii_digit())
            .count();
        if !(1..=9).contains(&digits) {
            return None;
        }
        let nanoseconds =
            number(at + 1..at + 1 + digits)? * 10_i64.pow(9 - u32::try_from(digits).ok()?);
        if nanoseconds % 1_000_000 != 0 {
            return None;
        }
        fraction = nanoseconds / 1_000_000;
        at += 1 + digits;
    }
    let offset = match text.get(at)? {
        b'Z' if text.len() == at + 1 => 0,
        direction @ (b'+' | b'-') if text.len() == at + 6 => {
            let (hours, minutes) = (number(at + 1..at + 3)?, number(at + 4..at + 6)?);
            sign(at + 3, b':')?;
            if hours > 23 || minutes > 59 {
                return None;
            }
            (hours * 60 + minutes) * if *direction == b'-' { -1 } else { 1 }
        }
        _ => return None,
    };
    let exists = (1..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    let seconds =
        ((days_before(year, month, day) * 24 + hour) * 60 + minute - offset) * 60 + second;
    exists.then_some(seconds * 1000 + fraction)
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to the date, in the Gregorian calendar carried backwards.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let past = year - 1;
    let years = past * 365 + past / 4 - past / 100 + past / 400;
    let months: i64 = (1..month).map(|each| days_in(year, each)).sum();
    // Of the days before the year 1970 there are 719,162 since the year 1.
    years + months + day - 1 - 719_162
}

#[cfg(test)]
mod tests {
    use super::{milliseconds, payload, Payload};

    #[test]
    fn full_words_become_the_wire_form() {
        let text = r#"{"time": "2017-01-01T11:53:26Z", "kind": "evaluation", "id": "7", "amount": 5,
            "currency": "CNY", "items": [{"b": 1, "a": "凭"}], "order": "A", "zz": null}"#;
        let made = payload(text.as_bytes()).unwrap();
        assert_eq!(made.id, "7");
        assert_eq!(
            std::str::from_utf8(&made.octets).unwrap(),
            r#"{"amt":5,"cur":"CNY","id":"7","items":[{"a":"凭","b":1}],"k":"eval","ord":"A","t":1483271606000,"v":1,"zz":null}"#
        );
    }

    /// What is signed is the header, a dot, and the payload in base64url, as RFC 7515 has it.
    #[test]
    fn the_whole_payload_is_signed_under_the_header() {
        let octets = r#"{"id":"7","k":"order","t":1483271606000,"v":1}"#;
        let text = r#"{"kind":"order","id":"7","time":"2017-01-01T11:53:26Z"}"#;
        let made = payload(text.as_bytes()).unwrap();
        assert_eq!(made.octets, octets.as_bytes());
        assert_eq!(Payload::canonical(octets.as_bytes()), Some(made.clone()));
        assert_eq!(
            std::str::from_utf8(&made.signing_input(b"head")).unwrap(),
            "head.eyJpZCI6IjciLCJrIjoib3JkZXIiLCJ0IjoxNDgzMjcxNjA2MDAwLCJ2IjoxfQ"
        );
    }

    #[test]
    fn what_is_not_plain_is_left_to_others() {
        let good = r#"{"kind":"order","id":"7","time":"2017-01-01T11:53:26Z","x":1}"#;
        assert!(payload(good.as_bytes()).is_some());
        for (from, to) in [
            ("\"x\"", "\"t\""),
            ("\"x\"", "\"v\""),
            ("\"x\"", "\"version\""),
            ("\"x\"", "\"prev\""),
            ("\"x\"", "\"_x\""),
            ("\"x\"", "\"id\""),
            ("\"x\":1", "\"x\":1.5"),
            ("\"x\":1", "\"amount\":1"),
            ("\"x\":1", "\"amount\":null,\"currency\":null"),
            ("\"order\"", "\"sale\""),
            ("\"order\"", "7"),
            ("\"2017-01-01T11:53:26Z\"", "1483271606000"),
            ("26Z", "26"),
            ("\"7\"", "7"),
            ("\"kind\":\"order\",", ""),
        ] {
            let changed = good.replacen(from, to, 1);
            assert_ne!(changed, good);
            assert_eq!(payload(changed.as_bytes()), None, "{changed}");
        }
    }

    #[test]
    fn times_are_counted_exactly() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2000-02-29T00:00:00Z", 951_782_400_000),
            ("2100-03-01T00:00:00Z", 4_107_542_400_000),
            ("2017-01-01T19:53:26+08:00", 1_483_271_606_000),
            ("2017-01-01T06:23:26.500000-05:30", 1_483_271_606_500),
            ("1970-01-01T23:59:00+23:59", 0),
            ("1969-12-31T00:01:00-23:59", 0),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] {
            assert_eq!(milliseconds(text.as_bytes()), Some(expected), "{text}");
        }
        for text in [
            "",
            "2017-01-01",
            "2017-01-01T11:53:26",
            "2017-01-01 11:53:26Z",
            "2017/01-01T11:53:26Z",
            "2017-01/01T11:53:26Z",
            "2017-01-01T11.53:26Z",
            "2017-01-01T11:53.26Z",
            "2017-01-01T11:53:26,5Z",
            "2017-01-01T11:53:26+08.00",
            "2017-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2017-04-31T00:00:00Z",
            "2017-13-01T00:00:00Z",
            "2017-00-01T00:00:00Z",
            "2017-01-00T00:00:00Z",
            "2017-01-01T24:00:00Z",
            "2017-01-01T00:60:00Z",
            "2017-01-01T00:00:60Z",
            "2017-01-01T00:00:00.Z",
            "2017-01-01T00:00:00.0001Z",
            "2017-01-01T00:00:00.0000000000Z",
            "2017-01-01T00:00:00+24:00",
            "2017-01-01T00:00:00+08:60",
            "2017-01-01T00:00:00+0800",
            "2017-01-01T00:00:00ZZ",
            "2017-01-01T00:00:00z",
            "2017-01-01T00:00:00+08:000",
            "+017-01-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
        ] {
            assert_eq!(milliseconds(text.as_bytes()), None, "{text}");
        }
    }
}
