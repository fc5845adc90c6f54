"""Signed messages of any size: the content stays in the file."""

from __future__ import annotations

from typing import BinaryIO, cast

from gmkit import asn1
from gmkit.asn1 import Tag
from gmkit.asn1.tags import context
from gmkit.cms.signed_data import SignedData
from gmkit.cms.skim import Header, Segments, Skimmer

__all__ = ["open_signed"]

_MAX_REST = 64 << 20  # bytes of certificates, lists and signatures


def open_signed(file: BinaryIO) -> tuple[SignedData, BinaryIO | None]:
    """
    Read a signed message without its content, in constant memory.

    Args:
        file: A seekable binary file that holds a message in DER or BER from where it stands to its end.

    Returns:
        The message as if it were detached, and its content as a file to give to
        :func:`gmkit.cms.verify_signatures`; None if the message has no content.

    Raises:
        EncodingError: If it is not a signed message, or what is not content is longer than 64 MiB.
        InvalidArgument: If the file is a pipe.
    """
    skimmer = Skimmer(file)
    outer = skimmer.header(Tag.SEQUENCE)
    kind = skimmer.small()
    holder = skimmer.header(context(0, constructed=True))
    body = skimmer.header(Tag.SEQUENCE)
    version, digests = skimmer.small(), skimmer.small()
    content, inner_type = _content(skimmer)
    rest = skimmer.rest([body, holder, outer], _MAX_REST)
    around = asn1.sequence(version, digests, asn1.sequence(inner_type), rest)
    message = SignedData.parse(asn1.sequence(kind, asn1.explicit(0, around)))
    return message, content


def _content(skimmer: Skimmer) -> tuple[BinaryIO | None, bytes]:
    """The content as a file, and the encoding of its type."""
    info = skimmer.header(Tag.SEQUENCE)
    inner_type = skimmer.small()
    if skimmer.at == info.end or (info.end is None and skimmer.peek() == 0):
        skimmer.close(info)
        return None, inner_type
    holder = skimmer.header(context(0, constructed=True))
    found = skimmer.header()
    if found.tag & ~0x20 == Tag.OCTET_STRING:
        content = Segments(skimmer.file, found)
    elif found.end is None:
        raise skimmer.error("content that is no string must have a length")
    else:
        # PKCS#7 lets any type stand here; its contents octets are what is hashed.
        content = Segments(skimmer.file, Header(Tag.OCTET_STRING, found.start, found.end))
    skimmer.at = content.end()
    skimmer.close(holder)
    skimmer.close(info)
    return cast("BinaryIO", content), inner_type
