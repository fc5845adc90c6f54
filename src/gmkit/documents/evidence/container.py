"""The evidence file: JSON that a person can read, around octets that timestamps protect."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from gmkit import asn1, strict_json
from gmkit.asn1 import Tag
from gmkit.documents.evidence.record import EvidenceRecord
from gmkit.errors import EncodingError
from gmkit.x509 import Certificate, CertificateList
from gmkit.x509.ocsp import OcspResponse

__all__ = ["Evidence", "Material"]

_TYPE, _VERSION = "gmkit-evidence", 1
_WHAT = "evidence file"
_MEMBERS = {"type", "version", "document", "signature", "material", "record", "about"}
_MAX_FILE = 256 << 20  # bytes
_MAX_NAME = 1024  # characters


@dataclass(frozen=True, slots=True)
class Material:
    """
    What is needed to judge the document's signers as of the first timestamp.

    Attributes:
        certificates, crls, ocsp: As collected; trusted for nothing by lying here.
    """

    certificates: tuple[Certificate, ...] = ()
    crls: tuple[CertificateList, ...] = ()
    ocsp: tuple[OcspResponse, ...] = ()

    def to_der(self) -> bytes:
        """``SEQUENCE { [0] certificates, [1] lists, [2] responses }``: the octets that are stamped."""
        groups = (
            [one.der for one in self.certificates],
            [one.der for one in self.crls],
            [one.der for one in self.ocsp],
        )
        return asn1.sequence(
            *(asn1.explicit(number, asn1.sequence(*group)) for number, group in enumerate(groups))
        )

    @classmethod
    def parse(cls, data: bytes) -> Material:
        """
        Read what :meth:`to_der` writes.

        Raises:
            EncodingError: If it is not that.
        """
        members = asn1.decode(data, what=_WHAT).cursor(Tag.SEQUENCE)
        groups = []
        for number in range(3):
            holder = members.optional_context(number)
            if holder is None:
                raise EncodingError(f"part [{number}] of the material is missing", what=_WHAT)
            groups.append([one.raw for one in holder.inside()])
        members.finish()
        certificates, crls, ocsp = groups
        return cls(
            tuple(map(Certificate, certificates)),
            tuple(map(CertificateList, crls)),
            tuple(map(OcspResponse.from_der, ocsp)),
        )


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    An evidence file taken apart; nothing is verified by being read.

    Attributes:
        name: The document's name when the evidence was made.
        length: Its length in bytes.
        signature: Its detached signature, or None.
        material: What its signers are judged with, as stamped.
        record: The timestamps.
    """

    name: str
    length: int
    signature: bytes | None
    material: bytes
    record: EvidenceRecord

    def to_bytes(self) -> bytes:
        """The file."""
        newest = self.record.newest.parsed.info
        body = {
            "type": _TYPE,
            "version": _VERSION,
            "document": {"name": self.name, "length": self.length},
            "signature": None if self.signature is None else _text(self.signature),
            "material": _text(self.material),
            "record": _text(self.record.to_der()),
            "about": {
                "format": "record: EvidenceRecord of RFC 4998 over document, material, signature",
                "newest_timestamp": f"{newest.time:%Y-%m-%dT%H:%M:%SZ}",
            },
        }
        return json.dumps(body, ensure_ascii=False, indent=2).encode() + b"\n"

    @classmethod
    def parse(cls, data: bytes) -> Evidence:
        """
        Read an evidence file.

        Raises:
            EncodingError: If it is not one.
        """
        if len(data) > _MAX_FILE:
            raise EncodingError(f"longer than {_MAX_FILE:,} bytes", what=_WHAT)
        try:
            body = strict_json.loads(data)
        except (ValueError, RecursionError) as why:
            raise EncodingError(f"not JSON: {str(why).lower()}", what=_WHAT) from None
        if not isinstance(body, dict) or body.get("type") != _TYPE:
            raise EncodingError("not an evidence file", what=_WHAT)
        if body.get("version") != _VERSION:
            raise EncodingError("of another version than 1", what=_WHAT)
        if set(body) != _MEMBERS:
            raise EncodingError("members are missing or unknown", what=_WHAT)
        document = body["document"]
        if not isinstance(document, dict):
            raise EncodingError("it does not say for what document", what=_WHAT)
        name, length = document.get("name"), document.get("length")
        if not isinstance(name, str) or len(name) > _MAX_NAME or type(length) is not int:
            raise EncodingError("the document's name or length is malformed", what=_WHAT)
        signature = body["signature"]
        return cls(
            name,
            length,
            None if signature is None else _octets(signature),
            _octets(body["material"]),
            EvidenceRecord.parse(_octets(body["record"])),
        )


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def _octets(value: Any) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise EncodingError("a part is not Base64", what=_WHAT) from None
