"""Rules of RFC 5280 about the fields of a certificate, clause 4.1 and Appendix A."""

from __future__ import annotations

from collections.abc import Iterator

from gmkit.pki.lint.rule import Examined, Severity, rule
from gmkit.x509 import Name, oids

_UPPER_BOUNDS = {
    "2.5.4.3": 64, "2.5.4.5": 64, "2.5.4.6": 2, "2.5.4.7": 128, "2.5.4.8": 128, "2.5.4.10": 64,
    "2.5.4.11": 64, "2.5.4.12": 64, "2.5.4.41": 32768, "2.5.4.65": 128, oids.EMAIL_ADDRESS: 255,
}  # fmt: skip
_UTF8, _PRINTABLE, _IA5 = 0x0C, 0x13, 0x16
_DIRECTORY_STRINGS = frozenset({_UTF8, _PRINTABLE})
_DC = "0.9.2342.19200300.100.1.25"
_FIXED = {
    "2.5.4.5": _PRINTABLE,
    "2.5.4.6": _PRINTABLE,
    "2.5.4.46": _PRINTABLE,
    oids.EMAIL_ADDRESS: _IA5,
    _DC: _IA5,
}
_NOT_DIRECTORY_STRINGS = frozenset(_FIXED) | {"2.5.4.45"}


@rule("pkix.version", Severity.ERROR, "RFC 5280, clause 4.1.2.1")
def version(examined: Examined) -> Iterator[str]:
    """A certificate with extensions has version 3."""
    certificate = examined.certificate
    if examined.extensions and certificate.version != 3:
        yield f"version {certificate.version} with extensions"


@rule("pkix.der", Severity.ERROR, "RFC 5280, clause 4.1")
def der(examined: Examined) -> Iterator[str]:
    """A certificate is encoded in DER and has the fields of its profile in their form."""
    for finding in examined.certificate.findings:
        # Parameters of algorithms have rules of their own.
        if not finding.id.startswith("parameters-"):
            yield f"{finding.text} (byte {finding.offset})"


@rule("pkix.serial_not_positive", Severity.ERROR, "RFC 5280, clause 4.1.2.2")
def serial_not_positive(examined: Examined) -> Iterator[str]:
    """The serial number is a positive integer."""
    if examined.certificate.serial <= 0:
        yield f"serial {examined.certificate.serial}"


@rule("pkix.serial_too_long", Severity.ERROR, "RFC 5280, clause 4.1.2.2")
def serial_too_long(examined: Examined) -> Iterator[str]:
    """The serial number has at most 20 octets."""
    length = len(examined.certificate.serial_octets)
    if length > 20:
        yield f"{length} octets"


@rule("pkix.serial_entropy", Severity.WARNING, "CA/Browser Forum Baseline Requirements, clause 7.1")
def serial_entropy(examined: Examined) -> Iterator[str]:
    """The serial number is long enough to hold 64 random bits."""
    if 0 < examined.certificate.serial < 1 << 63:
        yield f"serial of {examined.certificate.serial.bit_length()} bits"


@rule("pkix.signature_algorithm_mismatch", Severity.ERROR, "RFC 5280, clause 4.1.1.2")
def signature_algorithm_mismatch(examined: Examined) -> Iterator[str]:
    """The algorithm beside the signature equals the one inside what is signed."""
    if examined.certificate.algorithm != examined.certificate.inner_algorithm:
        yield "two algorithm identifiers that differ"


@rule("pkix.issuer_empty", Severity.ERROR, "RFC 5280, clause 4.1.2.4")
def issuer_empty(examined: Examined) -> Iterator[str]:
    """The issuer is a non-empty name."""
    if examined.certificate.issuer.is_empty:
        yield "empty issuer"


@rule("pkix.validity_order", Severity.ERROR, "RFC 5280, clause 4.1.2.5")
def validity_order(examined: Examined) -> Iterator[str]:
    """The validity does not end before it begins."""
    certificate = examined.certificate
    if certificate.not_after_seconds < certificate.not_before_seconds:
        yield f"ends {certificate.not_after:%Y-%m-%d}, begins {certificate.not_before:%Y-%m-%d}"


