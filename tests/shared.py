"""
Where other people's files are: `../shared` beside the checkout, or wherever GMKIT_SHARED points.

A plain clone has none of them. Tests that need one ask for it here and are skipped, loudly, without it:
the summary at the end of the run counts them and says what was not checked.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

__all__ = ["ROOT", "shared", "shared_or_none"]

ROOT = Path(__file__).resolve().parent.parent


def shared_or_none(relative: str = ".") -> Path | None:
    """The file or folder *relative* to the shared folder, or None if it is not there."""
    found = Path(os.environ.get("GMKIT_SHARED") or ROOT.parent / "shared") / relative
    return found if found.exists() else None


def shared(relative: str = ".") -> Path:
    """The file or folder *relative* to the shared folder; skips the test, saying so, without it."""
    found = shared_or_none(relative)
    if found is None:
        pytest.skip(
            f"NOT CHECKED: shared/{relative} is absent; put it beside the checkout or set GMKIT_SHARED"
        )
    return found
