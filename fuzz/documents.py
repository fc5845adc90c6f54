"""Targets: signed documents and messages as a whole, evidence, seals, key containers, paths."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from fuzz.targets import MIB, Target
from gmkit import asn1, cms, documents, keys, ofd, pdf, pki, seal, sm3, xmlsig
from gmkit.documents.evidence import EvidenceRecord, make_evidence, verify_evidence
from gmkit.errors import GmkitError
from gmkit.hazmat.sm4 import modes
from gmkit.verdict import Coverage, Extent
from gmkit.x509 import Certificate
from tests.documents.people import NOW, ROOT, SIGNER, SIGNER_CERTIFICATE, TSA, trust
from tests.known_attacks.parsers import PASSWORD
from tests.ofd import world
from tests.pdf.files import plain, stamp, with_text_field

CONTENT = b"content"
XML = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<ceb:CEB311Message xmlns:ceb="http://www.chinaport.gov.cn/ceb" guid="1">\n'
    b"  <ceb:Order><ceb:orderNo>42</ceb:orderNo></ceb:Order>\n</ceb:CEB311Message>"
)


def targets() -> dict[str, Target]:
    """By name."""
    trusted = trust()
    message = cms.sign(CONTENT, [SIGNER])
    evidence = make_evidence(message, trust=trusted, exchange=_exchange(NOW), name="a.p7s")
    xml = xmlsig.sign(XML, SIGNER)
    return {
        "pdf": Target(_pdf, _pdfs(), seconds=1, longest=64 << 10, memory=64 * MIB),
        "ofd": Target(
            lambda data: ofd.verify(data, trust=trusted),
            (world.sealed(), world.signed(), world.PLAIN),
            longest=64 << 10,
            memory=64 * MIB,
        ),
        "xml signature": Target(
            lambda data: xmlsig.verify(data, trust=trusted),
            (xml, xmlsig.sign(XML, SIGNER, exclusive=True)),
        ),
        "any document": Target(
            lambda data: documents.verify(data, trust=trusted, content=CONTENT), (message, xml)
        ),
        "message verified": Target(
            lambda data: cms.verify_signatures(cms.parse(data), content=CONTENT), (message,)
        ),
        "message as a stream": Target(_streamed, (message,)),
        "evidence": Target(
            lambda data: verify_evidence(data, message, trust=trusted), (evidence.to_bytes(),)
        ),
        "evidence record": Target(
            lambda data: EvidenceRecord.parse(data).to_der(), (evidence.record.to_der(),)
        ),
        "seal judged": Target(_judged_seal, (_sealed(),)),
        "CFCA key": Target(lambda data: keys.load_contents(data, PASSWORD), (_cfca(),)),
        "path": Target(_path, (SIGNER_CERTIFICATE.der, ROOT.certificate.der)),
    }


def _exchange(at: datetime) -> Any:
    return lambda request: TSA.respond(request, time=at)


def _pdf(data: bytes) -> None:
    pdf.verify(data, trust=trust())
    for act in (pdf.show, lambda one: pdf.sign(one, SIGNER, time=NOW)):
        try:
            act(data)
        except GmkitError:
            continue


def _pdfs() -> tuple[bytes, ...]:
    signed = pdf.sign(with_text_field(plain()), SIGNER, time=NOW)
    compressed = pdf.sign(plain(compressed=True), SIGNER, time=NOW, stamp=stamp())
    return signed, compressed, plain()


def _streamed(data: bytes) -> None:
    message, content = cms.open_signed(io.BytesIO(data))
    cms.verify_signatures(message, content=content)


def _sealed() -> bytes:
    return seal.sign_with_seal(
        CONTENT, world.make_seal(), key=SIGNER.key, certificate=SIGNER.certificate,
        property_info="/x", time=NOW,
    )  # fmt: skip


def _judged_seal(data: bytes) -> None:
    signed = seal.SealSignature.parse(data)
    seal.judge_sealed(signed, CONTENT, trust(), name="seal", coverage=Coverage(Extent.WHOLE))


def _cfca() -> bytes:
    """As CFCA writes them: the private number under SM3 of the password, and the certificate."""
    derived = sm3.digest(PASSWORD + (1).to_bytes(4, "big"))
    secret = modes.cbc_encrypt(derived[16:], bytes.fromhex(f"{2:064x}"), iv=derived[:16])
    data = asn1.oid("1.2.156.10197.6.1.4.2.1")
    return asn1.sequence(
        asn1.integer(1),
        asn1.sequence(data, asn1.oid("1.2.156.10197.1.104"), asn1.octet_string(secret)),
        asn1.sequence(data, asn1.octet_string(SIGNER_CERTIFICATE.der)),
    )


def _path(data: bytes) -> None:
    certificate = Certificate.from_der(data)
    judge = pki.Verifier(
        [ROOT.certificate, certificate], time=NOW, purpose=pki.Purpose.ANY, crls=[ROOT.crl()]
    )
    judge.verify(certificate)
