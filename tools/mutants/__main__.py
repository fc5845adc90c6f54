"""
Mutation testing of the Python side of verification: ``make mutants``.

A random sample of small faults, one at a time, in the modules of ``targets.py``; of each, whether a test
notices. Says how many of a hundred are noticed, with the 95 % interval, and which are not. A mutant that
runs for ever counts as noticed.

Usage: python tools/mutants PACKAGE... [--sample N | --all] [--seed S] [--jobs J] [--minutes M] [--again]
"""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from mutations import mutations
from score import sentence
from selection import Selection
from targets import TARGETS, Target
from trial import NONE, SURVIVED, UNSEEN, Mutant, Trial

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "build/mutants"
# What every mutant's process would import anew; nothing of gmkit, which has to be, and no plugin of pytest.
PRELOADED = (
    *("asn1crypto.cms", "asn1crypto.x509", "cryptography.x509", "lxml.etree"),
    *("pandas", "pyarrow.parquet", "sqlalchemy.orm"),
)


def main() -> None:
    """Measure, choose, try, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", nargs="+", choices=TARGETS)
    parser.add_argument("--sample", type=int, default=150, metavar="N", help="mutants a package")
    parser.add_argument("--all", action="store_true", help="every mutant")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument(
        "--longest", type=float, default=20.0, metavar="S", help="leave out tests longer than this"
    )
    parser.add_argument(
        "--minutes", type=float, default=1e6, metavar="M", help="a package, at most"
    )
    parser.add_argument("--again", action="store_true", help="try the survivors of the last run")
    parser.add_argument("--keep", action="store_true", help="which test sees what: as last time")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.nice(19)
    if options.measure:
        for name in options.package:
            target = TARGETS[name]
            Selection.measure(ROOT, sources(target), list(target.tests)).write(tests_of(name))
        return
    for name in PRELOADED:
        importlib.import_module(name)
    for name in options.package:
        if not options.keep:
            subprocess.run([sys.executable, __file__, name, "--measure"], check=True, cwd=ROOT)
        report(name, options)


def sources(target: Target) -> list[Path]:
    """Its files."""
    return [ROOT / "src" / target.folder / f"{module}.py" for module in target.modules]


def tests_of(name: str) -> Path:
    """Where the choice of tests of a package is kept."""
    return WORK / f"{name}.tests.json"


def report(name: str, options: argparse.Namespace) -> None:
    """One package: try its mutants and say what became of them."""
    kept = WORK / f"{name}.json"
    everything = every_mutant(TARGETS[name], Selection.read(tests_of(name)), options.longest)
    before: dict[str, str] = {}
    if options.again:
        before = json.loads(kept.read_text(encoding="utf-8"))
        chosen = [one for one in everything if before.get(key(one)) in (SURVIVED, UNSEEN)]
    elif options.all:
        # What a limit of time leaves is a random sample too.
        chosen = random.Random(options.seed).sample(everything, len(everything))
    else:
        chosen = random.Random(options.seed).sample(
            everything, min(options.sample, len(everything))
        )
    check(chosen, options.jobs)
    outcomes = before | try_all(chosen, options.jobs, options.minutes)
    kept.write_text(json.dumps(outcomes, indent=1), encoding="utf-8")
    print(sentence(name, Counter(outcomes.values()), len(everything)))
    for one, outcome in sorted(outcomes.items()):
        if outcome in (SURVIVED, UNSEEN):
            print(f"  {outcome}  {one}")


def check(chosen: list[Mutant], jobs: int) -> None:
    """Without a fault every test passes; otherwise nothing that follows means anything."""
    tests = tuple(sorted({test for one in chosen for test in one.tests}))
    if not tests:
        return
    seconds = max(one.seconds for one in chosen)
    control = Mutant(chosen[0].path, "", NONE, 0, "no fault", tests, seconds)
    (outcome,) = try_all([control], jobs).values()
    if outcome != SURVIVED:
        raise SystemExit(f"tests fail without a fault: see {WORK}/log.{os.getpid()}.0")


def key(mutant: Mutant) -> str:
    """What a mutant is called between runs: its text, and its number among the same."""
    return f"{mutant.path}:{mutant.line}: {mutant.text} #{mutant.number}"


def every_mutant(target: Target, selection: Selection, longest: float) -> list[Mutant]:
    """All mutants of a package, each with its tests."""
    found = []
    for source in sources(target):
        path = str(source.relative_to(ROOT))
        text = source.read_text(encoding="utf-8")
        for number, one in enumerate(mutations(ast.parse(text))):
            tests = tuple(selection.of(path, one.line, one.last, longest))
            seconds = sum(selection.seconds[test] for test in tests)
            found.append(Mutant(path, text, number, one.line, one.text, tests, seconds))
    return found


def try_all(mutants: list[Mutant], jobs: int, minutes: float = 1e6) -> dict[str, str]:
    """The outcome of each, so many at a time; after so many minutes none is begun any more."""
    end = time.monotonic() + 60 * minutes
    outcomes: dict[str, str] = {}
    waiting = list(reversed(mutants))
    running: list[Trial] = []
    while waiting or running:
        if time.monotonic() > end:
            waiting.clear()
        while waiting and len(running) < jobs:
            mutant = waiting.pop()
            if mutant.tests:
                log = WORK / f"log.{os.getpid()}.{len(outcomes) + len(running)}"
                running.append(Trial.start(ROOT, mutant, log))
            else:
                outcomes[key(mutant)] = UNSEEN
        time.sleep(0.02)
        for trial in list(running):
            outcome = trial.outcome()
            if outcome is not None:
                running.remove(trial)
                outcomes[key(trial.mutant)] = outcome
                if outcome == SURVIVED and trial.mutant.number != NONE:
                    print(f"{outcome}  {key(trial.mutant)}", flush=True)
    return outcomes


if __name__ == "__main__":
    main()
