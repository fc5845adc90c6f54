"""The verifier for courts, which shares no line with gmkit, comes to the same verdicts."""

import ast
import base64
import importlib.util
import sys
from datetime import datetime, timezone

import pytest

from gmkit import sm2, sm3
from gmkit.receipts import Kind, Record, Signers, conceal, judge, sign
from tests.receipts.corpus import corpus
from tests.shared import ROOT

SOURCE = ROOT / "tools/court/verify_receipt.py"
KNOWN = corpus()


@pytest.fixture(scope="session")
def court():
    spec = importlib.util.spec_from_file_location("verify_receipt", SOURCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_is_short_and_needs_the_standard_library_alone():
    text = SOURCE.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    imported = {
        alias.name.partition(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in ([ast.alias(node.module)] if isinstance(node, ast.ImportFrom) else node.names)
    }
    assert imported <= sys.stdlib_module_names


def verdict(court, text, find):
    try:
        court.check_receipt(text, find)
    except court.Refused as fault:
        return fault.args[0]
    return None


@pytest.fixture(scope="session")
def find(court):
    keys = [court.point(key.to_bytes()) for key in KNOWN.keys]
    certificates = [court.Certificate(each.der) for each in KNOWN.certificates]
    roots = [court.Certificate(each.der) for each in KNOWN.roots]
    return court.finder(certificates, roots, KNOWN.time, keys)


@pytest.mark.parametrize("case", KNOWN.cases, ids=lambda case: f"{case.number}-{case.flag}")
def test_every_frozen_receipt_gets_the_verdict_it_was_frozen_with(court, find, case):
    try:
        text = case.receipt.decode()
    except UnicodeDecodeError:
        assert case.reason == "malformed"
        return
    assert verdict(court, text, find) == case.reason


def test_receipts_that_withhold_data_get_the_same_verdict(court):
    key = sm2.generate_private_key()
    signers = Signers(keys=[key.public_key()])
    record = Record.from_mapping(
        {
            "kind": "order",
            "id": "w",
            "time": "2026-01-31T08:00:00Z",
            "buyer": {"name": "王"},
            "ship": 1,
        }
    )
    concealed, shown = conceal(record, ["buyer", "ship"])
    full = sign(concealed, key).with_disclosures([each.text for each in shown]).text
    core, one, other, _ = full.split("~")
    plain = sign(record, key).text
    find = court.finder([], [], KNOWN.time, [court.point(key.public_key().to_bytes())])
    for text in (
        full,
        f"{core}~{one}~",
        f"{core}~",
        core,
        f"{core}~{other}~{other}~",
        f"{core}~{one}",
        f"{plain}~",
        plain,
    ):
        expected = judge(text, signers).reason
        assert verdict(court, text, find) == (expected and expected.value), text


def test_sm3_and_sm2_are_those_of_the_standard(court):
    digest = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert court.sm3(b"abc").hex() == digest
    for length in (0, 1, 55, 56, 63, 64, 119, 120, 1000):
        from gmkit import sm3

        assert court.sm3(bytes(length)) == sm3.digest(bytes(length))


@pytest.mark.parametrize("value", ['{"b":1,"b":2}', "1.0", "NaN", '{"a": 1}', "1] "])
def test_en_09_a_disclosure_that_is_not_canonical_is_refused_by_both(court, value):
    key = sm2.generate_private_key()
    inner = f'["AAAAAAAAAAAAAAAAAAAAAA","buyer",{value}]'
    text = base64.urlsafe_b64encode(inner.encode()).rstrip(b"=").decode()
    moment = datetime(2026, 1, 31, 8, tzinfo=timezone.utc)
    record = Record(Kind.ORDER, "1", moment, digests=(sm3.digest(text.encode()),))
    shown = sign(record, key).with_disclosures([text]).text
    trusted = court.finder([], [], moment, [court.point(key.public_key().to_bytes())])
    assert verdict(court, shown, trusted) == "disclosure"
    assert judge(shown, Signers(keys=[key.public_key()])).reason.value == "disclosure"


def test_en_09_a_bundle_in_which_a_name_stands_twice_is_refused(court):
    with pytest.raises(ValueError, match="twice"):
        court.check_bundle(b'{"type": "gmkit receipt bundle 1", "type": "x"}', [], None)
