"""A ledger's sealed segments audited on two real executors."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from gmkit import receipts, sm2
from gmkit.errors import VerificationError
from gmkit.merkle import root_at
from gmkit.receipts import Signers, sign_batch
from gmkit.receipts.ledger import Ledger, checkpoint, seal
from gmkit.spark import Trust, audit_segments

pytestmark = pytest.mark.filterwarnings("ignore")
NOW = datetime(2026, 1, 31, 8, tzinfo=timezone.utc)
SEGMENT, COUNT = 4096, 6
LOG, SHOP = sm2.generate_private_key(), sm2.generate_private_key()
TRUST = Trust.of(keys=[SHOP.public_key()])


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ledger")
    ledger = Ledger.create(
        f"sqlite:///{folder}/ledger.db", origin="shop.example/receipts", public_key=LOG.public_key(),
        objects=f"file://{folder}/objects", segment=SEGMENT,
    )  # fmt: skip
    rows = [
        {
            "kind": "order",
            "id": f"{n:06}",
            "time": "2026-01-31T07:00:00Z",
            "amount": n,
            "currency": "CNY",
        }
        for n in range(SEGMENT * COUNT)
    ]
    ledger.append(
        sign_batch(rows, SHOP)["receipt"].to_pylist(), Signers(keys=[SHOP.public_key()]), now=NOW
    )
    seal(ledger, LOG, now=NOW)
    yield ledger, f"file://{folder}/objects", folder / "objects" / "segments"
    ledger.close()


def test_the_cluster_comes_to_the_root_of_the_log(spark, sealed):
    ledger, objects, _ = sealed
    note = checkpoint(ledger, LOG, now=NOW)
    found = audit_segments(spark, objects, LOG.public_key(), TRUST, checkpoint=note)
    assert found.ok, found.findings
    assert (found.segments, found.entries, found.verified) == (
        COUNT,
        SEGMENT * COUNT,
        SEGMENT * COUNT,
    )
    with ledger.store.reading() as connection:
        assert found.root == root_at(ledger.tree(connection), SEGMENT * COUNT)
    report = receipts.sign(found.report(id="audit-1", time=NOW), SHOP)
    verified = receipts.verify(report.text, Signers(keys=[SHOP.public_key()]))
    assert verified.record.fields["audit"]["verified"] == SEGMENT * COUNT


def test_a_touched_segment_and_a_missing_one_are_named(spark, sealed, tmp_path):
    ledger, _, segments = sealed
    note = checkpoint(ledger, LOG, now=NOW)
    copy = tmp_path / "objects" / "segments"
    copy.mkdir(parents=True)
    for path in segments.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    path = copy / "00000003.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    where = f"file://{tmp_path}/objects"
    found = audit_segments(spark, where, LOG.public_key(), TRUST, checkpoint=note)
    assert not found.ok
    assert all("3" in each.message for each in found.findings if each.code == "segment")
    assert found.segments == COUNT
    for ending in ("json", "parquet", "tiles"):
        (copy / f"{COUNT - 1:08d}.{ending}").unlink()
    with pytest.raises(VerificationError):
        audit_segments(spark, where, LOG.public_key(), TRUST, checkpoint=note)


def test_the_key_of_another_log_is_refused_before_anything_runs(spark, sealed):
    with pytest.raises(VerificationError):
        audit_segments(spark, sealed[1], SHOP.public_key(), TRUST)
