"""
Answers made in advance (RFC 5019): one file for each certificate, named so that a plain web server answers.

A client that asks with GET puts the request, in base64, into the path (RFC 6960, appendix A.1). So the file of
an answer has the base64 of the request as its path below the folder: what a web server looks for. A ``/``
of the base64 is a folder there, and one at the end is the folder's ``index.html``. No such path is the beginning
of another: the length of a request stands at its front. A request with POST is answered by :class:`Presigned`.
"""

from __future__ import annotations

import os
import secrets
import shutil
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from urllib.parse import quote, unquote

from gmkit.errors import EncodingError, StorageError
from gmkit.ocsp.request import OcspRequest
from gmkit.ocsp.responder import refusal
from gmkit.x509.ocsp import CertificateId, ResponseStatus

__all__ = ["MAX_GET", "Presigned", "from_path", "to_path", "write_presigned"]

MAX_GET = 255
"""Longest path of a request that is asked with GET (RFC 6960, appendix A.1), bytes."""

_BATCH = 10_000  # files that are flushed to the disk together


def to_path(request: bytes) -> str:
    """What follows the responder's address and a ``/`` when *request* is asked with GET."""
    return quote(b64encode(request).decode(), safe="")


def from_path(path: str) -> bytes:
    """
    The request in a path, escaped or not.

    Raises:
        EncodingError: If it is not base64.
    """
    try:
        # One slash stands before the request; any other is a digit of base64.
        return b64decode(unquote(path.removeprefix("/")), validate=True)
    except (NotBase64, ValueError):
        raise EncodingError("the path is not a request in base64", what="OCSP request") from None


def _file_of(request: bytes) -> str:
    path = b64encode(request).decode()
    return f"{path}index.html" if path.endswith("/") else path


def write_presigned(
    folder: str | os.PathLike[str], responses: Iterable[tuple[CertificateId, bytes]]
) -> int:
    """
    Put answers into a folder for a web server; each replaces the older one about the same certificate.

    Every file is whole at any moment: it is written beside its place, flushed with many others, and then moved.

    Args:
        folder: Where; it is made if it is not there.
        responses: About which certificate, and the DER OCSPResponse.

    Returns:
        How many.

    Raises:
        StorageError: They could not be written; those that were moved already stay.
    """
    target = Path(folder)
    temporary = target / f".{secrets.token_hex(8)}.tmp"
    waiting = iter(responses)
    count = 0
    try:
        temporary.mkdir(parents=True)
        while group := list(islice(waiting, _BATCH)):
            _write_group(target, temporary, group)
            count += len(group)
    except OSError as error:
        raise StorageError(f"cannot write to {target}: {(error.strerror or '').lower()}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return count


def _write_group(target: Path, temporary: Path, group: list[tuple[CertificateId, bytes]]) -> None:
    waiting = []
    for number, (identifier, response) in enumerate(group):
        name = str(temporary / str(number))
        with open(name, "wb") as file:  # noqa: PTH123  many thousand of them
            file.write(response)
        waiting.append((name, _file_of(OcspRequest((identifier,)).to_der())))
    # One flush for all of them: a flush for each would cost more than the signatures.
    os.sync()
    for name, path in waiting:
        place = f"{target}/{path}"
        if "/" in path:
            Path(place).parent.mkdir(parents=True, exist_ok=True)
        os.replace(name, place)  # noqa: PTH105


class Presigned:
    """Answers requests from a folder that :func:`write_presigned` filled; it holds no key and signs nothing."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        """
        Args:
            folder: The folder.
        """
        self._folder = os.fspath(Path(folder))

    def respond(self, request: bytes) -> bytes:
        """
        The answer to a DER request. A nonce is not repeated: such an answer cannot be made in advance.

        Returns:
            The OCSPResponse in DER: the stored one, or an error status: malformed, or unauthorized (RFC 5019,
            clause 2.2.3) where there is none for this certificate, or for several at once.

        Raises:
            StorageError: A file is there and cannot be read.
        """
        # As the common client writes it, it is the name of the file.
        if len(request) <= MAX_GET and (stored := self._read(request)) is not None:
            return stored
        try:
            asked = OcspRequest.from_der(request)
        except EncodingError:
            return refusal(ResponseStatus.MALFORMED_REQUEST)
        if len(asked.certificate_ids) == 1:
            [one] = asked.certificate_ids
            # Without its nonce, and if need be as we write the name of a certificate.
            for identifier in (one, replace(one, octets=None)):
                stored = self._read(OcspRequest((identifier,)).to_der())
                if stored is not None:
                    return stored
        return refusal(ResponseStatus.UNAUTHORIZED)

    def _read(self, request: bytes) -> bytes | None:
        # Base64 has no dots: the path stays below the folder.
        try:
            with open(f"{self._folder}/{_file_of(request)}", "rb") as file:  # noqa: PTH123
                return file.read()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            words = (error.strerror or "").lower()
            raise StorageError(f"cannot read an answer in {self._folder}: {words}") from error
