"""
Issuing: what is asked for is checked against a profile, linted, signed, read back and compared.

Time and serial numbers are arguments; the key may be in memory or in a device.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from gmkit.errors import InvalidArgument, IssuingError
from gmkit.pki.application import Application
from gmkit.pki.lint import Severity, lint_certificate
from gmkit.pki.prescribed import extensions_for, key_identifier, validity_end
from gmkit.pki.profile import CertificateProfile
from gmkit.pki.reasons import Refused
from gmkit.pki.signatures import SignatureVerifier
from gmkit.sm2 import (
    DEFAULT_USER_ID,
    SM2PrivateKey,
    SM2PublicKey,
    sign_batch,
    verify_batch,
)
from gmkit.x509 import Certificate, Extension, Name
from gmkit.x509.builder import CertificateBuilder, joined
from gmkit.x509.building import extensions
from gmkit.x509.public_key import PublicKeyInfo
from gmkit.x509.signing import SigningKey, algorithm_of, public_key_info, sign

__all__ = ["Application", "Issuer", "Order", "issue", "issue_many", "random_serial", "self_sign"]

# As long as a signature, so that the certificate that is linted has the shape of the one that is made.
_PLACEHOLDER = bytes.fromhex("3044") + 2 * (bytes.fromhex("022040") + 31 * b"\0")


@dataclass(frozen=True)
class Issuer:
    """
    An authority's certificate with its key, and where its lists and answers are found.

    Attributes:
        certificate: Its certificate.
        key: Its private key, in memory or in a device.
        crl_urls, freshest_crl_urls, ocsp_urls, issuer_urls: Addresses that go into what it issues.
        user_id: Its SM2 distinguishing identifier.
    """

    certificate: Certificate
    key: SigningKey
    crl_urls: tuple[str, ...] = ()
    freshest_crl_urls: tuple[str, ...] = ()
    ocsp_urls: tuple[str, ...] = ()
    issuer_urls: tuple[str, ...] = ()
    user_id: bytes = DEFAULT_USER_ID

    def __post_init__(self) -> None:
        if public_key_info(self.key) != self.certificate.public_key_info:
            raise IssuingError("the key is not the one of the authority's certificate")

    @cached_property
    def verifier(self) -> SignatureVerifier:
        """What looks at its own new signatures, with its key prepared for speed."""
        return SignatureVerifier(self.user_id)

    @cached_property
    def algorithm(self) -> bytes:
        """The AlgorithmIdentifier it signs with."""
        return algorithm_of(self.key)

    @cached_property
    def constant_extensions(self) -> tuple[Extension, ...]:
        """Those that are the same in everything it issues."""
        identifier = self.certificate.subject_key_identifier
        if identifier is None:
            raise IssuingError("the authority's certificate has no subject key identifier")
        made = [extensions.authority_key_identifier(identifier)]
        if self.crl_urls:
            made.append(extensions.crl_distribution_points(self.crl_urls))
        if self.freshest_crl_urls:
            made.append(extensions.crl_distribution_points(self.freshest_crl_urls, freshest=True))
        if self.ocsp_urls or self.issuer_urls:
            made.append(
                extensions.authority_info_access(ocsp=self.ocsp_urls, ca_issuers=self.issuer_urls)
            )
        return tuple(made)


def random_serial() -> int:
    """A serial number of 16 octets, 126 bits of them from the operating system's generator."""
    octets = bytearray(secrets.token_bytes(16))
    # Positive, and always of the same length.
    octets[0] = octets[0] & 0x3F | 0x40
    return int.from_bytes(octets, "big")


def issue(
    issuer: Issuer,
    profile: CertificateProfile,
    application: Application,
    *,
    serial: int,
    not_before: datetime,
    not_after: datetime | None = None,
) -> Certificate:
    """
    A certificate for *application*, signed by *issuer*, as *profile* says.

    Args:
        issuer: Who signs.
        profile: What a certificate of this kind says.
        application: What was asked for.
        serial: Unique for this issuer; :func:`random_serial` makes one.
        not_before: First second of validity, with a time zone.
        not_after: Last second; if None, as long as the profile allows and the issuer's certificate lasts.

    Raises:
        IssuingError: The profile does not allow what is asked for, a rule of the lint forbids it, or what
            came out is not what went in.
        InvalidArgument: A serial or time that cannot be written.
    """
    order = Order(profile, application, serial, not_before, not_after)
    [made] = issue_many([(issuer, order)])
    if not isinstance(made, Certificate):
        raise made
    return made


@dataclass(frozen=True, slots=True)
class Order:
    """
    One certificate among many to be issued; the arguments of :func:`issue`.

    Attributes:
        profile, application, serial, not_before, not_after: As there.
    """

    profile: CertificateProfile
    application: Application
    serial: int
    not_before: datetime
    not_after: datetime | None = None


def issue_many(
    orders: Sequence[tuple[Issuer, Order]],
) -> list[Certificate | IssuingError | InvalidArgument]:
    """
    Issue many certificates: each is checked and linted by itself, all are signed together.

    Args:
        orders: Who signs and what; all issuers have one key and identifier (they may differ in their
            addresses).

    Returns:
        For each order its certificate, or why it was refused.

    Raises:
        InvalidArgument: The issuers have several keys or identifiers.
        DeviceError: A device did not sign.
        IssuingError: What came out is not what went in; nothing is issued.
    """
    if len({(one.certificate.public_key_info, one.user_id) for one, _ in orders}) > 1:
        raise InvalidArgument("certificates that are signed together are signed with one key")
    drafts: list[_Draft | IssuingError | InvalidArgument] = []
    for issuer, order in orders:
        try:
            drafts.append(_drafted(issuer, order))
        except (IssuingError, InvalidArgument) as error:
            drafts.append(error)
    good = [each for each in drafts if isinstance(each, _Draft)]
    signed = iter(_signed(good, orders[0][0]) if good else ())
    return [next(signed) if isinstance(each, _Draft) else each for each in drafts]


