"""Answers made in advance, names of responders, and what was never issued."""

from base64 import b64encode
from datetime import timedelta
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmkit import asn1, errors, ocsp, pki
from gmkit.ocsp import (
    Answer,
    CertificateStatus,
    NeverIssued,
    OcspRequest,
    OcspResponse,
    Presigned,
    ResponderName,
    ResponseStatus,
)
from gmkit.x509 import RevocationReason
from tests.unit.ocsp.test_ocsp import (
    LEAF,
    NO_CHECK,
    OCSP_SIGNING,
    OTHER,
    ROOT,
    SM3,
    delegate,
    responder,
)
from tests.unit.pki import build
from tests.unit.pki.build import BEGIN, NOW

HASHES = ("1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1", SM3)
GONE = Answer(CertificateStatus.REVOKED, BEGIN, RevocationReason.KEY_COMPROMISE)


@pytest.mark.parametrize("algorithm", HASHES)
def test_a_plain_web_server_answers_with_a_file(tmp_path, algorithm):
    by = responder()
    identifier = by.certificate_id(LEAF.serial, hash_algorithm=algorithm)
    made = by.sign([identifier], time=NOW)
    assert ocsp.write_presigned(tmp_path / "new", [(identifier, made)]) == 1
    request = OcspRequest.about(LEAF, ROOT, hash_algorithm=algorithm).to_der()
    # What the server sees after it took the escapes out of the path.
    path = tmp_path / "new" / unquote(ocsp.to_path(request))
    assert path.read_bytes() == made
    assert [p for p in (tmp_path / "new").iterdir() if p.name.startswith(".")] == []
    served = Presigned(tmp_path / "new")
    assert served.respond(request) == made
    status = pki.certificate_status(LEAF, ROOT, [OcspResponse.from_der(made)], time=NOW)
    assert status.status is CertificateStatus.GOOD


def test_slashes_of_base64_are_folders(tmp_path):
    by = responder()
    inside = at_end = 0
    for serial in range(300):
        identifier = by.certificate_id(serial)
        request = OcspRequest((identifier,)).to_der()
        inside += b"/" in b64encode(request)[:-1]
        at_end += b64encode(request).endswith(b"/")
        ocsp.write_presigned(tmp_path, [(identifier, serial.to_bytes(4, "big"))])
        assert Presigned(tmp_path).respond(request) == serial.to_bytes(4, "big")
    assert inside
    assert at_end


def test_a_request_with_a_nonce_or_other_octets_is_answered_from_the_same_file(tmp_path):
    by = responder()
    identifier = by.certificate_id(LEAF.serial)
    ocsp.write_presigned(tmp_path, [(identifier, b"stored")])
    served = Presigned(tmp_path)
    assert served.respond(OcspRequest.about(LEAF, ROOT, nonce=b"n" * 32).to_der()) == b"stored"
    # Without parameters of the hash, as some clients write it.
    members = asn1.decode(identifier.to_der(), what="CertID").children()
    bare = asn1.sequence(asn1.sequence(asn1.oid(HASHES[0])), *(one.raw for one in members[1:]))
    assert (
        served.respond(asn1.sequence(asn1.sequence(asn1.sequence(asn1.sequence(bare)))))
        == b"stored"
    )


def test_what_was_not_signed_in_advance_is_not_answered(tmp_path):
    by = responder()
    ocsp.write_presigned(tmp_path, [(by.certificate_id(LEAF.serial), b"stored")])
    served = Presigned(tmp_path)

    def status(request):
        return OcspResponse.from_der(served.respond(request)).status

    other = OcspRequest.about(OTHER, ROOT)
    assert status(other.to_der()) is ResponseStatus.UNAUTHORIZED
    both = OcspRequest((by.certificate_id(LEAF.serial), other.certificate_ids[0]))
    assert status(both.to_der()) is ResponseStatus.UNAUTHORIZED
    for junk in (b"", b"..", b"../../etc/passwd", b"\x30\x00", bytes(5000)):
        assert status(junk) is ResponseStatus.MALFORMED_REQUEST
    assert OcspResponse.from_der(Presigned(tmp_path / "none").respond(other.to_der())).status is (
        ResponseStatus.UNAUTHORIZED
    )


