"""
Why a chain was refused, as far as it can be found out: the rule, its clause, and the known mistakes.

SM2 has more ways to go wrong between two programs than other signatures: the identifier of the signer, the
digest without it, the encoding of the signature, the identifiers of algorithm and key, and pairs of
certificates that look alike. Each is tried here and reported. Nothing here accepts anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gmkit import asn1, sm2, sm3
from gmkit.errors import CertificateRejected, EncodingError, GmkitError
from gmkit.hazmat import prehashed
from gmkit.pki.policy import Purpose
from gmkit.pki.reasons import REASONS, Reason
from gmkit.sm2 import DEFAULT_USER_ID, SignatureFormat, SM2PublicKey
from gmkit.x509 import Certificate, oids

__all__ = ["Diagnosis", "Explanation", "explain", "mistakes"]

_SM2_CURVE_DER = asn1.oid(oids.SM2_CURVE)
_ECDSA = "1.2.840.10045.4."


@dataclass(frozen=True)
class Diagnosis:
    """
    A known mistake that fits.

    Attributes:
        id: Stable identifier.
        text: What was found, in English.
        zh: The mistake in Chinese.
    """

    id: str
    text: str
    zh: str


@dataclass(frozen=True)
class Explanation:
    """
    What is known about a refusal.

    Attributes:
        error: The refusal.
        rule: The rule that is broken, with its clause.
        certificate: The certificate that breaks it, or None.
        diagnoses: Known mistakes that fit.
    """

    error: CertificateRejected
    rule: Reason
    certificate: Certificate | None
    diagnoses: tuple[Diagnosis, ...]


def explain(
    error: CertificateRejected,
    leaf: Certificate,
    others: Iterable[Certificate] = (),
    *,
    purpose: Purpose = Purpose.ANY,
    user_id: bytes = DEFAULT_USER_ID,
) -> Explanation:
    """
    Explain a refusal.

    Args:
        error: What :meth:`gmkit.pki.Verifier.verify` raised.
        leaf: The certificate it was asked about.
        others: Everything else at hand: intermediates and roots.
        purpose: The purpose asked for.
        user_id: The SM2 identifier that was used, 0 to 8191 bytes.

    Returns:
        The rule, the certificate, and every known mistake that fits. Never a verdict.
    """
    pool = list(dict.fromkeys([leaf, *others]))
    failed = leaf
    if error.subject is not None and error.depth:
        failed = next((c for c in pool if str(c.subject) == error.subject), leaf)
    found: list[Diagnosis] = []
    if error.reason in ("bad-signature", "unsupported-algorithm", "algorithm-mismatch"):
        found += _signature(failed, pool, user_id)
    if error.reason == "not-an-authority":
        for below in pool:
            if below.issuer == failed.subject:
                found += _other_keys(below, pool, user_id)
    if error.reason in ("unknown-issuer", "untrusted-root", "not-an-authority"):
        found += _order(leaf, failed, pool)
    if error.reason in ("key-usage", "extended-key-usage"):
        found += _pair(failed, pool, purpose)
    rule = REASONS.get(error.reason, Reason("", error.message, ""))
    return Explanation(error, rule, failed, tuple(dict.fromkeys(found)))


def _signature(
    subject: Certificate, pool: Sequence[Certificate], user_id: bytes
) -> Iterator[Diagnosis]:
    """Everything that can make a good SM2 signature look bad."""
    yield from _algorithm_identifiers(subject)
    issuers = [c for c in pool if c.subject == subject.issuer]
    for issuer in issuers:
        yield from _key_form(issuer)
        key = _sm2_key(issuer)
        if key is not None:
            yield from _mistakes(subject, key, user_id)
        elif subject.signature_algorithm == oids.SM2_WITH_SM3:
            yield Diagnosis(
                "wrong-curve",
                f"the algorithm is SM2 but the key of {issuer.subject} is of another kind: "
                f"{issuer.key_info.description}",
                "颁发者密钥不是 SM2 曲线",
            )
    yield from _other_keys(subject, pool, user_id)


def _other_keys(
    subject: Certificate, pool: Sequence[Certificate], user_id: bytes
) -> Iterator[Diagnosis]:
    """A signature made with a key that is not the authority's: often the other one of a pair."""
    authorities = [c for c in pool if c.subject == subject.issuer and c.is_authority]
    right = {authority.public_key_info for authority in authorities}
    for other in pool:
        key = None if other.public_key_info in right else _sm2_key(other)
        if key is not None and _fits(key, subject.signature, subject.tbs, user_id):
            pair = bool(authorities) and other.subject == subject.issuer
            yield Diagnosis(
                "wrong-key-of-pair" if pair else "other-key",
                f"the key of {other.subject}, serial {other.serial:#x}, made the signature",
                "签名由双证书中的另一把密钥产生" if pair else "签名由另一证书的密钥产生",
            )


