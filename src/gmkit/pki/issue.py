"""
Issuing: what is asked for is checked against a profile, linted, signed, read back and compared.

Time and serial numbers are arguments; the key may be in memory or in a device.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cached_property

from gmkit.errors import GmkitError, InvalidArgument, InvalidSignature, IssuingError
from gmkit.pki.lint import Severity, lint_certificate
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
from gmkit.x509 import Certificate, CertificateRequest, Extension, GeneralName, Name, oids
from gmkit.x509.builder import CertificateBuilder, joined
from gmkit.x509.building import extensions
from gmkit.x509.extensions import AlternativeNames
from gmkit.x509.public_key import PublicKeyInfo
from gmkit.x509.signing import SigningKey, algorithm_of, public_key_info, sign

__all__ = ["Application", "Issuer", "Order", "issue", "issue_many", "random_serial", "self_sign"]

# As long as a signature, so that the certificate that is linted has the shape of the one that is made.
_PLACEHOLDER = bytes.fromhex("3044") + 2 * (bytes.fromhex("022040") + 31 * b"\0")


@dataclass(frozen=True, kw_only=True)
class Application:
    """
    What somebody asks for.

    Attributes:
        subject: The name.
        public_key_info: SubjectPublicKeyInfo of the key, whose possession was proved before.
        alternative_names: For subjectAltName.
        identities: Pairs of name and number for the identity extensions of GM/T 0015. Personal data.
    """

    subject: Name
    public_key_info: bytes
    alternative_names: tuple[GeneralName, ...] = ()
    identities: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @classmethod
    def from_request(
        cls, request: CertificateRequest, *, user_id: bytes = DEFAULT_USER_ID
    ) -> Application:
        """
        From a PKCS#10 request, whose signature is verified: it proves possession of the key.

        Of the extensions asked for the alternative names are taken over; the others are the profile's to
        decide.

        Raises:
            InvalidSignature: It does not verify.
            UnsupportedAlgorithm: It is signed in a way that is not done here.
        """
        [application] = cls.from_requests([request], user_id=user_id)
        if isinstance(application, GmkitError):
            raise application
        return application

    @classmethod
    def from_requests(
        cls, requests: Sequence[CertificateRequest], *, user_id: bytes = DEFAULT_USER_ID
    ) -> list[Application | GmkitError]:
        """
        As :meth:`from_request` for many, whose signatures are verified together.

        Returns:
            For each request the application, or why there is none.
        """
        results: list[Application | GmkitError] = []
        sound: list[tuple[int, CertificateRequest, SM2PublicKey]] = []
        for place, request in enumerate(requests):
            try:
                key = _requested_key(request)
                names = request.extension_value(oids.SUBJECT_ALT_NAME)
                results.append(
                    cls(
                        subject=request.subject,
                        public_key_info=key.to_der(),
                        alternative_names=names.names
                        if isinstance(names, AlternativeNames)
                        else (),
                    )
                )
                sound.append((place, request, key))
            except GmkitError as error:
                results.append(error)
        if not sound:
            return results
        verdicts = verify_batch(
            [key for _, _, key in sound],
            [request.info for _, request, _ in sound],
            [request.signature for _, request, _ in sound],
            user_id=user_id,
        )
        for (place, request, key), verdict in zip(sound, verdicts, strict=True):
            if verdict is not None:
                results[place] = _does_not_fit(request, key, user_id)
        return results


def _does_not_fit(
    request: CertificateRequest, key: SM2PublicKey, user_id: bytes
) -> InvalidSignature:
    """The refusal, with the known mistake that was made if it is one."""
    from gmkit.pki.explain import mistakes  # noqa: PLC0415 - only after a failure

    found = mistakes(key, request.signature, request.info, user_id)
    return InvalidSignature(
        f"the signature of the request for {request.subject} does not fit its key",
        hint="; or ".join(each.text for each in found) or None,
    )


def _requested_key(request: CertificateRequest) -> SM2PublicKey:
    key = request.public_key()
    if not isinstance(key, SM2PublicKey):
        raise IssuingError(
            f"the request is for a key of {request.key_info.description}; SM2 is issued here"
        )
    if request.signature_algorithm != oids.SM2_WITH_SM3:
        raise InvalidSignature("the request is not signed with SM2 and SM3")
    return key


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
        orders: Who signs and what; all issuers have one key (they may differ in their addresses).

    Returns:
        For each order its certificate, or why it was refused.

    Raises:
        DeviceError: A device did not sign.
        IssuingError: What came out is not what went in; nothing is issued.
    """
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
        not_after=_end(profile, order.not_before, order.not_after, issuer.certificate),
        public_key_info=application.public_key_info,
        extensions=(*issuer.constant_extensions, *_extensions(profile, application)),
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

    Arguments and errors are those of :func:`issue`.
    """
    application = Application(subject=subject, public_key_info=public_key_info(key))
    made = _extensions(profile, application)
    identifier = _key_identifier(PublicKeyInfo(application.public_key_info))
    builder = CertificateBuilder(
        serial=serial,
        issuer=subject,
        subject=subject,
        not_before=not_before,
        not_after=_end(profile, not_before, not_after, None),
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


def _end(
    profile: CertificateProfile,
    begin: datetime,
    end: datetime | None,
    issuer: Certificate | None,
) -> datetime:
    longest = begin + timedelta(days=profile.days, seconds=-1)
    if end is not None:
        if end > longest:
            raise IssuingError(
                f"the profile {profile.name} allows {profile.days} days of validity, not until {end:%Y-%m-%d}"
            )
        if end <= begin:
            raise IssuingError("the validity would end before it begins")
        return end
    if issuer is None:
        return longest
    last = datetime.fromtimestamp(issuer.not_after_seconds, timezone.utc)
    if last <= begin:
        raise IssuingError(f"the authority's certificate has expired on {last:%Y-%m-%d}")
    return min(longest, last)


def _extensions(profile: CertificateProfile, application: Application) -> tuple[Extension, ...]:
    """Those of the profile and of what was asked for, in the order of RFC 5280."""
    subject, names = application.subject, application.alternative_names
    _check_subject(profile, subject)
    info = PublicKeyInfo(application.public_key_info)
    if not info.is_sm2 and info.curve not in {"1.2.840.10045.3.1.7", "1.3.132.0.34"}:
        raise IssuingError(f"keys of {info.description} are not certified here")
    info.key()
    made = [
        extensions.subject_key_identifier(_key_identifier(info)),
        *_constant(profile),
    ]
    if names:
        wrong = {name.kind for name in names} - set(profile.alt_name_kinds)
        if wrong:
            raise IssuingError(
                f"the profile {profile.name} does not allow alternative names of the kind {', '.join(sorted(wrong))}"
            )
        made.append(extensions.subject_alt_name(names, critical=subject.is_empty))
    elif profile.alt_name_required:
        raise IssuingError(
            f"the profile {profile.name} needs an alternative name: {', '.join(profile.alt_name_kinds)}"
        )
    for kind, number in application.identities:
        if kind not in profile.identity:
            raise IssuingError(f"the profile {profile.name} does not allow the identity {kind}")
        made.append(extensions.identity(kind, number))
    return tuple(made)


_CONSTANT: dict[CertificateProfile, tuple[Extension, ...]] = {}


def _constant(profile: CertificateProfile) -> tuple[Extension, ...]:
    """Those that are the same in every certificate of the profile."""
    if (known := _CONSTANT.get(profile)) is not None:
        return known
    made = [extensions.key_usage(profile.key_usage)]
    if profile.policies:
        made.append(extensions.certificate_policies(profile.policies))
    if profile.authority:
        made.append(extensions.basic_constraints(ca=True, path_length=profile.path_length))
    if profile.purposes:
        made.append(
            extensions.extended_key_usage(profile.purposes, critical=profile.purposes_critical)
        )
    if profile.ocsp_no_check:
        made.append(extensions.ocsp_no_check())
    _CONSTANT[profile] = tuple(made)
    return _CONSTANT[profile]


def _key_identifier(info: PublicKeyInfo) -> bytes:
    """SHA-1 of the key's bits (GM/T 0015-2012; RFC 5280, clause 4.2.1.2, method 1)."""
    return hashlib.sha1(info.key_octets, usedforsecurity=False).digest()


def _check_subject(profile: CertificateProfile, subject: Name) -> None:
    labels = {attribute.label for attribute in subject.attributes}
    if missing := set(profile.required) - labels:
        raise IssuingError(f"the profile {profile.name} needs {_listed(missing)} in the subject")
    if foreign := labels.difference(profile.required, profile.optional):
        raise IssuingError(
            f"the profile {profile.name} does not allow {_listed(foreign)} in the subject"
        )


def _listed(labels: Iterable[str]) -> str:
    return ", ".join(sorted(labels))
