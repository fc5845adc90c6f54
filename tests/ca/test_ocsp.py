"""OCSP from the store: what is answered is what the store says at that moment."""

from datetime import timedelta

import pytest

from gmkit import ca, ocsp, pki, sm2, x509
from gmkit.errors import InvalidArgument
from gmkit.ocsp import CertificateStatus, OcspRequest, OcspResponse
from gmkit.x509 import RevocationReason
from tests.ca.conftest import NOW, application


def status(responder, certificate, issuer, **options):
    request = OcspRequest.about(certificate, issuer, nonce=b"n" * 32, **options)
    response = OcspResponse.from_der(responder.respond(request.to_der(), time=NOW))
    request.check_nonce(response)
    return pki.certificate_status(certificate, issuer, [response], time=NOW)


def test_a_certificate_lives_and_dies(authority):
    responder = authority.responder()
    issued = [authority.issue("merchant-signing", application(), now=NOW) for _ in range(2)]
    for certificate in issued:
        assert status(responder, certificate, authority.issuing).status is CertificateStatus.GOOD
    gone, held = issued
    authority.revoke([gone.serial], reason=RevocationReason.KEY_COMPROMISE, now=NOW)
    authority.revoke([held.serial], reason=RevocationReason.CERTIFICATE_HOLD, now=NOW)
    said = status(responder, gone, authority.issuing)
    assert said.status is CertificateStatus.REVOKED
    assert said.reason is RevocationReason.KEY_COMPROMISE
    assert said.revocation_time == NOW.replace(microsecond=0)
    said = status(responder, held, authority.issuing)
    assert (said.status, said.reason) == (
        CertificateStatus.REVOKED,
        RevocationReason.CERTIFICATE_HOLD,
    )
    authority.release([held.serial], now=NOW)
    assert status(responder, held, authority.issuing).status is CertificateStatus.GOOD


def test_a_revocation_by_another_process_counts_at_once(authority, folder):
    responder = authority.responder()
    certificate = authority.issue("merchant-signing", application(), now=NOW)
    assert status(responder, certificate, authority.issuing).status is CertificateStatus.GOOD
    with ca.Authority(folder) as other:
        other.revoke([certificate.serial], reason=RevocationReason.UNSPECIFIED, now=NOW)
    said = status(responder, certificate, authority.issuing)
    assert said.status is CertificateStatus.REVOKED


def test_a_delegate_answers_with_a_key_of_its_own(authority):
    key = sm2.generate_private_key()
    asked = ca.Application(
        subject=x509.parse_name("CN=OCSP,O=Company,C=CN"), public_key_info=key.public_key().to_der()
    )
    certificate = authority.issue("ocsp", asked, now=NOW)
    assert certificate.extension(x509.oids.OCSP_NO_CHECK) is not None
    responder = authority.responder((certificate, key))
    shop = authority.issue("merchant-signing", application(), now=NOW)
    for algorithm in ("1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1", "1.2.156.10197.1.401"):
        said = status(responder, shop, authority.issuing, hash_algorithm=algorithm)
        assert said.status is CertificateStatus.GOOD
    plain = authority.issue("merchant-signing", asked, now=NOW)
    with pytest.raises(InvalidArgument, match="not for OCSP"):
        authority.responder((plain, key))
    with pytest.raises(InvalidArgument, match="another authority"):
        authority.responder((certificate, key), authority="root")


def test_the_root_answers_about_the_issuing_authority(authority):
    responder = authority.responder(authority="root")
    said = status(responder, authority.issuing, authority.root)
    assert said.status is CertificateStatus.GOOD
    # A serial number of the other authority is none of its own.
    shop = authority.issue("merchant-signing", application(), now=NOW)
    identifier = responder.certificate_id(shop.serial)
    [answer] = OcspResponse.from_der(responder.sign([identifier], time=NOW)).responses
    assert answer.status is CertificateStatus.UNKNOWN


def test_numbers_that_were_never_given_away(authority):
    lookup = authority.statuses()
    for serial in (0, -1, 1, 2**64, 2**200):
        assert lookup(serial).status is CertificateStatus.UNKNOWN


def test_answers_in_advance_about_whatever_has_not_expired(authority, tmp_path):
    shops = [authority.issue("merchant-signing", application(), now=NOW) for _ in range(3)]
    authority.revoke([shops[0].serial], reason=RevocationReason.SUPERSEDED, now=NOW)
    responder = authority.responder(validity=timedelta(days=2))
    serials = list(authority.statuses().serials(NOW))
    assert serials == [shop.serial for shop in shops]
    assert list(authority.statuses().serials(shops[0].not_after + timedelta(seconds=1))) == []
    made = ((i, responder.sign([i], time=NOW)) for i in map(responder.certificate_id, serials))
    assert ocsp.write_presigned(tmp_path / "web", made) == 3
    served = ocsp.Presigned(tmp_path / "web")
    said = []
    for shop in shops:
        request = OcspRequest.about(shop, authority.issuing)
        response = OcspResponse.from_der(served.respond(request.to_der()))
        later = NOW + timedelta(days=1)
        said.append(pki.certificate_status(shop, authority.issuing, [response], time=later).status)
    assert said == [CertificateStatus.REVOKED, CertificateStatus.GOOD, CertificateStatus.GOOD]
