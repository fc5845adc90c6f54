"""
kill -9 at random moments: ``python -m tests.receipts.ledger.kills COUNT [SEED]``.

A writer appends, seals and signs as fast as it can, sometimes from several threads at once, and tells which
receipts were acknowledged; it is killed, again and again. After each kill everything acknowledged must be there, and the tree must be that
of the entries; at the end the audit must find nothing.
"""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

from gmkit import sm2
from gmkit.merkle import Frontier
from gmkit.receipts import Signers, sign_batch
from gmkit.receipts.ledger import Ledger, audit, checkpoint, merged, seal
from gmkit.receipts.ledger.ledger import frontier_of
from gmkit.receipts.ledger.tree import leaves_of

NOW = datetime(2026, 1, 31, 8, tzinfo=timezone.utc)
POOL = 4000
SEGMENT = 256
CROWD = 20  # receipts that several threads append one by one


class Run:
    """One ledger and everything that was acknowledged of it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.url = f"sqlite:///{folder}/ledger.db"
        self.log, self.shop = sm2.generate_private_key(), sm2.generate_private_key()
        self.signers = Signers(keys=[self.shop.public_key()])
        objects = f"file://{folder}/objects"
        Ledger.create(
            self.url, origin="kills", public_key=self.log.public_key(), objects=objects, segment=SEGMENT
        ).close()  # fmt: skip
        rows = (
            {"kind": "order", "id": str(n), "time": "2026-01-31T07:00:00Z", "order": f"o{n // 3}", "sequence": n % 3}
            for n in range(POOL)
        )  # fmt: skip
        texts = [json.dumps(row).encode() for row in rows]
        self.receipts = sign_batch(texts, self.shop, threads=1)["receipt"].to_pylist()
        self._warm_up(folder)
        self.acknowledged = 0  # all below
        self.told: set[int] = set()  # and these
        self.there: set[int] = set()
        self.frontier = Frontier()
        self.notes: list[tuple[int, bytes]] = []
        self.kills = 0

    def _warm_up(self, folder: Path) -> None:
        """Everything the writer does, once before the fork, so that it need not import and build it anew."""
        (folder / "warm").mkdir()
        with Ledger.create(
            f"sqlite:///{folder}/warm/l.db", origin="w", public_key=self.log.public_key(),
            objects=f"file://{folder}/warm", segment=SEGMENT,
        ) as ledger:  # fmt: skip
            ledger.append(self.receipts[:SEGMENT], self.signers, now=NOW)
            ledger.append(self.receipts[SEGMENT], self.signers, now=NOW)
            seal(ledger, self.log, now=NOW)
            checkpoint(ledger, self.log, now=NOW)

    def kill_once(self) -> None:
        """A writer from where the last one was stopped, killed after a while."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.close(reading)
                self._write(writing)
            finally:
                os._exit(9)
        os.close(writing)
        # Past the opening, then anywhere: between two appends, inside a commit, while sealing.
        self._hear(reading, until=b"open")
        time.sleep(self.random.choice([0.001, 0.01, 0.04, 0.1]) * self.random.random())
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), f"the writer ended by itself: {status}"
        self._hear(reading)
        os.close(reading)
        self.kills += 1
        self._check()

    def _write(self, pipe: int) -> None:
        steps = random.Random(self.kills)
        if self.kills % 2:  # keys are merged all the time, not after thousands of entries
            merged.MANY, merged.MOST, merged.EVERY, merged.SLICE = 24, 300, 4, 16
        with Ledger.open(self.url) as ledger:
            os.write(pipe, b"open\n")
            at, moment = self.acknowledged, NOW + timedelta(seconds=self.kills)
            while True:
                few = steps.choice([1, 1, 1, CROWD, 100])
                if few == CROWD:
                    self._crowd(ledger, range(at, at + few), moment, pipe)
                else:
                    some = [self.receipts[n % POOL] for n in range(at, at + few)]
                    done = ledger.append(some[0] if few == 1 else some, self.signers, now=moment)
                    assert not done.refused
                at += few
                os.write(pipe, f"{at}\n".encode())
                if steps.random() < 0.1:
                    seal(ledger, self.log, now=moment)
                    note = checkpoint(ledger, self.log, now=moment).checkpoint
                    os.write(pipe, f"{note.size} {note.root.hex()}\n".encode())

    def _crowd(self, ledger: Ledger, numbers: range, moment: datetime, pipe: int) -> None:
        """Receipts from several threads: each tells of its own as soon as it may."""

        def append(number: int) -> None:
            done = ledger.append(self.receipts[number % POOL], self.signers, now=moment)
            assert not done.refused
            os.write(pipe, b"+%d\n" % number)

        with ThreadPoolExecutor(5) as pool:
            list(pool.map(append, numbers))

    def _hear(self, pipe: int, until: bytes = b"") -> None:
        heard = b""
        while not until or until not in heard:
            ready, _, _ = select.select([pipe], [], [], 30)
            piece = os.read(pipe, 1 << 16) if ready else b""
            if not piece:
                break
            heard += piece
        for line in heard.split(b"\n")[:-1]:
            size, _, root = line.partition(b" ")
            if size.startswith(b"+"):
                self.told.add(int(size))
            elif root:
                self.notes.append((int(size), bytes.fromhex(root.decode())))
            elif size != b"open":
                self.acknowledged = int(size)

    def _check(self) -> None:
        """What came since the last look, without looking at everything again."""
        with Ledger.open(self.url) as ledger, ledger.store.reading() as connection:
            kept = frontier_of(connection)
            query = (
                "SELECT seq, kind, e, sig, kid, id FROM ledger_entries WHERE seq >= ? ORDER BY seq"
            )
            rows = connection.exec_driver_sql(query, (self.frontier.size,)).all()
        first = self.frontier.size
        assert [row.seq for row in rows] == list(range(first, first + len(rows)))
        fresh = {int(row.id) for row in rows}
        assert len(fresh) == len(rows), "a receipt has two entries"
        assert not fresh & self.there, "a receipt has two entries"
        self.there |= fresh
        self.frontier.grow(leaves_of((row.kind, row.e, row.sig, row.kid) for row in rows))
        assert (kept.size, kept.root()) == (self.frontier.size, self.frontier.root())
        owed = self.told | set(range(self.acknowledged))
        assert {number % POOL for number in owed} <= self.there, "something acknowledged is lost"

    def audit(self) -> None:
        """Everything again, and every checkpoint that a killed writer told of."""
        with Ledger.open(self.url) as ledger:
            found = audit(ledger, self.signers)
            assert found.ok, found.findings
            told = {(note.checkpoint.size, note.checkpoint.root) for note in ledger.checkpoints()}
        assert set(self.notes) <= told, "a checkpoint that was told of is lost"


def run(kills: int, seed: int = 1) -> tuple[int, int]:
    """So many kills; returns how many there were, and entries in all the ledgers."""
    entries = done = 0
    while done < kills:
        # In memory where that can be: what a process leaves behind does not depend on the disk.
        place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        folder = Path(tempfile.mkdtemp(prefix="gmkit-kills-", dir=place))
        try:
            one = Run(folder, seed + done)
            # A new ledger before the receipts run out: appending again would tell little.
            while done + one.kills < kills and one.acknowledged < POOL - 600:
                one.kill_once()
            one.audit()
            done += one.kills
            entries += one.frontier.size
        finally:
            shutil.rmtree(folder)
    return done, entries


if __name__ == "__main__":
    started = time.monotonic()
    count, entries = run(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    print(f"{count:,} kills, {entries:,} entries, nothing lost, {time.monotonic() - started:.0f} s")
