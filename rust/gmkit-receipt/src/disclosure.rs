//! Data shown beside a receipt, and the digests in its payload that the data belongs to: RFC 9901 (SD-JWT)
//! with SM3.
//!
//! A disclosure is base64url of `["salt","group",value]` in canonical form; its digest is SM3 over that
//! text. The Python package reads them in `gmkit.receipts.disclosure` and says what is wrong with one;
//! both are tested on the same receipts.

use gmkit_core::sm3;

use crate::{base64url, canonical, record};

/// Digests in a payload, and disclosures behind a receipt.
pub const MAX: usize = 64;
/// Characters of a digest of 32 octets.
const TEXT: usize = 43;
/// Characters of a salt: 128 bits and more.
const SALT: std::ops::RangeInclusive<usize> = 22..=86;
/// Names by which SD-JWT marks digests inside a value, as members of an object in canonical form.
const NESTED: [&[u8]; 4] = [b"{\"_sd\":", b",\"_sd\":", b"{\"...\":", b",\"...\":"];

/// The digests of a payload: the list as written, without its brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digests<'a>(&'a [u8]);

impl<'a> Digests<'a> {
    /// The list of a payload in canonical form: 1 to [`MAX`] digests in ascending order.
    #[must_use]
    pub fn of_list(value: &'a [u8]) -> Option<Self> {
        let list = Self(value.strip_prefix(b"[")?.strip_suffix(b"]")?);
        // Each has two quotation marks and a comma, the last one no comma.
        let step = TEXT + 3;
        let count = (list.0.len() + 1) / step;
        if !(list.0.len() + 1).is_multiple_of(step) || !(1..=MAX).contains(&count) {
            return None;
        }
        let mut previous: &[u8] = &[];
        for item in list.0.chunks(step) {
            let text = item.strip_suffix(b",").unwrap_or(item);
            let text = text.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
            base64url::decode_array::<32>(text)?;
            if previous >= text {
                return None;
            }
            previous = text;
        }
        Some(list)
    }

    /// Place of a digest in the list.
    fn place(self, digest: &[u8; 32]) -> Option<usize> {
        let mut text = Vec::with_capacity(TEXT);
        base64url::encode_into(digest, &mut text);
        self.0
            .chunks(TEXT + 3)
            .position(|item| item.get(1..=TEXT) == Some(&text[..]))
    }
}

/// Whether each of the disclosures behind a receipt is well formed, belongs to the digests of its
/// `payload` and comes once, and no name stands there twice. `shown` is what stands between the first
/// tilde and the last: texts, each with a tilde behind it but the last.
#[must_use]
pub fn belong(shown: &[u8], digests: Digests<'_>, payload: &[u8]) -> bool {
    let mut taken = 0_u64;
    let mut names: Vec<Vec<u8>> = Vec::new();
    let mut octets = Vec::new();
    shown.split(|&octet| octet == b'~').all(|text| {
        octets.clear();
        if base64url::decode_into(text, &mut octets).is_none() {
            return false;
        }
        let Some(name) = group(&octets) else {
            return false;
        };
        let Some(place) = digests.place(&sm3::digest(text)) else {
            return false;
        };
        let again = taken >> place & 1 == 1
            || names.iter().any(|before| before == name)
            || has_member(payload, name);
        taken |= 1 << place;
        names.push(name.to_vec());
        !again
    })
}

/// The name in a disclosure, escapes as written, if that is one in canonical form.
fn group(octets: &[u8]) -> Option<&[u8]> {
    let mut items: [&[u8]; 3] = [&[]; 3];
    let mut count = 0;
    canonical::walk_list(octets, |item| {
        if let Some(place) = items.get_mut(count) {
            *place = item;
        }
        count += 1;
    })?;
    let [salt, name, value] = items;
    let salt = canonical::text(salt)?;
    let name = canonical::text(name)?;
    let characters = |c: &u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_');
    let good = count == 3
        && SALT.contains(&salt.len())
        && salt.iter().all(characters)
        && record::is_own_name(name)
        && name != b"..."
        && !(matches!(value.first(), Some(b'{' | b'['))
            && NESTED
                .iter()
                .any(|mark| memchr::memmem::find(value, mark).is_some()));
    good.then_some(name)
}

