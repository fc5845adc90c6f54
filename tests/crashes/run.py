"""
A crash, a failing disk and a full disk at every system call: ``python -m tests.crashes.run``.

For each scenario the calls of one undisturbed run are counted; then it is run again for every one of them, with
the fault there, and what is left is checked.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.crashes.injection import Fault, NoStraceError, Steps, calls_of, faults, perform
from tests.crashes.scenarios import SCENARIOS, Scenario

KINDS = ("KILL", "EIO", "ENOSPC")


@dataclass
class Outcome:
    """
    What came of one scenario.

    Attributes:
        calls: How many system calls the undisturbed run makes.
        faults: How many were tried.
        killed, refused: In how many runs the worker was killed, or was told of the fault by an error of gmkit.
        failures: What was not as it must be, with the fault.
    """

    calls: int = 0
    faults: int = 0
    killed: int = 0
    refused: int = 0
    failures: list[str] = field(default_factory=list)


class Silent(Steps):
    """Steps of the process that watches: they load what the workers need."""

    def __init__(self) -> None:
        pass

    def __call__(self, name: str, step: Callable[[], object]) -> None:
        step()


def run(
    scenario: Scenario, place: Path, *, sample: int | None = None, kinds: tuple[str, ...] = KINDS
) -> Outcome:
    """
    Try a scenario with a fault at every call, or at *sample* of them, spread evenly.

    Raises:
        NoStraceError: strace cannot attach.
    """
    folder, template = place / "here", place / "before"
    scenario.prepare(folder)
    shutil.copytree(folder, template)

    def again() -> None:
        shutil.rmtree(folder)
        shutil.copytree(template, folder)

    def act(step: Steps) -> None:
        scenario.act(folder, step)

    act(Silent())
    again()
    counted = calls_of(act, place / "calls")
    all_faults = list(faults(counted, kinds))
    chosen = all_faults
    if sample is not None and sample < len(all_faults):
        chosen = [all_faults[number * len(all_faults) // sample] for number in range(sample)]
    outcome = Outcome(calls=counted.total())
    for fault in chosen:
        again()
        _try(scenario, act, folder, fault, outcome)
    return outcome


def _try(
    scenario: Scenario,
    act: Callable[[Steps], None],
    folder: Path,
    fault: Fault,
    outcome: Outcome,
) -> None:
    told = perform(act, fault.options)
    outcome.faults += 1
    outcome.killed += told.killed
    outcome.refused += any(line.startswith("refused ") for line in told.lines)
    try:
        assert told.killed is (fault.kind == "KILL"), told.lines
        broken = [line for line in told.lines if line.startswith("broken ")]
        assert broken == [], broken
        scenario.check(folder, told, fault)
    except Exception:  # noqa: BLE001  whatever it is, it is told with the others at the end
        outcome.failures.append(f"{fault}: {told.lines}\n{traceback.format_exc()}")


def main() -> int:
    """Every fault of every scenario, or of those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="*", choices=[[], *SCENARIOS], help="default: all")
    parser.add_argument("--sample", type=int, help="so many faults of each scenario")
    asked = parser.parse_args()
    failed = False
    for name in asked.scenarios or SCENARIOS:
        start = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="gmkit-crashes-") as place:
            try:
                found = run(SCENARIOS[name](), Path(place), sample=asked.sample)
            except NoStraceError as error:
                print(f"NOT TESTED: {error}", file=sys.stderr)
                return 1
        print(
            f"{name}: {found.calls} calls, {found.faults} faults, {found.killed} killed, "
            f"{found.refused} refused, {len(found.failures)} failures, {time.monotonic() - start:.0f} s",
            flush=True,
        )
        for failure in found.failures:
            print(failure, file=sys.stderr)
        failed = failed or bool(found.failures)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
