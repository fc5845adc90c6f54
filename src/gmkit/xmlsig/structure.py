"""A Signature element taken apart, strictly: what is not expected there is an error."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gmkit.errors import EncodingError, UnsupportedAlgorithm
from gmkit.x509 import Certificate
from gmkit.xmlsig.canonical import INCLUSIVE, Method, method_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

__all__ = ["NAMESPACE", "Reference", "Signature", "find_signatures", "read_signature"]

NAMESPACE = "http://www.w3.org/2000/09/xmldsig#"
_DS = f"{{{NAMESPACE}}}"
_ENVELOPED = NAMESPACE + "enveloped-signature"
_MAX_REFERENCES = 32
_MAX_TRANSFORMS = 5
_MAX_CERTIFICATES = 16
_WHAT = "XML signature"


@dataclass(frozen=True, slots=True)
class Reference:
    """
    What is signed, and its digest.

    Attributes:
        uri: "" for the document, "#…" for an element.
        enveloped: Whether the signature itself is left out.
        method: The canonicalisation before the digest.
        digest_method: URI of the digest.
        digest: Its value.
    """

    uri: str
    enveloped: bool
    method: Method
    digest_method: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Signature:
    """
    A signature as it stands in a document; nothing is verified by being read.

    Attributes:
        element: The Signature element.
        signed_info: The SignedInfo element.
        method: Its canonicalisation.
        algorithm: URI of the signature method.
        references: What is signed.
        value: The signature value.
        certificates: What KeyInfo holds; trusted for nothing.
        key_names: The names of keys there.
        extra: Names of the elements behind KeyInfo (Object), which the enveloped form does not cover.
    """

    element: etree._Element
    signed_info: etree._Element
    method: Method
    algorithm: str
    references: tuple[Reference, ...]
    value: bytes
    certificates: tuple[Certificate, ...]
    key_names: tuple[str, ...]
    extra: tuple[str, ...]


def find_signatures(root: etree._Element) -> list[etree._Element]:
    """The Signature elements of a document, those inside others left out."""
    return [
        found
        for found in root.iter(_DS + "Signature")
        if not any(above.tag == _DS + "Signature" for above in found.iterancestors())
    ]


def read_signature(element: etree._Element) -> Signature:
    """
    Read a Signature element.

    Raises:
        EncodingError: If it is not well formed, or a certificate in it is not.
        UnsupportedAlgorithm: If it needs a transform or canonicalisation that is not done here.
    """
    members = _members(element)
    info = _next(members, "SignedInfo")
    value = _base64(_next(members, "SignatureValue"))
    rest = list(members)
    key_info = rest.pop(0) if rest and rest[0].tag == _DS + "KeyInfo" else None
    inside = _members(info)
    canonicalisation = _next(inside, "CanonicalizationMethod")
    method = method_of(canonicalisation)
    if method is None:
        raise _unsupported("canonicalisation", canonicalisation)
    algorithm = _next(inside, "SignatureMethod").get("Algorithm", "")
    references = [_reference(one) for one in inside]
    if not 0 < len(references) <= _MAX_REFERENCES:
        raise EncodingError(f"{len(references)} references", what=_WHAT)
    certificates, names = ((), ()) if key_info is None else _key_info(key_info)
    extra = tuple(str(one.tag) for one in rest)
    return Signature(
        element, info, method, algorithm, tuple(references), value, certificates, names, extra
    )


def _reference(element: etree._Element) -> Reference:
    if element.tag != _DS + "Reference":
        raise EncodingError(f"{element.tag} stands where a Reference is expected", what=_WHAT)
    uri = element.get("URI")
    if uri is None:
        raise EncodingError("a Reference does not say to what", what=_WHAT)
    members = list(_members(element))
    enveloped, method = False, Method()
    if members and members[0].tag == _DS + "Transforms":
        enveloped, method = _transforms(members.pop(0))
    if [one.tag for one in members] != [_DS + "DigestMethod", _DS + "DigestValue"]:
        raise EncodingError("a Reference lacks its digest", what=_WHAT)
    return Reference(uri, enveloped, method, members[0].get("Algorithm", ""), _base64(members[1]))


def _transforms(element: etree._Element) -> tuple[bool, Method]:
    """Enveloped first, then one canonicalisation, each at most once: no other order has one meaning."""
    enveloped, method = False, None
    several = list(_members(element))
    if len(several) > _MAX_TRANSFORMS:
        raise EncodingError("too many transforms", what=_WHAT)
    for one in several:
        if one.tag != _DS + "Transform":
            raise EncodingError(f"{one.tag} stands where a Transform is expected", what=_WHAT)
        if one.get("Algorithm") == _ENVELOPED and not enveloped and method is None:
            if len(one):
                raise EncodingError("the enveloped transform has no parameters", what=_WHAT)
            enveloped = True
            continue
        found = method_of(one)
        if found is None or method is not None:
            raise _unsupported("transform", one)
        method = found
    return enveloped, method or Method()


def _key_info(element: etree._Element) -> tuple[tuple[Certificate, ...], tuple[str, ...]]:
    certificates: list[Certificate] = []
    for one in element.iter(_DS + "X509Certificate"):
        if len(certificates) == _MAX_CERTIFICATES:
            raise EncodingError("too many certificates", what=_WHAT)
        certificates.append(Certificate(_base64(one)))
    return tuple(certificates), tuple(_text(one) for one in element.iter(_DS + "KeyName"))


def _members(element: etree._Element) -> Iterator[etree._Element]:
    """The elements inside; text between them must be blank, and nothing else may stand there."""
    between = [element.text, *(child.tail for child in element)]
    if any(text and text.strip() for text in between):
        raise EncodingError(f"text stands inside {element.tag}", what=_WHAT)
    for child in element:
        if not isinstance(child.tag, str):
            # A comment splits text for one reader and not for another.
            raise EncodingError("a comment or instruction stands in a signature", what=_WHAT)
        yield child


def _next(members: Iterator[etree._Element], name: str) -> etree._Element:
    found = next(members, None)
    if found is None or found.tag != _DS + name:
        raise EncodingError(f"{name} is missing or out of place", what=_WHAT)
    return found


def _text(element: etree._Element) -> str:
    if len(element):
        raise EncodingError(f"{element.tag} must hold text and nothing else", what=_WHAT)
    return element.text or ""


def _base64(element: etree._Element) -> bytes:
    digits = "".join(_text(element).split())
    try:
        return base64.b64decode(digits, validate=True)
    except (binascii.Error, ValueError):
        raise EncodingError(f"{element.tag} is not Base64", what=_WHAT) from None


def _unsupported(kind: str, element: etree._Element) -> UnsupportedAlgorithm:
    named = element.get("Algorithm", "")
    return UnsupportedAlgorithm(
        f"{kind} {named!r} is not done here", hint=f"signatures of customs use {INCLUSIVE}"
    )
