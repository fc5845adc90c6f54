"""What a set of signers holds, and how much it takes from strangers' files; paths are in test_certificates.py."""

import pytest

from gmkit.errors import InvalidArgument
from gmkit.receipts import Signers
from gmkit.receipts import signers as module
from tests.receipts.test_certificates import NOW, make


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return make(tmp_path_factory.mktemp("authority") / "one", "One")


def test_certificates_at_hand_are_those_given_and_those_that_came(shop):
    signers = Signers(certificates=[shop.certificate])
    assert signers.certificates() == [shop.certificate.der]
    assert signers.offer(shop.issuing.der)
    assert signers.offer(shop.certificate.der)
    assert signers.certificates() == [shop.certificate.der, shop.issuing.der]


def test_octets_that_are_no_certificate_are_told_and_not_kept(shop):
    signers = Signers()
    assert not signers.offer(b"")
    assert not signers.offer(shop.certificate.der[:-1])
    assert signers.certificates() == []


def test_a_hostile_file_cannot_fill_the_memory(shop, monkeypatch):
    monkeypatch.setattr(module, "MAX_CERTIFICATES", 2)
    signers = Signers()
    for each in (shop.certificate, shop.issuing, shop.root):
        assert signers.offer(each.der)
    assert signers.certificates() == [shop.certificate.der, shop.issuing.der]


def test_roots_need_a_time_and_no_roots_need_none(shop):
    with pytest.raises(InvalidArgument, match="for a time"):
        Signers(roots=[shop.root])
    assert Signers(time=NOW).certificates() == []
