"""What is done while faults happen, and what must be true afterwards."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Protocol
from unittest.mock import patch

from gmkit import atomic, ca, sm2, x509
from gmkit.ca.layout import Settings
from gmkit.ca.restore import Newest, restore
from gmkit.errors import StorageError
from gmkit.receipts import Outcome, Signers, sign_batch
from gmkit.receipts.bulk import open_source, sign_file, signing, verify_file
from gmkit.receipts.bulk.signing import Signed
from gmkit.receipts.ledger import Ledger, audit, checkpoint, seal
from gmkit.x509 import RevocationReason
from tests.ca import kills
from tests.ca.conftest import NAMES
from tests.crashes.injection import Fault, Steps, Told

# Whoever may not remove what is left over leaves it; folders are removed through "openat".
CLEANING = {"unlink", "unlinkat", "rmdir", "openat"}

OLD, NEW = b"old" * 5000, b"new" * 7000


class Scenario(Protocol):
    """Something to be interrupted."""

    def prepare(self, folder: Path) -> None:
        """Make what is there before the act."""

    def act(self, folder: Path, step: Steps) -> None:
        """Change it, step by step."""

    def check(self, folder: Path, told: Told, fault: Fault) -> None:
        """Nothing acknowledged is lost, nothing half is there, and it goes on."""


class AtomicFile:
    """One file, written under its name or in place of an older one."""

    def __init__(self, *, replace: bool, named: bool = False) -> None:
        self.replace = replace
        self.named = named

    def prepare(self, folder: Path) -> None:
        folder.mkdir()
        if self.replace:
            (folder / "file").write_bytes(OLD)

    def act(self, folder: Path, step: Steps) -> None:
        nameless = os.O_TMPFILE
        if self.named:  # as on a system that has no files without a name
            del os.O_TMPFILE
        try:
            step(
                "write",
                lambda: atomic.write_bytes(folder / "file", NEW, secret=True, replace=self.replace),
            )
        finally:
            os.O_TMPFILE = nameless

    def check(self, folder: Path, told: Told, fault: Fault) -> None:
        file = folder / "file"
        found = file.read_bytes() if file.exists() else b""
        assert found in ((OLD if self.replace else b""), NEW)
        if told.done("write"):
            assert found == NEW
        beside = [path for path in folder.iterdir() if path != file]
        # Only who was killed, or may not remove a file, leaves one; and its owner alone can read it.
        if not told.killed and fault.call not in CLEANING:
            assert beside == []
        for path in beside:
            assert path.stat().st_mode & 0o777 == 0o600
            assert self.named or path.read_bytes() == NEW


class Authority:
    """An authority issues, revokes, publishes and is backed up."""

    def __init__(self) -> None:
        self.serials: list[int] = []

    def prepare(self, folder: Path) -> None:
        now = datetime.now(timezone.utc)
        ca.create(folder, NAMES, password=None, now=now)
        wanted = kills.application(sm2.generate_private_key())
        with ca.Authority(folder) as authority:
            made = [authority.issue("merchant-signing", wanted, now=now) for _ in range(2)]
            self.serials = [each.serial for each in made]
            authority.publish(now=now)

    def act(self, folder: Path, step: Steps) -> None:
        wanted = kills.application(sm2.generate_private_key())
        now = datetime.now(timezone.utc)
        first, second = self.serials
        with ca.Authority(folder) as authority:

            def issue() -> str:
                made = authority.issue("merchant-signing", wanted, now=now)
                atomic.write_bytes(folder / "shop.pem", made.to_pem())
                return f"{made.serial:x}"

            def issue_many() -> str:
                many = authority.issue_many("merchant-signing", [wanted] * 3, now=now)
                return " ".join(f"{each.certificate.serial:x}" for each in many)

            def revoke(serial: int) -> str:
                authority.revoke([serial], reason=RevocationReason.SUPERSEDED, now=now)
                return f"{serial:x}"

            def publish() -> int:
                return int(authority.publish(now=now)["issuing.crl"].number)

            step("issued", issue)
            step("revoked", lambda: revoke(first))
            step("issued", issue_many)
            step("list", publish)
            step("revoked", lambda: revoke(second))
            step("list", publish)
            step("backup", lambda: authority.backup(folder / "backup", now=now, keys=False))

    def check(self, folder: Path, told: Told, fault: Fault) -> None:
        published = folder / "lists" / "issuing.crl"
        number = int(x509.CertificateList.from_der(published.read_bytes()).number)
        assert number >= max((int(each) for each in told.done("list")), default=1)
        said = [
            [word, value]
            for word in ("issued", "revoked", "list")
            for values in told.done(word)
            for value in values.split()
        ]
        kills.check(folder, said)
        if (folder / "shop.pem").exists():
            [issued] = x509.load_certificates((folder / "shop.pem").read_bytes())
            with ca.Authority(folder) as authority:
                assert authority.get(issued.serial).certificate == issued
        backup = folder / "backup"
        assert backup.exists() >= bool(told.done("backup"))
        if backup.exists():
            store, now = Settings().store, datetime.now(timezone.utc)
            restore(backup, folder / "again", Newest(nothing=True), now=now, store=store)
        if not told.killed and fault.call not in CLEANING:
            assert [path for path in folder.iterdir() if path.name.startswith(".")] == []


class NewAuthority:
    """The folder of an authority appears whole or not at all."""

    def prepare(self, folder: Path) -> None:
        folder.mkdir()

    def act(self, folder: Path, step: Steps) -> None:
        now = datetime.now(timezone.utc)
        step("created", lambda: ca.create(folder / "a", NAMES, password=None, now=now))

    def check(self, folder: Path, told: Told, fault: Fault) -> None:
        assert (folder / "a").exists() >= bool(told.done("created"))
        if not told.killed and fault.call not in CLEANING:
            assert [path for path in folder.iterdir() if path.name != "a"] == []
        if not (folder / "a").exists():
            ca.create(folder / "a", NAMES, password=None, now=datetime.now(timezone.utc))
            # What a killed run left, with keys in it, went when the next one began.
            assert [path.name for path in folder.iterdir()] == ["a"]
        kills.check(folder / "a", [])


class WrittenLedger:
    """A ledger is appended to, sealed, and its checkpoint signed."""

    SEGMENT = 256

    def __init__(self) -> None:
        self.log, self.shop = sm2.generate_private_key(), sm2.generate_private_key()
        self.signers = Signers(keys=[self.shop.public_key()])
        rows = [
            {"kind": "order", "id": str(number), "time": "2026-01-31T07:00:00Z"}
            for number in range(400)
        ]
        texts = [json.dumps(row).encode() for row in rows]
        self.receipts = sign_batch(texts, self.shop, threads=1)["receipt"].to_pylist()
        self.now = datetime(2026, 1, 31, 8, tzinfo=timezone.utc)

    def prepare(self, folder: Path) -> None:
        folder.mkdir()
        with Ledger.create(
            f"sqlite:///{folder}/ledger.db", origin="crashes", public_key=self.log.public_key(),
            objects=f"file://{folder}/objects", segment=self.SEGMENT,
        ) as ledger:  # fmt: skip
            ledger.append(self.receipts[:250], self.signers, now=self.now)

    def act(self, folder: Path, step: Steps) -> None:
        with self._open(folder) as ledger:

            def append(first: int, last: int) -> int:
                some = self.receipts[first] if last == first + 1 else self.receipts[first:last]
                ledger.append(some, self.signers, now=self.now)
                return last

            def note() -> str:
                made = checkpoint(ledger, self.log, now=self.now).checkpoint
                return f"{made.size} {made.root.hex()}"

            step("appended", lambda: append(250, 251))
            step("appended", lambda: append(251, 300))
            step("sealed", lambda: len(seal(ledger, self.log, now=self.now)))
            step("noted", note)
            step("appended", lambda: append(300, 301))

    def check(self, folder: Path, told: Told, fault: Fault) -> None:
        with self._open(folder) as ledger:
            found = audit(ledger, self.signers)
            assert found.ok, found.findings
            kept = {
                f"{note.checkpoint.size} {note.checkpoint.root.hex()}"
                for note in ledger.checkpoints()
            }
            assert set(told.done("noted")) <= kept
            assert ledger.sealed() >= sum(self.SEGMENT * int(each) for each in told.done("sealed"))
            # A refused step leaves a gap in the sequence of steps, and none among the entries.
            with ledger.store.reading() as connection:
                rows = connection.exec_driver_sql(
                    "SELECT id FROM ledger_entries ORDER BY seq"
                ).all()
            there = {int(row.id) for row in rows}
            first = {251: 250, 300: 251, 301: 300}
            for last in map(int, told.done("appended")):
                assert set(range(first[last], last)) <= there
            ledger.append(self.receipts, self.signers, now=self.now)
            seal(ledger, self.log, now=self.now)
            checkpoint(ledger, self.log, now=self.now)
            assert ledger.size() == len(self.receipts)
            assert audit(ledger, self.signers).ok

    def _open(self, folder: Path) -> Ledger:
        return Ledger.open(f"sqlite:///{folder}/ledger.db")


class SignedFile:
    """A file of records is signed, a piece at a time; whoever was interrupted gives the same command again."""

    COUNT = 200

    def __init__(self) -> None:
        self.shop = sm2.generate_private_key()
        self.signers = Signers(keys=[self.shop.public_key()])

    def prepare(self, folder: Path) -> None:
        folder.mkdir()
        rows = (
            {"kind": "order", "id": str(number), "time": "2026-01-31T07:00:00Z"}
            for number in range(self.COUNT)
        )
        (folder / "orders.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    def act(self, folder: Path, step: Steps) -> None:
        step("signed", lambda: self._sign(folder).signed)

    def check(self, folder: Path, told: Told, fault: Fault) -> None:
        target = folder / "orders.receipts"
        if told.done("signed"):
            assert target.exists()
        if not target.exists():
            self._sign(folder)
        with target.open("rb") as file:
            outcomes = [verdict.outcome for verdict in verify_file(file, self.signers)]
        assert outcomes == [Outcome.VALID] * self.COUNT

    def _sign(self, folder: Path) -> Signed:
        # Small pieces, each of which counts: many places to be interrupted at.
        records = folder / "orders.jsonl"
        with patch.multiple(signing, CHUNK=50, CHECKPOINT=1):
            try:
                return sign_file(open_source(records), self.shop, folder / "orders.receipts")
            except OSError as fault:  # that the records themselves cannot be read is told as it is
                if fault.filename != str(records):
                    raise
                raise StorageError("the records cannot be read") from fault


SCENARIOS: dict[str, Callable[[], Scenario]] = {
    "file": lambda: AtomicFile(replace=False),
    "file-replaced": lambda: AtomicFile(replace=True),
    "file-named": lambda: AtomicFile(replace=False, named=True),
    "file-named-replaced": lambda: AtomicFile(replace=True, named=True),
    "new-authority": NewAuthority,
    "authority": Authority,
    "ledger": WrittenLedger,
    "receipts": SignedFile,
}
