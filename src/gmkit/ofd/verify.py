"""
Verifying an OFD document: container, structure, and every signature with everything it depends on.

The checks and their order are those of ``docs/ofd.md``. All of them are made also after one has failed, so
that the verdict says everything that is wrong, and what no signature covers.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from gmkit.errors import EncodingError, GmkitError, StorageError, VerificationError
from gmkit.ofd.coverage import Part, coverage_of, parts_of, uncovered
from gmkit.ofd.digests import PartDigests, References, check_references
from gmkit.ofd.hygiene import Limits
from gmkit.ofd.judge import judge_value
from gmkit.ofd.package import INTEGRITY, Document, Package
from gmkit.ofd.signature import Listed, SignatureFile, listed_signatures
from gmkit.seal.verify import note_findings
from gmkit.verdict import Evidence, Finding, Severity, SignatureVerdict, Trust, Verdict, refused

__all__ = ["Report", "examine", "verify"]

_KIND = "OFD"
_MAX_FILE = 1 << 30  # bytes


def verify(
    document: bytes | os.PathLike[str],
    *,
    trust: Trust,
    name: str = "",
    evidence: Evidence | None = None,
    limits: Limits | None = None,
) -> Verdict:
    """
    Judge an OFD document and every signature in it (GB/T 33190-2016, chapter 18).

    Args:
        document: The document, or the path of a file.
        trust: Roots, moment, revocation information.
        name: What to call it; the file's name if a path is given.
        evidence: Certificates, revocation information and proof of time from outside the document.
        limits: Bounds on the package.

    Returns:
        The verdict. It raises nothing for what the document holds: what cannot be read is *invalid*.

    Raises:
        StorageError: If the file cannot be read.
    """
    if not isinstance(document, bytes):
        name = name or os.fspath(document)
        document = _read(document)
    return examine(document, trust=trust, name=name, evidence=evidence, limits=limits).verdict


@dataclass(frozen=True, slots=True)
class Report:
    """
    A verdict and what lies behind it.

    Attributes:
        verdict: The verdict.
        parts: Every part of the package and which signatures cover it; empty if it cannot be read.
        signatures: The signatures as stored, by name.
    """

    verdict: Verdict
    parts: tuple[Part, ...]
    signatures: dict[str, SignatureFile]


def examine(
    document: bytes,
    *,
    trust: Trust,
    name: str = "",
    evidence: Evidence | None = None,
    limits: Limits | None = None,
) -> Report:
    """As :func:`verify`, with the list of parts and what covers them."""
    try:
        package = Package(document, limits=limits)
        return _Examination(package, trust, evidence or Evidence()).report(name)
    except GmkitError as why:
        return Report(refused(name, _KIND, trust.at, why), (), {})


@dataclass(frozen=True, slots=True)
class _One:
    """One signature, as far as the package alone tells."""

    name: str
    listed: Listed
    file: SignatureFile
    references: References
    document: Document


class _Examination:
    """Goes through one package."""

    def __init__(self, package: Package, trust: Trust, evidence: Evidence) -> None:
        self._package = package
        self._trust = trust
        self._evidence = evidence
        self._digests = PartDigests(package)
        self._findings: list[Finding] = []
        self._lists = frozenset(
            one.signatures for one in package.documents if one.signatures is not None
        )

    def report(self, name: str) -> Report:
        found = [one for document in self._package.documents for one in self._read(document)]
        parts = self._parts(found)
        verdicts = tuple(self._judge(one, parts) for one in found)
        if found:
            named = (reference.path for one in found for reference in one.file.references)
            self._findings += uncovered(parts, frozenset(named))
        self._look_for_absent_parts()
        self._look_for_integrity()
        findings = (*self._findings, *note_findings(self._package.remarks))
        verdict = Verdict(name, _KIND, self._trust.at, verdicts, findings)
        return Report(verdict, parts, {one.name: one.file for one in found})

    def _read(self, document: Document) -> list[_One]:
        """The signatures of one document and the digests they state."""
        path = document.signatures
        if path is None:
            return []
        if path not in self._package:
            text = f"the document says that it is signed, and {path} is absent"
            self._error("signatures-missing", text, "签名列表文件缺失", path)
            return []
        number = self._package.documents.index(document) + 1
        prefix = f"document {number}, " if len(self._package.documents) > 1 else ""
        found = []
        for listed in listed_signatures(self._package, path):
            name = f"{prefix}signature {listed.id or '?'}"
            if listed.path is None:
                text = f"{name}: {listed.location or 'its file'} is absent"
                self._error("signature-missing", text, "签名文件缺失", listed.location)
                continue
            try:
                file = SignatureFile.read(self._package, listed.path)
            except (EncodingError, VerificationError) as why:
                code = why.reason if isinstance(why, VerificationError) else "signature-malformed"
                self._error(code, f"{name}: {why.message}", "签名文件格式错误", listed.path)
                continue
            references = check_references(file, self._digests, rewritten=self._lists)
            found.append(_One(name, listed, file, references, document))
        return found

    def _parts(self, found: list[_One]) -> tuple[Part, ...]:
        own = {one.file.path for one in found}
        for one in found:
            own |= {path for path in (one.file.value, one.file.seal) if path is not None}
        if INTEGRITY in self._package:
            own |= {INTEGRITY, *self._integrity_value()}
        return parts_of(
            self._package,
            lists=self._lists,
            own=frozenset(own),
            covered={one.name: one.references.covered for one in found},
        )

    def _judge(self, one: _One, parts: tuple[Part, ...]) -> SignatureVerdict:
        return judge_value(
            self._package,
            one.listed,
            one.file,
            one.references,
            self._trust,
            self._evidence,
            name=one.name,
            coverage=coverage_of(one.name, parts),
            pages=frozenset(identifier for identifier, _ in one.document.pages),
        )

    def _look_for_absent_parts(self) -> None:
        """What the document names and the package lacks: whoever adds it adds what is seen."""
        for document in self._package.documents:
            for path, role in document.roles.items():
                if path in self._package:
                    continue
                page = role in ("page", "template")
                severity = Severity.UNCHECKED if page else Severity.WARNING
                text = f"the document names {path} ({role}), which is absent"
                self._findings.append(
                    Finding("part-absent", severity, text, "文档引用的文件不存在", path)
                )

    def _look_for_integrity(self) -> None:
        """GM/T 0099-2020 knows a signature over the whole package besides; its text was not at hand."""
        if INTEGRITY in self._package:
            text = "the package has an integrity value by GM/T 0099-2020, which is not looked at"
            self._findings.append(
                Finding(
                    "package-integrity", Severity.UNCHECKED, text, "未验证包完整性保护", INTEGRITY
                )
            )

    def _integrity_value(self) -> set[str]:
        try:
            location = self._package.structure(INTEGRITY).value("SignedValueLoc")
        except (EncodingError, VerificationError):
            return set()
        path = None if location is None else self._package.find(location, source=INTEGRITY)
        return set() if path is None else {path}

    def _error(self, code: str, text: str, zh: str, where: str) -> None:
        self._findings.append(Finding(code, Severity.ERROR, text, zh, where))


def _read(path: os.PathLike[str]) -> bytes:
    try:
        with Path(path).open("rb") as file:
            data = file.read(_MAX_FILE + 1)
    except OSError as why:
        words = (why.strerror or str(why)).lower()
        raise StorageError(f"{os.fspath(path)}: {words}") from why
    if len(data) > _MAX_FILE:
        raise StorageError(
            f"{os.fspath(path)} is longer than the {_MAX_FILE:,} bytes that are read"
        )
    return data
