"""
A ledger in figures: ``python -m benchmarks.ledger [--place FOLDER] [--rounds N]``.

Appends to SQLite with full durability, beside what the disk can do: a small program that overwrites a file
of fixed size and waits for the disk (fdatasync) each time, as a commit does. One caller, 8 and 32 threads, and
batches, in many short rounds of wall time, because the disk is what is measured: their median, and the calmest
tenth of them, for a machine with other work.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path

from gmkit import sm2
from gmkit.receipts import Signers, sign_batch
from gmkit.receipts.ledger import Ledger

NOW = datetime(2026, 1, 31, 8, tzinfo=timezone.utc)
PAGE = 4096
COMMIT = 4 * (PAGE + 24)  # octets that one append writes: row, two indexes and the edge of the tree
FILE = 16 << 20  # of the floor
SINGLES = 200  # receipts that each round appends one by one
FLUSHES = 100
BATCH = 5_000
WARM = 6  # rounds before the first that counts: the log of the database reaches its size


class World:
    """A shop, its receipts, and a ledger on the disk."""

    def __init__(self, folder: Path, receipts: int) -> None:
        self.folder = folder
        log, shop = sm2.generate_private_key(), sm2.generate_private_key()
        self.signers = Signers(keys=[shop.public_key()])
        rows = [
            {
                "kind": "order", "id": str(uuid.uuid4()), "time": "2026-01-31T07:00:00Z", "amount": 100 * n,
                "currency": "CNY", "order": f"o-{n // 3:09}", "sequence": n % 3,
                "items": [{"sku": "A12-7", "count": 2, "price": 1250}] * 3,
            }
            for n in range(receipts)
        ]  # fmt: skip
        texts = [json.dumps(row).encode() for row in rows]
        self.receipts: list[str] = sign_batch(texts, shop)["receipt"].to_pylist()
        self.used = 0
        self.ledger = Ledger.create(
            f"sqlite:///{folder}/ledger.db", origin="benchmark", public_key=log.public_key(),
            objects=f"file://{folder}/objects",
        )  # fmt: skip

    def take(self, count: int) -> list[str]:
        """Receipts that were not appended yet."""
        self.used += count
        return self.receipts[self.used - count : self.used]

    def append(self, receipt: str) -> None:
        done = self.ledger.append(receipt, self.signers, now=NOW)
        assert done.added == 1

    def singly(self, threads: int) -> float:
        """Receipts a second, one in a call, from so many threads."""
        some = self.take(SINGLES)
        if threads == 1:
            start = time.perf_counter()
            for each in some:
                self.append(each)
            return SINGLES / (time.perf_counter() - start)
        with ThreadPoolExecutor(threads) as pool:
            start = time.perf_counter()
            list(pool.map(self.append, some))
            return SINGLES / (time.perf_counter() - start)

    def batched(self) -> float:
        some = self.take(BATCH)
        start = time.perf_counter()
        done = self.ledger.append(some, self.signers, now=NOW)
        assert done.added == BATCH
        return BATCH / (time.perf_counter() - start)

    def floor(self, octets: int) -> float:
        """Times a second that so many octets are overwritten and on the disk."""
        data = os.urandom(octets)
        file = os.open(self.folder / "floor", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(file).st_size < FILE:
                os.pwrite(file, bytes(FILE), 0)
                os.fsync(file)
            start = time.perf_counter()
            for n in range(FLUSHES):
                os.pwrite(file, data, n * octets % (FILE - octets))
                os.fdatasync(file)
            return FLUSHES / (time.perf_counter() - start)
        finally:
            os.close(file)


def main() -> int:
    """Measure in turns and print a table."""
    parser = argparse.ArgumentParser(description="A ledger in figures.")
    parser.add_argument(
        "--place", type=Path, default=Path(), help="a folder on the disk to measure"
    )
    parser.add_argument("--rounds", type=int, default=30)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.place.resolve(), prefix="ledger-bench-") as name:
        world = World(Path(name), (arguments.rounds + WARM) * (3 * SINGLES + BATCH))
        floor = f"floor: {COMMIT:,} bytes overwritten, fdatasync"
        works: dict[str, Callable[[], float]] = {
            f"floor: {PAGE:,} bytes overwritten, fdatasync": lambda: world.floor(PAGE),
            floor: lambda: world.floor(COMMIT),
            "one caller, one receipt a call": lambda: world.singly(1),
            "8 threads, one receipt a call": lambda: world.singly(8),
            "32 threads, one receipt a call": lambda: world.singly(32),
            f"{BATCH:,} receipts a call": world.batched,
        }
        for work in works.values():
            work()  # the log of the database reaches its size
        rounds = [{name: work() for name, work in works.items()} for _ in range(arguments.rounds)]
        world.ledger.close()
    print("| what | a second | in the calmest tenth | to the floor of the same round |")
    print("|---|---:|---:|---:|")
    for name in works:
        rates = [each[name] for each in rounds]
        calm = statistics.quantiles(rates, n=10)[-1]
        ratio = statistics.median(each[name] / each[floor] for each in rounds)
        print(f"| {name} | {statistics.median(rates):,.0f} | {calm:,.0f} | {ratio:.2f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
