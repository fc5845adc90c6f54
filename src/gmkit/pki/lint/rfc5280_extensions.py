"""Rules of RFC 5280 about extensions, clause 4.2, and of its kin about purposes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from gmkit.pki.criticality import ALWAYS_CRITICAL, NEVER_CRITICAL
from gmkit.pki.lint.rule import Examined, Severity, rule
from gmkit.pki.public_suffix import is_public_suffix
from gmkit.x509 import oids
from gmkit.x509.extensions import (
    KEY_USAGE_NAMES,
    BasicConstraints,
    CertificatePolicies,
    DistributionPoints,
    PolicyMappings,
)

_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_KEY_CERT_SIGN = 1 << KEY_USAGE_NAMES.index("keyCertSign")
_ENCRYPTION = frozenset({"keyEncipherment", "dataEncipherment", "keyAgreement"})
# Which usages a purpose goes with (clause 4.2.1.12).
_CONSISTENT = {
    "serverAuth": frozenset({"digitalSignature", "keyEncipherment", "keyAgreement"}),
    "clientAuth": frozenset({"digitalSignature", "keyAgreement"}),
    "codeSigning": frozenset({"digitalSignature"}),
    "emailProtection": frozenset({"digitalSignature", "nonRepudiation"}) | _ENCRYPTION,
    "timeStamping": frozenset({"digitalSignature", "nonRepudiation"}),
    "OCSPSigning": frozenset({"digitalSignature", "nonRepudiation"}),
}


@rule("pkix.extension_duplicate", Severity.ERROR, "RFC 5280, clause 4.2")
def extension_duplicate(examined: Examined) -> Iterator[str]:
    """No extension occurs twice."""
    if len(examined.extensions) == len(examined.listed):
        return
    for oid, count in Counter(extension.oid for extension in examined.listed).items():
        if count > 1:
            yield f"{oids.EXTENSIONS.get(oid, oid)} occurs {count} times"


@rule("pkix.extension_malformed", Severity.ERROR, "RFC 5280, clause 4.2")
def extension_malformed(examined: Examined) -> Iterator[str]:
    """The contents of a known extension are of its type."""
    for extension in examined.listed:
        if extension.malformed:
            yield extension.name


@rule("pkix.critical_unknown", Severity.WARNING, "RFC 5280, clause 4.2")
def critical_unknown(examined: Examined) -> Iterator[str]:
    """A critical extension is one that others know: whoever does not must refuse the certificate."""
    for extension in examined.listed:
        if extension.critical and extension.oid not in oids.EXTENSIONS:
            yield extension.oid


@rule(
    "pkix.never_critical",
    Severity.ERROR,
    "RFC 5280, clauses 4.2.1.1, 4.2.1.2, 4.2.1.8, 4.2.1.15, 4.2.2",
)
def never_critical(examined: Examined) -> Iterator[str]:
    """Key identifiers, attributes of the subject, freshestCRL and information access are not critical."""
    for oid, clause in NEVER_CRITICAL.items():
        if (extension := examined.extensions.get(oid)) is not None and extension.critical:
            yield f"{extension.name} is critical (clause {clause})"


@rule(
    "pkix.always_critical",
    Severity.ERROR,
    "RFC 5280, clauses 4.2.1.10, 4.2.1.11, 4.2.1.14",
    about=ALWAYS_CRITICAL,
)
def always_critical(examined: Examined) -> Iterator[str]:
    """Constraints on names and policies are critical."""
    for oid, clause in ALWAYS_CRITICAL.items():
        if (extension := examined.extensions.get(oid)) is not None and not extension.critical:
            yield f"{extension.name} is not critical (clause {clause})"


@rule("pkix.authority_key_identifier_missing", Severity.ERROR, "RFC 5280, clause 4.2.1.1")
def authority_key_identifier_missing(examined: Examined) -> Iterator[str]:
    """A certificate that is not self-signed names the key that signed it."""
    if examined.certificate.authority_key_identifier is None and not examined.is_self_signed:
        yield "no authority key identifier"


@rule("pkix.authority_key_identifier_differs", Severity.ERROR, "RFC 5280, clause 4.2.1.2")
def authority_key_identifier_differs(examined: Examined) -> Iterator[str]:
    """The authority key identifier is the issuer's subject key identifier."""
    certificate, issuer = examined.certificate, examined.issuer
    if issuer is None or issuer.subject_key_identifier is None:
        return
    identifier = certificate.authority_key_identifier
    if identifier is not None and identifier != issuer.subject_key_identifier:
        yield "another key identifier than the issuer's"


