"""A ledger of receipts that nobody can rewrite unseen."""
