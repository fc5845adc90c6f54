"""
Rules for one certificate in its place in a chain.

What every path needs is checked always (RFC 5280, clauses 6.1.3 to 6.1.5 as far as they concern one
certificate). What clause 4 demands of conforming authorities is checked under ``Profile.RFC5280`` and
above. One function a rule; each raises :class:`Refused`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum

from gmkit.pki import browser
from gmkit.pki.criticality import ALWAYS_CRITICAL, NEVER_CRITICAL
from gmkit.pki.policy import CERT_SIGN, Profile, Purpose
from gmkit.pki.reasons import Refused
from gmkit.x509 import Certificate, oids
from gmkit.x509.extensions import (
    AuthorityKeyIdentifier,
    BasicConstraints,
    CertificatePolicies,
    ExtendedKeyUsage,
)

__all__ = ["Place", "check_certificate", "check_purpose"]

_ANY_PURPOSE = "2.5.29.37.0"


class Place(Enum):
    """Where in the chain a certificate stands."""

    LEAF = "leaf"
    INTERMEDIATE = "intermediate"
    ANCHOR = "anchor"


def check_certificate(
    certificate: Certificate,
    place: Place,
    profile: Profile,
    *,
    signs_itself: Callable[[Certificate], bool],
) -> None:
    """
    All rules that concern one certificate, its place, and neither time nor purpose.

    Args:
        certificate: The certificate.
        place: Where it stands.
        profile: How much is asked.
        signs_itself: Whether its own key made its signature; asked only where a rule turns on it.

    Raises:
        Refused: At the first that fails.
    """
    _extensions(certificate, strict=profile is not Profile.PATH)
    if certificate.algorithm != certificate.inner_algorithm:
        raise Refused("algorithm-mismatch", "the signature algorithms inside and outside differ")
    if place is not Place.LEAF:
        _authority(certificate)
    if profile is Profile.PATH:
        return
    _version(certificate)
    _serial_number(certificate, place)
    _names(certificate, place)
    _criticality(certificate, profile)
    _authority_key_identifier(certificate, place, signs_itself)
    _subject_key_identifier(certificate)
    _basic_constraints(certificate, place)
    _key_usage(certificate)
    _alternative_names(certificate)
    _policies(certificate)
    if profile is Profile.BROWSER:
        browser.check(certificate, place.value)


def check_purpose(certificate: Certificate, place: Place, purpose: Purpose) -> None:
    """
    Usages and purposes (clauses 4.2.1.3 and 4.2.1.12). An authority whose ``extKeyUsage`` lacks the
    purpose cannot lend it to those below.

    Raises:
        Refused: If the certificate is not for this purpose.
    """
    bits = certificate.key_usage_bits
    asked = purpose.key_usage if place is Place.LEAF else 0
    if asked and bits is not None and not bits & asked:
        raise Refused("key-usage", f"keyUsage does not allow {purpose.label}")
    if purpose.extended is None:
        return
    extension = certificate.extension(oids.EXTENDED_KEY_USAGE)
    if extension is None:
        if place is Place.LEAF and purpose.must_be_named:
            raise Refused("extended-key-usage", f"extKeyUsage is missing: {purpose.label} needs it")
        return
    value = extension.value
    purposes = value.purposes if isinstance(value, ExtendedKeyUsage) else ()
    if purpose.extended not in purposes and (
        _ANY_PURPOSE not in purposes or (place is Place.LEAF and purpose.must_be_named)
    ):
        raise Refused("extended-key-usage", f"extKeyUsage does not allow {purpose.label}")
    if (
        place is Place.LEAF
        and purpose is Purpose.TIMESTAMPING
        and not (extension.critical and len(purposes) == 1)
    ):
        raise Refused(
            "extended-key-usage", "timeStamping must be the only purpose, in a critical extension"
        )


# Understood: an extension not listed here must not be critical (clause 4.2).
_UNDERSTOOD = frozenset(oids.EXTENSIONS) - {
    oids.SUBJECT_DIRECTORY_ATTRIBUTES,
    oids.PRIVATE_KEY_USAGE_PERIOD,
}
# Information that no decision rests on: malformed, it is refused by the stricter profiles only.
_INFORMATION = frozenset(
    {
        oids.AUTHORITY_INFO_ACCESS,
        oids.SUBJECT_INFO_ACCESS,
        oids.ISSUER_ALT_NAME,
        oids.PRIVATE_KEY_USAGE_PERIOD,
        oids.SUBJECT_DIRECTORY_ATTRIBUTES,
        oids.OCSP_NO_CHECK,
    }
)


def _extensions(certificate: Certificate, *, strict: bool) -> None:
    for oid, critical, _octets, malformed in certificate.extension_fields:
        if critical and oid not in _UNDERSTOOD:
            name = oids.EXTENSIONS.get(oid, oid)
            raise Refused("unknown-critical-extension", f"critical extension {name} is unknown")
        if malformed and (strict or critical or oid not in _INFORMATION):
            name = oids.EXTENSIONS.get(oid, oid)
            raise Refused("malformed-extension", f"{name} does not hold what it should")
    if certificate.has_repeated_extension:
        raise Refused("duplicate-extension", "an extension occurs twice")


def _authority(certificate: Certificate) -> None:
    """Clause 6.1.4 (k) and (n)."""
    if not certificate.is_authority:
        raise Refused("not-an-authority", "basicConstraints do not make it an authority")
    bits = certificate.key_usage_bits
    if bits is not None and not bits & CERT_SIGN:
        raise Refused("key-usage", "keyUsage does not allow signing certificates")


def _version(certificate: Certificate) -> None:
    if certificate.version != 3 and certificate.extensions:
        raise Refused("version", f"extensions in a certificate of version {certificate.version}")
    if certificate.version == 1 and certificate.has_unique_ids:
        raise Refused("version", "unique identifiers in a certificate of version 1")


def _serial_number(certificate: Certificate, place: Place) -> None:
    if place is not Place.ANCHOR:
        serial = certificate.serial
        if serial <= 0:
            raise Refused("serial-number", "the serial number is not positive")
        if len(certificate.serial_octets) > 20:
            raise Refused("serial-number", "the serial number is longer than 20 bytes")


def _names(certificate: Certificate, place: Place) -> None:
    if certificate.issuer.is_empty:
        raise Refused("issuer-empty", "the issuer has no name")
    if certificate.subject.is_empty:
        if certificate.is_authority or place is not Place.LEAF:
            raise Refused("subject-empty", "an authority has no name")
        alternative = certificate.extension(oids.SUBJECT_ALT_NAME)
        if alternative is None or not alternative.critical:
            raise Refused(
                "subject-alt-name", "without a subject, subjectAltName must be there and critical"
            )


def _criticality(certificate: Certificate, profile: Profile) -> None:
    for oid, critical, *_ in certificate.extension_fields:
        if critical and oid in NEVER_CRITICAL:
            raise Refused("criticality", f"{oids.EXTENSIONS[oid]} must not be critical")
        if not critical and oid in ALWAYS_CRITICAL:
            # Browsers let name constraints pass, because old programs choke on critical ones.
            if profile is Profile.BROWSER and oid == oids.NAME_CONSTRAINTS:
                continue
            raise Refused("criticality", f"{oids.EXTENSIONS[oid]} must be critical")


def _authority_key_identifier(
    certificate: Certificate, place: Place, signs_itself: Callable[[Certificate], bool]
) -> None:
    """
    Clause 4.2.1.1: required with a keyIdentifier, except where a key signs itself; a trusted
    certificate may do so under an issuer's name that is not its own.
    """
    if certificate.is_self_issued:
        return
    value = certificate.extension_value(oids.AUTHORITY_KEY_IDENTIFIER)
    if isinstance(value, AuthorityKeyIdentifier) and value.key_identifier is not None:
        return
    if place is Place.ANCHOR and signs_itself(certificate):
        return
    missing = "it holds no key identifier" if value is not None else "it is missing"
    raise Refused("authority-key-identifier", missing)


def _subject_key_identifier(certificate: Certificate) -> None:
    """Clause 4.2.1.2: required in every authority's certificate."""
    if certificate.is_authority and certificate.subject_key_identifier is None:
        raise Refused("subject-key-identifier", "it is missing in an authority's certificate")


