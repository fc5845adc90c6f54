"""Documents, tokens and key stores that say what they are in their first bytes."""

from __future__ import annotations

import base64
import binascii
import io
import json
import re
import zipfile
from collections.abc import Iterator

from gmkit.inspect import advice
from gmkit.inspect.layers import Candidate, is_text
from gmkit.inspect.report import Damage, Fit, Reading

_JWS = re.compile(
    rb"([A-Za-z0-9_-]{8,})\.([A-Za-z0-9_-]*)\.([A-Za-z0-9_-]{20,})((?:~[A-Za-z0-9_-]*)*)\s*"
)
_HEAD = 1 << 16  # bytes of text that are looked through
_VERIFY = (("gmkit verify {} --trust ROOT", "verify it"),)
_STORES = {
    b"\xfe\xed\xfe\xed": ("JKS", "a Java key store (JKS)"),
    b"\xce\xce\xce\xce": ("JCEKS", "a Java key store (JCEKS)"),
}
_DIRTY = b"\xef\xbf\xbd"  # U+FFFD in UTF-8: what decoding puts where it fails


def readings(candidate: Candidate) -> Iterator[Reading]:
    """What the first bytes say."""
    data = candidate.octets
    for read in (_sm9, _pdf, _zip, _keystore, _salted, _xml, _token, _destroyed, _pair):
        reading = read(candidate, data)
        if reading is not None:
            yield reading
            return


def _sm9(candidate: Candidate, data: bytes) -> Reading | None:
    label = candidate.layers[-1] if candidate.layers else ""
    if not label.startswith("PEM") or "SM9" not in label:
        return None
    del data
    kind = "other-public-key" if "PUBLIC" in label else "other-private-key"
    return advice.thing(
        candidate, kind, "key of SM9, which gmkit does not do", names=("gmssl-c",), secret=True
    )


def _pdf(candidate: Candidate, data: bytes) -> Reading | None:
    at = data[:1024].find(b"%PDF-")
    if at < 0:
        return None
    damage: tuple[Damage, ...] = ()
    if at:
        damage = (Damage("leading-bytes", f"{at} bytes stand before the beginning of the PDF"),)
    filters = sorted(set(re.findall(rb"/SubFilter\s*/([A-Za-z0-9.]+)", data[: 1 << 26])))
    details = tuple(f"signed as {each.decode()}" for each in filters) or ("no signature found",)
    uses = _VERIFY if filters else ()
    return advice.thing(candidate, "pdf", "PDF document", details=details, damage=damage, uses=uses)


def _zip(candidate: Candidate, data: bytes) -> Reading | None:
    if data[:4] not in {b"PK\x03\x04", b"PK\x05\x06"}:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError, RuntimeError):
        # All that zipfile raises for bytes of others; NotImplementedError for a form it does not know.
        damage = (Damage("cut-off", "the list of its files at the end is damaged or missing"),)
        return advice.thing(candidate, "zip", "ZIP archive", damage=damage)
    if "OFD.xml" in names:
        signed = [name for name in names if name.endswith("SignedValue.dat")]
        details = (f"{len(signed)} signatures" if signed else "no signature",)
        uses = _VERIFY if signed else ()
        return advice.thing(
            candidate, "ofd", "OFD document (GB/T 33190)", details=details, uses=uses
        )
    kind = "a document of an office suite" if "[Content_Types].xml" in names else "ZIP archive"
    return advice.thing(candidate, "zip", kind, details=(f"{len(names)} files",))


def _keystore(candidate: Candidate, data: bytes) -> Reading | None:
    if data[:4] in _STORES and len(data) > 12:
        name, title = _STORES[data[:4]]
        hint = f"keytool -importkeystore -srcstoretype {name} -deststoretype PKCS12 makes a file gmkit reads"
        return advice.thing(candidate, "keystore", title, details=(hint,))
    if data[:4] in {b"\0\0\0\1", b"\0\0\0\2"} and data[4:8] == b"\0\0\0\x14" and len(data) > 40:
        hint = "export it as PKCS#12 with Bouncy Castle; gmkit reads that"
        title = "a key store of Bouncy Castle (BKS or UBER)"
        return advice.thing(
            candidate, "keystore", title, details=(hint,), names=("bouncycastle",), fit=Fit.LIKELY
        )
    return None


