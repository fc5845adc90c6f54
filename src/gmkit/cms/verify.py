"""
Whether a signature of a message holds: RFC 5652 section 5.6 and GM/T 0010-2012.

This says that a key has signed these octets. Whose key it is, and whether to trust it, is decided with
the certificate's chain by :mod:`gmkit.pki`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from hmac import compare_digest
from typing import BinaryIO

from gmkit import sm2, sm3
from gmkit.cms import oids
from gmkit.cms.algorithms import verify_other
from gmkit.cms.content import Content
from gmkit.cms.known import verifying_key
from gmkit.cms.signed_data import SignedData, SignerInfo
from gmkit.errors import InvalidArgument, InvalidSignature, VerificationError
from gmkit.hazmat import prehashed
from gmkit.hazmat.prehashed import SM2Digest
from gmkit.x509 import Certificate

__all__ = [
    "Compat",
    "VerifiedSignature",
    "check_sm2_algorithms",
    "claimed_time",
    "find_signer",
    "signed_octets",
    "verify_counter_signature",
    "verify_signature",
    "verify_signatures",
]

_SM2_SIGNATURES = frozenset({oids.SM2_WITH_SM3, oids.SM2_SIGNATURE})


class Compat(Enum):
    """
    Forms that do not follow GM/T 0009 or GM/T 0010, each accepted only when asked for by name.

    A signature that holds under one of them is another statement than one that holds by the standard;
    the result says which was used. They are never tried in turn.
    """

    EMPTY_USER_ID = "empty-user-id"
    """Z over an empty identifier (OpenSSL 3 without distid)."""
    NO_Z = "no-z"
    """e = SM3(message), without Z (Tongsuo ``cms -sign -noattr``)."""
    GMSSL_CONTENT_HEADER = "gmssl-content-header"
    """e = SM3 over the DER of the inner ContentInfo, without Z (GmSSL 3 ``cmssign``)."""
    RAW_SIGNATURE = "raw-signature"
    """The signature value is r ‖ s in 64 bytes (one maker's PKCS#7)."""


@dataclass(frozen=True, slots=True)
class VerifiedSignature:
    """
    A signature that holds.

    Attributes:
        certificate: The certificate whose key made it; not yet trusted.
        signer_info: The signature as it stands in the message.
        claimed_time: The signer's claimed time, proved by nothing, or None.
        compat: The non-conforming form it was accepted under, or None.
    """

    certificate: Certificate
    signer_info: SignerInfo
    claimed_time: datetime | None
    compat: Compat | None


def verify_signatures(
    message: SignedData,
    *,
    content: bytes | BinaryIO | None = None,
    certificates: Iterable[Certificate] = (),
    user_id: bytes = sm2.DEFAULT_USER_ID,
    compat: Compat | None = None,
) -> tuple[VerifiedSignature, ...]:
    """
    Verify every signature of a message.

    Args:
        message: The message.
        content: The signed content if it is detached: bytes, or a binary file read once from where it
            stands. If the message also holds content, the two must be equal.
        certificates: Certificates to look for signers in, besides those in the message.
        user_id: The signers' identifier, 0 to 8191 bytes.
        compat: The one non-conforming form to accept instead of the standard's.

    Returns:
        All signatures, in the order of the message; at least one.

    Raises:
        InvalidSignature: If one of them does not hold; with reason ``digest-algorithm`` if its digest is
            not the one that goes with its algorithm (SM2: SM3; Ed25519: SHA-512, RFC 8419).
        VerificationError: With reason ``no-signature``, ``no-content``, ``content-differs``,
            ``signer-certificate-missing``.
        UnsupportedAlgorithm: If one uses an algorithm that is not done here.
    """
    if not message.signers:
        raise VerificationError("the message carries no signature", reason="no-signature")
    known = (*certificates, *message.certificates)
    source = Content(message, content)
    return tuple(
        verify_signature(message, one, known, source, user_id=user_id, compat=compat)
        for one in message.signers
    )


def verify_signature(
    message: SignedData,
    info: SignerInfo,
    known: Iterable[Certificate],
    source: Content,
    *,
    user_id: bytes = sm2.DEFAULT_USER_ID,
    compat: Compat | None = None,
) -> VerifiedSignature:
    """
    Verify one signature of a message; see :func:`verify_signatures`.

    The steps are those of RFC 5652 section 5.6 and 11, in this order: the signer's certificate, the
    attributes' agreement with the content, the signature over attributes or content.
    """
    certificate = find_signer(info, known)
    signed = signed_octets(message.content_type, info, source)
    return _verified(certificate, message.content_info, info, signed, source, user_id, compat)


def verify_counter_signature(
    parent: SignerInfo,
    info: SignerInfo,
    known: Iterable[Certificate],
    *,
    user_id: bytes = sm2.DEFAULT_USER_ID,
) -> VerifiedSignature:
    """
    Verify a signature upon a signature (RFC 5652 section 11.4): the content is *parent*'s signature value.

    Raises:
        InvalidSignature: If it does not hold.
        VerificationError: With reason ``signer-certificate-missing``.
        UnsupportedAlgorithm: If it uses an algorithm that is not done here.
    """
    certificate = find_signer(info, known)
    source = Content(None, parent.signature)
    signed = signed_octets(None, info, source)
    return _verified(certificate, None, info, signed, source, user_id, None)


def _verified(
    certificate: Certificate,
    content_info: bytes | None,
    info: SignerInfo,
    signed: bytes | None,
    source: Content,
    user_id: bytes,
    compat: Compat | None,
) -> VerifiedSignature:
    key = verifying_key(certificate)
    if key is not None:
        _verify_sm2(key, content_info, info, signed, source, user_id, compat)
    else:
        if compat is not None:
            raise InvalidArgument(f"{compat.value} is a form of SM2 signatures only")
        verify_other(certificate.public_key(), info, source.whole() if signed is None else signed)
    return VerifiedSignature(certificate, info, claimed_time(info), compat)


def find_signer(info: SignerInfo, known: Iterable[Certificate]) -> Certificate:
    """
    The signer's certificate among those known.

    Raises:
        VerificationError: With reason ``signer-certificate-missing``.
    """
    for certificate in known:
        if info.signer.fits(certificate):
            return certificate
    raise VerificationError(
        "the signer's certificate is neither in the message nor among those given",
        reason="signer-certificate-missing",
    )


def signed_octets(content_type: str | None, info: SignerInfo, source: Content) -> bytes | None:
    """
    The attributes, checked against the content; None if the content itself is signed.

    Raises:
        InvalidSignature: If they do not speak of this content.
        UnsupportedAlgorithm: If the digest is not done here.
    """
    attributes = info.signed_attributes
    if attributes is None:
        if content_type and oids.CONTENT_TYPES.get(content_type, (None, ""))[1] != oids.DATA:
            raise InvalidSignature("content that is not plain data is signed without attributes")
        return None
    # A second reading of the same message must not exist: both attributes are demanded. A
    # counter-signature has no content type, and must not name one.
    named = attributes.content_type()
    if named != content_type and not _same_kind(named, content_type):
        raise InvalidSignature("the attribute contentType does not name the content's type")
    digest = attributes.message_digest()
    if digest is None:
        raise InvalidSignature("the attribute messageDigest is absent")
    if not compare_digest(digest, source.digest(info.digest_algorithm.oid)):
        raise InvalidSignature("the content does not have the digest that was signed")
    return attributes.signed_octets


def _same_kind(one: str | None, other: str | None) -> bool:
    """Plain data is plain data, whichever family names it: GM/T 0010 messages mix the two."""
    kinds = {oids.CONTENT_TYPES.get(oid or "", (None, ""))[1] for oid in (one, other)}
    return kinds == {oids.DATA}


def check_sm2_algorithms(info: SignerInfo) -> None:
    """
    An SM2 signature is over SM3, and is named as one.

    Raises:
        InvalidSignature: If it is not; with reason ``digest-algorithm`` if the digest is another.
    """
    if info.digest_algorithm.oid != oids.SM3 or not info.digest_algorithm.bare:
        raise InvalidSignature("an SM2 signature must be over SM3", reason="digest-algorithm")
    algorithm = info.signature_algorithm
    if algorithm.oid not in _SM2_SIGNATURES or not algorithm.bare:
        raise InvalidSignature(f"an SM2 key cannot make a signature of type {algorithm.oid}")


def claimed_time(info: SignerInfo) -> datetime | None:
    """The signer's claim (RFC 5652 section 11.3), or None."""
    return info.signed_attributes.signing_time() if info.signed_attributes else None


def _verify_sm2(
    key: sm2.SM2PublicKey,
    content_info: bytes | None,
    info: SignerInfo,
    signed: bytes | None,
    source: Content,
    user_id: bytes,
    compat: Compat | None,
) -> None:
    check_sm2_algorithms(info)
    form = sm2.SignatureFormat.RAW if compat is Compat.RAW_SIGNATURE else sm2.SignatureFormat.DER
    if compat is Compat.EMPTY_USER_ID:
        user_id = b""
    if compat is Compat.NO_Z:
        e = SM2Digest(source.digest(oids.SM3) if signed is None else sm3.digest(signed))
    elif compat is Compat.GMSSL_CONTENT_HEADER:
        if signed is not None or content_info is None:
            raise InvalidSignature("this form has its content inside and no attributes")
        e = SM2Digest(sm3.digest(content_info))
    elif signed is not None:
        key.verify(info.signature, signed, user_id=user_id, format=form)
        return
    else:
        key_check = key.verifier(user_id=user_id)
        for piece in source.pieces():
            key_check.update(piece)
        key_check.finish(info.signature, format=form)
        return
    prehashed.verify(key, info.signature, e, format=form)
