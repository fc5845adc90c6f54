"""The token: a signed TSTInfo (RFC 3161 section 2.4.2). Data, no decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from gmkit import asn1
from gmkit.asn1 import Cursor, Tag
from gmkit.cms import oids
from gmkit.cms.signed_data import SignedData
from gmkit.errors import EncodingError
from gmkit.tsp.request import Imprint


@dataclass(frozen=True, slots=True)
class TimestampInfo:
    """
    What the authority says.

    Attributes:
        policy: Under which policy, in dotted form.
        imprint: What was stamped.
        serial: Number of the stamp at this authority.
        time: When, in UTC, to the second.
        accuracy: How far the time may be off either way, or None if nothing is said.
        ordering: Whether stamps of this authority can be ordered by time alone.
        nonce: The request's nonce, or None.
    """

    policy: str
    imprint: Imprint
    serial: int
    time: datetime
    accuracy: timedelta | None = None
    ordering: bool = False
    nonce: int | None = None

    def to_der(self) -> bytes:
        """The TSTInfo in DER."""
        members = [
            asn1.integer(1),
            asn1.oid(self.policy),
            self.imprint.to_der(),
            asn1.integer(self.serial),
            asn1.generalized_time(self.time),
        ]
        if self.accuracy is not None:
            members.append(_write_accuracy(self.accuracy))
        if self.ordering:
            members.append(asn1.boolean(True))
        if self.nonce is not None:
            members.append(asn1.integer(self.nonce))
        return asn1.sequence(*members)

    @classmethod
    def parse(cls, data: bytes) -> TimestampInfo:
        """
        Read a TSTInfo.

        Raises:
            EncodingError: If it is not one, or holds a critical extension.
        """
        members = asn1.decode_lenient(data, what="TSTInfo").cursor(Tag.SEQUENCE)
        version = members.next(Tag.INTEGER)
        if version.integer() != 1:
            raise version.error("version must be 1")
        policy = members.next(Tag.OBJECT_IDENTIFIER).oid()
        imprint = Imprint.read(members.next(Tag.SEQUENCE))
        serial = members.next(Tag.INTEGER).integer()
        time = members.next(Tag.GENERALIZED_TIME).time()
        accuracy = members.optional(Tag.SEQUENCE)
        ordering = members.optional(Tag.BOOLEAN)
        nonce = members.optional(Tag.INTEGER)
        members.optional_context(0)
        _refuse_critical(members)
        members.finish()
        return cls(
            policy,
            imprint,
            serial,
            time,
            None if accuracy is None else _read_accuracy(accuracy.cursor()),
            ordering is not None and ordering.boolean(),
            None if nonce is None else nonce.integer(),
        )


@dataclass(frozen=True, slots=True)
class TimestampToken:
    """
    A token taken apart; nothing is verified by being read.

    Attributes:
        der: The token as stored.
        message: The signed message it is.
        info: What the authority says.
    """

    der: bytes
    message: SignedData
    info: TimestampInfo

    @classmethod
    def parse(cls, data: bytes) -> TimestampToken:
        """
        Read a token of either family.

        Raises:
            EncodingError: If it is not one.
        """
        message = SignedData.parse(data)
        if message.content_type != oids.TST_INFO or message.content is None:
            raise EncodingError("the signed message is not a timestamp", what="timestamp token")
        if len(message.signers) != 1:
            raise EncodingError(
                f"a timestamp has one signature, this has {len(message.signers)}",
                what="timestamp token",
            )
        return cls(data, message, TimestampInfo.parse(message.content))


def _write_accuracy(accuracy: timedelta) -> bytes:
    seconds, rest = divmod(accuracy // timedelta(microseconds=1), 1_000_000)
    millis, micros = divmod(rest, 1000)
    members = [asn1.integer(seconds)] if seconds else []
    for number, value in ((0, millis), (1, micros)):
        if value:
            members.append(asn1.implicit(number, asn1.integer(value)))
    return asn1.sequence(*members)


def _read_accuracy(members: Cursor) -> timedelta:
    seconds = members.optional(Tag.INTEGER)
    millis = members.optional_context(0, constructed=False)
    micros = members.optional_context(1, constructed=False)
    members.finish()
    values = [
        0 if part is None else part.implicit(Tag.INTEGER).integer()
        for part in (seconds, millis, micros)
    ]
    if not all(
        0 <= value < bound for value, bound in zip(values, (10**6, 1000, 1000), strict=True)
    ):
        raise EncodingError("accuracy is out of range", what="TSTInfo")
    return timedelta(seconds=values[0], milliseconds=values[1], microseconds=values[2])


def _refuse_critical(members: Cursor) -> None:
    extensions = members.optional_context(1)
    for extension in extensions or ():
        parts = extension.cursor(Tag.SEQUENCE)
        oid = parts.next(Tag.OBJECT_IDENTIFIER).oid()
        critical = parts.optional(Tag.BOOLEAN)
        if critical is not None and critical.boolean():
            raise extension.error(f"unknown critical extension {oid}")
