"""Making signed messages: RFC 5652 section 5 and GM/T 0010-2012."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from gmkit import asn1, sm2, sm3
from gmkit.asn1 import Tag
from gmkit.asn1.tags import context
from gmkit.cms import oids
from gmkit.cms.attributes import attribute
from gmkit.cms.oids import Family
from gmkit.cms.skim import header_octets
from gmkit.errors import InvalidArgument
from gmkit.keys.signer import Signer
from gmkit.x509 import Certificate, CertificateList

__all__ = ["MessageSigner", "sign", "sign_digest", "sign_file", "signer_info_over"]

_CHUNK = 1 << 20
_SM3 = asn1.sequence(asn1.oid(oids.SM3))
_SIGNATURES = {
    Family.RFC: asn1.sequence(asn1.oid(oids.SM2_WITH_SM3)),
    Family.GM: asn1.sequence(asn1.oid(oids.SM2_SIGNATURE)),
}


@dataclass(frozen=True, slots=True)
class MessageSigner:
    """
    Who signs.

    Attributes:
        key: The private key, in memory or in a device.
        certificate: Its certificate; it goes into the message.
        chain: Further certificates to send along, without the root.
        signed_attributes: Encodings of further signed attributes.
        unsigned_attributes: Encodings of unsigned attributes.
        stamp: Makes a timestamp token over the octets of the signature value, which goes along as the
            unsigned attribute of RFC 3161 appendix A; None: no timestamp.
    """

    key: Signer
    certificate: Certificate
    chain: tuple[Certificate, ...] = ()
    signed_attributes: tuple[bytes, ...] = ()
    unsigned_attributes: tuple[bytes, ...] = ()
    stamp: Callable[[bytes], bytes] | None = None


def sign(
    content: bytes,
    signers: Sequence[MessageSigner],
    *,
    family: Family = Family.RFC,
    detached: bool = False,
    attributes: bool = True,
    signing_time: datetime | None = None,
    lists: Sequence[CertificateList] = (),
    content_type: str | None = None,
    with_certificates: bool = True,
) -> bytes:
    """
    Sign *content*.

    Args:
        content: The content, any length.
        signers: At least one; each with an SM2 key that fits its certificate.
        family: ``RFC`` writes RFC 5652 types and signature type 1.2.156.10197.1.501; ``GM`` writes GM/T 0010
            types and 1.2.156.10197.1.301.1.
        detached: Leave the content out of the message.
        attributes: Sign attributes (content type, digest, time, certificate). Without them the content
            itself is signed, as some bank software wants it.
        signing_time: The claimed time, in any zone, to the second; left out if None.
        lists: Revocation lists to send along.
        content_type: Type of the content if it is not plain data; then attributes are needed.
        with_certificates: Put the signers' certificates into the message.

    Returns:
        The message in DER.

    Raises:
        InvalidArgument: If there is no signer, a key does not fit its certificate, or attributes are
            wanted by one argument and refused by another.
    """
    signed = _Content.of_bytes(content)
    plan = _Plan(signers, family, attributes, signing_time, lists, content_type, with_certificates)
    if detached:
        return plan.detached(signed)
    prefix, suffix = plan.around(signed)
    return prefix + content + suffix


def sign_file(  # noqa: D417 - the rest is described at sign
    source: BinaryIO,
    target: BinaryIO,
    signers: Sequence[MessageSigner],
    *,
    family: Family = Family.RFC,
    detached: bool = False,
    attributes: bool = True,
    signing_time: datetime | None = None,
    lists: Sequence[CertificateList] = (),
) -> None:
    """
    Sign a file of any size in constant memory; arguments are those of :func:`sign`.

    Args:
        source: A seekable binary file, read twice if the content goes into the message.
        target: Where the message goes.

    Raises:
        InvalidArgument: As :func:`sign`, and if the file changes while it is read.
    """
    signed = _Content.of_file(source)
    plan = _Plan(signers, family, attributes, signing_time, lists, None)
    if detached:
        target.write(plan.detached(signed))
        return
    prefix, suffix = plan.around(signed)
    target.write(prefix)
    again = sm3.SM3()
    left = signed.length
    source.seek(signed.start)
    while left and (piece := source.read(min(_CHUNK, left))):
        again.update(piece)
        target.write(piece)
        left -= len(piece)
    if left or again.digest() != signed.digest:
        raise InvalidArgument("the file changed while it was being signed")
    target.write(suffix)


def sign_digest(
    digest: bytes,
    signers: Sequence[MessageSigner],
    *,
    family: Family = Family.RFC,
    signing_time: datetime | None = None,
    lists: Sequence[CertificateList] = (),
    content_type: str | None = None,
) -> bytes:
    """
    A detached message over content of which only the SM3 digest (32 bytes) is at hand; see :func:`sign`.

    Raises:
        InvalidArgument: As :func:`sign`, and if *digest* is not 32 bytes.
    """
    if len(digest) != 32:
        raise InvalidArgument(f"an SM3 digest has 32 bytes, not {len(digest)}")
    plan = _Plan(signers, family, True, signing_time, lists, content_type)
    return plan.detached(_Content(digest, 0, 0, None))


@dataclass(frozen=True, slots=True)
class _Content:
    digest: bytes
    length: int
    start: int
    source: bytes | BinaryIO | None

    @classmethod
    def of_bytes(cls, content: bytes) -> _Content:
        return cls(sm3.digest(content), len(content), 0, content)

    @classmethod
    def of_file(cls, file: BinaryIO) -> _Content:
        start = file.tell()
        digest = sm3.file_digest(file)
        return cls(digest, file.seek(0, os.SEEK_END) - start, start, file)

    def sign_whole(self, key: Signer) -> bytes:
        if isinstance(self.source, bytes):
            return key.sign(self.source)
        assert self.source is not None
        self.source.seek(self.start)
        if isinstance(key, sm2.SM2PrivateKey):
            running = key.signer()
            while piece := self.source.read(_CHUNK):
                running.update(piece)
            return running.finish()
        return key.sign(self.source.read())


class _Plan:
    """What is the same for a message whether its content is inside or not."""

    def __init__(
        self,
        signers: Sequence[MessageSigner],
        family: Family,
        attributes: bool,
        signing_time: datetime | None,
        lists: Sequence[CertificateList],
        content_type: str | None,
        with_certificates: bool = True,
    ) -> None:
        if not signers:
            raise InvalidArgument("a message needs at least one signer")
        for signer in signers:
            _check_pair(signer)
            if not attributes and signer.signed_attributes:
                raise InvalidArgument(
                    "signed attributes are given, and refused by attributes=False"
                )
        if content_type is not None and not attributes:
            raise InvalidArgument("content that is not plain data must be signed with attributes")
        self._signers = signers
        self._family = family
        self._attributes = attributes
        self._time = signing_time
        self._with_certificates = with_certificates
        self._lists = lists
        self._type = content_type or oids.content_type(family, oids.DATA)
        plain = content_type is None or family is Family.GM
        self._version = asn1.integer(1 if plain else 3)

    def detached(self, content: _Content) -> bytes:
        inner = asn1.sequence(asn1.oid(self._type))
        body = asn1.sequence(self._version, asn1.set_of(_SM3), inner, self._tail(content))
        outer = asn1.oid(oids.content_type(self._family, oids.SIGNED_DATA))
        return asn1.sequence(outer, asn1.explicit(0, body))

    def around(self, content: _Content) -> tuple[bytes, bytes]:
        """What stands before and after the content."""
        tail = self._tail(content)
        prefix = header_octets(Tag.OCTET_STRING, content.length)
        for inside, tag in (
            (b"", context(0, constructed=True)),
            (asn1.oid(self._type), Tag.SEQUENCE),
        ):
            prefix = inside + prefix
            prefix = header_octets(tag, len(prefix) + content.length) + prefix
        prefix = self._version + asn1.set_of(_SM3) + prefix
        outer = asn1.oid(oids.content_type(self._family, oids.SIGNED_DATA))
        for inside, tag in (
            (b"", Tag.SEQUENCE),
            (b"", context(0, constructed=True)),
            (outer, Tag.SEQUENCE),
        ):
            prefix = inside + prefix
            prefix = header_octets(tag, len(prefix) + content.length + len(tail)) + prefix
        return prefix, tail

    def _tail(self, content: _Content) -> bytes:
        certificates: dict[bytes, None] = {}
        for signer in self._signers:
            for certificate in (signer.certificate, *signer.chain):
                certificates[certificate.der] = None
        parts = [asn1.implicit(0, asn1.set_of(*certificates))] if self._with_certificates else []
        if self._lists:
            parts.append(asn1.implicit(1, asn1.set_of(*(one.der for one in self._lists))))
        parts.append(asn1.set_of(*(self._signer_info(one, content) for one in self._signers)))
        return b"".join(parts)

    def _signer_info(self, signer: MessageSigner, content: _Content) -> bytes:
        if self._attributes:
            return signer_info_over(
                content.digest,
                signer,
                family=self._family,
                content_type=self._type,
                signing_time=self._time,
            )
        return _signer_info(signer, self._family, b"", content.sign_whole(signer.key))


def signer_info_over(
    digest: bytes,
    signer: MessageSigner,
    *,
    family: Family,
    content_type: str | None,
    signing_time: datetime | None,
) -> bytes:
    """
    A SignerInfo with attributes over content of which the SM3 digest is at hand.

    Args:
        digest: 32 bytes.
        signer: Who signs.
        family: Decides the signature's identifier.
        content_type: In dotted form; None in a counter-signature, which has none.
        signing_time: The claimed time, or None.

    Raises:
        InvalidArgument: If the key does not belong to the certificate.
    """
    _check_pair(signer)
    certificate_id = asn1.sequence(_SM3, asn1.octet_string(sm3.digest(signer.certificate.der)))
    own = [
        attribute(oids.ATTRIBUTE_MESSAGE_DIGEST, asn1.octet_string(digest)),
        attribute(
            oids.ATTRIBUTE_SIGNING_CERTIFICATE_V2, asn1.sequence(asn1.sequence(certificate_id))
        ),
    ]
    if content_type is not None:
        own.append(attribute(oids.ATTRIBUTE_CONTENT_TYPE, asn1.oid(content_type)))
    if signing_time is not None:
        own.append(attribute(oids.ATTRIBUTE_SIGNING_TIME, asn1.time(signing_time)))
    attributes = asn1.set_of(*own, *signer.signed_attributes)
    signature = signer.key.sign(attributes)
    return _signer_info(signer, family, asn1.implicit(0, attributes), signature)


def _signer_info(
    signer: MessageSigner, family: Family, attributes: bytes, signature: bytes
) -> bytes:
    certificate = signer.certificate
    serial = bytes([Tag.INTEGER, len(certificate.serial_octets)]) + certificate.serial_octets
    unsigned = list(signer.unsigned_attributes)
    if signer.stamp is not None:
        unsigned.append(attribute(oids.ATTRIBUTE_TIMESTAMP, signer.stamp(signature)))
    return asn1.sequence(
        asn1.integer(1),
        asn1.sequence(certificate.issuer_octets, serial),
        _SM3,
        attributes,
        _SIGNATURES[family],
        asn1.octet_string(signature),
        asn1.implicit(1, asn1.set_of(*unsigned)) if unsigned else b"",
    )


def _check_pair(signer: MessageSigner) -> None:
    if signer.key.public_key() != signer.certificate.public_key():
        raise InvalidArgument(
            f"the key does not belong to the certificate of {signer.certificate.subject}"
        )
