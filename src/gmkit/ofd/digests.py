"""The digests of the parts that a signature names."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from typing import Protocol

from gmkit import sm3
from gmkit.errors import EncodingError
from gmkit.ofd.package import Package
from gmkit.ofd.signature import Reference, SignatureFile
from gmkit.verdict import Check, Finding, Severity

__all__ = ["PartDigests", "check_references"]


class _Hash(Protocol):
    def update(self, data: bytes, /) -> object: ...

    def digest(self) -> bytes: ...


def _sha(name: str) -> Callable[[], _Hash]:
    return lambda: hashlib.new(name, usedforsecurity=False)


# Names and identifiers seen in CheckMethod, in lower case; the schema's own default is MD5.
_METHODS: dict[str, tuple[str, Callable[[], _Hash]]] = {
    **dict.fromkeys(
        ("sm3", "1.2.156.10197.1.401", "1.2.156.10197.1.401.1", "1.2.156.10197.1.401.2"),
        ("SM3", sm3.SM3),
    ),
    **dict.fromkeys(("md5", "1.2.840.113549.2.5"), ("MD5", _sha("md5"))),
    **dict.fromkeys(("sha1", "sha-1", "1.3.14.3.2.26"), ("SHA-1", _sha("sha1"))),
    **dict.fromkeys(("sha256", "sha-256", "2.16.840.1.101.3.4.2.1"), ("SHA-256", _sha("sha256"))),
}
_DEFAULT = "md5"
_WEAK = {"MD5", "SHA-1"}


class PartDigests:
    """Digests of a package's parts, each computed once however many signatures name it."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._known: dict[tuple[str, str], bytes | EncodingError] = {}

    def of(self, path: str, method: str) -> bytes:
        """
        The digest of a part, read in pieces.

        Raises:
            EncodingError: If the part is damaged.
        """
        key = (path, method)
        if key not in self._known:
            running = _METHODS[method][1]()
            try:
                for piece in self._package.pieces(path):
                    running.update(piece)
                self._known[key] = running.digest()
            except EncodingError as why:
                self._known[key] = why
        found = self._known[key]
        if isinstance(found, EncodingError):
            raise found
        return found


@dataclass(frozen=True, slots=True)
class References:
    """
    What came of a signature's references.

    Attributes:
        check: All of them.
        findings: What is to be said beside.
        covered: The parts that have the digest that was signed.
    """

    check: Check
    findings: tuple[Finding, ...]
    covered: frozenset[str]


def check_references(
    signature: SignatureFile, digests: PartDigests, *, rewritten: frozenset[str]
) -> References:
    """
    Compare every part that a signature names with the digest it states.

    Args:
        signature: The signature.
        digests: Of the package.
        rewritten: Parts that a later signature changes by standing beside: the list of signatures.
    """
    stated = signature.check_method
    name = (stated or _DEFAULT).strip().lower()
    if not signature.references:
        return _nothing("no-reference", "the signature names no part")
    if name not in _METHODS:
        check = Check.unchecked(
            "unsupported-algorithm", f"digest {stated!r} is not done here", "不支持的杂凑算法"
        )
        return References(check, (), frozenset())
    findings, wrong, covered = [], [], set()
    for reference in signature.references:
        finding = _compare(reference, name, digests, rewritten)
        if finding is None:
            covered.add(reference.path)
        else:
            wrong.append(finding)
    label = _METHODS[name][0]
    if label in _WEAK:
        said = "" if stated else " (nothing is stated, and the schema's default is MD5)"
        text = f"the parts are bound by {label}{said}, which proves nothing any more"
        findings.append(Finding("weak-digest", Severity.UNCHECKED, text, "杂凑算法已不安全"))
    if not wrong:
        count = len(signature.references)
        return References(
            Check.passed(f"{count} parts have the digests signed ({label})", "各文件杂凑值一致"),
            tuple(findings),
            frozenset(covered),
        )
    check = Check.failed(wrong[0].code, wrong[0].text, wrong[0].zh)
    return References(check, (*wrong[1:], *findings), frozenset(covered))


def _compare(
    reference: Reference, method: str, digests: PartDigests, rewritten: frozenset[str]
) -> Finding | None:
    path = reference.path
    if not reference.present:
        text = f"{path} was signed and is no longer in the package"
        return Finding("part-missing", Severity.ERROR, text, "被签名的文件缺失", path)
    if reference.digest is None:
        text = f"the digest stated for {path} cannot be read"
        return Finding("digest-malformed", Severity.ERROR, text, "杂凑值格式错误", path)
    try:
        digest = digests.of(path, method)
    except EncodingError as why:
        return Finding("part-damaged", Severity.ERROR, why.message, "文件已损坏", path)
    if compare_digest(digest, reference.digest):
        return None
    text = f"{path} was changed after signing"
    if path in rewritten:
        text += ": it lists the signatures, so every later signature changes it"
    return Finding("part-changed", Severity.ERROR, text, "文件在签名后被修改", path)


def _nothing(code: str, text: str) -> References:
    return References(Check.failed(code, text, "签名未保护任何文件"), (), frozenset())
