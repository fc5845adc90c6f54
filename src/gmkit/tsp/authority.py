"""The authority's side: a request in, a response out."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from gmkit.cms import oids
from gmkit.cms.oids import Family
from gmkit.cms.sign import MessageSigner, sign
from gmkit.errors import EncodingError, InvalidArgument
from gmkit.keys.signer import Signer
from gmkit.tsp.request import TimestampRequest
from gmkit.tsp.response import FailureInfo, Status, TimestampResponse
from gmkit.tsp.token import TimestampInfo
from gmkit.x509 import Certificate

_DIGEST_LENGTHS = {
    oids.SM3: 32,
    "2.16.840.1.101.3.4.2.1": 32,
    "2.16.840.1.101.3.4.2.2": 48,
    "2.16.840.1.101.3.4.2.3": 64,
}


@dataclass(frozen=True, slots=True)
class TimestampAuthority:
    """
    Issues timestamps.

    Attributes:
        key: The authority's SM2 key, in memory or in a device.
        certificate: Its certificate, with the critical and only purpose timeStamping.
        policy: The policy it works under, in dotted form.
        chain: Certificates to send along when they are asked for.
        accuracy: How far its clock may be off, or None to say nothing.
        family: ``RFC`` as RFC 3161 has it; ``GM`` for the content types of GM/T 0033-2014.
        ordering: Stamps are said to be ordered by time alone; the caller gives no two the same second.
    """

    key: Signer
    certificate: Certificate
    policy: str
    chain: tuple[Certificate, ...] = ()
    accuracy: timedelta | None = None
    family: Family = Family.RFC
    ordering: bool = False

    def __post_init__(self) -> None:
        if self.key.public_key() != self.certificate.public_key():
            raise InvalidArgument("the key does not belong to the authority's certificate")

    def respond(self, request: bytes, *, time: datetime, serial: int | None = None) -> bytes:
        """
        Answer a request.

        Args:
            request: A TimeStampReq in DER, from anybody.
            time: The present, with a time zone; fractions of a second are dropped.
            serial: Number of the stamp, never used before; 128 random bits if None, so that numbers
                stay unique over restarts without a store.

        Returns:
            A TimeStampResp in DER. A request that cannot be granted is answered by a rejection, not by
            an exception.
        """
        refused = self.refuse(request)
        if refused is not None:
            return refused
        asked = TimestampRequest.parse(request)
        info = TimestampInfo(
            policy=self.policy,
            imprint=asked.imprint,
            serial=secrets.randbits(127) + 1 if serial is None else serial,
            time=time.astimezone(timezone.utc).replace(microsecond=0),
            accuracy=self.accuracy,
            ordering=self.ordering,
            nonce=asked.nonce,
        )
        token = self._sign(info, with_certificates=asked.certificate_wanted)
        return TimestampResponse(Status.GRANTED, token=token).to_der()

    def refuse(self, request: bytes) -> bytes | None:
        """The rejection of a request that cannot be granted, whatever the time; None for one that can."""
        try:
            asked = TimestampRequest.parse(request)
        except EncodingError as error:
            return rejection(FailureInfo.BAD_DATA_FORMAT, error.message)
        return self._refusal(asked)

    def _refusal(self, asked: TimestampRequest) -> bytes | None:
        length = _DIGEST_LENGTHS.get(asked.imprint.algorithm)
        if length is None:
            return rejection(
                FailureInfo.BAD_ALGORITHM, f"hash {asked.imprint.algorithm} is not accepted"
            )
        if len(asked.imprint.digest) != length:
            return rejection(
                FailureInfo.BAD_DATA_FORMAT,
                f"the digest has {len(asked.imprint.digest)} bytes, not {length}",
            )
        if asked.policy not in (None, self.policy):
            return rejection(FailureInfo.UNACCEPTED_POLICY, f"the policy here is {self.policy}")
        if asked.has_extensions:
            return rejection(FailureInfo.UNACCEPTED_EXTENSION, "no extension is known here")
        return None

    def _sign(self, info: TimestampInfo, *, with_certificates: bool) -> bytes:
        chain: Sequence[Certificate] = self.chain if with_certificates else ()
        signer = MessageSigner(self.key, self.certificate, chain=tuple(chain))
        return sign(
            info.to_der(),
            [signer],
            family=self.family,
            signing_time=info.time,
            content_type=oids.TST_INFO,
            with_certificates=with_certificates,
        )


def rejection(failure: FailureInfo, text: str) -> bytes:
    """An answer without a stamp."""
    return TimestampResponse(Status.REJECTION, (text,), frozenset({failure})).to_der()
