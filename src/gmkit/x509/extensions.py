"""What extensions say: one small immutable class each (RFC 5280 clauses 4.2 and 5.2; GM/T 0015)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gmkit._native import x509 as _native
from gmkit.errors import EncodingError
from gmkit.x509 import oids
from gmkit.x509.general_name import GeneralName, general_names
from gmkit.x509.once import once
from gmkit.x509.times import from_seconds

KEY_USAGE_NAMES = (
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
)

#: Names of the bits of ReasonFlags, from bit 0.
REASON_NAMES = (
    "unused",
    "keyCompromise",
    "cACompromise",
    "affiliationChanged",
    "superseded",
    "cessationOfOperation",
    "certificateHold",
    "privilegeWithdrawn",
    "aACompromise",
)


@dataclass(frozen=True)
class Extension:
    """
    An extension as it is stored, and what it says.

    Attributes:
        oid: Which, in dotted form.
        critical: Whether who does not understand it must refuse.
        octets: Contents of the OCTET STRING, as stored.
        malformed: It is a known one and its contents are not what they should be.
    """

    oid: str
    critical: bool
    octets: bytes
    malformed: bool = False

    @property
    def name(self) -> str:
        """``keyUsage``, …, or the dotted form."""
        return oids.EXTENSIONS.get(self.oid, self.oid)

    @once
    def value(self) -> ExtensionValue | None:
        """What it says; None if it is unknown or malformed."""
        build = _BUILDERS.get(self.oid)
        if build is None or self.malformed:
            return None
        try:
            decoded = _native.decode_extension(self.oid, self.octets)
        except EncodingError:
            return None
        return None if decoded is None else build(decoded)


@dataclass(frozen=True)
class BasicConstraints:
    """Clause 4.2.1.9: whether an authority, and how many authorities may follow it."""

    ca: bool
    path_length: int | None


@dataclass(frozen=True)
class KeyUsage:
    """Clause 4.2.1.3; bit *n* of *bits* is bit *n* of the BIT STRING."""

    bits: int

    @property
    def names(self) -> tuple[str, ...]:
        """The usages that are set."""
        return tuple(name for bit, name in enumerate(KEY_USAGE_NAMES) if self.bits >> bit & 1)


@dataclass(frozen=True)
class ExtendedKeyUsage:
    """Clause 4.2.1.12: purposes in dotted form."""

    purposes: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The purposes by name where they have one."""
        return tuple(oids.PURPOSES.get(purpose, purpose) for purpose in self.purposes)


@dataclass(frozen=True)
class SubjectKeyIdentifier:
    """Clause 4.2.1.2."""

    octets: bytes


@dataclass(frozen=True)
class AuthorityKeyIdentifier:
    """Clause 4.2.1.1."""

    key_identifier: bytes | None
    issuer: tuple[GeneralName, ...] | None
    serial: int | None


@dataclass(frozen=True)
class AlternativeNames:
    """Clauses 4.2.1.6 (subject) and 4.2.1.7 (issuer); also the issuer of a list entry (5.3.3)."""

    names: tuple[GeneralName, ...]


@dataclass(frozen=True)
class NameConstraints:
    """Clause 4.2.1.10: bases of the subtrees."""

    permitted: tuple[GeneralName, ...]
    excluded: tuple[GeneralName, ...]


@dataclass(frozen=True)
class PolicyQualifier:
    """A qualifier: which, the tag of its value, and the whole encoded value."""

    oid: str
    tag: int
    octets: bytes


@dataclass(frozen=True)
class PolicyInformation:
    """A policy and its qualifiers."""

    oid: str
    qualifiers: tuple[PolicyQualifier, ...] = ()


@dataclass(frozen=True)
class CertificatePolicies:
    """Clause 4.2.1.4."""

    policies: tuple[PolicyInformation, ...]


@dataclass(frozen=True)
class PolicyMappings:
    """Clause 4.2.1.5: pairs of issuer's and subject's policy."""

    mappings: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PolicyConstraints:
    """Clause 4.2.1.11: numbers of certificates, or None."""

    require_explicit: int | None
    inhibit_mapping: int | None


@dataclass(frozen=True)
class InhibitAnyPolicy:
    """Clause 4.2.1.14: number of certificates."""

    skip: int


@dataclass(frozen=True)
class DistributionPointName:
    """Whole names, or the contents of an RDN to be put after the name of whoever signs the list."""

    full: tuple[GeneralName, ...] = ()
    relative: bytes | None = None


@dataclass(frozen=True)
class DistributionPoint:
    """Where a list is, for which reasons (bits as in ReasonFlags; None: all), and who signs it."""

    name: DistributionPointName | None
    reasons: int | None
    crl_issuer: tuple[GeneralName, ...] | None


@dataclass(frozen=True)
class DistributionPoints:
    """Clauses 4.2.1.13 (lists) and 4.2.1.15 (delta lists)."""

    points: tuple[DistributionPoint, ...]


@dataclass(frozen=True)
class AccessDescription:
    """What kind of service, in dotted form, and where."""

    method: str
    location: GeneralName

    @property
    def name(self) -> str:
        """``ocsp``, ``caIssuers``, …, or the dotted form."""
        return oids.ACCESS_METHODS.get(self.method, self.method)


@dataclass(frozen=True)
class InfoAccess:
    """Clauses 4.2.2.1 (of the authority) and 4.2.2.2 (of the subject)."""

    descriptions: tuple[AccessDescription, ...]


@dataclass(frozen=True)
class PrivateKeyUsagePeriod:
    """When the private key may be used."""

    not_before: datetime | None
    not_after: datetime | None


