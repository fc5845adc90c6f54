"""
A ledger in figures: ``python -m benchmarks.ledger [--place FOLDER] [--rounds N] [--filled N] [--lang zh]``.

Appends to SQLite with full durability, beside what the disk can do: a small program that overwrites a file
of fixed size and waits for the disk (fdatasync) each time, as a commit does. One caller, 8 and 32 threads, and
batches: into ledgers that hold hundreds of thousands of entries already, with random and with time-ordered
identifiers and orders, and into one that begins empty. Many short rounds of wall time in turns, because the
disk is what is measured: their median, and the calmest tenth of them, for a machine with other work. The
table it prints is the one in the documentation.
"""

from __future__ import annotations

import argparse
import json
import os
import random
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
START = 1_769_842_800_000  # milliseconds, of identifiers that begin with the time
PAGE = 4096
FILE = 16 << 20  # of the floor
SINGLES = 200  # receipts that each round appends one by one
FLUSHES = 100
BATCH = 5_000
WARM = 6  # rounds before the first that counts: the log of the database reaches its size
HEADS = {
    "en": "| what | a second | in the calmest tenth of the rounds | to the floor of the same round |",
    "zh": "| 项目 | 每秒 | 最平静的十分之一轮次 | 与同轮下限之比 |",
}
NAMES = {
    "floor": {
        "en": "floor: 4,096 bytes overwritten, fdatasync",
        "zh": "下限：覆写 4,096 字节，fdatasync",
    },
    "one": {
        "en": "one caller, one receipt a call",
        "zh": "单个调用者，每次一张凭证",
    },
    "8": {"en": "8 threads, one receipt a call", "zh": "8 个线程，每次一张凭证"},
    "32": {"en": "32 threads, one receipt a call", "zh": "32 个线程，每次一张凭证"},
    "empty": {
        "en": "5,000 receipts a call, from an empty ledger on",
        "zh": "每次 5,000 张凭证，从空账本开始",
    },
    "random": {
        "en": "5,000 receipts a call, filled ledger, random identifiers and orders",
        "zh": "每次 5,000 张凭证，已有大量条目的账本，标识与订单号随机",
    },
    "ordered": {
        "en": "5,000 receipts a call, filled ledger, identifiers and orders by time",
        "zh": "每次 5,000 张凭证，已有大量条目的账本，标识与订单号按时间递增",
    },
}
FILLED = {
    "en": "The filled ledgers held {:,} entries at the beginning and {:,} at the end.",
    "zh": "已有大量条目的账本开始时有 {:,} 个条目，结束时有 {:,} 个。",
}
WAITS = {
    "en": "Of {:,} single appends half took at most {:.0f} µs, 99 % at most {:.1f} ms, the longest {:.0f} ms.",
    "zh": "{:,} 次单次追加中，一半不超过 {:.0f} µs，99% 不超过 {:.1f} ms，最长的一次 {:.0f} ms。",
}


