"""
A timestamp authority in a folder.

::

    tsa.toml     settings, for people to edit
    tsa.pem      its certificate, and those above it that go along
    serial       how far its numbers have got; keep it
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from gmkit import atomic, keys, settings
from gmkit.cms.oids import Family
from gmkit.errors import InvalidArgument, StorageError
from gmkit.pki import Purpose
from gmkit.pki.reasons import Refused
from gmkit.pki.rules import Place, check_purpose
from gmkit.tsp.authority import TimestampAuthority, rejection
from gmkit.tsp.counter import SerialCounter
from gmkit.tsp.response import FailureInfo
from gmkit.x509 import Certificate, load_certificates

__all__ = ["ServiceSettings", "TimestampService", "create_service"]

_HEAD = """\
# Settings of this timestamp authority. Edit them; the next stamp goes by them.
# The key may be in a device: sdf:… and pkcs11:… instead of file:…
"""
_MAX_ACCURACY = 86_400_000  # ms

Password = bytes | Callable[[], bytes] | None


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """
    What ``tsa.toml`` says.

    Attributes:
        key: URI of the key.
        policy: The policy, dotted.
        accuracy_ms: How far the clock may be off, in milliseconds; 0 says nothing.
        ordering: Stamps of this authority are ordered by time alone: one a second.
        family: ``rfc``, or ``gm`` for the content types of GM/T 0033-2014.
    """

    key: str = ""
    policy: str = ""
    accuracy_ms: int = 1000
    ordering: bool = False
    family: str = "rfc"

    def __post_init__(self) -> None:
        parts = self.policy.split(".")
        if len(parts) < 2 or not all(part.isdecimal() and part.isascii() for part in parts):
            raise InvalidArgument(f"tsa.toml: the policy {self.policy!r} is no dotted identifier")
        if not 0 <= self.accuracy_ms <= _MAX_ACCURACY:
            raise InvalidArgument(f"tsa.toml: accuracy_ms must be from 0 to {_MAX_ACCURACY}")
        if self.family not in {"rfc", "gm"}:
            raise InvalidArgument("tsa.toml: family must be rfc or gm")

    @property
    def accuracy(self) -> timedelta | None:
        """The same as a length of time."""
        return timedelta(milliseconds=self.accuracy_ms) if self.accuracy_ms else None


def create_service(
    folder: str | os.PathLike[str], certificates: Sequence[Certificate], chosen: ServiceSettings
) -> None:
    """
    Make the folder of a timestamp authority.

    Args:
        folder: Where; it must not exist.
        certificates: The authority's own, and those above it that go along.
        chosen: The settings; the key stays where it is.

    Raises:
        InvalidArgument: The certificate is not one of a timestamp authority.
        StorageError: The folder exists, or could not be written.
    """
    if not certificates:
        raise InvalidArgument("a timestamp authority needs its certificate")
    check_certificate(certificates[0])
    target = Path(folder)
    atomic.refuse_existing(target)
    try:
        target.mkdir(mode=0o755)
    except OSError as error:
        raise StorageError(f"cannot make {target}: {(error.strerror or '').lower()}") from error
    atomic.write_bytes(target / "tsa.pem", b"".join(each.to_pem() for each in certificates))
    # Last: a folder without it is none of ours.
    atomic.write_bytes(target / "tsa.toml", (_HEAD + settings.to_toml(chosen)).encode())


def check_certificate(certificate: Certificate) -> None:
    """
    Make sure that requesters will accept stamps made with it (RFC 3161, clause 2.3).

    Raises:
        InvalidArgument: They will not: the purpose timeStamping must be critical and the only one.
    """
    try:
        check_purpose(certificate, Place.LEAF, Purpose.TIMESTAMPING)
    except Refused as why:
        raise InvalidArgument(
            f"the certificate is not one of a timestamp authority: {why.detail}",
            hint="gmkit ca issue … --profile tsa makes one",
        ) from None


class TimestampService:
    """The folder, opened. Safe to share between threads."""

    def __init__(
        self, folder: str | os.PathLike[str], *, password: Password = None, block: int = 1
    ) -> None:
        """
        Args:
            folder: Where :func:`create_service` made it.
            password: That of the key, or what asks for it.
            block: Numbers taken from the file at once; more than one for a program that goes on.

        Raises:
            StorageError: It is not the folder of a timestamp authority.
            InvalidArgument: The settings, the certificate or the key do not go together.
            WrongPassword: The key did not open.
        """
        path = Path(folder)
        self.settings = settings.from_toml(
            ServiceSettings, _read(path / "tsa.toml"), file="tsa.toml"
        )
        certificate, *above = load_certificates(_read(path / "tsa.pem"))
        check_certificate(certificate)
        self._authority = TimestampAuthority(
            keys.load(self.settings.key, password=password),
            certificate,
            self.settings.policy,
            chain=tuple(above),
            accuracy=self.settings.accuracy,
            family=Family.GM if self.settings.family == "gm" else Family.RFC,
            ordering=self.settings.ordering,
        )
        self._counter = SerialCounter(path / "serial", block=block)

    @property
    def certificate(self) -> Certificate:
        """The authority's certificate."""
        return self._authority.certificate

    def respond(self, request: bytes, *, time: datetime) -> bytes:
        """
        Answer a request.

        Args:
            request: A TimeStampReq in DER, from anybody.
            time: The present, with a time zone.

        Returns:
            A TimeStampResp in DER: a stamp with a number of its own, or a rejection: the request cannot be
            granted, the certificate does not cover the time, the clock runs backwards.
        """
        refused = self._authority.refuse(request)
        if refused is not None:
            return refused
        if not self.certificate.not_before <= time <= self.certificate.not_after:
            return rejection(FailureInfo.TIME_NOT_AVAILABLE, "the authority's certificate is over")
        try:
            serial = self._counter.next(time, alone=self.settings.ordering)
        except StorageError as error:
            return rejection(FailureInfo.TIME_NOT_AVAILABLE, error.message)
        return self._authority.respond(request, time=time, serial=serial)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise StorageError(
            f"{path.parent} is not the folder of a timestamp authority: {path.name} is missing",
            hint="gmkit tsa init FOLDER makes one",
        ) from None
    except OSError as error:
        raise StorageError(f"cannot read {path}: {(error.strerror or '').lower()}") from error
