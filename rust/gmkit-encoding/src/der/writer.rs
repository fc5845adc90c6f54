//! The DER writer: one form for each value, the one X.690 calls distinguished.
//!
//! Values are appended in order; a constructed value is a closure, and its length is filled in when
//! the closure returns. Nothing here can fail: what could not be written exactly is not accepted by
//! the types.

use super::{Oid, Tag};

/// Appends DER values.
///
/// A writer that will hold a secret is made with [`Writer::with_capacity`], large enough never to
/// move: a vector that grows leaves its old octets behind.
#[derive(Default)]
pub struct Writer {
    out: Vec<u8>,
}

impl Writer {
    /// An empty writer.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty writer that holds `octets` octets without moving.
    pub fn with_capacity(octets: usize) -> Self {
        Self {
            out: Vec::with_capacity(octets),
        }
    }

    /// What was written.
    pub fn into_vec(self) -> Vec<u8> {
        self.out
    }

    /// Begins anew, in the same memory.
    pub fn clear(&mut self) {
        self.out.clear();
    }

    /// What was written so far.
    pub fn as_slice(&self) -> &[u8] {
        &self.out
    }

    /// A value whose content `content` writes.
    pub fn constructed(&mut self, tag: Tag, content: impl FnOnce(&mut Self)) {
        self.out.push(tag.0);
        let at = self.out.len();
        // One octet is enough for most lengths; a longer one makes room for itself afterwards.
        self.out.push(0);
        content(self);
        let length = self.out.len() - at - 1;
        let (octets, count) = length_octets(length);
        if count > 1 {
            let end = self.out.len();
            self.out.resize(end + count - 1, 0);
            self.out.copy_within(at + 1..end, at + count);
        }
        self.out[at..at + count].copy_from_slice(&octets[..count]);
    }

    /// SEQUENCE.
    pub fn sequence(&mut self, content: impl FnOnce(&mut Self)) {
        self.constructed(Tag::SEQUENCE, content);
    }

    /// SET OF: the encoded elements in ascending order (X.690, 11.6).
    pub fn set_of(&mut self, mut elements: Vec<Vec<u8>>) {
        elements.sort_unstable();
        self.constructed(Tag::SET, |writer| {
            for element in &elements {
                writer.raw(element);
            }
        });
    }

    /// Any value with its content ready.
    pub fn primitive(&mut self, tag: Tag, content: &[u8]) {
        self.header(tag, content.len());
        self.out.extend_from_slice(content);
    }

    /// Octets that are DER already.
    pub fn raw(&mut self, der: &[u8]) {
        self.out.extend_from_slice(der);
    }

    /// INTEGER from a big-endian magnitude: leading zeros dropped, one put before a set top bit.
    pub fn unsigned(&mut self, magnitude: &[u8]) {
        let first = magnitude
            .iter()
            .position(|&octet| octet != 0)
            .unwrap_or(magnitude.len());
        let digits = &magnitude[first..];
        let pad = digits.first().is_none_or(|&octet| octet & 0x80 != 0);
        self.header(Tag::INTEGER, digits.len() + usize::from(pad));
        if pad {
            self.out.push(0);
        }
        self.out.extend_from_slice(digits);
    }

    /// INTEGER.
    pub fn integer(&mut self, value: u64) {
        self.unsigned(&value.to_be_bytes());
    }

    /// BOOLEAN.
    pub fn boolean(&mut self, value: bool) {
        self.primitive(Tag::BOOLEAN, &[if value { 0xff } else { 0 }]);
    }

    /// NULL.
    pub fn null(&mut self) {
        self.primitive(Tag::NULL, &[]);
    }

    /// OBJECT IDENTIFIER.
    pub fn oid(&mut self, oid: Oid<'_>) {
        self.primitive(Tag::OBJECT_IDENTIFIER, oid.as_bytes());
    }

    /// OCTET STRING.
    pub fn octet_string(&mut self, content: &[u8]) {
        self.primitive(Tag::OCTET_STRING, content);
    }

