"""
The matrix: artefact by peer by direction, each cell with random cases on the real peer.

`tests/interop/test_matrix.py` runs hundreds of cases a cell; `python -m tests.interop.matrix` as many as it is told,
and writes the table of docs/interoperation.md.
"""

from tests.interop.matrix.artefact import Artefact, Case, Direction, Mismatch, run_cell
from tests.interop.matrix.gaps import reason_for
from tests.interop.matrix.rows import ARTEFACTS, PEERS
from tests.interop.matrix.table import render

__all__ = [
    "ARTEFACTS",
    "PEERS",
    "Artefact",
    "Case",
    "Direction",
    "Mismatch",
    "reason_for",
    "render",
    "run_cell",
]
