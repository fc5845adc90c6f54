"""Killed in the middle, disk full, clock back: what was acknowledged is there, and nothing is half there."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import event

from gmkit import ca
from gmkit.ca.layout import Settings
from gmkit.errors import StorageError
from gmkit.x509 import RevocationReason as Reason
from tests.ca.conftest import NAMES, NOW, application

ROOT = Path(__file__).resolve().parents[2]
KILLS = {"sqlite": 200, "postgresql": 80}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_pki_03_nothing_acknowledged_is_lost(tmp_path, kind, request):
    """Some hundred kills here; `make kills` does ten thousand."""
    settings = Settings()
    if kind == "postgresql":
        settings = Settings(store=request.getfixturevalue("postgres").url())
    now = datetime.now(timezone.utc)
    ca.create(tmp_path / "a", NAMES, password=None, now=now, settings=settings)
    # A process of its own: forking one with threads, as pytest may be, is asking for trouble.
    ran = subprocess.run(
        [sys.executable, "-m", "tests.ca.kills", "--kills", str(KILLS[kind]), "--folder", str(tmp_path / "a")],
        cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    done = json.loads(ran.stdout)
    assert done["issued"] >= KILLS[kind] // 2
    assert done["revoked"] > 10
    assert done["list"] > 3


def test_a_full_disk(tmp_path):
    """SQLite says that there is no room: nothing half is left, and with room again it goes on."""
    ca.create(tmp_path / "a", NAMES, password=None, now=NOW)
    room = [60]
    with ca.Authority(tmp_path / "a") as authority:

        @event.listens_for(authority._store.engine, "begin")
        def limit(connection):
            connection.exec_driver_sql(f"PRAGMA max_page_count = {room[0]}")

        done = []
        with pytest.raises(StorageError, match="full"):
            for number in range(1000):
                asked = [application(f"Shop {number}") for _ in range(8)]
                made = authority.issue_many("merchant-signing", asked, now=NOW)
                done += [outcome.certificate.serial for outcome in made]
        assert len(done) >= 8
        assert len(authority.find()) == 2 + len(done)
        assert authority.log.verify()[1] == []
        # Revoking takes room, too, or goes through: never a half of it.
        for serial in done:
            before = authority.get(serial).status
            assert before is ca.Status.GOOD
            try:
                authority.revoke([serial], reason=Reason.SUPERSEDED, now=NOW)
            except StorageError:
                assert authority.get(serial).status is before
        assert authority.log.verify()[1] == []
        room[0] = 100_000
        authority.issue("merchant-signing", application(), now=NOW)
        assert authority.log.verify()[1] == []


def test_a_clock_that_goes_back(authority):
    made = authority.issue("merchant-signing", application(), now=NOW)
    before = authority.audit_root()
    early = NOW - timedelta(hours=1)
    for act in (
        lambda: authority.issue("merchant-signing", application(), now=early),
        lambda: authority.revoke([made.serial], reason=Reason.SUPERSEDED, now=early),
        lambda: authority.publish(now=early),
    ):
        with pytest.raises(StorageError, match="the clock says"):
            act()
    assert authority.audit_root() == before
    assert "clock-backwards" in {each.code for each in authority.examine(now=early)}
    authority.issue("merchant-signing", application(), now=NOW)
