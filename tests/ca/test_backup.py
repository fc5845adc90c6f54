"""Backup and restore: everything comes back, and no revocation is forgotten."""

from __future__ import annotations

import shutil
import stat
import tarfile
import threading
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import text

from gmkit import ca, x509
from gmkit.ca import schema
from gmkit.ca.layout import Settings
from gmkit.ca.restore import Newest, restore
from gmkit.errors import (
    EncodingError,
    InvalidArgument,
    StorageError,
    VerificationError,
)
from gmkit.x509 import RevocationReason as Reason
from tests.bounds import within
from tests.ca.conftest import NAMES, NOW, application, store_of
from tests.ca.test_doctor import FAST

HOUR = timedelta(hours=1)
NOTHING = Newest(nothing=True)


@pytest.fixture
def guarded(tmp_path, settings):
    folder = tmp_path / "authority"
    ca.create(folder, NAMES, password=b"pw", now=NOW, settings=settings, profile=FAST)
    return folder


@dataclass
class Past:
    """An authority with a past, and its backup in the middle of it."""

    authority: ca.Authority
    serials: list[int]
    file: object


@pytest.fixture
def past(guarded, tmp_path):
    with ca.Authority(guarded, password=b"pw") as authority:
        asked = [application(f"Shop {number}") for number in range(6)]
        made = [o.certificate for o in authority.issue_many("merchant-signing", asked, now=NOW)]
        serials = [each.serial for each in made]
        authority.revoke([serials[0]], reason=Reason.KEY_COMPROMISE, now=NOW)
        authority.revoke([serials[1]], reason=Reason.CERTIFICATE_HOLD, now=NOW)
        authority.publish(now=NOW)
        authority.backup(tmp_path / "b", now=NOW)
        yield Past(authority, serials, tmp_path / "b")


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request):
    """A store to restore into, of each kind in turn: none or one."""
    if request.param == "sqlite":
        return Settings().store
    return request.getfixturevalue("postgres").url()


def everything(folder):
    store = store_of(folder)
    with store.reading() as connection:
        found = {
            table.name: [
                tuple(row)
                for row in connection.execute(
                    table.select().order_by(next(iter(table.primary_key)))
                )
            ]
            for table in schema.metadata.sorted_tables
        }
    store.close()
    return found


def codes(authority, now=NOW):
    return {each.code for each in authority.examine(now=now)}


