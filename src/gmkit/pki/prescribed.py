"""What a certificate says by its profile: how long it lasts, and its extensions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone

from gmkit.errors import IssuingError
from gmkit.pki.application import Application
from gmkit.pki.profile import CertificateProfile
from gmkit.x509 import Certificate, Extension, Name
from gmkit.x509.building import extensions
from gmkit.x509.public_key import PublicKeyInfo

__all__ = ["extensions_for", "key_identifier", "validity_end"]


def validity_end(
    profile: CertificateProfile,
    begin: datetime,
    end: datetime | None,
    issuer: Certificate | None,
) -> datetime:
    """
    The last second of validity.

    Args:
        profile: How many days there may be.
        begin: The first second, with a time zone.
        end: The last as it was asked for, or None: as long as the profile allows and the issuer's
            certificate lasts.
        issuer: The authority's certificate; None for a root.

    Raises:
        IssuingError: The profile does not allow it, or nothing would be left.
    """
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


def extensions_for(profile: CertificateProfile, application: Application) -> tuple[Extension, ...]:
    """
    Those of the profile and of what was asked for, in the order of RFC 5280.

    Raises:
        IssuingError: The profile does not allow subject, names or identities, or they are missing; or the
            key is of a kind that is not certified.
        InvalidKey: The key is none.
    """
    subject, names = application.subject, application.alternative_names
    _check_subject(profile, subject)
    info = PublicKeyInfo(application.public_key_info)
    if not info.is_sm2 and info.curve not in {"1.2.840.10045.3.1.7", "1.3.132.0.34"}:
        raise IssuingError(f"keys of {info.description} are not certified here")
    info.key()
    made = [
        extensions.subject_key_identifier(key_identifier(info)),
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


def key_identifier(info: PublicKeyInfo) -> bytes:
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
