import json
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmkit.errors import RecordError
from gmkit.receipts import Kind, Record, canonical
from gmkit.receipts.base64url import text_of

ORDER = {
    "kind": "order",
    "id": "31198459052",
    "time": "2017-01-01T11:53:26Z",
    "amount": 67315,
    "currency": "CNY",
    "order": "A-1",
    "items": [{"product": "873203", "quantity": 1}],
}


def test_full_words_outside_short_names_inside():
    record = Record.from_mapping(ORDER)
    assert json.loads(record.to_payload()) == {
        "v": 1, "k": "order", "id": "31198459052", "t": 1483271606000, "amt": 67315, "cur": "CNY",
        "ord": "A-1", "items": [{"product": "873203", "quantity": 1}],
    }  # fmt: skip
    assert record.to_mapping() == ORDER
    assert Record.from_payload(record.to_payload()) == record


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_is_written_in_full_or_as_on_the_wire(kind):
    full, wire = (
        Record.from_mapping({"kind": name, "id": "1", "time": "2017-01-01T00:00:00Z"})
        for name in (kind.name.lower(), kind.value)
    )
    assert full == wire == Record.from_mapping(full.to_mapping() | {"kind": kind})
    assert full.to_mapping()["kind"] == kind.name.lower()


names = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=4, max_size=9)
milliseconds = st.integers(-62135596800000, 253402300799999)


@given(
    kind=st.sampled_from(Kind),
    identifier=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=128),
    time=milliseconds,
    money=st.none()
    | st.tuples(st.integers(-(2**53) + 1, 2**53 - 1), st.from_regex("[A-Z]{3}", fullmatch=True)),
    names=st.lists(names, unique=True, max_size=4),
    value=st.integers(-9, 9) | st.text("分é☃𝄞", max_size=5) | st.lists(st.booleans(), max_size=2),
)
def test_a_record_survives_payload_and_json(kind, identifier, time, money, names, value):
    record = Record(
        kind, identifier, datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=time),
        *(money or ()), fields={f"x-{name}": value for name in names},
    )  # fmt: skip
    assert Record.from_payload(record.to_payload()) == record
    assert Record.from_json(json.dumps(record.to_mapping()).encode()) == record


def times(text):
    return Record.from_mapping({**ORDER, "time": text}).time


def test_a_time_is_kept_in_utc_to_the_millisecond():
    assert times("2017-01-01T19:53:26+08:00") == times("2017-01-01T11:53:26Z")
    assert times("2017-01-01T11:53:26.120000Z").microsecond == 120_000
    assert times("1969-12-31T23:59:59.999Z") < datetime(1970, 1, 1, tzinfo=timezone.utc)
    assert Record.from_mapping({**ORDER, "time": datetime(2017, 1, 1, tzinfo=timezone.utc)}).time


REFUSED_TIMES = [
    "2017-01-01T11:53:26", "2017-01-01 11:53:26Z", "2017-01-01", "20170101T115326Z", "now", "",
    "2017-02-29T00:00:00Z", "2017-13-01T00:00:00Z", "2017-01-01T24:00:00Z", "2016-12-31T23:59:60Z",
    "2017-01-01T11:53:26.1234Z", "2017-01-01T11:53:26.Z", "2017-01-01T11:53:26+0800",
    "2017-01-01T11:53:26+24:00", "2017-01-01T11:53:26+08:60", "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00", "\uff12\uff10\uff11\uff17-01-01T00:00:00Z", 1483271606,
    1483271606000, None, True, "2017-01-01T11:53:26Z\n", "2017-01-01T11:53:26z",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED_TIMES)
def test_en_11_a_time_in_any_other_form_is_refused(text):
    with pytest.raises(RecordError) as caught:
        times(text)
    assert caught.value.field == "time"


REFUSED = [
    ({"kind": "sale"}, "kind"),
    ({"kind": None}, "kind"),
    ({"kind": ["order"]}, "kind"),
    ({"id": 1}, "id"),
    ({"id": ""}, "id"),
    ({"id": "x" * 129}, "id"),
    ({"amount": 1.5}, "amount"),
    ({"amount": "100"}, "amount"),
    ({"amount": True}, "amount"),
    ({"amount": None}, "amount"),
    ({"amount": 2**53}, "amount"),
    ({"currency": None}, "currency"),
    ({"currency": "cny"}, "currency"),
    ({"currency": "CNY\n"}, "currency"),
    ({"currency": 156}, "currency"),
    ({"t": 1}, "t"),
    ({"amt": 1}, "amt"),
    ({"v": 1}, "v"),
    ({"version": 1}, "version"),
    ({"_sd": []}, "_sd"),
    ({"": 1}, ""),
    ({"order": 7}, "order"),
    ({"sequence": -1}, "sequence"),
    ({"sequence": True}, "sequence"),
    ({"note": 1.25}, "note"),
    ({"备注": "x"}, "备注"),
    ({7: "x"}, "7"),
]


@pytest.mark.parametrize(("change", "field"), REFUSED)
def test_a_record_that_cannot_be_represented_exactly_is_refused(change, field):
    with pytest.raises(RecordError) as caught:
        Record.from_mapping({**ORDER, **change})
    assert caught.value.field == field


@pytest.mark.parametrize("name", ["kind", "id", "time"])
def test_a_missing_field_is_named(name):
    with pytest.raises(RecordError, match="missing") as caught:
        Record.from_mapping({key: value for key, value in ORDER.items() if key != name})
    assert caught.value.field == name


