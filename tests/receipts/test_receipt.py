import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmkit import sm2
from gmkit.errors import GmkitError, ReceiptRejected
from gmkit.receipts import (
    Outcome,
    Reason,
    Receipt,
    Record,
    Signers,
    canonical,
    judge,
    judge_many,
    key_id,
    sign,
    verify,
)

RECORD = Record.from_mapping(
    {
        "kind": "order",
        "id": "31198459052",
        "time": "2017-01-01T11:53:26Z",
        "amount": 67315,
        "currency": "CNY",
        "buyer": "王小明 ☃ 𝄞",
        "items": [{"product": "873203", "quantity": 1}],
    }
)


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def receipt(key):
    return sign(RECORD, key).text


def test_a_receipt_verifies_and_gives_the_record_back(key, receipt, signers):
    verified = verify(receipt, signers)
    assert verified.record == RECORD
    assert verified.signer.key_id == key_id(key.public_key())
    assert verified.not_checked == ("time", "certificate")
    assert verified == verify(receipt.encode(), signers)


def test_the_format_is_the_one_that_is_written_down(key, receipt):
    header, payload, signature = receipt.split(".")
    fingerprint = key.public_key().fingerprint()
    decoded = base64.urlsafe_b64decode(header + "==")
    assert decoded == json.dumps(
        {"alg": "SGD_SM3_SM2", "kid": b64(fingerprint[:16]), "typ": "gmr+jws"},
        separators=(",", ":"),
    ).encode()  # fmt: skip
    assert base64.urlsafe_b64decode(payload + "==") == RECORD.to_payload()
    raw = base64.urlsafe_b64decode(signature + "==")
    key.public_key().verify(raw, f"{header}.{payload}".encode(), format=sm2.SignatureFormat.RAW)


def forged(key, payload, header=None):
    """Any payload under any header, with a signature that fits."""
    kid = b64(key_id(key.public_key()))
    head = {"alg": "SGD_SM3_SM2", "kid": kid, "typ": "gmr+jws"} if header is None else header
    head = head if isinstance(head, bytes) else canonical.encode(head)
    signed = f"{b64(head)}.{b64(payload)}"
    return f"{signed}.{b64(key.sign(signed.encode(), format=sm2.SignatureFormat.RAW))}"


def tampered(text):
    header, payload, signature = text.split(".")
    changed = base64.urlsafe_b64decode(payload + "==").replace(b"67315", b"17315")
    return f"{header}.{b64(changed)}.{signature}"


def test_the_forger_of_these_tests_can_make_a_good_one(key, signers):
    assert verify(forged(key, RECORD.to_payload()), signers).record == RECORD


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"crit": ["exp"], "exp": 1}, Reason.HEADER),
        ({"b64": False}, Reason.HEADER),
        ({"alg": "none"}, Reason.ALGORITHM),
        ({"alg": "ES256"}, Reason.ALGORITHM),
        ({"alg": "sgd_sm3_sm2"}, Reason.ALGORITHM),
        ({"alg": None}, Reason.ALGORITHM),
        ({"typ": "gmr+other"}, Reason.TYPE),
        ({"typ": "JWT"}, Reason.TYPE),
        ({"kid": 7}, Reason.HEADER),
        ({"kid": "AAAA"}, Reason.HEADER),
        ({"kid": "="}, Reason.MALFORMED),
        ({"jwk": {}}, Reason.HEADER),
        ({"x": "y" * 300}, Reason.HEADER),
    ],
)
def test_doc_05_an_unknown_member_or_another_algorithm_in_the_header_is_refused(
    key, signers, change, reason
):
    kid = b64(key_id(key.public_key()))
    header = {"alg": "SGD_SM3_SM2", "kid": kid, "typ": "gmr+jws"} | change
    with pytest.raises(ReceiptRejected) as caught:
        verify(forged(key, RECORD.to_payload(), header), signers)
    assert caught.value.reason == reason.value


def test_a_header_that_is_not_canonical_is_refused(key, signers):
    kid = b64(key_id(key.public_key()))
    for header in (
        f'{{"typ":"gmr+jws","alg":"SGD_SM3_SM2","kid":"{kid}"}}',
        f'{{"alg":"SGD_SM3_SM2", "kid":"{kid}","typ":"gmr+jws"}}',
        f'{{"alg":"SGD_SM3_SM2","alg":"SGD_SM3_SM2","kid":"{kid}","typ":"gmr+jws"}}',
        "[]",
        "",
    ):
        with pytest.raises(ReceiptRejected) as caught:
            verify(forged(key, RECORD.to_payload(), header.encode()), signers)
        assert caught.value.reason == "header"


