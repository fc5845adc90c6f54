"""Evidence over ten years, with moved clocks: what is renewed in time stays valid, what is not does not."""

from __future__ import annotations

import dataclasses
import random
from datetime import timedelta

import pytest

from gmkit import documents, tsp
from gmkit.documents.evidence import (
    Evidence,
    EvidenceRecord,
    make_evidence,
    renew_evidence,
    verify_evidence,
)
from gmkit.errors import EncodingError, InvalidArgument, VerificationError
from gmkit.verdict import Outcome
from tests.documents.people import NOW, ROOT, SIGNER, STAMPING, YEAR, key, trust, usage

SM3, SHA256 = "1.2.156.10197.1.401", "2.16.840.1.101.3.4.2.1"
CONTENT = b"contract over ten years\n"
MESSAGE = documents.sign(CONTENT, SIGNER, time=NOW, detached=False)


def authority(number: int, start, end):
    """A way to an authority whose certificate is valid in a window, with a clock a test sets."""
    secret = key(100 + number)
    certificate = ROOT.issue(
        secret, f"TSA {number}", 100 + number, start, end, (usage(0), STAMPING)
    )
    stamping = tsp.TimestampAuthority(secret, certificate, "1.2.3.4")
    return lambda at: lambda request: stamping.respond(request, time=at)


FIRST = authority(1, NOW - YEAR, NOW + 5 * YEAR)
SECOND_TSA = authority(2, NOW + 3 * YEAR, NOW + 9 * YEAR)
THIRD = authority(3, NOW + 7 * YEAR, NOW + 14 * YEAR)
TEN = NOW + 10 * YEAR


def renewed(evidence, at, exchange, **more):
    again = renew_evidence(
        evidence, CONTENT_OF[evidence.name], trust=trust(at), exchange=exchange(at), **more
    )
    return Evidence.parse(again.to_bytes())


def made(document=MESSAGE, *, at=NOW, name="message", **more):
    CONTENT_OF[name] = document
    evidence = make_evidence(document, trust=trust(at), exchange=FIRST(at), name=name, **more)
    return Evidence.parse(evidence.to_bytes())


CONTENT_OF: dict[str, bytes] = {}


def at_ten(evidence, document=MESSAGE, **more):
    """Ten years on there are the roots, a list of that day, and nothing of before."""
    return verify_evidence(evidence, document, trust=trust(TEN), **more)


def test_valid_on_the_day_and_not_verifiable_once_the_authority_has_ended():
    evidence = made()
    today = verify_evidence(evidence, MESSAGE, trust=trust(NOW + timedelta(days=1)))
    assert today.outcome is Outcome.VALID, today.reasons
    signature, stamp = today.signatures
    assert signature.signer.subject == "CN=Signer"
    assert stamp.time.proved == NOW
    # The signer's certificate ends after a year: the document alone no longer holds, the evidence does.
    later = NOW + 4 * YEAR
    assert documents.verify(MESSAGE, trust=trust(later)).outcome is Outcome.NOT_VERIFIABLE
    assert verify_evidence(evidence, MESSAGE, trust=trust(later)).outcome is Outcome.VALID
    assert at_ten(evidence).outcome is Outcome.NOT_VERIFIABLE
    assert "expired" in at_ten(evidence).reasons


def test_renewed_in_time_it_holds_after_ten_years():
    evidence = renewed(made(), NOW + 4 * YEAR, SECOND_TSA)
    assert at_ten(evidence).outcome is Outcome.NOT_VERIFIABLE
    evidence = renewed(evidence, NOW + 8 * YEAR, THIRD)
    verdict = at_ten(evidence)
    assert verdict.outcome is Outcome.VALID, verdict.reasons
    assert len(evidence.record.chains) == 1
    proved = [one.time.proved for one in verdict.signatures[1:]]
    assert proved == [NOW, NOW + 4 * YEAR, NOW + 8 * YEAR]
    without = at_ten(evidence, None)
    assert (without.outcome, without.reasons) == (Outcome.NOT_VERIFIABLE, ("no-document",))


def test_renewed_too_late_is_refused():
    evidence = made()
    with pytest.raises(VerificationError) as caught:
        renewed(evidence, NOW + 6 * YEAR, SECOND_TSA)
    assert caught.value.reason == "renewed-too-late"


def test_a_revoked_authority_cannot_be_renewed():
    at = NOW + 4 * YEAR
    lists = (ROOT.crl(at, {101: at - timedelta(days=1)}),)
    with pytest.raises(VerificationError) as caught:
        renew_evidence(made(), MESSAGE, trust=trust(at, crls=lists), exchange=SECOND_TSA(at))
    assert caught.value.reason == "renewed-too-late"


def test_revoked_after_the_renewal_does_no_harm():
    evidence = renewed(made(), NOW + 4 * YEAR, SECOND_TSA)
    at = NOW + 5 * YEAR
    lists = (ROOT.crl(at, {101: at - timedelta(days=1), 10: at - timedelta(days=1)}),)
    verdict = verify_evidence(evidence, MESSAGE, trust=trust(at, crls=lists))
    assert verdict.outcome is Outcome.VALID, verdict.reasons


