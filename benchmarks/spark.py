"""
Receipts on Apache Spark beside our own driver and beside the engine with nothing to do.

    python benchmarks/spark.py [--rows 10000000] [--segments 8] [--rounds 3] [--folder FOLDER]

Works on receipts grown from the real baskets of the demo, on two executors of one core each, against two plain
processes; the contenders take turns. Times are processor time of all processes, the virtual machine's compiler and
collector included, so that what else the machine does does not decide; wall-clock stands beside them. Prints a table
in Markdown. With --folder data and timings stay, and a run that was broken off goes on where it stopped.
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
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from cpu_meter import metered
from pyarrow import parquet
from spark_data import CORES, LOG, PART, SHOP, write_ledger, write_rows

from gmkit._native import cpu
from gmkit.receipts import Signers
from gmkit.receipts.batch import verify_batch
from gmkit.receipts.ledger import audit_segment, read_manifests
from gmkit.receipts.ledger.objects import open_objects
from gmkit.spark import Trust, audit_segments, summarize, verify_receipts

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

TRUST = Trust.of(keys=[SHOP.public_key()])


@dataclass
class Contender:
    """What is timed: work over so many receipts, and what each round of it took."""

    key: str
    name: str
    receipts: int
    work: Callable[[], object]
    processor: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def run(self, log: Path) -> None:
        print(f"  {self.key} …", file=sys.stderr)
        begin = time.perf_counter()
        with metered() as spent:
            self.work()
        self.wall.append(time.perf_counter() - begin)
        self.processor.append(spent.seconds)
        taken = {"wall": self.wall[-1], "processor": self.processor[-1]}
        with log.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"what": self.key, "receipts": self.receipts, **taken}) + "\n")

    def recall(self, log: Path) -> None:
        """Timings of a run that was broken off."""
        if log.exists():
            for line in log.read_text(encoding="utf-8").splitlines():
                taken = json.loads(line)
                if (taken["what"], taken["receipts"]) == (self.key, self.receipts):
                    self.wall.append(taken["wall"])
                    self.processor.append(taken["processor"])

    @property
    def each(self) -> float:
        """Microseconds of processor time a receipt, median."""
        return statistics.median(self.processor) / self.receipts * 1e6

    def row(self, *beside: Contender) -> str:
        ratios = ", ".join(f"{self.each / other.each:.2f}× {other.key}" for other in beside)
        wall = statistics.median(self.wall)
        return f"| {self.name} | {self.receipts:,} | {self.each:.2f} | {wall:.1f} | {ratios} |"


@contextmanager
def session() -> Iterator[SparkSession]:
    """A cluster of two executors with a core each."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    made = (
        SparkSession.builder.master(f"local-cluster[{CORES},1,2048]")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.executor.memory", "2g")
        .config("spark.sql.shuffle.partitions", str(CORES))
        .getOrCreate()
    )
    made.sparkContext.setLogLevel("OFF")
    try:
        yield made
    finally:
        made.stop()


def through(frame: DataFrame) -> None:
    """Make every row, and keep none."""
    frame.write.format("noop").mode("overwrite").save()


def verified(path: Path) -> int:
    """A file of receipts in our own driver: how many are not valid."""
    found = verify_batch(parquet.read_table(path), Signers(keys=[SHOP.public_key()]), threads=1)
    return len(found) - found["reason"].null_count


def audited(work: tuple[str, int]) -> int:
    """A segment in our own driver: how many faults."""
    url, number = work
    objects = open_objects(url)
    manifest = read_manifests(objects, LOG.public_key())[number]
    found = audit_segment(manifest, objects, Signers(keys=[SHOP.public_key()]), threads=1)
    return len(found.findings)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--segments", type=int, default=8, help=f"of {PART:,} entries each")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="keep the data here; default: a temporary one")
    options = parser.parse_args()
    if min(options.segments, options.rounds) < 1 or options.rows < PART * options.segments:
        parser.error(f"there are at least {PART:,} rows a segment, one segment and one round")
    if options.folder is not None:
        options.folder.mkdir(exist_ok=True)
        _run(options.folder.absolute(), options.rows, options.segments, options.rounds)
        return
    with tempfile.TemporaryDirectory(prefix="gmkit-spark-") as name:
        _run(Path(name), options.rows, options.segments, options.rounds)


