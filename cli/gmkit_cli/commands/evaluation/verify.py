"""``gmkit evaluation verify``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmkit_cli import params, receipt_trust
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told

if TYPE_CHECKING:
    from gmkit.receipts import Signer
    from gmkit.receipts.evaluation import Evaluation


@click.command()
@click.argument("file", type=params.PATH, default="-")
@receipt_trust.trust_options
@params.time_option
@pass_context
def command(
    context: Context, file: Path, roots: tuple[Path, ...], certs: tuple[Path, ...],
    pubkeys: tuple[Path, ...], at: datetime | None,
) -> None:  # fmt: skip
    """
    Check the list of an item's evaluations: that none was left out, and each that is shown.

    Look at who the evaluator is: the proof is that this one counted all of them.

    \b
    Example:
      $ gmkit evaluation verify tea.json --root root.pem
    """
    from gmkit.receipts.evaluation import verify_item

    data = params.read_bytes(file, limit=1 << 28)
    found = verify_item(data, receipt_trust.signers(roots, certs, pubkeys, at))
    average = None if found.average is None else f"{float(found.average):.2f}"
    result = {
        "item": found.item,
        "count": found.count,
        "stars": found.stars,
        "average": average,
        "hidden": found.hidden,
        "evaluator": _name(found.evaluator),
        "time": found.time.isoformat().replace("+00:00", "Z"),
        "not_checked": list(found.not_checked),
        "evaluations": [_row(each) for each in found.evaluations],
    }
    lines = [
        told(
            f"{found.item}: {found.count} evaluations, average {average or '-'}; none is left out"
        ),
        told(f"sealed by {result['evaluator']} at {result['time']}"),
        *(f"{'★' * each.stars:5} {_words(each)}" for each in found.evaluations),
        *([told(f"{found.hidden} not shown, and counted")] if found.hidden else ()),
        told(f"not checked: {', '.join(found.not_checked)}"),
    ]
    context.emit(result, text=lines)


def _name(signer: Signer) -> str:
    return signer.subject or f"the key {signer.key_id.hex()}"


def _words(each: Evaluation) -> str:
    shown = each.verified.disclosed.get("text")
    return " ".join(
        [f"[{each.level.value}]", *each.tags, *([str(shown)] if shown is not None else [])]
    )


def _row(each: Evaluation) -> dict[str, object]:
    return {
        "id": each.verified.record.id,
        "stars": each.stars,
        "tags": list(each.tags),
        "level": each.level.value,
        "signer": _name(each.verified.signer),
        "text": each.verified.disclosed.get("text"),
        "delivery_checked": each.delivery is not None,
    }
