//! JSON in any layout, read into the canonical form: what [`crate::canonical`] would accept.
//!
//! None wherever the text has no canonical form, or is no JSON: whoever wants the reason asks the
//! Python package, which reads the same texts.

use std::borrow::Cow;
use std::ops::Range;

use crate::canonical::{MAX_DEPTH, MAX_INTEGER, MAX_OCTETS, SPECIAL};

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// An integer within ±(2^53 − 1).
    Integer(i64),
    /// A string: its characters, nothing escaped; where they stand if nothing was.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Value<'a>>),
    /// An object: its members in canonical order, each key once, all of them ASCII.
    Object(Vec<Member<'a>>),
}

/// A key and its value.
pub type Member<'a> = (Cow<'a, str>, Value<'a>);

/// The object in `text`, if it has a canonical form.
#[must_use]
pub fn parse_object(text: &[u8]) -> Option<Vec<Member<'_>>> {
    if text.len() > MAX_OCTETS {
        return None;
    }
    let text = std::str::from_utf8(text).ok()?;
    let mut reader = Reader { text, at: 0 };
    reader.blanks();
    let Value::Object(members) = reader.value(MAX_DEPTH)? else {
        return None;
    };
    reader.blanks();
    (reader.at == text.len()).then_some(members)
}

/// Where a key, between its quotation marks, and its value stand in what was written.
pub type Written = (Range<usize>, Range<usize>);

/// Appends the canonical form of an object, whose members are in canonical order.
pub fn write_object(members: &[Member<'_>], out: &mut Vec<u8>) -> Vec<Written> {
    let mut written = Vec::with_capacity(members.len());
    write_members(members, out, |one| written.push(one));
    written
}

fn write_members(members: &[Member<'_>], out: &mut Vec<u8>, mut tell: impl FnMut(Written)) {
    out.push(b'{');
    for (place, (key, value)) in members.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        let start = out.len() + 1;
        write_text(key, out);
        let end = out.len();
        out.push(b':');
        write(value, out);
        tell((start..end - 1, end + 1..out.len()));
    }
    out.push(b'}');
}

fn write(value: &Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Boolean(true) => out.extend_from_slice(b"true"),
        Value::Boolean(false) => out.extend_from_slice(b"false"),
        Value::Integer(integer) => write_integer(*integer, out),
        Value::Text(text) => write_text(text, out),
        Value::List(items) => {
            out.push(b'[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write(item, out);
            }
            out.push(b']');
        }
        Value::Object(members) => write_members(members, out, |_| ()),
    }
}

fn write_integer(integer: i64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = integer.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if integer < 0 {
        at -= 1;
        digits[at] = b'-';
    }
    out.extend_from_slice(&digits[at..]);
}

