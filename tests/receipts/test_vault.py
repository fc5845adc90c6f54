"""The vault: what it keeps, whom it shows it, and that what is erased is gone."""

import sqlite3
from datetime import datetime, timedelta, timezone

import pytest

from gmkit import errors, merkle, receipts, sm2, sm4
from gmkit.receipts import Record, Signers, conceal
from gmkit.receipts.vault import State, Vault, open_fields, seal_fields
from gmkit.receipts.vault.people import MAX_SUBJECT

NOW = datetime(2026, 6, 1, tzinfo=timezone.utc)
MERCHANT, OPENER = sm2.generate_private_key(), sm2.generate_private_key()
TRUSTED = Signers(keys=[MERCHANT.public_key()])
SECRET = "王小明 13800000000"


def order(number, buyer=SECRET):
    record = Record.from_mapping(
        {"kind": "order", "id": f"o-{number}", "time": NOW, "buyer": {"name": buyer}, "pay": "x"}
    )
    made, disclosures = conceal(record, ["buyer", "pay"])
    return receipts.sign(made, MERCHANT), disclosures


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'vault.db'}"


@pytest.fixture
def vault(url):
    made = Vault.create(url, OPENER)
    yield made
    made.close()


def unavailable(call):
    with pytest.raises(errors.DataUnavailable) as caught:
        call()
    return caught.value.reason


def test_what_is_kept_comes_back_and_verifies_beside_its_receipt(vault, url):
    receipt, disclosures = order(1)
    vault.keep_many([(receipt, "u-1", disclosures)], now=NOW)
    again = Vault.open(url, OPENER)
    assert sorted(again.disclosures(receipt), key=str) == sorted(disclosures, key=str)
    (buyer,) = again.disclosures(receipt, ["buyer"])
    verified = receipts.verify(receipt.with_disclosures([buyer.text]).text, TRUSTED)
    assert verified.disclosed == {"buyer": {"name": SECRET}}
    assert again.subject("u-1").groups == 2
    again.close()


def test_nothing_personal_is_readable_in_the_files(vault, tmp_path):
    vault.keep_many([(*order(1)[:1], "wang@example.com", order(1)[1])], now=NOW)
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in (SECRET.encode(), b"138", b"wang@example.com"):
        assert secret not in everything


def test_another_key_does_not_open_it(vault, url):
    with pytest.raises(errors.DecryptionError):
        Vault.open(url, MERCHANT)
    with pytest.raises(errors.StorageError):
        Vault.create(url, OPENER)


def test_a_store_without_a_vault_is_said_to_be_one(tmp_path):
    with pytest.raises(errors.StorageError):
        Vault.open(f"sqlite:///{tmp_path / 'empty.db'}", OPENER)


def test_after_erasure_nothing_on_disk_decrypts_and_every_proof_still_verifies(
    vault, url, tmp_path
):
    entries = [(*order(number), f"u-{number % 2}") for number in range(6)]
    vault.keep_many([(receipt, who, shown) for receipt, shown, who in entries], now=NOW)
    tree = merkle.MemoryTree()
    for receipt, *_ in entries:
        tree.append(merkle.leaf_hash(receipt.core.encode()))
    root, proofs = tree.root(), [tree.inclusion_proof(i) for i in range(6)]
    # All that a thief may have kept from before: the sealed groups and the wrapped key of u-1.
    with sqlite3.connect(tmp_path / "vault.db") as before:
        handle = vault.subject("u-1").handle
        wrapped = before.execute(
            "SELECT wrapped FROM vault_subjects WHERE handle=?", (handle,)
        ).fetchone()[0]
        boxes = [
            row[0]
            for row in before.execute("SELECT box FROM vault_groups WHERE handle=?", (handle,))
        ]
    before.close()
    assert len(boxes) == 6
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert wrapped in everything
    assert all(box in everything for box in boxes)

    record = vault.erase("u-1", reason="request of 2026-06-01", now=NOW)

    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert wrapped not in everything
    assert wrapped[-40:] not in everything
    assert not any(box in everything or box[:40] in everything for box in boxes)
    # No key that is left in the vault opens what was kept elsewhere.
    with sqlite3.connect(tmp_path / "vault.db") as after:
        left = [
            row[0]
            for row in after.execute("SELECT wrapped FROM vault_subjects WHERE wrapped IS NOT NULL")
        ]
    after.close()
    for each in left:
        for box in boxes:
            with pytest.raises(errors.DecryptionError):
                sm4.open(OPENER.decrypt(each), box)
    for index, (receipt, shown, who) in enumerate(entries):
        assert receipts.verify(receipt.text, TRUSTED).withheld == 2
        merkle.verify_inclusion(
            merkle.leaf_hash(receipt.core.encode()),
            index=index,
            size=6,
            proof=proofs[index],
            root=root,
        )
        if who == "u-1":
            assert unavailable(lambda r=receipt: vault.disclosures(r, ["buyer"])) == "absent"
        else:
            assert sorted(vault.disclosures(receipt), key=str) == sorted(shown, key=str)
    assert (record.kind, record.fields["to"]) == (receipts.Kind.ERASURE, "erased")
    assert record.fields["subject"] == handle.hex()
    assert receipts.verify(receipts.sign(record, MERCHANT).text, TRUSTED).record == record


