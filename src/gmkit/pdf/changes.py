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

from gmkit.errors import GmkitError
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


class _Unacceptable(GmkitError):
    """What stands against a signature in what came with or after it."""

    def __init__(self, problem: str, changes: Changes, *, unclear: bool = False) -> None:
        super().__init__(problem)
        self.changes = replace(changes, problem=problem, unclear=unclear)


def examine_changes(document: Document, signature: SignatureField) -> Changes:
    """
    Compare the revision a signature covers with everything after it.

    Without DocMDP, filled fields and further signatures are allowed, as ISO 32000-2 has it for approval
    signatures, and remarks are not.
    """
    known = Changes(Change.OTHER)
    try:
        with reading("permissions"):
            permission = signature.pdf.docmdp_level
            locked = _lock_words(signature)
        known = Changes(Change.OTHER, None if permission is None else permission.value, locked)
        with reading("later revisions"):
            _check_place(document, signature, known)
            if signature.signed.end == len(document.data):
                return replace(known, level=Change.NONE)
            _check_comparable(document, signature, known)
            return _compare(signature, known, permission)
    except _Unacceptable as why:
        return why.changes
    except GmkitError as why:
        return replace(known, problem=why.message)


def _check_place(document: Document, signature: SignatureField, known: Changes) -> None:
    """The signature covers all of its revision, and its revision reaches nothing behind it."""
    coverage = signature.pdf.evaluate_signature_coverage()
    end = signature.signed.end
    signature.pdf.coverage = coverage
    if coverage is SignatureCoverageLevel.ENTIRE_FILE and end != len(document.data):
        raise _Unacceptable("the ranges do not fit the length of the file", known)
    if coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        words = "the signature does not cover all of the revision it stands in"
        raise _Unacceptable(words, known)
    xrefs = document.reader.xrefs
    for number in range(signature.pdf.signed_revision + 1):
        for reference in xrefs.explicit_refs_in_revision(number):
            place = xrefs.get_historical_ref(reference, number)
            if isinstance(place, int) and place >= end:
                words = "an object of the signed revision stands behind what is signed"
                raise _Unacceptable(words, known)
    if end != len(document.data) and not document.has_clean_end:
        raise _Unacceptable("octets follow the last revision that belong to none", known)


def _check_comparable(document: Document, signature: SignatureField, known: Changes) -> None:
    """What came later has one reading, and is not more than can be looked at."""
    reader = document.reader
    if not reader.strict:
        words = "the file allows more than one reading, so that later changes cannot be told"
        raise _Unacceptable(words, known, unclear=True)
    reader.comparisons_left -= reader.objects * (signature.revisions - signature.revision)
    if reader.comparisons_left < 0:
        words = "there are too many revisions and objects to compare them all"
        raise _Unacceptable(words, known, unclear=True)


def _compare(signature: SignatureField, known: Changes, permission: MDPPerm | None) -> Changes:
    policy = _WITH_REMARKS if permission is MDPPerm.ANNOTATE else DEFAULT_DIFF_POLICY
    result = signature.pdf.evaluate_modifications(policy)
    if not isinstance(result, DiffResult):
        words = str(result).splitlines()[0] if str(result) else "unexplained changes"
        raise _Unacceptable(f"changed after signing: {words}", known)
    fields = tuple(sorted(str(name) for name in result.changed_form_fields))
    known = replace(known, level=_LEVELS[result.modification_level], fields=fields)
    limit = Change.FORM if permission is None else Change(permission.value)
    if known.level > limit:
        words = "nothing" if limit is Change.LONG_TERM else f"no more than level {limit.value}"
        came = known.level.name.lower()
        raise _Unacceptable(f"the signature allows {words} to be changed, and {came} was", known)
    return known


def _lock_words(signature: SignatureField) -> str:
    lock = signature.pdf.fieldmdp
    if lock is None:
        return ""
    if lock.action is FieldMDPAction.ALL:
        return "all fields"
    names = ", ".join(str(name) for name in lock.fields or ())
    return names if lock.action is FieldMDPAction.INCLUDE else f"all fields but {names}"
