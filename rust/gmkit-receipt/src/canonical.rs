//! Whether octets are the canonical form of a record: RFC 8785 (JCS), restricted.
//!
//! ASCII keys, integers within ±(2^53−1), valid Unicode, no floating-point numbers, no duplicate
//! keys, at most [`MAX_DEPTH`] levels. One pass, nothing is built; the caller learns where the values
//! of the outermost object stand. The Python package writes this form in `gmkit.receipts.canonical`;
//! both are tested on the same corpus.

/// Levels of objects and lists in a record.
pub const MAX_DEPTH: usize = 32;
/// Length of a record in octets.
pub const MAX_OCTETS: usize = 1 << 20;
/// Largest magnitude of an integer: 2^53 − 1.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

/// A member of the outermost object, as it stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    /// The key between its quotation marks, escapes as written.
    pub key: &'a [u8],
    /// The value as written: a string with its quotation marks, a number, a list, ….
    pub value: &'a [u8],
}

/// Checks that `text` is one object in canonical form and calls `member` for each of its members.
///
/// None if it is not.
#[must_use]
pub fn walk<'a>(text: &'a [u8], mut member: impl FnMut(Member<'a>)) -> Option<()> {
    if text.len() > MAX_OCTETS || std::str::from_utf8(text).is_err() {
        return None;
    }
    let mut scanner = Scanner { text, at: 0 };
    scanner.object(MAX_DEPTH, &mut |found| member(found))?;
    (scanner.at == text.len()).then_some(())
}

/// Checks that `text` is a list that could be the one member `{"d":…}` of an object in canonical form,
/// and calls `item` for each of its items as written.
///
/// None if it is not.
#[must_use]
pub fn walk_list<'a>(text: &'a [u8], mut item: impl FnMut(&'a [u8])) -> Option<()> {
    if text.len() > MAX_OCTETS - br#"{"d":}"#.len() || std::str::from_utf8(text).is_err() {
        return None;
    }
    let mut scanner = Scanner { text, at: 0 };
    scanner.list(MAX_DEPTH - 1, &mut |found| item(found))?;
    (scanner.at == text.len()).then_some(())
}

/// The octets between the quotation marks, if a value that was walked is a string.
#[must_use]
pub fn text(value: &[u8]) -> Option<&[u8]> {
    value.strip_prefix(b"\"")?.strip_suffix(b"\"")
}

/// Whether `text` is one object in canonical form.
#[must_use]
pub fn is_canonical(text: &[u8]) -> bool {
    walk(text, |_| ()).is_some()
}

