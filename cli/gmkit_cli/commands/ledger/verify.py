"""``gmkit ledger verify``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from gmkit_cli import inputs, ledgers, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told


@click.command()
@click.argument("proof", type=params.PATH, default="-")
@ledgers.log_option
@click.option("--receipt", type=params.PATH, help="The receipt that the entry must be of.")
@pass_context
def command(context: Context, proof: Path, log: Path, receipt: Path | None) -> None:
    """
    Check a proof of a ledger, with nothing but the public key of its log.

    Exit code 3 if it does not hold.

    \b
    Example:
      $ gmkit ledger verify 1001.proof --log log.pub
    """
    from gmkit.errors import VerificationError
    from gmkit.receipts import Receipt
    from gmkit.receipts import ledger as library
    from gmkit.receipts.bulk import read_receipts

    key = inputs.public_key(log)
    document = ledgers.read_document(proof)
    kind = str(document.get("type", ""))
    if kind.startswith("gmkit ledger consistency"):
        old, new = library.check_consistency(document, key)
        context.emit(
            {"type": "consistency", "origin": new.origin, "old": old.size, "new": new.size},
            text=told(
                f"{new.origin} grew from {old.size:,} to {new.size:,} entries and changed none"
            ),
        )
        return
    if kind.startswith("gmkit ledger absence"):
        signer, name = _signer_of(document), str(document.get("id", ""))
        note = library.check_absence(document, key, signer, name)
        context.emit(
            {"type": "absence", "origin": note.origin, "size": note.size, "id": name, "key_id": signer.hex()},
            text=told(f"{note.origin}: no receipt {name} of the key {signer.hex()} among {note.size:,} entries"),
        )  # fmt: skip
        return
    found = library.check_inclusion(document, key)
    if receipt is not None:
        with params.open_input(receipt) as stream:
            texts = [text for _, text in read_receipts(stream)]
        signatures = {Receipt.parse(text).signature for text in texts}
        if signatures != {found.entry.signature}:
            raise VerificationError("the entry is of another receipt", reason="inclusion-proof")
    said = found.note.checkpoint
    context.emit(
        {
            "type": "inclusion", "origin": said.origin, "entry": found.place, "size": said.size,
            "time": found.commitment.time.isoformat(), "key_id": found.entry.key_id.hex(),
            "signature": found.entry.signature.hex(),
        },
        text=[
            told(f"entry {found.place:,} of {said.size:,} in {said.origin}"),
            told(f"checkpoint of {found.commitment.time.isoformat()}"),
            told(f"signed by key {found.entry.key_id.hex()}"),
        ],
    )  # fmt: skip


def _signer_of(document: Mapping[str, Any]) -> bytes:
    """Whose receipt is said not to be there."""
    from gmkit.errors import VerificationError

    try:
        return bytes.fromhex(str(document["key_id"]))
    except (KeyError, ValueError):
        raise VerificationError("the proof of absence names no key", reason="proof") from None
