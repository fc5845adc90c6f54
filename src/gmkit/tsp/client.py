"""The asking side: a token from an authority, over whatever line leads to it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TypeAlias

from gmkit import sm2
from gmkit.cms.verify import verify_signatures
from gmkit.errors import VerificationError
from gmkit.tsp.request import Imprint, TimestampRequest
from gmkit.tsp.response import TimestampResponse
from gmkit.tsp.token import TimestampToken
from gmkit.tsp.verify import granted_token

__all__ = ["Exchange", "obtain_token"]

Exchange: TypeAlias = Callable[[bytes], bytes]
"""Carries a TimeStampReq to an authority and its TimeStampResp back: over HTTP, or to one in this program."""


def obtain_token(
    imprint: Imprint,
    exchange: Exchange,
    *,
    policy: str | None = None,
    user_id: bytes = sm2.DEFAULT_USER_ID,
) -> TimestampToken:
    """
    Ask an authority to stamp something.

    The answer must be for this question (imprint, nonce, policy) and its signature must hold; whether the
    authority is trusted is decided by who relies on the token.

    Args:
        imprint: What to stamp.
        exchange: The way to the authority. Its exceptions are passed on.
        policy: The policy to ask for, dotted, or None for the authority's own.
        user_id: The authority's SM2 identifier.

    Returns:
        The token, with the authority's certificate inside.

    Raises:
        VerificationError: With reason ``timestamp-refused``, ``nonce``, ``policy``, ``imprint`` or as
            :func:`gmkit.cms.verify_signatures` has it.
        EncodingError: If the answer cannot be read.
    """
    request = TimestampRequest(imprint, policy=policy, nonce=secrets.randbits(127) | 1 << 127)
    token = granted_token(TimestampResponse.parse(exchange(request.to_der())), request)
    if token.info.imprint != imprint:
        raise VerificationError("the timestamp was made for other content", reason="imprint")
    verify_signatures(token.message, user_id=user_id)
    return token
