"""``gmkit receipt reverify``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from gmkit_cli import inputs, ledgers, params
from gmkit_cli.context import NOT_VERIFIED, Context, pass_context
from gmkit_cli.language import Told, told
from gmkit_cli.params import TIME

HEAD = (told("entry"), told("record"), told("verdict"), told("logged"))


@click.command()
@ledgers.ledger_argument
@ledgers.key_id_option
@click.option(
    "--revoked-at", type=TIME, required=True, help="From when on the key is not to be believed."
)
@click.option(
    "--tsa-trust", type=params.PATH, multiple=True, required=True,
    help="Roots of the timestamp authorities that are believed.",
)  # fmt: skip
@click.option(
    "--cert", "certs", type=params.PATH, multiple=True, help="Certificates below those roots."
)
@pass_context
def command(
    context: Context, ledger: str, signer: bytes | None, revoked_at: datetime,
    tsa_trust: tuple[Path, ...], certs: tuple[Path, ...],
) -> None:  # fmt: skip
    """
    Tell which receipts of a compromised key stand: those under a checkpoint dated before.

    \b
    Verdicts:
      stands       under a checkpoint that an authority dated before --revoked-at
      late window  taken in before, by the clock of the ledger alone
      falls        everything else

    Exit code 3 if any does not stand.

    \b
    Example:
      $ gmkit receipt reverify ledger --signer 5f0c… --revoked-at 2026-02-01T00:00:00Z --tsa-trust root.pem
    """
    from gmkit.merkle import SignedCheckpoint
    from gmkit.pki import Purpose, Revocation, Verifier
    from gmkit.receipts.ledger import Standing, reverify
    from gmkit.tsp import verify_token

    if signer is None:
        raise click.UsageError("say whose receipts: --signer")
    roots, others = inputs.certificates(tsa_trust), inputs.certificates(certs)

    def trust(moment: datetime) -> Verifier:
        return Verifier(
            roots, time=moment, purpose=Purpose.TIMESTAMPING, revocation=Revocation.NONE
        )

    def dated(note: SignedCheckpoint, token: bytes) -> datetime:
        return verify_token(token, note.body, trust=trust, certificates=others).time

    with (
        ledgers.opened(ledger) as opened,
        context.progress(opened.size(), unit="entries") as bar,
    ):
        found = reverify(opened, signer, revoked_at=revoked_at, dated=dated, progress=bar.reach)
    for ignored in found.ignored:
        context.say(ignored)
    rows = [
        (str(kept.place), kept.id, Told(what.value), kept.logged.isoformat())
        for kept, what in found.doubtful
    ]
    last = "none" if found.dated is None else found.dated.isoformat()
    stands, late, falls = (found.counts[each] for each in Standing)
    context.emit(
        {
            "signer": signer.hex(),
            "revoked_at": revoked_at.isoformat(),
            "last_dated": last,
            "covered": found.covered,
            **{what.name.lower(): count for what, count in found.counts.items()},
            "doubtful": [
                {"entry": kept.place, "id": kept.id, "standing": what.value, "logged": kept.logged.isoformat()}
                for kept, what in found.doubtful
            ],
        },
        text=[
            *(context.table(HEAD, rows) if rows else ()),
            told(f"last checkpoint dated before: {last}, over {found.covered:,} entries"),
            told(f"{stands:,} stands, {late:,} late window, {falls:,} falls"),
        ],
    )  # fmt: skip
    if rows or not found.counts[Standing.STANDS]:
        context.leave(NOT_VERIFIED)
