"""
The verdict on a signed document: one type for CMS, PDF, OFD, XML and whatever carries signatures.

A :class:`Verdict` holds one :class:`SignatureVerdict` for each signature. Each of those consists of
:class:`Check` objects (intact, chain, revocation, time), a :class:`Coverage` and :class:`Finding` objects.
The answer follows from them by one rule, and nobody sets it by hand:

* any check that failed, or any finding of severity ``ERROR``: *invalid*;
* otherwise, anything that was not checked: *not verifiable*, and the verdict says what it was;
* otherwise *valid*. A document without signatures is *not verifiable*.

How a format gives its verdict
------------------------------
``gmkit.pdf``, ``gmkit.ofd`` and ``gmkit.xmlsig`` each offer, and :mod:`gmkit.documents` calls::

    verify(data: bytes, *, trust: Trust, name: str = "") -> Verdict
    sign(data: bytes, signer: cms.MessageSigner, *, time: datetime, ...) -> bytes

``verify`` raises nothing for what the document holds: what cannot be read becomes a verdict through
:func:`refused`. For each signature a format

1. checks its own structure and digests, as ``Check`` (``intact``), ``Coverage`` and findings;
2. has a CMS signature judged by :func:`judge_message`, or any other signer by :func:`judge_signer`, with
   the time that :func:`judge_timestamp` could prove.
"""

from gmkit.verdict.chinese import to_chinese
from gmkit.verdict.message import Evidence, judge_message
from gmkit.verdict.model import (
    Check,
    Coverage,
    Extent,
    Finding,
    Outcome,
    Severity,
    SignatureVerdict,
    SignerSummary,
    State,
    TimeProof,
    Verdict,
)
from gmkit.verdict.refusal import refused
from gmkit.verdict.render import to_dict, to_html, to_text
from gmkit.verdict.signer import Judgement, judge_signer
from gmkit.verdict.stamp import judge_timestamp, no_timestamp
from gmkit.verdict.standalone import judge_document_timestamp
from gmkit.verdict.trust import Trust

__all__ = [
    "Check",
    "Coverage",
    "Evidence",
    "Extent",
    "Finding",
    "Judgement",
    "Outcome",
    "Severity",
    "SignatureVerdict",
    "SignerSummary",
    "State",
    "TimeProof",
    "Trust",
    "Verdict",
    "judge_document_timestamp",
    "judge_message",
    "judge_signer",
    "judge_timestamp",
    "no_timestamp",
    "refused",
    "to_chinese",
    "to_dict",
    "to_html",
    "to_text",
]
