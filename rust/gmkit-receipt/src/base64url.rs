//! Base64url without padding (RFC 4648 clause 5), as JWS uses it: one spelling for each value.

/// The characters, by value.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Value of each character; 0xff for one outside the alphabet.
const VALUES: [u8; 256] = {
    let mut values = [0xff; 256];
    let mut value = 0;
    while value < 64 {
        values[ALPHABET[value] as usize] = value as u8;
        value += 1;
    }
    values
};

/// Appends the octets that `text` stands for to `octets`.
///
/// None, with nothing promised about what was appended, if a character is outside the alphabet, if
/// the length is one more than a multiple of four, or if unused bits are not zero.
#[must_use]
pub fn decode_into(text: &[u8], octets: &mut Vec<u8>) -> Option<()> {
    let (groups, rest) = text.as_chunks::<4>();
    let start = octets.len();
    octets.resize(start + groups.len() * 3, 0);
    let (places, _) = octets[start..].as_chunks_mut::<3>();
    let mut seen = 0;
    for (group, place) in groups.iter().zip(places) {
        let [a, b, c, d] = group.map(|c| u32::from(VALUES[usize::from(c)]));
        seen |= a | b | c | d;
        let [_, high, middle, low] = (a << 18 | b << 12 | c << 6 | d).to_be_bytes();
        *place = [high, middle, low];
    }
    if seen & 0xc0 != 0 {
        return None;
    }
    match *rest {
        [] => Some(()),
        [a, b] => {
            let [a, b] = [a, b].map(|c| VALUES[usize::from(c)]);
            octets.push(a << 2 | b >> 4 & 3);
            ((a | b) & 0xc0 == 0 && b & 0x0f == 0).then_some(())
        }
        [a, b, c] => {
            let [a, b, c] = [a, b, c].map(|c| VALUES[usize::from(c)]);
            octets.extend_from_slice(&[a << 2 | b >> 4 & 3, b << 4 | c >> 2 & 0x0f]);
            ((a | b | c) & 0xc0 == 0 && c & 3 == 0).then_some(())
        }
        _ => None,
    }
}

/// Appends the text of `octets`.
pub fn encode_into(octets: &[u8], text: &mut Vec<u8>) {
    let (groups, rest) = octets.as_chunks::<3>();
    let start = text.len();
    text.resize(start + groups.len() * 4, 0);
    let (places, _) = text[start..].as_chunks_mut::<4>();
    let character = |bits: u32| ALPHABET[(bits & 63) as usize];
    for (&[a, b, c], place) in groups.iter().zip(places) {
        let bits = u32::from_be_bytes([0, a, b, c]);
        *place = [
            character(bits >> 18),
            character(bits >> 12),
            character(bits >> 6),
            character(bits),
        ];
    }
    if let [a, ref more @ ..] = *rest {
        let b = more.first().copied().unwrap_or(0);
        let bits = u32::from_be_bytes([0, a, b, 0]);
        text.extend([character(bits >> 18), character(bits >> 12)]);
        if !more.is_empty() {
            text.push(character(bits >> 6));
        }
    }
}

/// The octets that `text` stands for; see [`decode_into`].
#[must_use]
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    decode_into(text, &mut octets).map(|()| octets)
}

/// Exactly `N` octets.
#[must_use]
pub fn decode_array<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    decode(text)?.try_into().ok()
}

/// The text of `octets`, for tests.
#[cfg(test)]
pub(crate) fn encode(octets: &[u8]) -> String {
    let mut text = Vec::new();
    encode_into(octets, &mut text);
    String::from_utf8(text).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_4648() {
        for (octets, text) in [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg"),
            ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(decode(text.as_bytes()).unwrap(), octets.as_bytes());
            let mut written = Vec::new();
            encode_into(octets.as_bytes(), &mut written);
            assert_eq!(written, text.as_bytes());
        }
        assert_eq!(decode(b"-_-_").unwrap(), [0xfb, 0xff, 0xbf]);
    }

    #[test]
    fn every_other_spelling_is_refused() {
        for text in [
            "Z",
            "Zh",
            "Zm9",
            "Zg==",
            "Zm9v=",
            "Z g",
            "Zm+v",
            "Zm/v",
            "Zm9vY",
            "Zm9\u{e9}",
        ] {
            assert_eq!(decode(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_strange_character_is_refused_at_every_place() {
        for good in [&b"Zm9vYmFyZm9v"[..], b"Zm9vYmFyZm9vYg", b"Zm9vYmFyZm9vYmE"] {
            assert!(decode(good).is_some());
            for at in 0..good.len() {
                for strange in (0..=255).filter(|c| VALUES[usize::from(*c)] == 0xff) {
                    let mut text = good.to_vec();
                    text[at] = strange;
                    assert_eq!(decode(&text), None, "{strange:#x} at {at}");
                }
            }
        }
    }

    #[test]
    fn one_spelling_for_every_pair_of_octets() {
        let mut seen = std::collections::HashMap::new();
        let alphabet: Vec<u8> = (0..=255)
            .filter(|c| VALUES[usize::from(*c)] != 0xff)
            .collect();
        assert_eq!(alphabet.len(), 64);
        for &a in &alphabet {
            for &b in &alphabet {
                for &c in &alphabet {
                    if let Some(octets) = decode(&[a, b, c]) {
                        assert!(seen.insert(octets, [a, b, c]).is_none());
                    }
                }
            }
        }
        assert_eq!(seen.len(), 65_536);
    }
}
