"""
From B-B to B-LTA, and on: evidence and timestamps added to a signed PDF (ETSI EN 319 142-1, 5.5).

Each step adds a revision and leaves all signatures as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO

from gmkit import cms
from gmkit.cms import SignedData, oids
from gmkit.errors import GmkitError, InvalidArgument, VerificationError
from gmkit.pdf.boundary import reading
from gmkit.pdf.level import Level
from gmkit.pdf.sign import Stamp, extending_writer, stamp_document
from gmkit.pdf.store import add_to_store
from gmkit.pdf.structure import Document, SignatureField
from gmkit.pdf.verify import judge_document
from gmkit.pki import Purpose, Revocation
from gmkit.verdict import Outcome, Severity, State, Trust, Verdict
from gmkit.x509 import Certificate

__all__ = ["extend"]


def extend(data: bytes, level: Level, *, trust: Trust, stamp: Stamp | None = None) -> bytes:
    """
    Raise the signatures of a file to a level, or renew its archive timestamp.

    B-T puts a document timestamp over signatures that have none. B-LT adds all certificates of the chains of
    signers and timestamping authorities, with the lists and responses of *trust*. B-LTA does both and puts
    a document timestamp over them; done again, before the last timestamp's certificate or algorithm ends,
    it is the renewal.

    Args:
        data: The signed file.
        level: The level to reach.
        trust: Roots, the present, and for B-LT the revocation information to keep: a current answer for
            every certificate below the roots.
        stamp: Makes timestamp tokens; needed for B-T and B-LTA.

    Returns:
        The file with the revisions added; the same octets if it has the level already.

    Raises:
        VerificationError: With reason ``not-extensible`` if a signature does not hold, or evidence that
            is needed is missing: what cannot be verified today cannot be tomorrow.
        InvalidArgument: If *level* is B-B, there is no signature, or no *stamp* where one is needed.
        EncodingError, UnsupportedAlgorithm: As :func:`gmkit.pdf.sign`.
    """
    if level is Level.B_B:
        raise InvalidArgument("every signature has the level B-B")
    if level in (Level.B_T, Level.B_LTA) and stamp is None:
        raise InvalidArgument(
            f"{level.value} needs a timestamp", hint="give a timestamping authority"
        )
    document = Document(data)
    if next(document.signatures(), None) is None:
        raise InvalidArgument("the file is not signed")
    _require_sound(judge_document(document, trust), complete=level.rank >= Level.B_LT.rank)
    if level is Level.B_T:
        if all(_has_time(document, one) for one in document.signatures() if not one.is_timestamp):
            return data
        assert stamp is not None
        return stamp_document(data, stamp)
    data = _with_evidence(data, document, trust)
    if level is Level.B_LTA:
        assert stamp is not None
        data = stamp_document(data, stamp)
    return data


def _require_sound(verdict: Verdict, *, complete: bool) -> None:
    """Nothing speaks against any signature; if it shall be *complete*, everything was checked as well."""
    outcome = verdict.outcome
    if outcome is Outcome.INVALID or (complete and outcome is not Outcome.VALID):
        raise VerificationError(
            next(_objections(verdict), "the signatures do not hold"),
            reason="not-extensible",
            hint="give roots, certificates and current revocation information for all of them",
        )


def _objections(verdict: Verdict) -> Iterator[str]:
    """What failed, then what was not checked."""
    for state, severity in ((State.FAILED, Severity.ERROR), (State.UNCHECKED, Severity.UNCHECKED)):
        for one in verdict.signatures:
            for name, check in one.checks:
                if check.state is state:
                    yield f"{one.name}: {name}: {check.text} [{check.reason}]"
            for finding in one.findings:
                if finding.severity is severity:
                    yield f"{one.name}: {finding.text} [{finding.code}]"


def _has_time(document: Document, field: SignatureField) -> bool:
    if any(one.is_timestamp and one.signed.covers(field.signed) for one in document.signatures()):
        return True
    return any(True for _ in _tokens(cms.parse(field.message)))


def _with_evidence(data: bytes, document: Document, trust: Trust) -> bytes:
    chains = [*dict.fromkeys(_chains(document, trust))]
    writer = extending_writer(data)
    with reading("security store"):
        if not add_to_store(writer, certificates=chains, crls=trust.crls, ocsp=trust.ocsp):
            return data
        output = BytesIO()
        writer.write(output)
    return output.getvalue()


def _chains(document: Document, trust: Trust) -> Iterator[Certificate]:
    """Everybody's certificates up to the root, which the one who verifies has anyway and may see here."""
    for field in document.signatures():
        message = cms.parse(field.message)
        purpose = Purpose.TIMESTAMPING if field.is_timestamp else Purpose.SIGNING
        yield from _chain(message, purpose, trust)
        for token in _tokens(message):
            yield from _chain(token, Purpose.TIMESTAMPING, trust)
    for response in trust.ocsp:
        yield from response.certificates


def _tokens(message: SignedData) -> Iterator[SignedData]:
    for signer in message.signers:
        attributes = signer.unsigned_attributes
        values = () if attributes is None else attributes.values(oids.ATTRIBUTE_TIMESTAMP)
        for value in values:
            yield cms.parse(value.raw)


def _chain(message: SignedData, purpose: Purpose, trust: Trust) -> Iterable[Certificate]:
    known = (*message.certificates, *trust.certificates)
    for signer in message.signers:
        leaf = next((one for one in known if signer.signer.fits(one)), None)
        if leaf is None:
            continue
        moment = trust.at
        verifier = trust.verifier(time=moment, purpose=purpose, revocation=Revocation.NONE)
        try:
            yield from verifier.verify(leaf, known).certificates
        except GmkitError:
            # It has ended since, and a timestamp proves that it had not: the parts at hand go along.
            yield from message.certificates
