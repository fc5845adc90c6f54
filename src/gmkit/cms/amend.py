"""
Adding to a signed message: a further signer, a counter-signature, what is needed to judge it later.

What is there keeps its octets; only lengths around it, and the order DER asks of sets, are written anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gmkit import asn1, sm3
from gmkit.asn1 import Tag
from gmkit.cms import oids
from gmkit.cms.attributes import attribute
from gmkit.cms.content import Content
from gmkit.cms.sign import MessageSigner, signer_info_over
from gmkit.cms.signed_data import SignedData, SignerInfo
from gmkit.cms.unsigned import add_unsigned_attributes
from gmkit.errors import InvalidArgument
from gmkit.x509 import Certificate, CertificateList

__all__ = ["add_signer", "add_validation", "counter_sign"]


def add_signer(
    message: bytes,
    signer: MessageSigner,
    *,
    content: bytes | None = None,
    signing_time: datetime | None = None,
) -> bytes:
    """
    Add a signature over the same content.

    Args:
        message: The message, with at least one signature or none.
        signer: Who signs; with attributes, of the message's family.
        content: The content, if the message is detached.
        signing_time: The claimed time, to the second; left out if None.

    Returns:
        The message with one signature more.

    Raises:
        InvalidArgument: If the key does not fit its certificate.
        VerificationError: With reason ``no-content`` or ``content-differs``.
        EncodingError: If *message* is not a signed message.
    """
    parsed = SignedData.parse(message)
    digest = Content(parsed, content).digest(oids.SM3)
    info = signer_info_over(
        digest,
        signer,
        family=parsed.family,
        content_type=parsed.content_type,
        signing_time=signing_time,
    )
    return _rebuilt(
        message, lambda infos: [*infos, info], certificates=(signer.certificate, *signer.chain)
    )


def counter_sign(
    message: bytes,
    signer: MessageSigner,
    *,
    which: int = 0,
    signing_time: datetime | None = None,
) -> bytes:
    """
    Sign the value of a signature (RFC 5652 section 11.4).

    Args:
        message: The message.
        signer: Who confirms the signature.
        which: The signature's place in the message.
        signing_time: The claimed time, to the second; left out if None.

    Raises:
        InvalidArgument: If there is no such signature, or the key does not fit its certificate.
        EncodingError: If *message* is not a signed message.
    """
    parsed = SignedData.parse(message)
    value = _chosen(parsed, which).signature
    info = signer_info_over(
        sm3.digest(value),
        signer,
        family=parsed.family,
        content_type=None,
        signing_time=signing_time,
    )
    added = attribute(oids.ATTRIBUTE_COUNTER_SIGNATURE, info)
    amended = add_unsigned_attributes(message, added, signer=which)
    return _rebuilt(amended, lambda infos: infos, certificates=(signer.certificate, *signer.chain))


def add_validation(
    message: bytes,
    *,
    certificates: Sequence[Certificate] = (),
    lists: Sequence[CertificateList] = (),
    responses: Sequence[bytes] = (),
) -> bytes:
    """
    Put what is needed to judge the signers into a message, where no signature covers it.

    Args:
        message: The message.
        certificates: Further certificates; those that are there already stay once.
        lists: Further revocation lists.
        responses: OCSP responses in DER (RFC 5940).

    Raises:
        EncodingError: If *message* is not a signed message.
    """
    other = [
        asn1.implicit(1, asn1.sequence(asn1.oid(oids.OCSP_RESPONSE), one)) for one in responses
    ]
    return _rebuilt(
        message,
        lambda infos: infos,
        certificates=certificates,
        status=[*(one.der for one in lists), *other],
    )


def _chosen(parsed: SignedData, which: int) -> SignerInfo:
    if not 0 <= which < len(parsed.signers):
        raise InvalidArgument(f"the message has no signature number {which}")
    return parsed.signers[which]


@dataclass(frozen=True, slots=True)
class _Parts:
    outer: bytes
    head: tuple[bytes, ...]
    certificates: tuple[bytes, ...]
    lists: tuple[bytes, ...]
    infos: tuple[bytes, ...]


def _parts(message: bytes) -> _Parts:
    outer = asn1.decode_lenient(message, what="CMS").cursor(Tag.SEQUENCE)
    kind = outer.next(Tag.OBJECT_IDENTIFIER).raw
    members = outer.next().inside().cursor(Tag.SEQUENCE)
    head = tuple(members.next().raw for _ in range(3))  # version, digest algorithms, content
    certificates = members.optional_context(0)
    lists = members.optional_context(1)
    infos = members.next(Tag.SET)
    return _Parts(
        kind,
        head,
        () if certificates is None else tuple(one.raw for one in certificates),
        () if lists is None else tuple(one.raw for one in lists),
        tuple(one.raw for one in infos),
    )


def _rebuilt(
    message: bytes,
    change: Callable[[list[bytes]], list[bytes]],
    *,
    certificates: Sequence[Certificate] = (),
    status: Sequence[bytes] = (),
) -> bytes:
    parts = _parts(message)
    version, digests, content = parts.head
    infos = change(list(parts.infos))
    listed = dict.fromkeys([*parts.certificates, *(one.der for one in certificates)])
    held = asn1.implicit(0, asn1.set_of(*listed)) if listed else b""
    revocation = dict.fromkeys([*parts.lists, *status])
    lists = asn1.implicit(1, asn1.set_of(*revocation)) if revocation else b""
    known = dict.fromkeys(
        [*(one.raw for one in asn1.decode_lenient(digests, what="CMS")), *_digests(infos)]
    )
    body = asn1.sequence(version, asn1.set_of(*known), content, held, lists, asn1.set_of(*infos))
    return asn1.sequence(parts.outer, asn1.explicit(0, body))


def _digests(infos: Sequence[bytes]) -> list[bytes]:
    """Digest algorithms as the signatures name them, unless listed in their other form."""
    found = []
    for info in infos:
        members = asn1.decode_lenient(info, what="CMS").cursor(Tag.SEQUENCE)
        members.next()
        members.next()
        found.append(members.next().raw)
    return found