@rule(
    "pkix.subject_key_identifier_missing",
    Severity.ERROR,
    "RFC 5280, clause 4.2.1.2",
    about=(oids.BASIC_CONSTRAINTS,),
)
def subject_key_identifier_missing(examined: Examined) -> Iterator[str]:
    """An authority has a subject key identifier."""
    if examined.is_authority and examined.certificate.subject_key_identifier is None:
        yield "authority without a subject key identifier"


@rule("pkix.subject_key_identifier_recommended", Severity.WARNING, "RFC 5280, clause 4.2.1.2")
def subject_key_identifier_recommended(examined: Examined) -> Iterator[str]:
    """An end entity should have a subject key identifier."""
    if not examined.is_authority and examined.certificate.subject_key_identifier is None:
        yield "no subject key identifier"


@rule(
    "pkix.key_usage_missing",
    Severity.ERROR,
    "RFC 5280, clause 4.2.1.3",
    about=(oids.BASIC_CONSTRAINTS,),
)
def key_usage_missing(examined: Examined) -> Iterator[str]:
    """An authority has a key usage with keyCertSign."""
    if examined.is_authority and "keyCertSign" not in examined.key_usage:
        yield "authority without keyCertSign"


@rule("pkix.key_usage_empty", Severity.ERROR, "RFC 5280, clause 4.2.1.3", about=(oids.KEY_USAGE,))
def key_usage_empty(examined: Examined) -> Iterator[str]:
    """A key usage sets at least one bit."""
    if examined.certificate.key_usage_bits == 0:
        yield "no bit is set"


@rule(
    "pkix.key_usage_not_critical",
    Severity.WARNING,
    "RFC 5280, clause 4.2.1.3",
    about=(oids.KEY_USAGE,),
)
def key_usage_not_critical(examined: Examined) -> Iterator[str]:
    """The key usage is critical."""
    if (
        extension := examined.extensions.get(oids.KEY_USAGE)
    ) is not None and not extension.critical:
        yield "keyUsage is not critical"


@rule("pkix.key_usage_only", Severity.ERROR, "RFC 5280, clause 4.2.1.3", about=(oids.KEY_USAGE,))
def key_usage_only(examined: Examined) -> Iterator[str]:
    """The usages encipherOnly and decipherOnly go with keyAgreement."""
    for name in ("encipherOnly", "decipherOnly"):
        if name in examined.key_usage and "keyAgreement" not in examined.key_usage:
            yield f"{name} without keyAgreement"


@rule(
    "pkix.cert_sign_without_authority",
    Severity.ERROR,
    "RFC 5280, clause 4.2.1.9",
    about=(oids.KEY_USAGE,),
)
def cert_sign_without_authority(examined: Examined) -> Iterator[str]:
    """The usage keyCertSign goes with an authority only."""
    if "keyCertSign" in examined.key_usage and not examined.is_authority:
        yield "keyCertSign in a certificate that is no authority's"


@rule(
    "pkix.basic_constraints_not_critical",
    Severity.ERROR,
    "RFC 5280, clause 4.2.1.9",
    about=(oids.BASIC_CONSTRAINTS,),
)
def basic_constraints_not_critical(examined: Examined) -> Iterator[str]:
    """The basic constraints of an authority are critical."""
    extension = examined.extensions.get(oids.BASIC_CONSTRAINTS)
    if examined.is_authority and extension is not None and not extension.critical:
        yield "basicConstraints is not critical"


@rule(
    "pkix.path_length_misplaced",
    Severity.ERROR,
    "RFC 5280, clause 4.2.1.9",
    about=(oids.BASIC_CONSTRAINTS,),
)
def path_length_misplaced(examined: Examined) -> Iterator[str]:
    """A path length stands only in the certificate of an authority that signs certificates."""
    constraints = examined.value(oids.BASIC_CONSTRAINTS, BasicConstraints)
    if constraints is not None and constraints.path_length is not None:
        if not constraints.ca:
            yield "path length without cA"
        elif "keyCertSign" not in examined.key_usage:
            yield "path length without keyCertSign"


@rule(
    "pkix.path_length_exceeded",
    Severity.ERROR,
    "RFC 5280, clause 6.1.4 (l)",
    about=(oids.BASIC_CONSTRAINTS,),
)
def path_length_exceeded(examined: Examined) -> Iterator[str]:
    """The issuer's path length allows another authority."""
    if examined.issuer is None or not examined.is_authority or examined.certificate.is_self_issued:
        return
    if examined.issuer.path_length == 0:
        yield "the issuer's path length is 0"


@rule("pkix.issuer_not_authority", Severity.ERROR, "RFC 5280, clause 6.1.4 (k)")
def issuer_not_authority(examined: Examined) -> Iterator[str]:
    """The issuer is an authority whose key signs certificates."""
    issuer = examined.issuer
    if issuer is None:
        return
    usage = issuer.key_usage_bits
    if not issuer.is_authority or (usage is not None and not usage & _KEY_CERT_SIGN):
        yield "the issuer is no authority"


