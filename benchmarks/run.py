"""
Ours beside the rivals, in one run on one core: ``make bench``.

Sets up what is missing (packages in benchmarks/.venv, gmsm through Go's modules, two C programs), runs ours
and every rival on the same work in several short rounds, one after the other in each, so that whatever else
the machine does meets all of them alike, and writes docs/benchmarks.md, docs/benchmarks.svg and benchmarks/results.json.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
WORK = HERE / ".work"
VENV = HERE / ".venv"
PACKAGES = {
    "cryptography": "pyca.py",
    "gmssl": "py_gmssl.py",
    "gmssl_pyx": "py_gmssl_pyx.py",
    "tongsuopy": "py_tongsuo.py",
}
ROUNDS = 5
# For the CPU paths that this processor would not choose.
FEW_ROUNDS = 3
C_PROGRAMS = {"OpenSSL": ("openssl.c", ["-lcrypto"]), "libgcrypt": ("libgcrypt.c", ["-lgcrypt"])}


def say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


def call(command: list[str], **options: object) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def pinned(command: list[str]) -> list[str]:
    """On the last core alone, where the system can do that."""
    if shutil.which("taskset") is None:
        return command
    return ["taskset", "-c", str((os.cpu_count() or 1) - 1), *command]


@dataclass
class Program:
    """One that prints its operations' figures, and what it has printed, round after round."""

    name: str
    command: list[str]
    options: dict[str, Any] = field(default_factory=dict)
    rounds: int = ROUNDS
    figures: list[dict[str, tuple[float, str]]] = field(default_factory=list)

    def run(self) -> None:
        """Run it once; what fails is said and left out."""
        done = subprocess.run(
            pinned(self.command),
            check=False,
            capture_output=True,
            text=True,
            cwd=ROOT,
            **self.options,
        )
        if done.returncode:
            say(f"{self.name} failed: {done.stderr.strip().splitlines()[-1:]}")
        entries = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        self.figures.append({e["operation"]: (e["value"], e["unit"]) for e in entries})

    def medians(self) -> dict[str, tuple[float, str]]:
        """The median over the rounds for every operation."""
        found: dict[str, list[tuple[float, str]]] = {}
        for figures in self.figures:
            for operation, figure in figures.items():
                found.setdefault(operation, []).append(figure)
        return {
            operation: (statistics.median(value for value, _ in figures), figures[0][1])
            for operation, figures in found.items()
        }

    def ratios(self, rival: Program, compared_with: dict[str, str]) -> dict[str, float]:
        """How many times the rival this one is: the median of the ratios within each round."""
        found: dict[str, list[float]] = {}
        for mine, theirs in zip(self.figures, rival.figures, strict=False):
            for operation, (value, _) in mine.items():
                other = theirs.get(compared_with.get(operation, operation))
                if other:
                    found.setdefault(operation, []).append(value / other[0])
        return {operation: statistics.median(values) for operation, values in found.items()}


def python_rivals() -> list[Program]:
    if not VENV.exists():
        say("installing the Python rivals")
        call([sys.executable, "-m", "venv", str(VENV)])
    found = []
    for package, script in PACKAGES.items():
        pip = [str(VENV / "bin/pip"), "install", "--quiet", "--disable-pip-version-check", package]
        installed = subprocess.run(pip, check=False, capture_output=True, text=True)
        if installed.returncode:
            say(f"{package} cannot be installed here and is left out")
            continue
        version = call(
            [
                str(VENV / "bin/python"),
                "-c",
                f"import importlib.metadata as m; print(m.version({package!r}))",
            ]
        ).strip()
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [str(VENV / "bin/python"), str(HERE / "rivals" / script)]
        found.append(Program(f"{package} {version}", command, {"env": environment}))
    return found


