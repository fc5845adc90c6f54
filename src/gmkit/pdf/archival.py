"""
Revocation information among the signed attributes: adbe-revocationInfoArchival (ISO 32000-2, 12.8.3.3.2).

Programs that write no /DSS keep lists and responses there.
"""

from __future__ import annotations

from gmkit.asn1 import Element, Tag
from gmkit.cms import SignedData
from gmkit.errors import GmkitError
from gmkit.x509 import CertificateList
from gmkit.x509.ocsp import OcspResponse

__all__ = ["archived_status"]

_ARCHIVAL = "1.2.840.113583.1.1.8"
_MAX_ENTRIES = 200


def archived_status(
    message: SignedData,
) -> tuple[tuple[CertificateList, ...], tuple[OcspResponse, ...]]:
    """
    The lists and responses that the signers of a message put there; trusted for nothing.

    What cannot be read is as good as absent: then the evidence is missing, and the verdict says so.
    """
    crls: list[CertificateList] = []
    responses: list[OcspResponse] = []
    for signer in message.signers:
        attributes = signer.signed_attributes
        for value in () if attributes is None else attributes.values(_ARCHIVAL):
            for kind, entry in _entries(value):
                try:
                    if kind == 0:
                        crls.append(CertificateList(entry.raw))
                    else:
                        responses.append(OcspResponse(entry.raw))
                except GmkitError:
                    continue
    return tuple(crls), tuple(responses)


def _entries(value: Element) -> list[tuple[int, Element]]:
    """``SEQUENCE { [0] SEQUENCE OF CertificateList, [1] SEQUENCE OF OCSPResponse, [2] others }``."""
    found: list[tuple[int, Element]] = []
    try:
        members = value.cursor(Tag.SEQUENCE)
        for kind in (0, 1):
            holder = members.optional_context(kind)
            if holder is not None:
                found += [(kind, one) for one in holder.inside().children()]
    except GmkitError:
        return []
    return found[:_MAX_ENTRIES]
