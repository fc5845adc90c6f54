import pytest

from gmkit import sm2
from gmkit.receipts import Signers


@pytest.fixture(scope="session")
def key():
    return sm2.generate_private_key()


@pytest.fixture(scope="session")
def signers(key):
    return Signers(keys=[key.public_key()])
