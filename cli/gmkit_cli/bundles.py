"""Verifying a bundle on the command line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmkit_cli import params
from gmkit_cli.context import NOT_VERIFIED, STDIO, Context

if TYPE_CHECKING:
    from gmkit.x509 import Certificate

__all__ = ["holds_one", "verify"]

HEAD = 512  # bytes that tell a bundle from lines of receipts


def holds_one(path: Path) -> bool:
    """Whether a file is a bundle; standard input is taken for lines of receipts."""
    from gmkit.receipts.bundle import is_bundle

    if path == STDIO:
        return False
    with path.open("rb") as file:
        return is_bundle(file.read(HEAD))


def verify(
    context: Context,
    path: Path,
    roots: list[Certificate],
    *,
    now: datetime,
    html: Path | None,
    language: str | None,
    replace: bool,
) -> None:
    """Judge a bundle, explain it, and leave with the exit code that belongs to the verdict."""
    from gmkit.receipts import Outcome
    from gmkit.receipts import bundle as library

    if not roots:
        raise click.UsageError("say whom to trust: --root")
    spoken = language or context.lang
    bundle = library.read_bundle(params.read_bytes(path, limit=library.MAX_BUNDLE))
    verdict = library.judge_bundle(bundle, roots=roots, now=now)
    if html is not None:
        page = library.page(bundle, verdict, language=spoken, now=now)
        context.write(html, page.encode(), replace=replace)
    context.emit(
        {
            "verdict": verdict.outcome.value,
            "reason": verdict.reason and verdict.reason.value,
            "steps": [
                {"step": step.name, "status": step.status.value, "detail": step.detail}
                for step in verdict.steps
            ],
            "record": verdict.verified.record.to_mapping() if verdict.verified else None,
            "disclosed": dict(verdict.verified.disclosed) if verdict.verified else None,
            "signer": verdict.signer,
            "existed_by": verdict.proved.isoformat() if verdict.proved else None,
            "entry": verdict.included.place if verdict.included else None,
            "explanation": library.tell(verdict, spoken),
        },
        text=library.tell(verdict, spoken),
    )
    if verdict.outcome is not Outcome.VALID:
        context.leave(NOT_VERIFIED)