def gmsm() -> list[Program]:
    if shutil.which("go") is None:
        say("no Go toolchain: gmsm is left out (see https://go.dev/doc/install)")
        return []
    folder = HERE / "rivals/gmsm"  # go.mod and go.sum pin the version
    WORK.mkdir(exist_ok=True)
    listed = call(["go", "list", "-m", "github.com/emmansun/gmsm"], cwd=folder)
    version = listed.split()[1]
    found = []
    # Once as it comes, and once in Go alone, which is what our portable path compares with.
    for name, tags in (("(Go)", []), ("without assembly (Go)", ["-tags", "purego"])):
        program = WORK / ("gmsm-purego" if tags else "gmsm")
        call(["go", "build", *tags, "-o", str(program), "."], cwd=folder)
        found.append(Program(f"gmsm {version} {name}", [str(program)]))
    return found


def c_rivals() -> list[Program]:
    WORK.mkdir(exist_ok=True)
    found = []
    for name, (source, libraries) in C_PROGRAMS.items():
        program = WORK / Path(source).stem
        command = ["cc", "-O2", "-o", str(program), str(HERE / "rivals" / source), *libraries]
        built = subprocess.run(command, check=False, capture_output=True, text=True)
        if built.returncode and shutil.which("apt-get") and os.geteuid() == 0:
            say("installing the headers of OpenSSL and libgcrypt")
            install = ["apt-get", "install", "-y", "-q", "libssl-dev", "libgcrypt20-dev"]
            subprocess.run(install, check=False, capture_output=True)
            built = subprocess.run(command, check=False, capture_output=True, text=True)
        if built.returncode:
            say(f"{name} cannot be built here and is left out (Debian: libssl-dev libgcrypt20-dev)")
            continue
        found.append(Program(f"{name} {c_version(name)} (C)", [str(program)]))
    return found


def c_version(name: str) -> str:
    if name == "OpenSSL":
        return call(["openssl", "version"]).split()[1]
    return call(["libgcrypt-config", "--version"]).strip()


def ours() -> list[Program]:
    """Every CPU path, the best one first: that one runs in every round."""
    found = []
    available = call(
        [sys.executable, "-c", "from gmkit._native import cpu; print(*cpu.available())"]
    ).split()
    for path in reversed(available):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "GMKIT_CPU": path}
        command = [sys.executable, str(HERE / "rivals/ours.py")]
        rounds = FEW_ROUNDS if found else ROUNDS
        found.append(Program(f"gmkit, {path}", command, {"env": environment}, rounds))
    return found


def core_in_rust(paths: list[str]) -> list[Program]:
    """The core without Python, on every CPU path: what a call costs, and how the arithmetic alone compares."""
    say("building the core without Python")
    manifest = str(ROOT / "rust/Cargo.toml")
    build = ["cargo", "build", "--quiet", "--release", "-p", "gmkit-core", "--example", "sm2_speed"]
    subprocess.run([*build, "--manifest-path", manifest], check=True)
    program = str(ROOT / "rust/target/release/examples/sm2_speed")
    return [
        Program(f"core, {path}", [program, path], rounds=FEW_ROUNDS if number else ROUNDS)
        for number, path in enumerate(paths)
    ]


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def main() -> None:
    from benchmarks.table import COMPARED_WITH, write

    best, *others = ours()
    cores = core_in_rust([program.name.removeprefix("gmkit, ") for program in [best, *others]])
    rivals = gmsm() + c_rivals() + python_rivals()
    for number in range(ROUNDS):
        say(f"round {number + 1} of {ROUNDS}")
        for program in [best, cores[0], *rivals, *others, *cores[1:]]:
            if number < program.rounds:
                program.run()
    results = {
        "facts": {
            "date": datetime.now(timezone.utc).date().isoformat(),
            "processor": processor(),
            "python": platform.python_version(),
            "rounds": ROUNDS,
        },
        "ours": {program.name: program.medians() for program in [best, *others]},
        "core": {core.name: core.medians() for core in cores},
        "kept": best.ratios(cores[0], {}),
        "rivals": {rival.name: rival.medians() for rival in rivals},
        "ratios": {rival.name: best.ratios(rival, COMPARED_WITH) for rival in rivals},
        "ratios on each path": {
            ours.name: {rival.name: ours.ratios(rival, COMPARED_WITH) for rival in rivals}
            for ours in [best, *others, *cores]
        },
    }
    (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    write(results, ROOT / "docs")
    say("written: docs/benchmarks.md, docs/benchmarks.svg, benchmarks/results.json")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
