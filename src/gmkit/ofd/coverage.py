"""Which parts of a package are covered by which signature, and which by none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gmkit.ofd.package import ROOT, Package
from gmkit.verdict import Coverage, Extent, Finding, Severity

__all__ = ["Part", "coverage_of", "parts_of", "uncovered"]

_SHOWN = 20  # parts named one by one


@dataclass(frozen=True, slots=True)
class Part:
    """
    One part and who vouches for it.

    Attributes:
        path: The part.
        role: "page", "template", "resource", "annotation", "attachment", ..., "part" for the rest;
            "signature" for what belongs to a signature, "root" and "signatures" for the two lists.
        length: In bytes.
        covered_by: Names of the signatures that name it and whose digest it has.
    """

    path: str
    role: str
    length: int
    covered_by: tuple[str, ...] = ()

    @property
    def content(self) -> bool:
        """Whether it is what a reader of the document gets to see, or may."""
        return self.role not in ("signature", "root", "signatures")


def parts_of(
    package: Package,
    *,
    lists: frozenset[str],
    own: frozenset[str],
    covered: Mapping[str, frozenset[str]],
) -> tuple[Part, ...]:
    """
    Every part of a package.

    Args:
        package: The package.
        lists: Paths of the lists of signatures.
        own: Paths of what belongs to signatures themselves.
        covered: For each signature's name, the parts that have the digest it signed.
    """
    roles: dict[str, str] = {}
    for document in package.documents:
        roles = {**document.roles, **roles}
    found = []
    for path, entry in package.archive.entries.items():
        role = roles.get(path, "part")
        if path == ROOT:
            role = "root"
        elif path in roles:
            pass  # whatever else claims it, a reader of the document gets to see it
        elif path in lists:
            role = "signatures"
        elif path in own:
            role = "signature"
        by = tuple(name for name, parts in covered.items() if path in parts)
        found.append(Part(path, role, entry.length, by))
    return tuple(found)


def coverage_of(name: str, parts: tuple[Part, ...]) -> Coverage:
    """What one signature covers."""
    content = [part for part in parts if part.content]
    outside = tuple(part.path for part in content if name not in part.covered_by)
    other = [part.path for part in parts if not part.content and part.role != "signature"]
    open_ = [part for part in other if name not in _by(parts, part)]
    beside = f"; not covered: {', '.join(open_)}" if open_ else ""
    inside = len(content) - len(outside)
    text = f"{inside} of {len(content)} parts of the document{beside}"
    zh = f"覆盖文档的 {len(content)} 个文件中的 {inside} 个"
    if not outside:
        return Coverage(Extent.WHOLE, tuple(open_), text, zh)
    return Coverage(Extent.PART, (*outside, *open_), text, zh)


def uncovered(parts: tuple[Part, ...], named: frozenset[str]) -> tuple[Finding, ...]:
    """
    What no signature vouches for, though a reader of the document gets to see it.

    Args:
        parts: All parts.
        named: Parts that a signature names: of those that were changed, the signature says so itself.
    """
    found = [
        Finding(
            "uncovered-part",
            Severity.UNCHECKED,
            f"no signature covers {part.path} ({part.role}, {part.length} bytes)",
            "未被任何签名覆盖",
            part.path,
        )
        for part in parts
        if part.content and not part.covered_by and part.path not in named
    ]
    if len(found) > _SHOWN:
        text = f"no signature covers {len(found) - _SHOWN} more parts"
        found[_SHOWN:] = [Finding("uncovered-part", Severity.UNCHECKED, text, "未被任何签名覆盖")]
    root = next(part for part in parts if part.role == "root")
    if not root.covered_by:
        text = "OFD.xml is covered by no signature: its entries (title, numbers, dates) are not vouched for"
        found.append(Finding("root-uncovered", Severity.NOTE, text, "OFD.xml 未被签名覆盖", ROOT))
    return tuple(found)


def _by(parts: tuple[Part, ...], path: str) -> tuple[str, ...]:
    return next(part.covered_by for part in parts if part.path == path)
