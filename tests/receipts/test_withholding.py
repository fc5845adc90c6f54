"""Signing files that withhold data, and the log of what happens to it."""

import json
from datetime import datetime, timezone

import pytest

from gmkit import errors, receipts, sm2
from gmkit.receipts import Receipt, Signers, bulk
from gmkit.receipts.vault import Vault, log_pending

NOW = datetime(2026, 6, 1, tzinfo=timezone.utc)
MERCHANT, OPENER = sm2.generate_private_key(), sm2.generate_private_key()
TRUSTED = Signers(keys=[MERCHANT.public_key()])


@pytest.fixture
def vault(tmp_path):
    made = Vault.create(f"sqlite:///{tmp_path / 'vault.db'}", OPENER)
    yield made
    made.close()


def record(number, **fields):
    base = {"kind": "order", "id": f"o-{number}", "time": "2026-01-31T08:00:00Z"}
    return base | {"buyer": {"id": number, "name": "王小明"}, "ship": "杭州"} | fields


def sign(tmp_path, vault, rows, *, groups=("buyer", "ship"), decoys=0, subject="buyer.id"):
    source = tmp_path / "orders.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    refused = []
    done = bulk.sign_file(
        bulk.open_source(source), MERCHANT, tmp_path / "out.receipts", replace=True,
        withholding=bulk.Withholding(groups, vault, subject, NOW, decoys), report=refused.append,
    )  # fmt: skip
    with (tmp_path / "out.receipts").open("rb") as file:
        texts = [data for _, data in bulk.read_receipts(file)]
    return done, texts, refused


def test_every_receipt_can_be_shown_whole_again(tmp_path, vault):
    done, texts, _ = sign(tmp_path, vault, [record(n) for n in range(2500)], decoys=1)
    assert done.signed == len(texts) == 2500
    for text in texts[::100]:
        verified = receipts.verify(text, TRUSTED)
        assert verified.withheld == 3
        shown = verified.receipt.with_disclosures(
            each.text for each in vault.disclosures(verified.receipt)
        )
        number = int(verified.record.id.removeprefix("o-"))
        disclosed = receipts.verify(shown.text, TRUSTED).disclosed
        assert disclosed == {"buyer": {"id": number, "name": "王小明"}, "ship": "杭州"}


def test_refused_records_keep_nothing_in_the_vault_and_the_first_of_two_stands(tmp_path, vault):
    rows = [
        record(1),
        record(1, ship="北京"),
        record(2, buyer={"name": "x"}),
        record(3, amount=1.5),
    ]
    rows += [{"kind": "order", "id": "o-4", "time": "2026-01-31T08:00:00Z", "who": "x"}]
    done, texts, refused = sign(tmp_path, vault, rows)
    assert (done.signed, done.refused) == (1, 4)
    assert [fault.line for fault in refused] == [2, 3, 4, 5]
    (kept,) = vault.disclosures(Receipt.parse(texts[0]), ["ship"])
    assert kept.value == "杭州"
    for who in ("2", "3", "x"):
        with pytest.raises(errors.DataUnavailable):
            vault.subject(who)


def test_a_subject_whose_data_was_erased_is_refused_and_the_run_goes_on(tmp_path, vault):
    sign(tmp_path, vault, [record(1), record(2)])
    vault.erase("1", reason="x", now=NOW)
    done, _, refused = sign(tmp_path, vault, [record(1), record(2)])
    assert (done.signed, [fault.line for fault in refused]) == (1, [1])


def test_verdicts_are_the_same_one_by_one_and_many_at_once(tmp_path, vault):
    _, texts, _ = sign(tmp_path, vault, [record(n) for n in range(20)])
    shown = [
        one.with_disclosures(each.text for each in vault.disclosures(one)).text.encode()
        for one in map(Receipt.parse, texts)
    ]
    lines = list(enumerate([*texts, *shown, shown[0] + b"A~", shown[1].replace(b"~", b"~~", 1)]))
    many = receipts.judge_many(lines, TRUSTED)
    assert many == [receipts.judge(data, TRUSTED, line=line) for line, data in lines]
    assert [each.outcome.value for each in many].count("valid") == 40


def test_the_log_gets_each_change_once_even_after_an_interruption(tmp_path, vault):
    sign(tmp_path, vault, [record(1), record(2)])
    log = tmp_path / "log.receipts"
    vault.restrict("1", reason="a", now=NOW)
    assert log_pending(vault, MERCHANT, log) == 1
    assert log_pending(vault, MERCHANT, log) == 0
    one = vault.erase("1", reason="b", now=NOW)
    two = vault.erase("2", reason="c", now=NOW)
    # An earlier run wrote one record and half of the next before the power went.
    with log.open("ab") as file:
        file.write(receipts.sign(one, MERCHANT).text.encode() + b"\n")
        file.write(receipts.sign(two, MERCHANT).text.encode()[:50])
    assert log_pending(vault, MERCHANT, log) == 1
    with log.open("rb") as file:
        verdicts = list(bulk.verify_file(file, TRUSTED))
    assert [each.outcome.value for each in verdicts] == ["valid", "valid", "valid"]
    assert [each.id for each in verdicts[1:]] == [one.id, two.id]
    assert vault.pending() == []


def test_what_cannot_be_logged_stays_pending(tmp_path, vault):
    sign(tmp_path, vault, [record(1)])
    vault.erase("1", reason="b", now=NOW)
    with pytest.raises(errors.StorageError):
        log_pending(vault, MERCHANT, tmp_path / "no" / "log")
    assert len(vault.pending()) == 1
