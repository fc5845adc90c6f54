"""Signing an XML document as China Customs wants it: enveloped, SM2 with SM3."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime

from gmkit import sm2
from gmkit.cms import MessageSigner
from gmkit.errors import InvalidArgument, MissingDependency
from gmkit.xmlsig import algorithms
from gmkit.xmlsig.canonical import INCLUSIVE, Method, canonical
from gmkit.xmlsig.guard import parse
from gmkit.xmlsig.structure import NAMESPACE, find_signatures

__all__ = ["sign"]

_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"


def sign(
    data: bytes,
    signer: MessageSigner,
    *,
    time: datetime | None = None,
    stamp: Callable[[bytes], bytes] | None = None,
    key_name: str | None = None,
    exclusive: bool = False,
) -> bytes:
    """
    Sign a document: a Signature element as the last one inside its root (message rules of 2022-05).

    Args:
        data: The document.
        signer: Who signs, with an SM2 key; only key and certificate are used.
        time: Not used: this form states no time.
        stamp: Must be None: this form has no place for a timestamp.
        key_name: The KeyName; the certificate's serial number in hexadecimal if None.
        exclusive: Canonicalise SignedInfo and document exclusively; customs wants the inclusive way.

    Returns:
        The signed document in UTF-8.

    Raises:
        InvalidArgument: If the key does not fit its certificate, a timestamp is asked for, or the document
            is signed already: another signature would break the first.
        EncodingError: If the document cannot be read.
    """
    del time
    if stamp is not None:
        raise InvalidArgument("an XML signature of this form cannot carry a timestamp")
    if signer.key.public_key() != signer.certificate.public_key():
        raise InvalidArgument(
            f"the key does not belong to the certificate of {signer.certificate.subject}"
        )
    tree = parse(data)
    try:
        from lxml import etree  # noqa: PLC0415 - only who uses XML needs it
    except ImportError as why:
        raise MissingDependency("XML needs the package lxml", hint="pip install lxml") from why

    root = tree.getroot()
    if find_signatures(root):
        raise InvalidArgument("the document is signed already: a second signature breaks the first")

    def element(
        parent: etree._Element, name: str, text: str = "", **attributes: str
    ) -> etree._Element:
        made = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
        made.text = text or None
        return made

    method = Method(exclusive=exclusive)
    digest = algorithms.digest(algorithms.CUSTOMS_DIGEST, canonical(tree, method))
    signature = etree.SubElement(root, f"{{{NAMESPACE}}}Signature", nsmap={"ds": NAMESPACE})
    info = element(signature, "SignedInfo")
    chosen = _EXCLUSIVE if exclusive else INCLUSIVE
    element(info, "CanonicalizationMethod", Algorithm=chosen)
    element(info, "SignatureMethod", Algorithm=algorithms.CUSTOMS_SIGNATURE)
    reference = element(info, "Reference", URI="")
    transforms = element(reference, "Transforms")
    element(transforms, "Transform", Algorithm=NAMESPACE + "enveloped-signature")
    if exclusive:
        element(transforms, "Transform", Algorithm=_EXCLUSIVE)
    element(reference, "DigestMethod", Algorithm=algorithms.CUSTOMS_DIGEST)
    element(reference, "DigestValue", _text(digest))
    der = signer.key.sign(canonical(info, method))
    raw = sm2.convert_signature(der, sm2.SignatureFormat.DER, sm2.SignatureFormat.RAW)
    element(signature, "SignatureValue", _text(raw))
    key_info = element(signature, "KeyInfo")
    element(key_info, "KeyName", key_name or f"{signer.certificate.serial:x}")
    holder = element(key_info, "X509Data")
    for certificate in (signer.certificate, *signer.chain):
        element(holder, "X509Certificate", _text(certificate.der))
    octets: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
    return octets


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode()
