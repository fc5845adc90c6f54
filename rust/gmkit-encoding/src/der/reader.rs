//! The cursor over elements.

use std::borrow::Cow;

use super::{Deviation, Element, Finding, Findings, Strict, Tag, Tolerance};
use crate::Error;

/// How deep elements may be nested.
pub const MAX_DEPTH: u8 = 64;

/// A cursor over the elements of one level.
///
/// Every method that fails leaves the cursor somewhere in the input: after an error a reader is
/// dropped.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a, T: Tolerance = Strict> {
    input: &'a [u8],
    offset: usize,
    depth: u8,
    what: &'static str,
    tolerance: T,
}

impl<'a> Reader<'a, Strict> {
    /// A strict reader; *what* is named in errors.
    pub const fn new(what: &'static str, input: &'a [u8]) -> Self {
        Self {
            input,
            offset: 0,
            depth: 0,
            what,
            tolerance: Strict,
        }
    }
}

impl<'a, 'f> Reader<'a, &'f Findings> {
    /// A reader for other people's files: unmistakable deviations become findings.
    pub const fn lenient(what: &'static str, input: &'a [u8], findings: &'f Findings) -> Self {
        Self {
            input,
            offset: 0,
            depth: 0,
            what,
            tolerance: findings,
        }
    }
}

impl<'a, T: Tolerance> Reader<'a, T> {
    /// Whether nothing is left on this level.
    pub const fn is_empty(&self) -> bool {
        self.input.is_empty()
    }

