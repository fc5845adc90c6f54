"""
Many applications out of a file or a folder.

::

    requests.csv     a head line; columns: request (a file) or subject, and name, profile, days
    requests.jsonl   an object on each line with the same members; request may be PEM itself
    a folder         every file that ends in .csr, .pem, .der or .p10, in the order of their names

``name`` is one alternative name such as ``dns:shop.example``, or several with blanks between them (in JSON a list).
A line with a request proves possession of its key; one with a subject alone asks for a key to be made.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from gmkit import sm2
from gmkit.errors import GmkitError, InvalidArgument, RecordError, StorageError
from gmkit.pki.issue import Application
from gmkit.x509 import CertificateRequest, parse_general_name, parse_name

__all__ = ["Wanted", "count", "each"]

_ENDINGS = {".csr", ".pem", ".der", ".p10"}
_MEMBERS = {"request", "subject", "name", "profile", "days"}
_LARGEST = 1 << 20  # bytes of a request
_GROUP = 256  # requests verified together


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    One application of many.

    Attributes:
        place: Number of its line or file, from 1.
        label: Name for the files that come of it: that of the request, or the number of the line.
        application: What is asked for; None if it could not be read.
        profile: Its own profile, or None.
        days: Its own length of validity, or None.
        key: The private key, if it was made here.
        error: Why it could not be read, or None.
    """

    place: int
    label: str
    application: Application | None
    profile: str | None = None
    days: int | None = None
    key: sm2.SM2PrivateKey | None = None
    error: GmkitError | None = None


def each(source: Path, *, make_keys: bool) -> Iterator[Wanted]:
    """
    Read what is asked for, one by one. What cannot be read is an element with an error and no exception.

    Args:
        source: A folder, or a file that ends in .csv or .jsonl.
        make_keys: Whether a key is made where there is a subject and no request.

    Raises:
        InvalidArgument: It is none of these.
        OSError: It cannot be read.
    """
    rows = enumerate(_rows(source), 1)
    while group := list(islice(rows, _GROUP)):
        yield from _group(group, source.parent, make_keys=make_keys)


def _group(
    rows: list[tuple[int, tuple[str, dict[str, Any] | GmkitError]]],
    folder: Path,
    *,
    make_keys: bool,
) -> Iterator[Wanted]:
    """Some applications, the signatures of whose requests are verified together."""
    read: list[tuple[int, str, dict[str, Any], CertificateRequest | None] | Wanted] = []
    for place, (label, row) in rows:
        try:
            if isinstance(row, GmkitError):
                raise row
            given = _text(row, "request")
            request, name = (None, label) if given is None else _request(given, folder, label)
            read.append((place, name, row, request))
        except GmkitError as error:
            read.append(Wanted(place, label, None, error=error))
    requests = [each[3] for each in read if isinstance(each, tuple)]
    verified = iter(Application.from_requests([each for each in requests if each is not None]))
    for each in read:
        if isinstance(each, Wanted):
            yield each
            continue
        place, label, row, request = each
        try:
            proved = None if request is None else next(verified)
            yield _wanted(place, label, row, proved, make_keys=make_keys)
        except GmkitError as error:
            yield Wanted(place, label, None, error=error)


def count(source: Path) -> int:
    """How many :func:`each` will yield; for a progress bar."""
    return sum(1 for _ in _rows(source))


def _rows(source: Path) -> Iterator[tuple[str, dict[str, Any] | GmkitError]]:
    if source.is_dir():
        for path in sorted(source.iterdir()):
            if path.suffix in _ENDINGS:
                yield path.stem, {"request": str(path.absolute())}
    elif source.suffix == ".csv":
        with source.open(encoding="utf-8-sig", newline="") as file:
            yield from _csv(file)
    elif source.suffix in {".jsonl", ".ndjson"}:
        with source.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield f"{number:06}", _json(line, number)
    else:
        raise InvalidArgument(f"{source} is no folder, and ends neither in .csv nor in .jsonl")


def _csv(file: io.TextIOWrapper) -> Iterator[tuple[str, dict[str, Any] | GmkitError]]:
    reader = csv.DictReader(file, strict=True)
    try:
        unknown = set(reader.fieldnames or ()) - _MEMBERS
        if unknown or not reader.fieldnames:
            raise InvalidArgument(
                f"the head line has {', '.join(map(repr, sorted(unknown))) or 'no columns'}",
                hint=f"columns: {', '.join(sorted(_MEMBERS))}",
            )
        for row in reader:
            label = f"{reader.line_num:06}"
            if None in row:
                yield label, RecordError("more cells than columns", line=reader.line_num)
            else:
                yield label, {name: cell for name, cell in row.items() if cell}
    except (csv.Error, UnicodeDecodeError) as error:
        raise InvalidArgument(f"this is no CSV file: {error}") from None


def _json(line: bytes, number: int) -> dict[str, Any] | GmkitError:
    try:
        row = json.loads(line.decode())
    except (ValueError, RecursionError):
        return RecordError("not JSON", line=number)
    if not isinstance(row, dict):
        return RecordError("not a JSON object", line=number)
    if unknown := set(row) - _MEMBERS:
        return RecordError(f"unknown: {', '.join(sorted(unknown))}", line=number)
    return row


def _wanted(
    place: int,
    label: str,
    row: dict[str, Any],
    proved: Application | GmkitError | None,
    *,
    make_keys: bool,
) -> Wanted:
    if isinstance(proved, GmkitError):
        raise proved
    subject, key = _text(row, "subject"), None
    if proved is not None:
        application = proved if subject is None else replace(proved, subject=parse_name(subject))
    elif subject is None:
        raise InvalidArgument("there is neither a request nor a subject")
    elif not make_keys:
        raise InvalidArgument(
            "there is no request", hint="--make-keys makes a key for each subject"
        )
    else:
        key = sm2.generate_private_key()
        application = Application(
            subject=parse_name(subject), public_key_info=key.public_key().to_der()
        )
    if names := _names(row):
        application = replace(application, alternative_names=tuple(map(parse_general_name, names)))
    return Wanted(place, label, application, _text(row, "profile"), _days(row), key)


def _request(given: str, folder: Path, label: str) -> tuple[CertificateRequest, str]:
    if given.lstrip().startswith("-----BEGIN"):
        return CertificateRequest.from_pem(given.encode(errors="replace")), label
    path = folder / given
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise StorageError(f"{path}: {(error.strerror or '').lower()}") from None
    except ValueError:  # a NUL in the name
        raise InvalidArgument(f"{given!r} is no name of a file") from None
    if len(data) > _LARGEST:
        raise InvalidArgument(f"{path} is too long for a request")
    if data[:1] == b"\x30":
        return CertificateRequest.from_der(data), path.stem
    return CertificateRequest.from_pem(data), path.stem


def _text(row: dict[str, Any], name: str) -> str | None:
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or (not value.isprintable() and name != "request"):
        raise InvalidArgument(f"{name} is not a text")
    return value or None


def _names(row: dict[str, Any]) -> list[str]:
    value = row.get("name") or []
    if isinstance(value, str):
        return value.split()
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return value
    raise InvalidArgument("name is neither a text nor a list of texts")


def _days(row: dict[str, Any]) -> int | None:
    value = row.get("days")
    if value is None:
        return None
    try:
        days = int(value) if isinstance(value, str | int) and not isinstance(value, bool) else 0
    except ValueError:
        days = 0
    if not 1 <= days <= 36525:
        raise InvalidArgument(f"days is no number of days: {str(value)[:20]!r}")
    return days
