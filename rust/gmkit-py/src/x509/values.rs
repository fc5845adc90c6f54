//! Values of extensions as tuples, strings, bytes and numbers.

use gmkit_encoding::der::Oid;
use gmkit_encoding::x509::{
    DistributionPoint, DistributionPointName, ExtensionValue as V, GeneralName, Subtree,
};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};
use pyo3::IntoPyObjectExt;

/// An identifier, whose contents were checked, in dotted form.
pub fn dotted(content: &[u8]) -> String {
    Oid::known(content).to_string()
}

/// The contents for a dotted form; none if it is not one that occurs.
pub fn encode_oid(text: &str) -> Option<Vec<u8>> {
    let arcs = text
        .split('.')
        .map(str::parse)
        .collect::<Result<Vec<u128>, _>>()
        .ok()?;
    let [first @ 0..=2, second, rest @ ..] = &arcs[..] else {
        return None;
    };
    let mut content = Vec::with_capacity(text.len());
    push_arc(&mut content, (first * 40).checked_add(*second)?);
    rest.iter().for_each(|arc| push_arc(&mut content, *arc));
    Some(content)
}

fn push_arc(content: &mut Vec<u8>, arc: u128) {
    let septets = (128 - arc.leading_zeros()).div_ceil(7).max(1);
    for place in (0..septets).rev() {
        let more = if place > 0 { 0x80 } else { 0 };
        content.push((arc >> (7 * place) & 0x7f) as u8 | more);
    }
}

/// What an extension says; the forms are described in the stub.
pub fn extension<'py>(py: Python<'py>, value: &V<'_>) -> PyResult<Bound<'py, PyAny>> {
    let bytes = |octets: &[u8]| PyBytes::new(py, octets);
    match value {
        V::BasicConstraints { ca, path_length } => (*ca, *path_length).into_bound_py_any(py),
        V::KeyUsage(bits) => bits.into_bound_py_any(py),
        V::ExtendedKeyUsage(list) => strings(py, list),
        V::SubjectKeyIdentifier(id) => bytes(id).into_bound_py_any(py),
        V::AuthorityKeyIdentifier(authority) => {
            let issuer = authority
                .issuer
                .as_ref()
                .map(|list| names(py, list))
                .transpose()?;
            let key_identifier = authority.key_identifier.map(bytes);
            (key_identifier, issuer, authority.serial.map(bytes)).into_bound_py_any(py)
        }
        V::SubjectAltName(list) | V::IssuerAltName(list) | V::CertificateIssuer(list) => {
            names(py, list)
        }
        V::NameConstraints {
            permitted,
            excluded,
        } => (subtrees(py, permitted)?, subtrees(py, excluded)?).into_bound_py_any(py),
        V::CertificatePolicies(list) => {
            let items = list.iter().map(|policy| {
                let qualifiers = policy
                    .qualifiers
                    .iter()
                    .map(|(oid, value)| (oid.to_string(), value.tag.0, bytes(value.raw)));
                let qualifiers = PyTuple::new(py, qualifiers.collect::<Vec<_>>())?;
                (policy.oid.to_string(), qualifiers).into_bound_py_any(py)
            });
            tuple(py, items)
        }
        V::PolicyMappings(list) => tuple(
            py,
            list.iter().map(|(issuer, subject)| {
                (issuer.to_string(), subject.to_string()).into_bound_py_any(py)
            }),
        ),
        V::PolicyConstraints {
            require_explicit,
            inhibit_mapping,
        } => (*require_explicit, *inhibit_mapping).into_bound_py_any(py),
        V::InhibitAnyPolicy(skip) => skip.into_bound_py_any(py),
        V::CrlDistributionPoints(list) | V::FreshestCrl(list) => {
            tuple(py, list.iter().map(|point| distribution_point(py, point)))
        }
        V::AuthorityInfoAccess(list) | V::SubjectInfoAccess(list) => tuple(
            py,
            list.iter().map(|(method, location)| {
                (method.to_string(), name(py, location)?).into_bound_py_any(py)
            }),
        ),
        V::PrivateKeyUsagePeriod {
            not_before,
            not_after,
        } => (
            not_before.map(|time| time.seconds),
            not_after.map(|time| time.seconds),
        )
            .into_bound_py_any(py),
        V::OcspNoCheck => true.into_bound_py_any(py),
        V::Identity { choice, text } => (*choice, bytes(text)).into_bound_py_any(py),
        V::CrlNumber(number) | V::DeltaCrlIndicator(number) => bytes(number).into_bound_py_any(py),
        V::IssuingDistributionPoint(point) => {
            let at = point
                .name
                .as_ref()
                .map(|at| point_name(py, at))
                .transpose()?;
            (
                at,
                point.only_user,
                point.only_ca,
                point.reasons,
                point.indirect,
                point.only_attribute,
            )
                .into_bound_py_any(py)
        }
        V::ReasonCode(code) => code.into_bound_py_any(py),
        V::InvalidityDate(date) => date.seconds.into_bound_py_any(py),
    }
}

