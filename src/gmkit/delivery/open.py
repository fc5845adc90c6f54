"""Opening a delivered encryption key, whichever form it came in."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace

from gmkit import asn1, cms, keys
from gmkit.asn1 import Element, Tag
from gmkit.asn1.tags import context
from gmkit.delivery import cfca
from gmkit.delivery.form import Form, Opened
from gmkit.errors import EncodingError, InvalidArgument, InvalidKey
from gmkit.sm2 import SM2PrivateKey
from gmkit.x509 import Certificate
from gmkit.x509.load import pem_blocks

_WHAT = "delivered key"
_SM4_ECB, _SM4 = "1.2.156.10197.1.104.1", "1.2.156.10197.1.104"

_SHAPES = {
    (Tag.SEQUENCE, Tag.SEQUENCE, Tag.BIT_STRING, Tag.BIT_STRING): Form.ENVELOPED_KEY,
    (Tag.OBJECT_IDENTIFIER, 0xA0): Form.GBT35275,
    (Tag.INTEGER, Tag.OCTET_STRING): Form.CFCA_ESCROW,
}
_CONTAINERS = {keys.Container.PKCS12: Form.PKCS12, keys.Container.CFCA: Form.CFCA_FILE}


def recognise(data: bytes) -> tuple[Form, bytes]:
    """
    Which form a file has, and the DER in it, out of PEM or base64 if it was in one of them.

    Raises:
        EncodingError: None of the forms.
    """
    if (escrow := cfca.unwrapped(data)) is not None:
        return Form.CFCA_ESCROW, escrow
    der = _der(data)
    if (form := _form_of(der)) is None:
        raise EncodingError(
            "none of the forms an encryption key is delivered in",
            what=_WHAT,
            hint="a key file is read by `gmkit key convert`; `gmkit inspect` says what this is",
        )
    return form, der


def _form_of(der: bytes) -> Form | None:
    members = asn1.decode_lenient(der, what=_WHAT).cursor(Tag.SEQUENCE).rest()
    tags = tuple(member.tag for member in members)
    if tags[:1] == (Tag.SET,):
        return Form.GMT0092
    return _SHAPES.get(tags) or _CONTAINERS.get(keys.container_of(der))


def open_delivery(
    data: bytes,
    receiver: SM2PrivateKey | None = None,
    *,
    password: keys.Password = None,
    certificate: Certificate | None = None,
) -> Opened:
    """
    Recognise the form a key was delivered in, and open it.

    Args:
        data: The file: DER, base64 or PEM.
        receiver: The private key it was packed for: that of the signing half, or the temporary one of the
            request. None for forms under a password.
        password: For PKCS#12 and CFCA files, or what asks for it.
        certificate: The encryption certificate, which the key must belong to.

    Raises:
        EncodingError: None of the forms, or malformed.
        DecryptionError: Packed for another key.
        WrongPassword: The password does not open it, or none was given.
        InvalidKey: What is inside is no key, or not the one of the certificate beside it.
        InvalidArgument: No *receiver* where one is needed.
        UnsupportedAlgorithm: Packed with algorithms that are not read here.
    """
    form, der = recognise(data)
    if form in {Form.PKCS12, Form.CFCA_FILE}:
        opened = _under_password(form, der, password)
    elif receiver is None:
        raise InvalidArgument(
            f"{form.value} opens with the key it was packed for",
            hint="give the signing key (--key)",
        )
    elif form is Form.ENVELOPED_KEY:
        opened = _enveloped(der, receiver)
    elif form is Form.GMT0092:
        opened = _response(der, receiver)
    elif form is Form.CFCA_ESCROW:
        key, deviations = cfca.open_escrow(der, receiver)
        opened = Opened(form, key, (), deviations)
    else:
        opened = _message(der, receiver)
    _check(opened, certificate)
    return opened


def _der(data: bytes) -> bytes:
    if data[:1] == b"\x30":
        return data
    if b"-----BEGIN" in data:
        blocks = pem_blocks(data)
        if len(blocks) != 1:
            raise EncodingError(f"{len(blocks)} PEM blocks where one is expected", what=_WHAT)
        return blocks[0][1]
    try:
        return base64.b64decode(b"".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        raise EncodingError("neither DER nor PEM nor base64", what=_WHAT) from None


def _check(opened: Opened, certificate: Certificate | None) -> None:
    public = opened.key.public_key()
    if certificate is not None and certificate.public_key() != public:
        raise InvalidKey("the key that was delivered is not that of the given certificate")
    if opened.certificates and Certificate(opened.certificates[0]).public_key() != public:
        raise InvalidKey("the key that was delivered is not that of the certificate beside it")


def _under_password(form: Form, der: bytes, password: keys.Password) -> Opened:
    contents = keys.load_contents(der, password)
    if not contents.keys:
        raise InvalidKey("no private key in this PKCS#12 file")
    named = {stored.name: stored.key for stored in contents.keys}
    key = named["encrypt"] if "encrypt" in named else contents.key()
    listed = [Certificate(stored.der) for stored in contents.certificates]
    own = [each.der for each in listed if each.public_key() == key.public_key()]
    others = [each.der for each in listed if each.der not in own]
    if not own and others:
        return Opened(form, key, (), ("the certificates beside the key are of other keys",))
    return Opened(form, key, (*own, *others))


def _enveloped(der: bytes, receiver: SM2PrivateKey) -> Opened:
    key = keys.open_enveloped(der, receiver)
    algorithm = asn1.decode(der, what=_WHAT).children()[0].cursor(Tag.SEQUENCE)
    deviations = []
    if (oid := algorithm.next(Tag.OBJECT_IDENTIFIER).oid()) == _SM4:
        deviations.append(f"the cipher is called SM4 ({oid}), not SM4 in ECB mode ({_SM4_ECB})")
    return Opened(Form.ENVELOPED_KEY, key, (), tuple(deviations))


def _response(der: bytes, receiver: SM2PrivateKey) -> Opened:
    """GM/T 0092-2020; both ways of tagging are read."""
    members = asn1.decode_lenient(der, what="CSRResponse").cursor(Tag.SEQUENCE)
    signing = [each.raw for each in members.next(Tag.SET)]
    envelope = members.optional(context(0, constructed=True))
    stored = members.optional(context(1, constructed=True))
    members.finish()
    if envelope is None:
        raise EncodingError("this response delivers no encryption key", what="CSRResponse")
    inside = envelope.children()
    bare = inside[0].raw if len(inside) == 1 else bytes([Tag.SEQUENCE]) + envelope.raw[1:]
    opened = _enveloped(bare, receiver)
    deviations = list(opened.deviations)
    if not any(Certificate(each).public_key() == receiver.public_key() for each in signing):
        deviations.append("no signing certificate of the key that opens it")
    encryption = _certificate_set(stored)
    own = [e for e in encryption if Certificate(e).public_key() == opened.key.public_key()]
    if encryption and not own:
        raise InvalidKey("no certificate in this response is of the key in it")
    if not encryption:
        deviations.append("no encryption certificate")
    others = [each for each in (*encryption, *signing) if each not in own]
    return Opened(Form.GMT0092, opened.key, (*own, *others), tuple(deviations))


def _certificate_set(stored: Element | None) -> list[bytes]:
    if stored is None:
        return []
    children = stored.children()
    if len(children) == 1 and children[0].tag == Tag.SET:
        children = children[0].children()
    return [each.raw for each in children]


def _message(der: bytes, receiver: SM2PrivateKey) -> Opened:
    """EnvelopedData or SignedAndEnvelopedData of either family; the signature is not judged here."""
    message = cms.parse_enveloped(der)
    deviations = []
    if message.family is not cms.Family.GM:
        deviations.append("the content types are those of RFC 5652, not of GM/T 0010")
    if message.algorithm.oid == _SM4:
        mode = "ECB without padding" if message.algorithm.bare else "CBC"
        deviations.append(f"the content cipher is called SM4 ({_SM4}) and means {mode}")
    if message.kind == "signedAndEnvelopedData":
        deviations.append("the message is signed as well; the signature is not verified here")
    if len(message.recipients) == 1:
        [recipient] = message.recipients
        written, words = cfca.as_der(recipient.encrypted_key, receiver)
        deviations += words
        message = replace(message, recipients=(replace(recipient, encrypted_key=written),))
    content = message.decrypt(receiver)
    key, words = _key_in(content)
    return Opened(Form.GBT35275, key, (), (*deviations, *words))


def _key_in(content: bytes) -> tuple[SM2PrivateKey, tuple[str, ...]]:
    """A private key as devices and authorities write it into messages."""
    if len(content) == 64 and content[:32] == bytes(32):
        return SM2PrivateKey.from_bytes(content[32:]), ()
    if len(content) == 32:
        return SM2PrivateKey.from_bytes(content), ()
    if content[:1] == b"\x30":
        key = keys.load_der_private_key(content, None)
        return key, ("the content is a key file, not the bare number",)
    raise InvalidKey("the message opens, and what is inside is no private key")
