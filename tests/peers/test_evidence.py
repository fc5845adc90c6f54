"""Evidence records (RFC 4998) beside Bouncy Castle: it verifies and renews ours, and we verify what it renewed."""

from __future__ import annotations

import dataclasses

import pytest

from gmkit.documents.evidence import (
    Evidence,
    EvidenceRecord,
    make_evidence,
    renew_evidence,
    verify_evidence,
)
from gmkit.verdict import Outcome
from tests.documents.people import NOW, TSA, TSA_CERTIFICATE, YEAR, trust
from tests.peers import peer

SM3, SHA256 = "1.2.156.10197.1.401", "2.16.840.1.101.3.4.2.1"
DOCUMENT = b"contract\n"


def exchange(at):
    return lambda request: TSA.respond(request, time=at)


def made(algorithm: str = SM3) -> Evidence:
    return make_evidence(
        DOCUMENT, trust=trust(), exchange=exchange(NOW), algorithm=algorithm, unverified=True
    )


def asked(evidence: Evidence, document: bytes = DOCUMENT, **more):
    return {
        "der": evidence.record.to_der(),
        "objects": [{"data": document}, {"data": evidence.material}],
        "certificate": TSA_CERTIFICATE.der,
        "time": int((NOW + 2 * YEAR).timestamp()),
        **more,
    }


@pytest.mark.parametrize("algorithm", [SM3, SHA256])
def test_it_verifies_what_we_make_and_renew(algorithm):
    other = peer("bouncycastle")
    evidence = made(algorithm)
    assert other.call("evidence.verify", **asked(evidence))["valid"] is True
    assert other.call("evidence.verify", **asked(evidence, b"another"))["valid"] is False
    later = NOW + YEAR
    same = renew_evidence(evidence, None, trust=trust(later), exchange=exchange(later))
    anew = renew_evidence(
        evidence,
        DOCUMENT,
        trust=trust(later),
        exchange=exchange(later),
        algorithm=SM3 if algorithm == SHA256 else SHA256,
    )
    for renewed in (same, anew):
        said = other.call("evidence.verify", **asked(renewed))
        assert said["valid"] is True, said
        assert other.call("evidence.verify", **asked(renewed, b"another"))["valid"] is False


@pytest.mark.parametrize("algorithm", [None, SHA256])
def test_we_verify_what_it_renews(algorithm):
    other = peer("bouncycastle")
    evidence = made()
    request = other.call("evidence.request", **asked(evidence, hash=algorithm))["der"]
    later = NOW + YEAR
    response = TSA.respond(request, time=later)
    renewed = other.call("evidence.renew", **asked(evidence, hash=algorithm, response=response))
    record = EvidenceRecord.parse(renewed["der"])
    assert sum(len(chain) for chain in record.chains) == 2
    theirs = dataclasses.replace(evidence, record=record)
    verdict = verify_evidence(theirs, DOCUMENT, trust=trust(later))
    assert verdict.outcome is Outcome.VALID, verdict.reasons
    wrong = verify_evidence(theirs, b"contracT\n", trust=trust(later))
    assert (wrong.outcome, "evidence-digest" in wrong.reasons) == (Outcome.INVALID, True)
