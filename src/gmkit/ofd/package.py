"""The parts of an OFD document, and how its paths lead to them (GB/T 33190-2016)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gmkit.errors import EncodingError
from gmkit.ofd.archive import Archive
from gmkit.ofd.hygiene import Limits, folded, refuse
from gmkit.ofd.xml import Budget, Node, parse

__all__ = ["Document", "Package", "locate"]

ROOT = "OFD.xml"
INTEGRITY = "OFDEntries.xml"
"""A signed list of all parts, by GM/T 0099-2020."""
_MAX_DOCUMENTS = 64
_KEPT = 1 << 16  # bytes of a part that is kept, as its digest will be asked for


@dataclass(frozen=True, slots=True)
class Document:
    """
    One document of the package: a DocBody of OFD.xml.

    Attributes:
        root: Path of its Document.xml.
        signatures: Path of its Signatures.xml, or None if it says that it has none.
        pages: Identifiers and paths of its pages in order.
        roles: What the paths it names are: "page", "template", "annotation", ...
        box: Width and height of a page in millimetres, if the document says so.
    """

    root: str
    signatures: str | None
    pages: tuple[tuple[str, str], ...] = ()
    roles: dict[str, str] = field(default_factory=dict)
    box: tuple[float, float] | None = None


class Package:
    """
    A package of parts. Nothing is unpacked before it is asked for.

    Attributes:
        archive: The ZIP file.
        remarks: What is unusual about it: code and text.
        documents: The documents in it.
    """

    def __init__(self, data: bytes, *, limits: Limits | None = None) -> None:
        """
        Read a package down to the list of its pages.

        Raises:
            EncodingError: If it is not one.
            VerificationError: If it must not be read; see :class:`~gmkit.ofd.archive.Archive`.
        """
        self.archive = Archive(data, limits=limits)
        self.remarks = self.archive.remarks
        self._by_folded = {folded(name): name for name in self.archive.entries}
        self._budget = Budget()
        self._kept: dict[str, bytes] = {}
        if ROOT not in self.archive.entries:
            raise EncodingError("the package has no OFD.xml: not an OFD", what="OFD")
        self.documents = tuple(self._documents())

    def __contains__(self, path: str) -> bool:
        return path in self.archive.entries

    def __iter__(self) -> Iterator[str]:
        return iter(self.archive.entries)

    def read(self, path: str) -> bytes:
        """
        The octets of a part.

        Raises:
            EncodingError: If there is no such part, or it is damaged.
        """
        return b"".join(self.pieces(path))

    def structure(self, path: str) -> Node:
        """
        A part that is read as XML.

        Raises:
            EncodingError: If there is no such part, or it is not XML.
            VerificationError: If it is longer than is read here, or must not be read.
        """
        entry = self.archive.entries.get(path)
        length = 0 if entry is None else entry.length
        self._budget.octets -= length
        if length > self.archive.limits.structure or self._budget.octets < 0:
            raise refuse("xml-limits", f"{path} has {length:,} bytes, or is one of too many")
        octets = self.read(path)
        if len(octets) <= _KEPT:
            self._kept[path] = octets
        return parse(octets, path, self.remarks, self._budget)

    def pieces(self, path: str) -> Iterable[bytes]:
        """The octets of a part in pieces; errors are those of :meth:`read`, met on the way."""
        if path in self._kept:
            return (self._kept[path],)
        if path not in self.archive.entries:
            raise EncodingError(f"the package has no part {path!r}", what="OFD")
        return self.archive.pieces(self.archive.entries[path])

    def find(self, reference: str, *, source: str) -> str | None:
        """
        The part that a path in another part means, or None if the package does not have it.

        Paths count from the root if they begin with a slash, otherwise from the folder of the part they
        stand in. What leads to a part only by the careless ways of some producers is put down.

        Raises:
            VerificationError: With reason ``path-escape``.
        """
        exact = locate(reference, source=source)
        if exact in self.archive.entries:
            return exact
        from_root = locate("/" + reference.lstrip("/"), source=source)
        if from_root in self.archive.entries:
            self._remark("path-from-root", f"{reference!r} in {source} is meant from the root")
            return from_root
        for path in (exact, from_root):
            found = self._by_folded.get(folded(path))
            if found is not None:
                self._remark(
                    "path-case", f"{reference!r} in {source} is spelt otherwise: {found!r}"
                )
                return found
        return None

    def _remark(self, code: str, text: str) -> None:
        if (code, text) not in self.remarks and len(self.remarks) < 200:
            self.remarks.append((code, text))

    def _documents(self) -> Iterator[Document]:
        bodies = self.structure(ROOT).all("DocBody")
        if not bodies:
            raise EncodingError("OFD.xml names no document", what="OFD")
        if len(bodies) > _MAX_DOCUMENTS:
            raise refuse("xml-limits", f"OFD.xml names {len(bodies)} documents")
        for body in bodies:
            yield self._document(body)

    def _document(self, body: Node) -> Document:
        location = body.value("DocRoot")
        root = None if location is None else self.find(location, source=ROOT)
        signatures = body.value("Signatures")
        signed = None if signatures is None else self.find(signatures, source=ROOT)
        if signatures is not None and signed is None:
            signed = locate(signatures, source=ROOT)
        if root is None:
            raise EncodingError(f"OFD.xml names a document {location!r} that is absent", what="OFD")
        tree = self.structure(root)
        pages, roles = _Contents(self, root).read(tree)
        return Document(root, signed, pages, roles, _box(tree))


class _Contents:
    """Walks from Document.xml to the parts that belong to the document."""

    def __init__(self, package: Package, root: str) -> None:
        self._package = package
        self._root = root
        self._roles: dict[str, str] = {root: "document"}

    def read(self, tree: Node) -> tuple[tuple[tuple[str, str], ...], dict[str, str]]:
        pages = []
        holder = tree.one("Pages")
        for page in holder.all("Page") if holder else []:
            path = self._add(page.attributes.get("BaseLoc"), "page")
            if path is not None:
                pages.append((page.attributes.get("ID", ""), path))
        common = tree.one("CommonData")
        for child in common.children if common else []:
            if child.name == "TemplatePage":
                self._add(child.attributes.get("BaseLoc"), "template")
            elif child.name in ("PublicRes", "DocumentRes"):
                self._add(child.text, "resource")
        for name, role in (
            ("Annotations", "annotation"),
            ("Attachments", "attachment"),
            ("CustomTags", "tag"),
            ("Extensions", "extension"),
        ):
            path = self._add(tree.value(name), role)
            if path is not None and path in self._package:
                self._list(path, role)
        return tuple(pages), self._roles

    def _list(self, path: str, role: str) -> None:
        """The files that a list of annotations, attachments or tags names."""
        for child in _below(self._package.structure(path)):
            if child.name in ("FileLoc", "SchemaLoc", "ExtendData"):
                self._add(child.text, role, source=path)

    def _add(self, reference: str | None, role: str, *, source: str | None = None) -> str | None:
        if reference is None or not reference.strip():
            return None
        source = source or self._root
        found = self._package.find(reference.strip(), source=source)
        path = found or locate(reference.strip(), source=source)
        self._roles.setdefault(path, role)
        return path


def locate(reference: str, *, source: str) -> str:
    """
    The path from the root that a reference in the part *source* spells.

    Raises:
        VerificationError: With reason ``path-escape`` if it leads out of the package.
    """
    reference = unicodedata.normalize("NFC", reference.strip()).replace("\\", "/")
    steps = [] if reference.startswith("/") else source.split("/")[:-1]
    for step in reference.split("/"):
        if step == "..":
            if not steps:
                raise refuse("path-escape", f"{reference!r} in {source} leads out of the package")
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def _below(node: Node) -> Iterator[Node]:
    for child in node.children:
        yield child
        yield from _below(child)


def _box(tree: Node) -> tuple[float, float] | None:
    common = tree.one("CommonData")
    area = common.one("PageArea") if common else None
    numbers = ((area.value("PhysicalBox") if area else None) or "").split()
    try:
        _, _, width, height = map(float, numbers)
    except ValueError:
        return None
    return width, height
