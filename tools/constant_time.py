#!/usr/bin/env python3
"""
Evidence of constant time: runs it all and writes docs/constant-time.md and its Chinese page.

Needs cargo and valgrind (fetched with apt-get where that is allowed). The exit code is 1 if a secret
shows in valgrind or in the durations, or if the deliberately leaky build goes unnoticed.
"""

import argparse
import datetime as dt
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tools.constant_time_chinese import in_chinese

ROOT = Path(__file__).resolve().parent.parent
PATHS = ["portable", "bmi2", "avx2", "avx2-gfni", "avx512"]
UNDER_VALGRIND = ["portable", "bmi2", "avx2"]  # valgrind 3.19 knows neither GFNI nor AVX-512
NOT_HERE = 3  # exit code of the harness

Figures = dict[str, float]  # by the name of the case


def main() -> int:
    """Build, measure, write the page."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--share", type=int, default=100, help="percent of the measurements")
    share = parser.parse_args().share
    fetch_valgrind()

    plain, watched = build(), build("memcheck")
    leaky = build("memcheck", "leaky")
    reports, clean = everywhere(UNDER_VALGRIND, lambda path: memcheck(watched, path))
    times, steady = everywhere(PATHS, lambda path: timing(plain, path, share))
    best = [path for path in PATHS if times[path]][-1]
    noticed = {
        "memcheck": memcheck(leaky, "portable")[0],
        "timing": timing(leaky, best, max(1, share * 2 // 5))[0],
    }

    parts = {
        "conditions": conditions(share),
        "memcheck": table(reports, UNDER_VALGRIND, "{:.0f}", noticed["memcheck"]),
        "timing": table(times, PATHS, "{:.2f}", noticed["timing"]),
    }
    for folder, said in ((ROOT / "docs", str), (ROOT / "docs" / "zh", in_chinese)):
        page = folder / "constant-time.md"
        text = page.read_text(encoding="utf-8")
        for name, part in parts.items():
            text = replace(text, name, said(part))
        page.write_text(text, encoding="utf-8")

    missed = [
        f"{kind}: {case}"
        for kind, least in (("memcheck", 1), ("timing", 100))
        for case, figure in noticed[kind].items()
        if figure < least
    ]
    for line in missed:
        say(f"the deliberate leak went unnoticed: {line}")
    if not (clean and steady):
        say("a secret shows: see the lines marked LEAK above")
    return 0 if clean and steady and not missed else 1


def say(text: str) -> None:
    """Progress and complaints, to standard error."""
    print(f"constant-time: {text}", file=sys.stderr, flush=True)


def fetch_valgrind() -> None:
    """Install valgrind if it is not there."""
    if shutil.which("valgrind"):
        return
    apt = ["apt-get", "install", "-y", "-qq", "valgrind"]
    if os.geteuid() != 0:
        apt.insert(0, "sudo")
    say("fetching valgrind: " + " ".join(apt))
    if shutil.which(apt[0]) is None or subprocess.run(apt, check=False).returncode != 0:
        raise SystemExit("constant-time: error: valgrind is needed; install it and run this again")


def build(*features: str) -> Path:
    """The harness with these features, on the release profile, under a name of its own."""
    say(f"building the harness ({', '.join(features) or 'as shipped'})")
    command = ["cargo", "build", "--quiet", "--release", "--package", "gmkit-ct"]
    if features:
        command += ["--features", ",".join(features)]
    subprocess.run(command, cwd=ROOT / "rust", check=True)
    release = ROOT / "rust" / "target" / "release"
    return Path(
        shutil.copy2(
            release / "gmkit-ct", release / "-".join(["gmkit-ct", *(features or ["shipped"])])
        )
    )


def memcheck(harness: Path, path: str) -> tuple[Figures, bool]:
    """Reports of valgrind on one CPU path."""
    return figures(["valgrind", "-q", "--error-limit=no", str(harness), "memcheck", path])


def timing(harness: Path, path: str, share: int) -> tuple[Figures, bool]:
    """Welch's t on one CPU path."""
    return figures([str(harness), "timing", path, str(share)])


def figures(command: list[str]) -> tuple[Figures, bool]:
    """What the harness printed, and whether all of it was well. Valgrind's own words are dropped."""
    say(" ".join(Path(word).name for word in command))
    run = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False, text=True
    )
    print(run.stdout, end="", flush=True)
    if run.returncode == NOT_HERE:
        return {}, True
    if run.returncode not in (0, 1) or not run.stdout:
        raise SystemExit(f"constant-time: error: the harness ended with {run.returncode}")
    lines = [line.rsplit(maxsplit=2) for line in run.stdout.splitlines()]
    return {case: float(figure) for case, figure, _ in lines}, run.returncode == 0


def everywhere(
    paths: list[str], measure: Callable[[str], tuple[Figures, bool]]
) -> tuple[dict[str, Figures], bool]:
    """Figures by CPU path, and whether all were well."""
    found, well = {}, True
    for path in paths:
        found[path], good = measure(path)
        well &= good
    return found, well


def table(found: dict[str, Figures], paths: list[str], form: str, leaky: Figures) -> str:
    """A table of the page: one line a case, one column a CPU path."""

    def cell(path: str, case: str) -> str:
        return form.format(found[path][case]) if case in found[path] else "not here"

    rows = [["operation and secret", *paths, "leaky build"], ["---", *["--:"] * (len(paths) + 1)]]
    rows += [[case, *(cell(path, case) for path in paths), f"{leaky[case]:.0f}"] for case in leaky]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def conditions(share: int) -> str:
    """When, where and with what this was measured."""

    def first_line(*command: str) -> str:
        run = subprocess.run(command, capture_output=True, check=True, text=True)
        return run.stdout.splitlines()[0]

    models = [
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith(("model name", "cpu family", "model\t"))
    ]
    today = dt.datetime.now(tz=dt.timezone.utc).date().isoformat()
    return (
        f"Measured {today} on {models[2]} (family {models[0]}, model {models[1]}), "
        f"{platform.system()}, {first_line('rustc', '--version').split(' (')[0]}, "
        f"{first_line('valgrind', '--version')}, release profile, {share} % of the measurements."
    )


def replace(text: str, name: str, new: str) -> str:
    """The page with a generated part replaced."""
    head, rest = text.split(f"<!-- {name} -->\n")
    tail = rest.split(f"<!-- end of {name} -->")[1]
    return f"{head}<!-- {name} -->\n{new}\n<!-- end of {name} -->{tail}"


if __name__ == "__main__":
    sys.exit(main())
