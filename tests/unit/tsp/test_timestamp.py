import dataclasses
import io
from datetime import datetime, timedelta, timezone

import pytest

from gmkit import asn1, sm2, sm3, tsp
from gmkit.cms import Family
from gmkit.errors import (
    CertificateRejected,
    EncodingError,
    InvalidArgument,
    InvalidKey,
    UnsupportedAlgorithm,
    VerificationError,
)
from gmkit.pki import Purpose, Revocation, Verifier
from gmkit.x509 import load_certificates
from tests.certificates import certificate
from tests.shared import shared

ROOT_KEY = sm2.SM2PrivateKey.from_hex("31" * 32)
TSA_KEY = sm2.SM2PrivateKey.from_hex("32" * 32)
POLICY = "1.2.3.4.5"
NOW = datetime(2026, 5, 6, 7, 8, 9, 500, tzinfo=timezone.utc)


def extension(oid: str, value: bytes, *, critical: bool) -> bytes:
    flag = (asn1.boolean(True),) if critical else ()
    return asn1.sequence(asn1.oid(oid), *flag, asn1.octet_string(value))


def purposes(*oids: str, critical: bool = True) -> bytes:
    return extension("2.5.29.37", asn1.sequence(*map(asn1.oid, oids)), critical=critical)


AUTHORITY = extension("2.5.29.19", asn1.sequence(asn1.boolean(True)), critical=True)
STAMPING = "1.3.6.1.5.5.7.3.8"
ROOT = certificate(ROOT_KEY, "root", extensions=(AUTHORITY,))
TSA_CERTIFICATE = certificate(
    TSA_KEY, "tsa", issuer=(ROOT_KEY, "root"), serial=2, extensions=(purposes(STAMPING),)
)
TSA = tsp.TimestampAuthority(
    TSA_KEY, TSA_CERTIFICATE, POLICY, accuracy=timedelta(seconds=1, milliseconds=20, microseconds=3)
)


def trust(moment: datetime, root=ROOT, purpose=Purpose.TIMESTAMPING) -> Verifier:
    return Verifier([root], time=moment, purpose=purpose, revocation=Revocation.NONE)


def stamp(content=b"data", authority=TSA, **asked):
    request = tsp.TimestampRequest(tsp.Imprint.of(content), nonce=2**70 + 1, **asked)
    return request, authority.respond(request.to_der(), time=NOW)


@pytest.mark.parametrize("family", Family)
@pytest.mark.parametrize("algorithm", ["1.2.156.10197.1.401", "2.16.840.1.101.3.4.2.1"])
def test_a_stamp_is_made_and_believed(family, algorithm):
    authority = dataclasses.replace(TSA, family=family)
    imprint = tsp.Imprint.of(io.BytesIO(b"data"), algorithm=algorithm)
    request = tsp.TimestampRequest(imprint, nonce=7, policy=POLICY)
    assert tsp.TimestampRequest.parse(request.to_der()) == request
    response = authority.respond(request.to_der(), time=NOW)
    verified = tsp.verify_response(response, request, trust=trust)
    assert verified.time == NOW.replace(microsecond=0)
    assert verified.info.accuracy == TSA.accuracy
    assert str(verified.chain.leaf.subject) == "CN=tsa"
    token = tsp.TimestampResponse.parse(response).token
    assert token is not None
    again = tsp.verify_token(token, b"data", trust=trust)
    assert again.info == verified.info
    for wrong in (b"date", tsp.Imprint.of(b"date"), tsp.Imprint("1.2.3", imprint.digest)):
        with pytest.raises(VerificationError) as caught:
            tsp.verify_token(token, wrong, trust=trust)
        assert caught.value.reason == "imprint"


def test_serial_numbers_do_not_repeat():
    serials = set()
    for _ in range(50):
        _, response = stamp()
        token = tsp.TimestampResponse.parse(response).token
        assert token is not None
        serials.add(tsp.TimestampToken.parse(token).info.serial)
    assert len(serials) == 50


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"imprint": tsp.Imprint("1.3.14.3.2.26", bytes(20))}, tsp.FailureInfo.BAD_ALGORITHM),
        (
            {"imprint": tsp.Imprint("1.2.156.10197.1.401", bytes(31))},
            tsp.FailureInfo.BAD_DATA_FORMAT,
        ),
        ({"policy": "1.2.3"}, tsp.FailureInfo.UNACCEPTED_POLICY),
    ],
)
def test_what_cannot_be_granted_is_rejected_in_the_protocol(change, failure):
    request = dataclasses.replace(tsp.TimestampRequest(tsp.Imprint.of(b"data")), **change)
    response = TSA.respond(request.to_der(), time=NOW)
    parsed = tsp.TimestampResponse.parse(response)
    assert (parsed.status, parsed.failure, parsed.token) == (2, {failure}, None)
    with pytest.raises(VerificationError) as caught:
        tsp.verify_response(response, request, trust=trust)
    assert caught.value.reason == "timestamp-refused"


@pytest.mark.parametrize("request_", [b"", b"0\x00", b"\x30\x03\x02\x01\x02", b"x" * 100])
def test_garbage_is_answered_not_raised(request_):
    parsed = tsp.TimestampResponse.parse(TSA.respond(request_, time=NOW))
    assert parsed.failure == {tsp.FailureInfo.BAD_DATA_FORMAT}


