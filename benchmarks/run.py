"""
Ours beside the rivals, in one run on one core: ``make bench``.

Sets up what is missing (packages in benchmarks/.venv, gmsm through Go's modules, two C programs), runs every
rival on the same work, and writes docs/benchmarks.md, docs/benchmarks.svg and benchmarks/results.json.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

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


def results_of(name: str, command: list[str], **options: object) -> dict[str, tuple[float, str]]:
    say(f"running {name}")
    done = subprocess.run(
        pinned(command), check=False, capture_output=True, text=True, cwd=ROOT, **options
    )
    if done.returncode:
        say(f"{name} failed and is left out: {done.stderr.strip().splitlines()[-1:]}")
    found = {}
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            entry = json.loads(line)
            found[entry["operation"]] = (entry["value"], entry["unit"])
    return found


def python_rivals() -> dict[str, dict[str, tuple[float, str]]]:
    if not VENV.exists():
        say("installing the Python rivals")
        call([sys.executable, "-m", "venv", str(VENV)])
    found = {}
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
        found[f"{package} {version}"] = results_of(package, command, env=environment)
    return found


def gmsm() -> dict[str, dict[str, tuple[float, str]]]:
    if shutil.which("go") is None:
        say("no Go toolchain: gmsm is left out (see https://go.dev/doc/install)")
        return {}
    folder = HERE / "rivals/gmsm"  # go.mod and go.sum pin the version
    program = WORK / "gmsm"
    WORK.mkdir(exist_ok=True)
    call(["go", "build", "-o", str(program), "."], cwd=folder)
    listed = call(["go", "list", "-m", "github.com/emmansun/gmsm"], cwd=folder)
    version = listed.split()[1]
    return {f"gmsm {version} (Go)": results_of("gmsm", [str(program)])}


def c_rivals() -> dict[str, dict[str, tuple[float, str]]]:
    WORK.mkdir(exist_ok=True)
    found = {}
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
        found[f"{name} {c_version(name)} (C)"] = results_of(name, [str(program)])
    return found


def c_version(name: str) -> str:
    if name == "OpenSSL":
        return call(["openssl", "version"]).split()[1]
    return call(["libgcrypt-config", "--version"]).strip()


def ours() -> dict[str, dict[str, tuple[float, str]]]:
    found = {}
    available = call(
        [sys.executable, "-c", "from gmkit._native import cpu; print(*cpu.available())"]
    ).split()
    for path in reversed(available):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "GMKIT_CPU": path}
        command = [sys.executable, str(HERE / "rivals/ours.py")]
        found[f"gmkit, {path}"] = results_of(f"gmkit on {path}", command, env=environment)
    return found


def core_in_rust() -> dict[str, float]:
    """The core without Python, to see what a call from Python costs."""
    say("running the core without Python")
    manifest = str(ROOT / "rust/Cargo.toml")
    build = ["cargo", "build", "--quiet", "--release", "-p", "gmkit-core", "--example", "sm2_speed"]
    subprocess.run([*build, "--manifest-path", manifest], check=True)
    printed = call(pinned([str(ROOT / "rust/target/release/examples/sm2_speed")]))
    words = printed.strip().splitlines()[-1].split()
    names = {"sign": "SM2 sign", "verify": "SM2 verify, new key", "table": "SM2 verify, known key",
             "encrypt": "SM2 encrypt 32 B", "decrypt": "SM2 decrypt 32 B"}  # fmt: skip
    found = {}
    for at, word in enumerate(words):
        made = at > 0 and words[at - 1] == "make"  # "make table" is another operation
        if word in names and not made and words[at + 2].startswith("("):
            found[names[word]] = float(words[at + 2].strip("()"))
    return found


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def main() -> None:
    from benchmarks.table import write

    best = ours()
    core = core_in_rust()
    rivals = gmsm() | c_rivals() | python_rivals()
    facts = {
        "date": datetime.now(timezone.utc).date().isoformat(),
        "processor": processor(),
        "python": platform.python_version(),
    }
    results = {"facts": facts, "ours": best, "core": core, "rivals": rivals}
    (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    write(results, ROOT / "docs")
    say("written: docs/benchmarks.md, docs/benchmarks.svg, benchmarks/results.json")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
