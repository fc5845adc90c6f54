"""How well a signature is prepared for later: the baseline levels of PAdES (ETSI EN 319 142-1, 6)."""

from __future__ import annotations

from enum import Enum

from gmkit.cms import oids, parse
from gmkit.errors import EncodingError, GmkitError
from gmkit.pdf.boundary import reading
from gmkit.pdf.store import SecurityStore
from gmkit.pdf.structure import Document, SignatureField

__all__ = ["Level", "level_of"]


class Level(Enum):
    """Baseline levels; each includes those before it."""

    #: The signature.
    B_B = "B-B"
    #: With a timestamp: it existed then.
    B_T = "B-T"
    #: With certificates and their status: it can be verified without asking anybody.
    B_LT = "B-LT"
    #: With a timestamp over all of that, renewed while the last one still holds.
    B_LTA = "B-LTA"

    @property
    def rank(self) -> int:
        """0 to 3."""
        return list(Level).index(self)


def level_of(document: Document, field: SignatureField, store: SecurityStore) -> Level | None:
    """
    The level a signature has by what is there; whether it all holds is for :func:`gmkit.pdf.verify`.

    None for a signature that does not name PAdES (/SubFilter ETSI.CAdES.detached) as its form.
    """
    if field.sub_filter != "ETSI.CAdES.detached":
        return None
    stamps = [
        one for one in document.signatures() if one.is_timestamp and one.signed.covers(field.signed)
    ]
    if not stamps and not _has_timestamp(field):
        return Level.B_B
    if not _is_about(store, field):
        return Level.B_T
    # The archive timestamp covers the store: it came with the same revision, or a later one.
    since = _store_revision(document)
    archived = any(since is not None and one.revision >= since for one in stamps)
    return Level.B_LTA if archived else Level.B_LT


def _is_about(store: SecurityStore, field: SignatureField) -> bool:
    """Whether there is evidence, and some of it about the issuer of the signer's certificate."""
    issuers = {one.subject_octets for one in store.certificates}
    if not store.crls and not store.ocsp:
        return False
    try:
        message = parse(field.message)
    except GmkitError:
        return False
    signers = (one for one in message.certificates if message.signers[0].signer.fits(one))
    return any(one.issuer_octets in issuers for one in signers)


def _has_timestamp(field: SignatureField) -> bool:
    try:
        signers = parse(field.message).signers
    except GmkitError:
        return False
    return any(
        one.unsigned_attributes is not None
        and next(one.unsigned_attributes.values(oids.ATTRIBUTE_TIMESTAMP), None) is not None
        for one in signers
    )


def _store_revision(document: Document) -> int | None:
    """The first revision with a store, counted from 1."""
    reader = document.reader
    try:
        with reading("revisions"):
            for number in range(reader.total_revisions):
                if "/DSS" in reader.get_historical_root(number):
                    return number + 1
    except EncodingError:
        return None  # a revision without a readable catalogue: the changes are judged elsewhere
    return None
