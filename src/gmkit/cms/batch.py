"""Many small messages at once: their SM2 signatures go through the lanes of the processor together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gmkit import sm2
from gmkit.cms.content import Content
from gmkit.cms.known import verifying_key
from gmkit.cms.signed_data import SignedData, parse
from gmkit.cms.verify import (
    VerifiedSignature,
    check_sm2_algorithms,
    claimed_time,
    find_signer,
    signed_octets,
    verify_signature,
    verify_signatures,
)
from gmkit.errors import GmkitError, InvalidArgument, InvalidSignature, VerificationError
from gmkit.x509 import Certificate

__all__ = ["verify_batch"]


@dataclass(slots=True)
class _Open:
    """A signature whose value is verified with those of the others."""

    place: int
    key: sm2.SM2PublicKey
    octets: bytes
    result: VerifiedSignature


def verify_batch(
    messages: Sequence[bytes],
    *,
    contents: Sequence[bytes | None] | None = None,
    certificates: Iterable[Certificate] = (),
    user_id: bytes = sm2.DEFAULT_USER_ID,
    threads: int | None = None,
) -> list[tuple[VerifiedSignature, ...] | GmkitError]:
    """
    Verify every signature of many messages, as :func:`gmkit.cms.verify_signatures` does for one.

    Args:
        messages: The messages in DER, BER or PEM.
        contents: The contents of detached ones, at the same places; None stands for "inside".
        certificates: Certificates to look for signers in, besides those in the messages.
        user_id: The signers' identifier, 0 to 8191 bytes.
        threads: Threads for the signatures, 1 to 256; None: all cores.

    Returns:
        For each message its signatures, in its order; or what is wrong with it, as an exception that is not
        raised.

    Raises:
        InvalidArgument: If there are not as many contents as messages.
    """
    given = [None] * len(messages) if contents is None else contents
    if len(given) != len(messages):
        raise InvalidArgument(f"{len(messages)} messages and {len(given)} contents")
    known = tuple(certificates)
    results: list[tuple[VerifiedSignature, ...] | GmkitError] = []
    waiting: list[_Open] = []
    for place, (message, content) in enumerate(zip(messages, given, strict=True)):
        try:
            parsed = parse(message)
            try:
                found = _prepared(place, parsed, content, known, user_id, waiting)
            except GmkitError:
                # The first fault is the one to tell, and it may be a signature's before this one.
                found = verify_signatures(
                    parsed, content=content, certificates=known, user_id=user_id
                )
            results.append(found)
        except GmkitError as why:
            results.append(why)
    verdicts = sm2.verify_batch(
        [one.key for one in waiting],
        [one.octets for one in waiting],
        [one.result.signer_info.signature for one in waiting],
        user_id=user_id,
        threads=threads,
    )
    for index in verdicts.invalid:
        results[waiting[index].place] = InvalidSignature(
            "the signature does not fit this key and message"
        )
    return results


def _prepared(
    place: int,
    message: SignedData,
    content: bytes | None,
    known: tuple[Certificate, ...],
    user_id: bytes,
    waiting: list[_Open],
) -> tuple[VerifiedSignature, ...]:
    """Everything but the values of SM2 signatures, which wait; a message that fails here leaves none."""
    if not message.signers:
        raise VerificationError("the message carries no signature", reason="no-signature")
    candidates = (*known, *message.certificates)
    source = Content(message, content)
    found: list[VerifiedSignature] = []
    opened: list[_Open] = []
    for info in message.signers:
        certificate = find_signer(info, candidates)
        key = verifying_key(certificate)
        if key is None:
            found.append(verify_signature(message, info, candidates, source, user_id=user_id))
            continue
        octets = signed_octets(message.content_type, info, source)
        check_sm2_algorithms(info)
        result = VerifiedSignature(certificate, info, claimed_time(info), None)
        found.append(result)
        opened.append(_Open(place, key, source.whole() if octets is None else octets, result))
    waiting += opened
    return tuple(found)
