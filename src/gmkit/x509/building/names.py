"""Writing distinguished names (RFC 5280, clause 4.1.2.4 and Appendix A; text: RFC 4514)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gmkit import asn1
from gmkit.errors import InvalidArgument
from gmkit.x509 import oids
from gmkit.x509.name import Name

__all__ = ["build_name", "parse_name"]

_TYPES = {label.casefold(): oid for oid, label in oids.ATTRIBUTES.items()}
# What other tools call them.
_TYPES |= {
    "e": oids.EMAIL_ADDRESS,
    "email": oids.EMAIL_ADDRESS,
    "s": "2.5.4.8",
    "givenname": "2.5.4.42",
}
_TYPES |= {"surname": "2.5.4.4", "t": "2.5.4.12"}

# Types whose strings RFC 5280 fixes; everything else is UTF8String.
_PRINTABLE = frozenset({"2.5.4.5", "2.5.4.6", "2.5.4.46", "1.3.6.1.4.1.311.60.2.1.3"})
_IA5 = frozenset({oids.EMAIL_ADDRESS, "0.9.2342.19200300.100.1.25"})

_DOTTED = re.compile(r"[0-2](\.(0|[1-9][0-9]*))+")


def build_name(attributes: Iterable[tuple[str, str]]) -> Name:
    """
    A name of one attribute for each RDN, in the order given (country first, common name last).

    Args:
        attributes: Pairs of type (``C``, ``O``, ``CN``, … or dotted) and text.

    Raises:
        InvalidArgument: An unknown type, an empty text, or one that its string type cannot hold.
    """
    return Name(asn1.sequence(*(asn1.set_of(_attribute(*pair)) for pair in attributes)))


def parse_name(text: str) -> Name:
    r"""
    A name from its text in the form of RFC 4514: ``CN=Example,O=Company,C=CN``.

    The text runs from the last RDN to the first, as :meth:`str` of a name does, so that what is printed
    can be given back. ``+`` joins the attributes of one RDN; ``\`` escapes.

    Args:
        text: The text; blank: the empty name.

    Raises:
        InvalidArgument: The text is not of this form, or :func:`build_name` refuses an attribute.
    """
    if not text.strip():
        return Name(asn1.sequence())
    rdns = []
    for rdn in _split(text, ","):
        pairs = []
        for part in _split(rdn, "+"):
            label, equals, value = part.partition("=")
            if not equals or not label.strip():
                raise InvalidArgument(
                    f"{part.strip()!r} is not TYPE=VALUE",
                    hint="a name looks like CN=Shop,O=Company,C=CN",
                )
            pairs.append((label.strip(), _unescape(value)))
        rdns.append(asn1.set_of(*(_attribute(*pair) for pair in pairs)))
    return Name(asn1.sequence(*reversed(rdns)))


def _attribute(label: str, text: str) -> bytes:
    oid = label if _DOTTED.fullmatch(label) else _TYPES.get(label.casefold())
    if oid is None:
        raise InvalidArgument(
            f"unknown attribute type {label!r}",
            hint="use C, ST, L, O, OU, CN, … or a dotted identifier",
        )
    if not text:
        raise InvalidArgument(f"the attribute {label} is empty")
    if "\0" in text:
        raise InvalidArgument(f"the attribute {label} holds a NUL character")
    if oid in _PRINTABLE:
        value = asn1.printable_string(text)
    elif oid in _IA5:
        value = asn1.ia5_string(text)
    else:
        value = asn1.utf8_string(text)
    return asn1.sequence(asn1.oid(oid), value)


def _split(text: str, separator: str) -> list[str]:
    """*text* at the separators that are not escaped; each part keeps its escapes."""
    parts = [""]
    for token in re.findall(r"\\.|.", text, re.DOTALL):
        if token == separator:
            parts.append("")
        else:
            parts[-1] += token
    return parts


def _unescape(value: str) -> str:
    value = re.sub(r"^ +", "", value)
    # A blank at the end counts only if it is escaped.
    while value.endswith(" ") and not re.search(r"(?<!\\)(?:\\\\)*\\ $", value):
        value = value[:-1]
    out = bytearray()
    at = 0
    while at < len(value):
        if value[at] != "\\":
            out += value[at].encode("utf-8", "surrogatepass")
            at += 1
        elif re.match(r"[0-9a-fA-F]{2}", value[at + 1 : at + 3]):
            out.append(int(value[at + 1 : at + 3], 16))
            at += 3
        elif at + 1 < len(value):
            out += value[at + 1].encode("utf-8", "surrogatepass")
            at += 2
        else:
            raise InvalidArgument("the name ends in a lone backslash")
    try:
        return out.decode()
    except UnicodeDecodeError:
        raise InvalidArgument("the escapes of the name are not UTF-8") from None
