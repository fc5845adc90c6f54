"""
XML of other people, without anything that reaches beyond the document.

The standard library's expat is used and nothing else: it is maintained with Python, reads a stream without
building more than is asked for, and lets every dangerous construct be refused where it begins. A document
type, and with it every entity, is refused when its first octets are seen: nothing is ever expanded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from gmkit.errors import EncodingError
from gmkit.ofd.hygiene import refuse

__all__ = ["Budget", "Node", "parse"]

_MAX_DEPTH = 64
_MAX_NODES = 150_000
_MAX_ATTRIBUTE = 1 << 16
_JUNK = 256  # octets before the first element or declaration that are passed over
_DECLARATION = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
# What expat reads by itself; of others only the Chinese ones are known to occur.
_CHINESE = {"gbk", "gb2312", "gb18030", "cp936"}


@dataclass(slots=True)
class Budget:
    """
    How much may still be read, over all parts of a package.

    Attributes:
        octets: Of XML.
        nodes: Elements.
    """

    octets: int = 32 << 20
    nodes: int = _MAX_NODES


@dataclass(slots=True)
class Node:
    """
    An element.

    Attributes:
        name: Its name without prefix.
        namespace: Its namespace, "" for none.
        attributes: Attributes by name; those in a namespace are left out.
        children: The elements inside.
        text: All of its own text together, comments left out.
    """

    name: str
    namespace: str
    attributes: dict[str, str]
    children: list[Node] = field(default_factory=list)
    text: str = ""

    def all(self, name: str) -> list[Node]:
        """The children of a name."""
        return [child for child in self.children if child.name == name]

    def one(self, name: str) -> Node | None:
        """
        The only child of a name, or None.

        Raises:
            VerificationError: If there are several: which one counts would depend on the reader.
        """
        found = self.all(name)
        if len(found) > 1:
            raise refuse("xml-repeated-element", f"{name} stands {len(found)} times in {self.name}")
        return found[0] if found else None

    def value(self, name: str) -> str | None:
        """The text of the only child of a name, trimmed; None if it is absent or empty."""
        child = self.one(name)
        return None if child is None else child.text.strip() or None


def parse(
    data: bytes,
    where: str,
    remarks: list[tuple[str, str]] | None = None,
    budget: Budget | None = None,
) -> Node:
    """
    Read an XML document.

    Args:
        data: The document; its length is the caller's to bound.
        where: Its name, for errors.
        remarks: Where to put down what is unusual.
        budget: How much may still be read; what is read is taken off.

    Returns:
        The root element.

    Raises:
        EncodingError: If it is not well formed.
        VerificationError: With reason ``xml-doctype`` or ``xml-limits``.
    """
    notes = remarks if remarks is not None else []
    data, encoding = _prepared(data, where, notes)
    builder = _Builder(where, budget or Budget())
    parser = expat.ParserCreate(encoding, namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        parser.Parse(data, True)
    except expat.ExpatError as why:
        text = expat.errors.messages.get(why.code, "not well formed")
        raise EncodingError(f"{where}: {text} (line {why.lineno})", what="XML") from None
    except (LookupError, ValueError):
        raise EncodingError(f"{where}: unknown character encoding", what="XML") from None
    if builder.root is None:
        raise EncodingError(f"{where}: no element", what="XML")
    return builder.root


def _prepared(data: bytes, where: str, notes: list[tuple[str, str]]) -> tuple[bytes, str | None]:
    """The document from its first markup on, in an encoding that expat reads."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data, None
    start = data.find(b"<", 0, _JUNK)
    if start > 0 and data[:start] != b"\xef\xbb\xbf":
        notes.append(("xml-junk-before", f"{where}: {start} octets stand before the XML"))
        data = data[start:]
    found = _DECLARATION.match(data[3:] if data[:3] == b"\xef\xbb\xbf" else data)
    name = found[1].decode().lower() if found else ""
    if name not in _CHINESE:
        return data, None
    notes.append(("xml-encoding", f"{where}: written in {name}, not in UTF-8"))
    try:
        return data.decode("gb18030").encode(), "utf-8"
    except UnicodeDecodeError:
        raise EncodingError(f"{where}: not in the encoding it states", what="XML") from None


class _Builder:
    """Takes the parser's events."""

    def __init__(self, where: str, budget: Budget) -> None:
        self.root: Node | None = None
        self._where = where
        self._budget = budget
        self._stack: list[Node] = []
        self._texts: list[list[str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._budget.nodes -= 1
        if len(self._stack) >= _MAX_DEPTH or self._budget.nodes < 0:
            raise refuse("xml-limits", f"{self._where}: too deep, or too many elements")
        namespace, _, local = name.rpartition(" ")
        given = {}
        for key, value in attributes.items():
            if len(value) > _MAX_ATTRIBUTE:
                raise refuse("xml-limits", f"{self._where}: an attribute is too long")
            if " " not in key:
                given[key] = value
        node = Node(local, namespace, given)
        if self._stack:
            self._stack[-1].children.append(node)
        else:
            self.root = node
        self._stack.append(node)
        self._texts.append([])

    def end(self, _name: str) -> None:
        self._stack.pop().text = "".join(self._texts.pop())

    def text(self, text: str) -> None:
        if self._texts:
            self._texts[-1].append(text)

    def doctype(self, *_: object) -> None:
        raise refuse("xml-doctype", f"{self._where}: a document type declaration is not accepted")