/// Whether the outermost object of a canonical text has a member of this name.
fn has_member(payload: &[u8], name: &[u8]) -> bool {
    // Almost never there at all; if it is, it may stand inside a value.
    if memchr::memmem::find(payload, name).is_none() {
        return false;
    }
    let mut found = false;
    let walked = canonical::walk(payload, |member| found |= member.key == name);
    walked.is_none() || found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base64url::encode;

    fn list(mut texts: Vec<String>) -> String {
        texts.sort();
        format!("[\"{}\"]", texts.join("\",\""))
    }

    fn shows(disclosures: &[&str], payload: &str) -> bool {
        let texts: Vec<String> = disclosures.iter().map(|d| encode(d.as_bytes())).collect();
        let mut digests: Vec<String> = texts
            .iter()
            .map(|t| encode(&sm3::digest(t.as_bytes())))
            .collect();
        digests.dedup();
        let digests = list(digests);
        let digests = Digests::of_list(digests.as_bytes()).unwrap();
        belong(texts.join("~").as_bytes(), digests, payload.as_bytes())
    }

    const SALT: &str = "AAAAAAAAAAAAAAAAAAAAAA";

    fn of(rest: &str) -> String {
        format!("[\"{SALT}\",{rest}]")
    }

    #[test]
    fn disclosures_in_canonical_form_belong() {
        let buyer = of(r#""buyer",{"name":"王","tags":["_sd",1]}"#);
        let ship = of(r#""\"ship\n","{\"_sd\":1}""#);
        assert!(shows(&[&buyer], r#"{"id":"buyer"}"#));
        assert!(shows(&[&buyer, &ship], r#"{"a":{"buyer":1}}"#));
    }

    #[test]
    fn what_is_no_disclosure_does_not_belong() {
        for text in [
            of(r#""buyer",1,2"#),
            of(r#""buyer""#),
            of(r#""buyer",1"#) + " ",
            of(r#""buyer",1.0"#),
            of(r#""buyer", 1"#),
            of("1,1"),
            of(r#""",1"#),
            of(r#""_sd",1"#),
            of(r#""...",1"#),
            of(r#""order",1"#),
            of(r#""ord",1"#),
            of(r#""id",1"#),
            of(r#""prev",1"#),
            of(r#""buyer",{"_sd":[]}"#),
            of(r#""buyer",[{"a":1,"_sd":[]}]"#).replace("\"a\":1,\"_sd\":[]", "\"A\":1,\"_sd\":[]"),
            of(r#""buyer",[{"...":""}]"#),
            of(r#""buyer",{"!":{"...":1}}"#),
            of(r#""buyer",1"#) + ",\"e\":5",
            "[\"AAAAAAAAAAAAAAAAAAAAA\",\"buyer\",1]".into(),
            "[\"AAAAAAAAAAAAAAAAAAAAA+\",\"buyer\",1]".into(),
            format!("[\"{}\",\"buyer\",1]", "A".repeat(87)),
            "{}".into(),
            String::new(),
        ] {
            assert!(!shows(&[&text], "{}"), "{text}");
        }
    }

    #[test]
    fn each_comes_once_and_no_name_twice() {
        let (one, two) = (of(r#""buyer",1"#), of(r#""buyer",2"#));
        assert!(shows(&[&one], "{}"));
        assert!(!shows(&[&one, &one], "{}"));
        assert!(!shows(&[&one, &two], "{}"));
        assert!(!shows(&[&one], r#"{"buyer":1}"#));
        let foreign = list(vec![encode(&[7; 32])]);
        let foreign = Digests::of_list(foreign.as_bytes()).unwrap();
        assert!(!belong(encode(one.as_bytes()).as_bytes(), foreign, b"{}"));
        assert!(!belong(b"A", foreign, b"{}"));
    }

    #[test]
    fn lists_of_digests_have_one_form() {
        let texts = |count: u8| (0..count).map(|n| encode(&[n; 32])).collect::<Vec<_>>();
        assert!(Digests::of_list(list(texts(1)).as_bytes()).is_some());
        assert!(Digests::of_list(list(texts(64)).as_bytes()).is_some());
        let [one, two] = [&texts(2)[0], &texts(2)[1]];
        for text in [
            "[]".to_string(),
            list(texts(65)),
            format!("[\"{two}\",\"{one}\"]"),
            format!("[\"{one}\",\"{one}\"]"),
            format!("[\"{}\"]", encode(&[1; 31])),
            format!("[\"{}B\"]", &one[..42]),
            format!("[{}]", "1".repeat(45)),
            format!("\"{one}\""),
        ] {
            assert_eq!(Digests::of_list(text.as_bytes()), None, "{text}");
        }
    }
}