def _drafted(issuer: Issuer, order: Order) -> _Draft:
    profile, application = order.profile, order.application
    builder = CertificateBuilder(
        serial=order.serial,
        issuer=issuer.certificate.subject,
        subject=application.subject,
        not_before=order.not_before,
        not_after=validity_end(profile, order.not_before, order.not_after, issuer.certificate),
        public_key_info=application.public_key_info,
        extensions=(*issuer.constant_extensions, *extensions_for(profile, application)),
    )
    return _draft(builder, issuer.algorithm, issuer.certificate)


def self_sign(
    key: SigningKey,
    profile: CertificateProfile,
    subject: Name,
    *,
    serial: int,
    not_before: datetime,
    not_after: datetime | None = None,
    user_id: bytes = DEFAULT_USER_ID,
) -> Certificate:
    """
    The certificate of a root: issuer and subject are one, and so are their keys.

    Args:
        key: The root's private key, in memory or in a device.
        profile: What a root's certificate says.
        subject: The name.
        serial: :func:`random_serial` makes one.
        not_before: First second of validity, with a time zone.
        not_after: Last second; if None, as long as the profile allows.
        user_id: The SM2 identifier, 0 to 8191 bytes.

    Raises:
        IssuingError, InvalidArgument: As :func:`issue`.
    """
    application = Application(subject=subject, public_key_info=public_key_info(key))
    made = extensions_for(profile, application)
    identifier = key_identifier(PublicKeyInfo(application.public_key_info))
    builder = CertificateBuilder(
        serial=serial,
        issuer=subject,
        subject=subject,
        not_before=not_before,
        not_after=validity_end(profile, not_before, not_after, None),
        public_key_info=application.public_key_info,
        # Allowed to be left out of a root (RFC 5280, clause 4.2.1.1); linters ask for it all the same.
        extensions=(extensions.authority_key_identifier(identifier), *made),
    )
    draft = _draft(builder, algorithm_of(key), None)
    signature = sign(key, draft.tbs, user_id=user_id)
    certificate = _finished(draft, signature)
    _check_signatures([certificate], certificate, SignatureVerifier(user_id), user_id)
    return certificate


@dataclass(frozen=True, slots=True)
class _Draft:
    """What is about to be signed, read back and linted."""

    tbs: bytes
    algorithm: bytes


def _draft(builder: CertificateBuilder, algorithm: bytes, issuer: Certificate | None) -> _Draft:
    # 1. Write what is to be signed, and read it back with the reader that others will use.
    tbs = builder.tbs(algorithm)
    draft = Certificate(joined(tbs, algorithm, _PLACEHOLDER))
    _compare(draft, builder)
    # 2. Lint it. What is wrong never gets a signature.
    broken = [v for v in lint_certificate(draft, issuer=issuer) if v.severity is Severity.ERROR]
    if broken:
        raise IssuingError(f"not issued: {'; '.join(f'{v.code} ({v.message})' for v in broken)}")
    return _Draft(draft.tbs, draft.algorithm)


def _signed(drafts: Sequence[_Draft], issuer: Issuer) -> list[Certificate]:
    # 3. Sign: together where the key is in memory.
    key, user_id = issuer.key, issuer.user_id
    texts = [draft.tbs for draft in drafts]
    if len(drafts) > 1 and isinstance(key, SM2PrivateKey):
        signatures = sign_batch(key, texts, user_id=user_id)
    else:
        signatures = [sign(key, text, user_id=user_id) for text in texts]
    made = [_finished(draft, each) for draft, each in zip(drafts, signatures, strict=True)]
    _check_signatures(made, issuer.certificate, issuer.verifier, user_id)
    return made


def _finished(draft: _Draft, signature: bytes) -> Certificate:
    # 4. What comes out is what was linted.
    certificate = Certificate(joined(draft.tbs, draft.algorithm, signature))
    if certificate.tbs != draft.tbs or certificate.algorithm != draft.algorithm:
        raise IssuingError("what was signed is not what was checked; nothing was issued")
    return certificate


def _check_signatures(
    made: Sequence[Certificate], issuer: Certificate, verifier: SignatureVerifier, user_id: bytes
) -> None:
    # 5. And it verifies with the issuer's certificate.
    key = issuer.public_key() if len(made) > 1 else None
    if isinstance(key, SM2PublicKey):
        texts = [each.tbs for each in made]
        signatures = [each.signature for each in made]
        good = not verify_batch(key, texts, signatures, user_id=user_id).invalid
    else:
        good = True
        for each in made:
            try:
                verifier.verify(each.tbs, each.algorithm, each.signature, issuer.key_info)
            except Refused:
                good = False
    if not good:
        raise IssuingError("the new signature does not verify; nothing was issued")


def _compare(draft: Certificate, builder: CertificateBuilder) -> None:
    """Field by field: what would be issued must be what was decided (PKI-02)."""
    if (
        draft.serial != builder.serial
        or draft.issuer_octets != builder.issuer.octets
        or draft.subject_octets != builder.subject.octets
        or draft.public_key_info != builder.public_key_info
        or draft.not_before_seconds != builder.not_before.timestamp()
        or draft.not_after_seconds != builder.not_after.timestamp()
        or draft.extension_list()
        != tuple((e.oid, e.critical, e.octets, False) for e in builder.extensions)
    ):
        raise IssuingError("what would be issued differs from what was decided; nothing was issued")
