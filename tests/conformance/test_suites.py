"""Suites of others, moved to SM2 keys: no wrong accept, no wrong reject, no hang."""

import json
from datetime import datetime, timezone

from tests.conformance import limbo, pkits, samples
from tests.shared import shared


def wrong(verdicts):
    return [v for v in verdicts if v["got"] != v["expected"] and "deliberate" not in v]


def test_pki_04_pki_11_every_case_of_limbo_has_its_verdict():
    verdicts = list(limbo.run([shared("conformance/limbo-sm2.json")]))
    assert len(verdicts) == 167
    assert wrong(verdicts) == []
    assert max(v["seconds"] for v in verdicts) < 2  # no hang; processor time


def test_pki_04_pki_07_every_case_of_pkits_has_its_verdict():
    verdicts = list(pkits.run(shared("conformance/pkits-sm2")))
    assert len(verdicts) == 246
    assert wrong(verdicts) == []
    assert max(v["seconds"] for v in verdicts) < 2  # no hang; processor time


def test_a_wrong_verdict_is_counted_and_shown(capsys):
    right = {"id": "a", "expected": "FAILURE", "got": "FAILURE", "reason": "r"}
    accepted = {"id": "b", "expected": "FAILURE", "got": "SUCCESS", "reason": "r"}
    rejected = {"id": "c", "expected": "SUCCESS", "got": "FAILURE", "reason": "r"}
    on_purpose = {**accepted, "id": "d", "deliberate": "why"}
    assert limbo.show([right, on_purpose], as_json=False) == 0
    assert limbo.show([right, accepted], as_json=False) == 1
    assert limbo.show([right, rejected], as_json=True) == 1
    printed = capsys.readouterr().out
    assert "WRONG b" in printed
    assert '"wrong rejects": 1' in printed


AT = datetime(2026, 12, 31, tzinfo=timezone.utc)


def test_every_signed_sample_has_its_verdict():
    results = samples.run(shared("samples/MANIFEST.json"), at=AT)
    assert len(results) >= 39
    assert [one.file for one in results if one.status == "differs"] == []
    assert sum(bool(one.claims) for one in results) >= 36


def test_a_sample_that_differs_is_counted(tmp_path):
    good = shared("samples/cms/bc-attr.p7").read_bytes()
    (tmp_path / "good.p7").write_bytes(good)
    (tmp_path / "bad.p7").write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    names = [
        ("good", "valid"),
        ("good", "invalid"),
        ("bad", "valid"),
        ("bad", "invalid"),
        ("none", "valid"),
    ]
    entries = [
        {"file": f"{name}.p7", "sha256": "", "expect": {"signature": said}} for name, said in names
    ]
    for entry in entries[:4]:
        del entry["sha256"]
    (tmp_path / "M.json").write_text(json.dumps({"files": entries}))
    found = [one.status for one in samples.run(tmp_path / "M.json", at=AT)]
    assert found == ["agrees", "differs", "differs", "agrees", "differs"]
