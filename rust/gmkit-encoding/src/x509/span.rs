//! A part of an input, kept as two positions so that its owner may move.

use crate::der::Element;

/// Where octets stand in the input of the structure they belong to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// Inputs above this length in bytes are refused before anything is read.
    pub const LIMIT: usize = u32::MAX as usize;

    /// The whole of an element.
    pub fn raw(element: &Element<'_>) -> Self {
        Self::new(element.offset, element.raw.len())
    }

    /// The contents of an element.
    pub fn content(element: &Element<'_>) -> Self {
        Self::new(element.content_offset, element.content.len())
    }

    /// *length* octets from *start*.
    pub fn new(start: usize, length: usize) -> Self {
        // Every input was compared with LIMIT: the positions fit.
        Self {
            start: start as u32,
            end: (start + length) as u32,
        }
    }

    /// A part of the input that was borrowed from it.
    ///
    /// # Panics
    /// If it was not.
    pub fn within(input: &[u8], part: &[u8]) -> Self {
        let start = (part.as_ptr() as usize).wrapping_sub(input.as_ptr() as usize);
        assert!(start + part.len() <= input.len());
        Self::new(start, part.len())
    }

    /// The octets, taken from the input they were measured in.
    pub fn of<'a>(&self, input: &'a [u8]) -> &'a [u8] {
        &input[self.start as usize..self.end as usize]
    }

    /// Position of the first octet.
    pub const fn start(&self) -> usize {
        self.start as usize
    }
}
