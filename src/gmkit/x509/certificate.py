"""Certificates as data (RFC 5280, clause 4.1): what they say, not whether it is to be believed."""

from __future__ import annotations

from datetime import datetime

from gmkit import sm3
from gmkit._native import x509 as _native
from gmkit.asn1 import Finding
from gmkit.x509 import oids
from gmkit.x509.extensions import (
    AlternativeNames,
    BasicConstraints,
    ExtendedKeyUsage,
    Extension,
    ExtensionValue,
    KeyUsage,
)
from gmkit.x509.general_name import GeneralName
from gmkit.x509.name import Name, comparison_key
from gmkit.x509.once import once
from gmkit.x509.public_key import PublicKey, PublicKeyInfo
from gmkit.x509.times import from_seconds


class Certificate(_native.Certificate):
    """
    A certificate.

    The stored octets are kept whole: nothing is ever re-encoded. What deviates from DER or from the
    profile but leaves no doubt is read and listed in :attr:`findings`. Make one with
    :meth:`from_der`, :meth:`from_pem` or :func:`gmkit.x509.load_certificates`.

    Attributes:
        der: The stored octets.
        tbs: The octets that are signed.
        version: 1, 2 or 3.
        issuer_octets, subject_octets: The encoded names.
        public_key_info: The encoded SubjectPublicKeyInfo.
        algorithm, inner_algorithm: The AlgorithmIdentifier beside the signature and inside ``tbs``.
        signature: The signature's octets.
        is_authority: ``basicConstraints`` says cA.
        path_length: How many authorities may follow, or None.
        key_usage_bits: Bit *n* for bit *n* of ``keyUsage``, or None.
        subject_key_identifier, authority_key_identifier: The identifiers, or None.
    """

    @classmethod
    def from_der(cls, data: bytes) -> Certificate:
        """
        Read a DER certificate; *data* is the certificate and nothing else.

        Raises:
            EncodingError: If it is not a certificate.
        """
        return cls(data)

    @classmethod
    def from_pem(cls, data: bytes) -> Certificate:
        """
        Read the first CERTIFICATE block of a PEM text.

        Raises:
            EncodingError: If there is none, or it does not hold a certificate.
        """
        from gmkit.x509.load import pem_block  # noqa: PLC0415 - load builds on this module

        return cls(pem_block(data, "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"))

    @once
    def serial(self) -> int:
        """The serial number; some old certificates have a negative one."""
        return int.from_bytes(self.serial_octets, "big", signed=True)

    @once
    def issuer(self) -> Name:
        """The name of who signed it."""
        return Name(self.issuer_octets)

    @once
    def subject(self) -> Name:
        """The name of whose key it is."""
        return Name(self.subject_octets)

    @property
    def not_before(self) -> datetime:
        """First second of its validity, UTC."""
        return from_seconds(self.not_before_seconds)

    @property
    def not_after(self) -> datetime:
        """Last second of its validity, UTC."""
        return from_seconds(self.not_after_seconds)

    @once
    def signature_algorithm(self) -> str:
        """The identifier beside the signature, dotted."""
        return _native.decode_algorithm(self.algorithm)[0]

    @once
    def key_info(self) -> PublicKeyInfo:
        """The public key taken apart."""
        return PublicKeyInfo(self.public_key_info)

    def public_key(self) -> PublicKey:
        """
        The key, ready for use: an :class:`gmkit.sm2.SM2PublicKey`, or one of ``cryptography``.

        Raises:
            UnsupportedAlgorithm: If gmkit does not do this kind of key.
            InvalidKey: If the key is none (a point off the curve).
        """
        return self.key_info.key()

    @once
    def extension_fields(self) -> tuple[tuple[str, bool, bytes, bool], ...]:
        """(identifier, critical, octets, malformed) of all extensions in stored order."""
        return self.extension_list()

    @once
    def extensions(self) -> tuple[Extension, ...]:
        """All extensions in stored order."""
        return tuple(Extension(*fields) for fields in self.extension_fields)

    @property
    def has_repeated_extension(self) -> bool:
        """Whether two extensions have the same identifier."""
        return len(self._by_oid) != len(self.extension_fields)

    def extension(self, oid: str) -> Extension | None:
        """
        The first extension with this identifier, or None.

        Args:
            oid: The identifier, dotted.
        """
        found = self._by_oid.get(oid)
        if type(found) is tuple:
            # Most extensions of most certificates are never asked for: made when they are.
            found = self._by_oid[oid] = Extension(*found)
        return found  # type: ignore[return-value]

    def extension_value(self, oid: str) -> ExtensionValue | None:
        """
        What the extension says; None if it is absent, unknown or malformed.

        Args:
            oid: The extension's identifier, dotted.
        """
        if oid not in self._by_oid:
            return None
        extension = self.extension(oid)
        assert extension is not None
        return extension.value

    @once
    def _by_oid(self) -> dict[str, Extension | tuple[str, bool, bytes, bool]]:
        return {fields[0]: fields for fields in reversed(self.extension_fields)}

    @property
    def basic_constraints(self) -> BasicConstraints | None:
        """``basicConstraints``, or None."""
        value = self.extension_value(oids.BASIC_CONSTRAINTS)
        return value if isinstance(value, BasicConstraints) else None

    @property
    def key_usage(self) -> KeyUsage | None:
        """``keyUsage``, or None."""
        return None if self.key_usage_bits is None else KeyUsage(self.key_usage_bits)

    @property
    def extended_key_usage(self) -> ExtendedKeyUsage | None:
        """``extKeyUsage``, or None."""
        value = self.extension_value(oids.EXTENDED_KEY_USAGE)
        return value if isinstance(value, ExtendedKeyUsage) else None

    @property
    def subject_alt_names(self) -> tuple[GeneralName, ...]:
        """The names of ``subjectAltName``; none if it is absent or malformed."""
        value = self.extension_value(oids.SUBJECT_ALT_NAME)
        return value.names if isinstance(value, AlternativeNames) else ()

    @once
    def is_self_issued(self) -> bool:
        """Whether issuer and subject are the same name (RFC 5280, clause 3.2)."""
        issuer, subject = self.issuer_octets, self.subject_octets
        return issuer == subject or comparison_key(issuer) == comparison_key(subject)

    @once
    def findings(self) -> tuple[Finding, ...]:
        """What deviates from DER or from the profile of certificates, with positions."""
        return tuple(Finding(*finding) for finding in self.finding_list())

    def fingerprint(self) -> bytes:
        """SM3 of the stored octets, 32 bytes."""
        return sm3.digest(self.der)

    def to_pem(self) -> bytes:
        """The stored octets as a PEM block."""
        from gmkit.x509.load import pem_text  # noqa: PLC0415 - load builds on this module

        return pem_text("CERTIFICATE", self.der)

    def to_dict(self) -> dict[str, object]:
        """Everything for programs: strings, numbers, lists."""
        from gmkit.x509.describe import certificate_dict  # noqa: PLC0415 - only when printing

        return certificate_dict(self)

    def describe(self) -> str:
        """Everything for people: lines of text."""
        from gmkit.x509.describe import text  # noqa: PLC0415 - only when printing

        return text(self.to_dict())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Certificate):
            return NotImplemented
        return self.der == other.der

    def __hash__(self) -> int:
        return hash(self.der)

    def __repr__(self) -> str:
        return f"<Certificate {str(self.subject)!r} serial {self.serial:#x}>"
