"""Every vector file, on every CPU path, through the interface of Python that users have."""

import pytest

from tests.vectors import check_exchange, check_sm2, check_sm3, check_sm4, loader

CHECKS = {
    **check_exchange.CHECKS,
    **check_sm2.CHECKS,
    **check_sm3.CHECKS,
    **check_sm4.CHECKS,
}
# Claimed elsewhere, with the reason; a name that no file has any more is an error.
ELSEWHERE = {
    "SM2-receipt": "tests/receipts/test_corpus.py runs it, in every way receipts are verified",
    "SM2-KDF": "inside SM2 only; rust/gmkit-encoding/tests/vectors/ runs it",
    "SM2-signature-on-example-curve": "gmkit has one curve; test_reference.py runs it",
    "SM2-encryption-on-example-curve": "gmkit has one curve; test_reference.py runs it",
    "SM2-key-exchange-on-example-curve": "gmkit has one curve; test_reference.py runs it",
}
FILES = [(path, loader.checked(path)["algorithm"]) for path in loader.every_file()]


@pytest.mark.parametrize(
    "path",
    [path for path, algorithm in FILES if algorithm not in ELSEWHERE],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_vectors(path, cpu_path):
    assert loader.run(path, CHECKS) > 0


def test_what_is_claimed_elsewhere_exists():
    assert set(ELSEWHERE) <= {algorithm for _, algorithm in FILES}
    assert not set(ELSEWHERE) & set(CHECKS)