def test_a_hash_is_replaced_before_it_ends():
    evidence = made(algorithm=SHA256)
    ends = {SHA256: NOW + 5 * YEAR}
    assert (
        verify_evidence(evidence, MESSAGE, trust=trust(NOW + 4 * YEAR), ends=ends).outcome
        is Outcome.VALID
    )
    # A timestamp over the timestamp does not help against a broken hash ...
    same = renewed(evidence, NOW + 4 * YEAR, SECOND_TSA)
    same = renewed(same, NOW + 8 * YEAR, THIRD)
    assert at_ten(same).outcome is Outcome.VALID
    assert at_ten(same, ends=ends).reasons == ("algorithm-ended",)
    # ... hashing everything anew does.
    anew = renewed(evidence, NOW + 4 * YEAR, SECOND_TSA, algorithm=SM3)
    anew = renewed(anew, NOW + 8 * YEAR, THIRD)
    assert [len(chain) for chain in anew.record.chains] == [1, 2]
    assert at_ten(anew, ends=ends).outcome is Outcome.VALID
    with pytest.raises(VerificationError) as caught:
        renewed(evidence, NOW + 4 * YEAR, SECOND_TSA, ends={SHA256: NOW + 3 * YEAR})
    assert caught.value.reason == "renewed-too-late"
    with pytest.raises(InvalidArgument, match="needs the document"):
        renew_evidence(evidence, None, trust=trust(NOW), exchange=FIRST(NOW), algorithm=SM3)


@pytest.mark.parametrize("anew", [False, True])
def test_another_document_signature_or_material_is_refused(anew):
    signature = documents.sign(CONTENT, SIGNER, time=NOW)
    evidence = made(CONTENT, name="detached", signature=signature, algorithm=SHA256)
    more = {"algorithm": SM3} if anew else {}
    evidence = renewed(evidence, NOW + 4 * YEAR, SECOND_TSA, **more)
    at = trust(NOW + 5 * YEAR)
    good = verify_evidence(evidence, CONTENT, trust=at)
    assert good.outcome is Outcome.VALID, good.reasons
    assert good.signatures[0].kind == "CMS, RFC 5652"
    changed = [
        (evidence, CONTENT[:-1] + b"!"),
        (evidence, CONTENT + b"!"),
        (
            dataclasses.replace(evidence, signature=documents.sign(CONTENT, SIGNER, time=NOW)),
            CONTENT,
        ),
        (dataclasses.replace(evidence, signature=None), CONTENT),
        (dataclasses.replace(evidence, material=made(at=NOW + YEAR / 2).material), CONTENT),
    ]
    for other, document in changed:
        verdict = verify_evidence(other, document, trust=at)
        assert verdict.outcome is Outcome.INVALID
        assert "evidence-digest" in verdict.reasons


def test_a_timestamp_cut_out_or_exchanged_is_refused():
    evidence = renewed(renewed(made(), NOW + 4 * YEAR, SECOND_TSA), NOW + 8 * YEAR, THIRD)
    (chain,) = evidence.record.chains
    for wrong in ((chain[0], chain[2]), (chain[1], chain[2]), (chain[0], chain[2], chain[1])):
        record = EvidenceRecord((wrong,))
        verdict = at_ten(dataclasses.replace(evidence, record=record))
        assert verdict.outcome is Outcome.INVALID
        assert "evidence-digest" in verdict.reasons


def test_only_valid_documents_get_evidence_unless_asked():
    with pytest.raises(VerificationError) as caught:
        make_evidence(MESSAGE[:-1], trust=trust(), exchange=FIRST(NOW))
    assert caught.value.reason == "not-valid"
    plain = make_evidence(b"no signature", trust=trust(), exchange=FIRST(NOW), unverified=True)
    verdict = verify_evidence(plain, b"no signature", trust=trust())
    assert verdict.outcome is Outcome.VALID  # it existed then: nothing more is said
    assert [one.kind for one in verdict.signatures] == ["archive timestamp, RFC 4998"]


def test_the_record_is_read_as_it_is_written():
    evidence = renewed(made(), NOW + 4 * YEAR, SECOND_TSA, algorithm=SHA256)
    der = evidence.record.to_der()
    assert EvidenceRecord.parse(der) == evidence.record
    assert EvidenceRecord.parse(der).to_der() == der


def test_broken_files_get_a_verdict_and_no_exception():
    stored = made().to_bytes()
    given = trust()
    choose = random.Random(3)
    for _ in range(300):
        changed = bytearray(stored)
        changed[choose.randrange(len(stored))] ^= 1 << choose.randrange(7)
        verdict = verify_evidence(bytes(changed), MESSAGE, trust=given)
        if verdict.outcome is Outcome.VALID:  # the name, or octets of the token that nobody signs
            other, good = Evidence.parse(bytes(changed)), Evidence.parse(stored)
            assert (other.signature, other.material) == (good.signature, good.material)
            assert other.record.newest.parsed.info == good.record.newest.parsed.info
    for data in (b"", b"{}", b"[" * 100_000, b'{"type": "gmkit-evidence", "version": 2}', b"\xff"):
        assert verify_evidence(data, MESSAGE, trust=given).outcome is Outcome.INVALID
        with pytest.raises(EncodingError):
            Evidence.parse(data)
