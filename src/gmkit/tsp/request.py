"""The request: RFC 3161 section 2.4.1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from gmkit import asn1
from gmkit.asn1 import Element, Tag
from gmkit.cms import oids
from gmkit.cms.algorithms import new_hash
from gmkit.cms.signed_data import Algorithm

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Imprint:
    """
    What is stamped: a digest and its algorithm (MessageImprint).

    Attributes:
        algorithm: The hash in dotted form.
        digest: Its value.
    """

    algorithm: str
    digest: bytes

    @classmethod
    def of(cls, content: bytes | BinaryIO, *, algorithm: str = oids.SM3) -> Imprint:
        """
        The imprint of some content; a file is read in pieces.

        Raises:
            UnsupportedAlgorithm: If the hash is not SM3, SHA-256, SHA-384 or SHA-512.
        """
        running = new_hash(algorithm)
        if isinstance(content, bytes):
            running.update(content)
        else:
            while piece := content.read(_CHUNK):
                running.update(piece)
        return cls(algorithm, running.digest())

    @classmethod
    def read(cls, element: Element) -> Imprint:
        """Read a MessageImprint."""
        members = element.cursor(Tag.SEQUENCE)
        algorithm = Algorithm.read(members.next())
        digest = members.next(Tag.OCTET_STRING).octet_string()
        members.finish()
        if not algorithm.bare:
            raise element.error("the hash algorithm has parameters where none belong")
        return cls(algorithm.oid, digest)

    def to_der(self) -> bytes:
        """The MessageImprint in DER."""
        algorithm = asn1.sequence(asn1.oid(self.algorithm))
        return asn1.sequence(algorithm, asn1.octet_string(self.digest))


@dataclass(frozen=True, slots=True)
class TimestampRequest:
    """
    A request for a timestamp.

    Attributes:
        imprint: What is to be stamped.
        policy: The policy asked for, or None.
        nonce: A large random number that must come back, or None.
        certificate_wanted: Whether the authority's certificate is to come along.
        has_extensions: Whether extensions are asked for; none are known here.
    """

    imprint: Imprint
    policy: str | None = None
    nonce: int | None = None
    certificate_wanted: bool = True
    has_extensions: bool = False

    def to_der(self) -> bytes:
        """The TimeStampReq in DER."""
        members = [asn1.integer(1), self.imprint.to_der()]
        if self.policy is not None:
            members.append(asn1.oid(self.policy))
        if self.nonce is not None:
            members.append(asn1.integer(self.nonce))
        if self.certificate_wanted:
            members.append(asn1.boolean(True))
        return asn1.sequence(*members)

    @classmethod
    def parse(cls, data: bytes) -> TimestampRequest:
        """
        Read a TimeStampReq.

        Raises:
            EncodingError: If it is not one.
        """
        members = asn1.decode_lenient(data, what="timestamp request").cursor(Tag.SEQUENCE)
        version = members.next(Tag.INTEGER)
        if version.integer() != 1:
            raise version.error("version must be 1")
        imprint = Imprint.read(members.next(Tag.SEQUENCE))
        policy = members.optional(Tag.OBJECT_IDENTIFIER)
        nonce = members.optional(Tag.INTEGER)
        wanted = members.optional(Tag.BOOLEAN)
        extensions = members.optional_context(0)
        members.finish()
        return cls(
            imprint,
            None if policy is None else policy.oid(),
            None if nonce is None else nonce.integer(),
            wanted is not None and wanted.boolean(),
            extensions is not None,
        )
