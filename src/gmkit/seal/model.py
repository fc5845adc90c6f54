"""
Electronic seals and what is signed with them, as they are stored. Data, no decisions.

Three layouts are in use: GM/T 0031-2014 (header version 1; some makers write 2), GB/T 38540-2020 (version 4)
and GM/T 0031-2025 (version 5), which is the second with a timestamp in the seal.
"""

from __future__ import annotations

from dataclasses import dataclass

from gmkit import asn1
from gmkit.asn1 import Cursor, Element, Tag
from gmkit.seal.info import (
    CertificateList,
    Layout,
    Picture,
    SealInfo,
    layout_of,
    read_info,
    read_text,
)
from gmkit.seal.lenient import ClaimedTime, Notes, bit_string, claimed_time, read_time

__all__ = ["CertificateList", "Layout", "Picture", "Seal", "SealInfo", "SealSignature"]


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
        info = read_info(info_element, notes, old=old)
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
        layout = layout_of(info.version, old=old, notes=notes)
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
        property_info = read_text(body.next(), "propertyInfo", notes)
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
