"""Hostile packages: each is refused for its own reason, quickly, and without being unpacked."""

from __future__ import annotations

import random
import tracemalloc
import zlib

import pytest

from gmkit import ofd
from gmkit.errors import EncodingError, GmkitError, VerificationError
from gmkit.ofd.archive import Archive
from gmkit.ofd.hygiene import Limits
from gmkit.ofd.package import Package, locate
from gmkit.verdict import Outcome
from tests.bounds import within
from tests.documents.people import trust
from tests.ofd.world import PLAIN, codes, judge, sealed, signed, unpack
from tests.ofd.zips import Record, build

GOOD = [Record(name.encode(), data) for name, data in unpack(sealed()).items()]
MIB = 1 << 20


def with_(*more: Record) -> list[Record]:
    return [*GOOD, *more]


def bomb(length: int) -> bytes:
    running = zlib.compressobj(9, zlib.DEFLATED, -15)
    return b"".join(running.compress(bytes(MIB)) for _ in range(length // MIB)) + running.flush()


BOMB = bomb(200 * MIB)
SAME = Record(b"Doc_0/x", b"1")

HOSTILE: dict[str, tuple[bytes, str]] = {
    "two parts of one name": (build(with_(GOOD[0])), "package-duplicate-name"),
    "names that differ by case": (
        build(with_(Record(b"doc_0/DOCUMENT.xml", b"x"))),
        "package-duplicate-name",
    ),
    "names that differ by form": (
        build(with_(Record("ﬁ.xml".encode(), flags=0x800), Record(b"fi.xml"))),
        "package-duplicate-name",
    ),
    "a name with a backslash": (build(with_(Record(b"Doc_0\\x.xml"))), "package-backslash"),
    "a name that climbs with backslashes": (
        build(with_(Record(b"..\\..\\x"))),
        "package-backslash",
    ),
    "a name that climbs": (build(with_(Record(b"../../etc/passwd"))), "package-path-escape"),
    "a name that climbs inside": (build(with_(Record(b"Doc_0/../../x"))), "package-path-escape"),
    "an absolute name": (build(with_(Record(b"/etc/passwd"))), "package-absolute-path"),
    "a drive": (build(with_(Record(b"C:/x"))), "package-absolute-path"),
    "a step that means nothing": (build(with_(Record(b"Doc_0/./x"))), "package-name"),
    "an empty step": (build(with_(Record(b"Doc_0//x"))), "package-name"),
    "an empty name": (build(with_(Record(b""))), "package-name"),
    "a zero in a name": (build(with_(Record(b"OFD.xml\0.png"))), "package-name"),
    "a line end in a name": (build(with_(Record(b"a\nb"))), "package-name"),
    "a name that is not text": (build(with_(Record(b"\xff\xfe", flags=0x800))), "package-name"),
    "a very long name": (build(with_(Record(b"a" * 2000))), "package-name"),
    "very deep folders": (build(with_(Record(b"a/" * 50 + b"x"))), "package-name"),
    "a file that is a folder": (build(with_(Record(b"OFD.xml/x"))), "package-name"),
    "a folder with contents": (build(with_(Record(b"Doc_0/", b"x"))), "package-name"),
    "a symbolic link": (
        build(with_(Record(b"link", b"/etc/passwd", made_by=3 << 8 | 20, mode=0o120777))),
        "package-link",
    ),
    "a device": (
        build(with_(Record(b"tty", made_by=3 << 8 | 20, mode=0o020666))),
        "package-link",
    ),
    "an encrypted part": (build(with_(Record(b"x", flags=1))), "package-encrypted"),
    "a strongly encrypted part": (build(with_(Record(b"x", flags=0x40))), "package-encrypted"),
    "an unknown method": (build(with_(Record(b"x", method=12))), "package-method"),
    "a name before the data that differs": (
        build(with_(Record(b"Doc_0/a", b"x", local_name=b"Doc_0/b"))),
        "package-two-names",
    ),
    "a second name in an extra field": (
        build(with_(Record(b"a", extra=b"\x75\x70\x06\x00\x01\x00\x00\x00\x00b"))),
        "package-two-names",
    ),
    "a method before the data that differs": (
        build(with_(Record(b"a", b"x", method=0, local_method=8))),
        "package-two-headers",
    ),
    "a length before the data that differs": (
        build(with_(Record(b"a", b"x", local_length=2))),
        "package-two-headers",
    ),
    "a part that is in no directory": (
        build(with_(Record(b"Doc_0/hidden", b"x", listed=False))),
        "package-hidden-entry",
    ),
    "two entries over one place": (
        build([*GOOD, Record(GOOD[0].name.replace(b"O", b"o") + b"2", offset=0, local_name=b"")]),
        "package-two-names",
    ),
    "a declared bomb": (
        build(with_(Record(b"x", packed=BOMB, length=200 * MIB))),
        "package-bomb",
    ),
    "many bombs": (
        build(
            with_(*(Record(f"b{n}".encode(), length=250 * MIB, packed=BOMB * 9) for n in range(5)))
        ),
        "package-limits",
    ),
    "an enormous part": (build(with_(Record(b"x", length=1 << 30))), "package-limits"),
    "too many entries": (build(GOOD, count=20_000), "package-limits"),
    "sixty-four bits": (build(with_(Record(b"x", length=0xFFFFFFFF))), "package-zip64"),
    "one of several volumes": (build(GOOD, disk=1), "package-split"),
    "octets after the end": (build(GOOD, suffix=b"x"), "package-trailing-data"),
    "a directory with more than its entries": (
        build(GOOD, count=len(GOOD) - 1),
        "package-directory-length",
    ),
    "two ends": (build(GOOD, comment=b"x" * 30 + build([])), "package-two-directories"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_doc_07_hostile_package(name: str) -> None:
    data, reason = HOSTILE[name]
    tracemalloc.start()
    verdict = within(0.5, lambda: judge(data))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert verdict.outcome is Outcome.INVALID
    assert verdict.reasons == (reason,)
    assert peak < 64 * MIB


def test_the_good_records_make_a_good_package() -> None:
    assert judge(build(GOOD)).outcome is Outcome.VALID


def test_a_bomb_that_lies_about_its_length() -> None:
    # Stated to be small: unpacking stops where the statement turns out wrong.
    data = build(with_(Record(b"Doc_0/x.xml", packed=BOMB, length=1000)))
    archive = Archive(data)
    tracemalloc.start()
    with pytest.raises(EncodingError, match="more than the 1000 bytes"):
        archive.read(archive.entries["Doc_0/x.xml"])
    assert tracemalloc.get_traced_memory()[1] < MIB
    tracemalloc.stop()


def test_entries_that_share_their_data() -> None:
    one = Record(b"a", b"xyz")
    inside = Record(b"b", b"", method=0)
    data = build([one, inside])
    shared = data.replace(b"PK\x01\x02", b"PK\x01\x02")
    assert Archive(shared).entries.keys() == {"a", "b"}
    # The second's header is moved into the data of the first.
    nested = build([Record(b"b", b"", method=0)])[:31]
    first = Record(b"a", nested, method=0)
    with pytest.raises(VerificationError) as refused:
        Archive(build([first, Record(b"b", b"", method=0, offset=31)]))
    assert refused.value.reason == "package-overlap"


def test_unusual_and_harmless_packages_are_read() -> None:
    prefixed = build(GOOD, prefix=b"#!/bin/sh\n")
    assert judge(prefixed).outcome is Outcome.VALID
    shifted = b"junk" + build(GOOD)
    verdict = judge(shifted)
    assert verdict.outcome is Outcome.VALID
    assert codes(verdict) == {"package-prefix"}
    gap = [*GOOD[:-1], Record(GOOD[-1].name, GOOD[-1].data, after=bytes(40))]
    assert codes(judge(build(gap))) == {"package-gap"}
    described = [
        Record(one.name, one.data, flags=8, after=b"PK\x07\x08" + bytes(12)) for one in GOOD
    ]
    assert codes(judge(build(described))) == set()
    assert judge(build(GOOD, comment=b"made by somebody")).outcome is Outcome.VALID


def test_a_chinese_name_without_its_mark() -> None:
    extra = Record("Doc_0/附件.xml".encode("gb18030"), b"<x/>")
    verdict = judge(build(with_(extra)))
    assert {"package-name-encoding", "uncovered-part"} == codes(verdict)
    assert verdict.outcome is Outcome.NOT_VERIFIABLE


def test_names_in_references_stay_in_the_package() -> None:
    assert locate("Pages/../x", source="Doc_0/Document.xml") == "Doc_0/x"
    assert locate("/x", source="Doc_0/Document.xml") == "x"
    for reference in ("../../x", "..\\..\\x", "/../x", "a/../../../x"):
        with pytest.raises(VerificationError) as refused:
            locate(reference, source="Doc_0/Document.xml")
        assert refused.value.reason == "path-escape"


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip", b"PK\x05\x06" + bytes(18), b"%PDF-1.7"])
def test_no_package_at_all(data: bytes) -> None:
    assert judge(data).reasons == ("malformed",)
    with pytest.raises(EncodingError):
        signed(data)


def test_every_truncation_and_many_flipped_bits() -> None:
    """Typed errors or a verdict against it; never valid, never another exception, never slow."""
    judged = trust()
    whole = sealed(signed(PLAIN))
    accepted = []
    random_ = random.Random(5)
    cases = [whole[:length] for length in range(0, len(whole), 23)]
    for _ in range(700):
        flipped = bytearray(whole)
        flipped[random_.randrange(len(whole))] ^= 1 << random_.randrange(8)
        cases.append(bytes(flipped))
    for case in cases:
        verdict = within(0.1, lambda case=case: ofd.verify(case, trust=judged))
        if verdict.outcome is Outcome.VALID:
            accepted.append(case)
    # A flipped bit in a time or a version of a ZIP header changes no part.
    for case in accepted:
        package = Package(case)
        assert {name: package.read(name) for name in package} == unpack(whole)
    assert len(accepted) < 100


@pytest.mark.parametrize("length", range(0, 200, 7))
def test_limits_are_arguments(length: int) -> None:
    limits = Limits(part=length)
    with pytest.raises(GmkitError):
        ofd.sign(PLAIN, None, time=None, limits=limits)  # type: ignore[arg-type]
