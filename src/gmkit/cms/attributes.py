"""Signed and unsigned attributes (RFC 5652 section 5.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from gmkit import asn1
from gmkit.asn1 import Element, Tag
from gmkit.cms import oids
from gmkit.errors import EncodingError

_MAX_ATTRIBUTES = 64


@dataclass(frozen=True, slots=True)
class Attributes:
    """
    A set of attributes as it is stored.

    Attributes:
        signed_octets: The set under its own tag 31: what is signed when attributes are signed.
        sets: Type of each in dotted form, and the SET of its values, in stored order.
    """

    signed_octets: bytes
    sets: tuple[tuple[str, Element], ...]

    @property
    def entries(self) -> tuple[tuple[str, tuple[Element, ...]], ...]:
        """Type and values of each, in stored order."""
        return tuple((oid, tuple(values.children())) for oid, values in self.sets)

    @classmethod
    def read(cls, element: Element) -> Attributes:
        """
        Read ``[n] IMPLICIT SET OF Attribute``.

        Raises:
            EncodingError: If it is not one, or an attribute stands in it twice.
        """
        sets: list[tuple[str, Element]] = []
        for attribute in element.implicit(Tag.SET).children():
            parts = attribute.children() if attribute.tag == Tag.SEQUENCE else []
            if len(parts) != 2 or parts[1].tag != Tag.SET:
                raise attribute.error("an attribute is a type and a set of values")
            sets.append((parts[0].oid(), parts[1]))
        if len(sets) > _MAX_ATTRIBUTES:
            raise element.error(f"more than {_MAX_ATTRIBUTES} attributes")
        return cls(bytes([Tag.SET]) + element.raw[1:], tuple(sets))

    def values(self, oid: str) -> Iterator[Element]:
        """
        All values of all attributes of one type.

        Args:
            oid: The type, dotted.
        """
        for kind, values in self.sets:
            if kind == oid:
                yield from values.children()

    def single(self, oid: str) -> Element | None:
        """
        The only value of an attribute that may occur once and has one value; None if it is absent.

        Args:
            oid: The type, dotted.

        Raises:
            EncodingError: If it occurs more than once or has not exactly one value.
        """
        found = [values.children() for kind, values in self.sets if kind == oid]
        if not found:
            return None
        if len(found) != 1 or len(found[0]) != 1:
            raise EncodingError(f"attribute {oid} must occur once, with one value", what="CMS")
        return found[0][0]

    def message_digest(self) -> bytes | None:
        """
        The value of messageDigest (RFC 5652 section 11.2), or None.

        Raises:
            EncodingError: If it stands there more than once, or is of another type.
        """
        value = self.single(oids.ATTRIBUTE_MESSAGE_DIGEST)
        return None if value is None else value.octet_string()

    def content_type(self) -> str | None:
        """
        The value of contentType (RFC 5652 section 11.1), or None.

        Raises:
            EncodingError: If it stands there more than once, or is of another type.
        """
        value = self.single(oids.ATTRIBUTE_CONTENT_TYPE)
        return None if value is None else value.oid()

    def signing_time(self) -> datetime | None:
        """
        The claimed time (RFC 5652 section 11.3), UTC, or None; nothing proves it.

        Raises:
            EncodingError: If it stands there more than once, or is no time.
        """
        value = self.single(oids.ATTRIBUTE_SIGNING_TIME)
        return None if value is None else value.time()


def attribute(oid: str, *values: bytes) -> bytes:
    """One attribute, from the encodings of its values."""
    return asn1.sequence(asn1.oid(oid), asn1.set_of(*values))
