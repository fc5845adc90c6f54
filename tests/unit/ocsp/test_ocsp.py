"""OCSP: questions, answers, and whose answers count."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmkit import asn1, errors, ocsp, pki, x509
from gmkit.ocsp import Answer, CertificateStatus, OcspRequest, OcspResponse, Responder
from gmkit.pki import Purpose, Revocation
from gmkit.x509 import RevocationReason, oids
from tests.unit.pki import build
from tests.unit.pki.build import BEGIN, NOW, SIGN

ROOT = build.root()
LEAF = build.leaf("leaf", "root")
OTHER = build.leaf("other", "root")
OCSP_SIGNING = build.purposes("1.3.6.1.5.5.7.3.9")
NO_CHECK = build.extension(oids.OCSP_NO_CHECK, b"\x05\x00")
GOOD = Answer(CertificateStatus.GOOD)
SM3 = "1.2.156.10197.1.401"


def responder(certificate=ROOT, label="root", *, answer=GOOD, issuer=ROOT, **options):
    return Responder(
        certificate, build.key(label), issuer=issuer, lookup=lambda _serial: answer, **options
    )


def answered(*, by=None, about=LEAF, time=NOW - timedelta(hours=1), **request):
    asked = OcspRequest.about(about, ROOT, **request)
    return OcspResponse.from_der((by or responder()).respond(asked.to_der(), time=time))


def reason(*responses, leaf=LEAF, mode=Revocation.REQUIRE, **options):
    judge = pki.Verifier(
        [ROOT], time=NOW, purpose=Purpose.SIGNING, revocation=mode, ocsp=responses, **options
    )
    try:
        judge.verify(leaf)
    except errors.CertificateRejected as error:
        return error.reason
    return None


def delegate(*more, issuer="root", label="responder", usage=SIGN, **fields):
    return build.leaf(
        label, issuer,
        extensions=[build.usage(usage), *build.identifiers(label, issuer), *more], **fields,
    )  # fmt: skip


def test_a_good_answer_of_the_issuer_is_enough():
    response = answered(nonce=b"n" * 32)
    assert response.status is ocsp.ResponseStatus.SUCCESSFUL
    assert response.nonce == b"n" * 32
    assert response.produced_at == NOW - timedelta(hours=1)
    [answer] = response.responses
    assert answer.status is CertificateStatus.GOOD
    assert answer.next_update == NOW + timedelta(hours=23)
    assert reason(response) is None
    assert reason() == "revocation-unknown"
    assert reason(answered(hash_algorithm=SM3)) is None


def test_the_revoked_and_the_unknown():
    gone = Answer(CertificateStatus.REVOKED, BEGIN, RevocationReason.KEY_COMPROMISE)
    response = answered(by=responder(answer=gone))
    [answer] = response.responses
    assert (answer.revocation_time, answer.reason) == (BEGIN, RevocationReason.KEY_COMPROMISE)
    assert reason(response) == "revoked"
    assert reason(response, mode=Revocation.IF_AVAILABLE) == "revoked"
    unknown = answered(by=responder(answer=Answer(CertificateStatus.UNKNOWN)))
    assert reason(unknown) == "revocation-unknown"


def test_pki_08_an_answer_about_another_certificate_says_nothing():
    assert reason(answered(about=OTHER)) == "revocation-unknown"
    stranger = build.root("stranger")
    of_stranger = build.leaf("leaf", "stranger", serial=LEAF.serial)
    asked = OcspRequest.about(of_stranger, stranger)
    response = OcspResponse.from_der(responder().respond(asked.to_der(), time=NOW))
    assert response.responses[0].status is CertificateStatus.UNKNOWN
    assert reason(response) == "revocation-unknown"


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (NOW, None),
        (NOW - timedelta(hours=24), None),
        (NOW - timedelta(hours=24, seconds=1), "revocation-stale"),
        (NOW + timedelta(seconds=1), "revocation-unknown"),
    ],
)
def test_pki_08_an_answer_out_of_time_says_nothing(time, expected):
    assert reason(answered(time=time)) == expected


def test_pki_08_who_may_answer():
    assert reason(answered(by=responder(delegate(OCSP_SIGNING, NO_CHECK), "responder"))) is None
    assert reason(answered(by=responder(delegate(OCSP_SIGNING), "responder"))) is None
    for wrong in (
        delegate(NO_CHECK),  # no OCSPSigning
        delegate(build.purposes("2.5.29.37.0"), NO_CHECK),
        delegate(OCSP_SIGNING, usage=build.SECRECY),
        delegate(OCSP_SIGNING, issuer="stranger"),
        delegate(OCSP_SIGNING, end=NOW - timedelta(days=1)),
        delegate(OCSP_SIGNING, issuer_key="stranger"),
    ):
        assert reason(answered(by=responder(wrong, "responder"))) == "revocation-unknown"
    # An unrelated certificate, unless the caller trusts it by itself.
    stranger = build.root("stranger")
    response = answered(by=responder(stranger, "stranger"))
    assert reason(response) == "revocation-unknown"
    assert reason(response, responders=[stranger]) is None
    # A responder that a list revokes.
    named = delegate(OCSP_SIGNING)
    response = answered(by=responder(named, "responder"))
    listed = build.crl("root", build.revoked(named.serial))
    assert reason(response, crls=[listed]) is None  # the list itself answers for the leaf
    assert reason(response, crls=[listed], mode=Revocation.IF_AVAILABLE) is None


def test_pki_08_a_bad_signature_says_nothing():
    good = answered().der
    bent = good[:-1] + bytes([good[-1] ^ 1])
    assert reason(OcspResponse.from_der(bent)) == "revocation-unknown"
    assert reason(OcspResponse.from_der(bent), answered()) is None


def test_pki_08_the_nonce():
    asked = OcspRequest.about(LEAF, ROOT, nonce=b"1" * 32)
    with pytest.raises(errors.VerificationError) as caught:
        asked.check_nonce(answered(nonce=b"2" * 32))
    assert caught.value.reason == "ocsp-nonce"
    with pytest.raises(errors.VerificationError):
        asked.check_nonce(answered())
    asked.check_nonce(answered(nonce=b"1" * 32))
    OcspRequest.about(LEAF, ROOT).check_nonce(answered())
    for length in (0, 129):
        with pytest.raises(errors.InvalidArgument):
            OcspRequest.about(LEAF, ROOT, nonce=b"x" * length)


def test_a_nonce_without_its_octet_string_is_compared_as_it_stands():
    asked = OcspRequest.about(LEAF, ROOT, nonce=b"\xffABCDE")
    response = answered()
    response.extensions = (x509.Extension("1.3.6.1.5.5.7.48.1.2", False, b"\xffABCDE"),)
    asked.check_nonce(response)


def test_the_newest_answer_counts():
    gone = Answer(CertificateStatus.REVOKED, BEGIN)
    old = answered(time=NOW - timedelta(hours=9))
    new = answered(by=responder(answer=gone), time=NOW - timedelta(hours=1))
    assert reason(old, new) == "revoked"
    assert reason(new, old) == "revoked"


def test_lists_settle_what_responses_do_not():
    stale = answered(time=NOW - timedelta(days=9))
    assert reason(stale) == "revocation-stale"
    assert reason(stale, crls=[build.crl("root")]) is None
    assert reason(stale, crls=[build.crl("root", build.revoked(LEAF.serial))]) == "revoked"


def test_pki_05_an_unknown_critical_extension_makes_a_response_useless():
    response = answered()
    response.extensions = (x509.Extension("1.2.3.4", True, b"\x05\x00"),)
    assert reason(response) == "revocation-unknown"


def test_answers_made_in_advance():
    by = responder()
    made = by.sign([by.certificate_id(LEAF.serial)], time=NOW)
    assert reason(OcspResponse.from_der(made)) is None


def test_what_cannot_be_read_is_answered():
    for request in (b"", b"\x30\x00", b"hello", asn1.sequence(asn1.sequence(asn1.sequence()))):
        response = OcspResponse.from_der(responder().respond(request, time=NOW))
        assert response.status is ocsp.ResponseStatus.MALFORMED_REQUEST
        assert reason(response) == "revocation-unknown"
    with pytest.raises(errors.InvalidArgument):
        ocsp.refusal(ocsp.ResponseStatus.SUCCESSFUL)


def test_openssl_reads_what_we_write(tmp_path):
    import shutil
    import subprocess

    if shutil.which("openssl") is None:
        pytest.skip("NOT CHECKED: no openssl on this machine")
    (tmp_path / "response.der").write_bytes(answered(nonce=b"n" * 16).der)
    (tmp_path / "request.der").write_bytes(OcspRequest.about(LEAF, ROOT, nonce=b"n" * 16).to_der())

    def shown(option, name):
        command = ["openssl", "ocsp", option, str(tmp_path / name), "-text", "-noverify"]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout

    for text in (shown("-respin", "response.der"), shown("-reqin", "request.der")):
        assert f"Serial Number: {LEAF.serial:02X}" in text
        assert "OCSP Nonce" in text
    assert "Cert Status: good" in shown("-respin", "response.der")


DER = answered(nonce=b"n" * 8, by=responder(delegate(OCSP_SIGNING, NO_CHECK), "responder")).der


@given(st.data())
def test_every_bent_response_is_refused_or_an_encoding_error(data):
    octets = bytearray(DER)
    octets[data.draw(st.integers(0, len(octets) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        response = OcspResponse.from_der(bytes(octets))
    except (errors.EncodingError, errors.UnsupportedAlgorithm):
        return
    # The certificate beside the response is its own matter; the answer is either the same or nothing.
    if reason(response) is None:
        assert response.tbs == OcspResponse.from_der(DER).tbs


def test_every_truncation_is_an_encoding_error():
    for end in range(len(DER)):
        with pytest.raises(errors.EncodingError):
            OcspResponse.from_der(DER[:end])
    request = OcspRequest.about(LEAF, ROOT, nonce=b"n" * 8).to_der()
    for end in range(len(request)):
        with pytest.raises(errors.EncodingError):
            OcspRequest.from_der(request[:end])
