"""Sealed segments judged by themselves, and every way of touching one."""

import json
from datetime import datetime, timezone

import pyarrow as pa
import pytest
from pyarrow import compute, parquet

from gmkit.errors import VerificationError
from gmkit.receipts.base64url import text_of
from gmkit.receipts.ledger import audit_segment, read_manifests, root_of, seal

SIZE = 256
NOW = datetime(2026, 1, 31, 8, tzinfo=timezone.utc)


@pytest.fixture
def sealed(ledger, log, many, trusted):
    ledger.append(many, trusted, now=NOW)
    seal(ledger, log, now=NOW)
    return ledger


@pytest.fixture
def folder(sealed, tmp_path):
    return next(tmp_path.rglob("00000000.parquet")).parent


def audited(ledger, log, signers):
    manifests = read_manifests(ledger.objects, log.public_key())
    return [audit_segment(each, ledger.objects, signers) for each in manifests]


def codes(ledger, log, signers):
    return {one.code for each in audited(ledger, log, signers) for one in each.findings}


def test_honest_segments_give_the_root_of_the_log(sealed, log, trusted):
    found = audited(sealed, log, trusted)
    assert len(found) >= 2
    assert not any(each.findings for each in found)
    assert all((each.entries, each.verified, each.refused) == (SIZE, SIZE, 0) for each in found)
    with sealed.store.reading() as connection:
        tree, level = sealed.tree(connection), SIZE.bit_length() - 1
        from gmkit.merkle import root_at

        assert root_of(found) == root_at(tree, len(found) << level)
    assert [each.verified for each in audited(sealed, log, None)] == [0] * len(found)


def rewrite(folder, change):
    """A segment's table changed, and its manifest left as it is."""
    path = folder / "00000000.parquet"
    table = change(parquet.read_table(path))
    parquet.write_table(table, path)


def column(name, place, value):
    def change(table):
        at = table.schema.get_field_index(name)
        values = table[name].to_pylist()
        values[place] = value(values) if callable(value) else value
        return table.set_column(
            at, table.schema.field(at), pa.array(values, table.schema.field(at).type)
        )

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (column("amount", 5, 1), {"segment", "entry"}),
        (column("id", 5, "x"), {"segment", "entry", "duplicate-id"}),
        (column("kind", 5, "refund"), {"segment", "entry"}),
        (column("kind", 5, "nothing"), {"segment", "entry"}),
        (column("e", 5, bytes(32)), {"segment", "entry"}),
        (column("signature", 5, bytes(64)), {"segment", "entry"}),
        (column("receipt", 5, "x"), {"segment", "receipt"}),
        (column("receipt", 5, lambda v: v[6]), {"segment", "entry"}),
        (column("receipt", 5, lambda v: v[5][:-9] + "AAAAAAAAA"), {"segment", "receipt"}),
        (column("seq", 5, 6), {"segment"}),
        (lambda t: t.slice(1), {"segment"}),
        (lambda t: pa.concat_tables([t, t.slice(0, 1)]), {"segment"}),
        (lambda t: t.drop(["e"]), {"segment"}),
        (lambda t: t.drop(["receipt"]), {"segment"}),
        (lambda t: t.set_column(6, "amount", t["id"]), {"segment", "entry"}),
        (lambda t: t.set_column(0, "seq", t["id"]), {"segment"}),
        (lambda t: t.slice(0, 0), {"segment"}),
        (lambda t: t.take(compute.sort_indices(t, [("seq", "descending")])), {"segment"}),
    ],
)
def test_every_touch_of_a_segment_is_found(sealed, log, trusted, folder, change, expected):
    rewrite(folder, change)
    found = codes(sealed, log, trusted)
    assert "segment" in found
    assert found <= expected
    assert found == expected or expected - found <= {"entry", "receipt"}


@pytest.mark.parametrize("damage", [b"", b"PAR1", b"\0" * 5000])
def test_a_segment_that_cannot_be_read_is_a_finding(sealed, log, trusted, folder, damage):
    (folder / "00000000.parquet").write_bytes(damage)
    assert codes(sealed, log, trusted) == {"segment"}
    (folder / "00000001.tiles").unlink()
    found = audited(sealed, log, trusted)
    assert [bool(each.findings) for each in found[:2]] == [True, True]
    assert found[0].root == b""


def manifest(folder, change):
    path = folder / "00000001.json"
    whole = json.loads(path.read_bytes())
    change(whole)
    path.write_bytes(json.dumps(whole, sort_keys=True, separators=(",", ":")).encode())


@pytest.mark.parametrize(
    "change",
    [
        lambda w: w["manifest"].update(count=255),
        lambda w: w["manifest"].update(previous=text_of(bytes(32))),
        lambda w: w["manifest"].update(root=text_of(bytes(32))),
        lambda w: w.update(signature=text_of(bytes(64))),
        lambda w: w.clear(),
    ],
)
def test_a_changed_manifest_is_refused(sealed, log, folder, change):
    manifest(folder, change)
    with pytest.raises(VerificationError) as caught:
        read_manifests(sealed.objects, log.public_key())
    assert caught.value.reason == "manifest"


def test_manifests_that_are_exchanged_are_refused(sealed, log, folder):
    (folder / "00000000.json").write_bytes((folder / "00000001.json").read_bytes())
    with pytest.raises(VerificationError):
        read_manifests(sealed.objects, log.public_key())


def test_the_key_of_another_log_is_refused(sealed, shop):
    with pytest.raises(VerificationError):
        read_manifests(sealed.objects, shop.public_key())
