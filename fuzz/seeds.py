"""
What fuzzing begins with: the targets' own good inputs, the vectors, the files of other people if they are there.

::

    python -m fuzz.seeds FOLDER        writes FOLDER/python/TARGET/… and FOLDER/rust/TARGET/…
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from base64 import b64decode
from collections.abc import Iterable, Iterator
from pathlib import Path

from fuzz.replay import REGRESSIONS
from fuzz.targets import targets
from tests.receipts.corpus import corpus
from tests.shared import ROOT, shared_or_none

LARGEST = 64 << 10
_HEX = re.compile("(?:[0-9a-f]{2})*")
_PEM = re.compile(rb"-----BEGIN [^-]+-----\s+([A-Za-z0-9+/=\s]+)-----END")

# Endings of other people's files, and the targets that they are for.
ENDINGS: dict[str, tuple[str, ...]] = {
    "crt cer cert der": ("python/certificate", "python/path", "rust/x509", "rust/der"),
    "crl": ("python/revocation list", "rust/x509"),
    "pem": ("python/certificates", "python/PEM key", "rust/pem", "rust/keys", "rust/x509"),
    "key": ("python/PEM key", "rust/pem", "rust/keys"),
    "p7": ("python/signed message", "python/message verified", "python/any document", "rust/der"),
    "ofd": ("python/ofd", "python/anything"),
    "pdf": ("python/pdf",),
    "xml": ("python/xml signature",),
    "tsq": ("python/timestamp request", "rust/der"),
    "tsr": ("python/timestamp response", "rust/der"),
    "p12": ("python/PKCS#12", "rust/der"),
    "esl": ("python/seal", "rust/der"),
    "dat": ("python/sealed value", "python/seal judged", "rust/der"),
    "sm2": ("python/CFCA key",),
    "csr": ("python/request", "rust/x509"),
}
# Fields of vector files, by folder, and the targets that their octets are for.
FIELDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("sm2", "sig"): ("python/signature", "rust/sm2_signature"),
    ("sm2", "ct"): ("python/ciphertext", "rust/sm2_ciphertext"),
    ("sm2", "publicKey"): ("rust/sm2_point",),
    ("sm2", "compressed"): ("rust/sm2_point",),
    ("sm2", "privateKey"): ("rust/sm2_arithmetic",),
    ("sm3", "msg"): ("rust/sm3_paths",),
    ("sm4", "ct"): ("rust/sm4_paths",),
    ("sm4", "msg"): ("rust/sm4_paths",),
}
# Good inputs of a Python target that a Rust target takes as well.
SAME: dict[str, tuple[str, ...]] = {
    "certificate": ("rust/x509", "rust/der"),
    "revocation list": ("rust/x509",),
    "request": ("rust/x509",),
    "certificates": ("rust/pem",),
    "signed message": ("rust/x509", "rust/der"),
    "private key": ("rust/keys",),
    "protected key": ("rust/keys",),
    "public key": ("rust/keys",),
    "enveloped key": ("rust/keys",),
    "PEM key": ("rust/pem", "rust/keys"),
    "canonical record": ("rust/receipt_json",),
    "strict JSON": ("rust/receipt_json", "python/canonical record", "python/record"),
    "disclosure": ("rust/base64url",),
    "receipt": ("rust/receipt_line", "python/receipts", "python/receipts file"),
}


def seeds() -> Iterator[tuple[str, bytes]]:
    """Names of targets, ``python/…`` and ``rust/…``, each with an input."""
    for name, target in targets().items():
        for good in target.good:
            yield f"python/{name}", good
            yield from _each(SAME.get(name, ()), good)
    for case in corpus().cases:
        yield from _each(("python/receipt", "rust/receipt_line"), case.receipt)
    for path in sorted((ROOT / "vectors").glob("sm*/*.json")):
        yield from _vectors(path)
    folder = shared_or_none()
    for path in sorted(folder.rglob("*")) if folder else ():
        yield from _file(path)
    for path in sorted(REGRESSIONS.glob("*/*/*")):
        yield f"{path.parts[-3]}/{path.parts[-2]}", path.read_bytes()


def _each(names: Iterable[str], data: bytes) -> Iterator[tuple[str, bytes]]:
    for name in names:
        yield name, data


def _vectors(path: Path) -> Iterator[tuple[str, bytes]]:
    file = json.loads(path.read_text(encoding="utf-8"))
    for group in file["testGroups"]:
        for test in (group, *group["tests"]):
            for field, value in test.items():
                names = FIELDS.get((path.parent.name, field), ())
                # Some messages are told as pieces that repeat; their text does as an input as well.
                if names and isinstance(value, str):
                    octets = bytes.fromhex(value) if _HEX.fullmatch(value) else value.encode()
                    yield from _each(names, octets)


def _file(path: Path) -> Iterator[tuple[str, bytes]]:
    ending = path.suffix.lstrip(".")
    names = [
        name for endings, these in ENDINGS.items() if ending in endings.split() for name in these
    ]
    if not names or not path.is_file() or path.stat().st_size > LARGEST:
        return
    data = path.read_bytes()
    yield from _each(names, data)
    for text in _PEM.findall(data):
        yield from _each((n for n in names if "PEM" not in n), b64decode(text))


def write(folder: Path) -> int:
    """Write every seed into *folder*, under its digest; how many there are."""
    count = 0
    for name, data in seeds():
        if len(data) <= LARGEST:
            place = folder / name
            place.mkdir(parents=True, exist_ok=True)
            (place / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
            count += 1
    return count


if __name__ == "__main__":
    print(f"{write(Path(sys.argv[1])):,} seeds")