@dataclass(frozen=True)
class OcspNoCheck:
    """RFC 6960, clause 4.2.2.2.1: this responder's certificate is not to be checked."""


@dataclass(frozen=True)
class IdentityNumber:
    """
    A number that identifies a person or an organisation (GM/T 0015). Personal data: never log it.

    Attributes:
        choice: 0 resident's card, 1 officer's card, 2 passport; None for a bare string.
        octets: The text as stored.
    """

    choice: int | None
    octets: bytes = field(repr=False)

    @property
    def kind(self) -> str | None:
        """What the choice stands for, or None."""
        names = {0: "resident card", 1: "military officer card", 2: "passport"}
        return None if self.choice is None else names.get(self.choice, f"[{self.choice}]")

    @property
    def text(self) -> str:
        """The number; octets that are no text appear as ``#`` and hex."""
        try:
            return self.octets.decode()
        except UnicodeDecodeError:
            return "#" + self.octets.hex()


@dataclass(frozen=True)
class CrlNumber:
    """Clauses 5.2.3 and 5.2.4 (number of the base list)."""

    number: int


@dataclass(frozen=True)
class IssuingDistributionPoint:
    """Clause 5.2.5: what one list covers."""

    name: DistributionPointName | None
    only_user_certificates: bool
    only_ca_certificates: bool
    only_some_reasons: int | None
    indirect: bool
    only_attribute_certificates: bool


ExtensionValue = (
    BasicConstraints
    | KeyUsage
    | ExtendedKeyUsage
    | SubjectKeyIdentifier
    | AuthorityKeyIdentifier
    | AlternativeNames
    | NameConstraints
    | CertificatePolicies
    | PolicyMappings
    | PolicyConstraints
    | InhibitAnyPolicy
    | DistributionPoints
    | InfoAccess
    | PrivateKeyUsagePeriod
    | OcspNoCheck
    | IdentityNumber
    | CrlNumber
    | IssuingDistributionPoint
)


def _authority(value: Any) -> AuthorityKeyIdentifier:
    key_identifier, issuer, serial = value
    return AuthorityKeyIdentifier(
        key_identifier,
        None if issuer is None else general_names(issuer),
        None if serial is None else int.from_bytes(serial, "big", signed=True),
    )


def _point_name(value: Any) -> DistributionPointName | None:
    if value is None:
        return None
    kind, content = value
    if kind == "full":
        return DistributionPointName(full=general_names(content))
    return DistributionPointName(relative=content)


def _points(value: Any) -> DistributionPoints:
    return DistributionPoints(
        tuple(
            DistributionPoint(
                _point_name(name), reasons, None if issuer is None else general_names(issuer)
            )
            for name, reasons, issuer in value
        )
    )


def _policies(value: Any) -> CertificatePolicies:
    return CertificatePolicies(
        tuple(
            PolicyInformation(oid, tuple(PolicyQualifier(*q) for q in qualifiers))
            for oid, qualifiers in value
        )
    )


def _access(value: Any) -> InfoAccess:
    return InfoAccess(
        tuple(AccessDescription(method, GeneralName(*location)) for method, location in value)
    )


def _period(value: Any) -> PrivateKeyUsagePeriod:
    return PrivateKeyUsagePeriod(*(None if s is None else from_seconds(s) for s in value))


def _issuing(value: Any) -> IssuingDistributionPoint:
    name, user, ca, reasons, indirect, attribute = value
    return IssuingDistributionPoint(_point_name(name), user, ca, reasons, indirect, attribute)


def _number(value: Any) -> CrlNumber:
    return CrlNumber(int.from_bytes(value, "big"))


_BUILDERS: dict[str, Callable[[Any], ExtensionValue]] = {
    oids.BASIC_CONSTRAINTS: lambda value: BasicConstraints(*value),
    oids.KEY_USAGE: KeyUsage,
    oids.EXTENDED_KEY_USAGE: ExtendedKeyUsage,
    oids.SUBJECT_KEY_IDENTIFIER: SubjectKeyIdentifier,
    oids.AUTHORITY_KEY_IDENTIFIER: _authority,
    oids.SUBJECT_ALT_NAME: lambda value: AlternativeNames(general_names(value)),
    oids.ISSUER_ALT_NAME: lambda value: AlternativeNames(general_names(value)),
    oids.CERTIFICATE_ISSUER: lambda value: AlternativeNames(general_names(value)),
    oids.NAME_CONSTRAINTS: lambda value: NameConstraints(*map(general_names, value)),
    oids.CERTIFICATE_POLICIES: _policies,
    oids.POLICY_MAPPINGS: PolicyMappings,
    oids.POLICY_CONSTRAINTS: lambda value: PolicyConstraints(*value),
    oids.INHIBIT_ANY_POLICY: InhibitAnyPolicy,
    oids.CRL_DISTRIBUTION_POINTS: _points,
    oids.FRESHEST_CRL: _points,
    oids.AUTHORITY_INFO_ACCESS: _access,
    oids.SUBJECT_INFO_ACCESS: _access,
    oids.PRIVATE_KEY_USAGE_PERIOD: _period,
    oids.OCSP_NO_CHECK: lambda _: OcspNoCheck(),
    oids.CRL_NUMBER: _number,
    oids.DELTA_CRL_INDICATOR: _number,
    oids.ISSUING_DISTRIBUTION_POINT: _issuing,
}
_BUILDERS.update(
    {
        oid: lambda value: IdentityNumber(*value)
        for oid in oids.EXTENSIONS
        if oid.startswith(("1.2.156.", "1.2.86."))
    }
)