    /// Position in the outermost input.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// What is left on this level.
    pub const fn remaining(&self) -> &'a [u8] {
        self.input
    }

    /// The same reader with another starting position, for octets that lie inside a larger file.
    #[must_use]
    pub const fn at(mut self, offset: usize) -> Self {
        self.offset = offset;
        self
    }

    /// The tag of the next element, if there is one.
    pub fn peek(&self) -> Option<Tag> {
        self.input.first().copied().map(Tag)
    }

    /// The next element, whatever it is.
    ///
    /// # Errors
    /// If there is none, if it is cut off, or if its header is not DER (in lenient mode: not BER).
    pub fn any(&mut self) -> Result<Element<'a>, Error> {
        let (tag, header, length) = self.header()?;
        let start = self.offset;
        let (content, raw) = match length {
            Some(length) => {
                let end = header
                    .checked_add(length)
                    .filter(|end| *end <= self.input.len())
                    .ok_or_else(|| self.error("element is longer than the bytes that hold it"))?;
                (&self.input[header..end], &self.input[..end])
            }
            None => {
                let inner = end_of_contents(&self.input[header..])
                    .ok_or_else(|| self.error("indefinite length without its end"))?;
                (
                    &self.input[header..header + inner],
                    &self.input[..header + inner + 2],
                )
            }
        };
        self.input = &self.input[raw.len()..];
        self.offset += raw.len();
        Ok(Element {
            tag,
            offset: start,
            raw,
            content,
            content_offset: start + header,
        })
    }

    /// The next element, which must have this tag.
    ///
    /// # Errors
    /// As [`Reader::any`], and if the tag is another.
    pub fn expect(&mut self, tag: Tag) -> Result<Element<'a>, Error> {
        match self.peek() {
            Some(found) if found == tag => self.any(),
            Some(found) => Err(self.error(format!("expected {tag}, found {found}"))),
            None => Err(self.error(format!("expected {tag}, found the end"))),
        }
    }

    /// The next element if it has this tag.
    ///
    /// # Errors
    /// As [`Reader::any`].
    pub fn optional(&mut self, tag: Tag) -> Result<Option<Element<'a>>, Error> {
        if self.peek() == Some(tag) {
            self.any().map(Some)
        } else {
            Ok(None)
        }
    }

    /// A reader of what is inside the next element, which must have this tag.
    ///
    /// # Errors
    /// As [`Reader::expect`], and if elements are nested deeper than [`MAX_DEPTH`].
    pub fn nested(&mut self, tag: Tag) -> Result<Self, Error> {
        let element = self.expect(tag)?;
        self.inside(&element)
    }

    /// A reader of what is inside the next element if it has this tag.
    ///
    /// # Errors
    /// As [`Reader::nested`].
    pub fn optional_nested(&mut self, tag: Tag) -> Result<Option<Self>, Error> {
        if self.peek() == Some(tag) {
            self.nested(tag).map(Some)
        } else {
            Ok(None)
        }
    }

    /// A reader of what is inside the next element, a SEQUENCE.
    ///
    /// # Errors
    /// As [`Reader::nested`].
    pub fn sequence(&mut self) -> Result<Self, Error> {
        self.nested(Tag::SEQUENCE)
    }

    /// A reader of what is inside an element of this level.
    ///
    /// # Errors
    /// If elements are nested deeper than [`MAX_DEPTH`].
    pub fn inside(&self, element: &Element<'a>) -> Result<Self, Error> {
        if self.depth == MAX_DEPTH {
            return Err(Error::new(self.what, "nested too deep", element.offset));
        }
        Ok(Self {
            input: element.content,
            offset: element.content_offset,
            depth: self.depth + 1,
            ..*self
        })
    }

    /// Leaves the level at its end, for contents that are kept as they are.
    pub fn skip_rest(&mut self) {
        self.offset += self.input.len();
        self.input = &[];
    }

    /// Nothing may be left on this level.
    ///
    /// # Errors
    /// If something is.
    pub fn finish(self) -> Result<(), Error> {
        if self.input.is_empty() {
            Ok(())
        } else {
            Err(self.error("unexpected bytes after the last element"))
        }
    }

    /// An error at the present position.
    pub fn error(&self, message: impl Into<Cow<'static, str>>) -> Error {
        Error::new(self.what, message, self.offset)
    }

    /// An error at an element.
    pub fn error_at(&self, offset: usize, message: impl Into<Cow<'static, str>>) -> Error {
        Error::new(self.what, message, offset)
    }

    /// Something deviates: a finding in lenient mode, an error in strict mode.
    ///
    /// # Errors
    /// In strict mode, always.
    pub fn deviation(&self, deviation: Deviation, offset: usize) -> Result<(), Error> {
        if self.tolerance.tolerates(Finding { deviation, offset }) {
            Ok(())
        } else {
            Err(Error::new(self.what, deviation.text(), offset))
        }
    }

    /// Tag, length of the header in bytes, length of the contents (none: indefinite).
    fn header(&self) -> Result<(Tag, usize, Option<usize>), Error> {
        let (&[tag, first], rest) = self
            .input
            .split_first_chunk::<2>()
            .ok_or_else(|| self.error("bytes end inside an element"))?;
        let tag = Tag(tag);
        if tag.number() == 31 {
            return Err(self.error("tag number above 30"));
        }
        if tag.0 == 0 {
            return Err(self.error("tag 0 is reserved"));
        }
        match first {
            0..=0x7f => Ok((tag, 2, Some(usize::from(first)))),
            0x80 => {
                self.deviation(Deviation::IndefiniteLength, self.offset)?;
                if !tag.is_constructed() {
                    return Err(self.error("indefinite length of a primitive element"));
                }
                Ok((tag, 2, None))
            }
            _ => {
                let octets = usize::from(first & 0x7f);
                let length = rest
                    .get(..octets)
                    .ok_or_else(|| self.error("bytes end inside a length"))?;
                // Four octets are 4 GiB; leading zeros do not make a length larger.
                let zeros = length.iter().take_while(|octet| **octet == 0).count();
                if octets - zeros > 4 {
                    return Err(self.error("length of more than four octets"));
                }
                let value = length
                    .iter()
                    .fold(0_usize, |sum, octet| sum << 8 | usize::from(*octet));
                if zeros > 0 || value < 0x80 {
                    self.deviation(Deviation::LongLength, self.offset)?;
                }
                Ok((tag, 2 + octets, Some(value)))
            }
        }
    }
}

/// Length in bytes of the contents before the end marker that belongs to this level.
///
/// One pass: definite elements are skipped whole, indefinite ones counted.
fn end_of_contents(input: &[u8]) -> Option<usize> {
    let mut position = 0_usize;
    let mut open = 1_u8;
    loop {
        let &[tag, first] = input.get(position..)?.first_chunk::<2>()?;
        if tag == 0 {
            if first != 0 {
                return None;
            }
            open -= 1;
            if open == 0 {
                return Some(position);
            }
            position += 2;
            continue;
        }
        if tag & 0x1f == 0x1f {
            return None;
        }
        position += 2;
        match first {
            0..=0x7f => position += usize::from(first),
            0x80 => {
                open = open.checked_add(1).filter(|open| *open <= MAX_DEPTH)?;
            }
            _ => {
                let octets = usize::from(first & 0x7f);
                if octets > 4 {
                    return None;
                }
                let length = input.get(position..position + octets)?;
                let value = length
                    .iter()
                    .fold(0_usize, |sum, octet| sum << 8 | usize::from(*octet));
                position = position.checked_add(octets)?.checked_add(value)?;
            }
        }
        if position > input.len() {
            return None;
        }
    }
}
