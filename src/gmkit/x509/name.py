"""Distinguished names: stored octets, text for people, comparison by RFC 5280 clause 7.1."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from gmkit._native import x509 as _native
from gmkit.x509 import oids

__all__ = ["Name", "NameAttribute", "comparison_key"]

_UTF8, _NUMERIC, _PRINTABLE, _TELETEX, _IA5, _VISIBLE, _UNIVERSAL, _BMP = (
    0x0C,
    0x12,
    0x13,
    0x14,
    0x16,
    0x1A,
    0x1C,
    0x1E,
)
_STRINGS = frozenset({_UTF8, _NUMERIC, _PRINTABLE, _TELETEX, _IA5, _VISIBLE, _UNIVERSAL, _BMP})


class NameAttribute(NamedTuple):
    """
    One attribute of a name.

    Attributes:
        oid: Its type in dotted form.
        tag: The ASN.1 tag its value is stored with.
        octets: The contents of the value as stored.
    """

    oid: str
    tag: int
    octets: bytes

    @property
    def label(self) -> str:
        """``CN``, ``O``, …, or the dotted form of the type."""
        return oids.ATTRIBUTES.get(self.oid, self.oid)

    @property
    def text(self) -> str:
        """The value for people; octets that are no text of their type appear as ``#`` and hex."""
        decoded = _decode(self.tag, self.octets)
        return "#" + self.octets.hex() if decoded is None else decoded


class Name:
    """
    A distinguished name as it is stored (RFC 5280, clause 4.1.2.4).

    Two names are equal if they match by the rules of clause 7.1: case, blanks and the type of the
    strings aside.
    """

    __slots__ = ("octets",)

    def __init__(self, octets: bytes) -> None:
        """
        Args:
            octets: The DER encoding, kept as it is.

        Raises:
            EncodingError: If the octets are not a name.
        """
        self.octets = octets
        _rdns(octets)

    @property
    def rdns(self) -> tuple[tuple[NameAttribute, ...], ...]:
        """The relative distinguished names in stored order, each a tuple of attributes."""
        return _rdns(self.octets)

    @property
    def attributes(self) -> tuple[NameAttribute, ...]:
        """All attributes in stored order."""
        return tuple(attribute for rdn in self.rdns for attribute in rdn)

    def get(self, label: str) -> str | None:
        """
        The text of the last attribute of a type, or None.

        Args:
            label: Its label (``CN``) or dotted type.
        """
        for attribute in reversed(self.attributes):
            if label in (attribute.label, attribute.oid):
                return attribute.text
        return None

    @property
    def is_empty(self) -> bool:
        """Whether there is no attribute at all."""
        return not self.rdns

    def __str__(self) -> str:
        """The name in the form of RFC 4514: last RDN first."""
        write = _written if len(self.octets) <= _REMEMBERED else _written.__wrapped__
        return write(self.octets)

    def __repr__(self) -> str:
        return f"<Name {str(self)!r}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Name):
            return NotImplemented
        return self.octets == other.octets or comparison_key(self.octets) == comparison_key(
            other.octets
        )

    def __hash__(self) -> int:
        return hash(comparison_key(self.octets))


#: One RDN in comparable form: its attributes in order, each (type, value).
RdnKey = tuple[tuple[str, str | bytes], ...]


#: Names above this length in bytes are not remembered: a stranger could fill the memory with them.
_REMEMBERED = 4096
_REMEMBERED_TEXT = 64


def comparison_key(octets: bytes) -> tuple[RdnKey, ...]:
    """
    What two encoded names have in common exactly if they match (RFC 5280, clause 7.1).

    Raises:
        EncodingError: If the octets are not a name.
    """
    compute = _comparison_key if len(octets) <= _REMEMBERED else _comparison_key.__wrapped__
    return compute(octets)


@lru_cache(maxsize=4096)
def _comparison_key(octets: bytes) -> tuple[RdnKey, ...]:
    return tuple(
        tuple(sorted(((a.oid, _prepared(a.tag, a.octets)) for a in rdn), key=repr))
        for rdn in _rdns(octets)
    )


def _rdns(octets: bytes) -> tuple[tuple[NameAttribute, ...], ...]:
    read = _read_rdns if len(octets) <= _REMEMBERED else _read_rdns.__wrapped__
    return read(octets)


@lru_cache(maxsize=4096)
def _read_rdns(octets: bytes) -> tuple[tuple[NameAttribute, ...], ...]:
    return tuple(
        tuple(NameAttribute(*attribute) for attribute in rdn) for rdn in _native.decode_name(octets)
    )


@lru_cache(maxsize=4096)
def _written(octets: bytes) -> str:
    return ",".join(
        "+".join(f"{attribute.label}={_escaped(attribute.text)}" for attribute in rdn)
        for rdn in reversed(_rdns(octets))
    )


def _decode(tag: int, octets: bytes) -> str | None:
    """The text of a string, or None if it is not one."""
    decode = _decoded if len(octets) <= _REMEMBERED_TEXT else _decoded.__wrapped__
    return decode(tag, octets)


@lru_cache(maxsize=4096)
def _decoded(tag: int, octets: bytes) -> str | None:
    if tag not in _STRINGS:
        return None
    if tag == _BMP:
        encodings = ["utf-16-be"]
    elif tag == _UNIVERSAL:
        encodings = ["utf-32-be"]
    else:
        # Some authorities put UTF-8 or GB 18030 into strings of other types.
        encodings = ["utf-8", "gb18030", "latin-1"]
    return next((t for t in (_attempt(octets, e) for e in encodings) if t is not None), None)


def _attempt(octets: bytes, encoding: str) -> str | None:
    try:
        return octets.decode(encoding)
    except UnicodeDecodeError:
        return None


def _prepared(tag: int, octets: bytes) -> str | bytes:
    """A value as it is compared: normalised, case folded, blanks compressed (RFC 4518 in effect)."""
    text = None
    if tag in _STRINGS:
        # Here nothing is guessed: octets that are not of their type compare as octets.
        encoding = {_BMP: "utf-16-be", _UNIVERSAL: "utf-32-be", _UTF8: "utf-8"}.get(tag)
        if encoding is None:
            encoding = "ascii" if octets.isascii() else None
        text = None if encoding is None else _attempt(octets, encoding)
    if text is None:
        return bytes([tag]) + octets
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.casefold().split())


def _escaped(text: str) -> str:
    """*text* with what RFC 4514 escapes, and control characters so that no line breaks."""
    escaped = "".join(
        "\\" + character
        if character in ',+"\\<>;'
        else f"\\{ord(character):02x}"
        if ord(character) < 0x20 or ord(character) == 0x7F
        else character
        for character in text
    )
    if escaped[:1] in ("#", " ") and not text.startswith("#"):
        escaped = "\\" + escaped
    return escaped