def _basic_constraints(certificate: Certificate, place: Place) -> None:
    extension = certificate.extension(oids.BASIC_CONSTRAINTS)
    if extension is None or not isinstance(extension.value, BasicConstraints):
        if (certificate.key_usage_bits or 0) & CERT_SIGN:
            raise Refused("basic-constraints", "keyCertSign without cA")
        _end_entity(certificate)
        return
    value, bits = extension.value, certificate.key_usage_bits
    if value.ca:
        if not extension.critical and (place is not Place.LEAF or bits is None or bits & CERT_SIGN):
            raise Refused(
                "basic-constraints", "they must be critical in an authority's certificate"
            )
        if value.path_length is not None and bits is not None and not bits & CERT_SIGN:
            raise Refused("basic-constraints", "pathLenConstraint without keyCertSign")
    else:
        if value.path_length is not None:
            raise Refused("basic-constraints", "pathLenConstraint without cA")
        if bits is not None and bits & CERT_SIGN:
            raise Refused("basic-constraints", "keyCertSign without cA")
        _end_entity(certificate)


def _end_entity(certificate: Certificate) -> None:
    if certificate.extension(oids.NAME_CONSTRAINTS) is not None:
        raise Refused("name-constraints-misplaced", "only an authority may constrain names")


def _key_usage(certificate: Certificate) -> None:
    if certificate.key_usage_bits == 0:
        raise Refused("key-usage-profile", "keyUsage with no usage")


# Host names in the preferred syntax (RFC 1034, 3.5), perhaps behind a wildcard, and no address.
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*", re.ASCII)


def _alternative_names(certificate: Certificate) -> None:
    """Clause 4.2.1.6: the syntax of host names."""
    for name in certificate.subject_alt_names:
        if name.kind == "dns" and (
            _HOST.fullmatch(name.value) is None
            or len(name.value) > 253
            or name.value.rpartition(".")[2].isdigit()
        ):
            raise Refused("subject-alt-name", f"{name} is not a host name")


def _policies(certificate: Certificate) -> None:
    value = certificate.extension_value(oids.CERTIFICATE_POLICIES)
    if isinstance(value, CertificatePolicies):
        policies = [policy.oid for policy in value.policies]
        if len(set(policies)) != len(policies):
            raise Refused("policies-duplicate", "a policy is named twice")
