"""
What the benchmark on Spark works on: receipts grown from the real baskets of the demo, and a ledger of them.

Everything lies in one folder and is made a file at a time, so that a run that was broken off goes on where it
stopped. Receipts differ from the real baskets in their identifiers alone.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timezone
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools" / "demo"))

import baskets  # noqa: E402

from gmkit import sm2  # noqa: E402
from gmkit.receipts import Signers, sign_batch  # noqa: E402
from gmkit.receipts.ledger import Ledger, read_manifests, seal  # noqa: E402
from gmkit.receipts.ledger.objects import open_objects  # noqa: E402

NOW = datetime(2026, 1, 31, 8, tzinfo=timezone.utc)
PART = 1 << 18  # receipts in a Parquet file, and entries in a sealed segment
CORES = 2
# Keys of nobody, the same in every run: what an earlier run signed stays good.
LOG, SHOP = (sm2.SM2PrivateKey.from_bytes(bytes([0] * 31 + [n])) for n in (1, 2))
MARK = "@-"


def write_rows(folder: Path, rows: int) -> list[Path]:
    """Parquet files of receipts; those that are there already stay."""
    folder.mkdir(exist_ok=True)
    counts = [min(PART, rows - first) for first in range(0, rows, PART)]
    parts = [(folder / f"{n:05}-{count}.parquet", n) for n, count in enumerate(counts)]
    for stale in set(folder.iterdir()) - {path for path, _ in parts}:
        stale.unlink()
    wanting = [part for part in parts if not part[0].exists()]
    if wanting:
        _templates()  # here, so that the processes are forked with them
    with ProcessPoolExecutor(CORES, get_context("fork")) as pool:
        for done, _ in enumerate(pool.map(_write_part, wanting), 1):
            print(f"  {done} of {len(wanting)} files", file=sys.stderr)
    return [path for path, _ in parts]


def write_ledger(folder: Path, parts: Iterable[Path]) -> str:
    """A ledger of the receipts in *parts*, sealed a segment a part; the URL of its segments."""
    url = f"file://{folder}/objects"
    wanted = [path for path in parts if path.stem.endswith(f"-{PART}")]
    if len(read_manifests(open_objects(url), LOG.public_key())) == len(wanted):
        return url
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    ledger = Ledger.create(
        f"sqlite:///{folder}/ledger.db", origin="shop.example/receipts", public_key=LOG.public_key(),
        objects=url, segment=PART,
    )  # fmt: skip
    signers = Signers(keys=[SHOP.public_key()])
    for path in wanted:
        ledger.append(parquet.read_table(path)["receipt"].to_pylist(), signers, now=NOW)
        seal(ledger, LOG, now=NOW)
        print(f"  {path.stem} sealed", file=sys.stderr)
    ledger.close()
    return url


@lru_cache(maxsize=1)
def _templates() -> list[str]:
    """The real baskets as JSON texts, with a mark where the identifier begins."""
    found = []
    for record in baskets.records(baskets.transactions()):
        exact = record if baskets.is_exact(record) else baskets.corrected(record)
        found.append(json.dumps(exact | {"id": MARK + exact["id"]}))
    return found


def _grown(first: int, count: int) -> Iterator[bytes]:
    """Records out of the real baskets, again and again with new identifiers."""
    real = _templates()
    for number in range(first, first + count):
        again, which = divmod(number, len(real))
        yield real[which].replace(MARK, f"{again}-", 1).encode()


def _write_part(part: tuple[Path, int]) -> None:
    path, number = part
    count = int(path.stem.rpartition("-")[2])
    signed = sign_batch(list(_grown(number * PART, count)), SHOP, threads=1)
    if signed["error"].null_count != count:
        raise SystemExit("a record was refused")
    written = path.with_suffix(".part")
    parquet.write_table(pa.table({"receipt": signed["receipt"]}), written, compression="zstd")
    written.replace(path)
