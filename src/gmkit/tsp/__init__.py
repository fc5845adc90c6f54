"""Timestamps: RFC 3161 with SM2 and SM3, and the form of GM/T 0033-2014."""

from gmkit.tsp.authority import TimestampAuthority
from gmkit.tsp.client import Exchange, obtain_token
from gmkit.tsp.counter import SerialCounter
from gmkit.tsp.request import Imprint, TimestampRequest
from gmkit.tsp.response import FailureInfo, Status, TimestampResponse
from gmkit.tsp.service import ServiceSettings, TimestampService, create_service
from gmkit.tsp.token import TimestampInfo, TimestampToken
from gmkit.tsp.verify import (
    VerifiedTimestamp,
    check_token,
    granted_token,
    verify_response,
    verify_token,
)

__all__ = [
    "Exchange",
    "FailureInfo",
    "Imprint",
    "SerialCounter",
    "ServiceSettings",
    "Status",
    "TimestampAuthority",
    "TimestampInfo",
    "TimestampRequest",
    "TimestampResponse",
    "TimestampService",
    "TimestampToken",
    "VerifiedTimestamp",
    "check_token",
    "create_service",
    "granted_token",
    "obtain_token",
    "verify_response",
    "verify_token",
]
