"""Reading: elements of a stored input, and a cursor over the members of a structure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from gmkit._native import asn1 as _native
from gmkit.asn1.tags import Tag, context
from gmkit.errors import EncodingError

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Finding(NamedTuple):
    """
    A deviation from DER in somebody else's file.

    Attributes:
        id: Stable identifier (``negative-integer``, ``long-length``, …).
        text: The deviation in words.
        offset: Its position in bytes from the start of the input.
    """

    id: str
    text: str
    offset: int


class Element:
    """
    One tag-length-value of an input, which stays as it is stored.

    Every accessor raises :class:`~gmkit.errors.EncodingError`, with the position, if the element is
    not of that type or not well formed.
    """

    __slots__ = ("_element", "_what")

    def __init__(self, element: _native.Element, what: str) -> None:
        self._element = element
        self._what = what

    @property
    def tag(self) -> int:
        """The identifier octet: class, constructed bit, number."""
        return self._element.tag

    @property
    def offset(self) -> int:
        """Position of the identifier octet in the input."""
        return self._element.offset

    @property
    def raw(self) -> bytes:
        """Identifier, length and contents as stored."""
        return self._element.raw

    @property
    def content(self) -> bytes:
        """The contents as stored."""
        return self._element.content

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What has deviated from DER so far in the whole input; empty when read strictly."""
        return tuple(Finding(*finding) for finding in self._element.findings)

    def is_context(self, number: int) -> bool:
        """Whether the tag is ``[number]``, primitive or constructed."""
        return self.tag & 0xDF == 0x80 | number

    def children(self) -> list[Element]:
        """The elements inside a constructed one."""
        what = self._what
        return [Element(child, what) for child in self._element.children()]

    def __iter__(self) -> Iterator[Element]:
        return iter(self.children())

    def cursor(self, tag: int | None = None) -> Cursor:
        """A cursor over the members; with *tag*, the element must have it."""
        if tag is not None and self.tag != tag:
            raise self.error(f"expected tag 0x{tag:02x}, found 0x{self.tag:02x}")
        return Cursor(self)

    def inside(self) -> Element:
        """The one element held by an OCTET STRING, a BIT STRING or an explicit tag."""
        return Element(self._element.inside(), self._what)

    def implicit(self, tag: int) -> Element:
        """The same octets read under *tag*: the type behind an IMPLICIT tag."""
        return Element(self._element.implicit(tag), self._what)

    def boolean(self) -> bool:
        """The value of a BOOLEAN."""
        return self._element.boolean()

    def integer(self) -> int:
        """The value of an INTEGER or ENUMERATED. Never for secrets."""
        return self._element.integer()

    def unsigned(self) -> bytes:
        """An INTEGER that is not negative, as big-endian bytes without leading zeros."""
        return self._element.unsigned()

    def octet_string(self) -> bytes:
        """The contents of an OCTET STRING."""
        return self._element.octet_string()

    def joined_octets(self) -> bytes:
        """An OCTET STRING, also behind an implicit tag: whole, or (in BER) in segments joined."""
        if self.tag & 0x20:
            return b"".join(segment.octet_string() for segment in self)
        return self.octet_string() if self.tag == Tag.OCTET_STRING else self.content

    def bit_string(self) -> bytes:
        """The octets of a BIT STRING that ends at an octet's end."""
        octets, unused = self._element.bit_string()
        if unused:
            raise self.error("BIT STRING does not end at the end of an octet")
        return octets

    def bits(self) -> frozenset[int]:
        """The numbers of the bits set in a BIT STRING of named bits."""
        octets, unused = self._element.bit_string()
        return frozenset(
            number
            for number in range(8 * len(octets) - unused)
            if octets[number // 8] >> (7 - number % 8) & 1
        )

    def null(self) -> None:
        """Checks that the element is NULL."""
        self._element.null()

    def oid(self) -> str:
        """An OBJECT IDENTIFIER in dotted form."""
        return self._element.oid()

    def time(self) -> datetime:
        """A UTCTime or GeneralizedTime, in UTC, to the second."""
        seconds, _ = self._element.time()
        try:
            return _EPOCH + timedelta(seconds=seconds)
        except OverflowError:
            raise self.error("time lies outside the years 1 to 9999") from None

    def text(self) -> str:
        """The text of a string of any of the ASN.1 string types."""
        return self._element.text()

    def error(self, message: str) -> EncodingError:
        """An error at this element, for the caller to raise."""
        return EncodingError(message, what=self._what, offset=self.offset)

    def __repr__(self) -> str:
        return repr(self._element)


class Cursor:
    """Walks over the members of a structure in order; what is left at the end is an error."""

    __slots__ = ("_at", "_members", "_parent", "_what")

    # Members stay native until they are handed out: most structures are walked once, and fast.

    def __init__(self, parent: Element) -> None:
        self._parent = parent
        self._what = parent._what  # noqa: SLF001 - Element and Cursor are one thing
        self._members = parent._element.children()  # noqa: SLF001
        self._at = 0

    def peek(self) -> Element | None:
        """The next member, without moving."""
        if self._at < len(self._members):
            return Element(self._members[self._at], self._what)
        return None

    def next(self, tag: int | None = None) -> Element:
        """The next member, which must exist and have *tag* if one is given."""
        if self._at >= len(self._members):
            raise self._parent.error("a member is missing at the end of the structure")
        native = self._members[self._at]
        member = Element(native, self._what)
        if tag is not None and native.tag != tag:
            raise member.error(f"expected tag 0x{tag:02x}, found 0x{member.tag:02x}")
        self._at += 1
        return member

    def optional(self, *tags: int) -> Element | None:
        """The next member if it has one of these tags."""
        if self._at >= len(self._members) or self._members[self._at].tag not in tags:
            return None
        member = Element(self._members[self._at], self._what)
        self._at += 1
        return member

    def optional_context(self, number: int, *, constructed: bool = True) -> Element | None:
        """The next member if it is ``[number]`` of that form."""
        return self.optional(context(number, constructed=constructed))

    def rest(self) -> list[Element]:
        """All members that are left."""
        rest, self._at = self._members[self._at :], len(self._members)
        return [Element(member, self._what) for member in rest]

    def finish(self) -> None:
        """Checks that nothing is left."""
        if self._at < len(self._members):
            member = Element(self._members[self._at], self._what)
            raise member.error("unexpected member at the end of the structure")


def decode(data: bytes, *, what: str = "DER") -> Element:
    """
    Read an input that is exactly one DER element, strictly (ITU-T X.690 clause 10).

    Args:
        data: The whole input.
        what: What it should be, named in errors.

    Raises:
        EncodingError: If it is not; deeper levels are checked when they are asked for.
    """
    return Element(_native.decode(data, what=what, lenient=False), what)


def decode_lenient(data: bytes, *, what: str = "DER") -> Element:
    """
    Read somebody else's input; deviations that are unmistakable become :attr:`Element.findings`.

    Raises:
        EncodingError: If it cannot be read even so.
    """
    return Element(_native.decode(data, what=what, lenient=True), what)