/// A string with the escapes of RFC 8785, clause 3.2.2.2, and no others.
fn write_text(text: &str, out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(plain) = rest.iter().position(|&octet| SPECIAL[usize::from(octet)]) {
        out.extend_from_slice(&rest[..plain]);
        match rest[plain] {
            octet @ (b'"' | b'\\') => out.extend_from_slice(&[b'\\', octet]),
            0x08 => out.extend_from_slice(b"\\b"),
            0x09 => out.extend_from_slice(b"\\t"),
            0x0a => out.extend_from_slice(b"\\n"),
            0x0c => out.extend_from_slice(b"\\f"),
            0x0d => out.extend_from_slice(b"\\r"),
            octet => {
                let [high, low] = [octet >> 4, octet & 15].map(|d| DIGITS[usize::from(d)]);
                out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
            }
        }
        rest = &rest[plain + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, octet: u8) -> Option<()> {
        (self.peek()? == octet).then(|| self.at += 1)
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Option<Value<'a>> {
        self.text[self.at..].starts_with(word).then(|| {
            self.at += word.len();
            value
        })
    }

    /// `levels`: how many more objects or lists may be opened from here.
    fn value(&mut self, levels: usize) -> Option<Value<'a>> {
        match self.peek()? {
            b'"' => self.string().map(Value::Text),
            b'{' => self.object(levels),
            b'[' => self.list(levels),
            b't' => self.word("true", Value::Boolean(true)),
            b'f' => self.word("false", Value::Boolean(false)),
            b'n' => self.word("null", Value::Null),
            _ => self.integer(),
        }
    }

    fn object(&mut self, levels: usize) -> Option<Value<'a>> {
        let levels = levels.checked_sub(1)?;
        // One piece of memory for most objects.
        let mut members = Vec::with_capacity(8);
        self.take(b'{')?;
        self.blanks();
        if self.take(b'}').is_some() {
            return Some(Value::Object(members));
        }
        loop {
            self.blanks();
            let key = self.string()?;
            if !key.is_ascii() {
                return None;
            }
            self.blanks();
            self.take(b':')?;
            self.blanks();
            members.push((key, self.value(levels)?));
            self.blanks();
            if self.take(b',').is_none() {
                break;
            }
        }
        self.take(b'}')?;
        if !members.is_sorted_by(|(one, _), (other, _)| one < other) {
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            if members.windows(2).any(|pair| pair[0].0 == pair[1].0) {
                return None;
            }
        }
        Some(Value::Object(members))
    }

    fn list(&mut self, levels: usize) -> Option<Value<'a>> {
        let levels = levels.checked_sub(1)?;
        let mut items = Vec::new();
        self.take(b'[')?;
        self.blanks();
        if self.take(b']').is_some() {
            return Some(Value::List(items));
        }
        loop {
            self.blanks();
            items.push(self.value(levels)?);
            self.blanks();
            if self.take(b',').is_none() {
                break;
            }
        }
        self.take(b']')?;
        Some(Value::List(items))
    }

    fn string(&mut self) -> Option<Cow<'a, str>> {
        self.take(b'"')?;
        let mut text = Cow::Borrowed("");
        loop {
            // Quotation marks and backslashes are ASCII: a piece between them is whole characters.
            let start = self.at;
            let rest = self.text.as_bytes().get(start..)?;
            self.at += rest.iter().position(|&octet| SPECIAL[usize::from(octet)])?;
            let piece = &self.text[start..self.at];
            if text.is_empty() {
                text = Cow::Borrowed(piece);
            } else {
                text.to_mut().push_str(piece);
            }
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Some(text);
                }
                b'\\' => {
                    let character = self.escape()?;
                    text.to_mut().push(character);
                }
                _ => return None,
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        self.take(b'\\')?;
        let octet = self.peek()?;
        self.at += 1;
        Some(match octet {
            b'"' | b'\\' | b'/' => char::from(octet),
            b'b' => '\u{8}',
            b't' => '\t',
            b'n' => '\n',
            b'f' => '\u{c}',
            b'r' => '\r',
            b'u' => {
                let unit = self.unit()?;
                if !(0xd800..0xdc00).contains(&unit) {
                    return char::from_u32(unit); // None for a low half alone
                }
                self.take(b'\\')?;
                self.take(b'u')?;
                let low = self.unit()?;
                if !(0xdc00..0xe000).contains(&low) {
                    return None;
                }
                char::from_u32(0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00))?
            }
            _ => return None,
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        let plain = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        plain.then(|| u32::from_str_radix(digits, 16).ok())?
    }

    fn integer(&mut self) -> Option<Value<'a>> {
        let negative = self.take(b'-').is_some();
        let start = self.at;
        let mut magnitude = 0_u64;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            magnitude = magnitude * 10 + u64::from(digit - b'0');
            if magnitude > MAX_INTEGER {
                return None;
            }
            self.at += 1;
        }
        if let [b'0', _, ..] | [] = self.text.as_bytes()[start..self.at] {
            return None;
        }
        // A fraction or an exponent: the number may be no integer, and is not written as one.
        if matches!(self.peek(), Some(b'.' | b'e' | b'E')) || negative && magnitude == 0 {
            return None;
        }
        let value = i64::try_from(magnitude).ok()?;
        Some(Value::Integer(if negative { -value } else { value }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical;

    fn canonical_of(text: &str) -> Option<String> {
        let members = parse_object(text.as_bytes())?;
        let mut out = Vec::new();
        write_object(&members, &mut out);
        assert!(canonical::is_canonical(&out), "{text}");
        Some(String::from_utf8(out).unwrap())
    }

    #[test]
    fn any_layout_gives_the_canonical_form() {
        for (text, expected) in [
            ("{}", "{}"),
            (" {\t\"b\" :\r\n1 , \"a\":[ ] } ", "{\"a\":[],\"b\":1}"),
            (
                "{\"a\":[ true,false , null,{ }]}",
                "{\"a\":[true,false,null,{}]}",
            ),
            ("{\"a\":-9007199254740991}", "{\"a\":-9007199254740991}"),
            ("{\"a\":9007199254740991}", "{\"a\":9007199254740991}"),
            ("{\"a\":0}", "{\"a\":0}"),
            ("{\"a\":-1}", "{\"a\":-1}"),
            ("{\"a\":10}", "{\"a\":10}"),
            (
                r#"{"a":"\u0041\/\"\\\b\f\n\r\t\u0001\u001F"}"#,
                r#"{"a":"A/\"\\\b\f\n\r\t\u0001\u001f"}"#,
            ),
            (r#"{"a":"\ud83d\ude00凭证\u51ed"}"#, "{\"a\":\"😀凭证凭\"}"),
            (r#"{"\u0062":1,"a":2}"#, "{\"a\":2,\"b\":1}"),
        ] {
            assert_eq!(canonical_of(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_has_no_canonical_form_is_refused() {
        for text in [
            "",
            "[]",
            "1",
            "{",
            "{}x",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{,}",
            "{\"a\":[1,]}",
            "{\"a\":[,1]}",
            "{\"a\":1.0}",
            "{\"a\":1e2}",
            "{\"a\":01}",
            "{\"a\":-0}",
            "{\"a\":-}",
            "{\"a\":+1}",
            "{\"a\":9007199254740992}",
            "{\"a\":NaN}",
            "{\"a\":nul}",
            "{\"a\":1,\"a\":1}",
            "{\"a\":1,\"\\u0061\":1}",
            "{\"é\":1}",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":\"\\udc00\"}",
            "{\"a\":\"\\ud800\\u0041\"}",
            "{\"a\":\"\\u00g0\"}",
            "{\"a\":\"\\u+041\"}",
            "{\"a\":\"\\x\"}",
            "{\"a\":\"\n\"}",
            "{\"a\":\"",
            "{\"a\":\"\\",
            "{\"a\":\"\\u00",
            "\u{feff}{}",
            "{'a':1}",
            "{\"a\":1 1}",
        ] {
            assert_eq!(canonical_of(text), None, "{text}");
        }
        assert_eq!(parse_object(b"{\"a\":\"\xff\"}"), None);
        let padded = |length: usize| [b"{}".as_slice(), &vec![b' '; length - 2]].concat();
        assert!(parse_object(&padded(MAX_OCTETS)).is_some());
        assert!(parse_object(&padded(MAX_OCTETS + 1)).is_none());
        let deep = |levels: usize| {
            format!(
                "{{\"a\":{}{}}}",
                "[".repeat(levels - 1),
                "]".repeat(levels - 1)
            )
        };
        assert!(canonical_of(&deep(MAX_DEPTH)).is_some());
        assert!(canonical_of(&deep(MAX_DEPTH + 1)).is_none());
        assert!(canonical_of(&"{\"a\":[".repeat(100_000)).is_none());
    }
}
