"""
Electronic seals and what is signed with them, as they are stored. Data, no decisions.

Three layouts are in use: GM/T 0031-2014 (header version 1; some makers write 2), GB/T 38540-2020 (version 4)
and GM/T 0031-2025 (version 5), which is the second with a timestamp in the seal.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from gmkit import asn1
from gmkit.asn1 import Cursor, Element, Tag
from gmkit.errors import EncodingError
from gmkit.seal.lenient import ClaimedTime, Notes, bit_string, claimed_time, read_time

__all__ = ["CertificateList", "Layout", "Picture", "Seal", "SealInfo", "SealSignature"]

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


@dataclass(frozen=True, slots=True)
class Seal:
    """
    A seal (SESeal); nothing is verified by being read.

    Attributes:
        der: As stored.
        layout: Its layout, by its structure.
        info: What its maker says.
        maker: The maker's certificate as stored.
        algorithm: Of the maker's signature, dotted.
        signature: The maker's signature: contents of the BIT STRING.
        signed: The octets that the maker signed.
        timestamp: A token over the maker's signature, or None.
        notes: Deviations from the standard: code and text.
    """

    der: bytes
    layout: Layout
    info: SealInfo
    maker: bytes
    algorithm: str
    signature: bytes
    signed: bytes
    timestamp: bytes | None
    notes: tuple[tuple[str, str], ...]

    @classmethod
    def parse(cls, data: bytes) -> Seal:
        """
        Read a seal of any layout.

        Raises:
            EncodingError: If it is none.
        """
        root = asn1.decode_lenient(data, what="seal")
        notes: Notes = []
        return cls._read(root, notes)

    @classmethod
    def _read(cls, element: Element, notes: Notes) -> Seal:
        members = element.cursor(Tag.SEQUENCE)
        info_element = members.next(Tag.SEQUENCE)
        second = members.peek()
        old = second is not None and second.tag == Tag.SEQUENCE
        info = _read_info(info_element, notes, old=old)
        holder = members.next(Tag.SEQUENCE).cursor() if old else members
        certificate = holder.next(Tag.OCTET_STRING)
        algorithm = holder.next(Tag.OBJECT_IDENTIFIER)
        signature = bit_string(holder.next(), "the seal's signature", notes)
        timestamp = None
        if old:
            holder.finish()
        else:
            timestamp = _timestamp(members, "the seal's timestamp", notes)
        members.finish()
        layout = _layout(info.version, old=old, notes=notes)
        signed = (
            asn1.sequence(info_element.raw, certificate.raw, algorithm.raw)
            if old
            else info_element.raw
        )
        return cls(
            element.raw,
            layout,
            info,
            certificate.octet_string(),
            algorithm.oid(),
            signature,
            signed,
            timestamp,
            tuple(notes),
        )


@dataclass(frozen=True, slots=True)
class SealSignature:
    """
    What is signed with a seal (SES_Signature); nothing is verified by being read.

    Attributes:
        der: As stored.
        layout: Its layout, by its structure.
        version: Number it states.
        seal: The seal.
        signed: The octets that are signed (TBS_Sign).
        time: The claimed time, or None.
        time_token: A timestamp where the time should be (layout of 2014), or None.
        data_hash: SM3 of what is sealed, 32 bytes.
        property_info: What it protects: in an OFD the path of Signature.xml.
        certificate: The signer's certificate as stored.
        algorithm: Of the signature, dotted.
        signature: Contents of the BIT STRING.
        timestamp: A token over the signature, or None.
        notes: Deviations from the standard: code and text.
    """

    der: bytes
    layout: Layout
    version: int
    seal: Seal
    signed: bytes
    time: ClaimedTime | None
    time_token: bytes | None
    data_hash: bytes
    property_info: str
    certificate: bytes
    algorithm: str
    signature: bytes
    timestamp: bytes | None
    notes: tuple[tuple[str, str], ...]

    @classmethod
    def parse(cls, data: bytes) -> SealSignature:
        """
        Read a signature of any layout.

        Raises:
            EncodingError: If it is none.
        """
        root = asn1.decode_lenient(data, what="seal signature")
        notes: Notes = []
        members = root.cursor(Tag.SEQUENCE)
        inner = members.next(Tag.SEQUENCE)
        second = members.peek()
        old = second is not None and second.tag == Tag.BIT_STRING
        body = inner.cursor()
        version = body.next(Tag.INTEGER).integer()
        seal = Seal._read(body.next(Tag.SEQUENCE), [])  # noqa: SLF001 - the two are one format
        time, token = _time(body.next(), notes, old=old)
        data_hash = bit_string(body.next(), "dataHash", notes, length=32)
        property_info = _text(body.next(), "propertyInfo", notes)
        holder = body if old else members
        certificate = holder.next(Tag.OCTET_STRING).octet_string()
        algorithm = holder.next(Tag.OBJECT_IDENTIFIER).oid()
        if not old:
            body.optional_context(0)
        body.finish()
        signature = bit_string(members.next(), "the signature", notes)
        timestamp = None if old else _timestamp(members, "the timestamp", notes)
        members.finish()
        if seal.layout.old != old:
            raise root.error("seal and signature are of different layouts")
        layout = seal.layout
        if version != layout.value and not (old and version in (1, 2)):
            notes.append(("seal-version", f"the signature states version {version}"))
        notes += seal.notes
        return cls(
            root.raw,
            layout,
            version,
            seal,
            inner.raw,
            time,
            token,
            data_hash,
            property_info,
            certificate,
            algorithm,
            signature,
            timestamp,
            tuple(dict.fromkeys(notes)),
        )


def _read_info(element: Element, notes: Notes, *, old: bool) -> SealInfo:
    members = element.cursor(Tag.SEQUENCE)
    header = members.next(Tag.SEQUENCE).cursor()
    kind = header.next()
    if kind.text() != "ES":
        raise kind.error("the header does not say ES: not a seal")
    version = header.next(Tag.INTEGER).integer()
    vendor = _text(header.next(), "the vendor", notes)
    header.finish()
    identifier = _text(members.next(), "the identifier", notes)
    body = members.next(Tag.SEQUENCE).cursor()
    seal_type = body.next(Tag.INTEGER).integer()
    name = _text(body.next(), "the name", notes)
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
                (_text(pair.next(), "a digest's name", notes), pair.next().octet_string())
            )
            pair.finish()
    return CertificateList(kind, certificates, tuple(digests))


def _picture(element: Element, notes: Notes) -> Picture:
    members = element.cursor()
    kind = _text(members.next(), "the kind of picture", notes)
    data = members.next(Tag.OCTET_STRING).octet_string()
    width, height = members.next(Tag.INTEGER).integer(), members.next(Tag.INTEGER).integer()
    members.finish()
    return Picture(kind, data, width, height)


def _time(element: Element, notes: Notes, *, old: bool) -> tuple[ClaimedTime | None, bytes | None]:
    if not old:
        return read_time(element, "timeInfo", notes, tag=Tag.GENERALIZED_TIME), None
    octets = bit_string(element, "timeInfo", notes)
    if octets[:1] == b"\x30":
        return None, octets
    if len(octets) > 2 and octets[0] in (Tag.UTC_TIME, Tag.GENERALIZED_TIME):
        octets = octets[2:]
    found = claimed_time(octets[:64].decode("latin-1"))
    if found is None:
        notes.append(("time-form", "timeInfo is neither a time nor a timestamp"))
    elif not found.zoned:
        notes.append(("time-zone", f"timeInfo ({found}) names no time zone"))
    return found, None


def _timestamp(members: Cursor, what: str, notes: Notes) -> bytes | None:
    """``[0]`` around a BIT STRING; some write the BIT STRING without the tag."""
    tagged = members.optional(0xA0)
    if tagged is not None:
        return bit_string(tagged.inside(), what, notes)
    bare = members.optional(Tag.BIT_STRING)
    if bare is None:
        return None
    notes.append(("timestamp-tag", f"{what} stands without its tag [0]"))
    return bit_string(bare, what, notes)


def _text(element: Element, what: str, notes: Notes) -> str:
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


def _layout(version: int, *, old: bool, notes: Notes) -> Layout:
    if old:
        if version != 1:
            notes.append(("seal-version", f"a seal of the 2014 layout states version {version}"))
        return Layout.V1
    if version not in (4, 5):
        notes.append(("seal-version", f"a seal of the 2020 layout states version {version}"))
    return Layout.V5 if version == 5 else Layout.V4
