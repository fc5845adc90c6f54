"""Certification requests, PKCS#10 (RFC 2986), as data."""

from __future__ import annotations

from gmkit._native import x509 as _native
from gmkit.asn1 import Finding
from gmkit.sm2 import SM2PublicKey
from gmkit.x509.extensions import Extension, ExtensionValue
from gmkit.x509.name import Name
from gmkit.x509.once import once
from gmkit.x509.public_key import PublicKey, PublicKeyInfo


class CertificateRequest(_native.Request):
    """
    A certification request.

    Attributes:
        der: The stored octets.
        info: The octets that are signed.
        version: 1; some devices write 2.
        subject_octets: The encoded name.
        public_key_info: The encoded SubjectPublicKeyInfo.
        algorithm: The encoded AlgorithmIdentifier of the signature.
        signature: The signature's octets.
    """

    @classmethod
    def from_der(cls, data: bytes) -> CertificateRequest:
        """
        Read a DER request; *data* is the request and nothing else.

        Raises:
            EncodingError: If it is not a request.
        """
        return cls(data)

    @classmethod
    def from_pem(cls, data: bytes) -> CertificateRequest:
        """
        Read the first CERTIFICATE REQUEST block of a PEM text.

        Raises:
            EncodingError: If there is none, or it does not hold a request.
        """
        from gmkit.x509.load import pem_block  # noqa: PLC0415 - load builds on this module

        return cls(pem_block(data, "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"))

    @once
    def subject(self) -> Name:
        """The name asked for."""
        return Name(self.subject_octets)

    @once
    def signature_algorithm(self) -> str:
        """The identifier of the signature, dotted."""
        return _native.decode_algorithm(self.algorithm)[0]

    @once
    def key_info(self) -> PublicKeyInfo:
        """The public key taken apart."""
        return PublicKeyInfo(self.public_key_info)

    def public_key(self) -> PublicKey:
        """
        The key, ready for use.

        Raises:
            UnsupportedAlgorithm: If gmkit does not do this kind of key.
            InvalidKey: If the key is none (a point off the curve).
        """
        return self.key_info.key()

    @once
    def attributes(self) -> tuple[tuple[str, bytes], ...]:
        """Which attribute, dotted, and the encoded SET of its values."""
        return tuple(self.attribute_list())

    @once
    def extensions(self) -> tuple[Extension, ...]:
        """The extensions asked for, in stored order."""
        return tuple(Extension(*extension) for extension in self.extension_list())

    def challenge_password(self) -> str | None:
        """
        The challenge password (PKCS#9 or GM/T 0092-2020), or None.

        Raises:
            EncodingError: If it is no string.
        """
        from gmkit.x509.request_attributes import challenge_password  # noqa: PLC0415 - rare

        return challenge_password(self.attributes)

    def temporary_key(self) -> SM2PublicKey | None:
        """
        The second key of a CFCA request, for the delivery of the encryption key, or None.

        Raises:
            EncodingError: If it is written in another way than CFCA's.
            InvalidKey: If it is no point of the curve.
        """
        from gmkit.x509.request_attributes import temporary_key  # noqa: PLC0415 - rare

        return temporary_key(self.attributes)

    def extension_value(self, oid: str) -> ExtensionValue | None:
        """
        What an extension asked for says; None if it is absent, unknown or malformed.

        Args:
            oid: The extension's identifier, dotted.
        """
        return next((e.value for e in self.extensions if e.oid == oid), None)

    @once
    def findings(self) -> tuple[Finding, ...]:
        """What deviates from DER or from the standard, with positions."""
        return tuple(Finding(*finding) for finding in self.finding_list())

    def to_pem(self) -> bytes:
        """The stored octets as a PEM block."""
        from gmkit.x509.load import pem_text  # noqa: PLC0415 - load builds on this module

        return pem_text("CERTIFICATE REQUEST", self.der)

    def to_dict(self) -> dict[str, object]:
        """Everything for programs: strings, numbers, lists."""
        from gmkit.x509.describe import request_dict  # noqa: PLC0415 - only when printing

        return request_dict(self)

    def describe(self) -> str:
        """Everything for people: lines of text."""
        from gmkit.x509.describe import text  # noqa: PLC0415 - only when printing

        return text(self.to_dict())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CertificateRequest):
            return NotImplemented
        return self.der == other.der

    def __hash__(self) -> int:
        return hash(self.der)

    def __repr__(self) -> str:
        return f"<CertificateRequest for {str(self.subject)!r}>"
