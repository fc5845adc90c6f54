"""Other people's documents and seals: each gives the verdict that is recorded for it."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from random import Random
from typing import Any

import pytest

from gmkit import ofd, sm2, sm3
from gmkit.ofd.verify import Report
from gmkit.seal import Seal, SealSignature, verify_seal
from gmkit.seal.lenient import signature_value
from gmkit.verdict import Outcome, SignatureVerdict, State, Trust
from gmkit.x509 import Certificate
from tests.bounds import within
from tests.ofd.world import edit, pack, signed, unpack
from tests.shared import shared, shared_or_none

AT = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)
TRUST = Trust(AT)


def _entries() -> list[dict[str, Any]]:
    path = shared_or_none("samples/MANIFEST.json")
    listed = json.loads(path.read_text(encoding="utf-8"))["files"] if path else []
    return [one for one in listed if one["file"].endswith(".ofd")]


def _indexed() -> list[dict[str, Any]]:
    path = shared_or_none("vectors-raw/ofdrw/ofd_index.json")
    listed = json.loads(path.read_text(encoding="utf-8"))["documents"] if path else []
    return [one for one in listed if one["file"].endswith(".ofd")]


def report(path: str) -> Report:
    return ofd.examine(shared(path).read_bytes(), trust=TRUST, name=path)


def codes(one: SignatureVerdict) -> set[str]:
    return {finding.code for finding in one.findings}.union(*(codes(inner) for inner in one.nested))


def test_the_samples_are_there() -> None:
    shared("samples/MANIFEST.json")
    assert len(_entries()) >= 12
    assert len(_indexed()) >= 8


@pytest.mark.parametrize("entry", _entries(), ids=lambda entry: entry["file"])
def test_recorded_verdict(entry: dict[str, Any]) -> None:
    expected = entry["expect"]
    found = report(f"samples/{entry['file']}").verdict
    assert found.outcome is not Outcome.VALID  # no root is given
    if "first" in expected:
        first, second = found.signatures
        assert first.intact.reason == "part-changed"
        assert "Signatures.xml" in first.intact.text
        assert second.intact.state is State.PASSED
        return
    for one in found.signatures:
        if expected.get("signature") == "valid":
            assert one.intact.state is State.PASSED, one.intact
        else:  # a bare signature: the digests are good, the key is unknown
            assert (one.intact.state, one.intact.reason) == (State.UNCHECKED, "no-certificate")
        if "seal" in expected:
            assert one.nested[0].intact.state is State.PASSED
        if "SES v1" in expected["kind"]:
            assert "GM/T 0031-2014" in one.kind
        assert "signer-not-in-seal" not in codes(one)
    if "64-byte" in expected.get("encoding", ""):
        assert {"raw-signature", "bit-string-unused-bits", "time-zone"} <= codes(
            found.signatures[0]
        )


@pytest.mark.parametrize("entry", _indexed(), ids=lambda entry: entry["file"])
def test_measured_facts(entry: dict[str, Any]) -> None:
    found = report(f"vectors-raw/ofdrw/{entry['file']}")
    assert len(found.verdict.signatures) == len(entry["signatures"])
    for fact, one in zip(entry["signatures"], found.verdict.signatures, strict=True):
        path = fact["signature_xml"]
        file = next(each for each in found.signatures.values() if each.path == path)
        assert len(file.references) == fact["references_ok"] + len(fact["references_bad"])
        wrong = [finding for finding in one.findings if finding.code == "part-changed"]
        assert bool(fact["references_bad"]) == (one.intact.reason == "part-changed")
        assert len(wrong) == max(0, len(fact["references_bad"]) - 1)
        if not fact["references_bad"] and "raw" not in fact["ses"]["layout"]:
            assert one.intact.state is State.PASSED, one.intact
        if one.signer is not None and "signer" in fact["ses"]:
            assert f"{one.signer.serial:x}" == fact["ses"]["signer"]["serial"]


@pytest.mark.parametrize(
    ("folder", "value", "code"),
    [
        ("bit_string_trailing_zeros_trimmed", "SignedValue.dat", "bit-string-trimmed"),
        ("negative_integers", "SignValue.dat", "negative-integer"),
    ],
)
def test_traced_encodings(folder: str, value: str, code: str) -> None:
    read = SealSignature.parse(shared(f"samples/ofd_parts/{folder}/{value}").read_bytes())
    xml = shared(f"samples/ofd_parts/{folder}/Signature.xml").read_bytes()
    assert read.data_hash == sm3.digest(xml)
    notes: list[tuple[str, str]] = []
    raw = signature_value(read.signature, "the signature", notes)
    assert raw is not None
    key = Certificate.from_der(read.certificate).public_key()
    assert isinstance(key, sm2.SM2PublicKey)
    key.verify(raw, read.signed, format=sm2.SignatureFormat.RAW)
    assert code in {found for found, _ in notes}


@pytest.mark.parametrize("name", ["UserV1", "UserV4", "UserV5", "UserV5_ts"])
def test_seals_of_ofdrw(name: str) -> None:
    read = Seal.parse(shared(f"vectors-raw/ofdrw/seal/{name}.esl").read_bytes())
    assert read.layout.name == name[4:6]
    verdict = verify_seal(read, trust=TRUST)
    assert verdict.intact.state is State.PASSED
    # Its makers put three octets where the timestamp goes.
    stamp = State.FAILED if name.endswith("_ts") else State.PASSED
    assert verdict.time.check.state is stamp


@pytest.mark.parametrize("version", [4, 5])
def test_signatures_of_ofdrw(version: int) -> None:
    path = f"vectors-raw/ofdrw/seal/SignedValueV{version}.dat"
    read = SealSignature.parse(shared(path).read_bytes())
    assert read.version == read.layout.value == version
    key = Certificate.from_der(read.certificate).public_key()
    assert isinstance(key, sm2.SM2PublicKey)
    key.verify(read.signature, read.signed)


@pytest.mark.parametrize("entry", _entries(), ids=lambda entry: entry["file"])
def test_damaged_samples(entry: dict[str, Any]) -> None:
    """Cut short, bits flipped, parts changed inside: a verdict against it every time, and soon."""
    whole = shared(f"samples/{entry['file']}").read_bytes()
    if len(whole) > 100_000:
        pytest.skip("its parts are large, and cases of its kind are among the others")
    random = Random(len(whole))
    cases = [whole[: random.randrange(len(whole))] for _ in range(40)]
    cases += [_flipped(whole, random) for _ in range(60)]
    parts = {name: data for name, data in unpack(whole).items() if not name.endswith("/")}
    inner = [name for name in parts if "Sign" in name or name in ("OFD.xml", "Doc_0/Document.xml")]
    for _ in range(60):
        name = random.choice(inner)
        cases.append(pack({**parts, name: _flipped(parts[name], random)}))
    for case in cases:
        verdict = within(0.1, lambda case=case: ofd.verify(case, trust=TRUST))
        assert verdict.outcome is not Outcome.VALID


def _flipped(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    changed[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return bytes(changed)


@pytest.mark.parametrize("name", ["invoice_js_1", "permit_sd_1", "permit_sd_2"])
def test_signature_files_alone(name: str) -> None:
    """Documents left out for what they hold; their signatures are good, and are tried in one of ours."""

    def change(parts: dict[str, bytes]) -> None:
        folder = f"vectors-raw/ofdrw/ses_only/{name}"
        for part in ("Signature.xml", "SignedValue.dat"):
            parts[f"Doc_0/Signs/Sign_0/{part}"] = shared(f"{folder}/{part}").read_bytes()

    (one,) = ofd.verify(edit(signed(), change), trust=TRUST).signatures
    # The parts are not those that were signed. The value is, and nothing else is said against it.
    assert one.intact.reason in ("part-changed", "part-missing")
    assert not codes(one) & {"signature", "invalid-signature", "data-hash", "signer-not-in-seal"}
    assert all(nested.intact.state is State.PASSED for nested in one.nested)


def test_content_types_of_both_families_in_one_message() -> None:
    first, second = report("vectors-raw/ofdrw/ofd/testPathClip.ofd").verdict.signatures
    for one in (first, second):
        assert one.intact.state is State.PASSED
        assert "mixed-families" in codes(one)
