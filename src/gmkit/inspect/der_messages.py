"""Certificates and messages in DER."""

from __future__ import annotations

from gmkit import cms, x509
from gmkit.asn1 import Element, Tag
from gmkit.cms import oids
from gmkit.errors import GmkitError
from gmkit.inspect import advice
from gmkit.inspect.layers import Candidate
from gmkit.inspect.report import Damage, Reading
from gmkit.tsp.token import TimestampToken

_INT, _OCT, _BIT = Tag.INTEGER, Tag.OCTET_STRING, Tag.BIT_STRING
_SEQ, _SET, _OID = Tag.SEQUENCE, Tag.SET, Tag.OBJECT_IDENTIFIER
_FAMILY = {
    oids.Family.RFC: "RFC 5652 (PKCS#7)",
    oids.Family.GM: "GM/T 0010 (GB/T 35275)",
}


def _certified(candidate: Candidate, root: Element, members: list[Element]) -> Reading | None:
    """Certificate, list or request: all three are SEQUENCE, SEQUENCE, BIT STRING."""
    if [m.tag for m in members] != [_SEQ, _SEQ, _BIT]:
        return None
    show = (("gmkit cert show {}", "everything it says"),)
    for read, kind, title in (
        (_certificate, "certificate", "certificate (X.509)"),
        (_request, "request", "certificate request (PKCS#10)"),
        (_list, "revocation-list", "certificate revocation list"),
    ):
        try:
            details, findings = read(root.raw)
        except GmkitError:
            continue
        damage = tuple(Damage(id_, text) for id_, text in findings)
        more = (("gmkit cert lint {}", "what is wrong with it"),) if kind == "certificate" else ()
        return advice.thing(
            candidate, kind, title, details=details, damage=damage, uses=(*show, *more)
        )
    return None


def _certificate(der: bytes) -> tuple[tuple[str, ...], list[tuple[str, str]]]:
    read = x509.Certificate(der)
    details = (
        f"subject {read.subject}",
        f"issuer {read.issuer}",
        f"key {read.key_info.description}",
    )
    return details, [(f.id, f.text) for f in read.findings]


def _request(der: bytes) -> tuple[tuple[str, ...], list[tuple[str, str]]]:
    read = x509.CertificateRequest(der)
    details = [f"subject {read.subject}", f"key {read.key_info.description}"]
    try:
        if read.temporary_key() is not None:
            details.append("with a second, temporary key (CFCA's double request)")
    except GmkitError as error:
        details.append(str(error))
    return tuple(details), [(f.id, f.text) for f in read.findings]


def _list(der: bytes) -> tuple[tuple[str, ...], list[tuple[str, str]]]:
    read = x509.CertificateList(der)
    return (f"issuer {read.issuer}", f"{len(read)} revoked"), [
        (f.id, f.text) for f in read.findings
    ]


def _message(candidate: Candidate, root: Element, members: list[Element]) -> Reading | None:
    if not 1 <= len(members) <= 2 or members[0].tag != _OID:
        return None
    oid = members[0].oid()
    if oid not in oids.CONTENT_TYPES:
        return None
    family, name = oids.CONTENT_TYPES[oid]
    title = f"{name}, {_FAMILY[family]}"
    if name == oids.SIGNED_DATA:
        return _signed(candidate, root.raw, title, family)
    details: list[str] = []
    if name in {oids.ENVELOPED_DATA, oids.SIGNED_AND_ENVELOPED_DATA, oids.AUTH_ENVELOPED_DATA}:
        try:
            message = cms.parse_enveloped(root.raw)
        except GmkitError as error:
            details.append(str(error))
        else:
            details.append(
                f"{len(message.recipients)} recipients; content under {message.algorithm.oid}"
            )
            if message.algorithm.oid == oids.SM4:
                details.append("SM4 without a mode: CFCA means CBC, gmcert.org ECB")
    return advice.thing(candidate, "cms", title, details=tuple(details), names=_writers(family))


def _writers(family: oids.Family) -> tuple[str, ...]:
    return ("gmssl-c", "gmsm", "cfca") if family is oids.Family.GM else ("bouncycastle", "gmsm")


def _signed(candidate: Candidate, der: bytes, title: str, family: oids.Family) -> Reading:
    try:
        message = cms.parse(der)
    except GmkitError as error:
        return advice.thing(candidate, "cms", title, details=(str(error),))
    show = (("gmkit cert show {}", "the certificates in it"),) if message.certificates else ()
    if message.content_type == oids.TST_INFO:
        return advice.thing(
            candidate, "timestamp", "timestamp token (RFC 3161)", details=_stamp(der), uses=show
        )
    if not message.signers:
        title = f"a bag of {len(message.certificates)} certificates ({title})"
        return advice.thing(candidate, "certificates", title, uses=show)
    verify = (
        ("gmkit verify {} --trust ROOT", "verify it")
        if message.content is not None
        else ("gmkit verify DATA --signature {} --trust ROOT", "verify it over what it signs")
    )
    details = [
        "detached: the content is elsewhere"
        if message.content is None
        else "the content is inside",
        f"{len(message.signers)} signatures, {len(message.certificates)} certificates",
    ]
    if any(len(signer.signature) == 64 for signer in message.signers):
        details.append("a signature in it is r ‖ s, not DER")
    damage = tuple(Damage(f.id, f.text) for f in message.findings)
    return advice.thing(
        candidate, "cms", title, details=tuple(details), damage=damage, names=_writers(family),
        uses=(*show, verify),
    )  # fmt: skip


def _stamp(der: bytes) -> tuple[str, ...]:
    try:
        token = TimestampToken.parse(der)
    except GmkitError as error:
        return (str(error),)
    return (f"time {token.info.time.isoformat()}",)


def _protocol(candidate: Candidate, root: Element, members: list[Element]) -> Reading | None:
    """Requests and answers of OCSP and of timestamp authorities."""
    del root
    tags = [m.tag for m in members]
    if tags[0] == Tag.ENUMERATED:
        return advice.thing(candidate, "ocsp-response", "OCSP response (RFC 6960)")
    if tags[:2] == [_INT, _SEQ] and [m.tag for m in members[1].children()] == [_SEQ, _OCT]:
        return advice.thing(candidate, "timestamp-request", "timestamp request (RFC 3161)")
    status = members[0].children() if tags[0] == _SEQ else []
    if (
        status
        and status[0].tag == _INT
        and len(status[0].content) == 1
        and tags in ([_SEQ, _SEQ], [_SEQ])
    ):
        if len(members) == 1:
            return advice.thing(candidate, "timestamp", "timestamp response (RFC 3161): refused")
        if members[1].children()[0].tag == _OID:
            return advice.thing(candidate, "timestamp", "timestamp response (RFC 3161)")
    if tags in ([_SEQ], [_SEQ, 0xA0]) and _asks(members[0]):
        return advice.thing(candidate, "ocsp-request", "OCSP request (RFC 6960)")
    return None


def _asks(request: Element) -> bool:
    """TBSRequest: a SEQUENCE OF SEQUENCE of CertID (algorithm, two hashes, serial)."""
    for each in request.children():
        if each.tag == _SEQ:
            first = each.children()[0].children()[0].children()
            return [m.tag for m in first] == [_SEQ, _OCT, _OCT, _INT]
    return False


READERS = (_certified, _message, _protocol)
