"""``gmkit receipt verify``."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmkit_cli import bundles, inputs, params, receipt_trust
from gmkit_cli.context import NOT_VERIFIED, Context, pass_context
from gmkit_cli.language import Told, told

if TYPE_CHECKING:
    from gmkit.receipts import Signer, Verdict
    from gmkit.receipts.bulk import Counts

HEAD = (told("line"), told("record"), told("verdict"), told("reason"), told("explanation"))


@dataclass
class _Seen:
    """What is worth telling about the verdicts, without keeping all of them."""

    counts: Counts
    everything: bool
    verdicts: list[Verdict] = field(default_factory=list)
    signers: Counter[Signer] = field(default_factory=Counter)
    open_questions: dict[str, None] = field(default_factory=dict)

    def take(self, verdict: Verdict) -> None:
        self.counts.add(verdict)
        if verdict.reason is not None or self.everything:
            self.verdicts.append(verdict)
        if verdict.reason is None and verdict.signer is not None:
            self.signers[verdict.signer] += 1
        self.open_questions |= dict.fromkeys(verdict.not_checked)


@click.command()
@click.argument("file", type=params.PATH, default="-")
@receipt_trust.trust_options
@click.option(
    "--crl", "crls", type=params.PATH, multiple=True,
    help="Revocation list; with one, every certificate below the root needs its answer in one.",
)  # fmt: skip
@params.time_option
@click.option("--all", "everything", is_flag=True, help="List the valid receipts too.")
@click.option(
    "-o", "--output", "table", type=params.PATH,
    help="Write every verdict to FILE: .csv, .jsonl or .parquet.",
)  # fmt: skip
@click.option("--html", type=params.PATH, help="For a bundle: write a page to print to FILE.")
@click.option(
    "--words", type=click.Choice(["en", "zh"]), help="For a bundle: language of the explanation."
)
@params.force_option
@pass_context
def command(
    context: Context, file: Path, roots: tuple[Path, ...], certs: tuple[Path, ...],
    pubkeys: tuple[Path, ...], crls: tuple[Path, ...], at: datetime | None, everything: bool,
    table: Path | None, html: Path | None, words: str | None, force: bool,
) -> None:  # fmt: skip
    """
    Verify every receipt of FILE, each on its own, and say why where one is refused.

    FILE may be a bundle (gmkit receipt bundle): it is explained in sentences, and certificates are judged
    for the time that its timestamp proves.

    Certificates that the file carries are used as links to a root, never as roots. Exit code 3 if any
    receipt is not valid.

    \b
    Verdicts:
      valid           signed by the named signer, and unchanged
      invalid         changed, forged, malformed, or a second one for the same record
      not verifiable  no path from the signer's certificate to a root given here

    \b
    Example:
      $ gmkit receipt verify orders.receipts --root root.pem
    """
    from gmkit.receipts import bulk

    if bundles.holds_one(file):
        bundles.verify(
            context, file, inputs.certificates(roots), now=at or datetime.now(timezone.utc),
            html=html, language=words, replace=force,
        )  # fmt: skip
        return
    if html is not None or words is not None:
        raise click.UsageError("--html and --words are for a bundle")
    signers = receipt_trust.signers(roots, certs, pubkeys, at, crls)
    seen = _Seen(bulk.Counts(), everything)
    with params.open_input(file) as stream:
        size = os.fstat(stream.fileno()).st_size or None
        with context.progress(size, unit="bytes") as bar:
            found = _taken(bulk.verify_file(stream, signers, progress=bar.reach), seen)
            if table is None:
                for _ in found:
                    pass
            else:
                bulk.write_verdicts(found, table, replace=force)
    context.emit(_document(seen), text=_lines(context, seen))
    if not seen.counts.all_valid:
        context.leave(NOT_VERIFIED)


def _taken(verdicts: Iterator[Verdict], seen: _Seen) -> Iterator[Verdict]:
    for verdict in verdicts:
        seen.take(verdict)
        yield verdict


def _document(seen: _Seen) -> dict[str, object]:
    from gmkit.receipts.bulk import row

    outcomes = {each.value.replace(" ", "_"): n for each, n in seen.counts.outcomes.items()}
    return {
        "receipts": seen.counts.total,
        **outcomes,
        "reasons": {reason.value: count for reason, count in seen.counts.reasons.items()},
        "signers": [
            {"key_id": s.key_id.hex(), "subject": s.subject, "serial": _serial(s), "receipts": n}
            for s, n in seen.signers.items()
        ],
        "not_checked": list(seen.open_questions),
        "verdicts": [row(verdict) for verdict in seen.verdicts],
    }


def _lines(context: Context, seen: _Seen) -> list[str]:
    from gmkit.receipts import Outcome

    rows = [
        (
            str(verdict.line),
            verdict.id or "?",
            Told(verdict.outcome.value),
            verdict.reason.value if verdict.reason else "",
            Told(verdict.message),
        )
        for verdict in seen.verdicts
    ]
    valid, invalid, doubtful = (seen.counts.outcomes[each] for each in Outcome)
    return [
        *(context.table(HEAD, rows) if rows else ()),
        told(
            f"{seen.counts.total:,} receipts: {valid:,} valid, {invalid:,} invalid, {doubtful:,} not verifiable"
        ),
        *(_signed_by(signer, n) for signer, n in seen.signers.items()),
        *([told(f"not checked: {', '.join(seen.open_questions)}")] if seen.open_questions else ()),
    ]


def _signed_by(signer: Signer, count: int) -> Told:
    if signer.subject is None:
        return told(f"signed by the key {signer.key_id.hex()}: {count:,}")
    return told(f"signed by {signer.subject}, certificate {_serial(signer)}: {count:,}")


def _serial(signer: Signer) -> str | None:
    return None if signer.serial is None else f"{signer.serial:x}"
