"""Making seals, and signing with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum

from gmkit import asn1, sm2, sm3
from gmkit.errors import EncodingError, InvalidArgument, InvalidSignature
from gmkit.keys.signer import Signer
from gmkit.seal.lenient import ClaimedTime
from gmkit.seal.model import Layout, Picture, Seal
from gmkit.x509 import Certificate

__all__ = ["Stamper", "Users", "make_seal", "sign_with_seal"]

_SM2_WITH_SM3 = asn1.oid("1.2.156.10197.1.501")
_DIGEST_NAME = "SM3"

Stamper = Callable[[bytes], bytes]
"""Takes the octets of a signature and returns an RFC 3161 token over them."""


class Users(Enum):
    """How a seal lists who may use it (certListType)."""

    CERTIFICATES = 1
    DIGESTS = 2


@dataclass(frozen=True, slots=True)
class _Named:
    """Texts of a seal, checked."""

    id: str
    vendor: str
    name: str

    def __post_init__(self) -> None:
        for what, text in (("identifier", self.id), ("vendor", self.vendor)):
            if not text or not text.isascii() or not text.isprintable() or len(text) > 256:
                raise InvalidArgument(
                    f"the {what} of a seal is 1 to 256 printable ASCII characters"
                )
        if not self.name or not self.name.isprintable() or len(self.name) > 256:
            raise InvalidArgument("the name of a seal is 1 to 256 printable characters")


def make_seal(
    picture: Picture,
    users: Sequence[Certificate],
    *,
    key: Signer,
    maker: Certificate,
    id: str,  # noqa: A002 - the standard's word
    name: str,
    valid_from: datetime,
    valid_to: datetime,
    created: datetime,
    vendor: str = "gmkit",
    type: int = 1,  # noqa: A002 - the standard's word
    layout: Layout = Layout.V4,
    listing: Users = Users.CERTIFICATES,
    timestamp: Stamper | None = None,
) -> bytes:
    """
    Make a seal (SESeal).

    Args:
        picture: What it looks like; see :func:`gmkit.seal.picture_of`.
        users: Certificates of those who may sign with it, at least one.
        key: The maker's SM2 key, in memory or in a device.
        maker: The maker's certificate.
        id: Identifier, 1 to 256 printable ASCII characters (esID).
        name: Name of the seal.
        valid_from: From when it may be used, with a zone, to the second.
        valid_to: Until when.
        created: When it is made.
        vendor: Who made the software, ASCII (Vid).
        type: Kind of seal: 1 of an organisation, 2 of a person, or what a register has.
        layout: ``V4``, GB/T 38540-2020; ``V5``, GM/T 0031-2025; ``V1``, GM/T 0031-2014 for old receivers.
        listing: List the users by certificate, or by SM3 digest (not in the layout of 2014).
        timestamp: Stamps the maker's signature (only in ``V5``).

    Returns:
        The seal in DER, read back and verified.

    Raises:
        InvalidArgument: If the key does not fit the maker's certificate, nobody may use it, the times are
            in the wrong order, or something is asked that the layout does not have.
    """
    texts = _Named(id, vendor, name)
    _check(users, key, maker, layout, listing, timestamp)
    if not valid_from < valid_to:
        raise InvalidArgument("a seal must begin before it ends")
    info = _info(texts, picture, users, type, layout, listing, (created, valid_from, valid_to))
    certificate = asn1.octet_string(maker.der)
    if layout.old:
        signature = key.sign(asn1.sequence(info, certificate, _SM2_WITH_SM3))
        seal = asn1.sequence(
            info, asn1.sequence(certificate, _SM2_WITH_SM3, asn1.bit_string(signature))
        )
    else:
        signature = key.sign(info)
        tail = _tail(signature, timestamp)
        seal = asn1.sequence(info, certificate, _SM2_WITH_SM3, *tail)
    _verify_own(maker, signature, Seal.parse(seal).signed)
    return seal


def sign_with_seal(
    content: bytes,
    seal: Seal | bytes,
    *,
    key: Signer,
    certificate: Certificate,
    property_info: str,
    time: datetime,
    timestamp: Stamper | None = None,
) -> bytes:
    """
    Sign with a seal (SES_Signature); the layout is the seal's.

    Args:
        content: What is sealed; its SM3 digest goes in. In an OFD the octets of Signature.xml.
        seal: The seal.
        key: The signer's SM2 key, in memory or in a device.
        certificate: The signer's certificate, which must be in the seal's list.
        property_info: What it protects, ASCII: in an OFD the absolute path of Signature.xml.
        time: The claimed time, with a zone, to the second.
        timestamp: Stamps the signature (not in the layout of 2014).

    Returns:
        The signature in DER, read back and verified.

    Raises:
        EncodingError: If the seal is none.
        InvalidSignature: If its maker did not sign it.
        InvalidArgument: If the signer may not use the seal, or not at that time, or the key does not fit.
    """
    read = Seal.parse(seal) if isinstance(seal, bytes) else seal
    _check_usable(read, key, certificate, time)
    old = read.layout.old
    if old and timestamp is not None:
        raise InvalidArgument("a signature of the 2014 layout has no place for a timestamp")
    moment = asn1.generalized_time(time)
    tbs = [
        asn1.integer(read.layout.value),
        read.der,
        asn1.bit_string(moment[2:]) if old else moment,
        asn1.bit_string(sm3.digest(content)),
        asn1.ia5_string(property_info),
    ]
    holder = asn1.octet_string(certificate.der)
    if old:
        signed = asn1.sequence(*tbs, holder, _SM2_WITH_SM3)
        signature = key.sign(signed)
        made = asn1.sequence(signed, asn1.bit_string(signature))
    else:
        signed = asn1.sequence(*tbs)
        signature = key.sign(signed)
        made = asn1.sequence(signed, holder, _SM2_WITH_SM3, *_tail(signature, timestamp))
    _verify_own(certificate, signature, signed)
    return made


def _check(
    users: Sequence[Certificate],
    key: Signer,
    maker: Certificate,
    layout: Layout,
    listing: Users,
    timestamp: Stamper | None,
) -> None:
    if key.public_key() != maker.public_key():
        raise InvalidArgument("the key does not belong to the maker's certificate")
    if not users:
        raise InvalidArgument("a seal that nobody may use: give the certificates of its users")
    if layout.old and listing is not Users.CERTIFICATES:
        raise InvalidArgument("a seal of the 2014 layout lists its users by certificate")
    if timestamp is not None and layout is not Layout.V5:
        raise InvalidArgument("only a seal of version 5 has a place for a timestamp")


def _info(
    texts: _Named,
    picture: Picture,
    users: Sequence[Certificate],
    kind: int,
    layout: Layout,
    listing: Users,
    times: tuple[datetime, datetime, datetime],
) -> bytes:
    """SES_SealInfo."""
    write_time = asn1.utc_time if layout.old else asn1.generalized_time
    if listing is Users.CERTIFICATES:
        listed = asn1.sequence(*(asn1.octet_string(one.der) for one in users))
    else:
        digests = (asn1.octet_string(one.fingerprint()) for one in users)
        name = asn1.printable_string(_DIGEST_NAME)
        listed = asn1.sequence(*(asn1.sequence(name, digest) for digest in digests))
    how = () if layout.old else (asn1.integer(listing.value),)
    return asn1.sequence(
        asn1.sequence(
            asn1.ia5_string("ES"), asn1.integer(layout.value), asn1.ia5_string(texts.vendor)
        ),
        asn1.ia5_string(texts.id),
        asn1.sequence(
            asn1.integer(kind),
            asn1.utf8_string(texts.name),
            *how,
            listed,
            *(write_time(time) for time in times),
        ),
        asn1.sequence(
            asn1.ia5_string(picture.type),
            asn1.octet_string(picture.data),
            asn1.integer(picture.width),
            asn1.integer(picture.height),
        ),
    )


def _tail(signature: bytes, timestamp: Stamper | None) -> tuple[bytes, ...]:
    value = asn1.bit_string(signature)
    if timestamp is None:
        return (value,)
    return value, asn1.explicit(0, asn1.bit_string(timestamp(signature)))


def _check_usable(seal: Seal, key: Signer, certificate: Certificate, time: datetime) -> None:
    if key.public_key() != certificate.public_key():
        raise InvalidArgument("the key does not belong to the signer's certificate")
    if time.tzinfo is None:
        raise InvalidArgument("the time has no time zone")
    users = seal.info.users
    digests = {value for _, value in users.digests}
    if certificate.der not in users.certificates and certificate.fingerprint() not in digests:
        raise InvalidArgument(
            "the signer is not one of those the seal was made for",
            hint="have the seal made again with this certificate, as after a renewal",
        )
    moment = time.astimezone(timezone.utc)
    if _outside(seal.info.valid_from, seal.info.valid_to, moment):
        span = f"{seal.info.valid_from} to {seal.info.valid_to}"
        raise InvalidArgument(
            f"the seal may be used from {span}, not at {moment:%Y-%m-%d %H:%M:%S}"
        )
    try:
        maker = Certificate.from_der(seal.maker)
    except EncodingError as why:
        raise InvalidArgument(f"the certificate of the seal's maker: {why.message}") from None
    _verify_own(maker, seal.signature, seal.signed)


def _outside(start: ClaimedTime, end: ClaimedTime, moment: datetime) -> bool:
    return start.value > moment or end.value < moment


def _verify_own(certificate: Certificate, signature: bytes, signed: bytes) -> None:
    """
    Raises:
        InvalidSignature: If the certificate's key did not make the signature.
    """
    key = certificate.public_key()
    if not isinstance(key, sm2.SM2PublicKey):
        raise InvalidSignature("a seal is signed with SM2, and this certificate has another key")
    key.verify(signature, signed)
