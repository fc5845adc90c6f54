"""The authority: made whole or not at all, issues durably, finds what it issued."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import insert, inspect, text, update

from gmkit import ca, keys, sm2, x509
from gmkit.ca import assembly, audit, creation, schema
from gmkit.ca.layout import Settings
from gmkit.errors import InvalidArgument, IssuingError, StorageError, WrongPassword
from gmkit.merkle import Frontier, leaf_hash
from tests.ca.conftest import NAMES, NOW, application, store_of


def test_create_makes_a_whole_authority(folder, settings):
    with ca.Authority(folder) as authority:
        root, issuing = authority.root, authority.issuing
        assert root.subject == root.issuer == NAMES.root
        assert (issuing.subject, issuing.issuer) == (NAMES.issuing, NAMES.root)
        assert (root.path_length, issuing.path_length) == (None, 0)
        assert [each.profile for each in authority.find()] == ["root", "issuing-ca"]
        assert authority.audit_root()[0] == 2
    for name in ("root", "issuing"):
        key = folder / "keys" / f"{name}.pem"
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        certificate = x509.Certificate.from_pem((folder / f"{name}.pem").read_bytes())
        assert keys.load(key.as_uri()).public_key() == certificate.public_key()
    assert stat.S_IMODE((folder / "keys").stat().st_mode) == 0o700
    if settings.store == Settings().store:
        assert stat.S_IMODE((folder / "store.sqlite").stat().st_mode) == 0o600


def test_create_replaces_nothing(folder):
    before = sorted(folder.rglob("*"))
    with pytest.raises(StorageError, match="exists already"):
        ca.create(folder, NAMES, password=None, now=NOW)
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("module", "step"), [(creation, "_fill"), (assembly, "_sync"), (assembly, "_publish")]
)
def test_create_leaves_nothing_when_it_fails(tmp_path, monkeypatch, settings, module, step):
    def fail(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(module, step, fail)
        with pytest.raises(StorageError, match="no space left"):
            ca.create(tmp_path / "authority", NAMES, password=None, now=NOW, settings=settings)
    assert list(tmp_path.iterdir()) == []
    # In the store neither: it is free for the next one, and not for one more.
    ca.create(tmp_path / "authority", NAMES, password=None, now=NOW, settings=settings)
    if settings.store != Settings().store:
        with pytest.raises(StorageError, match="holds an authority already"):
            ca.create(tmp_path / "other", NAMES, password=None, now=NOW, settings=settings)
        assert not (tmp_path / "other").exists()


def test_create_refuses_names_that_the_profiles_do_not_allow(tmp_path):
    names = ca.Names(root=x509.parse_name("CN=Root"), issuing=NAMES.issuing)
    with pytest.raises(IssuingError, match="needs C, O"):
        ca.create(tmp_path / "authority", names, password=None, now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_issue_and_find(folder):
    with ca.Authority(folder) as authority:
        certificate = authority.issue("merchant-signing", application("一号店"), now=NOW)
        assert certificate.not_before == NOW.replace(microsecond=0) - timedelta(minutes=5) or (
            certificate.not_before == authority.issuing.not_before
        )
        [found] = authority.find(text="一号店")
        assert found == authority.get(certificate.serial)
        assert found.der == certificate.der
        assert found.certificate == certificate
        assert (found.profile, found.status) == ("merchant-signing", ca.Status.GOOD)
        assert found.standing(NOW) == "good"
        assert found.standing(found.not_after + timedelta(seconds=1)) == "expired"
        assert found.standing(found.not_before - timedelta(seconds=1)) == "not yet valid"
        assert authority.find(profile="person") == []
        assert len(authority.find(profile="merchant-signing")) == 1
        assert authority.find(status=ca.Status.REVOKED) == []
        assert len(authority.find(expires_before=NOW + timedelta(days=800))) == 1
        assert len(authority.find(limit=2)) == 2
        fingerprint = certificate.public_key().fingerprint()
        assert [each.serial for each in authority.find(key=fingerprint)] == [certificate.serial]
        # Signs of patterns are characters like any other.
        assert authority.find(text="%") == authority.find(text="_") == []
        with pytest.raises(InvalidArgument, match="no certificate"):
            authority.get(1)


def test_what_was_issued_is_there_after_reopening(folder):
    with ca.Authority(folder) as authority:
        certificate = authority.issue("merchant-signing", application(), now=NOW)
    with ca.Authority(folder) as authority:
        assert authority.get(certificate.serial).certificate == certificate


def test_many_at_once(folder):
    with ca.Authority(folder) as authority:
        good = [application(f"Shop {number}") for number in range(10)]
        bad = ca.Application(
            subject=x509.parse_name("CN=a"), public_key_info=good[0].public_key_info
        )
        asked = [*good[:5], bad, *good[5:]]
        outcomes = list(authority.issue_many("merchant-signing", asked, now=NOW, batch=4))
        assert [outcome.application for outcome in outcomes] == asked
        assert [outcome.error is None for outcome in outcomes] == [True] * 5 + [False] + [True] * 5
        assert len(authority.find()) == 12
        assert authority.audit_root()[0] == 12
        serials = {outcome.certificate.serial for outcome in outcomes if outcome.certificate}
        assert len(serials) == 10


def test_the_issuing_key_makes_no_authority(folder):
    with ca.Authority(folder) as authority, pytest.raises(InvalidArgument, match="authorities"):
        authority.issue("issuing-ca", application(), now=NOW)


def test_passwords_are_asked_for_when_they_are_needed(tmp_path):
    ca.create(tmp_path / "a", NAMES, password=b"right", now=NOW, profile=sm2.KeyProfile.OPENSSL)
    asked = []

    def ask():
        asked.append(1)
        return b"right"

    with ca.Authority(tmp_path / "a", password=ask) as authority:
        authority.find()
        assert not asked
        authority.issue("merchant-signing", application(), now=NOW)
        authority.issue("merchant-signing", application(), now=NOW)
        assert asked == [1]
    for wrong in (b"wrong", None):
        with ca.Authority(tmp_path / "a", password=wrong) as authority:
            with pytest.raises(WrongPassword):
                authority.issue("merchant-signing", application(), now=NOW)
            assert len(authority.find()) == 4


def test_pki_03_a_serial_is_never_given_twice(folder, monkeypatch):
    from gmkit.ca import issuing as module

    with ca.Authority(folder) as authority:
        monkeypatch.setattr(module, "random_serial", lambda: 1 << 100)
        authority.issue("merchant-signing", application(), now=NOW)
        with pytest.raises(StorageError, match=r"(?i)unique"):
            authority.issue("merchant-signing", application(), now=NOW)
        assert len(authority.find()) == 3
        assert authority.audit_root()[0] == 3


def test_nothing_is_half_written(folder, monkeypatch):
    with ca.Authority(folder) as authority:
        before = authority.audit_root()

        def fail(*_):
            raise OSError("pulled")

        monkeypatch.setattr(audit, "record", fail)
        with pytest.raises(OSError, match="pulled"):
            authority.issue("merchant-signing", application(), now=NOW)
        assert len(authority.find()) == 2
        assert authority.audit_root() == before


def test_the_audit_log_is_a_tree_over_its_entries(folder):
    with ca.Authority(folder) as authority:
        certificate = authority.issue("merchant-signing", application(), now=NOW)
        size, root = authority.audit_root()
    store = store_of(folder)
    with store.reading() as connection:
        entries = connection.execute(schema.audit.select().order_by(schema.audit.c.number)).all()
    frontier = Frontier()
    frontier.extend(leaf_hash(entry.entry) for entry in entries)
    assert (frontier.size, frontier.root()) == (size, root)
    assert f'"serial":"{certificate.serial:x}"'.encode() in entries[-1].entry
    store.close()


def test_profiles_of_the_authority_come_first(folder):
    (folder / "profiles").mkdir()
    own = b'title="t"\ntitle_zh="t"\ndays=3\n[subject]\nrequired=["C","O","CN"]\n[extensions]\nkeyUsage=["digitalSignature"]\n'
    (folder / "profiles" / "merchant-signing.toml").write_bytes(own)
    with ca.Authority(folder) as authority:
        certificate = authority.issue("merchant-signing", application(), now=NOW)
    assert certificate.key_usage.names == ("digitalSignature",)
    assert certificate.not_after - certificate.not_before < timedelta(days=3)


def test_addresses_of_the_settings_go_into_certificates(folder):
    path = folder / "ca.toml"
    path.write_text(
        path.read_text().replace("crl_urls = []", 'crl_urls = ["http://a.example/c.crl"]')
    )
    with ca.Authority(folder) as authority:
        certificate = authority.issue("merchant-signing", application(), now=NOW)
    assert b"http://a.example/c.crl" in certificate.der


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        ("nonsense", "ca.toml"),
        ('unknown = "x"', "unknown setting"),
        ("store = 3", "must be a string"),
        ('crl_urls = "http://x"', "list of strings"),
        ("crl_urls = [1]", "list of strings"),
    ],
)
def test_settings_that_are_none(folder, contents, words):
    (folder / "ca.toml").write_text(contents)
    with pytest.raises(InvalidArgument, match=words):
        ca.Authority(folder)


def test_folders_that_are_no_authority(tmp_path, folder, settings):
    with pytest.raises(StorageError, match="not the folder"):
        ca.Authority(tmp_path)
    if settings.store == Settings().store:
        junk = b"this is no database at all, whatever its name is" * 10
        (folder / "store.sqlite").write_bytes(junk)
    else:
        text = (folder / "ca.toml").read_text()
        (folder / "ca.toml").write_text(text.replace("@/postgres", "@/absent"))
    with pytest.raises(StorageError, match="store failed"):
        ca.Authority(folder)


@pytest.mark.parametrize(
    "url", ["mysql://x/y", "nonsense", "postgresql+nonsense://x/y", "sqlite:////nowhere/at/all"]
)
def test_urls_that_are_no_store(tmp_path, url):
    with pytest.raises(StorageError):
        ca.create(tmp_path / "a", NAMES, password=None, now=NOW, settings=Settings(store=url))
    assert list(tmp_path.iterdir()) == []


def test_a_password_in_the_url_is_for_the_owner_alone(tmp_path, postgres):
    url = postgres.url().replace("gmkit@", "gmkit:secret@")
    settings = Settings(store=url)
    ca.create(tmp_path / "a", NAMES, password=None, now=NOW, settings=settings)
    assert stat.S_IMODE((tmp_path / "a" / "ca.toml").stat().st_mode) == 0o600


def test_stores_of_another_form(folder):
    store = store_of(folder)
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'zzzz'"))
    with pytest.raises(StorageError, match="zzzz"):
        store.check_version()
    store.close()
    with pytest.raises(StorageError, match="form"):
        ca.Authority(folder)


def test_migrations_make_exactly_the_tables_of_the_code(folder):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    store = store_of(folder)
    with store.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"

        def compared(_object, name, *_):
            return sqlite or name != "ix_certificates_subject"  # alembic does not know ddl_if

        options = {"compare_server_default": True, "include_object": compared}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, schema.metadata) == []
        assert inspect(connection).get_unique_constraints("certificates")
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        else:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
    store.close()


def test_an_older_store_is_brought_up_to_date(folder, settings):
    """From the first form to the present one, with what is in it."""
    from gmkit.ca import migrate

    with ca.Authority(folder) as authority:
        serial = authority.issue("merchant-signing", application(), now=NOW).serial
    store = store_of(folder)
    with store.writing() as connection:
        for table in reversed(schema.metadata.sorted_tables):
            if table.name.startswith(("escrow", "checkpoints")):
                table.drop(connection)
        connection.execute(text("ALTER TABLE audit_head DROP COLUMN epoch"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        if connection.dialect.name != "sqlite":
            connection.execute(
                text("CREATE INDEX ix_certificates_subject ON certificates (subject)")
            )
    with pytest.raises(StorageError, match="0001, not"):
        ca.Authority(folder)
    migrate.migrate(store)
    migrate.migrate(store)  # once more does nothing
    store.close()
    test_migrations_make_exactly_the_tables_of_the_code(folder)
    with ca.Authority(folder) as authority:
        assert authority.get(serial).profile == "merchant-signing"
        authority.issue("merchant-signing", application(), now=NOW)


def test_a_transaction_that_fails_leaves_nothing(folder):
    store = store_of(folder)
    row = {"id": 9, "name": "x", "certificate": b""}

    def stop():
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"), store.writing() as connection:
        connection.execute(insert(schema.authorities).values(row))
        stop()
    with store.reading() as connection:
        assert connection.execute(schema.authorities.select()).rowcount != 3
        assert len(connection.execute(schema.authorities.select()).all()) == 2
    with pytest.raises(StorageError, match=r"(?i)foreign key"), store.writing() as connection:
        connection.execute(update(schema.certificates).values(authority=77))
    store.close()


def test_keys_and_their_folder_survive_a_strange_umask(tmp_path):
    old = os.umask(0)
    try:
        ca.create(tmp_path / "a", NAMES, password=None, now=NOW)
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a" / "keys" / "root.pem").stat().st_mode) == 0o600


ISSUER = """
import sys
from datetime import datetime, timezone
from gmkit import ca, sm2, x509
from gmkit.errors import InvalidArgument
from gmkit.x509 import RevocationReason

