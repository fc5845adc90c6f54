"""Groups of personal data beside a receipt: shown, withheld, moved, forged."""

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmkit import errors, receipts, sm2, sm3
from gmkit.receipts import Disclosure, Reason, Receipt, Record, Signers, conceal

KEY = sm2.generate_private_key()
TRUSTED = Signers(keys=[KEY.public_key()])
PERSON = {"name": "王小明", "phone": "13800000000"}
GROUPS = {"buyer": PERSON, "ship": {"city": "杭州"}, "pay": "alipay"}


def record(**fields):
    base = {
        "kind": "order",
        "id": "1",
        "time": "2026-01-31T08:00:00Z",
        "amount": 1,
        "currency": "CNY",
    }
    return Record.from_mapping(base | fields)


@pytest.fixture(scope="module")
def concealed():
    made, disclosures = conceal(record(**GROUPS, note="x"), ["buyer", "ship", "pay", "absent"])
    return receipts.sign(made, KEY), {each.name: each for each in disclosures}


def b64(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def refusal(receipt):
    with pytest.raises(errors.ReceiptRejected) as caught:
        receipts.verify(receipt if isinstance(receipt, str) else receipt.text, TRUSTED)
    return Reason(caught.value.reason)


def test_the_payload_holds_digests_as_rfc_9901_has_them(concealed):
    receipt, disclosures = concealed
    payload = json.loads(receipt.payload)
    assert payload["_sd_alg"] == "sm3"
    assert payload["_sd"] == sorted(
        b64(sm3.digest(each.text.encode())) for each in disclosures.values()
    )
    assert not set(GROUPS) & set(payload)
    assert "note" in payload
    salt, name, value = json.loads(base64.urlsafe_b64decode(disclosures["buyer"].text + "=="))
    assert (len(base64.urlsafe_b64decode(salt + "==")), name, value) == (16, "buyer", PERSON)


def test_nothing_of_a_withheld_group_stands_in_the_receipt(concealed):
    receipt, _ = concealed
    assert receipt.text.endswith("~")
    verified = receipts.verify(receipt.text, TRUSTED)
    assert (dict(verified.disclosed), verified.withheld) == ({}, 3)
    assert b"138" not in receipt.payload


def test_each_choice_of_groups_is_shown_and_no_other(concealed):
    receipt, disclosures = concealed
    names = sorted(disclosures)
    for bits in range(8):
        shown = [name for i, name in enumerate(names) if bits >> i & 1]
        presented = receipt.with_disclosures(disclosures[name].text for name in shown)
        verified = receipts.verify(presented.text, TRUSTED)
        assert dict(verified.disclosed) == {name: GROUPS[name] for name in shown}
        assert verified.withheld == 3 - len(shown)
        assert Receipt.parse(presented.text).with_disclosures(()).text == receipt.text


def test_a_receipt_shows_at_most_64_disclosures(concealed):
    receipt, disclosures = concealed
    text = disclosures["pay"].text
    assert len(receipt.with_disclosures([text] * 64).disclosures) == 64
    with pytest.raises(errors.ReceiptRejected, match="more than 64") as caught:
        receipt.with_disclosures([text] * 65)
    assert caught.value.reason == Reason.DISCLOSURE.value
    assert len(Receipt.parse(receipt.text + f"{text}~" * 64).disclosures) == 64
    with pytest.raises(errors.ReceiptRejected, match="more than 64") as caught:
        Receipt.parse(receipt.text + f"{text}~" * 65)
    assert caught.value.reason == Reason.MALFORMED.value


def test_a_disclosure_of_another_receipt_is_refused(concealed):
    receipt, _ = concealed
    _, (other,) = conceal(record(buyer=PERSON), ["buyer"])
    assert refusal(receipt.with_disclosures([other.text])) is Reason.DISCLOSURE


def test_a_disclosure_twice_is_refused(concealed):
    receipt, disclosures = concealed
    text = disclosures["buyer"].text
    assert refusal(receipt.with_disclosures([text, text])) is Reason.DISCLOSURE


def test_a_changed_value_is_refused(concealed):
    receipt, disclosures = concealed
    octets = base64.urlsafe_b64decode(disclosures["pay"].text + "==").replace(b"alipay", b"wechat")
    assert refusal(receipt.with_disclosures([b64(octets)])) is Reason.DISCLOSURE


SALT = b64(bytes(16))


@pytest.mark.parametrize(
    "inner",
    [
        "{}", "[]", f'["{SALT}","a"]', f'["{SALT}","a",1,2]', '["short","a",1]', f'["{SALT}",1,1]',
        f'["{SALT}","a", 1]', f'["{SALT}","a",1.0]', f'["{SALT}","amount",1]', f'["{SALT}","_sd",1]',
        f'["{SALT}","a",{{"_sd":[]}}]', f'["{SALT}","a",[{{"...":"x"}}]]', f'["{SALT}","a",1]}}',
        f'["{SALT}","a",{{"b":1,"b":2}}]', "\xff", f'["{SALT}","...",1]', f'["{SALT}","k",1]',
    ],
)  # fmt: skip
def test_doc_what_is_no_disclosure_is_refused_even_when_its_digest_is_signed(inner):
    text = b64(inner.encode("latin-1"))
    signed = receipts.sign(Record(
        receipts.Kind.ORDER, "1", record().time, digests=(sm3.digest(text.encode()),)
    ), KEY)  # fmt: skip
    assert refusal(signed.with_disclosures([text])) is Reason.DISCLOSURE


def test_a_group_that_the_payload_states_too_is_refused():
    text = Disclosure.make("buyer", 2, salt=bytes(16))
    base = record(buyer=1)
    signed = receipts.sign(
        Record(base.kind, base.id, base.time, fields=base.fields, digests=(text.digest,)), KEY
    )
    assert refusal(signed.with_disclosures([text.text])) is Reason.DISCLOSURE


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda t: t[:-1], Reason.MALFORMED),
        (lambda t: t + "eyJ", Reason.MALFORMED),
        (lambda t: t + "~", Reason.DISCLOSURE),
        (lambda t: t + "é~", Reason.MALFORMED),
        (lambda t: t + "A~" * 65, Reason.MALFORMED),
    ],
)
def test_tails_that_are_none(concealed, change, reason):
    assert refusal(change(concealed[0].text)) is reason


