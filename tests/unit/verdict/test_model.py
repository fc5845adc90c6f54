"""The one rule by which the answer follows from the checks, and its three faces."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import pytest

from gmkit.errors import EncodingError, UnsupportedAlgorithm
from gmkit.verdict import (
    Check,
    Coverage,
    Extent,
    Finding,
    Outcome,
    Severity,
    SignatureVerdict,
    TimeProof,
    Verdict,
    refused,
    to_dict,
    to_html,
    to_text,
)

AT = datetime(2026, 11, 1, tzinfo=timezone.utc)
PASSED = Check.passed()
GOOD = SignatureVerdict(
    "signature 1", "CMS", PASSED, None, PASSED, PASSED, TimeProof(PASSED), Coverage(Extent.WHOLE)
)
FAILED = Check.failed("some-failure", "it failed", "失败")
UNCHECKED = Check.unchecked("some-gap", "it was not looked at", "未检查")


def document(*signatures: SignatureVerdict) -> Verdict:
    return Verdict("file.p7", "CMS", AT, signatures)


def test_all_passed_is_valid() -> None:
    assert document(GOOD).outcome is Outcome.VALID
    assert document(GOOD).reasons == ()


@pytest.mark.parametrize("field", ["intact", "chain", "revocation", "time"])
@pytest.mark.parametrize(
    ("check", "outcome"), [(FAILED, Outcome.INVALID), (UNCHECKED, Outcome.NOT_VERIFIABLE)]
)
def test_every_check_counts(field: str, check: Check, outcome: Outcome) -> None:
    one = replace(GOOD, **{field: TimeProof(check) if field == "time" else check})
    verdict = document(GOOD, one)
    assert verdict.outcome is outcome
    assert verdict.reasons == (check.reason,)
    assert [found.where for found in verdict.not_checked] == ([field] if check is UNCHECKED else [])


def test_a_failure_outweighs_what_was_not_checked() -> None:
    one = replace(GOOD, chain=UNCHECKED, revocation=FAILED)
    assert document(one).outcome is Outcome.INVALID
    assert document(one).reasons == ("some-failure", "some-gap")


@pytest.mark.parametrize(
    ("severity", "outcome"),
    [
        (Severity.NOTE, Outcome.VALID),
        (Severity.WARNING, Outcome.VALID),
        (Severity.UNCHECKED, Outcome.NOT_VERIFIABLE),
        (Severity.ERROR, Outcome.INVALID),
    ],
)
def test_findings_count_by_their_severity(severity: Severity, outcome: Outcome) -> None:
    finding = Finding("code", severity, "text")
    assert replace(GOOD, findings=(finding,)).outcome is outcome
    assert replace(document(GOOD), findings=(finding,)).outcome is outcome


def test_a_counter_signature_counts() -> None:
    assert replace(GOOD, nested=(replace(GOOD, intact=FAILED),)).outcome is Outcome.INVALID


def test_no_signature_is_never_valid() -> None:
    assert document().outcome is Outcome.NOT_VERIFIABLE
    assert document().reasons == ("no-signature",)


def test_unreadable_is_invalid_and_undone_is_not_verifiable() -> None:
    broken = refused("x", "OFD", AT, EncodingError("cut short"))
    assert (broken.outcome, broken.reasons) == (Outcome.INVALID, ("malformed",))
    other = refused("x", "OFD", AT, UnsupportedAlgorithm("a new one"))
    assert (other.outcome, other.reasons) == (Outcome.NOT_VERIFIABLE, ("unsupported-algorithm",))


def test_the_page_escapes_what_comes_from_others() -> None:
    hostile = "<script>alert(1)</script>"
    page = to_html(replace(document(replace(GOOD, name=hostile)), name=hostile))
    assert hostile not in page
    assert page.count("&lt;script&gt;") == 2


def test_all_faces_name_answer_and_reasons() -> None:
    verdict = document(replace(GOOD, chain=UNCHECKED))
    assert to_dict(verdict)["verdict"] == "not verifiable"
    for text in ("\n".join(to_text(verdict)), to_html(verdict)):
        assert "not verifiable" in text
        assert "some-gap" in text


@pytest.mark.parametrize("verdict", [document(GOOD), document(), GOOD])
def test_a_verdict_cannot_be_taken_for_a_bool(verdict: Verdict | SignatureVerdict) -> None:
    with pytest.raises(TypeError, match="compare its outcome"):
        assert verdict