@rule(
    "pkix.policy_duplicate",
    Severity.ERROR,
    "RFC 5280, clause 4.2.1.4",
    about=(oids.CERTIFICATE_POLICIES,),
)
def policy_duplicate(examined: Examined) -> Iterator[str]:
    """No policy occurs twice."""
    value = examined.value(oids.CERTIFICATE_POLICIES, CertificatePolicies)
    if value is None:
        return
    for oid, count in Counter(policy.oid for policy in value.policies).items():
        if count > 1:
            yield f"{oid} occurs {count} times"


@rule(
    "pkix.policy_mapping_any",
    Severity.ERROR,
    "RFC 5280, clause 4.2.1.5",
    about=(oids.POLICY_MAPPINGS,),
)
def policy_mapping_any(examined: Examined) -> Iterator[str]:
    """The policy anyPolicy is neither mapped nor mapped to."""
    value = examined.value(oids.POLICY_MAPPINGS, PolicyMappings)
    if value is not None and any(oids.ANY_POLICY in pair for pair in value.mappings):
        yield "anyPolicy in a mapping"


@rule(
    "pkix.constraints_in_end_entity",
    Severity.ERROR,
    "RFC 5280, clauses 4.2.1.10, 4.2.1.11, 4.2.1.14",
)
def constraints_in_end_entity(examined: Examined) -> Iterator[str]:
    """Constraints on names and policies stand only in certificates of authorities."""
    if examined.is_authority:
        return
    for oid in (*ALWAYS_CRITICAL, oids.POLICY_MAPPINGS):
        if oid in examined.extensions:
            yield oids.EXTENSIONS[oid]


@rule("pkix.subject_alt_name_missing", Severity.ERROR, "RFC 5280, clause 4.2.1.6")
def subject_alt_name_missing(examined: Examined) -> Iterator[str]:
    """Where the subject is empty there are alternative names, and they are critical."""
    if not examined.certificate.subject.is_empty:
        return
    extension = examined.extensions.get(oids.SUBJECT_ALT_NAME)
    if extension is None:
        yield "neither subject nor alternative names"
    elif not extension.critical:
        yield "subjectAltName is not critical although the subject is empty"


@rule(
    "pkix.subject_alt_name_empty",
    Severity.ERROR,
    "RFC 5280, clause 4.2.1.6",
    about=(oids.SUBJECT_ALT_NAME,),
)
def subject_alt_name_empty(examined: Examined) -> Iterator[str]:
    """The alternative names are at least one."""
    present = oids.SUBJECT_ALT_NAME in examined.extensions
    if present and not examined.alt_names:
        yield "no name"


@rule(
    "pkix.dns_name_syntax",
    Severity.ERROR,
    "RFC 5280, clause 4.2.1.6 (RFC 1034, clause 3.5)",
    about=(oids.SUBJECT_ALT_NAME,),
)
def dns_name_syntax(examined: Examined) -> Iterator[str]:
    """A DNS name is in the preferred name syntax; a wildcard is its whole first label."""
    for name in examined.alt_names:
        if name.kind == "dns":
            labels = name.value.removeprefix("*.").split(".")
            if len(name.value) > 253 or not all(map(_LABEL.fullmatch, labels)):
                yield f"{name.text!r}"


@rule(
    "pkix.wildcard_public_suffix",
    Severity.ERROR,
    "CA/Browser Forum Baseline Requirements, clause 3.2.2.6",
    about=(oids.SUBJECT_ALT_NAME,),
)
def wildcard_public_suffix(examined: Examined) -> Iterator[str]:
    """A wildcard does not stand for everything below a public suffix."""
    for name in examined.alt_names:
        if name.kind == "dns" and name.value.startswith("*."):
            labels = name.value[2:].split(".")
            if all(map(_LABEL.fullmatch, labels)) and is_public_suffix(name.value[2:]):
                yield f"{name.text!r}"


@rule(
    "pkix.email_syntax",
    Severity.ERROR,
    "RFC 5280, clause 4.2.1.6 (RFC 5321, clause 4.1.2)",
    about=(oids.SUBJECT_ALT_NAME,),
)
def email_syntax(examined: Examined) -> Iterator[str]:
    """A mail address is local part, at sign, host: no phrase, no comment, no angle brackets."""
    for name in examined.alt_names:
        if name.kind == "email":
            local, at, host = name.value.rpartition("@")
            good = at and local and not re.search(r"[\s<>()]", name.value)
            if not good or not all(map(_LABEL.fullmatch, host.split("."))):
                yield f"{name.text!r}"


