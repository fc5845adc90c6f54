"""Certificates, lists and requests printed: a dictionary for programs, lines of text for people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from gmkit import sm3
from gmkit.asn1 import Finding
from gmkit.x509 import extensions as x
from gmkit.x509 import oids
from gmkit.x509.certificate import Certificate
from gmkit.x509.crl import CertificateList
from gmkit.x509.extensions import Extension
from gmkit.x509.general_name import GeneralName
from gmkit.x509.name import Name
from gmkit.x509.public_key import PublicKeyInfo
from gmkit.x509.request import CertificateRequest

#: Entries of a list that are printed; the count says how many there are.
_ENTRIES = 50


def certificate_dict(certificate: Certificate) -> dict[str, object]:
    """Everything a certificate says."""
    return {
        "type": "certificate",
        "subject": _name(certificate.subject),
        "issuer": _name(certificate.issuer),
        "serial": _serial(certificate.serial),
        "version": certificate.version,
        "not_before": _time(certificate.not_before),
        "not_after": _time(certificate.not_after),
        "public_key": _key(certificate.key_info),
        "signature_algorithm": _algorithm(certificate.signature_algorithm),
        "extensions": _extensions(certificate.extensions),
        "fingerprint_sm3": certificate.fingerprint().hex(),
        "findings": _findings(certificate.findings),
    }


def request_dict(request: CertificateRequest) -> dict[str, object]:
    """Everything a request says."""
    return {
        "type": "certificate request",
        "subject": _name(request.subject),
        "version": request.version,
        "public_key": _key(request.key_info),
        "signature_algorithm": _algorithm(request.signature_algorithm),
        "attributes": [{"oid": oid, "values": values.hex()} for oid, values in request.attributes],
        "extensions": _extensions(request.extensions),
        "findings": _findings(request.findings),
    }


def list_dict(crl: CertificateList) -> dict[str, object]:
    """Everything a list says; of a long one, the first entries."""
    next_update = crl.next_update
    return {
        "type": "revocation list",
        "issuer": _name(crl.issuer),
        "version": crl.version,
        "this_update": _time(crl.this_update),
        "next_update": None if next_update is None else _time(next_update),
        "signature_algorithm": _algorithm(crl.signature_algorithm),
        "extensions": _extensions(crl.extensions),
        "revoked_count": len(crl),
        "revoked": [
            {
                "serial": _serial(entry.serial),
                "date": _time(entry.date),
                "reason": entry.reason.name.lower().replace("_", "-"),
                **({"issuer": _names(entry.issuer_names)} if entry.issuer_names else {}),
            }
            for entry in islice(crl, _ENTRIES)
        ],
        "findings": _findings(crl.findings),
    }


def text(described: dict[str, object]) -> str:
    """A described thing as indented lines."""
    return "\n".join(_lines(described, 0))


def _lines(value: dict[str, object], depth: int) -> Iterable[str]:
    pad = "  " * depth
    for key, item in value.items():
        label = key.replace("_", " ")
        if item is None or item in ([], {}, ()):
            continue
        if isinstance(item, dict):
            yield f"{pad}{label}:"
            yield from _lines(item, depth + 1)
        elif isinstance(item, list) and all(isinstance(one, str) for one in item):
            yield f"{pad}{label}: {', '.join(map(str, item))}"
        elif isinstance(item, list):
            yield f"{pad}{label}:"
            for one in item:
                if isinstance(one, dict):
                    first, *rest = _lines(one, depth + 2) or [""]
                    yield f"{pad}  - {first.strip()}"
                    yield from rest
                else:
                    yield f"{pad}  - {one}"
        elif isinstance(item, bool):
            yield f"{pad}{label}: {'yes' if item else 'no'}"
        else:
            yield f"{pad}{label}: {item}"


def _name(name: Name) -> str:
    return str(name)


def _serial(serial: int) -> str:
    return f"{serial:#x}"


def _time(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ") if time.year >= 1000 else time.isoformat()


def _algorithm(oid: str) -> str:
    known = oids.ALGORITHMS.get(oid)
    return f"{known} ({oid})" if known else oid


def _key(info: PublicKeyInfo) -> dict[str, object]:
    return {
        "kind": info.description,
        "algorithm": info.algorithm,
        "key": info.key_octets.hex(),
        "fingerprint_sm3": sm3.digest(info.octets).hex(),
    }


def _findings(findings: Iterable[Finding]) -> list[dict[str, object]]:
    return [{"id": f.id, "text": f.text, "offset": f.offset} for f in findings]


def _names(names: Iterable[GeneralName]) -> list[str]:
    return [str(name) for name in names]


def _extensions(extensions: Iterable[Extension]) -> list[dict[str, object]]:
    return [
        {
            "name": extension.name,
            "oid": extension.oid,
            "critical": extension.critical,
            **({"malformed": True} if extension.malformed else {}),
            "value": _value(extension),
        }
        for extension in extensions
    ]


def _value(extension: Extension) -> object:  # noqa: C901, PLR0911, PLR0912 - one case a type
    match extension.value:
        case None:
            return extension.octets.hex()
        case x.BasicConstraints(ca, path_length):
            return {"ca": ca, "path_length": path_length}
        case x.KeyUsage() | x.ExtendedKeyUsage() as usage:
            return list(usage.names)
        case x.SubjectKeyIdentifier(octets):
            return octets.hex()
        case x.AuthorityKeyIdentifier(key_identifier, issuer, serial):
            return {
                "key_identifier": None if key_identifier is None else key_identifier.hex(),
                "issuer": None if issuer is None else _names(issuer),
                "serial": None if serial is None else _serial(serial),
            }
        case x.AlternativeNames(names):
            return _names(names)
        case x.NameConstraints(permitted, excluded):
            return {"permitted": _names(permitted), "excluded": _names(excluded)}
        case x.CertificatePolicies(policies):
            return [policy.oid for policy in policies]
        case x.PolicyMappings(mappings):
            return [f"{issuer} = {subject}" for issuer, subject in mappings]
        case x.PolicyConstraints(require_explicit, inhibit_mapping):
            return {"require_explicit": require_explicit, "inhibit_mapping": inhibit_mapping}
        case x.InhibitAnyPolicy(skip):
            return skip
        case x.DistributionPoints(points):
            return [_point(point) for point in points]
        case x.InfoAccess(descriptions):
            return [f"{d.name} {d.location}" for d in descriptions]
        case x.PrivateKeyUsagePeriod(not_before, not_after):
            return {
                "not_before": None if not_before is None else _time(not_before),
                "not_after": None if not_after is None else _time(not_after),
            }
        case x.OcspNoCheck():
            return True
        case x.IdentityNumber() as number:
            return {"kind": number.kind, "text": number.text}
        case x.CrlNumber(number):
            return number
        case x.IssuingDistributionPoint() as point:
            return {
                "point": _point_name(point.name),
                "only_user_certificates": point.only_user_certificates,
                "only_ca_certificates": point.only_ca_certificates,
                "only_some_reasons": _reasons(point.only_some_reasons),
                "indirect": point.indirect,
                "only_attribute_certificates": point.only_attribute_certificates,
            }


def _point(point: x.DistributionPoint) -> dict[str, object]:
    return {
        "point": _point_name(point.name),
        "reasons": _reasons(point.reasons),
        "crl_issuer": None if point.crl_issuer is None else _names(point.crl_issuer),
    }


def _point_name(name: x.DistributionPointName | None) -> list[str] | None:
    if name is None:
        return None
    return _names(name.full) or ["relative:#" + (name.relative or b"").hex()]


def _reasons(bits: int | None) -> list[str] | None:
    if bits is None:
        return None
    return [name for bit, name in enumerate(x.REASON_NAMES) if bits >> bit & 1]
