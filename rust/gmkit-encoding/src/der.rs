//! Distinguished encoding rules (ITU-T X.690): reading and writing.
//!
//! [`Reader`] walks over stored octets and copies nothing. It is strict unless it is told otherwise:
//! one encoding per value, everything else is an [`Error`](crate::Error). Certificates of other
//! people are read with [`Reader::lenient`]: what deviates but is unmistakable is put down as a
//! [`Finding`] with its position, and a policy decides later. What gmkit writes itself, keys and
//! signatures are always read strictly.

mod element;
mod findings;
mod oid;
mod reader;
mod time;
mod values;
mod writer;

pub use element::{Element, Tag};
pub use findings::{Deviation, Finding, Findings, Strict, Tolerance};
pub use oid::Oid;
pub use reader::{Reader, MAX_DEPTH};
pub use time::{Time, TimeForm};
pub use values::BitString;
pub use writer::Writer;
