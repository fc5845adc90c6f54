"""
OFD documents (GB/T 33190-2016): verifying and signing.

:func:`verify` judges a document and says which of its parts no signature covers; :func:`sign` adds a plain
digital signature (GB/T 35275) or an electronic seal (:mod:`gmkit.seal`).
"""

from gmkit.ofd.coverage import Part
from gmkit.ofd.hygiene import Limits
from gmkit.ofd.package import Package
from gmkit.ofd.positions import StampPosition, riding_positions
from gmkit.ofd.sign import sign
from gmkit.ofd.verify import Report, examine, verify

__all__ = [
    "Limits",
    "Package",
    "Part",
    "Report",
    "StampPosition",
    "examine",
    "riding_positions",
    "sign",
    "verify",
]
