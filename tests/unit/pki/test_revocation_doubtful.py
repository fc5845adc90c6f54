"""
Answers about revocation that must not be believed, each made so that one check alone stands against it.

What a forger would want: a delta list that releases what was revoked, an answer by a responder who is revoked
himself, reasons that nobody covers.
"""

from datetime import timedelta

import pytest

from gmkit.ocsp import Answer, CertificateStatus
from gmkit.pki import Revocation
from gmkit.x509 import CertificateList
from tests.unit.ocsp import test_ocsp as answers
from tests.unit.pki import build
from tests.unit.pki import test_revocation as lists
from tests.unit.pki.build import BEGIN, CRL_SIGN, NOW, crl, revoked
from tests.unit.pki.test_revocation import GONE, LEAF, MIDDLE, OF_ROOT, UNKNOWN, point, scope

HELD = revoked(LEAF.serial, reason=6)
RELEASED = revoked(LEAF.serial, reason=8)
HIT = revoked(LEAF.serial, reason=1)
ODD = build.extension("1.2.3.4", b"\x05\x00", critical=True)


def forged(made):
    """The same list under a signature that is not its own."""
    return CertificateList.from_der(made.der[:-1] + bytes([made.der[-1] ^ 1]))


def test_reasons_nobody_covers_stay_open_in_every_mode():
    """Clause 6.3.3: while some reasons are undetermined, the status is."""
    half = crl("middle", scope=scope(reasons=0b0_0001_1110))
    for mode in (Revocation.REQUIRE, Revocation.IF_AVAILABLE):
        assert lists.result(OF_ROOT, half, mode=mode) == (UNKNOWN, 0)


@pytest.mark.parametrize(
    "spoil",
    [
        forged,
        lambda made: crl("middle", RELEASED, number=6, base=5, more=(ODD,)),
        lambda made: crl("middle", RELEASED, number=6, base=5, end=NOW - timedelta(days=1)),
        lambda made: crl("middle", RELEASED, number=6, base=5, begin=NOW + timedelta(days=1)),
    ],
)
def test_a_doubtful_delta_list_changes_nothing(spoil):
    complete = crl("middle", HELD, number=5)
    released = crl("middle", RELEASED, number=6, base=5)
    assert lists.result(OF_ROOT, complete) == (GONE, 0)
    assert lists.result(OF_ROOT, complete, released) == (None, ())
    assert lists.result(OF_ROOT, complete, spoil(released)) == (GONE, 0)
    # Nor does it bring a list up to date that was replaced.
    late = crl("middle", number=5, end=NOW - timedelta(days=1))
    fresh = crl("middle", number=6, base=5)
    assert lists.result(OF_ROOT, late, fresh) == (None, ())
    assert lists.result(OF_ROOT, late, forged(fresh))[0] == "revocation-stale"


def test_a_complete_list_is_no_delta_and_a_delta_no_complete_one():
    assert lists.result(OF_ROOT, crl("middle", HELD, number=5), crl("middle", RELEASED, number=5)) == (
        GONE,
        0,
    )  # fmt: skip
    assert lists.result(OF_ROOT, crl("middle", number=6, base=5)) == (UNKNOWN, 0)


def test_signers_of_lists_who_vouch_for_each_other_vouch_for_nobody():
    """Each list is good if the other's signer is not revoked: that is no ground to stand on."""

    def signer(label, other):
        extensions = [build.usage(CRL_SIGN), *build.identifiers(label, "root"), point(issuer=build.name(other))]  # fmt: skip
        return build.leaf(label, "root", extensions=extensions)

    one, two = signer("one", "two"), signer("two", "one")
    leaf = build.leaf("leaf", "middle", point(issuer=build.name("one")))
    both = [crl(label, scope=scope(flags=(lists.INDIRECT,))) for label in ("one", "two")]
    found = lists.result(crl("root"), *both, leaf=leaf, others=[MIDDLE, one, two])
    assert found in ((None, ()), (UNKNOWN, 0))
    gone = crl("root", revoked(one.serial), revoked(two.serial))
    found = lists.result(gone, *both, leaf=leaf, others=[MIDDLE, one, two])
    assert found == (UNKNOWN, 0)


def test_pki_08_who_answers_is_whom_the_answer_names():
    """RFC 6960, 4.2.2.2: the key that fits is not enough."""
    for name in (answers.OTHER.subject, None):
        response = answers.answered()
        assert answers.reason(response) is None
        response.responder_name = name
        response.responder_key_hash = None if name else bytes(20)
        assert answers.reason(response) == "revocation-unknown"


def test_pki_08_a_responder_is_authorised_by_the_issuer_asked_about():
    """The key of the right authority under the name of another: not the issuer of the certificate."""
    elsewhere = answers.delegate(
        answers.OCSP_SIGNING, answers.NO_CHECK, issuer="elsewhere", issuer_key="root"
    )
    response = answers.answered(by=answers.responder(elsewhere, "responder"))
    assert answers.reason(response) == "revocation-unknown"


def test_pki_08_a_responder_who_is_revoked_answers_nothing():
    """The list that revokes the responder is about a point that the leaf does not have."""
    place = build.uri("http://crl/responders")
    named = answers.delegate(answers.OCSP_SIGNING, point(place))
    response = answers.answered(by=answers.responder(named, "responder"))
    good = crl("root", scope=scope(place))
    gone = crl("root", revoked(named.serial), scope=scope(place))
    for mode in (Revocation.REQUIRE, Revocation.IF_AVAILABLE):
        assert answers.reason(response, crls=[good], mode=mode) is None
        assert answers.reason(response, crls=[gone], mode=mode) == "revocation-unknown"
    # With id-pkix-ocsp-nocheck nobody asks (clause 4.2.2.2.1).
    free = answers.delegate(answers.OCSP_SIGNING, answers.NO_CHECK, point(place))
    response = answers.answered(by=answers.responder(free, "responder"))
    gone = crl("root", revoked(free.serial), scope=scope(place))
    assert answers.reason(response, crls=[gone]) is None


def test_a_response_that_revokes_is_not_outvoted_by_a_list():
    gone = Answer(CertificateStatus.REVOKED, BEGIN)
    response = answers.answered(by=answers.responder(answer=gone))
    assert answers.reason(response, crls=[crl("root")]) == "revoked"