def _mistakes(subject: Certificate, key: SM2PublicKey, user_id: bytes) -> Iterator[Diagnosis]:
    """One certificate, one key, every known mistake and pairs of them."""
    yield from mistakes(key, subject.signature, subject.tbs, user_id)
    if subject.signature_algorithm.startswith(_ECDSA) and _fits(
        key, subject.signature, subject.tbs, user_id
    ):
        yield Diagnosis(
            "ecdsa-oid",
            "the algorithm identifier says ECDSA, the signature is SM2 with SM3",
            "算法标识写作 ECDSA 而实际为 SM2 签名",
        )


def mistakes(
    key: SM2PublicKey, stored: bytes, signed: bytes, user_id: bytes
) -> Iterator[Diagnosis]:
    """
    The known mistakes with which a signature would verify; for reports, never for a verdict.

    Args:
        key: The signer's key.
        stored: The signature as stored.
        signed: What it is over.
        user_id: The identifier with which it does not verify.
    """
    bare = prehashed.SM2Digest(sm3.digest(signed))
    ids = {b"": "the empty user ID", DEFAULT_USER_ID: "the default user ID 1234567812345678"}
    ids.pop(user_id, None)
    for form_id, form_text, form_zh, signature in _forms(stored):
        form = SignatureFormat.RAW if form_id else SignatureFormat.DER
        if form_id and _fits(key, signature, signed, user_id, form):
            yield Diagnosis(form_id, f"it verifies when read leniently: {form_text}", form_zh)
        suffix = f" ({form_text})" if form_text else ""
        for identity, name in ids.items():
            if _fits(key, signature, signed, identity, form):
                yield Diagnosis(
                    "user-id" if identity else "empty-user-id",
                    f"it verifies with {name}{suffix}",
                    "签名使用了不同的用户身份标识" if identity else "签名使用了空用户身份标识",
                )
        if _fits_digest(key, signature, bare, form):
            yield Diagnosis(
                "no-z",
                f"the digest is SM3 of the message alone, without Z{suffix}",
                "杂凑值未包含 Z 值",
            )


def _forms(stored: bytes) -> list[tuple[str, str, str, bytes]]:
    """The signature as stored, and as a lenient reader would see it: identifier, words, octets."""
    forms = [("", "", "", stored)]
    raw = _lenient_raw(stored)
    if len(stored) == 64:
        text = "the signature is r || s instead of DER"
        forms.append(("raw-signature", text, "签名为 r‖s", stored))
    elif raw is not None:
        text = "the INTEGERs of the signature are negative or not minimal"
        forms.append(("signature-integers", text, "签名整数编码为负或非最短", raw))
    return forms


def _fits(
    key: SM2PublicKey,
    signature: bytes,
    signed: bytes,
    user_id: bytes,
    form: SignatureFormat = SignatureFormat.DER,
) -> bool:
    """Whether a signature would verify; for reports, never for a verdict."""
    try:
        key.verify(signature, signed, user_id=user_id, format=form)
    except GmkitError:
        return False
    return True


