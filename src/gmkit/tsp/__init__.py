"""Timestamps: RFC 3161 with SM2 and SM3, and the form of GM/T 0033-2014."""

from gmkit.tsp.authority import TimestampAuthority
from gmkit.tsp.request import Imprint, TimestampRequest
from gmkit.tsp.response import FailureInfo, Status, TimestampResponse
from gmkit.tsp.token import TimestampInfo, TimestampToken
from gmkit.tsp.verify import VerifiedTimestamp, verify_response, verify_token

__all__ = [
    "FailureInfo",
    "Imprint",
    "Status",
    "TimestampAuthority",
    "TimestampInfo",
    "TimestampRequest",
    "TimestampResponse",
    "TimestampToken",
    "VerifiedTimestamp",
    "verify_response",
    "verify_token",
]
