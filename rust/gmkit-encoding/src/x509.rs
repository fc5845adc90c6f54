//! Certificates, requests and revocation lists (RFC 5280, RFC 2986) as data.
//!
//! Nothing here decides whether a certificate is good. Every structure keeps the stored octets
//! (signed part, names, extensions) as [`Span`]s of its input, because those octets are what was
//! hashed and signed, and lists how it deviates from DER and from its profile.

mod algorithm;
mod bag;
mod certificate;
mod crl;
mod extension;
mod general_name;
mod name;
pub mod oids;
mod request;
mod span;

pub use algorithm::{Algorithm, PublicKeyInfo};
pub use bag::Bag;
pub use certificate::Certificate;
pub use crl::{CertificateList, Revoked};
pub use extension::{
    decode, AuthorityKeyIdentifier, DistributionPoint, DistributionPointName, Extension,
    ExtensionValue, IssuingDistributionPoint, Policy, Subtree,
};
pub use general_name::GeneralName;
pub use name::{rdns, Attribute};
pub use request::Request;
pub use span::Span;
