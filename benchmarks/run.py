#!/usr/bin/env python3
"""
gmkit beside its rivals, in one run: writes docs/benchmarks.md.

Each rival is a program of its own in rivals/ that prints CPU seconds per operation. One that is not
there is left out and named. Usage: benchmarks/run.py [SECONDS per measurement]
"""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PYTHON_RIVALS = ["ours", "openssl", "libgcrypt", "pyca"]


def main():
    budget = sys.argv[1] if len(sys.argv) > 1 else "0.25"
    results, absent = [], []
    programs = {
        name: [sys.executable, str(HERE / "rivals" / f"{name}.py")] for name in PYTHON_RIVALS
    }
    programs["gmsm"] = ["go", "run", "-mod=mod", "."]
    for name, command in programs.items():
        where = HERE / "rivals" / "gmsm" if name == "gmsm" else HERE
        environment = {**os.environ, "PYTHONPATH": str(HERE), "OPENSSL_CONF": os.devnull}
        try:
            run = subprocess.run(
                [*command, budget],
                cwd=where,
                env=environment,
                capture_output=True,
                check=True,
                text=True,
            )
            results.append(json.loads(run.stdout))
        except (OSError, subprocess.CalledProcessError) as error:
            if name == "ours":
                raise
            absent.append(name)
            print(
                f"benchmarks: {name} left out: {error}\n{getattr(error, 'stderr', '')}",
                file=sys.stderr,
            )
    page = ROOT / "docs" / "benchmarks.md"
    page.write_text(document(results, absent), encoding="utf-8")
    print(page.read_text(encoding="utf-8"))


def document(results, absent):
    ours, rivals = results[0], results[1:]
    lines = [
        "# Benchmarks",
        "",
        f"Measured {dt.datetime.now(tz=dt.timezone.utc).date().isoformat()} on {processor()}, one core,",
        "by CPU time, median of five runs; `make bench` repeats it. In brackets: how many times as fast",
        "gmkit is. The CPU path gmkit used stands beside its name.",
        "",
        "| operation | " + " | ".join(result["name"] for result in results) + " |",
        "| --- | " + " | ".join("--:" for _ in results) + " |",
    ]
    for what, own in ours["seconds"].items():
        cells = [f"{1 / own:,.0f}/s"]
        for rival in rivals:
            other = rival["seconds"].get(what)
            cells.append("" if other is None else f"{1 / other:,.0f}/s ({other / own:.1f}x)")
        lines.append(f"| {what} | " + " | ".join(cells) + " |")
    if absent:
        lines += ["", "Not measured in this run: " + ", ".join(absent) + "."]
    return "\n".join(lines) + "\n"


def processor():
    found = {}
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        found.setdefault(name.strip(), value.strip())
    return f"{found['model name']} (family {found['cpu family']}, model {found['model']})"


if __name__ == "__main__":
    main()
