"""From B-B to B-LTA and over the years: evidence kept in the file, timestamps renewed in time."""

from datetime import timedelta

import pytest

from gmkit import ocsp, pdf, tsp
from gmkit.errors import InvalidArgument, VerificationError
from gmkit.pdf import Level
from gmkit.pdf.structure import Document
from gmkit.pki import Revocation
from gmkit.verdict import Outcome, Trust
from gmkit.x509.ocsp import CertificateStatus, OcspResponse
from tests.documents.people import (
    NOW,
    ROOT,
    SECOND,
    SIGNER,
    SIGNER_CERTIFICATE,
    STAMPING,
    TSA_CERTIFICATE,
    YEAR,
    key,
    usage,
)
from tests.pdf.files import plain, stamp

DAY = timedelta(days=1)
ROOTS = (ROOT.certificate,)  # one, as it is signed anew whenever it is asked for
SIGNED = pdf.sign(plain(), SIGNER, time=NOW, stamp=stamp())


def trust(at=NOW, **more):
    """The root, and a list of the day."""
    return Trust(at, roots=ROOTS, **({"crls": (ROOT.crl(at),)} | more))


def offline(at, **more):
    """Nothing but the root is given: evidence must be in the file."""
    return Trust(at, roots=ROOTS, **more)


def levels(data):
    return [one["level"] for one in pdf.show(data)["signatures"] if one["level"]]


def test_levels_one_after_the_other():
    data = pdf.sign(plain(), SIGNER, time=NOW)
    assert levels(data) == ["B-B"]
    for level in (Level.B_T, Level.B_LT, Level.B_LTA):
        longer = pdf.extend(data, level, trust=trust(), stamp=stamp())
        assert longer.startswith(data)
        data = longer
        assert levels(data) == [level.value]
        verdict = pdf.verify(data, trust=trust())
        assert verdict.outcome is Outcome.VALID, verdict.reasons
        assert verdict.signatures[0].time.proved == NOW
    assert pdf.verify(data, trust=offline(NOW)).outcome is Outcome.VALID


def test_a_level_that_is_there_changes_nothing():
    longer = pdf.extend(SIGNED, Level.B_LT, trust=trust())
    assert pdf.extend(longer, Level.B_LT, trust=trust(crls=pdf_lists(longer))) == longer
    assert pdf.extend(SIGNED, Level.B_T, trust=trust(), stamp=stamp()) == SIGNED


def pdf_lists(data):
    from gmkit.pdf.store import read_store

    return read_store(Document(data).reader).crls


def test_evidence_makes_a_file_verifiable_by_itself():
    assert "revocation-unknown" in pdf.verify(SIGNED, trust=offline(NOW)).reasons
    longer = pdf.extend(SIGNED, Level.B_LT, trust=trust())
    assert pdf.verify(longer, trust=offline(NOW)).outcome is Outcome.VALID


def test_ocsp_responses_are_evidence():
    def answer(certificate):
        responder = ocsp.Responder(
            ROOT.certificate,
            ROOT.key,
            issuer=ROOT.certificate,
            lookup=lambda serial: ocsp.Answer(CertificateStatus.GOOD),
        )
        asked = ocsp.OcspRequest.about(certificate, ROOT.certificate)
        return OcspResponse(responder.respond(asked.to_der(), time=NOW))

    answers = (answer(SIGNER_CERTIFICATE), answer(TSA_CERTIFICATE))
    longer = pdf.extend(SIGNED, Level.B_LT, trust=offline(NOW, ocsp=answers))
    assert pdf.show(longer)["security_store"] == {"certificates": 3, "crls": 0, "ocsp": 2}
    assert pdf.verify(longer, trust=offline(NOW)).outcome is Outcome.VALID


def test_a_signer_whose_certificate_has_ended():
    """Two years later: the timestamp and the evidence of its day speak for the signature."""
    later = NOW + 2 * YEAR
    longer = pdf.extend(SIGNED, Level.B_LTA, trust=trust(), stamp=stamp())
    alone = pdf.sign(plain(), SIGNER, time=NOW)
    assert pdf.verify(alone, trust=trust(later)).reasons[0] == "expired"
    verdict = pdf.verify(longer, trust=trust(later))
    assert verdict.outcome is Outcome.VALID, verdict.reasons


def test_a_timestamp_that_was_not_renewed():
    """Six years later the authority's certificate has ended too: nothing is proved any more."""
    verdict = pdf.verify(
        pdf.extend(SIGNED, Level.B_LTA, trust=trust(), stamp=stamp()), trust=trust(NOW + 6 * YEAR)
    )
    assert verdict.outcome is Outcome.NOT_VERIFIABLE
    assert "expired" in verdict.reasons


def authority(serial, begin, end):
    """A timestamping authority of a later time."""
    own = key(100 + serial)
    certificate = ROOT.issue(own, f"TSA {serial}", serial, begin, end, (usage(0), STAMPING))
    return tsp.TimestampAuthority(own, certificate, "1.2.3.4")


