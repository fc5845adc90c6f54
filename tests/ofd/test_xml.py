"""XML that reaches beyond itself, or has two readings, is refused where it begins."""

from __future__ import annotations

import tracemalloc

import pytest

from gmkit.errors import EncodingError, GmkitError, VerificationError
from gmkit.ofd.xml import parse
from tests.bounds import within
from tests.ofd.world import codes, edit, judge, sealed, signed, unpack
from tests.ofd.zips import Record, build

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(20))
    + b"]><x>&u;</x>"
)
REFUSED = {
    "billion laughs": LAUGHS,
    "quadratic blow-up": b'<!DOCTYPE x [<!ENTITY a "%s">]><x>%s</x>'
    % (b"a" * 99999, b"&a;" * 9999),
    "a file": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
    "a network address": b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>',
    "a parameter entity": b'<!DOCTYPE x [<!ENTITY % a SYSTEM "file:///etc/passwd">%a;]><x/>',
    "an empty document type": b"<!DOCTYPE x><x/>",
    "in UTF-16": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x []><x/>'.encode("utf-16"),
    "after junk": b"\n\n  <!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
}


@pytest.mark.parametrize("name", REFUSED)
def test_doc_07_document_type(name: str) -> None:
    tracemalloc.start()
    with pytest.raises(VerificationError) as refused:
        within(0.1, lambda: parse(REFUSED[name], "x.xml"))
    assert tracemalloc.get_traced_memory()[1] < 4 << 20
    tracemalloc.stop()
    assert refused.value.reason == "xml-doctype"


@pytest.mark.parametrize("part", ["OFD.xml", "Doc_0/Document.xml", "Doc_0/Signs/Signatures.xml"])
def test_doc_07_document_type_in_a_package(part: str) -> None:
    def change(parts: dict[str, bytes]) -> None:
        parts[part] = parts[part].replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1)

    assert judge(edit(sealed(), change)).reasons == ("xml-doctype",)


def test_entities_that_nobody_declared() -> None:
    with pytest.raises(EncodingError, match="undefined entity"):
        parse(b"<x>&a;</x>", "x.xml")
    assert parse(b"<x>&lt;&#20013;</x>", "x.xml").text == "<中"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<x>",
        b"<x></y>",
        b"<x a='1' a='2'/>",
        b"<x/><y/>",
        b"<x>\xff</x>",
        b'<?xml version="1.0" encoding="no-such"?><x/>',
        b'<?xml version="1.0" encoding="gbk"?><x>\xff\xff</x>',
        b"<x:y/>",
        b"text",
    ],
)
def test_not_well_formed(data: bytes) -> None:
    with pytest.raises(EncodingError):
        parse(data, "x.xml")


def test_depth_and_number_of_elements_are_bounded() -> None:
    for data in (b"<a>" * 1000 + b"</a>" * 1000, b"<a>" + b"<b/>" * 150_000 + b"</a>"):
        with pytest.raises(VerificationError) as refused:
            parse(data, "x.xml")
        assert refused.value.reason == "xml-limits"


def test_long_text_takes_time_in_proportion() -> None:
    data = b"<a>" + b"x\n" * (2 << 20) + b"</a>"
    assert len(within(2, lambda: parse(data, "x.xml")).text) == 4 << 20


def test_what_producers_do() -> None:
    remarks: list[tuple[str, str]] = []
    assert parse(b"\0\0 <x>1</x>", "x.xml", remarks).text == "1"
    chinese = '<?xml version="1.0" encoding="GB18030"?><x>印章</x>'.encode("gb18030")
    assert parse(chinese, "x.xml", remarks).text == "印章"
    assert [code for code, _ in remarks] == ["xml-junk-before", "xml-encoding"]
    assert parse(b"\xef\xbb\xbf<?xml version='1.0'?><x>1</x>", "x.xml", remarks).text == "1"
    assert parse("<x>1</x>".encode("utf-16"), "x.xml", remarks).text == "1"
    assert len(remarks) == 2


def test_a_comment_does_not_split_a_value() -> None:
    assert parse(b"<a><b>12<!-- x -->34</b></a>", "x.xml").value("b") == "1234"


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (
            "Doc_0/Signs/Sign_0/Signature.xml",
            b"</ofd:SignedInfo>",
            b"</ofd:SignedInfo><ofd:SignedInfo/>",
        ),
        (
            "Doc_0/Signs/Sign_0/Signature.xml",
            b"<ofd:References",
            b"<ofd:References/><ofd:References",
        ),
        (
            "Doc_0/Signs/Sign_0/Signature.xml",
            b"<ofd:SignedValue>",
            b"<ofd:SignedValue/><ofd:SignedValue>",
        ),
    ],
)
def test_an_element_that_may_stand_once(part: str, old: bytes, new: bytes) -> None:
    def change(parts: dict[str, bytes]) -> None:
        parts[part] = parts[part].replace(old, new, 1)

    verdict = judge(edit(signed(), change))
    assert "xml-repeated-element" in codes(verdict)
    assert verdict.outcome.value == "invalid"


def test_every_truncation() -> None:
    whole = b"<?xml version='1.0'?><a b='c'><d>text&amp;</d><!-- x --></a>"
    for length in range(len(whole)):
        with pytest.raises(GmkitError):
            parse(whole[:length], "x.xml")


@pytest.mark.parametrize("kind", ["elements", "octets"])
def test_doc_07_many_parts_of_xml(kind: str) -> None:
    """Each within its bound, together far beyond what is parsed."""
    inside = b"<a/>" * 8_000 if kind == "elements" else b"<!--" + b"x " * 1_000_000 + b"-->"
    good = unpack(sealed())
    body = b"<ofd:DocBody><ofd:DocRoot>Doc_%d/Document.xml</ofd:DocRoot></ofd:DocBody>"
    more = b"".join(body % number for number in range(1, 21))
    good["OFD.xml"] = good["OFD.xml"].replace(b"<ofd:DocBody>", more + b"<ofd:DocBody>", 1)
    for number in range(1, 21):
        good[f"Doc_{number}/Document.xml"] = b"<Document>" + inside + b"</Document>"
    data = build([Record(name.encode(), part, method=0) for name, part in good.items()])
    if kind == "octets":
        tracemalloc.start()
    assert within(5, lambda: judge(data)).reasons == ("xml-limits",)
    assert tracemalloc.get_traced_memory()[1] < 64 << 20
    tracemalloc.stop()