@rule("pkix.uri_syntax", Severity.ERROR, "RFC 5280, clause 4.2.1.6", about=(oids.SUBJECT_ALT_NAME,))
def uri_syntax(examined: Examined) -> Iterator[str]:
    """A URI is absolute: it has a scheme and something after it."""
    for name in examined.alt_names:
        if name.kind == "uri" and not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+", name.value):
            yield f"{name.text!r}"


@rule(
    "pkix.purpose_duplicate",
    Severity.WARNING,
    "RFC 5280, clause 4.2.1.12",
    about=(oids.EXTENDED_KEY_USAGE,),
)
def purpose_duplicate(examined: Examined) -> Iterator[str]:
    """No purpose occurs twice."""
    if len(examined.purposes) < 2:
        return
    for purpose, count in Counter(examined.purposes).items():
        if count > 1:
            yield f"{purpose} occurs {count} times"


@rule(
    "pkix.any_purpose_critical",
    Severity.WARNING,
    "RFC 5280, clause 4.2.1.12",
    about=(oids.EXTENDED_KEY_USAGE,),
)
def any_purpose_critical(examined: Examined) -> Iterator[str]:
    """An extended key usage with anyExtendedKeyUsage should not be critical."""
    extension = examined.extensions.get(oids.EXTENDED_KEY_USAGE)
    if extension is not None and extension.critical and "anyExtendedKeyUsage" in examined.purposes:
        yield "extKeyUsage with anyExtendedKeyUsage is critical"


@rule(
    "pkix.purpose_inconsistent",
    Severity.ERROR,
    "RFC 5280, clause 4.2.1.12",
    about=(oids.EXTENDED_KEY_USAGE,),
)
def purpose_inconsistent(examined: Examined) -> Iterator[str]:
    """Every purpose is consistent with the key usage."""
    if not examined.key_usage:
        return
    for purpose in examined.purposes:
        allowed = _CONSISTENT.get(purpose)
        # Of a TLCP pair the encryption half names the same purpose as the signing half.
        if allowed is not None and not examined.key_usage & (allowed | _ENCRYPTION):
            yield f"{purpose} with none of {', '.join(sorted(allowed))}"


@rule(
    "pkix.timestamping_alone",
    Severity.ERROR,
    "RFC 3161, clause 2.3",
    about=(oids.EXTENDED_KEY_USAGE,),
)
def timestamping_alone(examined: Examined) -> Iterator[str]:
    """A timestamp authority's certificate has this one purpose, and it is critical."""
    if "timeStamping" not in examined.purposes or examined.is_authority:
        return
    if len(examined.purposes) > 1:
        yield "other purposes beside timeStamping"
    if not examined.extensions[oids.EXTENDED_KEY_USAGE].critical:
        yield "extKeyUsage is not critical"


@rule(
    "pkix.ocsp_no_check_misplaced",
    Severity.ERROR,
    "RFC 6960, clause 4.2.2.2.1",
    about=(oids.OCSP_NO_CHECK,),
)
def ocsp_no_check_misplaced(examined: Examined) -> Iterator[str]:
    """The extension ocspNoCheck stands only in an OCSP responder's certificate."""
    if oids.OCSP_NO_CHECK in examined.extensions and "OCSPSigning" not in examined.purposes:
        yield "ocspNoCheck without OCSPSigning"


@rule(
    "pkix.distribution_point_empty",
    Severity.ERROR,
    "RFC 5280, clause 4.2.1.13",
    about=(oids.CRL_DISTRIBUTION_POINTS, oids.FRESHEST_CRL),
)
def distribution_point_empty(examined: Examined) -> Iterator[str]:
    """A distribution point has a name or an issuer of lists, and there is at least one point."""
    for oid in (oids.CRL_DISTRIBUTION_POINTS, oids.FRESHEST_CRL):
        value = examined.value(oid, DistributionPoints)
        if value is None:
            continue
        if not value.points:
            yield f"{oids.EXTENSIONS[oid]} without a point"
        for point in value.points:
            if point.name is None and not point.crl_issuer:
                yield f"{oids.EXTENSIONS[oid]} with a point that says neither where nor who"


@rule(
    "pkix.distribution_point_critical",
    Severity.WARNING,
    "RFC 5280, clause 4.2.1.13",
    about=(oids.CRL_DISTRIBUTION_POINTS,),
)
def distribution_point_critical(examined: Examined) -> Iterator[str]:
    """The distribution points should not be critical."""
    extension = examined.extensions.get(oids.CRL_DISTRIBUTION_POINTS)
    if extension is not None and extension.critical:
        yield "cRLDistributionPoints is critical"
