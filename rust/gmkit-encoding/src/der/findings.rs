//! What deviates from DER in other people's files, and whether that is tolerated.

use std::cell::RefCell;

/// A kind of deviation from DER or from the profile of the structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Deviation {
    LongLength,
    IndefiniteLength,
    NonMinimalInteger,
    NegativeInteger,
    BooleanValue,
    BitStringPadding,
    NamedBits,
    TimeForm,
    TimeType,
    StringType,
    StringValue,
    DefaultEncoded,
    SetOrder,
    SetMissing,
    EmptySequence,
    TrailingData,
    ParametersAbsent,
    ParametersPresent,
    Version,
    ExtensionSyntax,
    DuplicateExtension,
}

impl Deviation {
    /// Stable identifier for programs.
    pub const fn id(self) -> &'static str {
        match self {
            Self::LongLength => "long-length",
            Self::IndefiniteLength => "indefinite-length",
            Self::NonMinimalInteger => "non-minimal-integer",
            Self::NegativeInteger => "negative-integer",
            Self::BooleanValue => "boolean-value",
            Self::BitStringPadding => "bit-string-padding",
            Self::NamedBits => "named-bits",
            Self::TimeForm => "time-form",
            Self::TimeType => "time-type",
            Self::StringType => "string-type",
            Self::StringValue => "string-value",
            Self::DefaultEncoded => "default-encoded",
            Self::SetOrder => "set-order",
            Self::SetMissing => "set-missing",
            Self::EmptySequence => "empty-sequence",
            Self::TrailingData => "trailing-data",
            Self::ParametersAbsent => "parameters-absent",
            Self::ParametersPresent => "parameters-present",
            Self::Version => "version",
            Self::ExtensionSyntax => "extension-syntax",
            Self::DuplicateExtension => "duplicate-extension",
        }
    }

    /// The deviation in words.
    pub const fn text(self) -> &'static str {
        match self {
            Self::LongLength => "length is not in its shortest form",
            Self::IndefiniteLength => "length is indefinite",
            Self::NonMinimalInteger => "INTEGER has a superfluous leading octet",
            Self::NegativeInteger => "INTEGER is negative",
            Self::BooleanValue => "BOOLEAN true is not ff",
            Self::BitStringPadding => "unused bits of a BIT STRING are not zero",
            Self::NamedBits => "trailing zero bits of a list of named bits are written out",
            Self::TimeForm => "time is not in the form with seconds and Z",
            Self::TimeType => "UTCTime and GeneralizedTime are exchanged",
            Self::StringType => "string has a type that does not belong here",
            Self::StringValue => "string holds characters its type does not allow",
            Self::DefaultEncoded => "a default value is written out",
            Self::SetOrder => "elements of a SET OF are not in order",
            Self::SetMissing => "a value stands where a SET of values belongs",
            Self::EmptySequence => "sequence is empty where at least one element belongs",
            Self::TrailingData => "bytes follow the end",
            Self::ParametersAbsent => "algorithm parameters are absent",
            Self::ParametersPresent => "algorithm parameters are present where none belong",
            Self::Version => "version does not fit the fields",
            Self::ExtensionSyntax => "contents of an extension are not what they should be",
            Self::DuplicateExtension => "extension occurs twice",
        }
    }
}

/// A deviation at a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What deviates.
    pub deviation: Deviation,
    /// Position in bytes from the start of the outermost input.
    pub offset: usize,
}

/// Whether a deviation is an error.
pub trait Tolerance: Copy {
    /// Puts the finding down and says true, or says false: then it is an error.
    fn tolerates(self, finding: Finding) -> bool;
}

/// Nothing that deviates is tolerated.
#[derive(Clone, Copy, Debug)]
pub struct Strict;

impl Tolerance for Strict {
    fn tolerates(self, _: Finding) -> bool {
        false
    }
}

/// The deviations that were met. Beyond a bound they are no longer put down.
#[derive(Debug, Default)]
pub struct Findings(RefCell<Vec<Finding>>);

impl Findings {
    /// How many are kept: a file with more has made its point.
    pub const BOUND: usize = 100;

    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts one down.
    pub fn record(&self, deviation: Deviation, offset: usize) {
        let mut list = self.0.borrow_mut();
        if list.len() < Self::BOUND {
            list.push(Finding { deviation, offset });
        }
    }

    /// What was put down, in order of meeting.
    pub fn into_vec(self) -> Vec<Finding> {
        self.0.into_inner()
    }
}

impl Tolerance for &Findings {
    fn tolerates(self, finding: Finding) -> bool {
        self.record(finding.deviation, finding.offset);
        true
    }
}
