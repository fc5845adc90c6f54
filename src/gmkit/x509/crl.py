"""Revocation lists as data (RFC 5280, clause 5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from gmkit._native import x509 as _native
from gmkit.asn1 import Finding
from gmkit.x509 import oids
from gmkit.x509.extensions import (
    AlternativeNames,
    Extension,
    ExtensionValue,
    IssuingDistributionPoint,
)
from gmkit.x509.general_name import GeneralName
from gmkit.x509.name import Name
from gmkit.x509.once import once
from gmkit.x509.times import from_seconds


class RevocationReason(IntEnum):
    """Why (RFC 5280, clause 5.3.1)."""

    UNSPECIFIED = 0
    KEY_COMPROMISE = 1
    CA_COMPROMISE = 2
    AFFILIATION_CHANGED = 3
    SUPERSEDED = 4
    CESSATION_OF_OPERATION = 5
    CERTIFICATE_HOLD = 6
    REMOVE_FROM_CRL = 8
    PRIVILEGE_WITHDRAWN = 9
    AA_COMPROMISE = 10


@dataclass(frozen=True)
class RevokedCertificate:
    """
    An entry of a list.

    Attributes:
        serial: Serial number of the certificate.
        date: When it was revoked, UTC.
        reason: Why.
        invalidity_date: Since when the key is suspect, or None.
        issuer_octets: The ``certificateIssuer`` extension in force (an indirect list), or None: the
            issuer of the list.
        has_unknown_critical: It has a critical extension that is unknown or malformed.
    """

    serial: int
    date: datetime
    reason: RevocationReason
    invalidity_date: datetime | None = None
    issuer_octets: bytes | None = None
    has_unknown_critical: bool = False

    @property
    def issuer_names(self) -> tuple[GeneralName, ...]:
        """The names of ``certificateIssuer``; none in a direct list."""
        if self.issuer_octets is None:
            return ()
        value = Extension(oids.CERTIFICATE_ISSUER, True, self.issuer_octets).value
        return value.names if isinstance(value, AlternativeNames) else ()


class CertificateList(_native.CertificateList):
    """
    A revocation list.

    As with certificates, the stored octets are kept and deviations are listed. ``len()`` is the
    number of entries; :meth:`find` looks one up in logarithmic time.

    Attributes:
        der: The stored octets.
        tbs: The octets that are signed.
        version: 1 or 2.
        issuer_octets: The encoded name.
        algorithm, inner_algorithm: The AlgorithmIdentifier beside the signature and inside ``tbs``.
        signature: The signature's octets.
        authority_key_identifier: The identifier, or None.
        has_unknown_critical_entry: Some entry has a critical extension that is unknown.
    """

    @classmethod
    def from_der(cls, data: bytes) -> CertificateList:
        """
        Read a DER list; *data* is the list and nothing else.

        Raises:
            EncodingError: If it is not a revocation list.
        """
        return cls(data)

    @classmethod
    def from_pem(cls, data: bytes) -> CertificateList:
        """
        Read the first X509 CRL block of a PEM text.

        Raises:
            EncodingError: If there is none, or it does not hold a list.
        """
        from gmkit.x509.load import pem_block  # noqa: PLC0415 - load builds on this module

        return cls(pem_block(data, "X509 CRL"))

    @once
    def issuer(self) -> Name:
        """The name of who signed it."""
        return Name(self.issuer_octets)

    @property
    def this_update(self) -> datetime:
        """When it was made, UTC."""
        return from_seconds(self.this_update_seconds)

    @property
    def next_update(self) -> datetime | None:
        """When the next one is due, UTC, or None."""
        seconds = self.next_update_seconds
        return None if seconds is None else from_seconds(seconds)

    @property
    def number(self) -> int | None:
        """``cRLNumber``, or None."""
        octets = self.number_octets
        return None if octets is None else int.from_bytes(octets, "big")

    @property
    def base_number(self) -> int | None:
        """``deltaCRLIndicator``: the number of the list this one adds to; None: a complete list."""
        octets = self.base_number_octets
        return None if octets is None else int.from_bytes(octets, "big")

    @once
    def signature_algorithm(self) -> str:
        """The identifier beside the signature, dotted."""
        return _native.decode_algorithm(self.algorithm)[0]

    @once
    def extensions(self) -> tuple[Extension, ...]:
        """All extensions of the list in stored order."""
        return tuple(Extension(*extension) for extension in self.extension_list())

    def extension(self, oid: str) -> Extension | None:
        """
        The first extension with this identifier, or None.

        Args:
            oid: The identifier, dotted.
        """
        return next((e for e in self.extensions if e.oid == oid), None)

    def extension_value(self, oid: str) -> ExtensionValue | None:
        """
        What the extension says; None if it is absent, unknown or malformed.

        Args:
            oid: The extension's identifier, dotted.
        """
        extension = self.extension(oid)
        return None if extension is None else extension.value

    @once
    def issuing_distribution_point(self) -> IssuingDistributionPoint | None:
        """What the list covers, or None: all certificates of its issuer."""
        value = self.extension_value(oids.ISSUING_DISTRIBUTION_POINT)
        return value if isinstance(value, IssuingDistributionPoint) else None

    def find(self, serial: int) -> tuple[RevokedCertificate, ...]:  # type: ignore[override]
        """
        All entries with this serial number: several only in an indirect list; none: not on the list.

        Args:
            serial: The number, as :attr:`Certificate.serial` has it.
        """
        length = serial.bit_length() // 8 + 1
        return tuple(map(_entry, super().find(serial.to_bytes(length, "big", signed=True))))

    def __iter__(self) -> Iterator[RevokedCertificate]:
        return (_entry(self.entry(place)) for place in range(len(self)))

    @once
    def findings(self) -> tuple[Finding, ...]:
        """What deviates from DER or from the profile of lists, with positions."""
        return tuple(Finding(*finding) for finding in self.finding_list())

    def to_pem(self) -> bytes:
        """The stored octets as a PEM block."""
        from gmkit.x509.load import pem_text  # noqa: PLC0415 - load builds on this module

        return pem_text("X509 CRL", self.der)

    def to_dict(self) -> dict[str, object]:
        """Everything for programs: strings, numbers, lists."""
        from gmkit.x509.describe import list_dict  # noqa: PLC0415 - only when printing

        return list_dict(self)

    def describe(self) -> str:
        """Everything for people: lines of text."""
        from gmkit.x509.describe import text  # noqa: PLC0415 - only when printing

        return text(self.to_dict())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CertificateList):
            return NotImplemented
        return self.der == other.der

    def __hash__(self) -> int:
        return hash(self.der)

    def __repr__(self) -> str:
        return f"<CertificateList of {str(self.issuer)!r}, {len(self)} entries>"


def _entry(native: _native.Entry) -> RevokedCertificate:
    serial, date, reason, invalidity, issuer, unknown = native
    return RevokedCertificate(
        int.from_bytes(serial, "big", signed=True),
        from_seconds(date),
        RevocationReason(reason),
        None if invalidity is None else from_seconds(invalidity),
        issuer,
        unknown,
    )
