"""Which way of writing a ledger has."""

from __future__ import annotations

from gmkit.receipts.ledger.indexed import IndexedWriter
from gmkit.receipts.ledger.merged import MergedWriter
from gmkit.receipts.ledger.storing import Writer
from gmkit.store import Store

__all__ = ["writer_of"]


def writer_of(store: Store) -> Writer:
    """The writer for a store."""
    return MergedWriter(store) if store.engine.dialect.name == "sqlite" else IndexedWriter(store)
