"""
An encryption key in escrow: under a key of its own, whose shares are encrypted for the approvers.

There is no master key: what an approver gives out for one request opens one escrowed key and no other.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gmkit import keys, sm3, sm4
from gmkit.ca.audit import canonical
from gmkit.ca.escrow import sharing
from gmkit.errors import DecryptionError, EncodingError, InvalidArgument, VerificationError
from gmkit.keys import PrivateKey
from gmkit.sm2 import SM2PrivateKey, SM2PublicKey
from gmkit.x509 import Certificate

__all__ = ["Member", "Sealed", "decode", "encode", "seal"]

_ENCRYPTION = frozenset({"keyEncipherment", "dataEncipherment", "keyAgreement"})
_LABEL = b"gmkit escrow share\0"


@dataclass(frozen=True, slots=True)
class Member:
    """
    An approver.

    Attributes:
        number: Of the share, from 1.
        name: Of the person.
        signing: The certificate that approvals are signed with.
        encryption: The certificate that shares are encrypted for.
    """

    number: int
    name: str
    signing: Certificate
    encryption: Certificate


def encode(data: bytes) -> str:
    """Octets in a JSON document."""
    return base64.b64encode(data).decode()


def decode(text: object) -> bytes:
    """
    What :func:`encode` wrote.

    Raises:
        EncodingError: It is not that.
    """
    try:
        return base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError):
        raise EncodingError("not base64", what="escrow record", offset=None) from None


def seal(
    key: SM2PrivateKey, certificate: Certificate, members: Sequence[Member], threshold: int
) -> bytes:
    """
    Put the key of *certificate* into escrow.

    Returns:
        A record: canonical JSON.

    Raises:
        InvalidArgument: It is the key of another certificate, or one that signs: those are never kept.
    """
    usage = certificate.key_usage
    names = frozenset(usage.names) if usage else frozenset()
    if not names or names - _ENCRYPTION:
        raise InvalidArgument("only keys for encryption go into escrow; this one signs")
    if key.public_key() != certificate.public_key():
        raise InvalidArgument("the key is not the one of the certificate")
    secret = sm4.generate_key()
    shares = sharing.split(secret, threshold, len(members))
    serial = f"{certificate.serial:x}"
    return canonical(
        {
            "version": 1,
            "serial": serial,
            "threshold": threshold,
            "box": encode(sm4.seal(secret, key.to_der(password=None), aad=_bound(certificate))),
            "shares": [
                {
                    "member": member.number,
                    "share": encode(_encryption_key(member).encrypt(shares[member.number])),
                    "commitment": _commitment(serial, member.number, shares[member.number]),
                }
                for member in members
            ],
        }
    )


class Sealed:
    """A record of :func:`seal`, read."""

    def __init__(self, record: bytes) -> None:
        """
        Args:
            record: As it is stored.

        Raises:
            EncodingError: It is no record.
        """
        try:
            document: dict[str, Any] = json.loads(record)
            self.serial = str(document["serial"])
            self.threshold = int(document["threshold"])
            self._box = decode(document["box"])
            self._shares = {
                int(each["member"]): (decode(each["share"]), str(each["commitment"]))
                for each in document["shares"]
            }
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise EncodingError(
                f"no escrow record: {error}", what="escrow record", offset=None
            ) from None

    def share(self, number: int, key: PrivateKey) -> bytes:
        """
        The share of one approver.

        Args:
            number: Of the member.
            key: The private key that goes with the member's encryption certificate.

        Raises:
            InvalidArgument: There is no share of this number.
            DecryptionError: The key does not open it, or it is damaged.
        """
        if number not in self._shares:
            raise InvalidArgument(f"there is no share {number}")
        share = key.decrypt(self._shares[number][0])
        self.check(number, share)
        return share

    def check(self, number: int, share: bytes) -> None:
        """
        Raises:
            DecryptionError: *share* is not the one that was made.
        """
        if _commitment(self.serial, number, share) != self._shares.get(number, (b"", ""))[1]:
            raise DecryptionError(f"share {number} is not the one that was made")

    def open(self, shares: Mapping[int, bytes], certificate: Certificate) -> SM2PrivateKey:
        """
        The escrowed key.

        Args:
            shares: As many as the threshold says, by number.
            certificate: The certificate of the key.

        Raises:
            VerificationError: They are too few.
            DecryptionError: They do not open it.
        """
        if len(shares) < self.threshold:
            raise VerificationError(
                f"{len(shares)} have approved, {self.threshold} must", reason="escrow-approvals"
            )
        for number, share in shares.items():
            self.check(number, share)
        chosen = dict(sorted(shares.items())[: self.threshold])
        der = sm4.open(sharing.combine(chosen), self._box, aad=_bound(certificate))
        key = keys.load_der_private_key(der, None)
        if key.public_key() != certificate.public_key():
            raise DecryptionError("what was in escrow is not the key of the certificate")
        return key


def _bound(certificate: Certificate) -> bytes:
    return canonical(
        {
            "serial": f"{certificate.serial:x}",
            "key": sm3.digest(certificate.public_key_info).hex(),
        }
    )


def _commitment(serial: str, number: int, share: bytes) -> str:
    # A share has 128 bits of chance in it: its hash tells nothing.
    return sm3.digest(_LABEL + serial.encode() + bytes([number]) + share).hex()


def _encryption_key(member: Member) -> SM2PublicKey:
    key = member.encryption.public_key()
    if not isinstance(key, SM2PublicKey):
        raise InvalidArgument(f"{member.name} has no SM2 key for encryption")
    return key
