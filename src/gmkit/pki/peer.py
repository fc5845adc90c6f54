"""Whether a certificate is for the name that was expected (RFC 9525)."""

from __future__ import annotations

import ipaddress
import re

from gmkit.errors import InvalidArgument
from gmkit.pki.reasons import Refused
from gmkit.x509 import Certificate, GeneralName
from gmkit.x509.name import comparison_key

__all__ = ["check_peer", "expected_name"]

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)


def expected_name(peer: str | GeneralName) -> GeneralName:
    """
    The expected name: a host name or an address as text, or a general name of any kind.

    Raises:
        InvalidArgument: If the text is neither a host name nor an address.
    """
    if isinstance(peer, GeneralName):
        return peer
    try:
        return GeneralName("ip", ipaddress.ip_address(peer).packed)
    except ValueError:
        pass
    host = peer.lower().removesuffix(".")
    if _HOST.fullmatch(host) is None:
        raise InvalidArgument(
            f"neither a host name nor an IP address: {peer!r}",
            hint="write an internationalised name in its xn-- form",
        )
    return GeneralName("dns", host)


def check_peer(certificate: Certificate, expected: GeneralName) -> None:
    """
    Clause 6: only subjectAltName counts, never the common name.

    Raises:
        Refused: If no alternative name matches.
    """
    presented = certificate.subject_alt_names
    if any(_matches(name, expected) for name in presented):
        return
    if expected.kind == "directory" and comparison_key(expected.value) == comparison_key(
        certificate.subject_octets
    ):
        return
    shown = ", ".join(str(name) for name in presented[:5]) or "no alternative name"
    raise Refused("name-mismatch", f"expected {expected}, the certificate is for {shown}")


def _matches(presented: GeneralName, expected: GeneralName) -> bool:
    if presented.kind != expected.kind:
        return False
    if presented.kind == "dns":
        return _dns_matches(presented.value.lower(), expected.value.lower())
    if presented.kind == "directory":
        return comparison_key(presented.value) == comparison_key(expected.value)
    if presented.kind == "email":
        local, _, host = presented.value.rpartition("@")
        wanted_local, _, wanted_host = expected.value.rpartition("@")
        return bool(local == wanted_local and host.lower() == wanted_host.lower())
    return bool(presented.value == expected.value)


def _dns_matches(presented: str, host: str) -> bool:
    """A wildcard is the whole leftmost label and stands for exactly one label."""
    if not presented.startswith("*."):
        return presented == host and _HOST.fullmatch(presented) is not None
    parent = presented[2:]
    # Right of the wildcard at least two labels: *.com is nobody's.
    if "." not in parent or _HOST.fullmatch(parent) is None:
        return False
    _, _, rest = host.partition(".")
    return rest == parent
