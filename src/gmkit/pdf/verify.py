"""
The verdict on a signed PDF.

pyhanko reads the structure and compares revisions; whether octets are signed, by whom and when is gmkit's to
say. Document timestamps are judged first, the newest at the moment of judging, each older one and every
signature at the time the next one proves (ETSI EN 319 102-1, 5.6).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from gmkit import cms
from gmkit.errors import GmkitError, StorageError, UnsupportedAlgorithm, WrongPassword
from gmkit.pdf.archival import archived_status
from gmkit.pdf.boundary import reading
from gmkit.pdf.changes import Changes, examine_changes
from gmkit.pdf.findings import (
    attribute_findings,
    change_findings,
    coverage_words,
    document_findings,
    message_problem,
    not_judged,
    place_findings,
)
from gmkit.pdf.level import level_of
from gmkit.pdf.store import SecurityStore, read_store
from gmkit.pdf.structure import BrokenField, Document, SignatureField
from gmkit.seal import SealSignature, judge_sealed
from gmkit.verdict import (
    Evidence,
    Finding,
    Outcome,
    Severity,
    SignatureVerdict,
    TimeProof,
    Trust,
    Verdict,
    judge_document_timestamp,
    judge_message,
    refused,
)

__all__ = ["judge_document", "verify"]

_MAX_FILE = 1 << 30  # bytes
_OLD = frozenset({"adbe.pkcs7.sha1", "adbe.x509.rsa_sha1"})
_STAMP = "document timestamp, RFC 3161"


def verify(
    data: bytes | Path, *, trust: Trust, name: str = "", password: bytes | None = None
) -> Verdict:
    """
    Judge every signature and document timestamp of a PDF.

    Args:
        data: The file, or where it is.
        trust: Roots, moment, evidence; the file's own evidence (/DSS) is used beside it.
        name: What to call it.
        password: For an encrypted file; the empty one is tried by itself.

    Returns:
        The verdict, signatures in the order of what they cover. What is wrong with the file is in it and
        raises nothing.

    Raises:
        StorageError: If the file cannot be read, or is longer than 1 GiB.
    """
    if isinstance(data, Path):
        name = name or data.name
        data = _read(data)
    try:
        document = Document(data, password=password)
    except (WrongPassword, UnsupportedAlgorithm) as why:
        words = f"{why.message}; {why.own_hint}" if why.own_hint else why.message
        finding = Finding("encrypted", Severity.UNCHECKED, words, "文件已加密，无法读取签名")
        return Verdict(name, "PDF", trust.at, (), (finding,))
    except GmkitError as why:
        return refused(name, "PDF", trust.at, why)
    try:
        with reading("signatures"):
            return judge_document(document, trust, name=name)
    except GmkitError as why:
        return refused(name, "PDF", trust.at, why)


def judge_document(document: Document, trust: Trust, *, name: str = "") -> Verdict:
    """Judge a file that is open already; see :func:`verify`."""
    store = read_store(document.reader)
    judged = _Judge(document, store, trust).all()
    findings = tuple(document_findings(document, store))
    return Verdict(name, "PDF", trust.at, tuple(judged), findings)


class _Judge:
    """Judges the signatures of one file."""

    def __init__(self, document: Document, store: SecurityStore, trust: Trust) -> None:
        self._document = document
        self._store = store
        self._trust = trust
        #: Document timestamps that hold: what they cover, and since when it is proved to exist.
        self._proved: list[tuple[SignatureField, datetime]] = []

    def all(self) -> list[SignatureVerdict]:
        """One verdict for each filled field, in the order of the document."""
        found: dict[int, SignatureVerdict] = {}
        fields = self._document.fields
        # The newest timestamp first: it proves the time of those it covers.
        for number, one in reversed([*enumerate(fields)]):
            if isinstance(one, SignatureField) and one.is_timestamp:
                found[number] = self._timestamp(one)
        for number, one in enumerate(fields):
            if isinstance(one, BrokenField):
                found[number] = not_judged(one.name, "PDF signature", one.why, self._trust)
            elif not one.is_timestamp:
                found[number] = self._signature(one)
        return [found[number] for number in sorted(found)]

    def _evidence(self, field: SignatureField) -> Evidence:
        times = [time for stamp, time in self._proved if stamp.signed.covers(field.signed)]
        store = self._store
        return Evidence(store.certificates, store.crls, store.ocsp, min(times, default=None))

    def _content(self, field: SignatureField) -> BinaryIO:
        return cast("BinaryIO", self._document.covered(field))

    def _timestamp(self, field: SignatureField) -> SignatureVerdict:
        changes = examine_changes(self._document, field)
        judged = judge_document_timestamp(
            field.message,
            self._content(field),
            self._trust,
            evidence=self._evidence(field),
            coverage=coverage_words(field, changes),
            name=field.name,
            kind=_STAMP,
        )
        findings = (*judged.findings, *place_findings(field), *change_findings(changes))
        judged = replace(judged, findings=findings)
        if judged.outcome is Outcome.VALID and judged.time.proved is not None:
            self._proved.append((field, judged.time.proved))
        return judged

    def _signature(self, field: SignatureField) -> SignatureVerdict:
        changes = examine_changes(self._document, field)
        coverage = coverage_words(field, changes)
        kind = self._kind(field)
        problem: GmkitError | None = None
        if field.sub_filter in _OLD:
            problem = UnsupportedAlgorithm(f"signatures of type {field.sub_filter} rest on SHA-1")
            return not_judged(field.name, kind, problem, self._trust, coverage)
        sealed = _seal_signature(field.message)
        if sealed is not None:
            return self._sealed(field, sealed, changes)
        try:
            message = cms.parse(field.message)
            problem = message_problem(message)
        except GmkitError as why:
            problem = why
        if problem is not None:
            return not_judged(field.name, kind, problem, self._trust, coverage)
        evidence = self._evidence(field)
        crls, responses = archived_status(message)
        evidence = replace(
            evidence, crls=(*evidence.crls, *crls), ocsp=(*evidence.ocsp, *responses)
        )
        (judged,) = judge_message(
            message,
            self._trust,
            content=self._content(field),
            evidence=evidence,
            coverage=coverage,
            name=field.name,
        )
        findings = (
            *judged.findings,
            *place_findings(field),
            *attribute_findings(field, message),
            *change_findings(changes),
        )
        time = self._time(field, judged.time, evidence.known_at)
        return replace(judged, kind=f"{kind}, {judged.kind}", findings=findings, time=time)

    def _sealed(
        self, field: SignatureField, sealed: SealSignature, changes: Changes
    ) -> SignatureVerdict:
        """An electronic seal: its dataHash is over the octets that /ByteRange names."""
        return judge_sealed(
            sealed,
            self._content(field).read(),
            self._trust,
            name=field.name,
            coverage=coverage_words(field, changes),
            findings=(*place_findings(field), *change_findings(changes)),
            evidence=self._evidence(field),
        )

    def _kind(self, field: SignatureField) -> str:
        level = level_of(self._document, field, self._store)
        return "PDF signature" if level is None else f"PAdES {level.value}"

    def _time(self, field: SignatureField, time: TimeProof, known: datetime | None) -> TimeProof:
        """A document timestamp proves the time where the signature has no timestamp of its own."""
        claimed = time.claimed or field.claimed_time
        if time.proved is not None or known is None:
            return replace(time, claimed=claimed)
        stamp = next(one for one, proved in self._proved if proved == known)
        by = f"document timestamp {stamp.name}"
        return replace(time, claimed=claimed, proved=known, by=by, latest=known)


def _seal_signature(message: bytes) -> SealSignature | None:
    """What is signed with an electronic seal; None if it is something else, such as CMS."""
    try:
        return SealSignature.parse(message)
    except GmkitError:
        return None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_FILE + 1)
    except OSError as why:
        raise StorageError(f"cannot read {path}: {(why.strerror or str(why)).lower()}") from why
    if len(data) > _MAX_FILE:
        raise StorageError(f"{path} is longer than the {_MAX_FILE:,} bytes that are read")
    return data