now = datetime.fromisoformat(sys.argv[2])
with ca.Authority(sys.argv[1]) as authority:
    waiting = [int(line, 16) for line in sys.stdin]
    for number, serial in enumerate(waiting):
        wanted = ca.Application(
            subject=x509.parse_name("CN=Shop,O=Company,C=CN"),
            public_key_info=sm2.generate_private_key().public_key().to_der(),
        )
        print("issued", f"{authority.issue('merchant-signing', wanted, now=now).serial:x}")
        try:
            authority.revoke([serial], reason=RevocationReason.SUPERSEDED, now=now)
        except InvalidArgument:
            continue
        print("revoked", f"{serial:x}")
"""


def test_two_processes_issue_and_revoke_at_once(folder):
    """Both get all they asked for, and each certificate is revoked by one of them."""
    with ca.Authority(folder) as authority:
        asked = [application() for _ in range(20)]
        made = [o.certificate for o in authority.issue_many("merchant-signing", asked, now=NOW)]
        waiting = "".join(f"{each.serial:x}\n" for each in made)
        command = [sys.executable, "-c", ISSUER, str(folder), NOW.isoformat()]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        workers = [subprocess.Popen(command, **pipes) for _ in range(2)]
        for worker in workers:
            worker.stdin.write(waiting)
            worker.stdin.close()
        said = [line for worker in workers for line in worker.stdout.read().splitlines()]
        assert [worker.wait() for worker in workers] == [0, 0]
        for worker in workers:
            worker.stdout.close()
        issued = [line.split()[1] for line in said if line.startswith("issued")]
        revoked = [line.split()[1] for line in said if line.startswith("revoked")]
        assert len(set(issued)) == 40
        assert sorted(revoked) == sorted(f"{each.serial:x}" for each in made)
        found = authority.find()
        assert len({each.serial for each in found}) == 2 + 20 + 40
        assert authority.audit_root()[0] == 2 + 20 + 40 + 20
        assert authority.examine(now=NOW) != []
        assert not [a for a in authority.examine(now=NOW) if a.code.startswith("audit")]
