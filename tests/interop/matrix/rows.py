"""All rows, in the order of the table."""

from __future__ import annotations

from tests.interop.matrix import algorithms, keyfiles, messages, pki
from tests.interop.matrix.artefact import Artefact

__all__ = ["ARTEFACTS", "PEERS"]

PEERS = (
    "openssl",
    "gmsm",
    "tjfoc",
    "bouncycastle",
    "hutool",
    "sm-crypto",
    "gmssl-py",
    "gmssl-pyx",
    "tongsuo",
)
"""The columns. Peers that know one kind of document only have their own tests."""

ARTEFACTS: tuple[Artefact, ...] = (
    *algorithms.ROWS,
    *keyfiles.ROWS,
    *pki.ROWS,
    *messages.ROWS,
)
