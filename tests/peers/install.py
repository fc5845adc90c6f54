"""
Installing the peers: libraries by their registries' own clients, pinned, and our programs around them.

Everything goes into one folder outside the checkout (GMKIT_PEERS, or `gmkit-peers` in the user's cache), under
a name made of what it was made from: it is made once, and again when a version or a program changes.
`python -m tests.peers` makes all of it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["DOCUMENTS", "PEERS", "NotInstalled"]

HERE = Path(__file__).resolve().parent
# Maven's own plugin, pinned as the libraries are.
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
PACKAGES = {
    "gmssl-py": ["gmssl==3.2.2"],
    "gmssl-pyx": ["gmssl_pyx==2.1.0"],
    "tongsuo": ["tongsuopy==1.0.1"],
}


class NotInstalled(Exception):
    """A peer cannot be had on this machine; the message says what is missing."""


def cache_folder() -> Path:
    """Where the peers are kept."""
    if given := os.environ.get("GMKIT_PEERS"):
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gmkit-peers"


def _sources(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _made(name: str, sources: list[Path], words: str, make: Callable[[Path], None]) -> Path:
    """The folder *name*, filled by *make* if it was not made from the same before."""
    state = hashlib.sha256(words.encode())
    for path in sources:
        state.update(str(path.relative_to(HERE)).encode() + b"\0" + path.read_bytes())
    folder = cache_folder() / f"{name}-{state.hexdigest()[:16]}"
    with _locked(cache_folder() / f"{name}.lock"):
        if not (folder / ".complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            make(folder)
            (folder / ".complete").touch()
    return folder


def _program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NotInstalled(
            f"there is no {name} on this machine (Debian: apt-get install {package})"
        )
    return found


def _run(*command: str | Path, folder: Path) -> None:
    ran = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=600, check=False
    )
    if ran.returncode:
        said = (ran.stderr + ran.stdout).strip()[-1500:]
        raise NotInstalled(f"{Path(command[0]).name} failed: {said}")


def _go(program: str) -> Callable[[], list[str]]:
    def command() -> list[str]:
        go = _program("go", "golang-go")

        def make(folder: Path) -> None:
            _run(
                go,
                "build",
                "-trimpath",
                "-o",
                f"{folder}/",
                "./gmsm",
                "./tjfoc",
                folder=HERE / "go",
            )

        return [str(_made("go", _sources(HERE / "go"), "", make) / program)]

    return command


def _java(program: str, project: str = "java") -> Callable[[], list[str]]:
    def command() -> list[str]:
        compiler = _program("javac", "openjdk-17-jdk-headless")
        maven = _program("mvn", "maven")
        # The harness is the same for all projects; their libraries must not meet.
        shared = [HERE / "java/peers" / name for name in ("Harness.java", "Fields.java")]
        own = sorted((HERE / project / "peers").glob("*.java"))
        sources = [*own, *(path for path in shared if path not in own)]

        def make(folder: Path) -> None:
            pom = HERE / project / "pom.xml"
            _run(
                maven, "-q", "-B", "-f", pom, COPY, f"-DoutputDirectory={folder}/lib", folder=folder
            )
            files = [str(path) for path in sources]
            _run(compiler, "-nowarn", "-cp", "lib/*", "-d", "classes", *files, folder=folder)

        made = _made(project, [*sources, HERE / project / "pom.xml"], "", make)
        # One collector thread: two cores are shared by the whole suite.
        java = [_program("java", "openjdk-17-jre-headless"), "-XX:+UseSerialGC", "-Xshare:auto"]
        return [*java, "-cp", f"{made}/lib/*:{made}/classes", f"peers.{program}"]

    return command


def _node(program: str) -> Callable[[], list[str]]:
    def command() -> list[str]:
        node, npm = _program("node", "nodejs"), _program("npm", "npm")

        def make(folder: Path) -> None:
            for path in _sources(HERE / "node"):
                shutil.copy(path, folder)
            _run(npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", folder=folder)

        return [node, str(_made("node", _sources(HERE / "node"), "", make) / program)]

    return command


def _python(name: str, program: str) -> Callable[[], list[str]]:
    """In an environment of its own: three packages share the import name gmssl."""

    def command() -> list[str]:
        def make(folder: Path) -> None:
            _run(sys.executable, "-m", "venv", folder / "venv", folder=folder)
            pip = [folder / "venv/bin/pip", "install", "--quiet", "--disable-pip-version-check"]
            _run(*pip, *PACKAGES[name], folder=folder)

        version = f"{sys.version_info[:2]} {PACKAGES[name]}"
        made = _made(name, [], version, make)
        return [str(made / "venv/bin/python"), str(HERE / "python" / program)]

    return command


def _openssl() -> list[str]:
    _program("openssl", "openssl")
    return [sys.executable, str(HERE / "python/openssl.py")]


PEERS: dict[str, Callable[[], list[str]]] = {
    "openssl": _openssl,
    "gmsm": _go("gmsm"),
    "tjfoc": _go("tjfoc"),
    "bouncycastle": _java("BouncyCastle"),
    "hutool": _java("Hutool"),
    "ofdrw": _java("Ofdrw", "ofdrw"),
    "sm-crypto": _node("sm-crypto.js"),
    "gmssl-py": _python("gmssl-py", "gmssl_py.py"),
    "gmssl-pyx": _python("gmssl-pyx", "gmssl_pyx_.py"),
    "tongsuo": _python("tongsuo", "tongsuo.py"),
}
# These know whole documents, and no algorithm by itself.
DOCUMENTS = frozenset({"ofdrw"})