def _run(folder: Path, rows: int, segments: int, rounds: int) -> None:
    print(f"making {rows:,} receipts", file=sys.stderr)
    parts = write_rows(folder / "rows", rows)
    print("sealing some of them in a ledger", file=sys.stderr)
    url = write_ledger(folder / "ledger", parts[:segments])
    log = folder / "timings.jsonl"
    with ProcessPoolExecutor(CORES, get_context("spawn")) as pool, session() as spark:
        every = _contenders(spark, pool, parts, (rows, url))
        for contender in every:
            contender.recall(log)
        # Compiling, starting workers, reading what lies on the disk: before anything is timed, by everybody.
        warm = Contender("warm-up", "the first job", PART, lambda: _first(spark, pool, parts[0]))
        warm.run(log)
        for number in range(rounds):
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
            for contender in every:
                if len(contender.wall) <= number:
                    contender.run(log)
    today = datetime.now(timezone.utc).date()
    print(f"{today}, {_processor()}, {CORES} cores, path {cpu.active()}, medians of {rounds}\n")
    print("| what | receipts | µs of processor time a receipt | wall s | beside |")
    print("|---|---|---|---|---|")
    native, engine, judged, counted, driver, cluster = every
    print(native.row(), engine.row(), judged.row(native, engine), sep="\n")
    print(counted.row(native, engine), driver.row(), cluster.row(driver), sep="\n")
    size = sum(path.stat().st_size for path in parts)
    print(f"\n{size / rows:.0f} bytes a receipt in Parquet;", end=" ")
    print(f"the first job: {warm.processor[0]:.0f} s of processor time, {warm.wall[0]:.0f} s")


def _contenders(
    spark: SparkSession, pool: ProcessPoolExecutor, parts: list[Path], data: tuple[int, str]
) -> list[Contender]:
    rows, url = data
    frame = spark.read.parquet(*map(str, parts))
    sealed = len(read_manifests(open_objects(url), LOG.public_key()))
    places, entries = [(url, number) for number in range(sealed)], sealed * PART
    moved = frame.mapInArrow(_same, "receipt string")
    return [
        Contender("native", "`verify_batch`, two processes", rows, lambda: _none(pool.map(verified, parts))),
        Contender("engine", "rows through Spark and Python, no work", rows, lambda: through(moved)),
        Contender(
            "rows", "`verify_receipts`, every verdict", rows,
            lambda: through(verify_receipts(frame, TRUST)),
        ),
        Contender(
            "summary", "`verify_receipts`, summarized", rows,
            lambda: _valid(rows, summarize(verify_receipts(frame, TRUST))),
        ),
        Contender(
            "driver", "`audit_segment`, two processes", entries,
            lambda: _none(pool.map(audited, places)),
        ),
        Contender(
            "segments", "`audit_segments`", entries,
            lambda: _none([len(audit_segments(spark, url, LOG.public_key(), TRUST).findings)]),
        ),
    ]  # fmt: skip


def _first(spark: SparkSession, pool: ProcessPoolExecutor, part: Path) -> None:
    _none(pool.map(verified, [part] * CORES))
    _valid(PART, summarize(verify_receipts(spark.read.parquet(str(part)), TRUST)))


def _same(batches: Iterator[object]) -> Iterator[object]:
    return batches


def _none(faults: Iterator[int] | list[int]) -> None:
    if any(faults):
        raise SystemExit("something was found to be wrong")


def _valid(rows: int, counts: DataFrame) -> None:
    found = [(row.verdict, row.receipts) for row in counts.collect()]
    if found != [("valid", rows)]:
        raise SystemExit(f"expected {rows:,} valid receipts, got {found}")


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return "unknown processor"


if __name__ == "__main__":
    main()