    /// BIT STRING of whole octets.
    pub fn bit_string(&mut self, content: &[u8]) {
        self.header(Tag::BIT_STRING, content.len() + 1);
        self.out.push(0);
        self.out.extend_from_slice(content);
    }

    /// BIT STRING with named bits: bit 0 is the top bit of the first octet, trailing zeros are
    /// dropped (X.690, 11.2.2).
    pub fn named_bits(&mut self, tag: Tag, bits: u32) {
        let octets = bits.to_be_bytes();
        let used = octets
            .iter()
            .rposition(|&octet| octet != 0)
            .map_or(0, |last| last + 1);
        let unused = octets[..used]
            .last()
            .map_or(0, |last| last.trailing_zeros() as u8);
        self.header(tag, used + 1);
        self.out.push(unused);
        self.out.extend_from_slice(&octets[..used]);
    }

    fn header(&mut self, tag: Tag, length: usize) {
        let (octets, count) = length_octets(length);
        self.out.push(tag.0);
        self.out.extend_from_slice(&octets[..count]);
    }
}

/// The length octets, shortest form, and how many there are.
fn length_octets(length: usize) -> ([u8; 9], usize) {
    let mut octets = [0; 9];
    if length < 0x80 {
        octets[0] = length as u8;
        return (octets, 1);
    }
    let digits = (length as u64).to_be_bytes();
    let skip = (length as u64).leading_zeros() as usize / 8;
    let count = 8 - skip;
    octets[0] = 0x80 | count as u8;
    octets[1..=count].copy_from_slice(&digits[skip..]);
    (octets, count + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
        let mut writer = Writer::new();
        write(&mut writer);
        writer.into_vec()
    }

    #[test]
    fn integers_are_minimal_and_never_negative() {
        for (magnitude, der) in [
            (&[][..], &[2, 1, 0][..]),
            (&[0, 0], &[2, 1, 0]),
            (&[0, 0x7f], &[2, 1, 0x7f]),
            (&[0x80], &[2, 2, 0, 0x80]),
            (&[0, 0, 0xff, 1], &[2, 3, 0, 0xff, 1]),
        ] {
            assert_eq!(written(|writer| writer.unsigned(magnitude)), der);
        }
    }

    #[test]
    fn lengths_take_the_shortest_form() {
        for (length, head) in [
            (0, &[4, 0][..]),
            (127, &[4, 127]),
            (128, &[4, 0x81, 128]),
            (255, &[4, 0x81, 255]),
            (256, &[4, 0x82, 1, 0]),
            (65_536, &[4, 0x83, 1, 0, 0]),
        ] {
            let content = vec![7; length];
            let expected = [head, &content].concat();
            assert_eq!(written(|writer| writer.octet_string(&content)), expected);
            let nested = written(|writer| {
                writer.constructed(Tag::OCTET_STRING, |writer| writer.raw(&content));
            });
            assert_eq!(nested, expected);
        }
    }

    #[test]
    fn named_bits_drop_trailing_zeros() {
        let digital_signature_and_non_repudiation = 0xc000_0000;
        let decipher_only = 0x0080_0000;
        assert_eq!(
            written(|w| w.named_bits(Tag::BIT_STRING, digital_signature_and_non_repudiation)),
            [3, 2, 6, 0xc0]
        );
        assert_eq!(
            written(|w| w.named_bits(Tag::BIT_STRING, decipher_only)),
            [3, 3, 7, 0, 0x80]
        );
        assert_eq!(written(|w| w.named_bits(Tag::BIT_STRING, 0)), [3, 1, 0]);
    }

    #[test]
    fn sets_are_sorted() {
        assert_eq!(
            written(|writer| writer.set_of(vec![vec![5, 0], vec![2, 1, 9], vec![2, 1, 3]])),
            [0x31, 8, 2, 1, 3, 2, 1, 9, 5, 0]
        );
    }
}
