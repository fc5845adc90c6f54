"""What receipts state of their ledger: the entry before them in the order, and a checkpoint that was seen."""

import shutil

import pytest

from gmkit._native.sm2 import SM2Digest
from gmkit.merkle import Frontier, leaf_hash
from gmkit.receipts import Receipt
from gmkit.receipts.base64url import text_of
from gmkit.receipts.ledger import Ledger, audit, checkpoint, merged
from gmkit.receipts.ledger.entry import Entry
from tests.receipts.ledger.conftest import NOW, later, receipts_of, record


def codes(found):
    return [finding.code for finding in found.findings]


def signed(shop, number, **fields):
    return receipts_of(shop, [record(number, **fields)])[0]


def leaf(shop, receipt):
    """The leaf of a receipt, computed from the receipt alone."""
    parsed = Receipt.parse(receipt)
    e = bytes(SM2Digest.from_message(shop.public_key(), parsed.signed))
    kind = parsed.record().kind.value
    return text_of(leaf_hash(Entry(kind, e, parsed.signature, parsed.key_id).to_bytes()))


def refusals(done):
    return [(each.line, each.reason) for each in done.refused]


@pytest.fixture(params=["one by one", "together"])
def append(request, trusted):
    """Appends receipts in either way; gives places and reasons of refusal."""

    def append(ledger, receipts, minutes=0):
        if request.param == "together":
            done = ledger.append(receipts, trusted, now=later(minutes))
            return done.places, [reason for _, reason in refusals(done)]
        each = [ledger.append(receipt, trusted, now=later(minutes)) for receipt in receipts]
        return [d.places[0] for d in each], [r for d in each for _, r in refusals(d)]

    return append


def test_an_order_is_a_chain_of_entries(make, url, append, shop, trusted, log):
    ledger = make(url)
    assert ledger.links("A") == {}
    order = signed(shop, 1, order="A", sequence=0)
    paid = signed(shop, 2, order="A", sequence=1, previous=leaf(shop, order))
    # One call may bring an entry and the next one of its order.
    assert append(ledger, [order, paid]) == ([0, 1], [])
    made = checkpoint(ledger, log, now=NOW).checkpoint
    links = ledger.links("A")
    assert links == {"checkpoint": [2, text_of(made.root)], "previous": leaf(shop, paid)}
    sent = signed(shop, 3, order="A", sequence=2, **links)
    other = signed(shop, 4, **ledger.links())
    assert append(ledger, [sent, other]) == ([2, 3], [])
    # Again, each has the place it had: it is no fork of itself.
    assert append(ledger, [order, paid, sent, other]) == ([0, 1, 2, 3], [])
    found = audit(ledger, trusted)
    assert (found.ok, found.verified) == (True, 4)


def frauds(shop, ledger, log):
    """Receipts that state what is not so of a ledger with an order of two entries, and what is found."""
    order = signed(shop, 1, order="A", sequence=0)
    paid = signed(shop, 2, order="A", sequence=1, previous=leaf(shop, order))
    foreign = signed(shop, 3, order="B", sequence=0)
    good = [order, paid, foreign]
    root = text_of(Frontier().root())
    return good, [
        ("order-fork", signed(shop, 10, order="A", sequence=2, previous=leaf(shop, order))),
        ("order-gap", signed(shop, 11, order="A", sequence=3, previous=leaf(shop, foreign))),
        ("order-gap", signed(shop, 12, order="C", sequence=0, previous=leaf(shop, order))),
        ("order-gap", signed(shop, 13, order="A", sequence=4, previous=text_of(b"\7" * 32))),
        ("checkpoint", signed(shop, 14, checkpoint=[2, root])),
        ("checkpoint", signed(shop, 15, checkpoint=[99, root])),
        ("checkpoint", signed(shop, 16, order="A", sequence=5, previous=leaf(shop, paid), checkpoint=[0, text_of(b"\7" * 32)])),
    ]  # fmt: skip


def test_what_is_not_so_is_refused(ledger, append, shop, trusted, log):
    good, wrong = frauds(shop, ledger, log)
    assert append(ledger, good) == ([0, 1, 2], [])
    for reason, receipt in wrong:
        assert append(ledger, [receipt]) == ([None], [reason])
    places, reasons = append(ledger, [receipt for _, receipt in wrong])
    assert (set(places), reasons) == ({None}, [reason for reason, _ in wrong])
    assert append(ledger, [signed(shop, 20, checkpoint=[0, text_of(Frontier().root())])])[1] == []
    assert audit(ledger, trusted).ok
    assert ledger.size() == 4


def test_a_receipt_that_is_refused_is_refused_twice(ledger, shop, trusted):
    gap = signed(shop, 1, order="A", sequence=0, previous=text_of(b"\7" * 32))
    done = ledger.append([gap, gap], trusted, now=NOW)
    assert refusals(done) == [(1, "order-gap"), (2, "order-gap")]
    assert (done.places, done.added, done.known) == ([None, None], 0, 0)


def test_the_audit_finds_what_was_let_in(ledger, shop, trusted, log, monkeypatch):
    """An operator whose ledger does not look: every signature is right, every tree fits."""
    good, wrong = frauds(shop, ledger, log)
    ledger.append(good, trusted, now=NOW)
    monkeypatch.setattr(merged, "fitting", lambda rows, *_: rows)
    done = ledger.append([receipt for _, receipt in wrong], trusted, now=NOW)
    assert done.added == len(wrong)
    checkpoint(ledger, log, now=later(1))
    found = audit(ledger, trusted)
    assert codes(found) == [reason for reason, _ in wrong]
    assert found.findings[0].message.startswith("entry 3 names the same entry")


def test_a_receipt_tells_that_there_were_two_ledgers(ledger, shop, trusted, log, many, tmp_path):
    """A split view: the ledger goes on in two ways, and a receipt of one comes to the other."""
    ledger.append(many[:10], trusted, now=NOW)
    checkpoint(ledger, log, now=NOW)
    before = signed(shop, 9000, **ledger.links())
    ledger.close()
    shutil.copy(tmp_path / "ledger.db", tmp_path / "second.db")
    with (
        Ledger.open(f"sqlite:///{tmp_path}/ledger.db") as one,
        Ledger.open(f"sqlite:///{tmp_path}/second.db") as two,
    ):
        for each, part in ((one, many[10:30]), (two, many[30:50])):
            each.append(part, trusted, now=later(1))
            checkpoint(each, log, now=later(2))
        theirs = signed(shop, 9001, **two.links())
        assert refusals(one.append(theirs, trusted, now=later(3))) == [(1, "checkpoint")]
        assert refusals(two.append(theirs, trusted, now=later(3))) == []
        assert [each.append(before, trusted, now=later(3)).added for each in (one, two)] == [1, 1]
