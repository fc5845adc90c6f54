"""
The one place where pyhanko's exceptions become gmkit's, and where its appetite is limited.

pyhanko reads the structure of a file: cross-references, objects, fields, revisions. It is given hostile files
and may raise anything.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.decode_limits import (
    DecodeLimits,
    DocumentDecodeBudget,
    StreamDecodeLimits,
)
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from gmkit.errors import EncodingError, GmkitError, UnsupportedAlgorithm, WrongPassword

__all__ = ["MAX_OBJECTS", "MAX_REVISIONS", "Reader", "entry", "open_reader", "reading"]

# What pyhanko notes down on the way is no news for whoever calls gmkit.
logging.getLogger("pyhanko").addHandler(logging.NullHandler())

_MIB = 1 << 20
_LIMITS = replace(
    DecodeLimits(),
    per_stream=StreamDecodeLimits(max_output_size=64 * _MIB),
    document_budget=DocumentDecodeBudget(base_allowance=128 * _MIB, max_ratio=20),
)
#: Revisions a file may have, and objects in its cross-references: each revision after a signature is
#: compared object by object.
MAX_REVISIONS = 200
MAX_OBJECTS = 500_000


@contextmanager
def reading(doing: str) -> Iterator[None]:
    """
    Turn whatever pyhanko raises inside into an :class:`EncodingError`.

    Args:
        doing: What is being read, for the message.
    """
    try:
        yield
    except GmkitError:
        raise
    except PdfError as fault:
        words = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
        raise EncodingError(f"{doing}: {_lower(words)}", what="PDF") from fault
    except Exception as fault:
        # An index, a type, a depth of nesting: the file is not what it should be.
        raise EncodingError(f"{doing}: {type(fault).__name__} while reading", what="PDF") from fault


def entry(dictionary: generic.DictionaryObject, key: str) -> Any:
    """The value of a key, wherever it is stored; None if it is absent or null."""
    if key not in dictionary:
        return None
    value = dictionary.raw_get(key).get_object()
    return None if isinstance(value, generic.NullObject) else value


class Reader(PdfFileReader):
    """
    pyhanko's reader, and how leniently it had to read.

    Attributes:
        strict: Whether objects are read strictly; if not, other readers may see other objects.
        deviates: Whether the cross-references are not as ISO 32000 has them.
        objects: How many objects the cross-references list, over all revisions.
        comparisons_left: What is left of the budget for comparing revisions.
    """

    deviates: bool = False
    objects: int = 0
    # Each object for each revision after each signature: some 0.1 ms of work.
    comparisons_left: int = 1_000_000


def open_reader(data: bytes, *, password: bytes | None = None) -> Reader:
    """
    Open a file, strictly; where only a lenient reader gets through, as leniently as it takes.

    Many programs write cross-references with small faults that leave no doubt; then objects are still
    read strictly. Two tables of cross-references, or objects with two meanings, leave doubt.

    Args:
        data: The file.
        password: For an encrypted file; None tries the empty password, as viewers do.

    Raises:
        EncodingError: If it is no PDF, or one that would take too much.
        WrongPassword: If the password does not open it.
        UnsupportedAlgorithm: If it is encrypted for certificates.
    """
    if not data.startswith(b"%PDF-"):
        raise EncodingError("the file does not begin with %PDF-", what="PDF", offset=0)
    with reading("cross-references"):
        reader = _open(data)
        _check_size(reader)
    with reading("encryption"):
        if reader.encrypted:
            _decrypt(reader, password)
    return reader


def _open(data: bytes) -> Reader:
    try:
        return _rooted(Reader(BytesIO(data), strict=True, decode_limits=_LIMITS))
    except PdfError:
        reader = Reader(BytesIO(data), strict=False, decode_limits=_LIMITS)
        reader.deviates = True
    if reader.xrefs.hybrid_xrefs_present:
        return _rooted(reader)
    reader.strict = True
    try:
        return _rooted(reader)
    except PdfError:
        reader.strict = False
        return _rooted(reader)


def _rooted(reader: Reader) -> Reader:
    reader.root["/Pages"]  # a catalogue without pages is none
    return reader


def _check_size(reader: Reader) -> None:
    revisions = reader.total_revisions
    if revisions > MAX_REVISIONS:
        raise EncodingError(f"{revisions} revisions, more than {MAX_REVISIONS}", what="PDF")
    listed = 0
    for number in range(revisions):
        listed += len(reader.xrefs.explicit_refs_in_revision(number))
        if listed > MAX_OBJECTS:
            raise EncodingError(f"more than {MAX_OBJECTS} objects", what="PDF")
    reader.objects = listed


def _decrypt(reader: PdfFileReader, password: bytes | None) -> None:
    try:
        result = reader.decrypt(password or b"")
    except PdfError:
        raise UnsupportedAlgorithm(
            "the file is encrypted in a way that is not opened here",
            hint="decrypt it first: what was signed is the encrypted file",
        ) from None
    if result.status is AuthStatus.FAILED:
        words = "and needs a password" if password is None else "and this password does not open it"
        raise WrongPassword(f"the file is encrypted {words}", hint="give its password")


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:].rstrip(".")
