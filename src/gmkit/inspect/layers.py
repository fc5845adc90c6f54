"""Taking off what data was wrapped in: text encodings, PEM, hexadecimal, base64, and what mails did to them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from gmkit.inspect.report import Damage

_DEEPEST = 5  # layers: hexadecimal of base64 of PEM in UTF-16 is four
_MOST = 24  # candidates
_TEXT = re.compile(rb"[\t\n\r\x20-\x7e]*")
_HEX = re.compile(r"[0-9a-fA-F]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}")
_BEGIN = re.compile(rb"-----BEGIN ([A-Z0-9 #]{1,64})-----")
_BROKEN_PEM = re.compile(
    rb"-+ ?BEGIN ([A-Z0-9 #]+?) ?-+(.*?)(?:-+ ?END [A-Z0-9 #]*-*|\Z)", re.DOTALL
)
_TO_BASE64 = str.maketrans("-_", "+/")
_BREAKS = Damage("line-breaks", "line breaks or blanks stand inside")


@dataclass(frozen=True, slots=True)
class Candidate:
    """
    Octets out of some layers.

    Attributes:
        octets: What was inside.
        layers: What it was in, the outermost first.
        damage: What was undone on the way.
    """

    octets: bytes
    layers: tuple[str, ...] = ()
    damage: tuple[Damage, ...] = ()

    def inside(self, octets: bytes, layer: str | None, *damage: Damage) -> Candidate:
        """What is inside of this one."""
        layers = self.layers if layer is None else (*self.layers, layer)
        return Candidate(octets, layers, (*self.damage, *damage))


def candidates(data: bytes) -> list[Candidate]:
    """Everything *data* could hold, itself first; bounded in depth and number."""
    found = [Candidate(data)]
    seen = {data}
    at = 0
    while at < len(found) and len(found) < _MOST:
        current = found[at]
        at += 1
        if (
            len(current.layers) + len(current.damage) > _DEEPEST + 4
            or len(current.layers) >= _DEEPEST
        ):
            continue
        for inner in _inside(current):
            if inner.octets and inner.octets not in seen and len(found) < _MOST:
                seen.add(inner.octets)
                found.append(inner)
    return found


def is_text(data: bytes) -> bool:
    """Whether *data* is printable ASCII with line ends."""
    return bool(data) and _TEXT.fullmatch(data) is not None


def _inside(current: Candidate) -> Iterator[Candidate]:
    data = current.octets
    if (text := _other_text(data)) is not None:
        name, octets, words = text
        yield current.inside(octets, None, Damage(name, words))
        return
    if not is_text(data):
        return
    if b"-----BEGIN" in data and (b"\\n" in data or b"\\r" in data):
        yield _escaped(current)
        return
    if blocks := _blocks(data):
        for label, body in blocks:
            yield from _pem(current, label, body)
        return
    if b"-----BEGIN" in data or b"-BEGIN " in data:
        yield from _broken_pem(current)
        return
    yield from _unescaped(current)
    yield from _compact(current, data.decode())


def _other_text(data: bytes) -> tuple[str, bytes, str] | None:
    """Text that is not ASCII as it stands, as ASCII."""
    if data.startswith(b"\xef\xbb\xbf"):
        return "bom", data[3:], "begins with a byte-order mark of UTF-8 (an editor put it there)"
    for mark, codec, name in (
        (b"\xff\xfe", "utf-16-le", "UTF-16"),
        (b"\xfe\xff", "utf-16-be", "UTF-16"),
    ):
        if data.startswith(mark):
            try:
                octets = data[2:].decode(codec).encode("ascii")
            except UnicodeError:
                return None
            return "utf-16", octets, f"the text is {name} (a Windows shell wrote it)"
    if (undone := _latin_1(data)) is not None:
        return "latin-1", undone, "every byte was taken for a character (Latin-1); undone"
    if len(data) > 7 and len(data) % 2 == 0 and data[:8:2].isalnum() and not any(data[1::2]):
        return "utf-16", data[::2], "the text is UTF-16 without a mark"
    return None


def _latin_1(data: bytes) -> bytes | None:
    """The bytes that became characters, if *data* looks like that; None if not."""
    if data.isascii():
        return None
    try:
        text = data.decode()
        octets = text.encode("latin-1")
    except UnicodeError:
        return None
    return octets if any(0x80 <= octet < 0xA0 for octet in octets) else None


def _pem(current: Candidate, label: str, body: bytes) -> Iterator[Candidate]:
    lines = body.split(b"\n")
    headers = [line for line in lines if b":" in line]
    text = b"".join(line for line in lines if b":" not in line)
    damage = []
    long = [line for line in lines if len(line.strip()) > 76]
    if long and b":" not in long[0]:
        damage.append(Damage("pem-one-line", "the text between the lines is one long line"))
    if headers and any(line.startswith(b"Proc-Type") for line in headers):
        damage.append(
            Damage("pem-old-encryption", "encrypted in the way of old PEM (Proc-Type), not PKCS#8")
        )
    decoded = _base64(b"".join(text.split()).decode())
    if decoded is not None:
        yield current.inside(decoded, f"PEM {label}", *damage)


def _blocks(data: bytes) -> list[tuple[str, bytes]]:
    """Label and body of PEM blocks that have both of their lines; linear in the length."""
    found: list[tuple[str, bytes]] = []
    endless: set[bytes] = set()
    at = 0
    while len(found) < _MOST and (begin := _BEGIN.search(data, at)) is not None:
        at = begin.end()
        end = -1 if begin[1] in endless else data.find(b"-----END %b-----" % begin[1], at)
        if end < 0:
            endless.add(begin[1])
            continue
        found.append((begin[1].decode(), data[at:end]))
        at = end
    return found


def _escaped(current: Candidate) -> Candidate:
    text = current.octets.replace(b"\\r", b"").replace(b"\\n", b"\n").strip(b" \"'\r\n,")
    words = "line ends are written as \\n (out of JSON or a configuration file)"
    return current.inside(text + b"\n", None, Damage("escaped-line-ends", words))


def _broken_pem(current: Candidate) -> Iterator[Candidate]:
    text = current.octets
    block = _BROKEN_PEM.search(text)
    if block is None:
        return
    body = re.sub(rb"[^A-Za-z0-9+/=]", b"", block[2])
    decoded = _base64(body.decode())
    label = block[1].decode().strip()
    words = "the lines around it are not whole: five hyphens, BEGIN and END with one label"
    if decoded is not None:
        yield current.inside(decoded, f"PEM {label}", Damage("pem-lines", words))


def _unescaped(current: Candidate) -> Iterator[Candidate]:
    """What programs put around a value, or in the place of its characters."""
    text = current.octets.strip()
    quoted = text.strip(b",;")
    if len(quoted) > 2 and quoted[:1] in b"\"'`" and quoted[-1:] == quoted[:1]:
        yield current.inside(quoted[1:-1], None, Damage("quoted", "it stands in quotation marks"))
        return
    if b"%" in text and re.search(rb"%[0-9A-Fa-f]{2}", text):
        words = "percent signs of a URL are still in it"
        yield current.inside(unquote_to_bytes(text), None, Damage("url-encoded", words))
    if text[:5] == b"data:" and b"base64," in text[:80]:
        yield current.inside(text.partition(b"base64,")[2], "data: URI")


def _compact(current: Candidate, text: str) -> Iterator[Candidate]:
    """Hexadecimal and base64, with what people and mails put into them."""
    stripped = text.strip()
    digits, damage = _digits(stripped)
    if _HEX.fullmatch(digits):
        yield from _hexadecimal(current, digits, damage)
        if len(digits) % 4 or len(digits) < 40:
            return
    spaced = stripped.replace(" ", "+")
    if " " in stripped and "\n" not in stripped and _BASE64.fullmatch(spaced):
        decoded = _base64(spaced)
        if decoded is not None:
            words = "blanks stand where + was: it went through a URL undecoded"
            yield current.inside(decoded, "base64", Damage("plus-became-blank", words))
    yield from _of_64(current, stripped)


def _digits(text: str) -> tuple[str, list[Damage]]:
    """The digits in a text that may be hexadecimal, and what stood around and between them."""
    damage = []
    if text[:2] in {"0x", "0X"}:
        damage.append(Damage("prefix-0x", "0x stands before the digits"))
        text = text[2:]
    joined = "".join(text.split())
    if ":" in joined and re.fullmatch(r"(?:[0-9a-fA-F]{2}:)*[0-9a-fA-F]{2}:?", joined):
        damage.append(Damage("separators", "colons stand between the digits"))
        joined = joined.replace(":", "")
    elif re.fullmatch(r"(?:[0-9a-fA-F]{2} )+[0-9a-fA-F]{2}", text):
        damage.append(Damage("separators", "blanks stand between the digits"))
    elif joined != text:
        damage.append(_BREAKS)
    return joined, damage


def _of_64(current: Candidate, text: str) -> Iterator[Candidate]:
    """Base64 in either alphabet."""
    joined = "".join(text.split())
    url = bool(set("-_") & set(joined))
    name, alphabet = ("base64url", _BASE64URL) if url else ("base64", _BASE64)
    decoded = _base64(joined.translate(_TO_BASE64)) if alphabet.fullmatch(joined) else None
    if decoded is None:
        return
    damage = []
    if not url and len(joined) % 4:
        damage.append(Damage("no-padding", "the = at the end are missing"))
    if joined != text and not _mime(text):
        damage.append(_BREAKS)
    yield current.inside(decoded, name, *damage)


def _mime(text: str) -> bool:
    """Whether the lines are those of MIME or PEM, which readers of base64 usually take."""
    lines = text.split()
    return len({len(line) for line in lines[:-1]}) <= 1 and len(lines[0]) in {60, 64, 72, 76}


def _hexadecimal(current: Candidate, digits: str, damage: list[Damage]) -> Iterator[Candidate]:
    if len(digits) % 2:
        words = (
            f"{len(digits)} digits are not whole bytes: a leading zero was dropped, and is put back"
        )
        damage = [*damage, Damage("odd-digits", words)]
        digits = "0" + digits
    if digits != digits.lower() and digits != digits.upper():
        damage = [*damage, Damage("mixed-case", "digits of both cases: pieced together by hand")]
    yield current.inside(bytes.fromhex(digits), "hex", *damage)


def _base64(text: str) -> bytes | None:
    bare = text.rstrip("=")
    if len(bare) < 6 or len(bare) % 4 == 1:
        return None
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
