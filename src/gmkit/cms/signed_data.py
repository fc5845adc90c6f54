"""SignedData as it is stored: RFC 5652 section 5 and GM/T 0010-2012. Data, no decisions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from gmkit import asn1
from gmkit.asn1 import Cursor, Element, Finding, Tag
from gmkit.asn1.tags import context
from gmkit.cms import oids
from gmkit.cms.attributes import Attributes
from gmkit.cms.oids import Family
from gmkit.errors import EncodingError
from gmkit.x509 import Certificate, CertificateList, Name

_SKI_TAG = context(0, constructed=False)
_ALTERNATIVES = frozenset(context(number, constructed=True) for number in range(5))


@dataclass(frozen=True, slots=True)
class Algorithm:
    """
    An AlgorithmIdentifier.

    Attributes:
        oid: The algorithm in dotted form.
        parameters: Its parameters as stored, or None if absent.
    """

    oid: str
    parameters: bytes | None

    @classmethod
    def read(cls, element: Element) -> Algorithm:
        """Read one AlgorithmIdentifier."""
        usual = _USUAL.get(element.raw)
        if usual is not None:
            return usual
        members = element.cursor(Tag.SEQUENCE)
        oid = members.next(Tag.OBJECT_IDENTIFIER).oid()
        parameters = members.peek()
        if parameters is not None:
            members.next()
        members.finish()
        return cls(oid, None if parameters is None else parameters.raw)

    @property
    def bare(self) -> bool:
        """Whether the parameters are absent or NULL, which mean the same."""
        return self.parameters in (None, b"\x05\x00")


# Nearly every message has these, in these octets.
_USUAL = {
    asn1.sequence(asn1.oid(oid), parameters): Algorithm(oid, parameters or None)
    for oid in (oids.SM3, oids.SM2_WITH_SM3, oids.SM2_SIGNATURE)
    for parameters in (b"", asn1.null())
}


@dataclass(frozen=True, slots=True)
class SignerIdentifier:
    """
    Who signed, as the message names them: issuer and serial number, or a key identifier.

    Attributes:
        issuer: Name of the issuer as stored, or None.
        serial: Contents of the INTEGER of the serial number, or None.
        key_identifier: Subject key identifier, or None.
    """

    issuer: bytes | None
    serial: bytes | None
    key_identifier: bytes | None

    @classmethod
    def read(cls, element: Element) -> SignerIdentifier:
        """Read one SignerIdentifier."""
        if element.tag == _SKI_TAG:
            return cls(None, None, element.content)
        if element.tag == Tag.SEQUENCE and element.content[:2] == b"\x00\x00":
            # gmcert.org leaves the issuer out and writes an end marker in its place.
            serial = asn1.decode_lenient(element.content[2:], what="CMS").content
            return cls(b"", serial, None)
        members = element.cursor(Tag.SEQUENCE)
        issuer = members.next(Tag.SEQUENCE).raw
        serial = members.next(Tag.INTEGER).content
        members.finish()
        return cls(issuer, serial, None)

    def fits(self, certificate: Certificate) -> bool:
        """Whether this certificate is the one meant."""
        if self.key_identifier is not None:
            return self.key_identifier == _key_identifier(certificate)
        if not self.issuer or certificate.serial_octets != self.serial:
            return False
        return certificate.issuer_octets == self.issuer or certificate.issuer == Name(self.issuer)


@dataclass(frozen=True, slots=True)
class SignerInfo:
    """
    One signature of a message.

    Attributes:
        version: 1 with issuer and serial number, 3 with a key identifier.
        signer: Who signed.
        digest_algorithm, signature_algorithm: As named there.
        signed_attributes, unsigned_attributes: Or None if absent.
        signature: The signature value as stored.
    """

    version: int
    signer: SignerIdentifier
    digest_algorithm: Algorithm
    signed_attributes: Attributes | None
    signature_algorithm: Algorithm
    signature: bytes
    unsigned_attributes: Attributes | None

    @classmethod
    def read(cls, element: Element) -> SignerInfo:
        """
        Read one SignerInfo.

        Raises:
            EncodingError: If it is not one.
        """
        members = element.cursor(Tag.SEQUENCE)
        version = members.next(Tag.INTEGER).integer()
        signer = SignerIdentifier.read(members.next())
        digest_algorithm = Algorithm.read(members.next())
        signed = members.optional_context(0)
        signature_algorithm = Algorithm.read(members.next())
        signature = members.next(Tag.OCTET_STRING).octet_string()
        unsigned = members.optional_context(1)
        members.finish()
        return cls(
            version,
            signer,
            digest_algorithm,
            None if signed is None else Attributes.read(signed),
            signature_algorithm,
            signature,
            None if unsigned is None else Attributes.read(unsigned),
        )


@dataclass(frozen=True, slots=True)
class SignedData:
    """
    A signed message taken apart; nothing is verified by being read.

    Attributes:
        family: Whose content type the message has.
        version: As stored.
        digest_algorithms: As listed before the content.
        content_type: Type of the content in dotted form.
        content: The content, or None if it is detached.
        content_info: The SEQUENCE of content type and content as stored.
        certificates, lists: What travels with the message; trusted for nothing.
        signers: The signatures.
        findings: Deviations from DER.
        responses: OCSP responses that travel with the lists (RFC 5940), as stored.
    """

    family: Family
    version: int
    digest_algorithms: tuple[Algorithm, ...]
    content_type: str
    content: bytes | None
    content_info: bytes
    certificates: tuple[Certificate, ...]
    lists: tuple[CertificateList, ...]
    signers: tuple[SignerInfo, ...]
    findings: tuple[Finding, ...]
    responses: tuple[bytes, ...] = ()

    @classmethod
    def parse(cls, data: bytes) -> SignedData:
        """
        Read a ContentInfo with SignedData inside, of either family, in DER or BER.

        Raises:
            EncodingError: If it is not one.
        """
        root = asn1.decode_lenient(data, what="CMS")
        outer = root.cursor(Tag.SEQUENCE)
        kind = outer.next(Tag.OBJECT_IDENTIFIER)
        family, name = oids.CONTENT_TYPES.get(kind.oid(), (Family.RFC, "unknown"))
        if name != oids.SIGNED_DATA:
            raise kind.error(f"a {name} message stands where a signed one is expected")
        body = outer.next(context(0, constructed=True)).inside()
        outer.finish()
        return cls._read(body, family, root)

    @classmethod
    def _read(cls, body: Element, family: Family, root: Element) -> SignedData:
        members = body.cursor(Tag.SEQUENCE)
        version = members.next(Tag.INTEGER).integer()
        digests = tuple(Algorithm.read(one) for one in members.next(Tag.SET))
        content_info = members.next(Tag.SEQUENCE)
        content_type, content = _content(content_info)
        certificates = _certificates(members)
        lists, responses = _status(members)
        signers = tuple(SignerInfo.read(one) for one in members.next(Tag.SET))
        members.finish()
        return cls(
            family,
            version,
            digests,
            content_type,
            content,
            content_info.raw,
            certificates,
            lists,
            signers,
            root.findings,
            responses,
        )


def _key_identifier(certificate: Certificate) -> bytes:
    """The one in the certificate, or the usual one: SHA-1 of the key's bits (RFC 5280 4.2.1.2)."""
    stated = certificate.subject_key_identifier
    if stated is not None:
        return stated
    return hashlib.sha1(certificate.key_info.key_octets, usedforsecurity=False).digest()


