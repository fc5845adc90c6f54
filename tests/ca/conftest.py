"""An authority in a folder of its own for each test."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from gmkit import ca, sm2, x509
from gmkit.ca.layout import Layout, Settings
from gmkit.ca.store import Store
from tests.postgres import server

NOW = datetime(2026, 11, 22, 8, 0, 0, 250_000, tzinfo=timezone.utc)
NAMES = ca.Names(
    root=x509.parse_name("CN=Root,O=Company,C=CN"),
    issuing=x509.parse_name("CN=Issuing,O=Company,C=CN"),
)
# A ceremony, in whose place of the store stands STORE.
CEREMONY = """
[ceremony]
title = "Root of 2026"
witnesses = ["Alice", "Bob"]

[root]
folder = "medium/root"
subject = "CN=Root,O=Company,C=CN"
days = 4000

[issuing]
subject = "CN=Issuing,O=Company,C=CN"
days = 2000
crl_urls = ["http://a.example/c.crl"]
store = "STORE"
"""


def application(name="Shop"):
    key = sm2.generate_private_key()
    return ca.Application(
        subject=x509.build_name((("C", "CN"), ("O", "Company"), ("CN", name))),
        public_key_info=key.public_key().to_der(),
    )


def store_of(folder):
    """The store of an authority, to look into."""
    layout = Layout(folder)
    return Store(layout.store_url(layout.read_settings().store))


@pytest.fixture(scope="session")
def postgres():
    with server() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request):
    """An authority's settings with each kind of store in turn; the store is new and empty."""
    if request.param == "sqlite":
        return Settings()
    return Settings(store=request.getfixturevalue("postgres").url())


@pytest.fixture
def folder(tmp_path, settings):
    ca.create(tmp_path / "authority", NAMES, password=None, now=NOW, settings=settings)
    return tmp_path / "authority"


@pytest.fixture
def authority(folder):
    with ca.Authority(folder) as opened:
        yield opened
