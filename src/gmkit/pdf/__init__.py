"""
Signed PDF files: PAdES with SM2 (ETSI EN 319 142-1; GM/T 0010 messages on request), and any signature read.

pyhanko keeps the structure of the file; messages, chains, timestamps and the verdict are gmkit's. Importing
this package imports pyhanko.
"""

from gmkit.pdf.extend import extend
from gmkit.pdf.level import Level
from gmkit.pdf.options import Lock, Permission, VisibleSeal
from gmkit.pdf.show import show
from gmkit.pdf.sign import Stamp, sign, stamp_document
from gmkit.pdf.verify import verify

__all__ = [
    "Level",
    "Lock",
    "Permission",
    "Stamp",
    "VisibleSeal",
    "extend",
    "show",
    "sign",
    "stamp_document",
    "verify",
]
