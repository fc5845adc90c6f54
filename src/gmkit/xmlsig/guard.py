"""Reading XML from strangers: what makes parsers dangerous is refused before one is called."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from gmkit.errors import EncodingError, MissingDependency

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["MAX_XML", "parse"]

MAX_XML = 64 << 20  # bytes of a document
_WHAT = "XML"
_DECLARATION = re.compile(rb"^<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_DECLARATION_TEXT = re.compile(r"^<\?xml[^>]{0,300}\?>")
#: GB 18030 contains GBK and GB 2312.
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "gb18030": "gb18030",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, None),
    (codecs.BOM_UTF32_BE, None),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What may begin with "<!" or "<?", each with its end; what is left over is a DTD or broken.
_MARKUP = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<!|<\?", re.DOTALL)


def parse(data: bytes) -> etree._ElementTree:
    """
    Parse a document without DTD, entities and network.

    Args:
        data: UTF-8, UTF-16 with its mark, or GBK or GB 18030 with a declaration; at most ``MAX_XML`` bytes.

    Raises:
        EncodingError: If it is longer, in another encoding, has a document type declaration, or is not
            well-formed.
        MissingDependency: If lxml is not installed.
    """
    try:
        from lxml import etree  # noqa: PLC0415 - only who uses XML needs it
    except ImportError as why:
        raise MissingDependency("XML needs the package lxml", hint="pip install lxml") from why

    if len(data) > MAX_XML:
        raise EncodingError(f"longer than the {MAX_XML:,} bytes that are read", what=_WHAT)
    text = _decoded(data)
    _refuse_declarations(text)
    # One encoding for the parser, whatever the declaration says: nobody can read it differently.
    octets = _DECLARATION_TEXT.sub("", text, count=1).encode()
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=False,
        remove_pis=False,
        strip_cdata=True,
    )
    try:
        tree = etree.ElementTree(etree.fromstring(octets, parser))
    except (etree.XMLSyntaxError, ValueError) as why:
        raise EncodingError(f"not well-formed: {str(why).lower()}", what=_WHAT) from None
    return tree


def _decoded(data: bytes) -> str:
    encoding: str | None = "utf-8"
    for mark, meant in _MARKS:
        if data.startswith(mark):
            data, encoding = data[len(mark) :], meant
            break
    else:
        declared = _DECLARATION.match(data)
        if declared:
            encoding = _ENCODINGS.get(declared[1].decode().lower())
    if encoding is None:
        raise EncodingError("in an encoding that is not read here", what=_WHAT)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as why:
        raise EncodingError(
            f"not {encoding}, which it should be", what=_WHAT, offset=why.start
        ) from None


def _refuse_declarations(text: str) -> None:
    for found in _MARKUP.finditer(text):
        if found[0] == "<!":
            raise _declaration()
        if found[0] == "<?":
            raise EncodingError("a processing instruction has no end", what=_WHAT)


def _declaration() -> EncodingError:
    return EncodingError(
        "a document type declaration (DTD, entities) is refused",
        what=_WHAT,
        hint="signed messages have none",
    )
