"""``gmkit ledger audit``."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click

from gmkit_cli import ledgers, params, pictures, receipt_trust
from gmkit_cli.context import NOT_VERIFIED, Context, pass_context
from gmkit_cli.language import told


@click.command()
@ledgers.ledger_argument
@receipt_trust.trust_options
@params.time_option
@click.option(
    "--note", "notes", type=params.PATH, multiple=True, help="A checkpoint that somebody kept."
)
@click.option("--expect", type=params.PATH, help="Receipts that must be in the ledger.")
@click.option(
    "--merge-delay", type=int, default=0, metavar="SECONDS", help="What appending may take."
)
@click.option(
    "--plot", type=params.PATH,
    help="Draw checkpoints, waits and findings to FILE: .png or .svg.",
)  # fmt: skip
@params.force_option
@pass_context
def command(
    context: Context, ledger: str, roots: tuple[Path, ...], certs: tuple[Path, ...],
    pubkeys: tuple[Path, ...], at: datetime | None, notes: tuple[Path, ...], expect: Path | None,
    merge_delay: int, plot: Path | None, force: bool,
) -> None:  # fmt: skip
    """
    Compute everything again from what is on the disk, and compare it with what others kept.

    With --root or --pubkey every receipt is verified too; without, the tree alone. Exit code 3 if
    anything is wrong.

    \b
    Example:
      $ gmkit ledger audit ledger --root root.pem --note kept.note --expect mine.receipts
    """
    from gmkit.receipts import ledger as library
    from gmkit.receipts.bulk import read_receipts

    if plot is not None:
        from gmkit.receipts import plots

        plots.refuse_target(plot, replace=force)
    signers = receipt_trust.signers(roots, certs, pubkeys, at) if roots or pubkeys else None
    with ledgers.opened(ledger) as opened:
        if signers is not None:
            for der in opened.certificates():
                signers.offer(der)
        expected: list[str] = []
        if expect is not None:
            with params.open_input(expect) as stream:
                expected = [text.decode("ascii", "replace") for _, text in read_receipts(stream)]
        with context.progress(opened.size(), unit="entries") as bar:
            found = library.audit(
                opened, signers, notes=[ledgers.note_in(note) for note in notes], expected=expected,
                merge_delay=timedelta(seconds=merge_delay), progress=bar.reach,
            )  # fmt: skip
        if plot is not None:
            used = plots.plot_audit(
                found,
                plots.history(opened),
                plot,
                origin=opened.origin,
                language=context.lang,
                replace=force,
            )
            pictures.tell_language(context, used)
    rows = [(told("wrong"), each.code, each.message) for each in found.findings]
    rows += [(told("remark"), each.code, each.message) for each in found.remarks]
    context.emit(
        {
            "entries": found.entries, "root": found.root.hex(), "receipts_verified": found.verified,
            "pruned": found.pruned, "checkpoints": found.checkpoints, "segments": found.segments,
            "findings": [{"code": each.code, "message": each.message} for each in found.findings],
            "remarks": [{"code": each.code, "message": each.message} for each in found.remarks],
        },
        text=[
            *(context.table(("", told("what"), told("explanation")), rows) if rows else ()),
            told(f"{found.entries:,} entries, root {found.root.hex()}"),
            told(
                f"{found.verified:,} receipts verified, {found.checkpoints:,} checkpoints and "
                f"{found.segments:,} segments hold"
            ),
            told("nothing is wrong") if found.ok else told(f"{len(found.findings):,} things are wrong"),
        ],
    )  # fmt: skip
    if signers is None:
        context.say("the receipts themselves were not verified: give --root or --pubkey for that")
    if not found.ok:
        context.leave(NOT_VERIFIED)
