"""From a document to its verdict."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO, Protocol

from gmkit import cms, tsp
from gmkit.cms import Compat, oids
from gmkit.documents.kinds import Kind, message_octets, recognise
from gmkit.documents.packages import PACKAGES, package_of
from gmkit.errors import EncodingError, GmkitError, StorageError
from gmkit.verdict import (
    Finding,
    Severity,
    Trust,
    Verdict,
    judge_document_timestamp,
    judge_message,
    refused,
)

__all__ = ["MAX_DOCUMENT", "verify"]

MAX_DOCUMENT = 1 << 30  # bytes of a document that is read into memory
_LARGE = 16 << 20  # bytes from which on a message stays in its file
_HEAD = 1024


def verify(
    document: bytes | Path,
    *,
    trust: Trust,
    name: str = "",
    signature: bytes | None = None,
    content: bytes | Path | None = None,
    compat: Compat | None = None,
    password: bytes | None = None,
) -> Verdict:
    """
    Judge a document, whatever kind it is.

    Args:
        document: The document; a file is read in pieces where its kind allows it.
        trust: Roots, moment, evidence.
        name: What to call it; the file's name if it is one.
        signature: A detached signature over *document*: CMS, or a timestamp token or response.
        content: What a detached CMS message in *document* signs.
        compat: The one non-conforming CMS form to accept.
        password: Of an encrypted PDF.

    Returns:
        The verdict. What is wrong with the document is in it and raises nothing.

    Raises:
        StorageError: If a file cannot be read.
        InvalidArgument: If the arguments contradict each other.
    """
    name = name or (document.name if isinstance(document, Path) else "document")
    if signature is not None:
        return _detached(document, signature, trust, name, compat)
    if isinstance(document, Path) and content is None:
        large = _large_message(document, trust, name, compat)
        if large is not None:
            return large
    data = _read(document) if isinstance(document, Path) else document
    kind = recognise(data)
    try:
        if kind in PACKAGES:
            options = {"password": password} if kind is Kind.PDF else {}
            return _package(kind)(data, trust=trust, name=name, **options)
        if kind is Kind.CMS:
            return _message(data, content, trust, name, compat)
    except GmkitError as why:
        return refused(name, kind.value, trust.at, why)
    return Verdict(name, kind.value, trust.at, (), (_unsigned(kind),))


def _unsigned(kind: Kind) -> Finding:
    if kind is Kind.TIMESTAMP:
        text = "a timestamp alone says nothing: give it with the file it was made for"
        return Finding("no-content", Severity.UNCHECKED, text, "时间戳需与原文件一并验证")
    text = (
        "this is no signed document gmkit knows, and no signature beside it was named (--signature)"
    )
    return Finding(
        "no-signature",
        Severity.UNCHECKED,
        text,
        "不是已知的签名文件，也没有给出单独的签名 (--signature)",
    )


def _package(kind: Kind) -> _Verify:
    found: _Verify = package_of(kind).verify
    return found


class _Verify(Protocol):
    """What a format's package offers."""

    def __call__(
        self, data: bytes, *, trust: Trust, name: str, **options: bytes | None
    ) -> Verdict: ...


def _message(
    data: bytes, content: bytes | Path | None, trust: Trust, name: str, compat: Compat | None
) -> Verdict:
    octets = message_octets(data)
    message = cms.parse(octets)
    if message.content_type == oids.TST_INFO:
        if content is None:
            return Verdict(name, Kind.TIMESTAMP.value, trust.at, (), (_unsigned(Kind.TIMESTAMP),))
        return _detached(content, octets, trust, name, compat)
    detached = message.content is None
    kind = "detached CMS" if detached else "CMS"
    if isinstance(content, Path):
        with _open(content) as file:
            found = judge_message(message, trust, content=file, compat=compat)
    else:
        found = judge_message(message, trust, content=content, compat=compat)
    return Verdict(name, kind, trust.at, found)


def _large_message(path: Path, trust: Trust, name: str, compat: Compat | None) -> Verdict | None:
    """A message too large to be read whole, judged where it lies; None if it is not one."""
    with _open(path) as file:
        if file.seek(0, os.SEEK_END) < _LARGE:
            return None
        file.seek(0)
        head = file.read(_HEAD)
        if head[:1] != b"\x30" or recognise(head) is not Kind.CMS:
            return None
        file.seek(0)
        try:
            message, content = cms.open_signed(file)
            found = judge_message(message, trust, content=content, compat=compat)
        except GmkitError as why:
            return refused(name, Kind.CMS.value, trust.at, why)
        return Verdict(name, "CMS", trust.at, found)


def _detached(
    document: bytes | Path, signature: bytes, trust: Trust, name: str, compat: Compat | None
) -> Verdict:
    kind = recognise(signature)
    try:
        if isinstance(document, bytes):
            return _over(document, kind, signature, trust, name, compat)
        with _open(document) as file:
            return _over(file, kind, signature, trust, name, compat)
    except GmkitError as why:
        return refused(name, "detached CMS", trust.at, why)


def _over(
    content: bytes | BinaryIO,
    kind: Kind,
    signature: bytes,
    trust: Trust,
    name: str,
    compat: Compat | None,
) -> Verdict:
    if kind is Kind.TIMESTAMP:
        return _timestamp(content, signature, trust, name)
    if kind is not Kind.CMS:
        raise EncodingError("the signature is neither CMS nor a timestamp", what="signature")
    octets = message_octets(signature)
    message = cms.parse(octets)
    if message.content_type == oids.TST_INFO:
        return _timestamp(content, octets, trust, name)
    found = judge_message(message, trust, content=content, compat=compat)
    return Verdict(name, "detached CMS", trust.at, found)


def _timestamp(content: bytes | BinaryIO, stored: bytes, trust: Trust, name: str) -> Verdict:
    """A file and a timestamp over it: the authority is the signer."""
    token: bytes | None = stored
    if recognise(stored) is Kind.TIMESTAMP:
        token = tsp.TimestampResponse.parse(stored).token
    if token is None:
        raise EncodingError("the answer holds no timestamp", what="timestamp response")
    found = judge_document_timestamp(token, content, trust)
    return Verdict(name, "timestamp", trust.at, (found,))


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as why:
        raise StorageError(f"cannot read {path}: {(why.strerror or '').lower()}") from why


def _read(path: Path) -> bytes:
    with _open(path) as file:
        data = file.read(MAX_DOCUMENT + 1)
    if len(data) > MAX_DOCUMENT:
        raise StorageError(f"{path} is longer than the {MAX_DOCUMENT:,} bytes that are read")
    return data
