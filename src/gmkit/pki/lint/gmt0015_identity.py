"""Rules about the key's identifier and the identity extensions of GM/T 0015-2012."""

from __future__ import annotations

from collections.abc import Iterator

from gmkit import asn1
from gmkit.asn1 import Element, Tag
from gmkit.asn1.tags import context
from gmkit.errors import EncodingError
from gmkit.pki.lint.rule import Examined, Severity, rule
from gmkit.x509 import oids

_IDENTIFY_CODE = "1.2.156.10260.4.1.1"
_NUMBERS = tuple(f"1.2.156.10260.4.1.{last}" for last in range(2, 6))
_IDENTITIES = (_IDENTIFY_CODE, *_NUMBERS)
_CHOICES = {0: Tag.PRINTABLE_STRING, 1: Tag.UTF8_STRING, 2: Tag.PRINTABLE_STRING}


@rule("gm.key_algorithm", Severity.NOTICE, "GM/T 0015-2012, tables C.1 to C.4 and example D.2")
def key_algorithm(examined: Examined) -> Iterator[str]:
    """Running authorities name an SM2 key by id-ecPublicKey; not all readers take SM2's own identifier."""
    if examined.certificate.key_info.algorithm == oids.SM2_CURVE:
        yield "the key's algorithm is 1.2.156.10197.1.301"


@rule("gm.curve_by_numbers", Severity.ERROR, "RFC 5480, clause 2.1.1")
def curve_by_numbers(examined: Examined) -> Iterator[str]:
    """The curve of a key is given by its name, never by its numbers."""
    info = examined.certificate.key_info
    if (
        info.algorithm in {oids.EC_PUBLIC_KEY, oids.SM2_CURVE}
        and (info.parameters or b"")[:1] != b"\x06"
    ):
        yield "parameters instead of a name"


@rule("gm.identity_critical", Severity.ERROR, "GM/T 0015-2012, table A.3", about=_IDENTITIES)
def identity_critical(examined: Examined) -> Iterator[str]:
    """Identity extensions are not critical."""
    for extension in examined.certificate.extensions:
        if extension.oid in _IDENTITIES and extension.critical:
            yield extension.name


@rule(
    "gm.identity_syntax", Severity.WARNING, "GM/T 0015-2012 (IdentifyCode and the four numbers)",
    about=_IDENTITIES,
)  # fmt: skip
def identity_syntax(examined: Examined) -> Iterator[str]:
    """
    IdentifyCode is a choice of three strings under [0], [1] or [2], the other numbers are PrintableString.

    The text leaves open how the choice is tagged, so both ways pass.
    """
    for extension in examined.certificate.extensions:
        if extension.oid not in _IDENTITIES:
            continue
        try:
            element = asn1.decode(extension.octets, what="identity extension")
            choice = extension.oid == _IDENTIFY_CODE
            fits = _is_choice(element) if choice else element.tag == Tag.PRINTABLE_STRING
        except EncodingError:
            fits = False
        if not fits:
            yield extension.name  # never the number: personal data


def _is_choice(element: Element) -> bool:
    for number, tag in _CHOICES.items():
        if element.tag == context(number, constructed=True):
            return element.inside().tag == tag
        if element.tag == context(number, constructed=False):
            return True
    return False
