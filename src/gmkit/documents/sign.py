"""From a document to a signed one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO, Protocol

from gmkit import cms, tsp
from gmkit.cms import Family, MessageSigner
from gmkit.documents.kinds import Kind, message_octets, recognise
from gmkit.documents.packages import PACKAGES, package_of
from gmkit.errors import InvalidArgument
from gmkit.x509 import CertificateList

__all__ = ["Stamp", "local_stamp", "sign", "sign_to", "stamp_by"]

Stamp = Callable[[bytes], bytes]
"""From the octets of a signature value to a timestamp token over them."""


class _Sign(Protocol):
    """What a format's package offers."""

    def __call__(
        self,
        data: bytes,
        signer: MessageSigner,
        *,
        time: datetime,
        stamp: Stamp | None,
        **options: Family,
    ) -> bytes: ...


def sign(
    data: bytes,
    signer: MessageSigner,
    *,
    time: datetime,
    kind: Kind | None = None,
    stamp: Stamp | None = None,
    family: Family = Family.RFC,
    detached: bool = True,
) -> bytes:
    """
    Sign a document in the way of its kind.

    Args:
        data: The document.
        signer: Who signs.
        time: The claimed time, with a time zone; fractions of a second are dropped.
        kind: Sign it as this kind; None: as what it is. ``Kind.CMS`` makes a CMS message of any file, and
            adds a signature to a document that is a CMS message already.
        stamp: Makes a timestamp over the signature; None: no timestamp.
        family: Content types of a CMS message, of the one in a PDF too.
        detached: A CMS message without its content.

    Returns:
        The signed document; of a plain file, the CMS message beside it or around it.

    Raises:
        InvalidArgument: If the document cannot be signed so.
        GmkitError: As the format has it.
    """
    found = recognise(data)
    kind = kind or found
    moment = time.replace(microsecond=0)
    if kind in PACKAGES:
        if found is not kind:
            raise InvalidArgument(f"this is no {kind.value} document; it is a {found.value}")
        options = {"family": family} if kind is Kind.PDF else {}
        return _package(kind)(data, signer, time=moment, stamp=stamp, **options)
    signer = replace(signer, stamp=stamp or signer.stamp)
    if found is Kind.CMS:
        return cms.add_signer(message_octets(data), signer, signing_time=moment)
    return cms.sign(data, [signer], family=family, detached=detached, signing_time=moment)


def sign_to(
    source: BinaryIO,
    target: BinaryIO,
    signers: Sequence[MessageSigner],
    *,
    time: datetime,
    family: Family = Family.RFC,
    detached: bool = True,
    lists: Sequence[CertificateList] = (),
) -> None:
    """
    Make a CMS message of a file of any size, in constant memory; see :func:`gmkit.cms.sign_file`.

    Args:
        source: A seekable binary file.
        target: Where the message goes.
        signers: At least one.
        time: The claimed time, with a time zone; fractions of a second are dropped.
        family: Content types of the message.
        detached: Leave the content out of it.
        lists: Revocation lists to send along.

    Raises:
        InvalidArgument: As :func:`gmkit.cms.sign_file`.
    """
    moment = time.replace(microsecond=0)
    cms.sign_file(
        source, target, signers, family=family, detached=detached, signing_time=moment, lists=lists
    )


def stamp_by(exchange: tsp.Exchange, *, policy: str | None = None) -> Stamp:
    """
    A stamp by an authority.

    Args:
        exchange: The way to it; see :func:`gmkit.tsp.obtain_token`.
        policy: The policy to ask for, dotted, or None for the authority's own.

    Returns:
        What makes a token of the octets of a signature; it raises what :func:`gmkit.tsp.obtain_token` does.
    """
    return lambda value: tsp.obtain_token(tsp.Imprint.of(value), exchange, policy=policy).der


def local_stamp(authority: tsp.TimestampAuthority, *, clock: Callable[[], datetime]) -> Stamp:
    """
    A stamp by an authority whose key is at hand.

    Args:
        authority: The authority.
        clock: Tells the time, with a time zone.

    Returns:
        What makes a token of the octets of a signature.
    """
    return stamp_by(lambda request: authority.respond(request, time=clock()))


def _package(kind: Kind) -> _Sign:
    found: _Sign = package_of(kind).sign
    return found