def _fits_digest(
    key: SM2PublicKey, signature: bytes, digest: prehashed.SM2Digest, form: SignatureFormat
) -> bool:
    """As :func:`_fits`, over a digest."""
    try:
        prehashed.verify(key, signature, digest, format=form)
    except GmkitError:
        return False
    return True


def _sm2_key(certificate: Certificate) -> SM2PublicKey | None:
    """The SM2 key of a certificate, also where its algorithm is written in an odd form."""
    info = certificate.key_info
    named = info.parameters == _SM2_CURVE_DER or info.algorithm == oids.SM2_CURVE
    if not named:
        return None
    try:
        return sm2.SM2PublicKey.from_bytes(info.key_octets)
    except GmkitError:
        return None


def _lenient_raw(signature: bytes) -> bytes | None:
    """R || s out of a sloppy DER signature, 32 bytes each; None if it is a strict one or none."""
    try:
        r, s = asn1.decode_lenient(signature, what="signature").children()
        numbers = [part.content.lstrip(b"\0") for part in (r, s)]
    except (EncodingError, ValueError):
        return None
    if any(len(number) > 32 for number in numbers):
        return None
    raw = b"".join(number.rjust(32, b"\0") for number in numbers)
    try:
        strict = sm2.convert_signature(raw, given=SignatureFormat.RAW, wanted=SignatureFormat.DER)
    except GmkitError:
        return None
    return None if strict == signature else raw


def _algorithm_identifiers(subject: Certificate) -> Iterator[Diagnosis]:
    if subject.algorithm != subject.inner_algorithm:
        yield Diagnosis(
            "algorithm-identifiers",
            f"inside {subject.inner_algorithm.hex()}, outside {subject.algorithm.hex()}",
            "内外算法标识不一致",
        )


def _key_form(issuer: Certificate) -> Iterator[Diagnosis]:
    """GM/T 0015 knows two identifiers for an SM2 key; both are read, odd mixtures are not."""
    info = issuer.key_info
    if info.algorithm == oids.SM2_CURVE and not info.is_sm2:
        yield Diagnosis(
            "key-oid-form",
            f"the key of {issuer.subject} is named by SM2's own identifier without its curve",
            "公钥算法标识形式异常",
        )
    if info.algorithm == oids.EC_PUBLIC_KEY and (info.parameters or b"")[:1] == b"\x30":
        yield Diagnosis(
            "explicit-curve",
            f"the key of {issuer.subject} writes its curve out; only the named curve is accepted",
            "公钥使用显式曲线参数",
        )


def _order(
    leaf: Certificate, failed: Certificate, pool: Sequence[Certificate]
) -> Iterator[Diagnosis]:
    below = [c for c in pool if c != leaf and c.issuer == leaf.subject and not c.is_self_issued]
    if leaf.is_authority and below:
        yield Diagnosis(
            "reversed-chain",
            f"the first certificate is an authority and issued {below[0].subject}: the file is in "
            "reverse order, the leaf must come first",
            "证书链顺序颠倒",
        )
    identifier = failed.authority_key_identifier
    for other in pool:
        pointed_to = identifier and identifier == other.subject_key_identifier
        if other != failed and pointed_to and other.subject != failed.issuer:
            yield Diagnosis(
                "issuer-name-differs",
                f"the key identifier points to {other.subject}, the issuer's name is another",
                "颁发者名称与密钥标识符不一致",
            )


def _pair(
    failed: Certificate, pool: Sequence[Certificate], purpose: Purpose
) -> Iterator[Diagnosis]:
    for other in pool:
        fits = other.key_usage_bits is None or other.key_usage_bits & purpose.key_usage
        if other != failed and other.subject == failed.subject and fits:
            yield Diagnosis(
                "wrong-certificate-of-pair",
                f"this is the other certificate of a pair; serial {other.serial:#x} is for "
                f"{purpose.label}",
                "使用了双证书中的另一张证书",
            )