def _salted(candidate: Candidate, data: bytes) -> Reading | None:
    if data[:8] != b"Salted__":
        return None
    return advice.thing(
        candidate, "openssl-enc", "a file of `openssl enc` under a password",
        details=("cipher and derivation are not in it: whoever made it must say them",),
        names=("openssl",),
    )  # fmt: skip


def _xml(candidate: Candidate, data: bytes) -> Reading | None:
    text = data[:_HEAD].lstrip()
    if text[:1] != b"<" or not re.match(rb"<[?!A-Za-z_]", text):
        return None
    methods = re.findall(
        rb"<(?:\w+:)?SignatureMethod[^>]*Algorithm\s*=\s*[\"']([^\"']{1,200})", text
    )
    if methods:
        details = tuple(method.decode("utf-8", "replace") for method in methods[:3])
        if any(b"sm2" in method.lower() for method in methods):
            details = (*details, "signed with SM2, in the way of customs documents")
        return advice.thing(
            candidate, "xml-signature", "XML with a signature", details=details, uses=_VERIFY
        )
    if b"http://www.ofdspec.org/2016" in text:
        return advice.thing(candidate, "ofd-part", "a part of an OFD document", details=("XML",))
    return advice.thing(candidate, "xml", "XML", fit=Fit.LIKELY)


def _token(candidate: Candidate, data: bytes) -> Reading | None:
    match = _JWS.fullmatch(data) if len(data) < 1 << 22 else None
    if match is None:
        return None
    header = _json(match[1])
    if not isinstance(header, dict):
        return None
    said = {key: str(header[key])[:80] for key in ("alg", "typ", "kid") if key in header}
    details = tuple(f"{key} {value}" for key, value in said.items())
    if said.get("typ", "").startswith("gmr"):
        uses = (("gmkit receipt show {}", "what it says"),)
        return advice.thing(
            candidate, "receipt", "a signed transaction record", details=details, uses=uses
        )
    signature = _decoded(match[3])
    if signature is not None and len(signature) != 64 and said.get("alg", "").startswith("SGD_SM3"):
        details = (*details, f"a signature of {len(signature)} bytes, not r ‖ s of 64")
    return advice.thing(candidate, "jws", "JSON Web Signature (compact)", details=details)


def _json(part: bytes) -> object:
    try:
        value: object = json.loads(_decoded(part) or b"")
    except (ValueError, RecursionError):
        return None
    return value


def _decoded(part: bytes) -> bytes | None:
    try:
        return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    except (binascii.Error, ValueError):
        return None


def _destroyed(candidate: Candidate, data: bytes) -> Reading | None:
    count = data.count(_DIRTY)
    if count < 3 or is_text(data):
        return None
    words = (
        f"{count} times EF BF BD: bytes were taken for text, and what stood there is lost. "
        "It must be fetched again, as bytes, hexadecimal or base64"
    )
    return Reading(
        "damaged", "binary data that went through a text decoder", Fit.LIKELY, candidate.layers,
        damage=(*candidate.damage, Damage("text-decoded", words)), octets=data,
    )  # fmt: skip


def _pair(candidate: Candidate, data: bytes) -> Reading | None:
    """R and s as two numbers: JSON, a tuple, or two lines."""
    if not is_text(data) or len(data) > 400:
        return None
    numbers = re.findall(rb"(?:0x)?([0-9a-fA-F]{58,64})(?![0-9a-fA-F])", data)
    decimals = re.findall(rb"(?<!\d)(\d{70,78})(?!\d)", data)
    if len(numbers) == 2 and data.strip()[:2] != b"04":
        values = [int(each, 16) for each in numbers]
    elif len(decimals) == 2:
        values = [int(each) for each in decimals]
    else:
        return None
    if len(b"".join(data.split())) < sum(map(len, numbers or decimals)) + 1 or max(values) >> 256:
        return None
    octets = b"".join(value.to_bytes(32, "big") for value in values)
    spoken = "r and s as two numbers"
    return advice.raw_signature(
        Candidate(octets, (*candidate.layers, spoken), candidate.damage), octets, Fit.LIKELY
    )
