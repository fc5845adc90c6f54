"""Writing GeneralNames (RFC 5280, clause 4.2.1.6)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from gmkit import asn1
from gmkit.errors import InvalidArgument
from gmkit.x509.building.names import parse_name
from gmkit.x509.general_name import GeneralName

__all__ = ["encode_general_name", "encode_general_names", "parse_general_name"]

_TEXT_TAGS = {"email": 1, "dns": 2, "uri": 6}


def parse_general_name(text: str) -> GeneralName:
    """
    A name from ``dns:example.org``, ``ip:192.0.2.1``, ``email:a@example.org``, ``uri:https://…``,
    ``directory:CN=…,C=CN`` or ``registered-id:1.2.3``.

    Raises:
        InvalidArgument: Another kind, or not a name of its kind.
    """
    kind, colon, value = text.partition(":")
    if not colon:
        raise InvalidArgument(f"{text!r} is not KIND:NAME", hint="for example dns:example.org")
    if kind in _TEXT_TAGS:
        if not value or not value.isascii() or not value.isprintable():
            raise InvalidArgument(
                f"{value!r} is no {kind} name in ASCII",
                hint="write an international name as xn--…",
            )
        return GeneralName(kind, value)
    if kind == "ip":
        try:
            return GeneralName(kind, ipaddress.ip_address(value).packed)
        except ValueError:
            raise InvalidArgument(f"{value!r} is not an IP address") from None
    if kind == "directory":
        return GeneralName(kind, parse_name(value).octets)
    if kind == "registered-id":
        return GeneralName(kind, value)
    raise InvalidArgument(
        f"unknown kind of name {kind!r}", hint="dns, ip, email, uri, directory, registered-id"
    )


def encode_general_name(name: GeneralName) -> bytes:
    """
    A GeneralName.

    Raises:
        InvalidArgument: A kind that is not written here, or a value that is none of its kind.
    """
    kind, value = name
    if kind in _TEXT_TAGS:
        return asn1.implicit(_TEXT_TAGS[kind], asn1.ia5_string(value))
    if kind == "ip":
        if len(value) not in {4, 8, 16, 32}:
            raise InvalidArgument(f"an IP address of {len(value)} bytes")
        return asn1.implicit(7, asn1.octet_string(value))
    if kind == "directory":
        # Name is a CHOICE, so the tag is explicit whatever the module says.
        return asn1.explicit(4, value)
    if kind == "registered-id":
        return asn1.implicit(8, asn1.oid(value))
    raise InvalidArgument(f"names of the kind {kind!r} are not written here")


def encode_general_names(names: Iterable[GeneralName]) -> bytes:
    """SEQUENCE OF GeneralName."""
    return asn1.sequence(*map(encode_general_name, names))
