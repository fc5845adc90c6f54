"""The audit log: signed, proved, and every way of changing it found."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta

import pytest
from sqlalchemy import text

from gmkit import ca, sm2
from gmkit.ca import audit, checkpoints, proofs, schema
from gmkit.errors import EncodingError, InvalidArgument, InvalidSignature, VerificationError
from gmkit.merkle import Frontier, leaf_hashes
from gmkit.x509 import RevocationReason as Reason
from tests.bounds import within
from tests.ca.conftest import NAMES, NOW, application, store_of


@pytest.fixture
def busy(authority):
    """Some of everything that can be done."""
    asked = [application(f"Shop {number}") for number in range(5)]
    made = [o.certificate for o in authority.issue_many("merchant-signing", asked, now=NOW)]
    serials = [each.serial for each in made]
    authority.revoke(serials[:2], reason=Reason.SUPERSEDED, now=NOW)
    authority.revoke([serials[2]], reason=Reason.CERTIFICATE_HOLD, now=NOW)
    authority.publish(now=NOW)
    authority.release([serials[2]], now=NOW)
    authority.publish(now=NOW, delta=True)
    authority.revoke([serials[3]], reason=Reason.CERTIFICATE_HOLD, now=NOW)
    return authority


def codes(authority, *shown):
    return [fault.code for fault in authority.log.verify(shown)[1]]


def test_a_good_log(busy):
    note = busy.log.checkpoint(now=NOW)
    newest, faults = busy.log.verify([note])
    assert faults == []
    assert (newest.size, newest.root) == busy.audit_root()
    assert checkpoints.moment_of(newest) == NOW.replace(microsecond=0)
    assert note == busy.log.latest()
    # Once more at the same size takes its place.
    again = busy.log.checkpoint(now=NOW + timedelta(hours=1))
    assert again != note
    assert codes(busy, note, again) == []


def test_publishing_signs_the_log_too(busy, folder):
    assert busy.log.latest() == (folder / "checkpoint.txt").read_bytes()


def test_acts(busy):
    acts = list(busy.log.acts())
    assert [act.number for act in acts] == list(range(len(acts)))
    assert {act.act["act"] for act in acts} == {
        "create", "issue", "revoke", "hold", "release", "list",
    }  # fmt: skip
    assert acts[0].moment == NOW.replace(microsecond=0)
    [revoked, _] = busy.log.acts(kind="revoke")
    serial = int(revoked.act["serial"], 16)
    assert [act.act["act"] for act in busy.log.acts(serial=serial)] == ["issue", "revoke"]
    assert [act.number for act in busy.log.acts(since=len(acts) - 1)] == [len(acts) - 1]


def test_inclusion(busy):
    serial = busy.find(status=ca.Status.REVOKED)[0].serial
    busy.log.checkpoint(now=NOW)
    size, root = busy.audit_root()
    proved = proofs.verify(busy.log.prove(serial=serial), busy.issuing)
    assert (proved.act["act"], proved.act["serial"]) == ("revoke", f"{serial:x}")
    assert (proved.checkpoint.size, proved.checkpoint.root) == (size, root)
    for number in range(size):
        assert proofs.verify(busy.log.prove(number=number), busy.issuing).number == number


def test_consistency(busy):
    notes = [busy.log.latest()]
    for number in range(4):
        busy.issue("merchant-signing", application(), now=NOW)
        notes.append(busy.log.checkpoint(now=NOW + timedelta(seconds=number)))
        for note in notes:
            proved = proofs.verify(busy.log.prove_consistency(note), busy.issuing)
            assert proved.older.size <= proved.checkpoint.size == busy.audit_root()[0]


def test_what_cannot_be_proved(authority, busy, tmp_path):
    with pytest.raises(InvalidArgument, match="no checkpoint covers"):
        busy.log.prove(number=10**6)
    busy.issue("merchant-signing", application(), now=NOW)
    with pytest.raises(InvalidArgument, match="no checkpoint covers"):
        busy.log.prove(number=busy.audit_root()[0] - 1)
    with pytest.raises(InvalidArgument, match="no act concerns"):
        busy.log.prove(serial=1)
    with pytest.raises(InvalidArgument, match="name an act"):
        busy.log.prove()
    ca.create(tmp_path / "other", NAMES, password=None, now=NOW)
    with ca.Authority(tmp_path / "other") as other:
        note = other.log.checkpoint(now=NOW)
        with pytest.raises(VerificationError, match="of the log"):
            busy.log.prove_consistency(note)
        with pytest.raises(VerificationError, match="of the log"):
            busy.log.verify([note])
        with pytest.raises(VerificationError, match="of the log"):
            proofs.verify(busy.log.prove(number=0), other.issuing)


def test_pki_proofs_that_were_bent(busy):
    """No change of a proof is another proof of the same or another thing."""
    proof = busy.log.prove(number=3)
    document = json.loads(proof)
    good = proofs.verify(proof, busy.issuing)
    other = json.loads(busy.log.prove(number=4))
    for name in ("number", "entry", "proof"):
        with pytest.raises(VerificationError):
            proofs.verify(json.dumps({**document, name: other[name]}).encode(), busy.issuing)
    forged = sm2.generate_private_key()
    signed = checkpoints.parse_checkpoint(document["checkpoint"].encode())
    own = signed.checkpoint.sign(forged, name=signed.checkpoint.origin).to_bytes().decode()
    with pytest.raises(VerificationError):
        proofs.verify(json.dumps({**document, "checkpoint": own}).encode(), busy.issuing)
    for place in range(0, len(proof), 7):
        for bit in (0, 3, 7):
            bent = bytearray(proof)
            bent[place] ^= 1 << bit
            try:
                proved = within(0.1, lambda: proofs.verify(bytes(bent), busy.issuing))  # noqa: B023
            except (EncodingError, VerificationError):
                continue
            # A blank, or a name that nobody reads: what is shown is the same.
            assert proved == good
    for end in range(0, len(proof) - 2, 5):
        with pytest.raises(EncodingError):
            proofs.verify(proof[:end], busy.issuing)


@pytest.mark.parametrize(
    "document",
    [b"", b"[]", b"{}", b"[" * 10_000, b"\xff", b" " * (1 << 21), b'{"type": "gmkit-audit-proof"}'],
)
def test_what_is_no_proof(busy, document):
    with pytest.raises(EncodingError):
        proofs.verify(document, busy.issuing)


def change(authority, statement, **values):
    with authority._store.writing() as connection:
        connection.execute(text(statement), values)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE audit SET entry = :octets WHERE number = 3", "audit-changed"),
        ("UPDATE audit SET leaf = :octets WHERE number = 3", "audit-changed"),
        ("DELETE FROM audit WHERE number = 3", "audit-gap"),
        ("DELETE FROM audit WHERE number > 9", "audit-changed"),
        ("INSERT INTO audit VALUES (100, :octets, :octets)", "audit-gap"),
        # The rows of which the log speaks.
        ("UPDATE certificates SET status = 0 WHERE status = 1", "store-status"),
        ("UPDATE certificates SET status = 1 WHERE status = 2", "store-status"),
        ("UPDATE certificates SET status = 1 WHERE changed IS NULL", "store-status"),
        ("UPDATE certificates SET reason = 1 WHERE status = 1", "store-status"),
        ("UPDATE certificates SET entry = :octets WHERE status = 1", "store-status"),
        ("UPDATE certificates SET not_after = 1 WHERE status = 1", "store-certificate"),
        ("UPDATE certificates SET der = :octets WHERE status = 1", "store-certificate"),
        ("DELETE FROM certificates WHERE status = 1", "store-certificate"),
        ("DELETE FROM lists WHERE base IS NULL", "store-list"),
        ("UPDATE lists SET fingerprint = :octets WHERE base IS NULL", "store-list"),
        ("UPDATE checkpoints SET note = :note", "checkpoint-forged"),
    ],
)
def test_every_change_is_found(busy, statement, code):
    assert codes(busy) == []
    values = {"octets": b"{}"} if ":octets" in statement else {}
    if ":note" in statement:
        note = busy.log.latest()
        signed = checkpoints.parse_checkpoint(note)
        forged = signed.checkpoint.sign(sm2.generate_private_key(), name=signed.checkpoint.origin)
        values = {"note": forged.to_bytes()}
    change(busy, statement, **values)
    assert code in codes(busy)
    assert code in {each.code for each in busy.examine(now=NOW)}


def rewrite(authority, edit):
    """As an insider would: change the log, and make a tree over it that fits."""
    with authority._store.writing() as connection:
        rows = connection.execute(schema.audit.select().order_by(schema.audit.c.number)).all()
        entries = edit([bytes(row.entry) for row in rows])
        connection.execute(schema.audit.delete())
        leaves = leaf_hashes(entries)
        connection.execute(
            schema.audit.insert(),
            [
                {"number": n, "entry": entry, "leaf": leaf}
                for n, (entry, leaf) in enumerate(zip(entries, leaves, strict=True))
            ],
        )
        frontier = Frontier()
        frontier.extend(leaves)
        connection.execute(schema.audit_head.update().values(frontier=frontier.to_bytes()))


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (lambda e: [*e[:4], e[4].replace(b'"at":1', b'"at":2'), *e[5:]], "audit-checkpoint"),
        (lambda e: [*e[:4], e[5], e[4], *e[6:]], "audit-checkpoint"),  # another order
        (lambda e: [*e[:4], *e[5:]], "audit-checkpoint"),
        (lambda e: [*e[:4], e[4], *e[4:]], "audit-checkpoint"),
        (lambda e: e[:6], "audit-rollback"),
    ],
)
def test_a_log_rewritten_with_a_tree_that_fits(busy, edit, expected):
    """The signed checkpoint tells, in the store or, when it was taken out there, from elsewhere."""
    note = busy.log.checkpoint(now=NOW)
    rewrite(busy, edit)
    assert expected in codes(busy)
    change(busy, "DELETE FROM checkpoints")
    assert expected not in codes(busy)
    assert {"audit-checkpoint", "audit-rollback"} & set(codes(busy, note))


def test_a_store_put_back_whole_is_told_by_a_checkpoint_from_elsewhere(tmp_path):
    folder = tmp_path / "authority"
    ca.create(folder, NAMES, password=None, now=NOW)
    shutil.copytree(folder, tmp_path / "yesterday")
    with ca.Authority(folder) as authority:
        made = authority.issue("merchant-signing", application(), now=NOW)
        authority.revoke([made.serial], reason=Reason.KEY_COMPROMISE, now=NOW)
        note = authority.log.checkpoint(now=NOW)
    with ca.Authority(tmp_path / "yesterday") as authority:
        assert codes(authority) == []
        assert codes(authority, note) == ["audit-rollback"]
        authority.issue("merchant-signing", application(), now=NOW)
        authority.issue("merchant-signing", application(), now=NOW)
        assert codes(authority, note) == ["audit-checkpoint"]


def test_a_log_without_acts(tmp_path, settings):
    from gmkit.ca.migrate import migrate
    from gmkit.ca.store import Store

    url = settings.store if "postgres" in settings.store else f"sqlite:///{tmp_path}/x.sqlite"
    store = Store(url)
    migrate(store)
    with store.writing() as connection:
        audit.begin(connection, NOW)
        assert list(checkpoints.stored(connection)) == []
        assert checkpoints.latest(connection) is None
    store.close()


def test_a_forged_signature_is_no_checkpoint(busy):
    note = bytearray(busy.log.latest())
    note[-5] ^= 2
    with pytest.raises((InvalidSignature, EncodingError)):
        busy.log.verify([bytes(note)])


def test_the_store_helper_reads_what_the_authority_wrote(busy, folder):
    store = store_of(folder)
    with store.reading() as connection:
        assert audit.head(connection).size == busy.audit_root()[0]
    store.close()
