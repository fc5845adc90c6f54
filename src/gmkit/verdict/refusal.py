"""The verdict on what cannot be read at all."""

from __future__ import annotations

from datetime import datetime

from gmkit.errors import GmkitError, MissingDependency, UnsupportedAlgorithm, VerificationError
from gmkit.verdict.model import Finding, Severity, Verdict

__all__ = ["refused"]


def refused(name: str, kind: str, at: datetime, why: GmkitError) -> Verdict:
    """
    The verdict on a document whose reading ended in an error.

    Malformed documents are *invalid*; what gmkit does not do here is *not verifiable*.
    """
    if isinstance(why, UnsupportedAlgorithm | MissingDependency):
        code = (
            "missing-dependency" if isinstance(why, MissingDependency) else "unsupported-algorithm"
        )
        finding = Finding(code, Severity.UNCHECKED, why.message, why.title_zh)
    elif isinstance(why, VerificationError):
        finding = Finding(why.reason, Severity.ERROR, why.message, why.title_zh)
    else:
        finding = Finding("malformed", Severity.ERROR, why.message, why.title_zh)
    return Verdict(name, kind, at, (), (finding,))