def test_ten_years_on_by_renewal():
    data = pdf.extend(SIGNED, Level.B_LTA, trust=trust(), stamp=stamp())
    for number in (1, 2):
        at = NOW + number * 4 * YEAR
        newer = authority(50 + number, at - YEAR, at + 5 * YEAR)
        data = pdf.extend(data, Level.B_LTA, trust=trust(at), stamp=stamp(at, newer))
    late = NOW + 10 * YEAR
    verdict = pdf.verify(data, trust=trust(late))
    assert verdict.outcome is Outcome.VALID, verdict.reasons
    assert verdict.signatures[0].time.proved == NOW
    proved = [one.time.proved for one in verdict.signatures[1:]]
    assert proved == [NOW, NOW + 4 * YEAR, NOW + 8 * YEAR]


def test_a_renewal_that_came_too_late():
    data = pdf.extend(SIGNED, Level.B_LTA, trust=trust(), stamp=stamp())
    at = NOW + 6 * YEAR
    newer = authority(60, at - YEAR, at + 5 * YEAR)
    with pytest.raises(VerificationError) as caught:
        pdf.extend(data, Level.B_LTA, trust=trust(at), stamp=stamp(at, newer))
    assert caught.value.reason == "not-extensible"
    # Who stamps it all the same proves nothing about the time before.
    forced = pdf.stamp_document(data, stamp(at, newer))
    assert pdf.verify(forced, trust=trust(at)).outcome is not Outcome.VALID


def test_revoked_after_and_before_the_timestamp():
    longer = pdf.extend(SIGNED, Level.B_LTA, trust=trust(), stamp=stamp())
    later = NOW + 30 * DAY
    after = ROOT.crl(later, revoked={10: NOW + 5 * DAY})
    assert pdf.verify(longer, trust=offline(later, crls=(after,))).outcome is Outcome.VALID
    before = ROOT.crl(later, revoked={10: NOW - DAY})
    unproved = pdf.sign(plain(), SIGNER, time=NOW)
    for data in (unproved, SIGNED):
        verdict = pdf.verify(data, trust=offline(later, crls=(before,)))
        assert verdict.outcome is Outcome.INVALID
        assert "revoked" in verdict.reasons


def test_evidence_given_in_pieces_is_collected():
    twice = pdf.sign(SIGNED, SECOND, time=NOW, stamp=stamp())
    first = pdf.extend(twice, Level.B_LT, trust=trust())
    second = pdf.extend(first, Level.B_LTA, trust=trust(NOW + DAY), stamp=stamp(NOW + DAY))
    assert pdf.show(second)["security_store"] == {"certificates": 4, "crls": 2, "ocsp": 0}
    assert pdf.verify(second, trust=trust(NOW + DAY)).outcome is Outcome.VALID


def test_what_cannot_be_extended():
    for level, options, error in (
        (Level.B_B, {}, InvalidArgument),
        (Level.B_T, {}, InvalidArgument),
        (Level.B_LTA, {}, InvalidArgument),
    ):
        with pytest.raises(error):
            pdf.extend(SIGNED, level, trust=trust(), **options)
    with pytest.raises(InvalidArgument, match="not signed"):
        pdf.extend(plain(), Level.B_LT, trust=trust())
    for lacking in (
        offline(NOW),
        Trust(NOW, crls=(ROOT.crl(),)),
        trust(revocation=Revocation.NONE),
        trust(crls=(ROOT.crl(revoked={10: NOW - DAY}),)),
    ):
        with pytest.raises(VerificationError) as caught:
            pdf.extend(SIGNED, Level.B_LT, trust=lacking)
        assert caught.value.reason == "not-extensible"
    broken = SIGNED.replace(b"Contract", b"Contrast")
    with pytest.raises(VerificationError, match="intact"):
        pdf.extend(broken, Level.B_T, trust=trust(), stamp=stamp())
    with pytest.raises(VerificationError, match="changed-after-signing"):
        pdf.extend(SIGNED + b"more", Level.B_T, trust=offline(NOW), stamp=stamp())


def test_an_unreadable_store_is_reported():
    longer = pdf.extend(SIGNED, Level.B_LT, trust=trust())
    at = longer.rindex(b"/Certs")
    broken = longer[:at] + b"/Certz" + longer[at + 6 :]
    verdict = pdf.verify(broken, trust=trust())
    assert verdict.outcome is not Outcome.VALID  # an unknown entry of /DSS is no evidence


def test_timestamps_in_the_wrong_order_prove_nothing():
    """A token cannot state a time after that of the token that covers it."""
    backdated = pdf.stamp_document(SIGNED, stamp(NOW + DAY))
    backdated = pdf.stamp_document(backdated, stamp(NOW))
    verdict = pdf.verify(backdated, trust=trust(NOW + DAY))
    assert verdict.outcome is Outcome.INVALID
    assert "timestamp-order" in verdict.reasons


def test_a_timestamp_from_the_future():
    verdict = pdf.verify(SIGNED, trust=trust(NOW - DAY, crls=(ROOT.crl(NOW - DAY),)))
    assert verdict.outcome is Outcome.NOT_VERIFIABLE
    assert "timestamp-from-the-future" in verdict.reasons
