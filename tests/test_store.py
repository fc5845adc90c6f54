"""The store's files: who may read them, from the first moment on."""

import os
import stat
import subprocess
import sys
from datetime import datetime, timezone

import pytest
from sqlalchemy import text

from gmkit import ca, sm2, x509
from gmkit.errors import StorageError
from gmkit.receipts.ledger import Ledger
from gmkit.receipts.vault import Vault
from gmkit.store import Store
from tests.ca.conftest import NAMES

NOW = datetime(2026, 9, 1, tzinfo=timezone.utc)


@pytest.fixture(autouse=True)
def open_handed():
    """A umask that hides nothing."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder):
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def gmkit(*arguments, cwd):
    code = "from gmkit_cli.app import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_store_is_its_owners_alone_with_all_that_sqlite_keeps_beside_it(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/store")
    assert modes(tmp_path) == {"store": 0o600}  # before anything is in it
    with store.writing() as connection:
        connection.execute(text("CREATE TABLE kept (word TEXT)"))
        assert modes(tmp_path) == {"store": 0o600, "store-wal": 0o600, "store-shm": 0o600}
    store.close()


def test_where_a_link_leads_it_is_private_too(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "real")
    Store(f"sqlite:///{tmp_path}/link").close()
    assert modes(tmp_path)["real"] == 0o600


def test_a_mode_that_somebody_chose_stays(tmp_path):
    (tmp_path / "store").touch(0o640)
    Store(f"sqlite:///{tmp_path}/store").close()
    assert modes(tmp_path) == {"store": 0o640}


def test_a_store_that_cannot_be_made_is_told(tmp_path):
    with pytest.raises(StorageError, match=r"cannot make the store .*: file name too long"):
        Store(f"sqlite:///{tmp_path}/{'n' * 300}")


def test_vault_ledger_and_authority_are_private(tmp_path):
    key = sm2.generate_private_key()
    places = {name: tmp_path / name for name in ("vault", "ledger", "authority")}
    for name in ("vault", "ledger"):
        places[name].mkdir()
    url = f"sqlite:///{places['vault']}/people"
    Vault.create(url, key).close()
    with_key = Vault.open(url, key)
    with_key.key_for("b-17", now=NOW)
    assert set(modes(places["vault"]).values()) == {0o600}
    with_key.close()
    Ledger.create(
        f"sqlite:///{places['ledger']}/ledger", origin="shop.example/receipts",
        public_key=key.public_key(), objects=f"file://{tmp_path}/segments",
    ).close()  # fmt: skip
    assert set(modes(places["ledger"]).values()) == {0o600}
    ca.create(places["authority"], NAMES, password=None, now=NOW)
    with ca.Authority(places["authority"]) as authority:
        wanted = ca.Application(
            subject=x509.parse_name("CN=Shop,O=Company,C=CN"),
            public_key_info=key.public_key().to_der(),
        )
        authority.issue("merchant-signing", wanted, now=NOW)
        found = modes(places["authority"])
        assert {found[name] for name in found if name.startswith("store")} == {0o600}
        assert found["keys"] == 0o700
    assert set(modes(places["authority"] / "keys").values()) == {0o600}


def test_the_command_makes_a_private_vault(tmp_path):
    (tmp_path / "vault.key").write_bytes(sm2.generate_private_key().to_pem(password=None))
    ran = gmkit("vault", "init", "people.vault", "--vault-key", "vault.key", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert modes(tmp_path)["people.vault"] == 0o600


def test_migrating_makes_no_store_where_there_is_none(tmp_path):
    ca.create(tmp_path / "authority", NAMES, password=None, now=NOW)
    (tmp_path / "authority" / "store.sqlite").unlink()
    ran = gmkit("ca", "migrate", "authority", cwd=tmp_path)
    assert ran.returncode == 1
    assert "is not there" in ran.stderr
    assert not (tmp_path / "authority" / "store.sqlite").exists()
