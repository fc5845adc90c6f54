"""Canonical XML of a document or a part of it, through lxml (libxml2)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gmkit.errors import EncodingError, UnsupportedAlgorithm

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["INCLUSIVE", "Method", "canonical", "detached_copy", "method_of"]

INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_XML = "{http://www.w3.org/XML/1998/namespace}"


@dataclass(frozen=True, slots=True)
class Method:
    """
    A canonicalisation: Canonical XML 1.0 or Exclusive XML Canonicalization 1.0, of the W3C.

    Attributes:
        exclusive: Which of the two.
        comments: Whether comments stay.
        prefixes: Of the exclusive one, prefixes treated as the inclusive one does.
    """

    exclusive: bool = False
    comments: bool = False
    prefixes: tuple[str, ...] = ()


_METHODS = {
    INCLUSIVE: Method(),
    INCLUSIVE + "#WithComments": Method(comments=True),
    _EXCLUSIVE: Method(exclusive=True),
    _EXCLUSIVE + "WithComments": Method(exclusive=True, comments=True),
}


def method_of(element: etree._Element) -> Method | None:
    """
    The canonicalisation an element's ``Algorithm`` names, with its parameters; None if it names none.

    Raises:
        EncodingError: If there are parameters that do not belong there.
    """
    found = _METHODS.get(element.get("Algorithm", ""))
    if found is None:
        return None
    children = list(element)
    if not children:
        return found
    if (
        not found.exclusive
        or len(children) != 1
        or children[0].tag != "{%s}InclusiveNamespaces" % _EXCLUSIVE  # noqa: UP031 - braces
    ):
        raise EncodingError("a canonicalisation has unknown parameters", what="XML signature")
    prefixes = tuple(children[0].get("PrefixList", "").split())
    return Method(True, found.comments, prefixes)


def canonical(part: etree._Element | etree._ElementTree, method: Method) -> bytes:
    """
    The canonical octets of a document, or of an element in its context.

    Raises:
        UnsupportedAlgorithm: If a namespace is a relative URI, which Canonical XML cannot express.
    """
    from lxml import etree  # noqa: PLC0415 - only who uses XML needs it

    try:
        if not etree.iselement(part):
            return _octets(part, method)
        with _inherited(part, method):
            return _octets(part, method)
    except etree.LxmlError as why:
        raise UnsupportedAlgorithm(f"this cannot be canonicalised: {str(why).lower()}") from None


def detached_copy(tree: etree._ElementTree, without: etree._Element) -> etree._ElementTree:
    """The document without one element (the enveloped-signature transform); text after it stays."""
    path = _path(without)
    copy = deepcopy(tree)
    element = copy.getroot()
    for place in path:
        element = element[place]
    parent = element.getparent()
    if parent is None:
        raise EncodingError("the signature is the whole document", what="XML signature")
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)
    return copy


def _path(element: etree._Element) -> list[int]:
    places: list[int] = []
    parent = element.getparent()
    while parent is not None:
        places.insert(0, parent.index(element))
        element, parent = parent, parent.getparent()
    return places


def _octets(part: etree._Element | etree._ElementTree, method: Method) -> bytes:
    from lxml import etree  # noqa: PLC0415 - only who uses XML needs it

    octets: bytes = etree.tostring(
        part,
        method="c14n",
        exclusive=method.exclusive,
        with_comments=method.comments,
        inclusive_ns_prefixes=list(method.prefixes) if method.exclusive else None,
    )
    return octets


@contextmanager
def _inherited(element: etree._Element, method: Method) -> Iterator[None]:
    """The inclusive method gives a part the attributes xml:… of what is around it."""
    added = []
    if not method.exclusive:
        for ancestor in element.iterancestors():
            for name, value in ancestor.attrib.items():
                if str(name).startswith(_XML) and name not in element.attrib:
                    element.set(name, value)
                    added.append(name)
    try:
        yield
    finally:
        for name in added:
            del element.attrib[name]
