"""Signatures.xml and Signature.xml as they are stored (GB/T 33190-2016, chapter 18). Data, no decisions."""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass

from gmkit.errors import EncodingError
from gmkit.ofd.hygiene import refuse
from gmkit.ofd.package import Package, locate
from gmkit.ofd.xml import Node

__all__ = ["Listed", "Reference", "SignatureFile", "Stamp", "listed_signatures"]

_MAX_SIGNATURES = 200
_MAX_REFERENCES = 20_000


@dataclass(frozen=True, slots=True)
class Listed:
    """
    One line of Signatures.xml.

    Attributes:
        id: Its identifier.
        type: "Sign" or "Seal"; "Seal" where nothing is said, as the standard has it.
        path: Path of its Signature.xml, or None if the package does not have it.
        location: The same as it is written.
    """

    id: str
    type: str
    path: str | None
    location: str


@dataclass(frozen=True, slots=True)
class Reference:
    """
    One part that is signed.

    Attributes:
        written: Its path as written.
        path: The part, or the path where it should be.
        present: Whether the package has it.
        digest: The digest stated, or None if it cannot be read.
    """

    written: str
    path: str
    present: bool
    digest: bytes | None


@dataclass(frozen=True, slots=True)
class Stamp:
    """
    Where a seal's picture stands.

    Attributes:
        page: Identifier of the page.
        box: Left, top, width and height in millimetres, as written.
        clip: The part of the picture that is shown, as written, or None.
    """

    page: str
    box: str
    clip: str | None = None


@dataclass(frozen=True, slots=True)
class SignatureFile:
    """
    A Signature.xml.

    Attributes:
        path: Where it stands.
        octets: As stored: what is signed.
        provider: Who made it: name, company and version.
        method: Identifier of the signature's method, or None.
        time: The claimed time as written, or None.
        check_method: Name of the digest, or None.
        references: What is signed.
        stamps: Where the seal's picture stands.
        seal: Path of the seal beside the signature, or None.
        value: Path of the signature's value, or None if it is not named or the package does not have it.
    """

    path: str
    octets: bytes
    provider: str
    method: str | None
    time: str | None
    check_method: str | None
    references: tuple[Reference, ...]
    stamps: tuple[Stamp, ...]
    seal: str | None
    value: str | None

    @classmethod
    def read(cls, package: Package, path: str) -> SignatureFile:
        """
        Read one.

        Raises:
            EncodingError: If it is none.
            VerificationError: If what counts stands in it twice, or must not be read.
        """
        root = package.structure(path)
        if root.name != "Signature":
            raise EncodingError(f"{path}: {root.name} stands where Signature should", what="OFD")
        info = root.one("SignedInfo")
        if info is None:
            raise EncodingError(f"{path}: no SignedInfo", what="OFD")
        holder = info.one("References")
        provider = info.one("Provider")
        seal = info.one("Seal")
        location = None if seal is None else seal.value("BaseLoc")
        value = root.value("SignedValue")
        return cls(
            path,
            package.read(path),
            "" if provider is None else _provider(provider),
            info.value("SignatureMethod"),
            info.value("SignatureDateTime"),
            None if holder is None else holder.attributes.get("CheckMethod"),
            () if holder is None else _references(package, path, holder),
            tuple(_stamp(one) for one in info.all("StampAnnot")),
            None if location is None else package.find(location, source=path) or location,
            None if value is None else package.find(value, source=path),
        )


def listed_signatures(package: Package, path: str) -> tuple[Listed, ...]:
    """
    The signatures that a Signatures.xml lists.

    Raises:
        EncodingError: If it is none.
        VerificationError: If it lists one twice, or too many.
    """
    root = package.structure(path)
    if root.name != "Signatures":
        raise EncodingError(f"{path}: {root.name} stands where Signatures should", what="OFD")
    lines = root.all("Signature")
    if len(lines) > _MAX_SIGNATURES:
        raise refuse("xml-limits", f"{path} lists {len(lines)} signatures")
    found = []
    for line in lines:
        location = line.attributes.get("BaseLoc", "").strip()
        where = package.find(location, source=path) if location else None
        identifier = line.attributes.get("ID", "")
        found.append(Listed(identifier, line.attributes.get("Type", "Seal"), where, location))
    for names in ([one.id for one in found], [one.path for one in found if one.path]):
        if len(set(names)) != len(names):
            raise refuse("signature-listed-twice", f"{path} lists a signature twice")
    return tuple(found)


def _references(package: Package, path: str, holder: Node) -> tuple[Reference, ...]:
    lines = holder.all("Reference")
    if len(lines) > _MAX_REFERENCES:
        raise refuse("xml-limits", f"{path} names {len(lines)} parts")
    found = []
    for line in lines:
        written = line.attributes.get("FileRef", "").strip()
        if not written:
            raise EncodingError(f"{path}: a Reference names no part", what="OFD")
        part = package.find(written, source=path)
        where = part if part is not None else locate(written, source=path)
        found.append(Reference(written, where, part is not None, _digest(line.value("CheckValue"))))
    return tuple(found)


def _digest(text: str | None) -> bytes | None:
    if text is None:
        return None
    try:
        return b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _stamp(node: Node) -> Stamp:
    given = node.attributes
    return Stamp(given.get("PageRef", ""), given.get("Boundary", ""), given.get("Clip"))


def _provider(node: Node) -> str:
    given = (node.attributes.get(name) for name in ("ProviderName", "Company", "Version"))
    return " ".join(dict.fromkeys(text for text in given if text))
