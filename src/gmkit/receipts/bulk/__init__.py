"""
Files of records and receipts, of any length.

``sign_file`` signs every record of a :class:`Source` into a receipts file; ``verify_file`` yields a
verdict for every receipt of one, ``write_verdicts`` makes a table of them. All use every core and
bounded memory.
"""

from gmkit.receipts.bulk.container import find_receipt, read_receipts
from gmkit.receipts.bulk.presenting import present
from gmkit.receipts.bulk.signing import Signed, sign_file
from gmkit.receipts.bulk.sources import Format, Source, open_source
from gmkit.receipts.bulk.tables import row, write_verdicts
from gmkit.receipts.bulk.verifying import Counts, verify_file
from gmkit.receipts.bulk.withholding import Withholding

__all__ = [
    "Counts",
    "Format",
    "Signed",
    "Source",
    "Withholding",
    "find_receipt",
    "open_source",
    "present",
    "read_receipts",
    "row",
    "sign_file",
    "verify_file",
    "write_verdicts",
]
