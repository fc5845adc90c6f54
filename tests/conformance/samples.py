"""
Runs signed samples with recorded verdicts and prints what gmkit says about each.

    python -m tests.conformance.samples MANIFEST.json [--json] [--at TIME]

The manifest lists files beside it (``file``, ``sha256``) and what is known of each (``expect``). Every document
goes through ``gmkit.documents.verify`` with the roots of its own folder (``*root*.crt``). What is known is compared
claim by claim; what other programs said when they were run is evidence only where it shows what is right.
Ends with 0 if every claim agrees.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from gmkit import documents, errors, sm3, tsp, x509
from gmkit.cms import Compat, SignedData, parse
from gmkit.documents.kinds import message_octets
from gmkit.seal import SealSignature
from gmkit.seal.verify import judge_sealed, verify_seal
from gmkit.verdict import Coverage, Extent, Trust, Verdict, refused
from tests.conformance.claims import Claim, claims

_DATA = {".crt", ".cer", ".pem", ".der", ".bin", ".txt", ".tsq", ".crl", ".key", ".json", ".md"}


@dataclass
class Result:
    """One file."""

    file: str
    kind: str = ""
    verdict: str = ""
    reasons: list[str] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    @property
    def status(self) -> str:
        if not self.claims:
            return "data" if not self.verdict else "no claim"
        return "agrees" if all(claim.agrees for claim in self.claims) else "differs"


def run(manifest: Path, *, at: datetime) -> list[Result]:
    """All files of a manifest, in its order."""
    folder = manifest.parent
    entries = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    trust = _trust([folder / entry["file"] for entry in entries], at)
    return [_guarded(folder, entry, trust) for entry in entries]


def _guarded(folder: Path, entry: dict[str, Any], trust: Trust) -> Result:
    """One file; whatever goes wrong with it is its own finding, and the others go on."""
    try:
        return _result(folder, entry, trust)
    except Exception as why:  # noqa: BLE001 - a fault of gmkit is what this looks for
        said = f"{type(why).__name__}: {why}"
        return Result(entry["file"], claims=[Claim("no exception", "none", said, agrees=False)])


def _result(folder: Path, entry: dict[str, Any], trust: Trust) -> Result:
    path = folder / entry["file"]
    result = Result(entry["file"])
    data = path.read_bytes() if path.is_file() else None
    expected = entry.get("expect") or {}
    if "sha256" in entry:
        found = "absent" if data is None else hashlib.sha256(data).hexdigest()
        if found != entry["sha256"]:
            result.claims.append(Claim("sha256", entry["sha256"], found, agrees=False))
    if data is None:
        return result
    if path.suffix.lower() in _DATA and documents.recognise(data) is documents.Kind.PLAIN:
        result.kind, result.claims = _data(path, data)
        return result
    verdict = _verdict(path, data, expected, trust)
    result.kind, result.verdict = verdict.kind, verdict.outcome.value
    result.reasons = list(verdict.reasons)

    def again(form: Compat) -> Verdict:
        return documents.verify(data, trust=trust, name=path.name, compat=form)

    result.claims += [*claims(verdict, expected, again), *_content_claim(path, data, expected)]
    return result


def _data(path: Path, data: bytes) -> tuple[str, list[Claim]]:
    """What is not a document: it must be read, with its octets kept."""
    try:
        if path.suffix == ".tsq":
            tsp.TimestampRequest.parse(data)
            return "timestamp request", []
        if path.suffix in {".crt", ".cer", ".der"}:
            read = x509.load_certificates(data)[0]
            kept = data[:1] != b"\x30" or read.der == data
            return "certificate", [Claim("octets kept", "yes", "yes" if kept else "no", kept)]
    except errors.GmkitError as why:
        return "unreadable", [Claim("readable", "yes", str(why), agrees=False)]
    return "data", []


def _verdict(path: Path, data: bytes, expected: dict[str, Any], trust: Trust) -> Verdict:
    name = path.name
    if path.name in {"SignedValue.dat", "SignValue.dat", "Signature.xml"}:
        return _loose_seal(path, trust)
    if path.suffix == ".esl":
        return Verdict(name, "electronic seal", trust.at, (verify_seal(data, trust=trust),))
    kind = documents.recognise(data)
    if kind is documents.Kind.TIMESTAMP:
        content = _stamped(path, data)
        return documents.verify(content, trust=trust, name=name, signature=data)
    content = None
    if kind is documents.Kind.CMS and (message := _message(data)) and message.content is None:
        content = _content_beside(path, message, expected)
    return documents.verify(data, trust=trust, name=name, content=content)


def _message(data: bytes) -> SignedData | None:
    try:
        return parse(message_octets(data))
    except errors.EncodingError:
        return None


def _content_beside(path: Path, message: SignedData, expected: dict[str, Any]) -> bytes | None:
    """What a detached message signs: the file the manifest names, or the neighbour with its digest."""
    named = path.parent / str(expected.get("content", "")).partition(",")[0]
    if named.is_file():
        return named.read_bytes()
    attributes = message.signers[0].signed_attributes if message.signers else None
    digest = None if attributes is None else attributes.message_digest()
    for beside in sorted(path.parent.iterdir()):
        if beside.is_file() and beside != path and sm3.digest(beside.read_bytes()) == digest:
            return beside.read_bytes()
    return None


def _content_claim(path: Path, data: bytes, expected: dict[str, Any]) -> Iterator[Claim]:
    """The content inside a message, where the manifest has it as text or as a file."""
    said = str(expected.get("content", ""))
    message = _message(data) if said else None
    if message is None or message.content is None:
        return
    named = path.parent / said.partition(",")[0]
    wanted = named.read_bytes() if named.is_file() else said.encode()
    yield Claim("content", said, f"{len(message.content)} bytes", message.content == wanted)


def _trust(paths: list[Path], at: datetime) -> Trust:
    """Certificates whose file says so are roots; the rest, and revocation lists, help."""
    roots: list[x509.Certificate] = []
    others: list[x509.Certificate] = []
    lists: list[x509.CertificateList] = []
    for path in paths:
        if path.suffix not in {".crt", ".cer", ".pem", ".crl"} or not path.is_file():
            continue
        try:
            certificates, crls = x509.load_bundle(path.read_bytes())
        except errors.EncodingError:
            continue
        (roots if "root" in path.stem.lower() else others).extend(certificates)
        lists += crls
    return Trust(at, tuple(dict.fromkeys(roots)), certificates=tuple(others), crls=tuple(lists))


def _stamped(path: Path, answer: bytes) -> bytes:
    """The neighbour whose digest the timestamp holds."""
    token = tsp.TimestampResponse.parse(answer).token
    imprint = None if token is None else tsp.TimestampToken.parse(token).info.imprint
    for beside in sorted(path.parent.iterdir()):
        data = beside.read_bytes() if beside.is_file() else b""
        if imprint is not None and tsp.Imprint.of(data, algorithm=imprint.algorithm) == imprint:
            return data
    return b""


def _loose_seal(path: Path, trust: Trust) -> Verdict:
    """Signature.xml and the value over it, taken out of an OFD."""
    xml = path.parent / "Signature.xml"
    value = next(p for p in path.parent.iterdir() if p.name in {"SignedValue.dat", "SignValue.dat"})
    covers = Coverage(Extent.PART, (), "Signature.xml only")
    try:
        signed = SealSignature.parse(value.read_bytes())
        one = judge_sealed(signed, xml.read_bytes(), trust, name=value.name, coverage=covers)
    except errors.GmkitError as why:
        return refused(path.name, "OFD part", trust.at, why)
    return Verdict(path.name, "OFD part", trust.at, (one,))


def main() -> int:
    """Print all verdicts and the totals."""
    parser = argparse.ArgumentParser(description="Judge signed samples by their manifest.")
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--at", type=datetime.fromisoformat, default=None)
    arguments = parser.parse_args()
    at = arguments.at or datetime.now(timezone.utc).replace(microsecond=0)
    results = run(arguments.manifest, at=at)
    totals = Counter(result.status for result in results)
    verdicts = Counter(result.verdict for result in results if result.verdict)
    if arguments.json:
        listed = [
            {**vars(one), "status": one.status, "claims": [vars(claim) for claim in one.claims]}
            for one in results
        ]
        print(
            json.dumps(
                {"files": listed, "totals": totals, "verdicts": verdicts},
                ensure_ascii=False,
                indent=2,
            )
        )
    else:
        for one in results:
            print(
                f"{one.status:8}  {one.file}  [{one.kind}] {one.verdict} {', '.join(one.reasons)}"
            )
            for claim in one.claims:
                mark = "" if claim.agrees else "  DIFFERS"
                print(
                    f"          {claim.what}: expected {claim.expected}; found {claim.found}{mark}"
                )
        print(", ".join(f"{count} {status}" for status, count in totals.items()))
        print(", ".join(f"{count} {outcome}" for outcome, count in verdicts.items()))
    return 1 if totals["differs"] else 0


if __name__ == "__main__":
    sys.exit(main())
