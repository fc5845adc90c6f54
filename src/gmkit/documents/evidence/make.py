"""Making evidence, and renewing it before what it rests on ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from gmkit import cms, tsp
from gmkit.cms import oids
from gmkit.documents.dispatch import verify
from gmkit.documents.evidence.container import Evidence, Material
from gmkit.documents.evidence.objects import document_length, object_digests
from gmkit.documents.evidence.record import ArchiveTimestamp, EvidenceRecord, digest
from gmkit.documents.evidence.verify import verify_evidence
from gmkit.errors import InvalidArgument, VerificationError
from gmkit.verdict import Outcome, Trust, Verdict
from gmkit.x509 import Certificate

__all__ = ["make_evidence", "renew_evidence"]


def make_evidence(
    document: bytes | Path,
    *,
    trust: Trust,
    exchange: tsp.Exchange,
    name: str = "",
    signature: bytes | None = None,
    algorithm: str = oids.SM3,
    unverified: bool = False,
) -> Evidence:
    """
    Collect what proves a document, and have an authority stamp it.

    Args:
        document: The document.
        trust: Roots and revocation information; certificates, lists and responses in it go into the file.
        exchange: The way to the timestamping authority.
        name: What to call the document.
        signature: Its detached signature.
        algorithm: The hash, dotted: SM3, SHA-256, SHA-384 or SHA-512.
        unverified: Also make evidence of a document that is not *valid*: it proves when it existed, no more.

    Returns:
        The evidence.

    Raises:
        VerificationError: With reason ``not-valid`` if the document is not valid, or as
            :func:`gmkit.tsp.obtain_token`.
        StorageError: If the file cannot be read.
    """
    name = name or (document.name if isinstance(document, Path) else "document")
    found = verify(document, trust=trust, name=name, signature=signature)
    if found.outcome is not Outcome.VALID and not unverified:
        raise VerificationError(
            f"the document is {found.outcome.value}: {', '.join(found.reasons)}",
            reason="not-valid",
            hint="evidence of it would fail in ten years as it does today",
        )
    material = Material(
        tuple(dict.fromkeys((*trust.certificates, *_certificates(found), *trust.roots))),
        trust.crls,
        trust.ocsp,
    ).to_der()
    hashes = object_digests(algorithm, document, material, signature)
    first = _stamped(algorithm, (tuple(sorted(hashes)),), hashes, exchange)
    record = EvidenceRecord(((first,),))
    return Evidence(name, document_length(document), signature, material, record)


def renew_evidence(
    evidence: Evidence,
    document: bytes | Path | None,
    *,
    trust: Trust,
    exchange: tsp.Exchange,
    algorithm: str | None = None,
    ends: Mapping[str, datetime] | None = None,
) -> Evidence:
    """
    Put a new timestamp over all that is there (RFC 4998 section 5).

    Do it before the newest authority's certificate ends (a timestamp over the timestamp suffices), and
    before its hash or signature algorithm does (then everything is hashed anew).

    Args:
        evidence: The evidence.
        document: The document; may be None when the hash stays the same.
        trust: Roots and revocation information of today; what concerns the newest timestamp goes into the file.
        exchange: The way to the timestamping authority.
        algorithm: The new hash, dotted; None keeps the one in use.
        ends: When algorithms end, by identifier; see :func:`verify_evidence`.

    Returns:
        The renewed evidence.

    Raises:
        VerificationError: With reason ``renewed-too-late`` if the newest timestamp no longer holds, and as
            :func:`verify_evidence` finds.
        InvalidArgument: If the document is needed and not given.
    """
    newest = evidence.record.newest
    chosen = algorithm or newest.algorithm
    hashed_anew = chosen != newest.algorithm
    if hashed_anew and document is None:
        raise InvalidArgument("a new hash algorithm needs the document")
    _check_in_time(evidence, document, trust, ends)
    # What the old timestamp is judged with is protected by the new one.
    token = cms.add_validation(
        newest.token,
        certificates=(*trust.certificates, *(trust.timestamp_roots or trust.roots)),
        lists=trust.crls,
        responses=tuple(one.der for one in trust.ocsp),
    )
    record = evidence.record.with_newest(token)
    if hashed_anew:
        assert document is not None
        objects = object_digests(chosen, document, evidence.material, evidence.signature)
        sealed = digest(chosen, record.sequence_octets(len(record.chains)))
        hashes = [digest(chosen, one, sealed) for one in objects]
        added = _stamped(chosen, (tuple(sorted(hashes)),), hashes, exchange)
    else:
        added = _stamped(chosen, (), [digest(chosen, token)], exchange)
    return replace(evidence, record=record.added(added, new_chain=hashed_anew))


def _check_in_time(
    evidence: Evidence,
    document: bytes | Path | None,
    trust: Trust,
    ends: Mapping[str, datetime] | None,
) -> None:
    found = verify_evidence(evidence, document, trust=trust, ends=ends, timestamps_only=True)
    if found.outcome is Outcome.VALID:
        return
    late = {"expired", "algorithm-ended", "revoked"} & set(found.reasons)
    raise VerificationError(
        f"the evidence is {found.outcome.value}: {', '.join(found.reasons)}",
        reason="renewed-too-late" if late else "not-valid",
        hint="what has ended cannot be renewed"
        if late
        else "give roots and revocation lists of today",
    )


def _stamped(
    algorithm: str,
    tree: tuple[tuple[bytes, ...], ...],
    hashes: list[bytes],
    exchange: tsp.Exchange,
) -> ArchiveTimestamp:
    value = digest(algorithm, *sorted(hashes)) if len(hashes) > 1 else hashes[0]
    token = tsp.obtain_token(tsp.Imprint(algorithm, value), exchange)
    made = ArchiveTimestamp(algorithm, tree, token.der)
    made.check_imprint(hashes)
    return made


def _certificates(verdict: Verdict) -> list[Certificate]:
    return [one.signer.certificate for one in verdict.signatures if one.signer is not None]
