"""
Mutation testing of the Rust side of verification: ``make mutants``.

All mutants of a sample stand in one build, each behind a question (``on(17)``) that the environment
variable ``GMKIT_MUTANT`` answers: the crates are compiled once, in a copy, and a mutant costs no more than
its tests up to the first that fails. The tests are those of the crates themselves; the slow ones and the
vectors are asked only about what the others let pass.

Usage: python tools/mutants/rust.py PACKAGE... [--sample N | --all] [--seed S] [--minutes M]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from rust_mutations import Fault, faults, rewritten
from score import sentence

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "build/mutants"
VARIABLE = "GMKIT_MUTANT"
ASK = f"""
/// Whether the mutant of this number is in force.
#[inline(never)]
pub(crate) fn mutant_on(number: u32) -> bool {{
    static CHOSEN: std::sync::LazyLock<u32> = std::sync::LazyLock::new(|| {{
        std::env::var("{VARIABLE}").map_or(0, |text| text.parse().unwrap_or(0))
    }});
    *CHOSEN == number
}}
"""
PATIENCE = 30  # seconds of processor time for one round; the slowest takes 15
SLOW = "ar_05_structured"
# Tests, what only measurements use, and code for processors of 32 bits.
SKIPPED = {"tests.rs", "probe.rs", "known_attacks.rs", "words32.rs"}


@dataclass(frozen=True)
class Target:
    """A crate, the sources below its ``src``, and rounds of test binary and arguments, cheapest first."""

    crate: str
    folders: tuple[str, ...]
    rounds: tuple[tuple[str, tuple[str, ...]], ...]


TARGETS = {
    "sm2": Target(
        "gmkit-core",
        ("sm2", "kdf/sm2.rs"),
        (
            ("gmkit_core", ("sm2::", "selftest", "kdf", "--skip", SLOW, "--skip", "sm2::batch")),
            ("gmkit_core", ("sm2::batch",)),
            ("vectors", ()),
            ("gmkit_core", (SLOW,)),
        ),
    ),
    "receipts": Target("gmkit-receipt", (".",), (("gmkit_receipt", ()),)),
}


def main() -> None:
    """Copy, change, build once, try."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", nargs="+", choices=TARGETS)
    parser.add_argument("--sample", type=int, default=150, metavar="N", help="mutants a package")
    parser.add_argument("--all", action="store_true", help="every mutant")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--minutes", type=float, default=1e6, metavar="M", help="a package, at most"
    )
    options = parser.parse_args()
    os.nice(19)
    WORK.mkdir(parents=True, exist_ok=True)
    population: dict[str, int] = {}
    chosen: list[tuple[str, Fault]] = []
    for name in options.package:
        everything = every_fault(TARGETS[name])
        population[name] = len(everything)
        count = len(everything) if options.all else min(options.sample, len(everything))
        some = random.Random(options.seed).sample(everything, count)
        chosen += [(name, one) for one in sorted(some, key=lambda one: (one.path, one.start))]
    numbered = dict(enumerate(chosen, 1))
    binaries = build([TARGETS[name] for name in options.package], numbered)
    for name in options.package:
        report(name, numbered, binaries, options.minutes, population[name])


def report(
    package: str,
    numbered: dict[int, tuple[str, Fault]],
    binaries: dict[str, Path],
    minutes: float,
    population: int,
) -> None:
    """One package: try its mutants and say what became of them."""
    rounds = TARGETS[package].rounds
    if trial(0, binaries, rounds) != "survived":
        raise SystemExit(f"{package}: tests fail without a mutant")
    numbers = [number for number, (name, _) in numbered.items() if name == package]
    random.Random(0).shuffle(numbers)  # what a limit of time leaves is a random sample too
    end = time.monotonic() + 60 * minutes
    outcomes: dict[str, str] = {}

    for number in numbers:
        if time.monotonic() > end:
            break
        name = f"{numbered[number][1].name} #{number}"
        outcomes[name] = trial(number, binaries, rounds)
        if outcomes[name] == "survived":
            print(f"survived  {name}", flush=True)
    (WORK / f"rust-{package}.json").write_text(json.dumps(outcomes, indent=1), "utf-8")
    print(sentence(f"{package} (Rust)", Counter(outcomes.values()), population))


def every_fault(target: Target) -> list[Fault]:
    """All that a package's sources offer."""
    return [
        fault
        for source in sources(ROOT / "rust" / target.crate / "src", target.folders)
        for fault in faults(source.read_bytes(), str(source.relative_to(ROOT)))
    ]


def sources(folder: Path, names: tuple[str, ...]) -> list[Path]:
    """The files of a crate that are mutated: no tests."""
    found = []
    for name in names:
        place = folder / name
        found += sorted(place.rglob("*.rs")) if place.is_dir() else [place]
    return [one for one in found if one.name not in SKIPPED and "tests" not in one.parts]


def tracked() -> list[str]:
    """The files that the crates and their tests are made of."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "rust", "vectors"],
        check=True,
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    return [path for path in listed.stdout.decode().split("\0") if path]


def build(targets: list[Target], numbered: dict[int, tuple[str, Fault]]) -> dict[str, Path]:
    """The test binaries by name, made of a copy that has every chosen mutant in it."""
    copy = WORK / "tree"
    by_path: dict[str, dict[int, Fault]] = {}
    for number, (_, fault) in numbered.items():
        by_path.setdefault(fault.path, {})[number] = fault
    libraries = {f"rust/{target.crate}/src/lib.rs" for target in targets}
    for path in tracked():
        octets = (ROOT / path).read_bytes()
        if path in by_path:
            octets = rewritten(octets, by_path[path])
        if path in libraries:
            octets += ASK.encode()
        place = copy / path
        # What is the same stays as it is: cargo goes by the time of change.
        if not place.exists() or place.read_bytes() != octets:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(octets)
    command = ["cargo", "test", "--profile", "mutants", "--no-run", "--message-format=json"]
    for target in targets:
        command += ["--package", target.crate]
        if any(binary == "vectors" for binary, _ in target.rounds):
            command += ["--package", "gmkit-encoding"]
    built = subprocess.run(
        command,
        check=True,
        cwd=copy / "rust",
        env={"CARGO_TARGET_DIR": str(WORK / "target")} | dict(os.environ),
        stdout=subprocess.PIPE,
    )
    binaries = {}
    for line in built.stdout.splitlines():
        message = json.loads(line)
        if message.get("executable") and message["profile"]["test"]:
            binaries[message["target"]["name"]] = Path(message["executable"])
    return binaries


def trial(number: int, binaries: dict[str, Path], rounds: tuple) -> str:
    """What becomes of one mutant."""
    for name, arguments in rounds:
        with subprocess.Popen(
            ["prlimit", f"--cpu={PATIENCE}", binaries[name], "-q", "--test-threads=1", *arguments],
            env={**os.environ, VARIABLE: str(number), "RUST_BACKTRACE": "0"},
            cwd=WORK / "tree/rust",
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as running:
            assert running.stdout is not None
            # One letter a test, as it ends: after the first that fails the others change nothing.
            while letters := os.read(running.stdout.fileno(), 4096):
                if b"F" in letters:
                    running.kill()
                    return "killed"
        if running.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            return "timeout"
        if running.returncode:
            return "killed"
    return "survived"


if __name__ == "__main__":
    main()