def payload(**change):
    wire = {"v": 1, "k": "order", "id": "1", "t": 0, "amt": 5, "cur": "CNY"} | change
    return canonical.encode({name: value for name, value in wire.items() if value is not ...})


def digests(count):
    return sorted(text_of(bytes([number]) * 32) for number in range(count))


REFUSED_PAYLOADS = {
    "version": (payload(v=2), "v"),
    "version as a boolean": (payload(v=True), "v"),
    "no version": (payload(v=...), "v"),
    "kind": (payload(k="sale"), "k"),
    "kind in full": (payload(k="evaluation"), "k"),
    "no kind": (payload(k=...), "k"),
    "kind as a list": (payload(k=["order"]), "k"),
    "identifier as an object": (payload(id={}), "id"),
    "long name": (payload(kind="order"), "kind"),
    "previous in full": (payload(ord="A", previous="A" * 43), "previous"),
    "previous of no length": (payload(ord="A", prev="x"), "previous"),
    "previous too long": (payload(ord="A", prev="A" * 44), "previous"),
    "previous in another spelling": (payload(ord="A", prev="A" * 42 + "B"), "previous"),
    "previous as a number": (payload(ord="A", prev=1), "previous"),
    "previous without an order": (payload(prev="A" * 43), "previous"),
    "checkpoint in full": (payload(checkpoint=[1, "A" * 43]), "checkpoint"),
    "checkpoint of a text": (payload(ckpt="A" * 43), "checkpoint"),
    "checkpoint without a root": (payload(ckpt=[1]), "checkpoint"),
    "checkpoint with more": (payload(ckpt=[1, "A" * 43, "A" * 43]), "checkpoint"),
    "checkpoint below zero": (payload(ckpt=[-1, "A" * 43]), "checkpoint"),
    "checkpoint of a boolean": (payload(ckpt=[True, "A" * 43]), "checkpoint"),
    "checkpoint with a short root": (payload(ckpt=[1, "A" * 42]), "checkpoint"),
    "checkpoint the other way round": (payload(ckpt=["A" * 43, 1]), "checkpoint"),
    "no checkpoint": (payload(ckpt=None), "checkpoint"),
    "retention": (payload(pol="x"), "pol"),
    "disclosures": (payload(_sd=[]), "_sd"),
    "no digests": (payload(_sd=[], _sd_alg="sm3"), "_sd"),
    "digests as text": (payload(_sd="A" * 43, _sd_alg="sm3"), "_sd"),
    "digests as an object": (payload(_sd={"A" * 43: 1}, _sd_alg="sm3"), "_sd"),
    "digests of another hash": (payload(_sd=["A" * 43], _sd_alg="sha-256"), "_sd"),
    "digests without their hash": (payload(_sd=["A" * 43]), "_sd"),
    "a hash without digests": (payload(_sd_alg="sm3"), "_sd"),
    "a digest as a number": (payload(_sd=[1], _sd_alg="sm3"), "_sd"),
    "a digest of 31 bytes": (payload(_sd=["A" * 42], _sd_alg="sm3"), "_sd"),
    "a digest twice": (payload(_sd=["A" * 43, "A" * 43], _sd_alg="sm3"), "_sd"),
    "65 digests": (payload(_sd=digests(65), _sd_alg="sm3"), "_sd"),
    "time as text": (payload(t="2017-01-01T00:00:00Z"), "t"),
    "time as a boolean": (payload(t=True), "t"),
    "time beyond 9999": (payload(t=253402300800000), "t"),
    "amount alone": (payload(cur=...), "currency"),
    "amount as text": (payload(amt="5"), "amount"),
    "blank": (payload().replace(b",", b", "), None),
    "order of names": (b'{"v":1,"t":0,"k":"order","id":"1"}', None),
    "escape": (payload().replace(b"order", b"\\u006frder"), None),
    "trailing line end": (payload() + b"\n", None),
    "empty": (b"", None),
}


@pytest.mark.parametrize(("data", "field"), REFUSED_PAYLOADS.values(), ids=REFUSED_PAYLOADS.keys())
def test_a_payload_in_another_form_is_refused(data, field):
    with pytest.raises(RecordError) as caught:
        Record.from_payload(data)
    assert caught.value.field == field


def test_as_many_digests_as_there_may_be():
    assert len(Record.from_payload(payload(_sd=digests(64), _sd_alg="sm3")).digests) == 64


def test_the_payload_the_cases_vary_is_itself_accepted():
    assert Record.from_payload(payload()).amount == 5


def test_a_record_states_what_it_follows_and_what_its_signer_saw():
    links = {"previous": "A" * 43, "checkpoint": [0, "_" * 42 + "8"]}
    record = Record.from_mapping(ORDER | {"order": "A"} | links)
    assert Record.from_payload(record.to_payload()) == record
    assert record.to_mapping().items() >= links.items()
    assert b'"ckpt":[0,"' in record.to_payload()
    assert b'"prev":"AAA' in record.to_payload()
    for wrong in ({"previous": "x"}, {"checkpoint": [1, 2]}, {"order": ...}):
        changed = {k: v for k, v in (record.to_mapping() | wrong).items() if v is not ...}
        with pytest.raises(RecordError) as caught:
            Record.from_mapping(changed)
        assert caught.value.field == next(iter(wrong)).replace("order", "previous")


def test_a_record_does_not_change_with_the_mapping_it_was_made_from():
    mapping = {**ORDER}
    record = Record.from_mapping(mapping)
    mapping["note"] = "later"
    assert "note" not in record.fields
    with pytest.raises(TypeError):
        record.fields["note"] = "later"  # type: ignore[index]
