"""Putting unsigned attributes beside a signature that is there already (RFC 5652 section 5.3)."""

from __future__ import annotations

from gmkit import asn1
from gmkit.asn1 import Element, Tag
from gmkit.asn1.tags import context
from gmkit.cms.signed_data import SignedData
from gmkit.errors import InvalidArgument

__all__ = ["add_unsigned_attributes"]


def add_unsigned_attributes(message: bytes, *attributes: bytes, signer: int = 0) -> bytes:
    """
    A signed message with further unsigned attributes: timestamps, counter-signatures.

    All other octets stay as they are stored, apart from the lengths around them.

    Args:
        message: The message in DER.
        attributes: Encodings of the attributes.
        signer: Which signature they go to, counted from 0 in the order of the message.

    Returns:
        The message in DER.

    Raises:
        EncodingError: If it is no signed message in DER.
        InvalidArgument: If it has no such signature.
    """
    parsed = SignedData.parse(message)
    if not 0 <= signer < len(parsed.signers):
        raise InvalidArgument(f"the message has {len(parsed.signers)} signatures, counted from 0")
    outer = asn1.decode(message, what="CMS")
    kind, holder = outer.children()
    body = holder.inside()
    *head, infos = body.children()
    rewritten = [one.raw for one in infos]
    rewritten[signer] = _with_attributes(infos.children()[signer], attributes)
    # The order of a SET OF is by its octets, which have changed.
    inside = asn1.sequence(*(one.raw for one in head), asn1.set_of(*rewritten))
    return asn1.sequence(kind.raw, asn1.explicit(0, inside))


def _with_attributes(info: Element, attributes: tuple[bytes, ...]) -> bytes:
    members = info.children()
    there: list[bytes] = []
    if members[-1].tag == context(1, constructed=True):
        there = [one.raw for one in members.pop().implicit(Tag.SET)]
    together = asn1.implicit(1, asn1.set_of(*there, *attributes))
    return asn1.sequence(*(one.raw for one in members), together)
