"""The response: RFC 3161 section 2.4.2."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from gmkit import asn1
from gmkit.asn1 import Tag
from gmkit.tsp.token import TimestampToken


class Status(IntEnum):
    """PKIStatus: only the first two carry a token."""

    GRANTED = 0
    GRANTED_WITH_MODS = 1
    REJECTION = 2
    WAITING = 3
    REVOCATION_WARNING = 4
    REVOCATION_NOTIFICATION = 5


class FailureInfo(IntEnum):
    """PKIFailureInfo: number of the bit."""

    BAD_ALGORITHM = 0
    BAD_REQUEST = 2
    BAD_DATA_FORMAT = 5
    TIME_NOT_AVAILABLE = 14
    UNACCEPTED_POLICY = 15
    UNACCEPTED_EXTENSION = 16
    ADDITIONAL_INFO_NOT_AVAILABLE = 17
    SYSTEM_FAILURE = 25


@dataclass(frozen=True, slots=True)
class TimestampResponse:
    """
    An answer.

    Attributes:
        status: Granted or why not.
        text: What the authority says about it.
        failure: Numbers of the failure bits.
        token: The token, if granted.
    """

    status: int
    text: tuple[str, ...] = ()
    failure: frozenset[int] = frozenset()
    token: bytes | None = None

    def to_der(self) -> bytes:
        """The TimeStampResp in DER."""
        status = [asn1.integer(self.status)]
        if self.text:
            status.append(asn1.sequence(*map(asn1.utf8_string, self.text)))
        if self.failure:
            status.append(_named_bits(self.failure))
        members = [asn1.sequence(*status)]
        if self.token is not None:
            members.append(self.token)
        return asn1.sequence(*members)

    @classmethod
    def parse(cls, data: bytes) -> TimestampResponse:
        """
        Read a TimeStampResp.

        Raises:
            EncodingError: If it is not one; a token that comes with it is read too.
        """
        members = asn1.decode_lenient(data, what="timestamp response").cursor(Tag.SEQUENCE)
        status = members.next(Tag.SEQUENCE).cursor()
        number = status.next(Tag.INTEGER).integer()
        texts = status.optional(Tag.SEQUENCE)
        failure = status.optional(Tag.BIT_STRING)
        status.finish()
        token = members.optional(Tag.SEQUENCE)
        members.finish()
        if token is not None:
            TimestampToken.parse(token.raw)
        return cls(
            number,
            () if texts is None else tuple(text.text() for text in texts),
            frozenset() if failure is None else failure.bits(),
            None if token is None else token.raw,
        )


def _named_bits(numbers: frozenset[int]) -> bytes:
    last = max(numbers)
    octets = bytearray(last // 8 + 1)
    for number in numbers:
        octets[number // 8] |= 0x80 >> number % 8
    return asn1.bit_string(bytes(octets), unused=7 - last % 8)
