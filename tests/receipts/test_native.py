"""The native core and the Python package answer the same question about payloads; they must agree."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmkit._native import receipts as native
from gmkit.errors import RecordError
from gmkit.receipts import Record, canonical
from gmkit.receipts.receipt import signing_input
from tests.receipts.test_record import REFUSED_PAYLOADS, payload


def python_identifier(data):
    try:
        return Record.from_payload(data).id
    except RecordError:
        return None


names = st.sampled_from(
    ["v", "k", "t", "id", "amt", "cur", "ord", "sel", "sq", "kind", "time", "amount", "order", "prev",
     "policy", "_sd", "", "note", "z", "\n", "é", "version", "seller", "sequence", "checkpoint",
     "ckpt", "_sd_alg"]
)  # fmt: skip
values = st.sampled_from(
    [0, 1, 2, -1, 5, True, False, None, "", "1", "order", "pay", "sale", "CNY", "cny", '凭\t"', "x" * 128,
     "x" * 129, "😀" * 128, [], {}, {"kind": [1]}, 2**53 - 1, -(2**53) + 1, 253402300799999, 253402300800000,
     -62135596800000, -62135596800001, ["a", None],
     "A" * 43, [7, "A" * 43], [-1, "A" * 43], ["A" * 43], "sm3"]
)  # fmt: skip


@given(st.dictionaries(names, values, max_size=5))
@settings(max_examples=2000)
def test_payloads_of_every_kind_get_the_same_answer(change):
    try:
        data = payload(**change)
    except RecordError:
        return
    assert native.identifier(data) == python_identifier(data)


@given(st.data())
@settings(max_examples=1000)
def test_changed_octets_get_the_same_answer(data):
    octets = bytearray(payload(note={"a": [1, "凭\n", None, True]}, sq=3))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(octets) - 1))
        octets[place : place + data.draw(st.integers(0, 2))] = data.draw(
            st.binary(max_size=2) | st.sampled_from([b'"', b"\\", b"0", b",", b"}", b"\\u00", b"-"])
        )
        if not octets:
            break
    assert native.identifier(bytes(octets)) == python_identifier(bytes(octets))


def test_every_single_octet_changed_gets_the_same_answer():
    good = payload(note="é")
    for place in range(len(good)):
        for octet in range(256):
            changed = good[:place] + bytes([octet]) + good[place + 1 :]
            assert native.identifier(changed) == python_identifier(changed), changed


@pytest.mark.parametrize(
    "data", [data for data, _ in REFUSED_PAYLOADS.values()], ids=REFUSED_PAYLOADS.keys()
)
def test_refused_payloads_are_refused_by_both(data):
    assert native.identifier(data) is None
    assert python_identifier(data) is None


HEADER = "aGVhZGVy"


def python_input(text):
    try:
        record = Record.from_json(text)
    except RecordError:
        return None
    return signing_input(HEADER, record.to_payload()), record.id


def native_input(text):
    return native.signing_inputs(HEADER.encode(), [text])[0]


words = st.sampled_from(
    ["kind", "id", "time", "amount", "currency", "order", "sequence", "seller", "note", "v", "k", "t", "_sd",
     "version", "policy", "", "é", "a b", '"', "previous", "prev", "checkpoint", "ckpt", "_sd_alg"]
)  # fmt: skip
wordings = values | st.sampled_from(
    ["payment", "2017-01-01T11:53:26Z", "2017-01-01T11:53:26+08:00", "2017-02-29T00:00:00Z",
     "2016-02-29T00:00:00.120000Z", "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-00:01", 1.5, "\ud800"]
)  # fmt: skip


@given(st.dictionaries(words, wordings, max_size=6), st.sampled_from([None, 1]), st.booleans())
@settings(max_examples=3000)
def test_records_of_every_kind_become_the_same_octets(change, indent, ascii_only):
    record = {"kind": "order", "id": "1", "time": "2017-01-01T11:53:26Z"} | change
    text = json.dumps(record, indent=indent, ensure_ascii=ascii_only).encode(errors="surrogatepass")
    assert_same_input(text)


def assert_same_input(text):
    """What the native core takes, Python takes alike; what it leaves alone is plainly odd."""
    mine = native_input(text)
    theirs = python_input(text)
    assert mine is None or mine == theirs
    if theirs is not None and mine is None:
        # The one thing that only Python takes: money that is absent in words.
        assert b"null" in text


@given(st.data())
@settings(max_examples=1000)
def test_changed_texts_become_the_same_octets(data):
    text = bytearray(
        '{"kind": "order", "id": "1", "time": "2017-01-01T11:53:26.100Z", "amount": 5, "currency": "CNY",'
        ' "x": ["\\ud83d\\ude00", {"a": -1}, "凭\\n", true, 2.5e1]}'.encode()
    )
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text) - 1))
        text[place : place + data.draw(st.integers(0, 2))] = data.draw(
            st.binary(max_size=2)
            | st.sampled_from([b'"', b"\\", b"0", b",", b"}", b"\\u00", b"-", b" "])
        )
        if not text:
            break
    assert_same_input(bytes(text))


def test_what_both_take_is_most_of_what_there_is():
    text = b'{"time": "2017-01-01T11:53:26Z", "kind": "payment", "id": "7", "amount": 1, "currency": "CNY"}'
    assert native_input(text) == python_input(text) is not None


@pytest.mark.parametrize("levels", [30, 31, 32, 33])
def test_the_same_depth_is_too_deep(levels):
    note = json.loads("[" * levels + "]" * levels)
    text = b'{"id":"1","k":"order","note":' + json.dumps(note).encode() + b',"t":0,"v":1}'
    assert native.identifier(text) == python_identifier(text)
    assert (native.identifier(text) is None) == (levels > canonical.MAX_DEPTH - 1)
