import json
from datetime import datetime, timedelta, timezone

import pytest

from gmkit import sm2
from gmkit.errors import VerificationError
from gmkit.receipts import Receipt, Signers, sign_batch
from gmkit.receipts.ledger import Ledger, checkpoint
from tests.postgres import server

NOW = datetime(2026, 1, 31, 8, tzinfo=timezone.utc)
ORIGIN = "shop.example/receipts"


@pytest.fixture(scope="session")
def log():
    return sm2.generate_private_key()


@pytest.fixture(scope="session")
def shop():
    return sm2.generate_private_key()


@pytest.fixture(scope="session")
def trusted(shop):
    return Signers(keys=[shop.public_key()])


def record(number, **more):
    return {
        "kind": "order",
        "id": f"{number:06}",
        "time": "2026-01-31T07:00:00Z",
        "amount": number,
        "currency": "CNY",
        **more,
    }


def receipts_of(key, rows):
    return sign_batch([json.dumps(row).encode() for row in rows], key)["receipt"].to_pylist()


@pytest.fixture(scope="session")
def many(shop):
    """Receipts 0 to 1999: of orders of three."""
    return receipts_of(shop, [record(n, order=f"o{n // 3}", sequence=n % 3) for n in range(2000)])


@pytest.fixture(scope="session")
def postgres():
    with server() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """A place for a ledger, on each of the databases."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    return request.getfixturevalue("postgres").url()


@pytest.fixture
def make(tmp_path, log):
    """Makes a ledger at a URL."""
    opened = []

    def make(url=f"sqlite:///{tmp_path}/ledger.db", *, segment=256, objects=None, origin=ORIGIN):
        where = objects or f"file://{tmp_path}/objects"
        made = Ledger.create(
            url, origin=origin, public_key=log.public_key(), objects=where, segment=segment
        )
        opened.append(made)
        return made

    yield make
    for each in opened:
        each.close()


@pytest.fixture
def ledger(make):
    return make()


def later(minutes):
    return NOW + timedelta(minutes=minutes)


def note(ledger, log, minutes=0):
    return checkpoint(ledger, log, now=later(minutes))


def reason(call, *arguments, error=VerificationError, **options):
    with pytest.raises(error) as caught:
        call(*arguments, **options)
    return getattr(caught.value, "reason", None)


def signature_of(kept):
    return Receipt.parse(kept.receipt).signature
