"""Some hundred kills; `make ledger-kills` does ten thousand."""

import re
import subprocess
import sys

from tests.shared import ROOT

KILLS = 250


def test_kill_9_at_random_moments_loses_nothing_acknowledged():
    # In a process of its own: it forks, and has no threads that a fork would lose.
    command = [sys.executable, "-m", "tests.receipts.ledger.kills", str(KILLS)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr
    found = re.match(r"([\d,]+) kills, ([\d,]+) entries, nothing lost", done.stdout)
    assert int(found[1].replace(",", "")) == KILLS
    assert int(found[2].replace(",", "")) > KILLS
