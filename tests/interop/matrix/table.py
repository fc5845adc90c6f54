"""The table of the documentation."""

from __future__ import annotations

from tests.interop.matrix.artefact import Direction
from tests.interop.matrix.gaps import reason_for
from tests.interop.matrix.rows import ARTEFACTS

__all__ = ["BEGIN", "END", "inserted", "render"]

BEGIN, END = "<!-- matrix: begin -->", "<!-- matrix: end -->"
_SIGNS = {(True, True): "⇄", (True, False): "→", (False, True): "←", (False, False): ""}


def render(peers: dict[str, str], counts: str) -> str:
    """
    The table, with a note for every direction that is empty.

    Args:
        peers: Versions by name, in the order of the columns.
        counts: What was run, in words.
    """
    notes: dict[str, int] = {}
    lines = [
        f"⇄ both read what the other writes, → they read ours, ← we read theirs. {counts}",
        "",
        "| | " + " | ".join(f"`{name}`" for name in peers) + " |",
        "|---|" + "---|" * len(peers),
    ]
    for artefact in ARTEFACTS:
        cells = []
        for name in peers:
            reasons = [reason_for(artefact, name, direction) for direction in Direction]
            sign = _SIGNS[reasons[0] is None, reasons[1] is None]
            numbers = dict.fromkeys(
                notes.setdefault(reason, len(notes) + 1) for reason in reasons if reason is not None
            )
            cells.append(f"{sign} {' '.join(f'[{number}]' for number in numbers)}".strip())
        lines.append(f"| {artefact.title} | " + " | ".join(cells) + " |")
    lines += [
        "",
        "Peers: " + "; ".join(f"`{name}` {version}" for name, version in peers.items()) + ".",
    ]
    lines += ["", "Why a cell is empty:", ""]
    lines += [f"{number}. {reason}" for reason, number in notes.items()]
    return "\n".join(lines) + "\n"


def inserted(page: str, table: str) -> str:
    """The page with the table between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table}{END}{after}"
