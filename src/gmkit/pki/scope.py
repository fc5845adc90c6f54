"""What a revocation list covers, and whether that includes a certificate (RFC 5280, clause 6.3.3 (b))."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from gmkit import asn1
from gmkit.errors import EncodingError
from gmkit.pki.reasons import Refused
from gmkit.x509 import Certificate, CertificateList, GeneralName, oids
from gmkit.x509.extensions import (
    DistributionPoint,
    DistributionPointName,
    DistributionPoints,
    IssuingDistributionPoint,
)
from gmkit.x509.name import comparison_key

__all__ = ["ALL_REASONS", "check_scope", "distribution_points", "reasons_of"]

#: Every reason but "unused" (bit 0): what a certificate must be checked for.
ALL_REASONS = 0b1_1111_1110


def distribution_points(certificate: Certificate) -> list[DistributionPoint]:
    """
    The points a certificate names, and last the one that every certificate has: lists for all reasons
    signed by its issuer, wherever they came from.
    """
    value = certificate.extension_value(oids.CRL_DISTRIBUTION_POINTS)
    named = list(value.points) if isinstance(value, DistributionPoints) else []
    issuer = GeneralName("directory", certificate.issuer_octets)
    return [*named, DistributionPoint(DistributionPointName((issuer,)), None, None)]


def check_scope(crl: CertificateList, point: DistributionPoint, certificate: Certificate) -> None:
    """
    Clause 6.3.3 (b): the list is for this point and this kind of certificate.

    Raises:
        Refused: If it is not.
    """
    scope = crl.issuing_distribution_point
    if point.crl_issuer is not None:
        named = {_key(name) for name in point.crl_issuer}
        if ("directory", comparison_key(crl.issuer_octets)) not in named:
            raise Refused("revocation-unknown", "the list is not signed by whom the point names")
        if scope is None or not scope.indirect:
            raise Refused("revocation-unknown", "the list is not an indirect one")
    elif comparison_key(crl.issuer_octets) != comparison_key(certificate.issuer_octets):
        raise Refused("revocation-unknown", "the list is of another issuer")
    if scope is None:
        return
    if scope.only_attribute_certificates:
        raise Refused("revocation-unknown", "the list covers attribute certificates only")
    if scope.only_user_certificates and certificate.is_authority:
        raise Refused("revocation-unknown", "the list covers end entities only")
    if scope.only_ca_certificates and not certificate.is_authority:
        raise Refused("revocation-unknown", "the list covers authorities only")
    if scope.name is not None and not _names_match(scope, point, crl, certificate):
        raise Refused("revocation-unknown", "the list is for another distribution point")


def reasons_of(crl: CertificateList, point: DistributionPoint) -> int:
    """Clause 6.3.3 (d): the reasons this list settles for this point."""
    scope = crl.issuing_distribution_point
    reasons = ALL_REASONS if point.reasons is None else point.reasons
    if scope is not None and scope.only_some_reasons is not None:
        reasons &= scope.only_some_reasons
    return reasons & ALL_REASONS


def _names_match(
    scope: IssuingDistributionPoint,
    point: DistributionPoint,
    crl: CertificateList,
    certificate: Certificate,
) -> bool:
    """Clause 6.3.3 (b)(2)(i)."""
    assert scope.name is not None
    of_list = set(_point_keys(scope.name, crl.issuer_octets))
    if point.name is not None:
        base = certificate.issuer_octets
        if point.crl_issuer is not None:
            base = crl.issuer_octets
        return not of_list.isdisjoint(_point_keys(point.name, base))
    return not of_list.isdisjoint(map(_key, point.crl_issuer or ()))


def _point_keys(name: DistributionPointName, base: bytes) -> Iterable[Hashable]:
    if name.relative is None:
        return map(_key, name.full)
    try:
        rdn = asn1.set_of(name.relative)
        return [("directory", comparison_key(base) + comparison_key(asn1.sequence(rdn)))]
    except EncodingError:
        return []


def _key(name: GeneralName) -> Hashable:
    if name.kind == "directory":
        return name.kind, comparison_key(name.value)
    if name.kind == "dns":
        return name.kind, name.value.lower()
    return name.kind, name.value
