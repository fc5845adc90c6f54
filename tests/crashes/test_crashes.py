"""A sample of the faults that `make crashes` tries at every system call (DUR-01)."""

import re
import subprocess
import sys

import pytest

from tests.crashes.scenarios import SCENARIOS
from tests.shared import ROOT

SAMPLE = {"authority": 24, "ledger": 24, "new-authority": 12}


@pytest.mark.parametrize("name", SCENARIOS)
def test_dur_01_a_fault_at_any_system_call_loses_nothing_acknowledged(name):
    # In a process of its own: it forks, and has no threads that a fork would lose.
    sample = SAMPLE.get(name, 12)
    ran = subprocess.run(
        [sys.executable, "-m", "tests.crashes.run", name, "--sample", str(sample)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    if "NOT TESTED" in ran.stderr:
        pytest.skip(f"NOT TESTED, what a crash at a system call leaves: {ran.stderr.strip()}")
    assert ran.returncode == 0, ran.stderr
    found = re.search(r"(\d+) faults, (\d+) killed, (\d+) refused, 0 failures", ran.stdout)
    tried, killed, refused = map(int, found.groups())
    assert tried == sample
    assert killed >= sample // 4
    assert refused > 0
