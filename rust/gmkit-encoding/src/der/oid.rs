//! Object identifiers.

use std::fmt;

/// An object identifier in its encoded form, which is what is stored and compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid<'a>(&'a [u8]);

/// Octets of one identifier; the longest in use has about thirty.
const MAX_OCTETS: usize = 255;

/// Octets of one arc: 19 hold 133 bits, of which 128 may be used (arcs under 2.25 are UUIDs).
const MAX_ARC_OCTETS: usize = 19;

impl<'a> Oid<'a> {
    /// From the contents of an OBJECT IDENTIFIER; none if they are not well formed: an arc cut off,
    /// an arc with superfluous leading octets, an arc of more than 128 bits, or too long.
    pub fn from_content(content: &'a [u8]) -> Option<Self> {
        if content.is_empty() || content.len() > MAX_OCTETS {
            return None;
        }
        for arc in content.split_inclusive(|octet| *octet < 0x80) {
            let whole = arc.last().is_some_and(|last| *last < 0x80);
            // Nineteen octets fit into 128 bits when the first holds no more than two of them.
            let fits =
                arc.len() < MAX_ARC_OCTETS || (arc.len() == MAX_ARC_OCTETS && arc[0] <= 0x83);
            if !whole || !fits || arc[0] == 0x80 {
                return None;
            }
        }
        Some(Self(content))
    }

    /// A known identifier, written as its contents; checked by the tests of its table.
    pub const fn known(content: &'a [u8]) -> Self {
        Self(content)
    }

    /// The contents.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.0
    }

    /// The arcs. The first octets hold two of them together.
    pub fn arcs(&self) -> Vec<u128> {
        let mut arcs = Vec::with_capacity(self.0.len() + 1);
        let mut value = 0_u128;
        for &octet in self.0 {
            value = value << 7 | u128::from(octet & 0x7f);
            if octet < 0x80 {
                if arcs.is_empty() {
                    let first = (value / 40).min(2);
                    arcs.push(first);
                    value -= first * 40;
                }
                arcs.push(value);
                value = 0;
            }
        }
        arcs
    }
}

impl fmt::Display for Oid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, arc) in self.arcs().iter().enumerate() {
            if place > 0 {
                f.write_str(".")?;
            }
            write!(f, "{arc}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Oid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