def _content(element: Element) -> tuple[str, bytes | None]:
    members = element.cursor()
    kind = members.next(Tag.OBJECT_IDENTIFIER).oid()
    holder = members.optional_context(0)
    members.finish()
    if holder is None:
        return kind, None
    inner = holder.inside()
    if inner.tag == Tag.OCTET_STRING:
        return kind, inner.octet_string()
    if inner.tag == Tag.OCTET_STRING | 0x20:  # BER: the string in segments
        return kind, b"".join(part.octet_string() for part in inner)
    # PKCS#7 lets any type stand here; its contents octets are what is hashed.
    return kind, inner.content


def _certificates(members: Cursor) -> tuple[Certificate, ...]:
    holder = members.optional_context(0)
    if holder is None:
        return ()
    return tuple(Certificate(one.raw) for one in holder if one.tag not in _ALTERNATIVES)


def _status(members: Cursor) -> tuple[tuple[CertificateList, ...], tuple[bytes, ...]]:
    """Revocation lists, and OCSP responses under the other form of RevocationInfoChoice."""
    lists: list[CertificateList] = []
    responses: list[bytes] = []
    for one in members.optional_context(1) or ():
        if one.tag == Tag.SEQUENCE:
            lists.append(CertificateList(one.raw))
        elif one.tag == context(1, constructed=True):
            parts = one.children()
            named = len(parts) == 2 and parts[0].tag == Tag.OBJECT_IDENTIFIER
            if named and parts[0].oid() == oids.OCSP_RESPONSE:
                responses.append(parts[1].raw)
    return tuple(lists), tuple(responses)


def parse(data: bytes) -> SignedData:
    """
    Read a signed message in DER or BER, or in PEM.

    Raises:
        EncodingError: If it is not one.
    """
    if data[:1] == b"\x30":
        return SignedData.parse(data)
    from gmkit.x509.load import pem_block  # noqa: PLC0415 - the rarer form

    try:
        return SignedData.parse(pem_block(data, "CMS", "PKCS7", "PKCS #7 SIGNED DATA"))
    except EncodingError as error:
        raise EncodingError(error.message, what="CMS", offset=error.offset) from None
