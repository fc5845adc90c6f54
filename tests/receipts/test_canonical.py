import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmkit.errors import RecordError
from gmkit.receipts import canonical

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = st.text(st.characters(max_codepoint=127), min_size=1, max_size=8)
integers = st.integers(-canonical.MAX_INTEGER, canonical.MAX_INTEGER)
values = st.recursive(
    st.none() | st.booleans() | integers | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)
objects = st.dictionaries(names, values, max_size=6)


def jcs(value):
    """RFC 8785 once more, written from its text: sections 3.2.2 and 3.2.3."""
    if isinstance(value, str):
        short = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
        short |= {'"': '\\"', "\\": "\\\\"}
        return (
            '"'
            + "".join(short.get(c) or (c if c >= " " else f"\\u{ord(c):04x}") for c in value)
            + '"'
        )
    if isinstance(value, list):
        return "[" + ",".join(map(jcs, value)) + "]"
    if isinstance(value, dict):
        ordered = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{jcs(name)}:{jcs(value[name])}" for name in ordered) + "}"
    return (
        {None: "null", True: "true", False: "false"}[value]
        if value in (None, True, False) and type(value) is not int
        else str(value)
    )


@given(objects)
def test_the_canonical_form_is_the_one_of_rfc_8785(value):
    assert canonical.encode(value) == jcs(value).encode()


@given(objects)
def test_any_layout_of_an_object_has_the_same_canonical_form(value):
    layouts = [json.dumps(value, indent=3), json.dumps(value, ensure_ascii=False), jcs(value)]
    assert {canonical.encode(canonical.parse(each.encode())) for each in layouts} == {
        jcs(value).encode()
    }


@given(
    st.binary(max_size=60)
    | text.map(str.encode)
    | objects.map(lambda o: json.dumps(o).encode()[:-1])
)
@settings(max_examples=500)
def test_nothing_but_a_record_error_escapes_the_parser(data):
    try:
        value = canonical.parse(data)
    except RecordError:
        return
    assert isinstance(value, dict)


REFUSED = {
    "float amount": (b'{"amount":67.3}', "67.3 is not an integer", "amount"),
    "float that is whole": (b'{"amount":1.0}', "1.0 is not an integer", "amount"),
    "exponent": (b'{"a":{"b":[1,1e3]}}', "1e3 is not an integer", "a.b[1]"),
    "minus zero": (b'{"a":-0}', "-0 is not an integer", "a"),
    "overflow to infinity": (b'{"a":1e400}', "1e400 is not an integer", "a"),
    "NaN": (b'{"a":NaN}', "NaN is not an integer", "a"),
    "infinity": (b'{"a":-Infinity}', "-Infinity is not an integer", "a"),
    "2^53": (b'{"a":9007199254740992}', "beyond", "a"),
    "-2^53": (b'{"a":-9007199254740992}', "beyond", "a"),
    "a million digits": (b'{"a":' + b"7" * 1_000_000 + b"}", "beyond", "a"),
    "duplicate": (b'{"a":1,"b":2,"a":1}', "twice", "a"),
    "duplicate inside": (b'{"x":[{"a":1,"\\u0061":1}]}', "twice", "a"),
    "lone surrogate": (b'{"a":"\\ud800"}', "surrogate", "a"),
    "lone low surrogate in a list": (b'{"a":["\\udc00"]}', "surrogate", "a[0]"),
    "surrogate in a key": (b'{"\\ud800":1}', "ASCII", "\\ud800"),
    "key beyond ASCII": ('{"价":1}'.encode(), "ASCII", "价"),
    "33 levels": (b'{"a":' * 33 + b"1" + b"}" * 33, "deeper", "a." * 31 + "a"),
    "nested 10,000 deep": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "deeper", None),
    "lists nested 100,000 deep": (b'{"a":' + b"[" * 100_000, "deeper", None),
    "lists nested 500,000 deep, closed": (
        b'{"a":' + b"[" * 500_000 + b"]" * 500_000 + b"}", "deeper", None,
    ),
    "invalid UTF-8": (b'{"a":"\xff"}', "not UTF-8: byte 0xff at 6", None),
    "overlong UTF-8": (b'{"a":"\xc0\x80"}', "not UTF-8", None),
    "UTF-8 of a surrogate": (b'{"a":"\xed\xa0\x80"}', "not UTF-8", None),
    "byte order mark": (b'\xef\xbb\xbf{"a":1}', "not JSON", None),
    "empty": (b"", "not JSON", None),
    "a list": (b"[1]", "a record is a JSON object, not a list", None),
    "a number": (b"1", "not an integer", None),
    "null": (b"null", "not null", None),
    "trailing comma": (b'{"a":1,}', "not JSON", None),
    "two objects": (b'{"a":1}{"a":1}', "not JSON", None),
    "control character": (b'{"a":"\n"}', "not JSON", None),
    "single quotes": (b"{'a':1}", "not JSON", None),
    "longer than 1 MiB": (b'{"a":"' + b"x" * (1 << 20) + b'"}', "1,048,584 bytes", None),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_en_09_what_has_no_canonical_form_is_refused_by_name(case):
    data, message, field = case
    with pytest.raises(RecordError, match=message.replace("^", r"\^")) as caught:
        canonical.parse(data)
    assert caught.value.field == (
        field if field is None or len(field) < 120 else caught.value.field
    )
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"a": 1.5}, "a"),
        ({"a": float("nan")}, "a"),
        ({"a": [b"bytes"]}, "a[0]"),
        ({"a": (1, 2)}, "a"),
        ({"a": {1: 2}}, "a.1"),
        ({"a": 2**53}, "a"),
        ({"a": "\ud800"}, "a"),
    ],
)
def test_python_values_without_a_canonical_form_are_refused(value, field):
    with pytest.raises(RecordError) as caught:
        canonical.encode(value)
    assert caught.value.field == field


def test_a_value_that_holds_itself_is_refused():
    loop: list = []
    loop.append(loop)
    with pytest.raises(RecordError, match="deeper"):
        canonical.encode({"a": loop})
