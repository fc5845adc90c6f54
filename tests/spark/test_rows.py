"""Receipts row by row on two real executors: the verdicts of gmkit.receipts, whatever dies on the way."""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path

import pytest

from gmkit import sm2
from gmkit.errors import InvalidArgument
from gmkit.receipts import judge
from gmkit.receipts.batch import sign_batch
from gmkit.spark import Trust, summarize, verify_receipts
from tests.receipts.corpus import corpus

pytestmark = pytest.mark.filterwarnings("ignore")
COUNT = 40_000


@pytest.fixture(scope="module")
def trust():
    whole = corpus()
    return Trust.of(
        roots=whole.roots, certificates=whole.certificates, keys=whole.keys, time=whole.time
    )


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A Parquet folder of receipts, every hundredth changed, and the key that signed them."""
    import pyarrow as pa
    from pyarrow import parquet

    key = sm2.generate_private_key()
    rows = [
        {
            "kind": "order",
            "id": f"o-{n}",
            "time": "2026-01-31T08:00:00Z",
            "amount": n,
            "currency": "CNY",
        }
        for n in range(COUNT)
    ]
    texts = sign_batch(rows, key)["receipt"].to_pylist()
    for n in range(0, COUNT, 100):
        at = len(texts[n]) - 10
        texts[n] = texts[n][:at] + ("A" if texts[n][at] != "A" else "B") + texts[n][at + 1 :]
    folder = tmp_path_factory.mktemp("receipts")
    table = pa.table({"n": list(range(COUNT)), "receipt": texts})
    for part in range(8):
        parquet.write_table(table.slice(part * COUNT // 8, COUNT // 8), folder / f"{part}.parquet")
    return str(folder), Trust.of(keys=[key.public_key()])


def test_the_corpus_gets_the_verdicts_it_gets_singly(spark, trust):
    whole = corpus()
    frame = spark.createDataFrame(
        [(case.number, bytearray(case.receipt)) for case in whole.cases],
        "number int, receipt binary",
    ).repartition(4)
    # Python's own datetime cannot hold every time of the corpus, which Spark's can.
    verdicts = verify_receipts(frame, trust, keep=["number"]).drop("time")
    found = {row.number: row for row in verdicts.collect()}
    assert len(found) == len(whole.cases)
    signers = whole.signers()
    for case in whole.cases:
        single = judge(case.receipt, signers)
        row = found[case.number]
        assert row.reason == case.reason == (single.reason.value if single.reason else None)
        assert row.verdict == single.outcome.value
        assert (row.signer if row.verdict == "valid" else None) == (
            single.signer.subject if single.signer and single.reason is None else None
        )


def test_a_summary_moves_counts_and_not_rows(spark, many):
    folder, trust = many
    verdicts = verify_receipts(spark.read.parquet(folder), trust)
    counted = {(row.verdict, row.reason): row.receipts for row in summarize(verdicts).collect()}
    assert counted == {("valid", None): COUNT * 99 // 100, ("invalid", "signature"): COUNT // 100}


def test_only_what_is_refused_comes_back_when_asked(spark, many):
    folder, trust = many
    refused = verify_receipts(spark.read.parquet(folder), trust, keep=["n"], refused_only=True)
    assert sorted(row.n for row in refused.collect()) == list(range(0, COUNT, 100))


def _kill_once(mark: str, of: str):
    """A function for mapInArrow that passes rows on and, once in all, kills where it runs half-way."""

    def work(batches):
        for number, batch in enumerate(batches):
            if number == 1 and not Path(mark).exists():
                Path(mark).touch()
                victim = os.getpid()
                if of == "executor":  # the process above the daemon that forks the workers
                    daemon = int(
                        Path(f"/proc/{victim}/stat").read_text().rpartition(")")[2].split()[1]
                    )
                    victim = int(
                        Path(f"/proc/{daemon}/stat").read_text().rpartition(")")[2].split()[1]
                    )
                    assert b"java" in Path(f"/proc/{victim}/cmdline").read_bytes()
                os.kill(victim, signal.SIGKILL)
            yield batch

    return work


@pytest.mark.parametrize("of", ["worker", "executor"])
def test_a_process_killed_half_way_changes_no_verdict(spark, many, tmp_path, of):
    folder, trust = many
    mark = str(tmp_path / "killed")
    frame = spark.read.parquet(folder).mapInArrow(_kill_once(mark, of), "n bigint, receipt string")
    rows = verify_receipts(frame, trust, keep=["n"]).select("n", "verdict").collect()
    assert Path(mark).exists(), "nothing was killed"
    assert Counter(row.verdict for row in rows) == {
        "valid": COUNT * 99 // 100,
        "invalid": COUNT // 100,
    }
    assert len({row.n for row in rows}) == COUNT
    assert all((row.verdict == "invalid") == (row.n % 100 == 0) for row in rows)


def test_wrong_columns_are_said_before_anything_runs(spark, trust):
    frame = spark.createDataFrame([("x", 1)], "receipt string, verdict int")
    with pytest.raises(InvalidArgument, match="no column"):
        verify_receipts(frame, trust, column="text")
    with pytest.raises(InvalidArgument, match="to keep"):
        verify_receipts(frame, trust, keep=["verdict"])
