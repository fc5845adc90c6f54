//! One tag-length-value.

/// An identifier octet: class, constructed bit and a tag number below 31.
///
/// The multi-octet form does not occur in any structure read here and is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(pub u8);

#[allow(missing_docs)]
impl Tag {
    pub const BOOLEAN: Self = Self(0x01);
    pub const INTEGER: Self = Self(0x02);
    pub const BIT_STRING: Self = Self(0x03);
    pub const OCTET_STRING: Self = Self(0x04);
    pub const NULL: Self = Self(0x05);
    pub const OBJECT_IDENTIFIER: Self = Self(0x06);
    pub const ENUMERATED: Self = Self(0x0a);
    pub const UTF8_STRING: Self = Self(0x0c);
    pub const SEQUENCE: Self = Self(0x30);
    pub const SET: Self = Self(0x31);
    pub const NUMERIC_STRING: Self = Self(0x12);
    pub const PRINTABLE_STRING: Self = Self(0x13);
    pub const TELETEX_STRING: Self = Self(0x14);
    pub const IA5_STRING: Self = Self(0x16);
    pub const UTC_TIME: Self = Self(0x17);
    pub const GENERALIZED_TIME: Self = Self(0x18);
    pub const VISIBLE_STRING: Self = Self(0x1a);
    pub const UNIVERSAL_STRING: Self = Self(0x1c);
    pub const BMP_STRING: Self = Self(0x1e);

    /// `[number]`, primitive: an IMPLICIT tag over a primitive type.
    ///
    /// # Panics
    /// If *number* is above 30, which is an error of the caller's text, found at compile time in a
    /// `const`.
    pub const fn context(number: u8) -> Self {
        assert!(number < 31);
        Self(0x80 | number)
    }

    /// `[number]`, constructed: an EXPLICIT tag, or IMPLICIT over a constructed type.
    ///
    /// # Panics
    /// As for [`Tag::context`].
    pub const fn context_constructed(number: u8) -> Self {
        assert!(number < 31);
        Self(0xa0 | number)
    }

    /// Whether the contents are themselves elements.
    pub const fn is_constructed(self) -> bool {
        self.0 & 0x20 != 0
    }

    /// Whether the tag is of the context-specific class.
    pub const fn is_context(self) -> bool {
        self.0 & 0xc0 == 0x80
    }

    /// The number without class and form.
    pub const fn number(self) -> u8 {
        self.0 & 0x1f
    }
}

impl std::fmt::Display for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match *self {
            Self::BOOLEAN => "BOOLEAN",
            Self::INTEGER => "INTEGER",
            Self::BIT_STRING => "BIT STRING",
            Self::OCTET_STRING => "OCTET STRING",
            Self::NULL => "NULL",
            Self::OBJECT_IDENTIFIER => "OBJECT IDENTIFIER",
            Self::ENUMERATED => "ENUMERATED",
            Self::UTF8_STRING => "UTF8String",
            Self::SEQUENCE => "SEQUENCE",
            Self::SET => "SET",
            Self::NUMERIC_STRING => "NumericString",
            Self::PRINTABLE_STRING => "PrintableString",
            Self::TELETEX_STRING => "TeletexString",
            Self::IA5_STRING => "IA5String",
            Self::UTC_TIME => "UTCTime",
            Self::GENERALIZED_TIME => "GeneralizedTime",
            Self::VISIBLE_STRING => "VisibleString",
            Self::UNIVERSAL_STRING => "UniversalString",
            Self::BMP_STRING => "BMPString",
            tag if tag.is_context() => return write!(f, "[{}]", tag.number()),
            tag => return write!(f, "tag {:#04x}", tag.0),
        };
        f.write_str(name)
    }
}

/// A tag-length-value as it is stored.
#[derive(Clone, Copy, Debug)]
pub struct Element<'a> {
    /// The identifier octet.
    pub tag: Tag,
    /// Position of the identifier octet in the outermost input.
    pub offset: usize,
    /// Identifier, length and contents (and the end marker of an indefinite length).
    pub raw: &'a [u8],
    /// The contents alone.
    pub content: &'a [u8],
    /// Position of the contents in the outermost input.
    pub content_offset: usize,
}
