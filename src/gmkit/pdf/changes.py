"""What was added to a file after a signature, and whether that was allowed (ISO 32000-2, 12.8.2.2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    ModificationLevel,
    StandardDiffPolicy,
)
from pyhanko.sign.fields import FieldMDPAction, MDPPerm
from pyhanko.sign.validation.status import SignatureCoverageLevel

from gmkit.errors import EncodingError, GmkitError
from gmkit.pdf.annotations import AddedRemarks
from gmkit.pdf.boundary import reading
from gmkit.pdf.structure import Document, SignatureField

__all__ = ["Change", "Changes", "examine_changes"]


class Change(IntEnum):
    """How far a later revision goes; each includes those before it."""

    #: Nothing was added.
    NONE = 0
    #: Evidence for later: certificates, lists, document timestamps.
    LONG_TERM = 1
    #: Fields filled, signatures added.
    FORM = 2
    #: Remarks added.
    REMARKS = 3
    #: Anything else.
    OTHER = 4


@dataclass(frozen=True, slots=True)
class Changes:
    """
    What came after a signature.

    Attributes:
        level: How far it goes.
        permission: 1, 2 or 3 if the signature limits later changes (DocMDP), or None.
        locked: Fields the signature locks (FieldMDP), in words, or "".
        fields: Names of fields that were filled or added.
        problem: Why what is there cannot be accepted, or None.
        unclear: The problem is that it could not be found out.
    """

    level: Change
    permission: int | None = None
    locked: str = ""
    fields: tuple[str, ...] = ()
    problem: str | None = None
    unclear: bool = False


_LEVELS = {
    ModificationLevel.NONE: Change.NONE,
    ModificationLevel.LTA_UPDATES: Change.LONG_TERM,
    ModificationLevel.FORM_FILLING: Change.FORM,
    ModificationLevel.ANNOTATIONS: Change.REMARKS,
    ModificationLevel.OTHER: Change.OTHER,
}
_WITH_REMARKS = StandardDiffPolicy(
    global_rules=[*DEFAULT_DIFF_POLICY.global_rules, AddedRemarks()],
    form_rule=DEFAULT_DIFF_POLICY.form_rule,
)


def examine_changes(document: Document, signature: SignatureField) -> Changes:
    """
    Compare the revision a signature covers with everything after it.

    Without DocMDP, filled fields and further signatures are allowed, as ISO 32000-2 has it for approval
    signatures, and remarks are not.
    """
    try:
        with reading("permissions"):
            permission = signature.pdf.docmdp_level
            locked = _lock_words(signature)
    except GmkitError as why:
        return Changes(Change.OTHER, problem=why.message)
    known = Changes(Change.NONE, None if permission is None else permission.value, locked)
    try:
        with reading("coverage"):
            problem = _place_problem(document, signature)
    except EncodingError as why:
        problem = why.message
    if problem is not None:
        return replace(known, level=Change.OTHER, problem=problem)
    if signature.signed.end == len(document.data):
        return known
    if not document.reader.strict:
        return replace(
            known,
            level=Change.OTHER,
            problem="the file's cross-references allow more than one reading, so that what came after"
            " the signature cannot be told",
            unclear=True,
        )
    try:
        with reading("later revisions"):
            return _compare(signature, known, permission)
    except EncodingError as why:
        return replace(known, level=Change.OTHER, problem=why.message)


def _place_problem(document: Document, signature: SignatureField) -> str | None:
    """The signature covers all of its revision, and its revision reaches nothing behind it."""
    coverage = signature.pdf.evaluate_signature_coverage()
    end = signature.signed.end
    signature.pdf.coverage = coverage
    if coverage is SignatureCoverageLevel.ENTIRE_FILE and end != len(document.data):
        return "the ranges do not fit the length of the file"
    if coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        return "the signature does not cover all of the revision it stands in"
    xrefs = document.reader.xrefs
    for number in range(signature.pdf.signed_revision + 1):
        for reference in xrefs.explicit_refs_in_revision(number):
            place = xrefs.get_historical_ref(reference, number)
            if isinstance(place, int) and place >= end:
                return "an object of the signed revision stands behind what is signed"
    if end != len(document.data) and not document.has_clean_end:
        return "octets follow the last revision that belong to none"
    return None


def _compare(signature: SignatureField, known: Changes, permission: MDPPerm | None) -> Changes:
    policy = _WITH_REMARKS if permission is MDPPerm.ANNOTATE else DEFAULT_DIFF_POLICY
    result = signature.pdf.evaluate_modifications(policy)
    if not isinstance(result, DiffResult):
        words = str(result).splitlines()[0] if str(result) else "unexplained changes"
        return replace(known, level=Change.OTHER, problem=f"changed after signing: {words}")
    level = _LEVELS[result.modification_level]
    fields = tuple(sorted(str(name) for name in result.changed_form_fields))
    limit = Change.FORM if permission is None else Change(permission.value)
    if level > limit:
        words = "nothing" if limit is Change.LONG_TERM else f"no more than level {limit.value}"
        problem = f"the signature allows {words} to be changed, and {level.name.lower()} was"
        return replace(known, level=level, fields=fields, problem=problem)
    return replace(known, level=level, fields=fields)


def _lock_words(signature: SignatureField) -> str:
    lock = signature.pdf.fieldmdp
    if lock is None:
        return ""
    if lock.action is FieldMDPAction.ALL:
        return "all fields"
    names = ", ".join(str(name) for name in lock.fields or ())
    return names if lock.action is FieldMDPAction.INCLUDE else f"all fields but {names}"
