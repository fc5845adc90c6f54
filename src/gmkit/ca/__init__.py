"""
The authority: keys, certificates, what was issued to whom, and a record nobody can rewrite unseen.

:func:`create` makes a root and an issuing authority in one call; :class:`Authority` opens them and issues.
Everything of one authority is in one folder (:mod:`gmkit.ca.layout`); its records are in SQLite there, or
in PostgreSQL. Time is an argument; passwords are asked for when a key is needed, not before.
"""

from gmkit.ca.authority import Authority
from gmkit.ca.creation import Names, create
from gmkit.ca.issuing import BACKDATE, Outcome, Pair
from gmkit.ca.records import Issued, Status
from gmkit.pki.issue import Application

__all__ = [
    "BACKDATE",
    "Application",
    "Authority",
    "Issued",
    "Names",
    "Outcome",
    "Pair",
    "Status",
    "create",
]
