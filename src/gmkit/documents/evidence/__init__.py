"""
Evidence that a document was signed, in one file that can be verified offline for as long as it is renewed.

:func:`make_evidence` verifies a document, collects certificates and revocation information, and has an
authority stamp all of it together. :func:`verify_evidence` needs that file, the document and roots.
:func:`renew_evidence` puts a further timestamp over it before a certificate or an algorithm ends. The
timestamps form an evidence record of RFC 4998.
"""

from gmkit.documents.evidence.container import Evidence, Material
from gmkit.documents.evidence.make import make_evidence, renew_evidence
from gmkit.documents.evidence.record import ArchiveTimestamp, EvidenceRecord
from gmkit.documents.evidence.verify import verify_evidence

__all__ = [
    "ArchiveTimestamp",
    "Evidence",
    "EvidenceRecord",
    "Material",
    "make_evidence",
    "renew_evidence",
    "verify_evidence",
]