def test_erasing_waits_for_readers_and_says_when_it_cannot_overwrite(vault, tmp_path, monkeypatch):
    vault.keep_many([(order(1)[0], "u-1", order(1)[1])], now=NOW)
    monkeypatch.setattr("gmkit.store._PATIENCE", 0.1)
    impatient = Vault.open(f"sqlite:///{tmp_path / 'vault.db'}", OPENER)
    reader = sqlite3.connect(tmp_path / "vault.db")
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM vault_groups").fetchone()
    with pytest.raises(errors.StorageError, match="log"):
        impatient.erase("u-1", reason="x", now=NOW)
    reader.close()
    impatient.overwrite()
    impatient.close()
    assert vault.subject("u-1").state is State.ERASED
    assert len(vault.pending()) == 1


def test_states_follow_each_other_and_each_leaves_a_record(vault):
    receipt, disclosures = order(1)
    vault.keep_many([(receipt, "u-1", disclosures)], now=NOW)
    one = vault.restrict("u-1", reason="retention", now=NOW + timedelta(days=1))
    assert unavailable(lambda: vault.disclosures(receipt)) == "storage-only"
    with pytest.raises(errors.InvalidArgument):
        vault.restrict("u-1", reason="again", now=NOW)
    two = vault.release("u-1", reason="consent", now=NOW + timedelta(days=2))
    assert len(vault.disclosures(receipt)) == 2
    three = vault.erase("u-1", reason="request", now=NOW + timedelta(days=3))
    assert [each.fields["to"] for each in (one, two, three)] == ["storage-only", "active", "erased"]
    assert vault.pending() == [one, two, three]
    vault.logged(one)
    assert vault.pending() == [two, three]
    for call in (vault.erase, vault.restrict, vault.release):
        assert unavailable(lambda call=call: call("u-1", reason="x", now=NOW)) == "erased"


def test_what_is_erased_does_not_come_back(vault):
    receipt, disclosures = order(1)
    vault.keep_many([(receipt, "u-1", disclosures)], now=NOW)
    vault.erase("u-1", reason="x", now=NOW)
    assert (
        unavailable(lambda: vault.keep_many([(receipt, "u-1", disclosures)], now=NOW)) == "erased"
    )
    assert vault.subject("u-1").groups == 0


def test_a_bad_entry_keeps_nothing_of_its_batch(vault):
    receipt, disclosures = order(1)
    with pytest.raises(errors.InvalidArgument):
        vault.keep_many([(receipt, "u-1", disclosures), (receipt, "", disclosures)], now=NOW)
    assert unavailable(lambda: vault.subject("u-1")) == "absent"
    assert unavailable(lambda: vault.disclosures(receipt, ["buyer"])) == "absent"
    with pytest.raises(errors.InvalidArgument):
        vault.subject("x" * (MAX_SUBJECT + 1))
    with pytest.raises(errors.InvalidArgument, match="whole characters"):
        vault.subject("u\ud800")
    with pytest.raises(errors.InvalidArgument):
        vault.keep_many([(receipt, "u-1", disclosures)], now=NOW.replace(tzinfo=None))


def test_more_subjects_than_a_query_may_name(vault):
    vault.key_for("u-39999", now=NOW)
    vault.erase("u-39999", reason="asked", now=NOW)
    assert vault.erased(f"u-{number}" for number in range(40_000)) == {"u-39999"}


@pytest.mark.parametrize("change", ["UPDATE vault_groups SET box = substr(box, 2)",
    "UPDATE vault_groups SET name = 'other' WHERE name = 'pay'",
    "UPDATE vault_groups SET digest = zeroblob(32)",
    "UPDATE vault_groups SET box = (SELECT box FROM vault_groups WHERE name = 'pay')"])  # fmt: skip
def test_damage_in_the_vault_is_noticed(vault, tmp_path, change):
    receipt, disclosures = order(1)
    vault.keep_many([(receipt, "u-1", disclosures)], now=NOW)
    with sqlite3.connect(tmp_path / "vault.db") as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute(change)
    connection.close()
    with pytest.raises(errors.StorageError):
        vault.disclosures(receipt)


def test_fields_of_other_records(vault):
    row = {"id": 7, "phone": "13800000000", "note": {"a": [1, None]}, "open": True}
    sealed = seal_fields(vault, "u-1", row, ["phone", "note", "absent"], now=NOW)
    assert "138" not in str(sealed)
    assert sealed["open"] is True
    assert open_fields(vault, sealed) == row
    assert open_fields(vault, sealed, ["phone"])["note"] == sealed["note"]
    moved = sealed | {"note": sealed["phone"]}
    with pytest.raises(errors.DecryptionError):
        open_fields(vault, moved)
    for bad in ("gmv1.", "gmv1.!!", "plain", None, "gmv1." + "A" * 20):
        with pytest.raises(errors.EncodingError):
            open_fields(vault, {"phone": bad}, ["phone"])
    with pytest.raises(errors.EncodingError):
        seal_fields(vault, "u-1", {"a": object()}, ["a"], now=NOW)
    vault.erase("u-1", reason="x", now=NOW)
    assert unavailable(lambda: open_fields(vault, sealed)) == "erased"
    assert unavailable(lambda: seal_fields(vault, "u-1", row, ["phone"], now=NOW)) == "erased"