def test_a_plain_receipt_has_no_tail_and_the_types_do_not_mix():
    plain = receipts.sign(record(), KEY)
    assert refusal(plain.text + "~") is Reason.MALFORMED
    with pytest.raises(errors.ReceiptRejected):
        plain.with_disclosures([])
    made, _ = conceal(record(buyer=1), ["buyer"])
    for payload, kind, tail in (
        (made.to_payload(), "gmr+jws", ""),
        (record().to_payload(), "gmr+sd-jwt", "~"),
    ):
        header = json.dumps(
            {"alg": "SGD_SM3_SM2", "kid": b64(receipts.key_id(KEY.public_key())), "typ": kind},
            separators=(",", ":"),
        )
        signed = f"{b64(header.encode())}.{b64(payload)}"
        signature = b64(KEY.sign(signed.encode(), format=sm2.SignatureFormat.RAW))
        assert refusal(f"{signed}.{signature}{tail}") is Reason.TYPE


@pytest.mark.parametrize("name", ["amount", "kind", "id", "order", "_sd", "k", "previous", "..."])
def test_standard_fields_are_not_withheld(name):
    with pytest.raises(errors.RecordError):
        conceal(record(), [name])


@pytest.mark.parametrize(
    "digests",
    ['"x"', "[]", '["AA"]', '["!"]', "[1]", f'["{SALT}"]', '["{0}","{0}"]', '["{1}","{0}"]'],
)
def test_digests_that_are_none_are_refused(digests):
    one, two = sorted(b64(sm3.digest(each)) for each in (b"1", b"2"))
    text = digests.replace("{0}", one).replace("{1}", two)
    payload = f'{{"_sd":{text},"_sd_alg":"sm3","id":"1","k":"order","t":0,"v":1}}'
    with pytest.raises(errors.RecordError):
        Record.from_payload(payload.encode())
    with pytest.raises(errors.RecordError):
        Record.from_payload(f'{{"_sd":["{one}"],"id":"1","k":"order","t":0,"v":1}}'.encode())


def test_decoys_look_like_the_others_and_are_never_shown():
    made, disclosures = conceal(record(buyer=1), ["buyer"], decoys=3)
    assert len(made.digests) == 4
    verified = receipts.verify(receipts.sign(made, KEY, disclosures=disclosures).text, TRUSTED)
    assert verified.withheld == 3
    with pytest.raises(errors.RecordError):
        conceal(record(buyer=1), ["buyer"], decoys=64)


def test_a_repeating_generator_is_noticed():
    with pytest.raises(errors.RecordError):
        conceal(record(buyer=1), ["buyer"], decoys=2, randomness=bytes)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.from_regex(r"[a-z]{1,5}", fullmatch=True), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["buyer", "ship", "text", "media", "items"]), VALUES, min_size=1
    )
)
def test_whatever_is_withheld_comes_back_as_it_was(groups):
    made, disclosures = conceal(record(**groups), groups)
    verified = receipts.verify(receipts.sign(made, KEY, disclosures=disclosures).text, TRUSTED)
    assert dict(verified.disclosed) == groups
    assert all(Disclosure.parse(each.text) == each for each in disclosures)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_single_change_of_a_shown_receipt_passes(concealed, data):
    receipt, disclosures = concealed
    text = receipt.with_disclosures(each.text for each in disclosures.values()).text
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("Aa0-_~.=").filter(lambda c: c != text[place]))
    refusal(text[:place] + other + text[place + 1 :])
