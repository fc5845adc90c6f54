"""Recipients of an enveloped message: SM2 key transport (RFC 5652 section 6.2.1, GM/T 0010-2012)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from gmkit import asn1, sm2
from gmkit.asn1 import Element, Tag
from gmkit.asn1.tags import context
from gmkit.cms import oids
from gmkit.cms.oids import Family
from gmkit.cms.signed_data import Algorithm, SignerIdentifier
from gmkit.errors import DecryptionError, InvalidArgument
from gmkit.x509 import Certificate

_KEY_ENCRYPTION = frozenset({oids.SM2_ENCRYPTION, oids.SM2_KEY_EXCHANGE, oids.SM2})


class Decrypter(Protocol):
    """A private key as far as decrypting needs it, in memory or in a device."""

    def public_key(self) -> sm2.SM2PublicKey:
        """The public key that belongs to it."""
        ...

    def decrypt(self, ciphertext: bytes, *, format: sm2.CiphertextFormat = ...) -> bytes:  # noqa: A002
        """Decrypt (GB/T 32918.4-2016)."""
        ...


@dataclass(frozen=True, slots=True)
class Recipient:
    """
    One recipient as stored.

    Attributes:
        identifier: Whose key; named as signers are.
        algorithm: How the content key is encrypted.
        encrypted_key: The encrypted content key.
    """

    identifier: SignerIdentifier
    algorithm: Algorithm
    encrypted_key: bytes

    @classmethod
    def read(cls, element: Element) -> Recipient | None:
        """Read a KeyTransRecipientInfo; None for the other kinds, which nobody uses with SM2."""
        if element.tag != Tag.SEQUENCE:
            return None
        members = element.cursor()
        members.next(Tag.INTEGER).integer()
        identifier = SignerIdentifier.read(members.next())
        algorithm = Algorithm.read(members.next())
        encrypted = members.next(Tag.OCTET_STRING).octet_string()
        members.finish()
        return cls(identifier, algorithm, encrypted)


def recipient_infos(
    certificates: Sequence[Certificate],
    content_key: bytes,
    family: Family,
    *,
    any_usage: bool = False,
) -> bytes:
    """
    The SET of recipients for a content key of 16 bytes.

    Raises:
        InvalidArgument: If there is no recipient, or a certificate's key cannot encrypt.
    """
    if not certificates:
        raise InvalidArgument("an enveloped message needs at least one recipient")
    version = asn1.integer(1 if family is Family.GM else 0)
    algorithm = asn1.sequence(asn1.oid(oids.SM2_ENCRYPTION))
    infos = []
    for certificate in certificates:
        key = certificate.public_key()
        if not isinstance(key, sm2.SM2PublicKey):
            raise InvalidArgument(f"the key of {certificate.subject} is not an SM2 key")
        if not any_usage and not _may_encrypt(certificate):
            raise InvalidArgument(
                f"the certificate of {certificate.subject} is not for encryption",
                hint="take the encryption certificate of the pair",
            )
        serial = bytes([Tag.INTEGER, len(certificate.serial_octets)]) + certificate.serial_octets
        infos.append(
            asn1.sequence(
                version,
                asn1.sequence(certificate.issuer_octets, serial),
                algorithm,
                asn1.octet_string(key.encrypt(content_key)),
            )
        )
    return asn1.set_of(*infos)


def open_content_key(
    recipients: Iterable[Recipient], key: Decrypter, certificate: Certificate | None
) -> bytes:
    """
    The content key, decrypted for the holder of *key*.

    Args:
        recipients: As they stand in the message.
        key: The recipient's key.
        certificate: The recipient's certificate, to be found in the message by it; None takes the only
            recipient there is.

    Raises:
        DecryptionError: If the message is not for this recipient, or the key does not open.
    """
    listed = list(recipients)
    if certificate is None:
        fitting = listed if len(listed) == 1 else []
    else:
        fitting = [one for one in listed if one.identifier.fits(certificate)]
    if len(fitting) != 1:
        raise DecryptionError(
            hint="the message is not for this certificate"
            if certificate is not None
            else "several recipients: give the certificate"
        )
    (recipient,) = fitting
    if recipient.algorithm.oid not in _KEY_ENCRYPTION or not recipient.algorithm.bare:
        raise DecryptionError(hint="the content key is not encrypted with SM2")
    content_key = key.decrypt(recipient.encrypted_key)
    if len(content_key) != 16:
        raise DecryptionError
    return content_key


def _may_encrypt(certificate: Certificate) -> bool:
    """Bits keyEncipherment, dataEncipherment or keyAgreement (GM/T 0015-2012 annex C)."""
    bits = certificate.key_usage_bits
    return bits is None or bool(bits & 0b11100)


_CONTENT_TAG_PRIMITIVE = context(0, constructed=False)
_CONTENT_TAG_CONSTRUCTED = context(0, constructed=True)


def encrypted_content(element: Element) -> bytes:
    """``[0] IMPLICIT OCTET STRING``, whole or (in BER) in segments."""
    if element.tag == _CONTENT_TAG_PRIMITIVE:
        return element.content
    if element.tag == _CONTENT_TAG_CONSTRUCTED:
        return b"".join(part.octet_string() for part in element)
    raise element.error("the encrypted content is missing")
