"""
Receipts in figures: ``python -m benchmarks.receipts [--rounds N] [--count N]``.

Two kinds: real shopping baskets of the demo (about a kilobyte a receipt, nine items) and small orders. Signed and
verified in bulk on one core, on each CPU path of the machine; verified on two cores (wall time), and one at a time
as a web service does it; and the memory that a file and one four times as long take. Contenders take turns, so that
what else the machine does hits all of them; rates are of processor time, medians of the rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path

import pyarrow as pa

from gmkit import sm2
from gmkit._native import cpu
from gmkit.receipts import Signers, sign_batch, verify
from gmkit.receipts.batch import verify_batch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools" / "demo"))

import baskets

KEY = sm2.SM2PrivateKey.from_bytes(bytes([0] * 31 + [1]))  # of nobody, the same in every run
SINGLY = 2_000

# What a child does: verify a file in batches and say how much memory it needed at most, in KiB.
CHILD = """
import sys
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from gmkit import sm2
from gmkit.receipts import Signers, verify_batches
key = sm2.SM2PrivateKey.from_bytes(bytes([0] * 31 + [1])).public_key()
found = sum(batch["reason"].null_count for batch in verify_batches(Path(sys.argv[1]), Signers(keys=[key])))
print(found, getrusage(RUSAGE_SELF).ru_maxrss)
"""


def real(count: int) -> list[bytes]:
    """Baskets of the demo, those with exact amounts."""
    exact = (each for each in baskets.records(baskets.transactions()) if baskets.is_exact(each))
    return [json.dumps(each).encode() for each in islice(exact, count)]


def small(count: int) -> list[bytes]:
    """Orders of one item."""
    return [
        json.dumps({
            "kind": "order", "id": f"2026-{n:09}", "time": "2026-01-31T07:00:00Z", "amount": 100 + n,
            "currency": "CNY", "order": f"o-{n:09}", "sequence": 0, "sku": "A12-7",
        }).encode()
        for n in range(count)
    ]  # fmt: skip


def processor(work: Callable[[], object], count: int) -> float:
    """Items a second of this process's time."""
    begin = time.process_time()
    work()
    return count / (time.process_time() - begin)


def wall(work: Callable[[], object], count: int) -> float:
    """Items a second of the clock on the wall."""
    begin = time.perf_counter()
    work()
    return count / (time.perf_counter() - begin)


def valid(receipts: pa.ChunkedArray, signers: Signers, threads: int) -> None:
    """Verify, and insist that nothing is wrong."""
    found = verify_batch(pa.table({"receipt": receipts}), signers, threads=threads)
    if found["reason"].null_count != len(receipts):
        raise SystemExit("a receipt was refused")


def contenders(count: int) -> Iterator[tuple[str, Callable[[], float]]]:
    """What takes turns, and its rate."""
    signers = Signers(keys=[KEY.public_key()])
    for name, texts in ("real baskets", real(count)), ("small orders", small(count)):
        records = pa.array(texts)
        signed = sign_batch(records, KEY, threads=1)["receipt"]
        octets = signed.nbytes // len(texts)
        for path in cpu.available():
            yield (
                f"sign_batch, {name} ({octets:,} bytes a receipt), {path}",
                lambda path=path, records=records: on(
                    path,
                    lambda: processor(lambda: sign_batch(records, KEY, threads=1), len(records)),
                ),
            )
            yield (
                f"verify_batch, {name}, {path}",
                lambda path=path, signed=signed: on(
                    path, lambda: processor(lambda: valid(signed, signers, 1), len(signed))
                ),
            )
        for threads in 1, 2:
            yield (
                f"verify_batch, {name}, wall time, threads {threads}",
                lambda threads=threads, signed=signed: wall(
                    lambda: valid(signed, signers, threads), len(signed)
                ),
            )


def on(path: str, work: Callable[[], float]) -> float:
    """The same on another CPU path."""
    before = cpu.active()
    cpu.force(path)
    try:
        return work()
    finally:
        cpu.force(before)


def singly() -> tuple[float, float]:
    """Microseconds of wall time that one verification takes with a warm key: half of them, and 99 in 100."""
    signers, taken = Signers(keys=[KEY.public_key()]), []
    receipts = sign_batch(real(SINGLY), KEY)["receipt"].to_pylist()
    for receipt in receipts[:100] + receipts:
        begin = time.perf_counter()
        verify(receipt, signers)  # which raises if it is not valid
        taken.append((time.perf_counter() - begin) * 1e6)
    cuts = statistics.quantiles(taken[100:], n=100)
    return cuts[49], cuts[98]


def memory(count: int) -> Iterator[tuple[int, float]]:
    """Bytes of a file and the MiB that verifying it took at most, for a file and one four times as long."""
    lines = sign_batch(real(count), KEY)["receipt"].to_pylist()
    with tempfile.TemporaryDirectory() as folder:
        for times in 1, 4:
            path = Path(folder) / f"{times}.receipts"
            with path.open("w", encoding="ascii") as file:
                file.write("gmkit-receipts 1\n")
                for _ in range(times):
                    file.writelines(f"{line}\n" for line in lines)
            told = subprocess.run(
                [sys.executable, "-c", CHILD, path], check=True, capture_output=True, text=True
            ).stdout.split()
            if int(told[0]) != times * len(lines):
                raise SystemExit("a receipt was refused")
            yield path.stat().st_size, int(told[1]) / 1024


def main() -> int:
    """Measure in turns and print a table."""
    given = argparse.ArgumentParser(description="Receipts in figures.")
    given.add_argument("--rounds", type=int, default=7)
    given.add_argument("--count", type=int, default=100_000, help="receipts a round")
    options = given.parse_args()
    works = dict(contenders(options.count))
    rates: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(options.rounds):
        for name, work in works.items():
            rates[name].append(work())
    half, most = singly()
    print(
        f"{datetime.now(timezone.utc).date()}, {os.cpu_count()} cores, medians of {options.rounds} rounds\n"
    )
    print("| what | a second |\n|---|---:|")
    for name, found in rates.items():
        print(f"| {name} | {statistics.median(found):,.0f} |")
    print(f"\none at a time, warm key: {half:.1f} us at the median, {most:.1f} us for 99 of 100")
    for size, needed in memory(options.count):
        print(f"a file of {size / 1e6:,.0f} MB: {needed:,.0f} MiB of memory at most")
    return 0


if __name__ == "__main__":
    sys.exit(main())
