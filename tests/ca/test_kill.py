"""
Killed in the middle: what was acknowledged is there, no serial twice, and the next one just goes on.

A few kills here; GMKIT_KILLS=10000 makes it the long run.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import datetime, timezone

from gmkit import ca
from gmkit.ca import schema
from gmkit.ca.layout import Layout, Settings
from gmkit.ca.store import Store
from gmkit.merkle import Frontier, leaf_hash
from tests.ca.conftest import NAMES

KILLS = int(os.environ.get("GMKIT_KILLS", "8"))

# Issues, and revokes every third, as fast as it can; says so only after the call has returned.
WORKER = """
import sys
from datetime import datetime, timezone
from gmkit import ca, sm2, x509
from gmkit.x509 import RevocationReason

with ca.Authority(sys.argv[1]) as authority:
    print("ready", flush=True)
    number = 0
    while True:
        number += 1
        now = datetime.now(timezone.utc)
        wanted = ca.Application(
            subject=x509.parse_name("CN=Shop,O=Company,C=CN"),
            public_key_info=sm2.generate_private_key().public_key().to_der(),
        )
        made = authority.issue("merchant-signing", wanted, now=now)
        print("issued", f"{made.serial:x}", flush=True)
        if number % 3 == 0:
            authority.revoke([made.serial], reason=RevocationReason.SUPERSEDED, now=now)
            print("revoked", f"{made.serial:x}", flush=True)
"""


def test_pki_03_nothing_acknowledged_is_lost(tmp_path):
    folder = tmp_path / "authority"
    ca.create(folder, NAMES, password=None, now=datetime.now(timezone.utc))
    issued, revoked = set(), set()
    dice = random.Random(20261122)
    for _ in range(KILLS):
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(folder)], stdout=subprocess.PIPE, text=True
        )
        assert worker.stdout.readline() == "ready\n"
        time.sleep(dice.uniform(0.02, 0.3))
        worker.send_signal(signal.SIGKILL)
        said, _ = worker.communicate(timeout=30)
        # The last line may have been cut off.
        for line in said.rpartition("\n")[0].splitlines():
            word, serial = line.split()
            (issued if word == "issued" else revoked).add(int(serial, 16))
    assert issued
    with ca.Authority(folder) as authority:
        found = {each.serial: each.status for each in authority.find()}
        assert len(found) == len(authority.find())
        assert issued <= set(found)
        assert all(found[serial] is ca.Status.REVOKED for serial in revoked)
        size, root = authority.audit_root()
    store = Store(Layout(folder).store_url(Settings().store))
    with store.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        entries = connection.execute(schema.audit.select().order_by(schema.audit.c.number)).all()
    store.close()
    # Every act has its entry and every entry its act: they share a transaction.
    frontier = Frontier()
    frontier.extend(leaf_hash(entry.entry) for entry in entries)
    assert (frontier.size, frontier.root()) == (size, root)
    changed = sum(status is ca.Status.REVOKED for status in found.values())
    assert size == len(found) + changed