/// What does not stand for itself in a string: quotation mark, backslash and control characters.
pub(crate) const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut octet = 0;
    while octet < 0x20 {
        special[octet] = true;
        octet += 1;
    }
    special[b'"' as usize] = true;
    special[b'\\' as usize] = true;
    special
};

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, octet: u8) -> Option<()> {
        (self.peek()? == octet).then(|| self.at += 1)
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.text[self.at..]
            .starts_with(word)
            .then(|| self.at += word.len())
    }

    /// `levels`: how many more objects or lists may be opened from here.
    fn value(&mut self, levels: usize) -> Option<()> {
        match self.peek()? {
            b'"' => self.string().map(|_| ()),
            b'{' => self.object(levels, &mut |_| ()),
            b'[' => self.list(levels, &mut |_| ()),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => self.integer(),
        }
    }

    fn object(&mut self, levels: usize, member: &mut dyn FnMut(Member<'a>)) -> Option<()> {
        let levels = levels.checked_sub(1)?;
        self.take(b'{')?;
        if self.take(b'}').is_some() {
            return Some(());
        }
        let mut previous: Option<&'a [u8]> = None;
        loop {
            let key = self.string()?;
            // Strictly ascending keys are sorted and occur once.
            if !key.is_ascii() || previous.is_some_and(|before| !ascends(before, key)) {
                return None;
            }
            previous = Some(key);
            self.take(b':')?;
            let start = self.at;
            self.value(levels)?;
            member(Member {
                key,
                value: &self.text[start..self.at],
            });
            if self.take(b',').is_none() {
                return self.take(b'}');
            }
        }
    }

    fn list(&mut self, levels: usize, item: &mut dyn FnMut(&'a [u8])) -> Option<()> {
        let levels = levels.checked_sub(1)?;
        self.take(b'[')?;
        if self.take(b']').is_some() {
            return Some(());
        }
        loop {
            let start = self.at;
            self.value(levels)?;
            item(&self.text[start..self.at]);
            if self.take(b',').is_none() {
                return self.take(b']');
            }
        }
    }

    /// The octets between the quotation marks, checked to hold no escape that is not needed.
    #[inline]
    fn string(&mut self) -> Option<&'a [u8]> {
        self.take(b'"')?;
        let start = self.at;
        loop {
            let rest = self.text.get(self.at..)?;
            self.at += rest.iter().position(|&octet| SPECIAL[usize::from(octet)])?;
            match self.text[self.at] {
                b'"' => {
                    self.at += 1;
                    return Some(&self.text[start..self.at - 1]);
                }
                b'\\' => self.at += escape(&self.text[self.at..])?.1,
                _ => return None,
            }
        }
    }

    fn integer(&mut self) -> Option<()> {
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
        match &self.text[start..self.at] {
            [] => None,
            [b'0'] => (!negative).then_some(()),
            [b'0', ..] => None,
            _ => Some(()),
        }
    }
}

/// The character an escape stands for and the length of the escape, if JCS writes it so.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    match text.get(1)? {
        b'"' => Some((b'"', 2)),
        b'\\' => Some((b'\\', 2)),
        b'b' => Some((0x08, 2)),
        b't' => Some((0x09, 2)),
        b'n' => Some((0x0a, 2)),
        b'f' => Some((0x0c, 2)),
        b'r' => Some((0x0d, 2)),
        b'u' => {
            let [b'0', b'0', high @ (b'0' | b'1'), low] = *text.get(2..6)? else {
                return None;
            };
            let low = match low {
                b'0'..=b'9' => low - b'0',
                b'a'..=b'f' => low - b'a' + 10,
                _ => return None,
            };
            let character = (high - b'0') << 4 | low;
            (!matches!(character, 0x08 | 0x09 | 0x0a | 0x0c | 0x0d)).then_some((character, 6))
        }
        _ => None,
    }
}

/// Whether one key, escapes as written, comes before another in the order of their characters.
fn ascends(before: &[u8], after: &[u8]) -> bool {
    if before.contains(&b'\\') || after.contains(&b'\\') {
        unescaped(before) < unescaped(after)
    } else {
        before < after
    }
}

