"""
What browsers demand of TLS servers: the Baseline Requirements of the CA/Browser Forum.

SM2 counts as a suitable key here: the rules are about the shape of certificates.
"""

from __future__ import annotations

import ipaddress
import re

from gmkit.errors import EncodingError
from gmkit.pki.public_suffix import is_public_suffix
from gmkit.pki.reasons import Refused
from gmkit.x509 import Certificate, oids
from gmkit.x509.extensions import AuthorityKeyIdentifier, ExtendedKeyUsage

__all__ = ["check"]

_CERT_SIGN = 1 << 5
_SERVER_AUTH, _ANY_PURPOSE = "1.3.6.1.5.5.7.3.1", "2.5.29.37.0"
_CURVES = frozenset({"1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"})
_RSA_BITS = 2048

# Host names: letters, digits, hyphens inside; at least two labels after a wildcard.
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"(?:\*\.{_LABEL}\.)?{_LABEL}(?:\.{_LABEL})*", re.ASCII)
# The last label of whatever some program reads as an IPv4 address: 1, 0x1, 001.
_NUMBER = re.compile(r"(?:.*\.)?(?:\d+|0[xX][0-9a-fA-F]*)", re.ASCII)


def check(certificate: Certificate, place: str) -> None:
    """
    The rules for a certificate in its place: ``leaf``, ``intermediate`` or ``anchor``.

    Raises:
        Refused: At the first rule that fails.
    """
    if certificate.version != 3:
        raise Refused("version", f"version {certificate.version}; browsers take version 3 only")
    _key(certificate)
    _key_identifiers(certificate, place)
    if place == "leaf":
        _not_an_authority(certificate)
        _extended_key_usage(certificate)
        _alternative_names(certificate)
        _common_name(certificate)
    elif place == "anchor" and certificate.extension(oids.EXTENDED_KEY_USAGE) is not None:
        raise Refused("browser-root", "a root with extKeyUsage")


def _key(certificate: Certificate) -> None:
    """6.1.5 and 7.1.3.1, with SM2 beside P-256, P-384 and P-521."""
    info = certificate.key_info
    if info.is_sm2:
        return
    if info.algorithm == oids.EC_PUBLIC_KEY:
        try:
            curve = info.curve
        except EncodingError:
            curve = None
        if curve not in _CURVES:
            raise Refused("browser-key", f"{info.description} key")
    elif info.algorithm == oids.RSA_ENCRYPTION:
        bits = int(re.sub(r"\D", "", info.description) or 0)
        if bits < _RSA_BITS or bits % 8:
            raise Refused("browser-key", f"RSA key of {bits} bits")
    else:
        raise Refused("browser-key", f"{info.description} key")


def _key_identifiers(certificate: Certificate, place: str) -> None:
    """7.1.2.1.3 and 7.1.2.11.1."""
    value = certificate.extension_value(oids.AUTHORITY_KEY_IDENTIFIER)
    if not isinstance(value, AuthorityKeyIdentifier):
        return
    root = place == "anchor" and certificate.is_self_issued
    reason = "browser-root" if root else "authority-key-identifier"
    if value.key_identifier is None:
        raise Refused(reason, "authorityKeyIdentifier without a key identifier")
    if value.issuer is not None or value.serial is not None:
        raise Refused(reason, "authorityKeyIdentifier with issuer and serial number")
    if root and value.key_identifier != certificate.subject_key_identifier:
        raise Refused(reason, "the key identifiers of a root differ")


def _not_an_authority(certificate: Certificate) -> None:
    """7.1.2.7.8 and 7.1.2.7.11."""
    bits = certificate.key_usage_bits
    if certificate.is_authority:
        raise Refused("browser-authority", "a server's certificate with cA")
    if bits is not None and bits & _CERT_SIGN:
        raise Refused("browser-authority", "a server's certificate with keyCertSign")


def _extended_key_usage(certificate: Certificate) -> None:
    """7.1.2.7.6 and 7.1.2.7.10."""
    extension = certificate.extension(oids.EXTENDED_KEY_USAGE)
    if extension is None or not isinstance(extension.value, ExtendedKeyUsage):
        raise Refused("browser-extended-key-usage", "a server's certificate without extKeyUsage")
    if extension.critical:
        raise Refused("browser-extended-key-usage", "extKeyUsage must not be critical")
    if _ANY_PURPOSE in extension.value.purposes:
        raise Refused("browser-extended-key-usage", "anyExtendedKeyUsage")
    if _SERVER_AUTH not in extension.value.purposes:
        raise Refused("browser-extended-key-usage", "extKeyUsage without serverAuth")


def _alternative_names(certificate: Certificate) -> None:
    """7.1.2.7.12."""
    extension = certificate.extension(oids.SUBJECT_ALT_NAME)
    if extension is None:
        raise Refused("browser-subject-alt-name", "a server's certificate without subjectAltName")
    if extension.critical is not certificate.subject.is_empty:
        raise Refused(
            "browser-subject-alt-name",
            "subjectAltName must be critical exactly if there is no subject",
        )
    for name in certificate.subject_alt_names:
        if name.kind == "dns":
            if len(name.value) > 253 or _HOST.fullmatch(name.value) is None:
                raise Refused("browser-subject-alt-name", f"{name} is not a host name")
            if _NUMBER.fullmatch(name.value):
                raise Refused("browser-subject-alt-name", f"{name} looks like an address")
            if name.value.startswith("*.") and is_public_suffix(name.value[2:]):
                raise Refused(
                    "browser-subject-alt-name", f"{name} stands for all of a public suffix"
                )
        elif name.kind != "ip":
            raise Refused("browser-subject-alt-name", f"{name} in a server's certificate")


def _common_name(certificate: Certificate) -> None:
    """
    7.1.4.3: at most one, and letter by letter one of the alternative names.

    A common name that cannot mislead passes, as browsers let it: a host name above one of the
    alternative names, or beside none that is a name with a domain.
    """
    names = [a for a in certificate.subject.attributes if a.oid == oids.COMMON_NAME]
    if not names:
        return
    if len(names) > 1:
        raise Refused("browser-common-name", "more than one commonName")
    text = names[0].text
    alternatives = certificate.subject_alt_names
    hosts = [name.value for name in alternatives if name.kind == "dns"]
    addresses = [str(ipaddress.ip_address(n.value)) for n in alternatives if n.kind == "ip"]
    if text in hosts or text in addresses:
        return
    is_host = _HOST.fullmatch(text) is not None and _NUMBER.fullmatch(text) is None
    domains = [host for host in hosts if "." in host]
    if is_host and (not domains or any(host.endswith("." + text) for host in domains)):
        return
    raise Refused("browser-common-name", f"commonName {text!r} is not an alternative name")