def test_a_newer_answer_takes_the_place_of_the_older(tmp_path):
    by = responder()
    identifier = by.certificate_id(LEAF.serial)
    for made in (b"old", b"new"):
        ocsp.write_presigned(tmp_path, [(identifier, made)])
    assert Presigned(tmp_path).respond(OcspRequest((identifier,)).to_der()) == b"new"


@given(st.binary(max_size=200))
def test_the_path_of_a_request(request):
    assert ocsp.from_path(ocsp.to_path(request)) == request
    assert ocsp.from_path("/" + unquote(ocsp.to_path(request))) == request


@pytest.mark.parametrize("path", ["%", "a", "..", "a/../b", "é", "%00"])
def test_a_path_that_is_no_request(path):
    with pytest.raises(errors.EncodingError):
        ocsp.from_path(path)


@pytest.mark.parametrize("name", ResponderName)
def test_the_responder_by_key_or_by_name(name):
    for by in (
        responder(name=name),
        responder(delegate(OCSP_SIGNING, NO_CHECK), "responder", name=name),
    ):
        answer = OcspResponse.from_der(by.sign([by.certificate_id(LEAF.serial)], time=NOW))
        assert (answer.responder_name is None) == (name is ResponderName.BY_KEY)
        found = pki.certificate_status(LEAF, ROOT, [answer], time=NOW)
        assert found.status is CertificateStatus.GOOD


def test_what_was_never_issued_may_be_called_revoked():
    by = responder(answer=Answer(CertificateStatus.UNKNOWN), never_issued=NeverIssued.REVOKED)
    answer = OcspResponse.from_der(by.sign([by.certificate_id(LEAF.serial)], time=NOW))
    [said] = answer.responses
    # RFC 6960, clause 2.2: on hold, since 1970, and the extension of clause 4.4.8.
    assert said.status is CertificateStatus.REVOKED
    assert said.reason is RevocationReason.CERTIFICATE_HOLD
    assert said.revocation_time is not None
    assert said.revocation_time.timestamp() == 0
    [extension] = answer.extensions
    assert (extension.oid, extension.octets) == ("1.3.6.1.5.5.7.48.1.9", b"\x05\x00")
    # Of another issuer's certificates nothing is said even so.
    stranger = build.root("stranger")
    asked = OcspRequest.about(build.leaf("leaf", "stranger"), stranger).to_der()
    [other] = OcspResponse.from_der(by.respond(asked, time=NOW)).responses
    assert other.status is CertificateStatus.UNKNOWN


def test_a_key_that_is_not_the_certificates_is_no_responder():
    with pytest.raises(errors.InvalidArgument):
        ocsp.Responder(ROOT, build.key("leaf"), issuer=ROOT, lookup=lambda _serial: GONE)


def test_the_status_of_one_certificate():
    def said(answer, **options):
        by = responder(answer=answer)
        made = OcspResponse.from_der(by.sign([by.certificate_id(LEAF.serial)], time=NOW))
        return pki.certificate_status(LEAF, ROOT, [made], **{"time": NOW, **options})

    assert said(GONE).reason is RevocationReason.KEY_COMPROMISE
    assert said(Answer(CertificateStatus.UNKNOWN)).status is CertificateStatus.UNKNOWN
    for wrong, reason in (
        ({"time": NOW + timedelta(days=2)}, "revocation-stale"),
        ({"time": NOW - timedelta(days=2)}, "revocation-unknown"),
        ({"user_id": b"other"}, "bad-signature"),
    ):
        with pytest.raises(errors.CertificateRejected) as caught:
            said(GONE, **wrong)
        assert caught.value.reason == reason
    with pytest.raises(errors.CertificateRejected) as caught:
        pki.certificate_status(OTHER, build.root("stranger"), [], time=NOW)
    assert caught.value.reason == "bad-signature"
    with pytest.raises(errors.CertificateRejected) as caught:
        pki.certificate_status(LEAF, ROOT, [], time=NOW)
    assert caught.value.reason == "revocation-unknown"