fn tuple<'py>(
    py: Python<'py>,
    items: impl Iterator<Item = PyResult<Bound<'py, PyAny>>>,
) -> PyResult<Bound<'py, PyAny>> {
    Ok(PyTuple::new(py, items.collect::<PyResult<Vec<_>>>()?)?.into_any())
}

fn strings<'py>(py: Python<'py>, list: &[Oid<'_>]) -> PyResult<Bound<'py, PyAny>> {
    tuple(
        py,
        list.iter().map(|oid| oid.to_string().into_bound_py_any(py)),
    )
}

fn names<'py>(py: Python<'py>, list: &[GeneralName<'_>]) -> PyResult<Bound<'py, PyAny>> {
    tuple(py, list.iter().map(|item| name(py, item)))
}

fn subtrees<'py>(py: Python<'py>, list: &[Subtree<'_>]) -> PyResult<Bound<'py, PyAny>> {
    tuple(py, list.iter().map(|subtree| name(py, &subtree.base)))
}

/// (kind, value)
fn name<'py>(py: Python<'py>, item: &GeneralName<'_>) -> PyResult<Bound<'py, PyAny>> {
    let bytes = |octets: &[u8]| PyBytes::new(py, octets);
    // Octets above 7f do not belong here; they are shown one for one, as the finding says.
    let text = |octets: &[u8]| {
        octets
            .iter()
            .map(|octet| char::from(*octet))
            .collect::<String>()
    };
    match item {
        GeneralName::Other { oid, value } => {
            ("other", (oid.to_string(), bytes(value))).into_bound_py_any(py)
        }
        GeneralName::Email(octets) => ("email", text(octets)).into_bound_py_any(py),
        GeneralName::Dns(octets) => ("dns", text(octets)).into_bound_py_any(py),
        GeneralName::X400(octets) => ("x400", bytes(octets)).into_bound_py_any(py),
        GeneralName::Directory(octets) => ("directory", bytes(octets)).into_bound_py_any(py),
        GeneralName::Edi(octets) => ("edi", bytes(octets)).into_bound_py_any(py),
        GeneralName::Uri(octets) => ("uri", text(octets)).into_bound_py_any(py),
        GeneralName::Ip(octets) => ("ip", bytes(octets)).into_bound_py_any(py),
        GeneralName::RegisteredId(oid) => ("registered-id", oid.to_string()).into_bound_py_any(py),
    }
}

/// (name or None, reasons or None, CRL issuer or None)
fn distribution_point<'py>(
    py: Python<'py>,
    point: &DistributionPoint<'_>,
) -> PyResult<Bound<'py, PyAny>> {
    let at = point
        .name
        .as_ref()
        .map(|at| point_name(py, at))
        .transpose()?;
    let issuer = point
        .crl_issuer
        .as_ref()
        .map(|list| names(py, list))
        .transpose()?;
    (at, point.reasons, issuer).into_bound_py_any(py)
}

/// ("full", names) or ("relative", contents of an RDN)
fn point_name<'py>(py: Python<'py>, at: &DistributionPointName<'_>) -> PyResult<Bound<'py, PyAny>> {
    match at {
        DistributionPointName::Full(list) => ("full", names(py, list)?).into_bound_py_any(py),
        DistributionPointName::Relative(octets) => {
            ("relative", PyBytes::new(py, octets)).into_bound_py_any(py)
        }
    }
}