@rule(
    "pkix.authority_subject_empty",
    Severity.ERROR,
    "RFC 5280, clause 4.1.2.6",
    about=(oids.BASIC_CONSTRAINTS,),
)
def authority_subject_empty(examined: Examined) -> Iterator[str]:
    """The subject of an authority is a non-empty name."""
    if examined.is_authority and examined.certificate.subject.is_empty:
        yield "authority without a name"


@rule("pkix.unique_identifiers", Severity.ERROR, "RFC 5280, clause 4.1.2.8")
def unique_identifiers(examined: Examined) -> Iterator[str]:
    """There are no unique identifiers of issuer or subject."""
    if examined.certificate.has_unique_ids:
        yield "unique identifiers are present"


@rule("pkix.name_length", Severity.ERROR, "RFC 5280, Appendix A.1 (upper bounds)")
def name_length(examined: Examined) -> Iterator[str]:
    """Attributes of names keep their upper bounds."""
    for which, attribute, text in examined.attributes:
        if not attribute.octets:
            yield f"{which} {attribute.label} is empty"
        elif len(text) > _UPPER_BOUNDS.get(attribute.oid, 32768):
            bound = _UPPER_BOUNDS.get(attribute.oid, 32768)
            yield f"{which} {attribute.label} has {len(text)} characters; {bound} are allowed"


@rule("pkix.country_form", Severity.ERROR, "RFC 5280, Appendix A.1 (X520countryName)")
def country_form(examined: Examined) -> Iterator[str]:
    """A country is two capital letters."""
    for which, attribute, text in examined.attributes:
        if attribute.oid == "2.5.4.6" and not (
            len(text) == 2 and text.isascii() and text.isalpha() and text.isupper()
        ):
            yield f"{which} country {text!r}"


@rule("pkix.name_string_type", Severity.ERROR, "RFC 5280, Appendix A.1")
def name_string_type(examined: Examined) -> Iterator[str]:
    """Attributes whose string type is fixed have that type."""
    for which, attribute, _ in examined.attributes:
        if attribute.tag != _FIXED.get(attribute.oid, attribute.tag):
            yield f"{which} {attribute.label} has the string type {attribute.tag:#04x}"


@rule("pkix.directory_string_type", Severity.ERROR, "RFC 5280, clause 4.1.2.4")
def directory_string_type(examined: Examined) -> Iterator[str]:
    """Other attributes are UTF8String or PrintableString."""
    for which, attribute, _ in examined.attributes:
        if (
            attribute.tag not in _DIRECTORY_STRINGS
            and attribute.oid in oids.ATTRIBUTES
            and attribute.oid not in _NOT_DIRECTORY_STRINGS
        ):
            yield f"{which} {attribute.label} has the string type {attribute.tag:#04x}"


@rule("pkix.name_duplicate", Severity.WARNING, "X.501, clause 9.3")
def name_duplicate(examined: Examined) -> Iterator[str]:
    """An RDN holds an attribute type once."""
    for which, name in _names(examined):
        for rdn in name.rdns:
            if len(rdn) > 1 and len({attribute.oid for attribute in rdn}) < len(rdn):
                yield f"{which} has an attribute type twice in one RDN"


@rule("pkix.issuer_name", Severity.ERROR, "RFC 5280, clause 4.1.2.4")
def issuer_name(examined: Examined) -> Iterator[str]:
    """The issuer is, octet for octet, the subject of the certificate that it was signed with."""
    issuer = examined.issuer
    if issuer is not None and examined.certificate.issuer_octets != issuer.subject_octets:
        yield f"{examined.certificate.issuer} instead of {issuer.subject}"


@rule("pkix.issuer_validity", Severity.WARNING, "RFC 5280, clause 6.1.3 (a)(2)")
def issuer_validity(examined: Examined) -> Iterator[str]:
    """The validity lies within that of the issuer: outside it no path is valid."""
    certificate, issuer = examined.certificate, examined.issuer
    if issuer is None:
        return
    if certificate.not_before_seconds < issuer.not_before_seconds:
        yield "begins before the issuer's certificate"
    if certificate.not_after_seconds > issuer.not_after_seconds:
        yield "ends after the issuer's certificate"


def _names(examined: Examined) -> tuple[tuple[str, Name], tuple[str, Name]]:
    return ("issuer", examined.certificate.issuer), ("subject", examined.certificate.subject)
