"""What the maker of a seal says (SES_SealInfo), as it is stored. Data, no decisions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from gmkit.asn1 import Cursor, Element, Tag
from gmkit.errors import EncodingError
from gmkit.seal.lenient import ClaimedTime, Notes, read_time

__all__ = [
    "CertificateList",
    "Layout",
    "Picture",
    "SealInfo",
    "layout_of",
    "read_info",
    "read_text",
]

_MAX_CERTIFICATES = 1000


class Layout(Enum):
    """How a seal is laid out; what a signature covers depends on it."""

    V1 = 1
    V4 = 4
    V5 = 5

    @property
    def standard(self) -> str:
        """The standard that describes it."""
        return {1: "GM/T 0031-2014", 4: "GB/T 38540-2020", 5: "GM/T 0031-2025"}[self.value]

    @property
    def old(self) -> bool:
        """Whether it is the layout of 2014, which puts certificates elsewhere and signs more."""
        return self is Layout.V1


@dataclass(frozen=True, slots=True)
class Picture:
    """
    What a seal looks like.

    Attributes:
        type: Kind of picture: png, svg, ofd, ...
        data: The picture.
        width, height: In millimetres.
    """

    type: str
    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class CertificateList:
    """
    Who may use a seal.

    Attributes:
        type: 1: certificates; 2: digests of certificates. Others occur.
        certificates: The certificates as stored.
        digests: Name of the digest and its value.
    """

    type: int
    certificates: tuple[bytes, ...] = ()
    digests: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class SealInfo:
    """
    What the maker of a seal says (SES_SealInfo).

    Attributes:
        raw: As stored.
        version: Number in the header.
        vendor: Who made the software that made the seal.
        id: Identifier of the seal.
        type: Kind of seal.
        name: Name of the seal.
        users: Who may use it.
        created: When it was made.
        valid_from, valid_to: When it may be used.
        picture: What it looks like.
    """

    raw: bytes
    version: int
    vendor: str
    id: str
    type: int
    name: str
    users: CertificateList
    created: ClaimedTime
    valid_from: ClaimedTime
    valid_to: ClaimedTime
    picture: Picture


def read_info(element: Element, notes: Notes, *, old: bool) -> SealInfo:
    """
    Read one.

    Args:
        element: The SES_SealInfo.
        notes: Where deviations go.
        old: Whether the seal is laid out as in 2014.

    Raises:
        EncodingError: If it is none.
    """
    members = element.cursor(Tag.SEQUENCE)
    header = members.next(Tag.SEQUENCE).cursor()
    kind = header.next()
    if kind.text() != "ES":
        raise kind.error("the header does not say ES: not a seal")
    version = header.next(Tag.INTEGER).integer()
    vendor = read_text(header.next(), "the vendor", notes)
    header.finish()
    identifier = read_text(members.next(), "the identifier", notes)
    body = members.next(Tag.SEQUENCE).cursor()
    seal_type = body.next(Tag.INTEGER).integer()
    name = read_text(body.next(), "the name", notes)
    users = _users(body, notes)
    tag = Tag.UTC_TIME if old else Tag.GENERALIZED_TIME
    created, start, end = (
        read_time(body.next(), what, notes, tag=tag)
        for what in ("createDate", "validStart", "validEnd")
    )
    body.finish()
    picture = _picture(members.next(Tag.SEQUENCE), notes)
    members.optional(Tag.SEQUENCE, 0xA0)  # extensions, untagged in the layout of 2014
    members.finish()
    return SealInfo(
        element.raw,
        version,
        vendor,
        identifier,
        seal_type,
        name,
        users,
        created,
        start,
        end,
        picture,
    )


def _users(body: Cursor, notes: Notes) -> CertificateList:
    kind_element = body.optional(Tag.INTEGER)  # absent in the layout of 2014
    kind = 1 if kind_element is None else kind_element.integer()
    listed = body.next(Tag.SEQUENCE).children()
    if len(listed) > _MAX_CERTIFICATES:
        raise EncodingError("too many certificates in the seal", what="seal")
    if kind not in (1, 2):
        notes.append(("seal-list-type", f"certListType is {kind}; 1 or 2 are defined"))
    certificates = tuple(one.octet_string() for one in listed if one.tag == Tag.OCTET_STRING)
    digests = []
    for one in listed:
        if one.tag == Tag.SEQUENCE:
            pair = one.cursor()
            digests.append(
                (read_text(pair.next(), "a digest's name", notes), pair.next().octet_string())
            )
            pair.finish()
    return CertificateList(kind, certificates, tuple(digests))


def _picture(element: Element, notes: Notes) -> Picture:
    members = element.cursor()
    kind = read_text(members.next(), "the kind of picture", notes)
    data = members.next(Tag.OCTET_STRING).octet_string()
    width, height = members.next(Tag.INTEGER).integer(), members.next(Tag.INTEGER).integer()
    members.finish()
    return Picture(kind, data, width, height)


def layout_of(version: int, *, old: bool, notes: Notes) -> Layout:
    """The layout, from the structure first and the number in the header second."""
    if old:
        if version != 1:
            notes.append(("seal-version", f"a seal of the 2014 layout states version {version}"))
        return Layout.V1
    if version not in (4, 5):
        notes.append(("seal-version", f"a seal of the 2020 layout states version {version}"))
    return Layout.V5 if version == 5 else Layout.V4


def read_text(element: Element, what: str, notes: Notes) -> str:
    """A name for people: never compared, so read however it can be."""
    try:
        text = element.text()
    except EncodingError:
        for encoding in ("utf-8", "gb18030", "latin-1"):
            try:
                text = element.content.decode(encoding)
            except UnicodeDecodeError:
                continue
            break
        notes.append(("text-encoding", f"{what} is not in the encoding of its type"))
    if text.endswith("\0"):
        notes.append(("text-padding", f"{what} is filled up with zeros"))
        text = text.rstrip("\0")
    return text
