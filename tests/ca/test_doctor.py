"""Each ailment is found, and a healthy authority has none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from gmkit import ca
from gmkit.ca.doctor import Urgency
from gmkit.sm2 import KeyProfile
from tests.ca.conftest import NAMES, NOW, application

FAST = KeyProfile.OPENSSL  # its password takes less time here


@pytest.fixture
def healthy(tmp_path, settings):
    """Keys under a password, the root's key taken away, a fresh list."""
    ca.create(
        tmp_path / "authority", NAMES, password=b"pw", now=NOW, settings=settings, profile=FAST
    )
    (tmp_path / "authority" / "keys" / "root.pem").unlink()
    with ca.Authority(tmp_path / "authority", password=b"pw") as authority:
        authority.issue("merchant-signing", application(), now=NOW)
        authority.publish(now=NOW)
        authority.backup(tmp_path / "backup", now=NOW)
        yield authority


def codes(authority, now=NOW):
    return {each.code for each in authority.examine(now=now)}


def test_healthy(healthy):
    assert codes(healthy) == set()


def test_fresh_from_init(authority):
    found = authority.examine(now=NOW)
    assert {each.code for each in found} == {
        "key-open", "root-key-online", "list-missing", "checkpoint-missing", "backup-missing",
    }  # fmt: skip
    assert {each.urgency for each in found} == {Urgency.WARNING}


def test_a_store_that_others_may_read(healthy, tmp_path, settings):
    store = tmp_path / "authority" / "store.sqlite"
    if not store.exists():
        pytest.skip("the store is no file")
    store.chmod(0o640)
    assert codes(healthy) == {"store-mode"}


def test_keys(healthy, tmp_path):
    key = tmp_path / "authority" / "keys" / "issuing.pem"
    key.chmod(0o644)
    assert codes(healthy) == {"key-mode"}
    key.unlink()
    assert codes(healthy) == {"key-missing"}


def test_lists_and_certificates_grow_old(healthy, tmp_path):
    assert codes(healthy, NOW + timedelta(days=8)) == {"list-stale", "backup-old"}
    assert "authority-expires" in codes(healthy, NOW + timedelta(days=3600))
    assert "authority-expired" in codes(healthy, NOW + timedelta(days=3660))
    (tmp_path / "authority" / "lists" / "issuing.crl").write_bytes(b"nonsense")
    assert codes(healthy) == {"list-damaged"}


def test_the_clock(healthy):
    assert codes(healthy, NOW - timedelta(hours=1)) >= {"clock-backwards"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE audit SET entry = :octets WHERE number = 1", "audit-changed"),
        ("DELETE FROM audit WHERE number = 1", "audit-gap"),
        ("DELETE FROM audit WHERE number > 3", "audit-changed"),
        ("INSERT INTO audit VALUES (5, :octets, :octets)", "audit-changed"),
    ],
)
def test_an_audit_log_that_was_changed(healthy, change, code):
    with healthy._store.writing() as connection:
        connection.execute(text(change), {"octets": b"{}"} if ":octets" in change else {})
    assert code in codes(healthy)
