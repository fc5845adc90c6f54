"""Receipts that withhold data get in every batch the verdict that they get singly, whatever is wrong."""

import io
import random

import pyarrow as pa
import pytest

from gmkit import sm2
from gmkit._native import cpu
from gmkit.receipts import (
    Record,
    Signers,
    conceal,
    judge,
    judge_many,
    sign,
    sign_batch,
    verify,
    verify_batch,
)
from gmkit.receipts.base64url import octets_of, text_of
from gmkit.receipts.bulk import verify_file
from gmkit.receipts.disclosure import Disclosure
from gmkit.receipts.receipt import TYPE_WITHHOLDING, header_for, join, signing_input
from gmkit.receipts.sign import key_id
from gmkit.sm2 import SignatureFormat

ROW = {
    "kind": "order", "id": "w", "time": "2026-01-31T08:00:00Z", "order": "A", "sequence": 2,
    "buyer": {"name": "王", "tags": ["_sd", None]}, "ship": 1, "note": "n",
}  # fmt: skip
SALT = "A" * 22


def payload_with(texts, **change):
    """A payload whose digests are those of these disclosures, whatever they say."""
    record = Record.from_mapping({k: v for k, v in ROW.items() if k not in {"buyer", "ship"}})
    digests = tuple({Disclosure._of(text, "", None).digest for text in texts})
    made = Record(
        record.kind, record.id, record.time, fields=dict(record.fields) | change, digests=digests
    )
    return made.to_payload()


def signed(key, payload, *texts, kind=TYPE_WITHHOLDING):
    message = signing_input(header_for(key_id(key.public_key()), kind), payload)
    return join(message, key.sign(message, format=SignatureFormat.RAW), texts)


def forged(key):
    """Disclosures that are signed for and still wrong; and lists of digests in another form."""
    for text in (
        f'["{SALT}","buyer",1]', f'["{SALT}","buyer",{{"a":[1,{{"b":"\\u001f"}}]}}]', f'["{SALT}","凭",1]',
        f'["{SALT}","\\n",1]', f'["{SALT}","buyer","{{\\"_sd\\":1}}"]', f'["{SALT}","buyer",["_sd","..."]]',
        f'["{SALT}","note",1]', f'["{SALT}","order",1]', f'["{SALT}","ord",1]', f'["{SALT}","id",1]',
        f'["{SALT}","_x",1]', f'["{SALT}","",1]', f'["{SALT}","...",1]', f'["{SALT}","prev",1]',
        f'["{SALT}","checkpoint",1]', f'["{SALT}","buyer",{{"_sd":[]}}]', f'["{SALT}","buyer",{{"...":1}}]',
        f'["{SALT}","buyer",[{{"A":0,"_sd":[]}}]]', f'["{SALT}","buyer",{{"a":{{"b":[{{"...":1}}]}}}}]',
        f'["{SALT[1:]}","buyer",1]', f'["{SALT}+","buyer",1]', f'["{"A" * 87}","buyer",1]', f'["{SALT}","buyer"]',
        f'["{SALT}","buyer",1,2]', f'["{SALT}",1,1]', '[1,"buyer",1]', f'["{SALT}", "buyer",1]',
        f'["{SALT}","buyer",1.5]', f'["{SALT}","buyer",{2**53}]', f'["{SALT}","buyer",{{"b":1,"a":1}}]',
        f'["{SALT}","buyer",{{"a":1,"a":1}}]', f'["{SALT}","buyer",1],"e":5', f'{{"{SALT}":1}}', '""', "",
        f'["{SALT}","buyer",{"[" * 30}{"]" * 30}]', f'["{SALT}","buyer",{"[" * 31}{"]" * 31}]',
        f'["{SALT}","buyer","\\u00e9"]', f'["{SALT}","buyer","\ud800"]', f'["{SALT}","b\\u0075yer",1]',
    ):  # fmt: skip
        shown = text_of(text.encode("utf-8", "surrogatepass"))
        yield signed(key, payload_with([shown]), shown)
    one, two = (text_of(f'["{SALT}","buyer",{n}]'.encode()) for n in (1, 2))
    both = payload_with([one, two])
    yield from (signed(key, both, one), signed(key, both, one, two), signed(key, both, one, one))
    inside = payload_with([one], other={"buyer": 1})
    yield from (signed(key, inside, one), signed(key, payload_with([one], buyer=1), one))
    good = payload_with([one, two, *map(str, range(62))])
    yield from (signed(key, good, one), signed(key, good, *["AAAA"] * 64))
    yield signed(key, good, *["AAAA"] * 65)
    text = payload_with([one]).decode()
    digest = text.split('"')[3]
    for change in (
        ("sm3", "sha-256"), ('"_sd_alg":"sm3",', ""), (f'"_sd":["{digest}"],', ""), (digest, digest[1:]),
        (digest, digest[:-1] + "/"), (f'["{digest}"]', "[]"), (f'["{digest}"]', f'"{digest}"'),
        (f'"{digest}"', f'"{digest}","{digest}"'), (f'"{digest}"', f'"{digest}",1'),
        (f'"{digest}"', f'"{"z" * 42}8","{digest}"'), (f'"{digest}"', f'"-{"z" * 41}8","{digest}"'),
    ):  # fmt: skip
        yield signed(key, text.replace(*change).encode(), one)
    yield signed(key, Record.from_mapping(ROW).to_payload())
    yield signed(key, payload_with([one]), one, kind="gmr+jws")


