"""What kind of document is this? Told by its content, never by its name."""

from __future__ import annotations

import base64
import binascii
import io
import zipfile
from enum import Enum

from gmkit.cms import oids
from gmkit.errors import EncodingError
from gmkit.x509.load import pem_block

__all__ = ["Kind", "message_octets", "recognise"]

_HEAD = 1024
_LABELS = ("CMS", "PKCS7", "PKCS #7 SIGNED DATA")
_BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n")
_MAX_TEXT = 1 << 28  # bytes of a message in PEM or Base64


class Kind(Enum):
    """Kinds of documents."""

    PDF = "PDF"
    OFD = "OFD"
    XML = "XML"
    CMS = "CMS"
    TIMESTAMP = "timestamp"
    PLAIN = "plain file"


def recognise(data: bytes) -> Kind:
    """
    The kind of a document.

    Args:
        data: The document; of one that is not OFD the first kilobyte suffices.
    """
    if b"%PDF-" in data[:_HEAD]:
        return Kind.PDF
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return Kind.OFD if _is_ofd(data) else Kind.PLAIN
    der = _der_head(data)
    if der is not None:
        return _asn1_kind(der)
    text = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data[:_HEAD].decode("utf-16", "replace").lstrip("\ufeff \t\r\n").encode()
    after = text[1:2]
    if text[:1] == b"<" and after and (after in b"?!_" or after.isalpha() or after >= b"\x80"):
        return Kind.XML
    return Kind.PLAIN


def message_octets(data: bytes) -> bytes:
    """
    The DER or BER of a message that may stand in PEM or in plain Base64, as banks send it.

    Raises:
        EncodingError: If it is text of another kind.
    """
    if data[:1] == b"\x30":
        return data
    if len(data) > _MAX_TEXT:
        raise EncodingError("the text is too long for a message", what="CMS")
    if b"-----BEGIN" in data:
        return pem_block(data, *_LABELS)
    try:
        return base64.b64decode(b"".join(data.split()), validate=True)
    except binascii.Error:
        raise EncodingError("this is neither DER nor PEM nor Base64", what="CMS") from None


def _der_head(data: bytes) -> bytes | None:
    """The first octets of what may be DER, out of its armour."""
    if data[:1] == b"\x30":
        return data[:_HEAD]
    if any(b"-----BEGIN " + label.encode() + b"-----" in data[:_HEAD] for label in _LABELS):
        try:
            return pem_block(data, *_LABELS)[:_HEAD]
        except EncodingError:
            return None
    head = data[:_HEAD]
    if head[:1] == b"M" and _BASE64.issuperset(head):
        digits = b"".join(head.split())
        try:
            return base64.b64decode(digits[: len(digits) // 4 * 4], validate=True)
        except binascii.Error:
            return None
    return None


def _asn1_kind(head: bytes) -> Kind:
    """By the content type of a ContentInfo, or the shape of a timestamp's answer."""
    inner = _contents(head)
    if inner[:1] == b"\x06":
        length = inner[1] if len(inner) > 1 else 0
        oid = inner[2 : 2 + length]
        return Kind.CMS if oid in _TYPES else Kind.PLAIN
    # TimeStampResp: PKIStatusInfo, whose first member is a small INTEGER, then the token.
    if inner[:1] == b"\x30" and _contents(inner)[:2] == b"\x02\x01":
        after = inner[2 + inner[1] :] if len(inner) > 1 and inner[1] < 0x80 else b""
        if after[:1] == b"\x30" and _contents(after)[:1] == b"\x06":
            return Kind.TIMESTAMP
    return Kind.PLAIN


def _contents(data: bytes) -> bytes:
    """What follows identifier and length octets, as far as it is there."""
    if len(data) < 2:
        return b""
    more = data[1] & 0x7F if data[1] > 0x80 else 0
    return data[2 + more :]


def _encoded(dotted: str) -> bytes:
    from gmkit import asn1  # noqa: PLC0415 - only to fill the table below

    return asn1.oid(dotted)[2:]


_TYPES = frozenset(_encoded(oid) for oid in oids.CONTENT_TYPES)


def _is_ofd(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(name.lower().lstrip("/") == "ofd.xml" for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        # NotImplementedError is what zipfile raises for a version it does not know.
        # Broken beyond its directory: still an OFD if it names one, so that the fault is reported.
        return b"OFD.xml" in data
