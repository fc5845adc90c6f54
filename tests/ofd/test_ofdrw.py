"""
ofdrw, the Java reference, and gmkit read each other's documents.

It signs at the present, so people and seals live now. What it does not look at is written down below as
expected differences: a document it accepts and gmkit refuses, each for the reason named.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from gmkit import ofd, seal
from gmkit.cms import MessageSigner
from gmkit.ofd import StampPosition
from gmkit.seal import Layout, Users
from gmkit.verdict import Outcome, Trust, Verdict
from tests.documents.people import STAMPING, Authority, key, usage
from tests.ofd.changes import XML, put, swap
from tests.ofd.test_wrong_signatures import forged
from tests.ofd.world import PLAIN, SVG, codes, edit
from tests.peers import PeerError, peer

TODAY = datetime.now(timezone.utc).replace(microsecond=0)
DAY = timedelta(days=1)
SPAN = TODAY - 30 * DAY, TODAY + 30 * DAY
CA = Authority(key(1), "Root", TODAY - 60 * DAY, TODAY + 60 * DAY)
SIGNER = MessageSigner(key(2), CA.issue(key(2), "Signer", 10, *SPAN))
OTHER = MessageSigner(key(3), CA.issue(key(3), "Other", 11, *SPAN))
MAKER = CA.issue(key(20), "Maker", 20, *SPAN)
STAMPER = CA.issue(key(4), "TSA", 12, *SPAN, (usage(0), STAMPING))


def make_seal(layout: Layout = Layout.V4, **more: Any) -> bytes:
    given = {
        "key": key(20),
        "maker": MAKER,
        "id": "1",
        "name": "公章",
        "valid_from": SPAN[0],
        "valid_to": SPAN[1],
        "created": SPAN[0],
        "layout": layout,
    }
    users = more.pop("users", [SIGNER.certificate])
    return seal.make_seal(seal.picture_of(SVG), users, **(given | more))


def judge(data: bytes) -> Verdict:
    # Its clock may be a second ahead of when this module was read.
    at = TODAY + timedelta(hours=1)
    return ofd.verify(data, trust=Trust(at, roots=(CA.certificate,), crls=(CA.crl(TODAY),)))


def accepted(data: bytes) -> bool:
    try:
        peer("ofdrw").call("ofd.verify", document=data)
    except PeerError:
        return False
    return True


def by_ofdrw(form: str, data: bytes = PLAIN, **more: Any) -> bytes:
    if form.startswith("ses"):
        more.setdefault("seal", make_seal(Layout.V1 if form == "ses1" else Layout.V4))
    made = peer("ofdrw").call(
        "ofd.sign",
        form=form,
        document=data,
        key=SIGNER.key.to_der(password=None),  # type: ignore[attr-defined]
        certificate=SIGNER.certificate.der,
        **more,
    )
    document: bytes = made["document"]
    return document


@pytest.mark.parametrize("attributes", [True, False])
def test_ofdrw_accepts_plain_signatures(attributes: bool) -> None:
    assert accepted(ofd.sign(PLAIN, SIGNER, time=TODAY, attributes=attributes))


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("lock", [False, True])
def test_ofdrw_accepts_seals(layout: Layout, lock: bool) -> None:
    # 2.3.3 reads a seal of version 5 as one of version 4, from which it differs by an optional member.
    where = [StampPosition(1, 20, 30)]
    made = make_seal(layout)
    assert accepted(ofd.sign(PLAIN, SIGNER, time=TODAY, seal=made, positions=where, lock=lock))


def test_ofdrw_accepts_a_seal_with_digests_and_timestamps() -> None:
    from gmkit.documents import local_stamp
    from gmkit.tsp import TimestampAuthority

    stamp = local_stamp(TimestampAuthority(key(4), STAMPER, "1.2.3"), clock=lambda: TODAY)
    made = make_seal(listing=Users.DIGESTS)
    data = ofd.sign(PLAIN, SIGNER, time=TODAY, seal=made, stamp=stamp)
    assert accepted(data)
    assert judge(data).outcome is Outcome.VALID


def test_ofdrw_accepts_several_signatures() -> None:
    data = ofd.sign(PLAIN, SIGNER, time=TODAY)
    data = ofd.sign(data, SIGNER, time=TODAY, seal=make_seal())
    data = ofd.sign(data, SIGNER, time=TODAY, seal=make_seal(Layout.V1))
    assert accepted(ofd.sign(data, OTHER, time=TODAY, lock=True))


@pytest.mark.parametrize("layout", [Layout.V1, Layout.V4])
def test_a_viewer_finds_the_picture_where_it_was_put(layout: Layout) -> None:
    where = [StampPosition(1, 20, 30), StampPosition(2, 150.5, 240, 30, 15)]
    data = ofd.sign(PLAIN, SIGNER, time=TODAY, seal=make_seal(layout), positions=where)
    stamps = peer("ofdrw").call("ofd.stamps", document=data)["stamps"]
    places = [(one["page"], one["left"], one["top"], one["width"], one["height"]) for one in stamps]
    assert places == [(1, 20, 30, 40, 40), (2, 150.5, 240, 30, 15)]
    assert {(one["kind"], one["picture"]) for one in stamps} == {(b"svg", SVG)}


@pytest.mark.parametrize("form", ["direct", "base64", "attributes", "ses1", "ses4"])
@pytest.mark.parametrize("mode", ["whole", "continue"])
def test_what_ofdrw_signs_is_valid(form: str, mode: str) -> None:
    verdict = judge(by_ofdrw(form, mode=mode))
    assert verdict.outcome is Outcome.VALID, (verdict.reasons, verdict.findings)
    expected = {"base64": {"content-base64"}, "ses1": {"time-zone"}}
    assert codes(verdict) == expected.get(form, set())


def test_a_timestamp_that_ofdrw_puts_in_proves_the_time() -> None:
    data = by_ofdrw("ses4", stamp_key=key(4).to_der(password=None), stamp_certificate=STAMPER.der)
    verdict = judge(data)
    assert verdict.outcome is Outcome.VALID, verdict.reasons
    proved = verdict.signatures[0].time.proved
    assert proved is not None
    assert TODAY <= proved <= datetime.now(timezone.utc)


def test_a_bare_signature_of_ofdrw() -> None:
    data = by_ofdrw("bare")
    assert judge(data).reasons == ("no-certificate",)
    known = Trust(
        TODAY + DAY / 24,
        roots=(CA.certificate,),
        crls=(CA.crl(TODAY),),
        certificates=(SIGNER.certificate,),
    )
    assert ofd.verify(data, trust=known).outcome is Outcome.VALID


@pytest.mark.parametrize("first", ["ofdrw", "gmkit"])
def test_both_sign_one_document(first: str) -> None:
    if first == "ofdrw":
        data = ofd.sign(by_ofdrw("ses4", mode="continue"), SIGNER, time=TODAY, seal=make_seal())
    else:
        data = by_ofdrw(
            "ses4", ofd.sign(PLAIN, SIGNER, time=TODAY, seal=make_seal()), mode="continue"
        )
    assert accepted(data)
    verdict = judge(data)
    assert len(verdict.signatures) == 2
    assert verdict.outcome is Outcome.VALID, verdict.reasons


def test_each_respects_the_others_lock() -> None:
    from gmkit.errors import InvalidArgument

    with pytest.raises(InvalidArgument, match="locked"):
        ofd.sign(by_ofdrw("ses4", mode="whole"), SIGNER, time=TODAY)
    with pytest.raises(PeerError):
        by_ofdrw("ses4", ofd.sign(PLAIN, SIGNER, time=TODAY, lock=True))


def test_both_refuse_a_changed_part() -> None:
    data = ofd.sign(PLAIN, SIGNER, time=TODAY, seal=make_seal())
    changed = edit(data, swap("Doc_0/Pages/Page_0/Content.xml", b"100", b"999"))
    assert not accepted(changed)
    assert judge(changed).outcome is Outcome.INVALID
    other = edit(data, swap(XML, b"gmkit", b"other"))
    assert not accepted(other)
    assert judge(other).outcome is Outcome.INVALID


BAD_SEAL = make_seal().replace("公章".encode(), "私章".encode())
DIFFERENCES = {
    "a signer who is not in the seal's list": (
        lambda: forged(OTHER, make_seal(), time=TODAY),
        "signer-not-in-seal",
    ),
    "a seal that its maker did not sign": (
        lambda: forged(SIGNER, BAD_SEAL, time=TODAY),
        "signature",
    ),
    "a seal that has ended": (
        lambda: forged(SIGNER, make_seal(valid_to=TODAY - DAY), time=TODAY),
        "seal-expired",
    ),
    "a part that nobody signed": (
        lambda: edit(
            ofd.sign(PLAIN, SIGNER, time=TODAY, seal=make_seal()),
            put("Doc_0/Pages/Page_9/Content.xml", b"<x/>"),
        ),
        "uncovered-part",
    ),
    "a signer whom nobody vouches for": (
        lambda: forged(_stranger(), make_seal(users=[_stranger().certificate]), time=TODAY),
        "unknown-issuer",
    ),
}


def _stranger() -> MessageSigner:
    nobody = Authority(key(80), "Nobody", *SPAN)
    return MessageSigner(key(81), nobody.issue(key(81), "Stranger", 1, *SPAN))


@pytest.mark.parametrize("name", DIFFERENCES)
def test_expected_differences(name: str) -> None:
    make, reason = DIFFERENCES[name]
    data = make()
    assert accepted(data), "ofdrw looks at this now: it is no difference any more"
    verdict = judge(data)
    assert verdict.outcome is not Outcome.VALID
    assert reason in verdict.reasons