def taken_apart(key):
    """A good one, and its pieces in other arrangements."""
    concealed, shown = conceal(Record.from_mapping(ROW), ["buyer", "ship"], decoys=3)
    full = sign(concealed, key).with_disclosures([each.text for each in shown])
    core, one, other, _ = full.text.split("~")
    plain = sign(Record.from_mapping(ROW), key).text
    head, body, signature = core.split(".")
    plain_head = plain.split(".", 1)[0]
    return [
        full.text, f"{core}~{one}~", f"{core}~", core, f"{core}~{other}~{one}~", f"{core}~{one}~{one}~",
        f"{core}~{one}", f"{core}~AAAA~", f"{core[:-4]}AAAA~{one}~", f"{plain}~", f"{plain}~{one}~",
        f"{plain_head}.{core.split('.', 1)[1]}", f"{plain_head}.{core.split('.', 1)[1]}~", f"{core}~~",
        f"{head}.{plain.split('.', 1)[1]}~", "~", "..~", plain, f"{core}~{one}=~", f"{core}~{one}\n~",
        f"{core}~é~", f"{head}~{one}~", f"{head}.{body}~{one}~", f"~{core}~{one}~", f"{core}.~{one}~",
        f"{core}~{one}.~", f"{'x' * 257}.{body}.{signature}~", f"{core}~{'A' * (2 << 20)}~",
    ]  # fmt: skip


KEY, STRANGER = sm2.generate_private_key(), sm2.generate_private_key()
TRUSTED = Signers(keys=[KEY.public_key()])
COLUMNS = ("verdict", "reason", "id", "key_id", "not_checked")


def everything():
    return [
        text.encode("utf-8", "surrogatepass")
        for key in (KEY, STRANGER)
        for text in (*taken_apart(key), *forged(key))
    ]


def cut(table):
    return [tuple(row[name] for name in COLUMNS) for row in table.to_pylist()]


def singly(receipts):
    verdicts = [judge(each, TRUSTED) for each in receipts]
    return [
        (
            v.outcome.value, v.reason and v.reason.value, v.id, v.signer and v.signer.key_id,
            ", ".join(v.not_checked) or None,
        )
        for v in verdicts
    ]  # fmt: skip


def test_whatever_is_wrong_gets_the_single_verdict():
    receipts = everything()
    theirs = singly(receipts)
    reasons = [reason for _, reason, *_ in theirs]
    assert {*reasons} == {
        None, "disclosure", "malformed", "signature", "type", "payload", "unknown-signer", "header", "too-long",
    }  # fmt: skip
    assert reasons.count("disclosure") > 30
    assert reasons.count(None) > 12
    for form in (list, pa.array, lambda some: pa.array(some, pa.large_binary())):
        assert cut(verify_batch(form(receipts), TRUSTED)) == theirs
    many = judge_many(list(enumerate(receipts)), TRUSTED)
    assert many == [judge(each, TRUSTED, line=n) for n, each in enumerate(receipts)]
    (row,) = verify_batch(receipts[:1], TRUSTED).to_pylist()
    assert (row["order"], row["kind"], row["sequence"]) == ("A", "order", 2)


def test_as_lines_of_a_file_too():
    receipts = [each for each in everything() if b"\n" not in each and each]
    theirs = singly(receipts)
    data = b"\n".join(receipts)
    assert cut(verify_batch(data, TRUSTED)) == theirs
    found = [v.reason and v.reason.value for v in verify_file(io.BytesIO(data), TRUSTED)]
    expected = [reason for _, reason, *_ in theirs]
    first = expected.index(None)
    # All the good ones have one identifier.
    assert found == [
        reason or (None if at == first else "duplicate-id") for at, reason in enumerate(expected)
    ]


def test_on_every_path_in_any_order(cpu_path):
    assert cpu.active() == cpu_path
    some = [each for each in everything() if len(each) < 100_000]
    theirs = dict(zip(some, singly(some), strict=True))
    many = some * 6
    random.Random(7).shuffle(many)
    assert cut(verify_batch(many, TRUSTED)) == [theirs[each] for each in many]


def test_every_octet_changed_gets_the_single_verdict():
    """Each octet of a receipt with a disclosure, changed in several ways."""
    concealed, shown = conceal(Record.from_mapping(ROW), ["buyer"])
    text = sign(concealed, KEY).with_disclosures([each.text for each in shown]).text.encode()
    changed = [
        text[:at] + bytes([other]) + text[at + 1 :]
        for at in range(len(text))
        for other in {text[at] ^ 1, text[at] ^ 2, ord("~"), ord("."), ord("A"), 0x80} - {text[at]}
    ]
    changed += [text[:at] for at in range(len(text))]
    theirs = singly(changed)
    # A whole receipt stands where the disclosure was cut off, and nowhere else.
    whole = [each for each, found in zip(changed, theirs, strict=True) if found[0] == "valid"]
    assert whole == [text[: text.index(b"~") + 1]]
    assert cut(verify_batch(changed, TRUSTED)) == theirs


@pytest.mark.parametrize("count", [1, 40])
def test_concealed_records_are_signed_in_a_batch(count):
    rows = [Record.from_mapping(ROW | {"id": str(n)}) for n in range(count)]
    made = [conceal(row, ["buyer"]) for row in rows]
    table = sign_batch([*(record for record, _ in made), *rows], KEY)
    assert table["error"].null_count == 2 * count
    texts = table["receipt"].to_pylist()
    for text, (record, (shown,)) in zip(texts[:count], made, strict=True):
        assert verify(f"{text}{shown.text}~", TRUSTED).record == record
        assert octets_of(text.split(".")[1]) == record.to_payload()
    assert [verify(each, TRUSTED).record for each in texts[count:]] == rows