/// What stands between the quotation marks of a string that was walked, its escapes resolved.
#[must_use]
pub fn unescaped(mut key: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(key.len());
    while let Some((&octet, rest)) = key.split_first() {
        // The escapes were checked when the string was read.
        match escape(key).filter(|_| octet == b'\\') {
            Some((character, length)) => {
                plain.push(character);
                key = &key[length..];
            }
            None => {
                plain.push(octet);
                key = rest;
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_records_are_walked() {
        let text = r#"{"\n":1,"\"":[],"a":{"b":[1,-2,"x",null,true,false]},"z":"凭证\u001f😀"}"#;
        let mut keys = Vec::new();
        walk(text.as_bytes(), |member| {
            keys.push((member.key, member.value))
        })
        .unwrap();
        assert_eq!(keys[0], (&b"\\n"[..], &b"1"[..]));
        assert_eq!(keys[3], (&b"z"[..], "\"凭证\\u001f😀\"".as_bytes()));
        assert!(is_canonical(b"{}"));
        assert!(is_canonical(
            br#"{"a":9007199254740991,"b":-9007199254740991,"c":0}"#
        ));
    }

    #[test]
    fn what_is_not_canonical_is_refused() {
        for text in [
            "",
            "[]",
            "1",
            " {}",
            "{} ",
            "{}{}",
            "{\"a\":1,}",
            "{\"a\" :1}",
            "{\"a\":1.0}",
            "{\"a\":1e2}",
            "{\"a\":01}",
            "{\"a\":-0}",
            "{\"a\":-}",
            "{\"a\":+1}",
            "{\"a\":9007199254740992}",
            "{\"a\":99999999999999999999999999}",
            "{\"a\":NaN}",
            "{\"a\":nul}",
            "{\"b\":1,\"a\":1}",
            "{\"a\":1,\"a\":1}",
            "{\"é\":1}",
            "{\"a\":\"\\u00e9\"}",
            "{\"a\":\"\\/\"}",
            "{\"a\":\"\\u001F\"}",
            "{\"a\":\"\\u000a\"}",
            "{\"a\":\"\\u0020\"}",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":\"\n\"}",
            "{\"a\":\"",
            "{\"a\"",
            "{\"\\\"\":1,\"\\n\":1}",
            "{\"a\":[1,]}",
            "{\"a\":[,1]}",
        ] {
            assert!(!is_canonical(text.as_bytes()), "{text}");
        }
        assert!(!is_canonical(b"{\"a\":\"\xff\"}"));
    }

    #[test]
    fn depth_and_length_are_bounded() {
        let nested = |levels: usize| {
            format!(
                "{{\"a\":{}{}}}",
                "[".repeat(levels - 1),
                "]".repeat(levels - 1)
            )
        };
        assert!(is_canonical(nested(MAX_DEPTH).as_bytes()));
        assert!(!is_canonical(nested(MAX_DEPTH + 1).as_bytes()));
        assert!(!is_canonical(nested(1_000_000).as_bytes()));
        let long = |length: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(length - 8));
        assert!(is_canonical(long(MAX_OCTETS).as_bytes()));
        assert!(!is_canonical(long(MAX_OCTETS + 1).as_bytes()));
    }

    /// A list is what could be the one member of an object: the same bounds, counted with the object.
    #[test]
    fn a_list_is_walked_as_the_member_of_an_object() {
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        let long = |length: usize| format!("[\"{}\"]", "x".repeat(length - 4));
        let room = MAX_OCTETS - br#"{"d":}"#.len();
        for (list, right) in [
            (nested(MAX_DEPTH - 1), true),
            (nested(MAX_DEPTH), false),
            (long(room), true),
            (long(room + 1), false),
            ("[1,\"a\",{\"b\":[]}]".to_owned(), true),
            ("[1, 2]".to_owned(), false),
            ("[1]]".to_owned(), false),
            ("[\"\u{80}\"]".to_owned(), true),
            ("{}".to_owned(), false),
        ] {
            let shown = &list[..list.len().min(40)];
            let mut items = Vec::new();
            let walked = walk_list(list.as_bytes(), |item| items.push(item));
            assert_eq!(walked.is_some(), right, "{shown}");
            let object = ["{\"d\":", &list, "}"].concat();
            assert!(!right || is_canonical(object.as_bytes()), "{shown}");
            if right {
                assert_eq!(
                    [&b"["[..], &items.join(&b','), b"]"].concat(),
                    list.as_bytes()
                );
            }
        }
        assert!(walk_list(b"[\"\xff\"]", |_| ()).is_none());
    }

    #[test]
    fn single_changes_never_pass_as_the_same_document() {
        let text = r#"{"a":"x\n","b":[1,{"c":-5}],"d":null}"#.as_bytes();
        assert!(is_canonical(text));
        for at in 0..text.len() {
            for octet in 0..=255_u8 {
                let mut changed = text.to_vec();
                changed[at] = octet;
                if octet == text[at] || !is_canonical(&changed) {
                    continue;
                }
                let value: serde_json::Value = serde_json::from_slice(&changed).unwrap();
                assert_ne!(
                    value,
                    serde_json::from_slice::<serde_json::Value>(text).unwrap()
                );
            }
        }
    }
}
