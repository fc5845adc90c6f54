"""CMS through the one way in: what is judged, and what is said when something is missing or wrong."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta

import pytest

from gmkit import cms, documents, sm2, tsp, x509
from gmkit.cms import Compat, Family
from gmkit.pki import Revocation
from gmkit.verdict import Extent, Outcome, State, Trust
from tests.documents.people import (
    NOW,
    ROOT,
    SECOND,
    SIGNER,
    SIGNER_CERTIFICATE,
    SIGNER_KEY,
    TSA,
    YEAR,
    key,
    trust,
)
from tests.shared import shared

CONTENT = b"goods for 12.00\n"
STAMP = documents.local_stamp(TSA, clock=lambda: NOW)


def signed(**more):
    return documents.sign(CONTENT, SIGNER, time=NOW, **{"detached": False, **more})


@pytest.mark.parametrize("family", Family)
@pytest.mark.parametrize("stamp", [None, STAMP])
def test_what_is_signed_is_valid(family, stamp):
    verdict = documents.verify(signed(family=family, stamp=stamp), trust=trust())
    assert verdict.outcome is Outcome.VALID, verdict.reasons
    (one,) = verdict.signatures
    assert one.signer.subject == "CN=Signer"
    assert one.time.claimed == NOW
    assert one.time.proved == (NOW if stamp else None)
    assert one.coverage.extent is Extent.WHOLE
    assert verdict.not_checked == ()


def test_armour_does_not_matter():
    message = signed()
    wrapped = base64.encodebytes(message)
    pem = b"-----BEGIN CMS-----\n" + wrapped + b"-----END CMS-----\n"
    for form in (message, pem, wrapped, base64.b64encode(message)):
        assert documents.recognise(form) is documents.Kind.CMS
        assert documents.verify(form, trust=trust()).outcome is Outcome.VALID


@pytest.mark.parametrize("as_file", [False, True])
def test_a_detached_signature(tmp_path, as_file):
    signature = documents.sign(CONTENT, SIGNER, time=NOW)
    document = CONTENT
    if as_file:
        document = tmp_path / "order.txt"
        document.write_bytes(CONTENT)
    good = documents.verify(document, trust=trust(), signature=signature)
    assert (good.outcome, good.kind) == (Outcome.VALID, "detached CMS")
    wrong = documents.verify(CONTENT + b"!", trust=trust(), signature=signature)
    assert (wrong.outcome, wrong.reasons) == (Outcome.INVALID, ("invalid-signature",))
    alone = documents.verify(signature, trust=trust())
    assert (alone.outcome, alone.reasons) == (Outcome.NOT_VERIFIABLE, ("no-content",))
    found = documents.verify(signature, trust=trust(), content=document)
    assert found.outcome is Outcome.VALID
    both = documents.verify(b"other", trust=trust(), signature=signed())
    assert both.reasons == ("content-differs",)


@pytest.mark.parametrize(
    ("change", "outcome", "reasons"),
    [
        ({"roots": ()}, Outcome.NOT_VERIFIABLE, ["no-trusted-root", "revocation-not-checked"]),
        (
            {"roots": (replace(ROOT, key=key(99)).certificate,)},
            Outcome.INVALID,
            ["bad-signature", "revocation-not-checked"],
        ),
        (
            {"roots": (replace(ROOT, name="Another").certificate,)},
            Outcome.NOT_VERIFIABLE,
            ["unknown-issuer", "revocation-not-checked"],
        ),
        ({"crls": ()}, Outcome.NOT_VERIFIABLE, ["revocation-unknown"]),
        ({"crls": (ROOT.crl(NOW - YEAR),)}, Outcome.NOT_VERIFIABLE, ["revocation-stale"]),
        ({"revocation": Revocation.NONE}, Outcome.NOT_VERIFIABLE, ["revocation-not-checked"]),
        ({"crls": (ROOT.crl(NOW, {10: NOW}),)}, Outcome.INVALID, ["revoked"]),
    ],
)
def test_what_is_missing_or_wrong_is_named(change, outcome, reasons):
    verdict = documents.verify(signed(), trust=trust(**change))
    assert (verdict.outcome, list(verdict.reasons)) == (outcome, reasons)
    assert bool(verdict.not_checked) == (outcome is Outcome.NOT_VERIFIABLE or len(reasons) > 1)


def test_after_the_certificate_only_a_timestamp_helps():
    later = NOW + 2 * YEAR
    bare = documents.verify(signed(), trust=trust(later))
    assert (bare.outcome, bare.reasons[0]) == (Outcome.NOT_VERIFIABLE, "expired")
    lists = (ROOT.crl(NOW), ROOT.crl(later))
    stamped = documents.verify(signed(stamp=STAMP), trust=trust(later, crls=lists))
    assert stamped.outcome is Outcome.VALID, stamped.reasons
    end = NOW + 6 * YEAR  # now the authority's own certificate has ended too
    lists = (ROOT.crl(NOW), ROOT.crl(end))
    renewed = documents.verify(signed(stamp=STAMP), trust=trust(end, crls=lists))
    assert renewed.outcome is Outcome.NOT_VERIFIABLE
    assert {"expired", "timestamp-expired"} <= set(renewed.reasons)


def test_revoked_after_the_proved_time_does_no_harm_and_before_it_does():
    later = NOW + timedelta(days=30)
    for when, outcome in ((NOW + timedelta(days=3), Outcome.VALID), (NOW, Outcome.INVALID)):
        lists = (ROOT.crl(later, {10: when}),)
        with_stamp = documents.verify(signed(stamp=STAMP), trust=trust(later, crls=lists))
        assert with_stamp.outcome is outcome, with_stamp.reasons
        without = documents.verify(signed(), trust=trust(later, crls=lists))
        assert (without.outcome, without.reasons) == (Outcome.INVALID, ("revoked",))


def test_a_revocation_that_was_entered_late_counts():
    # The list of the day did not have it yet; a later one dates it before the signature.
    later = NOW + timedelta(days=30)
    stamped = signed(stamp=STAMP)
    early = ROOT.crl(NOW)
    for when, outcome in ((NOW - timedelta(hours=1), Outcome.INVALID), (later, Outcome.VALID)):
        lists = (early, ROOT.crl(later, {10: when}))
        verdict = documents.verify(stamped, trust=trust(later, crls=lists))
        assert verdict.outcome is outcome, verdict.reasons


def test_a_timestamp_over_something_else_is_a_failure():
    wrong = signed(stamp=lambda _value: STAMP(b"something else"))
    verdict = documents.verify(wrong, trust=trust())
    assert (verdict.outcome, verdict.reasons) == (Outcome.INVALID, ("timestamp-imprint",))


def test_several_signers_and_a_counter_signature():
    once = signed()
    twice = documents.sign(once, SECOND, time=NOW)
    countered = cms.counter_sign(twice, SECOND, which=1, signing_time=NOW)
    verdict = documents.verify(countered, trust=trust())
    assert verdict.outcome is Outcome.VALID, verdict.reasons
    names = sorted(one.signer.subject for one in verdict.signatures)
    assert names == ["CN=Second", "CN=Signer"]
    (nested,) = [inner for one in verdict.signatures for inner in one.nested]
    assert nested.signer.subject == "CN=Second"
    # Each of the parts is still checked by itself.
    parsed = cms.parse(countered)
    for value in [one.signature for one in parsed.signers]:
        bad = countered.replace(value, value[:-1] + bytes([value[-1] ^ 1]))
        assert documents.verify(bad, trust=trust()).outcome is Outcome.INVALID


def test_a_counter_signature_over_another_value_is_refused():
    one, other = signed(), signed()
    foreign = cms.counter_sign(other, SECOND)
    attribute = cms.parse(foreign).signers[0].unsigned_attributes
    from gmkit.cms.attributes import attribute as written

    moved = cms.add_unsigned_attributes(
        one, *(written(oid, *(v.raw for v in values)) for oid, values in attribute.entries)
    )
    verdict = documents.verify(moved, trust=replace_certificates(trust()))
    assert verdict.outcome is Outcome.INVALID
    assert verdict.signatures[0].intact.state is State.PASSED
    assert verdict.signatures[0].nested[0].intact.reason == "invalid-signature"


def replace_certificates(given: Trust) -> Trust:
    return replace(given, certificates=(SECOND.certificate,))


def test_adding_keeps_what_is_there():
    message = signed(stamp=STAMP)
    twice = documents.sign(message, SECOND, time=NOW)
    before, after = cms.parse(message).signers[0], cms.parse(twice).signers
    assert before.signature in [one.signature for one in after]
    assert documents.verify(twice, trust=trust()).outcome is Outcome.VALID


def test_a_certificate_the_attributes_do_not_name_is_refused():
    # Same key, same issuer, same serial number, another certificate: the digest in the attribute tells.
    twin = ROOT.issue(SIGNER_KEY, "Somebody else", 10)
    message = cms.sign(CONTENT, [SIGNER], with_certificates=False)
    verdict = documents.verify(message, trust=trust(certificates=(twin,)))
    assert (verdict.outcome, verdict.reasons) == (Outcome.INVALID, ("signing-certificate",))
    good = documents.verify(message, trust=trust(certificates=(SIGNER_CERTIFICATE,)))
    assert good.outcome is Outcome.VALID


def test_without_certificate_nothing_is_said():
    message = cms.sign(CONTENT, [SIGNER], with_certificates=False)
    verdict = documents.verify(message, trust=trust())
    assert verdict.outcome is Outcome.NOT_VERIFIABLE
    assert verdict.reasons[0] == "signer-certificate-missing"


def test_non_conforming_forms_only_by_name():
    empty = sm2.SM2PrivateKey.from_hex("7" * 64)

    class Nameless:
        """Signs with the empty identifier, as OpenSSL 3 does."""

        def public_key(self):
            return empty.public_key()

        def sign(self, data):
            return empty.sign(data, user_id=b"")

    certificate = ROOT.issue(empty, "Nameless", 20)
    message = cms.sign(CONTENT, [cms.MessageSigner(Nameless(), certificate)])
    plain = documents.verify(message, trust=trust())
    assert (plain.outcome, plain.reasons) == (Outcome.INVALID, ("invalid-signature",))
    named = documents.verify(message, trust=trust(), compat=Compat.EMPTY_USER_ID)
    assert named.outcome is Outcome.VALID
    assert [one.code for one in named.signatures[0].findings] == ["compat"]


def test_a_file_and_its_timestamp():
    request = tsp.TimestampRequest(tsp.Imprint.of(CONTENT))
    answer = TSA.respond(request.to_der(), time=NOW)
    token = tsp.TimestampResponse.parse(answer).token
    for form in (answer, token):
        verdict = documents.verify(CONTENT, trust=trust(), signature=form)
        assert (verdict.outcome, verdict.kind) == (Outcome.VALID, "timestamp")
        assert verdict.signatures[0].time.proved == NOW
        other = documents.verify(CONTENT + b"!", trust=trust(), signature=form)
        assert (other.outcome, other.reasons[0]) == (Outcome.INVALID, "timestamp-imprint")
    assert documents.recognise(answer) is documents.Kind.TIMESTAMP
    for form in (answer, token):  # alone it says nothing about any file
        alone = documents.verify(form, trust=trust())
        assert (alone.outcome, alone.reasons) == (Outcome.NOT_VERIFIABLE, ("no-content",))
    assert documents.verify(token, trust=trust(), content=CONTENT).outcome is Outcome.VALID


@pytest.mark.parametrize(
    "data", [b"", b"plain", b"0", b"0\x80", b"PK\x03\x04", b"<", b"%PD", b"\xff\xfe"]
)
def test_what_is_not_signed_is_not_verifiable(data):
    verdict = documents.verify(data, trust=trust())
    assert (verdict.outcome, verdict.reasons) == (Outcome.NOT_VERIFIABLE, ("no-signature",))


def test_broken_messages_get_a_verdict_and_no_exception():
    message = signed(stamp=STAMP)
    given = trust()
    for length in range(0, len(message), 7):
        verdict = documents.verify(message[:length], trust=given)
        assert verdict.outcome is not Outcome.VALID
    for at in range(0, len(message), 3):
        changed = bytearray(message)
        changed[at] ^= 0x55
        verdict = documents.verify(bytes(changed), trust=given)
        if verdict.outcome is Outcome.VALID:  # only what no signature covers
            assert cms.parse(bytes(changed)).content == CONTENT


@pytest.mark.parametrize(
    ("name", "root"),
    [
        ("py-rfc-501-attr-null", "root"),
        ("py-gm-301.1-attr-null", "root"),
        ("py-rfc-301.1-attr-absent", "root"),
        ("bc-attr", "root"),
        ("tongsuo-mdsm3", "root"),
        ("gmsm-gm-noattr", "root"),
    ],
)
def test_samples_of_other_programs(name, root):
    folder = shared("samples/cms")
    (anchor,) = x509.load_certificates((folder / f"{root}.crt").read_bytes())
    message = (folder / f"{name}.p7").read_bytes()
    signer = x509.load_certificates((folder / "signer2.crt").read_bytes())
    at = anchor.not_before + timedelta(days=40)
    given = Trust(at, (anchor,), certificates=tuple(signer))
    content = (folder / "msg.bin").read_bytes()
    verdict = documents.verify(message, trust=given, content=content)
    (one,) = verdict.signatures
    assert one.intact.state is State.PASSED
    assert one.chain.state is State.PASSED, one.chain
    assert verdict.reasons == ("revocation-unknown",)
