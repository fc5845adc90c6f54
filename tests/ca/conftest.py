"""An authority in a folder of its own for each test."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from gmkit import ca, sm2, x509

NOW = datetime(2026, 11, 22, 8, 0, 0, 250_000, tzinfo=timezone.utc)
NAMES = ca.Names(
    root=x509.parse_name("CN=Root,O=Company,C=CN"),
    issuing=x509.parse_name("CN=Issuing,O=Company,C=CN"),
)


def application(name="Shop"):
    key = sm2.generate_private_key()
    return ca.Application(
        subject=x509.build_name((("C", "CN"), ("O", "Company"), ("CN", name))),
        public_key_info=key.public_key().to_der(),
    )


@pytest.fixture
def folder(tmp_path):
    ca.create(tmp_path / "authority", NAMES, password=None, now=NOW)
    return tmp_path / "authority"


@pytest.fixture
def authority(folder):
    with ca.Authority(folder) as opened:
        yield opened