def test_a_payload_that_is_signed_but_not_canonical_is_refused(key, signers):
    for payload in (
        RECORD.to_payload().replace(b",", b", "),
        RECORD.to_payload()[:-1] + b',"zz":1.5}',
        b'{"v":1}',
        b"\xff",
        b"",
    ):
        with pytest.raises(ReceiptRejected) as caught:
            verify(forged(key, payload), signers)
        assert caught.value.reason == "payload"


def test_a_signature_over_the_payload_by_another_key_is_refused(key, signers):
    other = sm2.generate_private_key()
    kid = b64(key_id(key.public_key()))
    header = {"alg": "SGD_SM3_SM2", "kid": kid, "typ": "gmr+jws"}
    with pytest.raises(ReceiptRejected) as caught:
        verify(forged(other, RECORD.to_payload(), header), signers)
    assert caught.value.reason == "signature"


def test_a_key_that_nobody_knows_is_not_verifiable(receipt):
    with pytest.raises(ReceiptRejected) as caught:
        verify(receipt, Signers())
    assert caught.value.reason == "unknown-signer"
    assert judge(receipt, Signers()).outcome is Outcome.NOT_VERIFIABLE


def test_every_changed_character_is_refused(receipt, signers):
    for place, old in enumerate(receipt):
        for new in {"A", "B", ".", "=", " ", "\n"} - {old}:
            with pytest.raises(ReceiptRejected):
                verify(receipt[:place] + new + receipt[place + 1 :], signers)


def test_every_truncation_is_refused(receipt, signers):
    for length in range(len(receipt)):
        with pytest.raises(ReceiptRejected):
            verify(receipt[:length], signers)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text + "=",
        lambda text: text + ".",
        lambda text: text.replace(".", "..", 1),
        lambda text: text[:-2] + chr(ord(text[-2]) ^ 0) + chr(ord(text[-1]) + 1),
        lambda text: text.replace("-", "+").replace("_", "/") + "\x00",
        lambda text: text + "é",
        lambda text: text.encode() + b"\xff",
        lambda _: "",
        lambda _: "..",
        lambda _: "x" * (2 << 20),
    ],
)
def test_en_09_a_receipt_has_one_spelling(receipt, signers, spoil):
    with pytest.raises(ReceiptRejected):
        verify(spoil(receipt), signers)


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_nothing_but_receipt_rejected_escapes(data):
    with pytest.raises(ReceiptRejected) as caught:
        verify(data, Signers())
    assert isinstance(caught.value, GmkitError)
    assert caught.value.reason in {reason.value for reason in Reason}


@given(st.data())
def test_bulk_comes_to_the_same_verdicts(key, data):
    signers = Signers(keys=[key.public_key()])
    good = sign(RECORD, key).text
    spoils = {
        "good": good,
        "amount": tampered(good),
        "signature": good[:-4] + "AAAA",
        "stranger": sign(RECORD, sm2.generate_private_key()).text,
        "payload": forged(key, b"{}"),
        "header": forged(key, RECORD.to_payload(), b"{}"),
        "short": good[:-3],
        "blank": " " + good,
        "empty": "",
    }
    chosen = data.draw(st.lists(st.sampled_from(sorted(spoils)), max_size=12))
    lines = [(n, spoils[name].encode()) for n, name in enumerate(chosen, 1)]
    many = judge_many(lines, signers)
    assert many == [judge(data, signers, line=line) for line, data in lines]
    assert [verdict.line for verdict in many] == list(range(1, len(chosen) + 1))
    for name, verdict in zip(chosen, many, strict=True):
        try:
            verify(spoils[name], signers)
        except ReceiptRejected as fault:
            assert (verdict.reason.value, verdict.message) == (fault.reason, fault.message)
        else:
            assert verdict.outcome is Outcome.VALID


def test_a_verdict_names_what_a_tampered_receipt_claims_to_be(receipt, signers):
    verdict = judge(tampered(receipt), signers, line=7)
    assert (verdict.line, verdict.outcome, verdict.reason) == (7, Outcome.INVALID, Reason.SIGNATURE)
    assert verdict.id == RECORD.id


def test_a_record_is_kept_as_it_stands_in_the_receipt(key, receipt):
    taken = Receipt.parse(receipt)
    assert taken.payload == RECORD.to_payload()
    assert taken.text == receipt
    assert taken.record() == RECORD
    assert taken.key_id == key_id(key.public_key())