def test_the_answer_must_be_to_this_request():
    request, response = stamp()
    with pytest.raises(VerificationError) as caught:
        tsp.verify_response(response, dataclasses.replace(request, nonce=3), trust=trust)
    assert caught.value.reason == "nonce"
    with pytest.raises(VerificationError) as caught:
        tsp.verify_response(response, dataclasses.replace(request, policy="1.2.3"), trust=trust)
    assert caught.value.reason == "policy"


@pytest.mark.parametrize(
    "extensions",
    [
        (),
        (purposes(STAMPING, critical=False),),
        (purposes(STAMPING, "1.3.6.1.5.5.7.3.1"),),
        (purposes("1.3.6.1.5.5.7.3.1"),),
    ],
    ids=["no purpose", "not critical", "not alone", "another"],
)
def test_only_a_certificate_for_stamping_may_stamp(extensions):
    wrong = certificate(TSA_KEY, "tsa", issuer=(ROOT_KEY, "root"), serial=3, extensions=extensions)
    request, response = stamp(authority=dataclasses.replace(TSA, certificate=wrong))
    with pytest.raises(CertificateRejected):
        tsp.verify_response(response, request, trust=trust)


def test_the_chain_is_judged_at_the_time_of_the_stamp():
    asked = []

    def recording(moment):
        asked.append(moment)
        return trust(moment)

    request, response = stamp()
    tsp.verify_response(response, request, trust=recording)
    assert asked == [NOW.replace(microsecond=0)]
    other_root = certificate(sm2.SM2PrivateKey.from_hex("41" * 32), "root", extensions=(AUTHORITY,))
    with pytest.raises(CertificateRejected):
        tsp.verify_response(response, request, trust=lambda moment: trust(moment, other_root))
    with pytest.raises(InvalidArgument, match="TIMESTAMPING"):
        tsp.verify_response(
            response, request, trust=lambda moment: trust(moment, purpose=Purpose.ANY)
        )


def test_certificates_may_be_left_out_and_given():
    request, response = stamp(certificate_wanted=False)
    with pytest.raises(VerificationError) as caught:
        tsp.verify_response(response, request, trust=trust)
    assert caught.value.reason == "signer-certificate-missing"
    tsp.verify_response(response, request, trust=trust, certificates=[TSA_CERTIFICATE])


def test_a_stamp_that_names_another_certificate_is_refused():
    twin = certificate(
        TSA_KEY, "tsa", issuer=(ROOT_KEY, "root"), serial=9, extensions=(purposes(STAMPING),)
    )
    request, response = stamp(certificate_wanted=False)
    forged = response.replace(sm3.digest(TSA_CERTIFICATE.der), sm3.digest(twin.der))
    assert forged != response
    with pytest.raises(VerificationError):
        tsp.verify_response(forged, request, trust=trust, certificates=[TSA_CERTIFICATE])


def test_every_flipped_bit_is_refused():
    request, response = stamp(certificate_wanted=False)
    token = tsp.TimestampResponse.parse(response).token
    assert token is not None
    accepted = 0
    for at in range(len(token)):
        for bit in range(8):
            changed = bytearray(token)
            changed[at] ^= 1 << bit
            try:
                verified = tsp.verify_token(
                    bytes(changed), b"data", trust=trust, certificates=[TSA_CERTIFICATE]
                )
            except (EncodingError, InvalidKey, UnsupportedAlgorithm, VerificationError):
                continue
            accepted += 1
            assert verified.info.imprint == request.imprint
            assert verified.time == NOW.replace(microsecond=0)
    # What no signature covers: version numbers and the list of digests in front of the content.
    assert accepted < 200


def test_a_token_of_another_maker():
    folder = shared("samples/ts")
    response = (folder / "tongsuo_sm2.tsr").read_bytes()
    request = tsp.TimestampRequest.parse((folder / "q_sm3.tsq").read_bytes())
    (root,) = load_certificates((folder / "root.crt").read_bytes())
    verified = tsp.verify_response(response, request, trust=lambda moment: trust(moment, root))
    assert verified.info.imprint == tsp.Imprint.of((folder / "msg.bin").read_bytes())


def test_a_token_is_obtained_over_any_line():
    def line(request: bytes) -> bytes:
        return TSA.respond(request, time=NOW)

    token = tsp.obtain_token(tsp.Imprint.of(b"data"), line, policy=POLICY)
    assert tsp.verify_token(token, b"data", trust=trust).time == NOW.replace(microsecond=0)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (lambda request: TSA.respond(b"", time=NOW), "timestamp-refused"),
        (lambda request: stamp()[1], "nonce"),
        (
            lambda request: TSA.respond(
                dataclasses.replace(
                    tsp.TimestampRequest.parse(request), imprint=tsp.Imprint.of(b"other")
                ).to_der(),
                time=NOW,
            ),
            "imprint",
        ),
    ],
)
def test_an_answer_to_another_question_is_refused(line, reason):
    with pytest.raises(VerificationError) as caught:
        tsp.obtain_token(tsp.Imprint.of(b"data"), line)
    assert caught.value.reason == reason
