"""Builds the site in English and Chinese; any warning is an error: ``python -m tools.site [FOLDER]``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def start(source: Path, target: Path, cache: Path, *options: str) -> subprocess.Popen[bytes]:
    """Begin to build one language."""
    strict = [
        "--fail-on-warning",
        "--keep-going",
        "--quiet",
        "--write-all",
    ]  # menus are on all pages
    command = [sys.executable, "-m", "sphinx", "-b", "html", *strict, *options]
    return subprocess.Popen([*command, "-c", DOCS, "-d", cache, source, target], cwd=ROOT)


def build(target: Path) -> int:
    """Build both languages side by side, the Chinese one below the English one; 0 if both are clean."""
    target.mkdir(parents=True, exist_ok=True)
    caches = target.parent / f"{target.name}-cache"
    both = [
        start(DOCS, target, caches / "en"),
        start(DOCS / "zh", target / "zh", caches / "zh", "-t", "zh"),
    ]
    return max(each.wait() for each in both)


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "build" / "site"))
