"""Rules of GM/T 0015-2012 (certificate format) and of what goes with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from gmkit import asn1
from gmkit.pki.lint.rule import Examined, Severity, rule
from gmkit.x509 import oids
from gmkit.x509.extensions import CertificatePolicies, DistributionPoints

_SM2_WITH_SM3 = asn1.sequence(asn1.oid(oids.SM2_WITH_SM3))
_SIGNATURE = frozenset({"digitalSignature", "nonRepudiation"})
_ENCRYPTION = frozenset(
    {"keyEncipherment", "dataEncipherment", "keyAgreement", "encipherOnly", "decipherOnly"}
)
_UTF8 = 0x0C
_FIXED = frozenset(
    {"2.5.4.5", "2.5.4.6", "2.5.4.46", oids.EMAIL_ADDRESS, "0.9.2342.19200300.100.1.25"}
)


@rule("gm.signature_parameters", Severity.WARNING, "GM/T 0015-2012 (signatureAlgorithm)")
def signature_parameters(examined: Examined) -> Iterator[str]:
    """SM2 with SM3 stands without parameters; most authorities write NULL, which is read as well."""
    certificate = examined.certificate
    if (
        certificate.signature_algorithm == oids.SM2_WITH_SM3
        and certificate.algorithm != _SM2_WITH_SM3
    ):
        yield "parameters are present"


@rule("gm.public_key_form", Severity.ERROR, "GM/T 0015-2012, table C")
def public_key_form(examined: Examined) -> Iterator[str]:
    """An SM2 public key is 04 and both coordinates, 65 octets."""
    info = examined.certificate.key_info
    if info.is_sm2 and (len(info.key_octets) != 65 or info.key_octets[0] != 4):
        yield f"{len(info.key_octets)} octets"


@rule("gm.key_identifier", Severity.NOTICE, "GM/T 0015-2012 (subjectKeyIdentifier)")
def key_identifier(examined: Examined) -> Iterator[str]:
    """The key identifier is SHA-1 of the key's bits, or 0100 and the last 60 bits of it."""
    identifier = examined.certificate.subject_key_identifier
    if identifier is None:
        return
    digest = hashlib.sha1(examined.certificate.key_info.key_octets, usedforsecurity=False).digest()
    short = bytes([0x40 | digest[12] & 0x0F]) + digest[13:]
    if identifier not in {digest, short}:
        yield "another identifier"


@rule(
    "gm.authority_key_usage",
    Severity.ERROR,
    "GM/T 0015-2012, table C.1 and C.2",
    about=(oids.BASIC_CONSTRAINTS,),
)
def authority_key_usage(examined: Examined) -> Iterator[str]:
    """The key of an authority signs certificates and lists and nothing else."""
    if examined.is_authority and (other := examined.key_usage - {"keyCertSign", "cRLSign"}):
        yield ", ".join(sorted(other))


@rule("gm.mixed_key_usage", Severity.ERROR, "GM/T 0015-2012, Annex C", about=(oids.KEY_USAGE,))
def mixed_key_usage(examined: Examined) -> Iterator[str]:
    """A certificate is for signatures or for encryption: one for both is discouraged."""
    usage = examined.key_usage
    if usage & _SIGNATURE and usage & _ENCRYPTION and examined.certificate.key_info.is_sm2:
        yield ", ".join(sorted(usage))


@rule("gm.key_usage_missing", Severity.WARNING, "GM/T 0015-2012, tables C.3 and C.4")
def key_usage_missing(examined: Examined) -> Iterator[str]:
    """A certificate of a pair says by its key usage which half it is."""
    if oids.KEY_USAGE not in examined.extensions and not examined.is_authority:
        yield "no key usage"


@rule(
    "gm.policy_qualifiers",
    Severity.WARNING,
    "GM/T 0015-2012, table A.3",
    about=(oids.CERTIFICATE_POLICIES,),
)
def policy_qualifiers(examined: Examined) -> Iterator[str]:
    """Policies stand without qualifiers, and there is one."""
    value = examined.value(oids.CERTIFICATE_POLICIES, CertificatePolicies)
    if value is None:
        return
    if any(policy.qualifiers for policy in value.policies):
        yield "a policy with qualifiers"
    if len(value.policies) > 1:
        yield f"{len(value.policies)} policies"


@rule(
    "gm.distribution_point_scheme",
    Severity.ERROR,
    "GM/T 0015-2012 (cRLDistributionPoints)",
    about=(oids.CRL_DISTRIBUTION_POINTS, oids.FRESHEST_CRL),
)
def distribution_point_scheme(examined: Examined) -> Iterator[str]:
    """Lists are found by ldap or http."""
    for oid in (oids.CRL_DISTRIBUTION_POINTS, oids.FRESHEST_CRL):
        value = examined.value(oid, DistributionPoints)
        for point in value.points if value else ():
            for name in point.name.full if point.name else ():
                if name.kind == "uri" and not name.value.startswith(("http://", "ldap://")):
                    yield f"{name.text}"


@rule("gm.name_string_type", Severity.NOTICE, "GM/T 0015-2012 (names)")
def name_string_type(examined: Examined) -> Iterator[str]:
    """Names are UTF8String where their type leaves the choice."""
    for which, attribute, _ in examined.attributes:
        if attribute.tag != _UTF8 and attribute.oid not in _FIXED:
            yield f"{which} {attribute.label}"


@rule("gm.algorithms_fit", Severity.ERROR, "GM/T 0009-2012; RFC 5280, clause 4.1.1.2")
def algorithms_fit(examined: Examined) -> Iterator[str]:
    """A certificate signed with an SM2 key says SM2 with SM3, and no other certificate does."""
    signer = examined.issuer or (examined.certificate if examined.is_self_signed else None)
    if signer is None:
        return
    says_sm2 = examined.certificate.signature_algorithm == oids.SM2_WITH_SM3
    if says_sm2 != signer.key_info.is_sm2:
        yield f"{examined.certificate.signature_algorithm} by a key of {signer.key_info.description}"