class World:
    """A shop, its receipts, and a ledger on the disk."""

    def __init__(self, folder: Path, name: str, receipts: int, *, ordered: bool = False) -> None:
        log, self.shop = sm2.generate_private_key(), sm2.generate_private_key()
        self.signers = Signers(keys=[self.shop.public_key()])
        self.chance = random.Random(name)
        self.ordered = ordered
        self.made = 0
        self.receipts = self.make(receipts)
        self.used = 0
        self.waits: list[float] = []
        self.ledger = Ledger.create(
            f"sqlite:///{folder}/{name}.db", origin="benchmark", public_key=log.public_key(),
            objects=f"file://{folder}/{name}",
        )  # fmt: skip

    def make(self, count: int) -> list[str]:
        """So many further receipts, three to an order."""
        rows = []
        for n in range(self.made, self.made + count):
            if n % 3 == 0:
                self.order = (
                    f"{n // 3:012}" if self.ordered else f"{self.chance.getrandbits(40):012}"
                )
            rows.append(
                {
                    "kind": "order", "id": str(self.identifier(n)), "time": "2026-01-31T07:00:00Z",
                    "amount": 100 * n, "currency": "CNY", "order": self.order, "sequence": n % 3,
                    "items": [{"sku": "A12-7", "count": 2, "price": 1250}] * 3,
                }
            )  # fmt: skip
        self.made += count
        texts = [json.dumps(row).encode() for row in rows]
        made: list[str] = sign_batch(texts, self.shop)["receipt"].to_pylist()
        return made

    def identifier(self, n: int) -> uuid.UUID:
        """Version 4, or version 7: milliseconds first."""
        if not self.ordered:
            return uuid.UUID(int=self.chance.getrandbits(128), version=4)
        chance = self.chance.getrandbits(62)
        return uuid.UUID(int=START + n << 80 | 7 << 76 | 2 << 62 | chance)

    def fill(self, count: int) -> None:
        """Entries that are there before anything is measured."""
        while count:
            some = self.make(min(count, 50_000))
            self.ledger.append(some, self.signers, now=NOW)
            count -= len(some)

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
            before = start = time.perf_counter()
            for each in some:
                self.append(each)
                after = time.perf_counter()
                self.waits.append(after - before)
                before = after
            return SINGLES / (before - start)
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


def floor(folder: Path) -> float:
    """Times a second that a page is overwritten and on the disk."""
    data = os.urandom(PAGE)
    file = os.open(folder / "floor", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if os.fstat(file).st_size < FILE:
            os.pwrite(file, bytes(FILE), 0)
            os.fsync(file)
        start = time.perf_counter()
        for n in range(FLUSHES):
            os.pwrite(file, data, n * PAGE % FILE)
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
    parser.add_argument(
        "--filled", type=int, default=300_000, help="entries of the filled ledgers at the beginning"
    )
    parser.add_argument("--lang", choices=sorted(HEADS), default="en")
    arguments = parser.parse_args()
    rounds = arguments.rounds + WARM
    with tempfile.TemporaryDirectory(dir=arguments.place.resolve(), prefix="ledger-bench-") as name:
        folder = Path(name)
        alone = World(folder, "alone", rounds * 3 * SINGLES)
        empty = World(folder, "empty", rounds * BATCH)
        mixed = World(folder, "random", rounds * BATCH)
        timed = World(folder, "ordered", rounds * BATCH, ordered=True)
        for each in (alone, mixed, timed):
            each.fill(arguments.filled)
        works: dict[str, Callable[[], float]] = {
            "floor": lambda: floor(folder),
            "one": lambda: alone.singly(1),
            "8": lambda: alone.singly(8),
            "32": lambda: alone.singly(32),
            "empty": empty.batched,
            "random": mixed.batched,
            "ordered": timed.batched,
        }
        for _ in range(WARM):
            for key, work in works.items():
                if key != "empty":
                    work()
        alone.waits.clear()
        measured = [{key: work() for key, work in works.items()} for _ in range(arguments.rounds)]
        end = mixed.ledger.size()
        for world in (alone, empty, mixed, timed):
            world.ledger.close()
    print(HEADS[arguments.lang])
    print("|---|---:|---:|---:|")
    for key in works:
        rates = [each[key] for each in measured]
        calm = statistics.quantiles(rates, n=10)[-1]
        ratio = statistics.median(each[key] / each["floor"] for each in measured)
        name = NAMES[key][arguments.lang]
        print(f"| {name} | {statistics.median(rates):,.0f} | {calm:,.0f} | {ratio:.2f} |")
    waits = sorted(alone.waits)
    half, most = waits[len(waits) // 2] * 1e6, waits[len(waits) * 99 // 100] * 1e3
    print("\n" + WAITS[arguments.lang].format(len(waits), half, most, waits[-1] * 1e3))
    print(FILLED[arguments.lang].format(arguments.filled, end))
    return 0


if __name__ == "__main__":
    sys.exit(main())
