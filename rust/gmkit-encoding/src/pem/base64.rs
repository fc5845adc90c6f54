//! Base64 without tables or branches on the characters: the text may be a private key.

/// Appends the base64 form of `octets`, padded.
pub fn encode(octets: &[u8], text: &mut Vec<u8>) {
    for group in octets.chunks(3) {
        let mut padded = [0; 3];
        padded[..group.len()].copy_from_slice(group);
        let bits = u32::from_be_bytes([0, padded[0], padded[1], padded[2]]);
        let characters = [18, 12, 6, 0].map(|shift| character((bits >> shift) as u8 & 0x3f));
        text.extend_from_slice(&characters[..=group.len()]);
        text.extend_from_slice(&b"=="[..3 - group.len()]);
    }
}

/// Takes the text line by line, so that a group may cross a line end.
pub struct Decoder {
    bits: u32,
    /// Characters of the group that is under way.
    count: u8,
    padding: u8,
    done: bool,
}

impl Decoder {
    pub fn new() -> Self {
        Self {
            bits: 0,
            count: 0,
            padding: 0,
            done: false,
        }
    }

    /// Decodes one line and appends its octets.
    ///
    /// # Errors
    /// The fault and its column.
    pub fn line(&mut self, line: &[u8], octets: &mut Vec<u8>) -> Result<(), (&'static str, usize)> {
        for (column, &octet) in line.iter().enumerate() {
            if self.done {
                return Err(("base64 goes on after its padding", column));
            }
            if octet == b'=' {
                self.padding += 1;
                if self.count < 2 || self.padding > 2 {
                    return Err(("padding at the wrong place", column));
                }
                self.bits <<= 6;
            } else {
                let value = value(octet);
                if value < 0 {
                    return Err(("not base64", column));
                }
                if self.padding > 0 {
                    return Err(("base64 goes on after its padding", column));
                }
                self.bits = self.bits << 6 | u32::from(value.unsigned_abs());
            }
            self.count += 1;
            if self.count == 4 {
                self.group(octets).map_err(|message| (message, column))?;
            }
        }
        Ok(())
    }

    /// # Errors
    /// If a group is left unfinished.
    pub fn finish(&self) -> Result<(), &'static str> {
        if self.count == 0 {
            Ok(())
        } else {
            Err("base64 ends in the middle of a group: characters or padding are missing")
        }
    }

    fn group(&mut self, octets: &mut Vec<u8>) -> Result<(), &'static str> {
        let whole = 3 - usize::from(self.padding);
        let decoded = self.bits.to_be_bytes();
        if decoded[1 + whole..].iter().any(|&octet| octet != 0) {
            return Err("padding hides bits that are not zero");
        }
        octets.extend_from_slice(&decoded[1..=whole]);
        self.done = self.padding > 0;
        self.count = 0;
        self.padding = 0;
        self.bits = 0;
        Ok(())
    }
}

/// The six bits a character stands for, or -1.
fn value(character: u8) -> i16 {
    let c = i16::from(character);
    // All ones where first <= c <= last: both differences are negative only inside.
    let within =
        |first: u8, last: u8| ((i16::from(first) - 1 - c) & (c - 1 - i16::from(last))) >> 8;
    let mut value = -1;
    // Each range adds its value plus one to the -1 above.
    value += within(b'A', b'Z') & (c - 65 + 1);
    value += within(b'a', b'z') & (c - 97 + 26 + 1);
    value += within(b'0', b'9') & (c - 48 + 52 + 1);
    value += within(b'+', b'+') & (62 + 1);
    value += within(b'/', b'/') & (63 + 1);
    value
}

/// The character that stands for six bits.
fn character(bits: u8) -> u8 {
    let v = i16::from(bits);
    // All ones where v > limit.
    let above = |limit: i16| (limit - v) >> 8;
    let mut character = v + 65;
    character += above(25) & (97 - 26 - 65);
    character += above(51) & (48 - 52 - (97 - 26));
    character += above(61) & (43 - 62 - (48 - 52));
    character += above(62) & (47 - 63 - (43 - 62));
    character as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    #[test]
    fn every_character_both_ways() {
        for octet in 0..=255u8 {
            let expected = ALPHABET.iter().position(|&known| known == octet);
            assert_eq!(
                value(octet),
                expected.map_or(-1, |index| index as i16),
                "{octet}"
            );
        }
        for (bits, &expected) in ALPHABET.iter().enumerate() {
            assert_eq!(character(bits as u8), expected);
        }
    }

    #[test]
    fn rfc_4648_section_10() {
        for (octets, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            let mut encoded = Vec::new();
            encode(octets.as_bytes(), &mut encoded);
            assert_eq!(encoded, text.as_bytes());
            let mut decoder = Decoder::new();
            let mut decoded = Vec::new();
            decoder.line(&encoded, &mut decoded).expect("base64");
            decoder.finish().expect("whole");
            assert_eq!(decoded, octets.as_bytes());
        }
    }
}
