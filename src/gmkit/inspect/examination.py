"""The examination: layers off, readings of what is inside, the best first."""

from __future__ import annotations

from dataclasses import replace

from gmkit.errors import InvalidArgument
from gmkit.inspect import der, documents, raw
from gmkit.inspect.layers import Candidate, candidates, is_text
from gmkit.inspect.report import Damage, Fit, Reading, Report
from gmkit.sm2 import SM2PrivateKey

MAX_LENGTH = 1 << 28
"""Octets that are examined at most."""

_LOOSE = 1 << 20  # more than this is no value, only a document
_MOST = 32  # readings


def examine(data: bytes | str, *, key: SM2PrivateKey | None = None) -> Report:
    """
    Everything that *data* can be.

    Args:
        data: What somebody was given: bytes, or text.
        key: A private key, to tell the orders of a ciphertext apart. Nothing decrypted is shown.

    Raises:
        InvalidArgument: More than ``MAX_LENGTH`` (2^28) octets, or none.
    """
    octets = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else bytes(data)
    if not octets:
        raise InvalidArgument("nothing to inspect: the input is empty")
    if len(octets) > MAX_LENGTH:
        raise InvalidArgument(f"{len(octets):,} bytes are more than the {MAX_LENGTH:,} examined")
    found: list[Reading] = []
    for candidate in candidates(octets) if len(octets) <= _LOOSE * 16 else [Candidate(octets)]:
        found += _readings(candidate, key)
    ordered = sorted(_distinct(found), key=_rank)[:_MOST]
    return Report(
        len(octets), tuple(map(_numbered, range(1, _MOST + 1), ordered)), _remarks(octets)
    )


def _readings(candidate: Candidate, key: SM2PrivateKey | None) -> list[Reading]:
    found = [*documents.readings(candidate)]
    if any(reading.fit is Fit.CERTAIN for reading in found):
        return found
    if len(candidate.octets) <= _LOOSE * 16:
        found += der.readings(candidate)
    certain = any(r.fit is Fit.CERTAIN and r.kind != "asn1" for r in found)
    if not certain and len(candidate.octets) <= _LOOSE:
        text = is_text(candidate.octets)
        loose = [*raw.readings(candidate, key)]
        # Text is what it says and not, by chance, a number: but for a key of 16 characters.
        found += [r for r in loose if not text or len(candidate.octets) == 16]
    return found


def _distinct(found: list[Reading]) -> list[Reading]:
    """One of each kind and contents: that with the fewest layers and the least damage."""
    best: dict[tuple[str, str, bytes], Reading] = {}
    for reading in found:
        name = (reading.kind, reading.title, reading.octets)
        if name not in best or _rank(reading) < _rank(best[name]):
            best[name] = reading
    return list(best.values())


def _rank(reading: Reading) -> tuple[int, int, int]:
    return (-reading.fit, len(reading.damage), len(reading.layers))


def _numbered(number: int, reading: Reading) -> Reading:
    commands = tuple(
        replace(command, line=command.line.replace("READING", str(number)))
        for command in reading.commands
    )
    doubled = _doubled(reading)
    return replace(reading, commands=commands, damage=(*reading.damage, *doubled))


def _doubled(reading: Reading) -> tuple[Damage, ...]:
    encodings = [layer for layer in reading.layers if layer in {"hex", "base64", "base64url"}]
    wrapped = [layer.partition(" ")[0] for layer in reading.layers]
    if len(encodings) >= 2 or ("PEM" in wrapped and encodings and wrapped[0] != "PEM"):
        words = f"encoded more than once: {' of '.join(reading.layers)}"
        return (Damage("doubled-encoding", words),)
    return ()


def _remarks(octets: bytes) -> tuple[str, ...]:
    if is_text(octets):
        return ()
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        return ("binary data",)
    return () if text.isascii() else ("text in UTF-8 that is not ASCII",)
