"""
Remarks added after certification with permission 3 (ISO 32000-2, table 257), as a rule for pyhanko.

pyhanko's own rules know form filling and long-term additions; any annotation is suspicious to them. Here the
kinds people comment with may be *added*: nothing is removed or rewritten, no action comes along, and
everything they consist of is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign.diff_analysis import (
    ModificationLevel,
    QualifiedWhitelistRule,
    ReferenceUpdate,
    SuspiciousModification,
)
from pyhanko.sign.diff_analysis.commons import compare_dicts

from gmkit.pdf.boundary import entry

__all__ = ["AddedRemarks"]

_REMARKS = frozenset(
    [
        "/Text",
        "/FreeText",
        "/Line",
        "/Square",
        "/Circle",
        "/Polygon",
        "/PolyLine",
        "/Highlight",
        "/Underline",
        "/Squiggly",
        "/StrikeOut",
        "/Stamp",
        "/Caret",
        "/Ink",
        "/Popup",
    ]
)
_DEEPEST = 64


class AddedRemarks(QualifiedWhitelistRule):
    """Lets pages have more annotations of the harmless kinds than before."""

    def apply_qualified(
        self, old: HistoricalResolver, new: HistoricalResolver
    ) -> Iterable[tuple[ModificationLevel, ReferenceUpdate]]:
        """What the new revision may have changed."""
        for before, after in _pages(old.root["/Pages"], new.root["/Pages"], 0):
            for reference in self._page(old, new, before, after):
                yield ModificationLevel.ANNOTATIONS, ReferenceUpdate(reference)

    def _page(
        self,
        old: HistoricalResolver,
        new: HistoricalResolver,
        before: generic.Reference,
        after: generic.Reference,
    ) -> Iterator[generic.Reference]:
        old_page = cast("generic.DictionaryObject", before.get_object())
        new_page = cast("generic.DictionaryObject", after.get_object())
        had, has = _annotations(old_page), _annotations(new_page)
        if had == has:
            return
        added = [one for one in has if one not in had]
        if [one for one in has if one in had] != had:
            raise SuspiciousModification("annotations were removed or put into another order")
        if not all(_is_remark(cast("generic.DictionaryObject", one.get_object())) for one in added):
            return  # fields and their like: other rules judge them
        compare_dicts(old_page, new_page, frozenset({"/Annots"}))
        yield after
        holder = new_page.raw_get("/Annots")
        if isinstance(holder, generic.IndirectObject):
            yield holder.reference
        for one in added:
            parts = new.collect_dependencies(one.get_object(), since_revision=new.revision)
            for part in {one, *parts}:
                if old.is_ref_unassignable(part):
                    yield part


def _pages(
    old: generic.DictionaryObject, new: generic.DictionaryObject, depth: int
) -> Iterator[tuple[generic.Reference, generic.Reference]]:
    before, after = list(old["/Kids"]), list(new["/Kids"])
    if before != after or depth > _DEEPEST:
        raise SuspiciousModification("the tree of pages was changed")
    for old_kid, new_kid in zip(before, after, strict=True):
        page = old_kid.get_object()
        if entry(page, "/Type") == "/Pages":
            yield from _pages(page, new_kid.get_object(), depth + 1)
        else:
            yield old_kid.reference, new_kid.reference


def _annotations(page: generic.DictionaryObject) -> list[generic.Reference]:
    listed = entry(page, "/Annots") or generic.ArrayObject()
    if not all(isinstance(one, generic.IndirectObject) for one in listed):
        raise SuspiciousModification("an annotation is no object of its own")
    return [one.reference for one in listed]


def _is_remark(annotation: generic.DictionaryObject) -> bool:
    return entry(annotation, "/Subtype") in _REMARKS and not {"/A", "/AA"} & annotation.keys()
