"""
Fuzz every target for a share of some core-hours: ``make fuzz HOURS=4``.

::

    python -m fuzz.run --hours 4 [--jobs 2] [--until 18:30] [--only python/pdf …]

Installs atheris and builds the Rust targets as they are now, writes the seeds, then gives turns to whichever
target has had the least processor time so far, by ``hours.json``. What a turn finds is made small and kept under
``fuzz/regressions``, where the tests replay it; the run goes on, and ends with 1 if anything was found.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

ATHERIS = "atheris>=3,<4"
MOST_FINDINGS = 3  # of one target in one run: then it waits until they are mended
TURN = 60  # seconds of wall time


def set_up(rust: Path) -> None:
    """What is missing: atheris, cargo-fuzz, the Rust targets as they are now."""
    if importlib.util.find_spec("atheris") is None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, ATHERIS], check=True)
    if shutil.which("cargo-fuzz") is None:
        subprocess.run(["cargo", "install", "--locked", "--quiet", "cargo-fuzz"], check=True)
    # The sanitizers are behind a flag of the nightly compiler; the stable one takes it when told so.
    nightly = {**os.environ, "RUSTC_BOOTSTRAP": "1"}
    # In many units: as one, the kernels under two instruments take the compiler the better part of an hour.
    build = ["cargo", "fuzz", "build", "--codegen-units", "16"]
    subprocess.run(build, cwd=rust.parent, env=nightly, check=True)


def rounds(names: list[str], seconds: float, until: datetime | None, jobs: int) -> int:
    """
    Turns for all targets, several at once, until *seconds* of processor time are used.

    Returns:
        How many inputs were kept because something was wrong with them.
    """
    from fuzz import findings, hours, turn  # noqa: PLC0415
    from fuzz.one import fuzz  # noqa: PLC0415

    known = {name: hours.Hours() for name in names} | hours.read()
    waiting, running, found = set(names), dict[int, str](), dict.fromkeys(names, 0)

    def go_on() -> bool:
        late = until is not None and datetime.now().astimezone() >= until
        return seconds > 0 and not late and bool(waiting)

    while go_on() or running:
        while go_on() and len(running) < jobs:
            name = min(waiting, key=lambda each: known[each].seconds)
            waiting.remove(name)
            running[turn.start(name, TURN, fuzz)] = name
        process, status, used = os.wait4(-1, 0)
        done = turn.end(running.pop(process), status, used)
        known[done.name].add(done)
        for artefact in done.artefacts:
            kept = findings.keep(done.name, artefact)
            known[done.name].findings += kept
            found[done.name] += kept
            artefact.unlink()
        seconds -= done.seconds
        hours.write(known)
        if found[done.name] < MOST_FINDINGS:
            waiting.add(done.name)
    return sum(found.values())


def main() -> int:
    """For the command line."""
    given = argparse.ArgumentParser(description="Fuzz every target for a share of the time.")
    given.add_argument("--hours", type=float, default=1.0, help="core-hours altogether")
    given.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes at once")
    given.add_argument("--until", help="end at this time of the day, HH:MM")
    given.add_argument("--only", nargs="*", help="targets: python/pdf rust/der …")
    options = given.parse_args()
    until = None
    if options.until:
        hour, minute = map(int, options.until.split(":"))
        until = datetime.now().astimezone().replace(hour=hour, minute=minute, second=0)
    rust = Path(__file__).resolve().parent.parent / "rust" / "fuzz"
    set_up(rust)

    from fuzz import one  # noqa: PLC0415

    names = [f"python/{name}" for name in one.load()]
    names += sorted(f"rust/{path.stem}" for path in (rust / "fuzz_targets").glob("*.rs"))
    from fuzz import seeds, turn  # noqa: PLC0415

    print(f"{seeds.write(turn.WORK / 'seeds'):,} seeds", file=sys.stderr)
    found = rounds(options.only or names, options.hours * 3600, until, options.jobs)
    print(f"{found} findings, under fuzz/regressions", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
