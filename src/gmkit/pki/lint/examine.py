"""Running the rules: over one certificate, and over the two halves of a dual pair."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timezone
from functools import lru_cache

from gmkit.pki.lint.rule import Examined, Rule, Severity, Violation, rules
from gmkit.x509 import Certificate, oids
from gmkit.x509.extensions import ExtendedKeyUsage

__all__ = ["lint_certificate", "lint_pair"]

_SIGNATURE = frozenset({"digitalSignature", "nonRepudiation"})
_ENCRYPTION = frozenset({"keyEncipherment", "dataEncipherment", "keyAgreement"})


def lint_certificate(
    certificate: Certificate,
    *,
    issuer: Certificate | None = None,
    ignore: Collection[str] = (),
) -> list[Violation]:
    """
    What *certificate* breaks.

    Args:
        certificate: Any certificate; its signature is not looked at.
        issuer: The certificate it was or will be signed with: some rules compare the two.
        ignore: Codes of rules to leave out.

    Returns:
        The breaches in the order of the rules, which is the order of RFC 5280; none: it is clean.
    """
    examined = Examined(certificate, issuer)
    begins = certificate.not_before_seconds
    return [
        Violation(rule, message)
        for rule, effective in _rules_about(frozenset(examined.extensions))
        if effective <= begins and rule.code not in ignore
        for message in rule.check(examined)
    ]


_PAIR_CITATION = "GM/T 0015-2012, tables C.3 and C.4; GM/T 0034-2014"
_ALWAYS = datetime(1970, 1, 1, tzinfo=timezone.utc)
_pair_rules = {
    code: Rule(code, severity, _PAIR_CITATION, _ALWAYS, text, frozenset(), lambda _: ())
    for code, severity, text in [
        ("gm.pair_subject", Severity.ERROR, "Both halves have the same subject."),
        ("gm.pair_issuer", Severity.ERROR, "Both halves have the same issuer."),
        ("gm.pair_keys", Severity.ERROR, "The halves have two keys."),
        ("gm.pair_sign_usage", Severity.ERROR, "The signing half is for signatures only."),
        ("gm.pair_encrypt_usage", Severity.ERROR, "The encryption half is for encryption only."),
        ("gm.pair_serial", Severity.ERROR, "The halves have two serial numbers."),
        ("gm.pair_names", Severity.WARNING, "Both halves have the same alternative names."),
        ("gm.pair_purposes", Severity.WARNING, "Both halves are for the same purposes."),
        ("gm.pair_validity", Severity.WARNING, "Both halves are valid for the same time."),
    ]
}


def lint_pair(signing: Certificate, encryption: Certificate) -> list[Violation]:
    """
    What the two halves of a dual pair break as a pair; each alone is :func:`lint_certificate`'s.

    Args:
        signing: The certificate of the signing key.
        encryption: The certificate of the encryption key.

    Returns:
        The breaches (GM/T 0015-2012, tables C.3 and C.4; GM/T 0034-2014); none: they are a pair.
    """
    return [Violation(_pair_rules[code], message) for code, message in _pair(signing, encryption)]


def _pair(signing: Certificate, encryption: Certificate) -> Iterator[tuple[str, str]]:
    if signing.subject != encryption.subject:
        yield "gm.pair_subject", f"{signing.subject} and {encryption.subject}"
    if signing.issuer != encryption.issuer:
        yield "gm.pair_issuer", f"{signing.issuer} and {encryption.issuer}"
    if signing.key_info.key_octets == encryption.key_info.key_octets:
        yield "gm.pair_keys", "one key in both"
    if signing.serial_octets == encryption.serial_octets and signing.issuer == encryption.issuer:
        yield "gm.pair_serial", "one serial number in both"
    if set(signing.subject_alt_names) != set(encryption.subject_alt_names):
        yield "gm.pair_names", "other names in one than in the other"
    if _purposes(signing) != _purposes(encryption):
        yield "gm.pair_purposes", "other purposes in one than in the other"
    for code, certificate, wanted in (
        ("gm.pair_sign_usage", signing, _SIGNATURE),
        ("gm.pair_encrypt_usage", encryption, _ENCRYPTION),
    ):
        usage = certificate.key_usage
        names = frozenset(usage.names) if usage else frozenset()
        if not names or names - wanted:
            yield code, ", ".join(sorted(names)) or "no key usage"
    if (signing.not_before_seconds, signing.not_after_seconds) != (
        encryption.not_before_seconds,
        encryption.not_after_seconds,
    ):
        yield "gm.pair_validity", "two periods"


def _purposes(certificate: Certificate) -> frozenset[str]:
    value = certificate.extension_value(oids.EXTENDED_KEY_USAGE)
    return frozenset(value.purposes) if isinstance(value, ExtendedKeyUsage) else frozenset()


@lru_cache(maxsize=256)
def _rules_about(present: frozenset[str]) -> list[tuple[Rule, float]]:
    """The rules that have something to say about a certificate with these extensions."""
    return [
        (rule, rule.effective.timestamp())
        for rule in rules()
        if not rule.about or rule.about & present
    ]
