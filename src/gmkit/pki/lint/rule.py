"""What a rule is, and the list of all rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum
from functools import lru_cache
from typing import TypeVar

from gmkit.x509 import Certificate, Extension, GeneralName, Name, NameAttribute, oids
from gmkit.x509.extensions import AlternativeNames, ExtendedKeyUsage, ExtensionValue, KeyUsage
from gmkit.x509.once import once

__all__ = ["Examined", "Rule", "Severity", "Violation", "rule", "rules"]

Value = TypeVar("Value", bound=ExtensionValue)


class Severity(Enum):
    """How bad it is to break a rule."""

    ERROR = "error"
    """A MUST of the standard: an authority does not sign this."""
    WARNING = "warning"
    """A SHOULD of the standard, or what common software refuses."""
    NOTICE = "notice"
    """Allowed, and worth knowing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One rule of one clause.

    Attributes:
        code: Stable identifier: ``pkix.…`` of RFC 5280 and its kin, ``gm.…`` of GM/T standards.
        severity: How bad it is to break it.
        citation: Document and clause.
        effective: Certificates that begin before are not judged by it.
        text: What it demands.
        about: Extensions without which it has nothing to say; none: it looks at every certificate.
        check: Yields a message for each breach.
    """

    code: str
    severity: Severity
    citation: str
    effective: datetime
    text: str
    about: frozenset[str]
    check: Callable[[Examined], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Violation:
    """A breach of a rule: which, and what was met."""

    rule: Rule
    message: str

    @property
    def code(self) -> str:
        """The stable code of the rule."""
        return self.rule.code

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return self.rule.severity

    def __str__(self) -> str:
        return f"{self.severity.value} {self.code}: {self.message} [{self.rule.citation}]"


class Examined:
    """A certificate with what the rules ask of it, each worked out once; its issuer where it is known."""

    def __init__(self, certificate: Certificate, issuer: Certificate | None) -> None:
        self.certificate = certificate
        self.issuer = issuer
        self.listed = [_extension(*fields) for fields in certificate.extension_list()]
        self.extensions: dict[str, Extension] = {}
        for extension in reversed(self.listed):
            self.extensions[extension.oid] = extension
        usage = certificate.key_usage_bits
        self.key_usage = frozenset[str]() if usage is None else _usages(usage)
        self.is_authority = certificate.is_authority

    @once
    def is_self_signed(self) -> bool:
        """Whether it names itself as its issuer, by name and, if there are any, by key identifiers."""
        certificate = self.certificate
        own, above = certificate.subject_key_identifier, certificate.authority_key_identifier
        return certificate.is_self_issued and (above is None or own == above)

    @once
    def purposes(self) -> tuple[str, ...]:
        """Names of the extended key usage."""
        usage = self.value(oids.EXTENDED_KEY_USAGE, ExtendedKeyUsage)
        return usage.names if usage is not None else ()

    @once
    def alt_names(self) -> tuple[GeneralName, ...]:
        """The subject's alternative names."""
        value = self.value(oids.SUBJECT_ALT_NAME, AlternativeNames)
        return value.names if value is not None else ()

    @once
    def attributes(self) -> list[tuple[str, NameAttribute, str]]:
        """Those of both names: whose, the attribute, its text."""
        certificate = self.certificate
        return [
            (which, attribute, content)
            for which, octets in (
                ("issuer", certificate.issuer_octets),
                ("subject", certificate.subject_octets),
            )
            for attribute, content in _attributes(octets)
        ]

    def value(self, oid: str, kind: type[Value]) -> Value | None:
        """What the extension says, if it is there and of this kind."""
        extension = self.extensions.get(oid)
        if extension is None:
            return None
        value = extension.value
        return value if isinstance(value, kind) else None


# An authority writes the same extensions into everything it issues: they are taken apart once.
@lru_cache(maxsize=1024)
def _extension(oid: str, critical: bool, octets: bytes, malformed: bool) -> Extension:
    return Extension(oid, critical, octets, malformed)


@lru_cache(maxsize=512)
def _usages(bits: int) -> frozenset[str]:
    return frozenset(KeyUsage(bits).names)


@lru_cache(maxsize=1024)
def _attributes(octets: bytes) -> tuple[tuple[NameAttribute, str], ...]:
    return tuple((attribute, attribute.text) for attribute in Name(octets).attributes)


_RULES: list[Rule] = []
_ALWAYS = datetime(1970, 1, 1, tzinfo=timezone.utc)


def rule(
    code: str,
    severity: Severity,
    citation: str,
    *,
    about: Collection[str] = (),
    effective: datetime = _ALWAYS,
) -> Callable[[Callable[[Examined], Iterable[str]]], Callable[[Examined], Iterable[str]]]:
    """Make a function a rule; its docstring says what it demands."""

    def register(check: Callable[[Examined], Iterable[str]]) -> Callable[[Examined], Iterable[str]]:
        assert check.__doc__, code
        assert all(known.code != code for known in _RULES), f"{code} exists already"
        text = " ".join(check.__doc__.split())
        _RULES.append(Rule(code, severity, citation, effective, text, frozenset(about), check))
        return check

    return register


def rules() -> tuple[Rule, ...]:
    """All rules, in the order in which they are checked."""
    from gmkit.pki.lint import (  # noqa: PLC0415 - they register
        gmt0015,  # noqa: F401
        gmt0015_identity,  # noqa: F401
        rfc5280,  # noqa: F401
        rfc5280_extensions,  # noqa: F401
    )

    return tuple(_RULES)