def test_everything_comes_back_in_either_store(past, guarded, tmp_path, elsewhere):
    target = tmp_path / "restored"
    done = restore(past.file, target, NOTHING, now=NOW, store=elsewhere)
    before, after = everything(guarded), everything(target)
    # One act more: that it was restored.
    assert after["audit"][:-1] == before["audit"]
    for name in ("authorities", "certificates", "lists", "checkpoints"):
        assert after[name] == before[name], name
    assert (done.certificates, done.loss) == (8, None)
    assert stat.S_IMODE((target / "keys" / "issuing.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE((target / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE(past.file.stat().st_mode) == 0o600
    for name in (
        "root.pem",
        "issuing.pem",
        "keys/issuing.pem",
        "keys/root.pem",
        "lists/issuing.crl",
    ):
        assert (target / name).read_bytes() == (guarded / name).read_bytes()
    with ca.Authority(target, password=b"pw") as authority:
        assert authority.log.verify()[1] == []
        # And it works: numbers of rows and of lists go on.
        made = authority.issue("merchant-signing", application(), now=NOW)
        authority.revoke([made.serial], reason=Reason.SUPERSEDED, now=NOW)
        authority.release([past.serials[1]], now=NOW)
        published = authority.publish(now=NOW)["issuing.crl"]
        assert published.number == 2
        assert {each.serial for each in published} == {past.serials[0], made.serial}
        assert authority.log.verify()[1] == []


def test_a_password_in_the_url_stays_the_owners_alone(tmp_path, postgres):
    settings = Settings(store=postgres.url().replace("gmkit@", "gmkit:secret@"))
    ca.create(tmp_path / "a", NAMES, password=b"pw", now=NOW, settings=settings, profile=FAST)
    with ca.Authority(tmp_path / "a", password=b"pw") as authority:
        authority.backup(tmp_path / "b", now=NOW)
        with authority._store.writing() as connection:  # the store is lost
            name = connection.execute(text("SELECT current_schema()")).scalar_one()
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
            connection.execute(text(f"CREATE SCHEMA {name}"))
    restore(tmp_path / "b", tmp_path / "again", NOTHING, now=NOW)
    assert b"secret" in (tmp_path / "again" / "ca.toml").read_bytes()
    assert stat.S_IMODE((tmp_path / "again" / "ca.toml").stat().st_mode) == 0o600


def test_others_go_on_while_a_backup_is_made(past, tmp_path):
    stop = threading.Event()

    def work():
        with ca.Authority(past.authority._layout.folder, password=b"pw") as mine:
            while not stop.is_set():
                made = mine.issue("merchant-signing", application(), now=NOW)
                mine.revoke([made.serial], reason=Reason.SUPERSEDED, now=NOW)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for number in range(3):
            past.authority.backup(tmp_path / f"b{number}", now=NOW)
    finally:
        stop.set()
        thread.join()
    for number in range(3):
        restore(
            tmp_path / f"b{number}",
            tmp_path / f"r{number}",
            NOTHING,
            now=NOW,
            store=Settings().store,
        )
        with ca.Authority(tmp_path / f"r{number}") as authority:
            assert authority.log.verify()[1] == []


def test_something_must_be_shown(past, tmp_path):
    with pytest.raises(InvalidArgument, match="nothing was shown"):
        restore(past.file, tmp_path / "r", Newest(), now=NOW, store=Settings().store)
    assert not (tmp_path / "r").exists()


def test_what_is_shown_and_not_newer_is_compared(past, tmp_path):
    published = x509.CertificateList.from_der(
        (past.authority._layout.lists / "issuing.crl").read_bytes()
    )
    note = past.authority.log.latest()
    restore(
        past.file, tmp_path / "r", Newest([published], [note]), now=NOW, store=Settings().store,
        root=past.authority.root,
    )  # fmt: skip


def later(past):
    """What happens after the backup: known ones revoked, one released, unknown ones issued and revoked."""
    authority, serials = past.authority, past.serials
    authority.revoke([serials[2]], reason=Reason.SUPERSEDED, now=NOW + HOUR)
    authority.release([serials[1]], now=NOW + HOUR)
    authority.revoke([serials[3]], reason=Reason.CERTIFICATE_HOLD, now=NOW + HOUR)
    new = [authority.issue("merchant-signing", application(), now=NOW + HOUR) for _ in range(3)]
    authority.revoke([new[0].serial], reason=Reason.KEY_COMPROMISE, now=NOW + HOUR)
    for _ in range(3):
        published = authority.publish(now=NOW + HOUR)["issuing.crl"]
    return published, new, authority.log.latest()


def test_pki_a_restored_authority_forgets_no_revocation(past, tmp_path):
    published, new, note = later(past)
    local = Settings().store
    for newest in (Newest([published]), Newest(checkpoints=[note]), Newest([published], [note])):
        with pytest.raises(StorageError, match="older than what was shown"):
            restore(past.file, tmp_path / "r", newest, now=NOW + HOUR, store=local)
        assert not (tmp_path / "r").exists()
    done = restore(
        past.file, tmp_path / "r", Newest([published], [note], [new[1]]), now=NOW + HOUR, store=local,
        accept_loss=True,
    )  # fmt: skip
    assert done.loss.lists == (("issuing", published.number),)
    assert done.loss.acts[0] > 5
    with ca.Authority(tmp_path / "r", password=b"pw") as authority:
        again = authority.publish(now=NOW + HOUR)["issuing.crl"]
        assert again.number == published.number + 1
        told = {entry.serial: (entry.reason, entry.date) for entry in again}
        for entry in published:
            assert told.pop(entry.serial) == (entry.reason, entry.date)
        # What was released later stays on hold: the safe side.
        assert list(told) == [past.serials[1]]
        lost = authority.get(new[0].serial)
        assert (lost.profile, lost.status) == ("lost", ca.Status.REVOKED)
        with pytest.raises(InvalidArgument, match="lost in a restore"):
            _ = lost.certificate
        assert authority.get(new[1].serial).certificate == new[1]
        # What was issued later and shown nowhere cannot be known.
        assert authority.find(serial=new[2].serial) == []
        delta = authority.publish(now=NOW + HOUR, delta=True)["issuing-delta.crl"]
        assert (delta.base_number, len(delta)) == (again.number, 0)
        # The log goes on as another one, and says what was lost.
        newest, faults = authority.log.verify()
        assert faults == []
        assert newest.origin.endswith("/1")
        [fault] = authority.log.verify([note])[1]
        assert fault.code == "audit-epoch"
        [act] = authority.log.acts(kind="restore")
        assert act.act["lost"]["lists"] == [["issuing", published.number]]
        authority.backup(tmp_path / "again", now=NOW + HOUR)
    restore(
        tmp_path / "again", tmp_path / "r2", Newest([again, delta]), now=NOW + HOUR, store=local
    )


def test_another_history_is_refused(past, tmp_path):
    """A list of the same number that says something else."""
    local = Settings().store
    restore(past.file, tmp_path / "fork", NOTHING, now=NOW, store=local)
    with ca.Authority(tmp_path / "fork", password=b"pw") as fork:
        fork.revoke([past.serials[4]], reason=Reason.SUPERSEDED, now=NOW)
        other = fork.publish(now=NOW)["issuing.crl"]
        note = fork.log.latest()
    own = past.authority.publish(now=NOW)["issuing.crl"]
    assert own.number == other.number
    past.authority.release([past.serials[1]], now=NOW)
    past.authority.backup(tmp_path / "b2", now=NOW)
    for newest in (Newest([other]), Newest(checkpoints=[note])):
        with pytest.raises(VerificationError):
            restore(tmp_path / "b2", tmp_path / "r", newest, now=NOW, store=local, accept_loss=True)


def test_lists_and_certificates_of_others_are_refused(past, tmp_path):
    ca.create(tmp_path / "other", NAMES, password=None, now=NOW)
    with ca.Authority(tmp_path / "other") as other:
        published = other.publish(now=NOW)["issuing.crl"]
        certificate = other.issue("merchant-signing", application(), now=NOW)
        root = other.root
    for newest, more in (
        (Newest([published]), {}),
        (Newest(certificates=[certificate], nothing=True), {}),
        (NOTHING, {"root": root}),
    ):
        with pytest.raises(VerificationError):
            restore(past.file, tmp_path / "r", newest, now=NOW, store=Settings().store, **more)
    assert not (tmp_path / "r").exists()


def test_open_keys_are_not_backed_up(authority, tmp_path):
    with pytest.raises(InvalidArgument, match="no password"):
        authority.backup(tmp_path / "b", now=NOW)
    assert not (tmp_path / "b").exists()
    authority.backup(tmp_path / "b", now=NOW, keys=False)
    restore(tmp_path / "b", tmp_path / "r", NOTHING, now=NOW, store=Settings().store)
    assert list((tmp_path / "r" / "keys").iterdir()) == []
    with tarfile.open(tmp_path / "b") as tar:
        assert not [name for name in tar.getnames() if name.startswith("files/keys")]


def test_a_backup_that_was_bent_or_cut(past, guarded, tmp_path):
    """Nothing but what was backed up is restored; nothing but our own errors, quickly."""
    data = past.file.read_bytes()
    bad, target = tmp_path / "bad", tmp_path / "r"
    good = everything(guarded)

    def attempt():
        restore(bad, target, NOTHING, now=NOW, store=Settings().store)

    refused = 0
    for place in range(10, len(data), max(1, len(data) // 40)):
        bent = bytearray(data)
        bent[place] ^= 1 << place % 8
        for octets in (bytes(bent), data[:place]):
            bad.write_bytes(octets)
            try:
                within(1, attempt)
            except (EncodingError, VerificationError, StorageError):
                refused += 1
                assert not target.exists()
            else:  # in the filling at the end, which nobody reads
                assert everything(target)["certificates"] == good["certificates"]
                shutil.rmtree(target)
    assert refused > 70
    for junk in (b"", b"\x1f\x8b", bytes(1000)):
        bad.write_bytes(junk)
        with pytest.raises(EncodingError):
            attempt()
    assert not target.exists()


def repacked(source, target, edit):
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for entry in edit(list(old.getmembers())):
            new.addfile(entry, old.extractfile(entry) if entry.isfile() else None)


def renamed(entry, name):
    entry.name = name
    return entry


@pytest.mark.parametrize(
    "edit",
    [
        lambda m: m[:-1],
        lambda m: [*m, m[-1]],
        lambda m: [*m[:2], renamed(m[2], "files/../../evil"), *m[3:]],
        lambda m: [*m[:2], renamed(m[2], "/evil"), *m[3:]],
        lambda m: m[1:],
        lambda m: [m[0], *m[2:]],
    ],
)
def test_a_backup_packed_anew(past, tmp_path, edit):
    repacked(past.file, tmp_path / "bad", edit)
    with pytest.raises((EncodingError, VerificationError)):
        restore(tmp_path / "bad", tmp_path / "r", NOTHING, now=NOW, store=Settings().store)
    assert not (tmp_path / "evil").exists()
    assert not (tmp_path.parent / "evil").exists()


def test_a_store_that_was_changed_before_the_backup_is_not_restored(past, tmp_path):
    with past.authority._store.writing() as connection:
        connection.execute(text("UPDATE certificates SET status = 0 WHERE status = 1"))
    past.authority.backup(tmp_path / "b2", now=NOW)
    with pytest.raises(VerificationError, match="not sound"):
        restore(tmp_path / "b2", tmp_path / "r", NOTHING, now=NOW, store=Settings().store)


def test_the_doctor_asks_for_backups(past, tmp_path):
    assert "backup-missing" not in codes(past.authority)
    assert "backup-old" in codes(past.authority, NOW + timedelta(days=8))
    (past.authority._layout.last_backup).write_text("nonsense")
    assert "backup-missing" in codes(past.authority)
    (past.authority._layout.last_backup).unlink()
    assert "backup-missing" in codes(past.authority)
