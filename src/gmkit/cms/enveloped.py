"""
Enveloped messages: content under SM4, its key under SM2.

``encrypt`` writes AuthEnvelopedData with SM4-GCM (RFC 5083), which notices changes, or EnvelopedData with
SM4-CBC (RFC 5652 section 6, GM/T 0010-2012), which does not and is what most receivers take.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from gmkit import asn1, sm4
from gmkit.asn1 import Cursor, Element, Tag
from gmkit.asn1.tags import context
from gmkit.cms import oids
from gmkit.cms.oids import Family
from gmkit.cms.recipients import (
    Decrypter,
    Recipient,
    encrypted_content,
    open_content_key,
    recipient_infos,
)
from gmkit.cms.signed_data import Algorithm
from gmkit.errors import DecryptionError, EncodingError, InvalidArgument, UnsupportedAlgorithm
from gmkit.hazmat import sm4 as modes
from gmkit.x509 import Certificate

__all__ = ["EnvelopedData", "encrypt", "parse_enveloped"]

_GCM_TAG = 16
_GCM_NONCE = 12


@dataclass(frozen=True, slots=True)
class EnvelopedData:
    """
    An enveloped message taken apart.

    Attributes:
        family: Whose content type it has.
        kind: ``envelopedData``, ``authEnvelopedData`` or ``signedAndEnvelopedData``.
        recipients: Who can open it.
        content_type: Type of the content inside, in dotted form.
        algorithm: How the content is encrypted.
        encrypted: The encrypted content.
        authenticated: Octets of the authenticated attributes under their own tag, or b"".
        mac: The authentication tag, or None if there is none.
    """

    family: Family
    kind: str
    recipients: tuple[Recipient, ...]
    content_type: str
    algorithm: Algorithm
    encrypted: bytes
    authenticated: bytes
    mac: bytes | None

    def decrypt(self, key: Decrypter, certificate: Certificate | None = None) -> bytes:
        """
        Open the message.

        Args:
            key: The recipient's private key, in memory or in a device.
            certificate: The recipient's certificate; may be left out if there is one recipient.

        Returns:
            The content. Unless the kind is ``authEnvelopedData``, nothing proves that it was not changed.

        Raises:
            DecryptionError: If it does not open.
            UnsupportedAlgorithm: If the content is not encrypted with SM4.
        """
        content_key = open_content_key(self.recipients, key, certificate)
        if self.mac is not None:
            return self._decrypt_gcm(content_key)
        return self._decrypt_blocks(content_key)

    def _decrypt_gcm(self, content_key: bytes) -> bytes:
        assert self.mac is not None
        nonce = gcm_parameters(self.algorithm, len(self.mac))
        cipher = sm4.SM4GCM(content_key, tag_length=len(self.mac))
        return cipher.decrypt(nonce, self.encrypted + self.mac, self.authenticated)

    def _decrypt_blocks(self, content_key: bytes) -> bytes:
        algorithm = self.algorithm
        if algorithm.oid == oids.SM4 and algorithm.bare:  # gmcert.org: ECB without padding
            if len(self.encrypted) % 16:
                raise DecryptionError
            return modes.ecb_decrypt(content_key, self.encrypted)
        if algorithm.oid not in (oids.SM4_CBC, oids.SM4) or algorithm.parameters is None:
            raise _unsupported(algorithm)
        iv = asn1.decode(algorithm.parameters, what="SM4-CBC parameters").octet_string()
        if len(iv) != 16:
            raise DecryptionError
        return modes.cbc_decrypt(content_key, self.encrypted, iv=iv)


def gcm_parameters(algorithm: Algorithm, tag_length: int) -> bytes:
    """
    The nonce of SM4-GCM (parameters as RFC 5084 section 3.2 has them).

    Raises:
        UnsupportedAlgorithm: If the algorithm is another.
        DecryptionError: If the tag is not of the length that is stated, or not of 12 to 16 bytes.
        EncodingError: If the nonce is empty.
    """
    if algorithm.oid != oids.SM4_GCM or algorithm.parameters is None:
        raise _unsupported(algorithm)
    members = asn1.decode(algorithm.parameters, what="GCM parameters").cursor(Tag.SEQUENCE)
    nonce = members.next(Tag.OCTET_STRING).octet_string()
    length = members.optional(Tag.INTEGER)
    members.finish()
    stated = 12 if length is None else length.integer()
    if tag_length != stated or not 12 <= stated <= 16:
        raise DecryptionError
    if not nonce:
        raise EncodingError("an empty nonce", what="GCM parameters")
    return nonce


def _unsupported(algorithm: Algorithm) -> UnsupportedAlgorithm:
    return UnsupportedAlgorithm(
        f"content encryption {algorithm.oid} is not done here", oid=algorithm.oid
    )


def encrypt(
    content: bytes,
    recipients: Sequence[Certificate],
    *,
    family: Family = Family.RFC,
    authenticated: bool = True,
    any_usage: bool = False,
) -> bytes:
    """
    Put *content* into an envelope.

    Args:
        content: The content, any length.
        recipients: Certificates of those who may open it: the encryption half of a dual pair.
        family: Whose content types to write. GM/T 0010 has no authenticated form.
        authenticated: SM4-GCM, which notices changes; False writes SM4-CBC, which does not.
        any_usage: Take certificates that are for signing alone too: an authority sends the encryption key of
            a pair to the owner of the signing key.

    Returns:
        The message in DER.

    Raises:
        InvalidArgument: If there is no recipient, one cannot encrypt, or the family lacks the form.
    """
    if authenticated and family is Family.GM:
        raise InvalidArgument(
            "GM/T 0010 has no authenticated envelope", hint="authenticated=False, or family=RFC"
        )
    content_key = sm4.generate_key()
    infos = recipient_infos(recipients, content_key, family, any_usage=any_usage)
    inner = asn1.oid(oids.content_type(family, oids.DATA))
    if authenticated:
        kind, body = oids.AUTH_ENVELOPED_DATA, _gcm_body(content, content_key, infos, inner)
    else:
        kind, body = oids.ENVELOPED_DATA, _cbc_body(content, content_key, infos, inner, family)
    return asn1.sequence(asn1.oid(oids.content_type(family, kind)), asn1.explicit(0, body))


def _gcm_body(content: bytes, content_key: bytes, infos: bytes, inner: bytes) -> bytes:
    nonce = secrets.token_bytes(_GCM_NONCE)
    sealed = sm4.SM4GCM(content_key).encrypt(nonce, content, b"")
    parameters = asn1.sequence(asn1.octet_string(nonce), asn1.integer(_GCM_TAG))
    algorithm = asn1.sequence(asn1.oid(oids.SM4_GCM), parameters)
    encrypted = asn1.implicit(0, asn1.octet_string(sealed[:-_GCM_TAG]))
    return asn1.sequence(
        asn1.integer(0),
        infos,
        asn1.sequence(inner, algorithm, encrypted),
        asn1.octet_string(sealed[-_GCM_TAG:]),
    )


def _cbc_body(
    content: bytes, content_key: bytes, infos: bytes, inner: bytes, family: Family
) -> bytes:
    iv = secrets.token_bytes(16)
    algorithm = asn1.sequence(asn1.oid(oids.SM4_CBC), asn1.octet_string(iv))
    encrypted = modes.cbc_encrypt(content_key, content, iv=iv)
    return asn1.sequence(
        asn1.integer(1 if family is Family.GM else 0),
        infos,
        asn1.sequence(inner, algorithm, asn1.implicit(0, asn1.octet_string(encrypted))),
    )


def parse_enveloped(data: bytes) -> EnvelopedData:
    """
    Read an enveloped message of either family, in DER or BER.

    Raises:
        EncodingError: If it is not one.
    """
    outer = asn1.decode_lenient(data, what="CMS").cursor(Tag.SEQUENCE)
    kind = outer.next(Tag.OBJECT_IDENTIFIER)
    family, name = oids.CONTENT_TYPES.get(kind.oid(), (Family.RFC, "unknown"))
    if name not in (
        oids.ENVELOPED_DATA,
        oids.AUTH_ENVELOPED_DATA,
        oids.SIGNED_AND_ENVELOPED_DATA,
    ):
        raise kind.error(f"a {name} message stands where an enveloped one is expected")
    body = outer.next(context(0, constructed=True)).inside()
    outer.finish()
    return _body(body, family, name)


def _body(body: Element, family: Family, name: str) -> EnvelopedData:
    members = body.cursor(Tag.SEQUENCE)
    members.next(Tag.INTEGER).integer()
    members.optional_context(0)
    recipients = tuple(filter(None, map(Recipient.read, members.next(Tag.SET))))
    if name == oids.SIGNED_AND_ENVELOPED_DATA:
        members.next(Tag.SET)  # digest algorithms
    content = members.next(Tag.SEQUENCE).cursor()
    content_type = content.next(Tag.OBJECT_IDENTIFIER).oid()
    algorithm = Algorithm.read(content.next(Tag.SEQUENCE))
    encrypted = encrypted_content(content.next())
    content.rest()  # GM/T 0010 lets [1] and [2] follow, which nobody writes
    authenticated, mac = b"", None
    if name == oids.AUTH_ENVELOPED_DATA:
        authenticated, mac = _authentication(members)
    members.rest()  # unprotected attributes; the signatures of signedAndEnvelopedData
    return EnvelopedData(
        family, name, recipients, content_type, algorithm, encrypted, authenticated, mac
    )


def _authentication(members: Cursor) -> tuple[bytes, bytes]:
    attributes = members.optional_context(1)
    octets = b"" if attributes is None else bytes([Tag.SET]) + attributes.raw[1:]
    return octets, members.next(Tag.OCTET_STRING).octet_string()
