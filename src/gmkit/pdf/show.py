"""What a PDF says about its signatures, without judging them."""

from __future__ import annotations

from gmkit import cms
from gmkit.errors import GmkitError
from gmkit.pdf.boundary import reading
from gmkit.pdf.changes import examine_changes
from gmkit.pdf.level import level_of
from gmkit.pdf.store import SecurityStore, read_store
from gmkit.pdf.structure import BrokenField, Document, SignatureField
from gmkit.tsp import TimestampToken

__all__ = ["show"]


def show(data: bytes, *, password: bytes | None = None) -> dict[str, object]:
    """
    Fields, signatures, levels and changes of a PDF, for programs. Nothing is verified.

    Args:
        data: The file.
        password: For an encrypted file.

    Returns:
        ``revisions``, ``encrypted``, ``empty_fields``, ``security_store`` (numbers of entries) and
        ``signatures``: for each ``field``, ``kind``, ``sub_filter``, ``level``, ``signer``, ``claimed_time``,
        ``revision``, ``covers``, ``whole_file``, ``docmdp``, ``locks``, ``changes`` and ``changed_fields``.

    Raises:
        EncodingError, WrongPassword, UnsupportedAlgorithm: If the file cannot be read.
    """
    document = Document(data, password=password)
    store = read_store(document.reader)
    with reading("signatures"):
        return _all(document, store)


def _all(document: Document, store: SecurityStore) -> dict[str, object]:
    return {
        "revisions": document.reader.total_revisions,
        "encrypted": bool(document.reader.encrypted),
        "empty_fields": list(document.empty),
        "security_store": {
            "certificates": len(store.certificates),
            "crls": len(store.crls),
            "ocsp": len(store.ocsp),
        },
        "signatures": [
            {"field": one.name, "kind": "broken", "problem": one.why.message}
            if isinstance(one, BrokenField)
            else _signature(document, one, store)
            for one in document.fields
        ],
    }


def _signature(
    document: Document, field: SignatureField, store: SecurityStore
) -> dict[str, object]:
    changes = examine_changes(document, field)
    level = None if field.is_timestamp else level_of(document, field, store)
    kind = "document timestamp" if field.is_timestamp else "signature"
    time = field.claimed_time
    return {
        "field": field.name,
        "kind": "certification" if kind == "signature" and changes.permission else kind,
        "sub_filter": field.sub_filter,
        "level": None if level is None else level.value,
        "signer": _signer(field),
        "claimed_time": _stated(field) if time is None else f"{time.isoformat()}",
        "reason": field.text("/Reason"),
        "location": field.text("/Location"),
        "revision": field.revision,
        "covers": [0, field.signed.hole, field.signed.resume, field.signed.end],
        "whole_file": field.signed.end == len(document.data),
        "docmdp": changes.permission,
        "locks": changes.locked,
        "changes": changes.level.name.lower().replace("_", "-"),
        "changed_fields": list(changes.fields),
        "problem": changes.problem,
    }


def _signer(field: SignatureField) -> str | None:
    try:
        message = cms.parse(field.message)
    except GmkitError:
        return None
    for info in message.signers:
        for certificate in message.certificates:
            if info.signer.fits(certificate):
                return str(certificate.subject)
    return None


def _stated(field: SignatureField) -> str | None:
    if not field.is_timestamp:
        return None
    try:
        return TimestampToken.parse(field.message).info.time.isoformat()
    except GmkitError:
        return None
