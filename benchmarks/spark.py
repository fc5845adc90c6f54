"""
Receipts on Apache Spark beside the engine's own cost and our own driver.

    python benchmarks/spark.py [--rows 10000000] [--folder FOLDER] [--markdown]

Grows the real baskets of the demo to so many receipts (new identifiers, everything else as it is), and measures
on two executors of one core each: rows through Spark with no work at all, rows verified; segments of a ledger's form
audited by Spark, and by a plain pool of two processes. Wall-clock, because an engine's cost is mostly waiting.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path

from pyarrow import parquet

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools" / "demo"))

import baskets  # noqa: E402

from gmkit import sm2  # noqa: E402
from gmkit.receipts import Signers, sign_batch  # noqa: E402
from gmkit.receipts.ledger import Ledger, audit_segment, read_manifests, seal  # noqa: E402
from gmkit.receipts.ledger.objects import open_objects  # noqa: E402
from gmkit.spark import Trust, audit_segments, summarize, verify_receipts  # noqa: E402

NOW = datetime(2026, 1, 31, 8, tzinfo=timezone.utc)
PART = 1 << 18
SEGMENTS = 8  # a ledger of two million entries is measure enough
LOG = sm2.generate_private_key()
SHOP = sm2.generate_private_key()


def grown(rows: int) -> Iterator[bytes]:
    """Records out of the real baskets, again and again with new identifiers."""
    real = [
        baskets.corrected(each) if not baskets.is_exact(each) else each
        for each in baskets.records(baskets.transactions())
    ]
    for number in range(rows):
        record = dict(real[number % len(real)])
        record["id"] = f"{number // len(real)}-{record['id']}"
        yield json.dumps(record).encode()


def write_rows(folder: Path, rows: int) -> None:
    """Parquet files of receipts."""
    records = grown(rows)
    number = 0
    while part := list(islice(records, PART)):
        table = sign_batch(part, SHOP)
        if table["error"].null_count != len(table):
            raise SystemExit("a record was refused")
        parquet.write_table(
            table.select(["receipt"]), folder / f"{number:05}.parquet", compression="zstd"
        )
        number += 1


def write_ledger(folder: Path, rows: Path) -> str:
    """A ledger over the same receipts, sealed."""
    url = f"file://{folder}/objects"
    ledger = Ledger.create(
        f"sqlite:///{folder}/ledger.db", origin="shop.example/receipts", public_key=LOG.public_key(),
        objects=url, segment=PART,
    )  # fmt: skip
    signers = Signers(keys=[SHOP.public_key()])
    for path in sorted(rows.iterdir())[:SEGMENTS]:
        ledger.append(parquet.read_table(path)["receipt"].to_pylist(), signers, now=NOW)
    seal(ledger, LOG, now=NOW)
    ledger.close()
    return url


def audited(work: tuple[bytes, str, int]) -> tuple[int, int]:
    """One segment in our own driver: entries and faults."""
    point, url, number = work
    key, objects = sm2.SM2PublicKey.from_bytes(point), open_objects(url)
    manifest = read_manifests(objects, key)[number]
    found = audit_segment(manifest, objects, Signers(keys=[SHOP_POINT]), threads=1)
    return found.entries, len(found.findings)


SHOP_POINT = SHOP.public_key()


def timed(work: Callable[[], object], rounds: int) -> float:
    """Median seconds."""
    found = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        found.append(time.perf_counter() - begin)
    return statistics.median(found)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--folder", type=Path, help="Where to put some gigabytes; default: temporary."
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gmkit-spark-", dir=options.folder) as name:
        _run(Path(name), options.rows, options.rounds)


def _run(folder: Path, rows: int, rounds: int) -> None:
    from pyspark.sql import SparkSession

    (folder / "rows").mkdir()
    print(f"making {rows:,} receipts", file=sys.stderr)
    write_rows(folder / "rows", rows)
    print("sealing them in a ledger", file=sys.stderr)
    url = write_ledger(folder, folder / "rows")
    sealed = len(read_manifests(open_objects(url), LOG.public_key()))
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    begin = time.perf_counter()
    spark = (
        SparkSession.builder.master("local-cluster[2,1,2048]")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.executor.memory", "2g")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    trust = Trust.of(keys=[SHOP.public_key()])
    frame = spark.read.parquet(str(folder / "rows"))
    frame.limit(10).count()
    start = time.perf_counter() - begin

    engine = timed(
        lambda: (
            frame.mapInArrow(lambda it: it, "receipt string")
            .selectExpr("sum(length(receipt))")
            .collect()
        ),
        rounds,
    )
    rows_time = timed(lambda: summarize(verify_receipts(frame, trust)).collect(), rounds)
    cluster = timed(lambda: audit_segments(spark, url, LOG.public_key(), trust), rounds)
    spark.stop()
    with ProcessPoolExecutor(2) as pool:
        work = [(LOG.public_key().to_bytes(), url, number) for number in range(sealed)]
        driver = timed(lambda: list(pool.map(audited, work)), rounds)
    entries = sealed * PART
    print("| what | seconds | µs a receipt | beside |")
    print("|---|---|---|---|")
    print(f"| start of the cluster | {start:.1f} | | |")
    print(
        f"| {rows:,} rows through the engine, no work | {engine:.1f} | {engine / rows * 1e6:.2f} | |"
    )
    print(
        f"| the same rows verified | {rows_time:.1f} | {rows_time / rows * 1e6:.2f} | {rows_time / engine:.2f}× the engine |"
    )
    print(
        f"| {sealed} segments ({entries:,} entries), two processes of ours | {driver:.1f} | {driver / max(entries, 1) * 1e6:.2f} | |"
    )
    print(
        f"| the same segments on Spark | {cluster:.1f} | {cluster / max(entries, 1) * 1e6:.2f} | {cluster / max(driver, 1e-9):.2f}× our own |"
    )


if __name__ == "__main__":
    main()
