"""Reading a backup: every part is checked against the signed manifest before any of it is used."""

from __future__ import annotations

import json
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from gmkit import sm3
from gmkit.ca import checkpoints, schema
from gmkit.ca.backup import KIND, MANIFEST, SIGNATURE, from_row
from gmkit.errors import EncodingError, StorageError, VerificationError
from gmkit.merkle import Checkpoint
from gmkit.pki.reasons import Refused
from gmkit.pki.signatures import SignatureVerifier
from gmkit.sm2 import DEFAULT_USER_ID
from gmkit.x509 import Certificate

__all__ = ["Unpacked", "unpack"]

_SMALL = 1 << 24  # bytes of the manifest, and of each file of the folder
_PIECE = 1 << 20
_FORMS = {schema.HEAD}


@dataclass(frozen=True, slots=True)
class Unpacked:
    """
    A backup, checked.

    Attributes:
        manifest: What it says of itself.
        checkpoint: What the authority signed.
        root, issuing: Its two certificates.
        files: Of the folder, by their path in it.
        rows: The folder with the rows.
    """

    manifest: dict[str, Any]
    checkpoint: Checkpoint
    root: Certificate
    issuing: Certificate
    files: dict[str, bytes]
    rows: Path

    def rows_of(self, table: str) -> Iterator[dict[str, Any]]:
        """
        The rows of a table, oldest first.

        Raises:
            EncodingError: They are not what they should be, although they are signed.
        """
        path = self.rows / table
        if not path.exists():
            return
        with path.open("rb") as file:
            for line in file:
                try:
                    yield from_row(schema.metadata.tables[table], json.loads(line))
                except (ValueError, TypeError, AttributeError, RecursionError) as error:
                    raise _malformed(f"a row of {table}: {error}") from None


def unpack(source: Path, place: Path, *, root: Certificate | None = None) -> Unpacked:
    """
    Take a backup apart.

    Args:
        source: The file.
        place: An empty folder for what is large.
        root: The root it must be of; None: whichever it is of.

    Raises:
        EncodingError: It is no backup, or damaged.
        VerificationError: It was changed, or is of another authority.
        StorageError: It is of a form that is not known here, or could not be read.
    """
    try:
        with tarfile.open(source, mode="r:gz") as tar:
            manifest, text = _manifest(tar)
            note = _small(tar, SIGNATURE)
            files = _parts(tar, manifest["parts"], place)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise _malformed(f"this is no backup, or only a part of one: {error}") from None
    except OSError as error:
        # gzip says "not a gzipped file" and "CRC check failed" in this way.
        if error.errno is None:
            raise _malformed(f"this is no backup: {error}") from None
        raise
    own, issuing = _authorities(files)
    if root is not None and root != own:
        raise VerificationError(
            f"the backup is of the authority of {own.subject}, whose root is another one",
            reason="backup-root",
        )
    checkpoint = checkpoints.checked(note, issuing)
    if f"backup {sm3.digest(text).hex()}" not in checkpoint.extensions:
        raise VerificationError("the manifest is not the one that was signed", reason="backup")
    return Unpacked(manifest, checkpoint, own, issuing, files, place)


def _manifest(tar: tarfile.TarFile) -> tuple[dict[str, Any], bytes]:
    text = _small(tar, MANIFEST)
    try:
        manifest = json.loads(text.decode())
    except (ValueError, RecursionError):
        raise _malformed("the manifest is not JSON") from None
    if not isinstance(manifest, dict) or manifest.get("type") != KIND:
        raise _malformed("this is no backup of an authority")
    if manifest.get("version") != 1:
        raise _malformed("the manifest is of a version that is not known here")
    if manifest.get("form") not in _FORMS:
        raise StorageError(
            f"the backup has the form {manifest.get('form')}, not {schema.HEAD}",
            hint="restore it with the version of gmkit that made it, then gmkit ca migrate",
        )
    parts = manifest.get("parts")
    if not isinstance(parts, dict) or not all(
        isinstance(part, dict)
        and type(part.get("bytes")) is int
        and isinstance(part.get("sm3"), str)
        for part in parts.values()
    ):
        raise _malformed("the manifest lists no parts")
    return manifest, text


def _small(tar: tarfile.TarFile, name: str) -> bytes:
    entry = tar.next()
    if entry is None or entry.name != name or not entry.isfile() or entry.size > _SMALL:
        raise _malformed(f"{name} does not stand where it should")
    file = tar.extractfile(entry)
    assert file is not None
    return file.read()


def _parts(tar: tarfile.TarFile, parts: dict[str, Any], place: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    seen: set[str] = set()
    while (entry := tar.next()) is not None:
        expected = parts.get(entry.name)
        if expected is None or entry.name in seen or not entry.isfile():
            raise _changed(entry.name)
        if entry.size != expected["bytes"]:
            raise _changed(entry.name)
        seen.add(entry.name)
        kind, _, name = entry.name.partition("/")
        data = tar.extractfile(entry)
        assert data is not None
        if kind == "rows" and name.removesuffix(".jsonl") in schema.metadata.tables:
            digest = sm3.SM3()
            with (place / name.removesuffix(".jsonl")).open("xb") as file:
                while piece := data.read(_PIECE):
                    digest.update(piece)
                    file.write(piece)
            found = digest.digest()
        elif kind == "files" and entry.size <= _SMALL and _is_inside(name):
            files[name] = data.read()
            found = sm3.digest(files[name])
        else:
            raise _malformed(f"a backup holds no {entry.name}")
        if found.hex() != expected["sm3"]:
            raise _changed(entry.name)
    if missing := set(parts) - seen:
        raise _changed(min(missing))
    return files


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return (
        str(path) == name
        and not path.is_absolute()
        and len(path.parts) <= 2
        and not {"..", "."} & set(path.parts)
        and "\0" not in name
    )


def _authorities(files: dict[str, bytes]) -> tuple[Certificate, Certificate]:
    if "root.pem" not in files:
        raise _malformed("root.pem is missing")
    root = Certificate.from_pem(files["root.pem"])
    # A root alone signs for itself.
    issuing = Certificate.from_pem(files.get("issuing.pem", files["root.pem"]))
    verifier = SignatureVerifier(DEFAULT_USER_ID)
    for each in (root, issuing):
        try:
            verifier.verify(each.tbs, each.algorithm, each.signature, root.key_info)
        except Refused:
            raise VerificationError(
                f"the certificate of {each.subject} is not signed by the root",
                reason="backup-chain",
            ) from None
    return root, issuing


def _changed(name: str) -> VerificationError:
    return VerificationError(f"{name} is not what the manifest says", reason="backup-changed")


def _malformed(message: str) -> EncodingError:
    return EncodingError(message, what="backup", offset=None)
