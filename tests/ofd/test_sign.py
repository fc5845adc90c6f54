"""What gmkit signs, gmkit verifies; and it refuses to sign what would not hold."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from gmkit import ofd, seal
from gmkit.documents import local_stamp
from gmkit.errors import InvalidArgument, InvalidSignature
from gmkit.ofd import Package, StampPosition
from gmkit.ofd.signature import SignatureFile, listed_signatures
from gmkit.seal import Layout, Seal, SealSignature, Users
from gmkit.verdict import Extent, Outcome
from tests.documents.people import ROOT, SECOND, TSA, Authority, key, trust
from tests.ofd.world import (
    MAKER,
    NOW,
    PLAIN,
    SEAL,
    SIGNER,
    YEAR,
    codes,
    edit,
    judge,
    make_seal,
    sealed,
    signed,
    unpack,
)

LIST = "Doc_0/Signs/Signatures.xml"
STAMP = local_stamp(TSA, clock=lambda: NOW)


@pytest.mark.parametrize("attributes", [True, False])
def test_a_plain_signature_is_valid(attributes: bool) -> None:
    verdict = judge(signed(attributes=attributes))
    assert verdict.outcome is Outcome.VALID, verdict.reasons
    (one,) = verdict.signatures
    assert one.kind.startswith("digital signature, CMS, GM/T 0010")
    assert one.coverage.extent is Extent.WHOLE
    assert codes(verdict) == set()


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("listing", Users)
def test_a_seal_of_every_layout_is_valid(layout: Layout, listing: Users) -> None:
    if layout.old and listing is Users.DIGESTS:
        with pytest.raises(InvalidArgument, match="by certificate"):
            make_seal(layout=layout, listing=listing)
        return
    made = make_seal(layout=layout, listing=listing)
    verdict = judge(sealed(seal=made, positions=[StampPosition(2, 20, 30.5)]))
    assert verdict.outcome is Outcome.VALID, verdict.reasons
    assert codes(verdict) == set()
    (one,) = verdict.signatures
    assert layout.standard in one.kind
    assert one.signer is not None
    assert one.signer.certificate == SIGNER.certificate
    (maker,) = one.nested
    assert maker.signer is not None
    assert maker.signer.certificate == MAKER


def test_where_the_stamp_stands() -> None:
    clip = (0, 0, 20, 40)
    positions = [StampPosition(1, 20, 30), StampPosition(2, 1.25, 2, 10, 11, clip)]
    package = Package(sealed(positions=positions))
    path = listed_signatures(package, LIST)[0].path
    assert path is not None
    stamps = SignatureFile.read(package, path).stamps
    assert [(one.page, one.box, one.clip) for one in stamps] == [
        ("1", "20 30 40 40", None),
        ("2", "1.25 2 10 11", "0 0 20 40"),
    ]


def test_a_seal_across_all_pages() -> None:
    read = Seal.parse(SEAL)
    positions = ofd.riding_positions(Package(PLAIN), read)
    document = sealed(positions=positions)
    assert judge(document).outcome is Outcome.VALID
    path = listed_signatures(Package(document), LIST)[0].path
    assert path is not None
    stamps = SignatureFile.read(Package(document), path).stamps
    # 210 mm wide, two slices of 20 mm, in the middle of the edge.
    assert [(one.page, one.box, one.clip) for one in stamps] == [
        ("1", "190 128.5 40 40", "0 0 20 40"),
        ("2", "170 128.5 40 40", "20 0 20 40"),
    ]
    one_page = edit(
        PLAIN,
        lambda parts: parts.__setitem__(
            "Doc_0/Document.xml",
            parts["Doc_0/Document.xml"].replace(
                b'<ofd:Page ID="2" BaseLoc="Pages/Page_1/Content.xml"/>', b""
            ),
        ),
    )
    with pytest.raises(InvalidArgument, match="two pages or more"):
        ofd.riding_positions(Package(one_page), read)


def test_several_signatures_stand_beside_each_other() -> None:
    document = sealed(signed(sealed(PLAIN)), positions=[StampPosition(1, 0, 0)])
    document = ofd.sign(document, SECOND, time=NOW, lock=True)
    verdict = judge(document)
    assert verdict.outcome is Outcome.VALID, verdict.reasons
    assert len(verdict.signatures) == 4
    package = Package(document)
    listed = listed_signatures(package, LIST)
    numbers = [int(one.id) for one in listed]
    assert all(one < other for one, other in pairwise(numbers))
    assert package.structure(LIST).value("MaxSignId") == str(numbers[-1])
    # Each signs what the earlier ones wrote.
    for earlier, later in pairwise(listed):
        assert later.path is not None
        covered = {one.path for one in SignatureFile.read(package, later.path).references}
        assert earlier.path in covered


def test_a_locked_document_takes_no_more_signatures() -> None:
    locked = signed(lock=True)
    assert judge(locked).signatures[0].coverage.outside == ()
    with pytest.raises(InvalidArgument, match="locked"):
        signed(locked)


def test_earlier_parts_keep_their_octets() -> None:
    before, after = unpack(PLAIN), unpack(sealed())
    assert {name for name in before if before[name] != after[name]} == {"OFD.xml"}
    assert unpack(sealed(sealed()))["OFD.xml"] == after["OFD.xml"]


@pytest.mark.parametrize("layout", [Layout.V4, Layout.V5])
def test_a_timestamp_proves_the_time(layout: Layout) -> None:
    made = make_seal(layout=layout, timestamp=STAMP if layout is Layout.V5 else None)
    at = NOW + timedelta(days=400)
    # A list of the time of signing: later ones need not know certificates that have ended.
    lists = (ROOT.crl(NOW + timedelta(hours=1)), ROOT.crl(at))
    verdict = judge(sealed(seal=made, stamp=STAMP), at=at, crls=lists)
    # Signer and seal have ended by then; the timestamp proves that they were good.
    (one,) = verdict.signatures
    assert one.time.proved == NOW
    assert verdict.outcome is Outcome.VALID, verdict.reasons
    plain = judge(signed(stamp=STAMP), at=at, crls=lists)
    assert plain.outcome is Outcome.VALID, plain.reasons


def test_without_a_timestamp_an_ended_signer_is_not_verifiable() -> None:
    verdict = judge(sealed(), at=NOW + timedelta(days=400))
    assert verdict.outcome is Outcome.NOT_VERIFIABLE
    assert {"expired", "seal-ended"} <= set(verdict.reasons)


def test_the_2014_layout_has_no_place_for_a_timestamp() -> None:
    with pytest.raises(InvalidArgument, match="no place for a timestamp"):
        sealed(seal=make_seal(layout=Layout.V1), stamp=STAMP)
    with pytest.raises(InvalidArgument, match="version 5"):
        make_seal(layout=Layout.V4, timestamp=STAMP)


def test_a_stranger_may_not_use_the_seal() -> None:
    with pytest.raises(InvalidArgument, match="not one of those"):
        ofd.sign(PLAIN, SECOND, time=NOW, seal=SEAL)


@pytest.mark.parametrize("time", [NOW - timedelta(days=31), NOW + timedelta(days=366)])
def test_a_seal_is_not_used_outside_its_time(time: datetime) -> None:
    with pytest.raises(InvalidArgument, match="may be used from"):
        sealed(time=time)


def test_a_forged_seal_is_not_used() -> None:
    name = "合同专用章".encode()
    with pytest.raises(InvalidSignature):
        sealed(seal=SEAL.replace(name, "合同专用张".encode()))


def test_the_maker_must_hold_the_key() -> None:
    other = Authority(key(1), "Root").issue(key(21), "Other maker", 21)
    with pytest.raises(InvalidArgument, match="key does not belong"):
        make_seal(maker=other)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"id": "编号"}, "ASCII"),
        ({"name": ""}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"valid_to": NOW - YEAR}, "before it ends"),
    ],
)
def test_a_seal_that_says_nonsense_is_not_made(given: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidArgument, match=words):
        make_seal(**given)


def test_pages_that_do_not_exist() -> None:
    with pytest.raises(InvalidArgument, match="2 pages, not 3"):
        sealed(positions=[StampPosition(3, 0, 0)])
    with pytest.raises(InvalidArgument, match="no picture"):
        signed(positions=[StampPosition(1, 0, 0)])
    with pytest.raises(InvalidArgument, match="documents"):
        signed(number=1)


def test_a_time_needs_a_zone() -> None:
    with pytest.raises(InvalidArgument, match="zone"):
        signed(time=datetime(2026, 1, 1))


def test_the_seal_verifies_by_itself() -> None:
    verdict = seal.verify_seal(SEAL, trust=trust())
    assert verdict.outcome is Outcome.VALID
    stamped = make_seal(layout=Layout.V5, timestamp=STAMP)
    assert seal.verify_seal(stamped, trust=trust()).time.proved == NOW
    assert (
        SealSignature.parse(unpack(sealed())["Doc_0/Signs/Sign_0/SignedValue.dat"]).seal.der == SEAL
    )
