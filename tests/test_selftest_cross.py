"""Ours beside OpenSSL and gmssl, on random input; a difference is found and named."""

import sys

import pytest

from gmkit import errors, selftest, sm2, sm3
from gmkit._native import selftest as native
from gmkit.selftest import cross

SEED = bytes(range(16))
OPENSSL = {
    *("SM3", "HMAC-SM3", "HKDF-SM3", "PBKDF2-HMAC-SM3"),
    *(f"SM4-{mode}" for mode in ("ECB", "CBC", "CTR", "CFB", "OFB", "GCM")),
}
GMSSL = {"SM3", "SM4-CBC", "SM2 signature", "SM2 encryption"}


def compared(report, against):
    return {each.name: each for each in report.outcomes if each.against == against}


def test_ours_and_theirs_agree(cpu_path):
    report = selftest.run(cross=True, cases=4)
    assert report.passed, report
    assert set(compared(report, "OpenSSL")) == OPENSSL
    assert set(compared(report, "gmssl")) == GMSSL
    assert {each.status for each in report.outcomes} == {"passed"}
    assert {each.cases for each in report.outcomes if each.against == "OpenSSL"} == {4}
    assert len(report.seed) == 32


def test_the_same_seed_gives_the_same_inputs():
    def inputs(seed):
        given = cross.Inputs(seed, "SM3", 3)
        return [given.message(least=1) for _ in range(3)]

    assert inputs(SEED) == inputs(SEED)
    assert inputs(SEED) != inputs(SEED[::-1])
    assert selftest.run(cross=True, cases=1, seed=SEED).seed == SEED.hex()
    assert selftest.run(seed=SEED).seed is None


@pytest.mark.parametrize("name", sorted(OPENSSL))
def test_a_difference_is_found_and_puts_nothing_out_of_service(monkeypatch, name):
    broken = {
        "SM3": ("sm3", "digest"),
        "HMAC-SM3": ("mac", "hmac_sm3"),
        "HKDF-SM3": ("kdf", "hkdf_sm3"),
        "PBKDF2-HMAC-SM3": ("kdf", "pbkdf2_sm3"),
        "SM4-CBC": ("modes", "cbc_encrypt"),
    }
    if name in broken:
        module, function = broken[name]
        target = getattr(cross, module)
        genuine = getattr(target, function)
        monkeypatch.setattr(target, function, lambda *a, **k: genuine(*a, **k)[:-1] + b"\0\0")
    elif name == "SM4-GCM":
        genuine = cross.sm4.SM4GCM
        monkeypatch.setattr(cross.sm4, "SM4GCM", lambda key: genuine(key[::-1]))
    else:
        mode = name[4:]
        genuine, option, whole = cross.MODES[mode]
        wrong = (lambda *a, **k: genuine(*a, **k) + b"\0", option, whole)
        monkeypatch.setitem(cross.MODES, mode, wrong)
    report = selftest.run(cross=True, cases=2, seed=SEED)
    assert not report.passed
    assert compared(report, "OpenSSL")[name].status == "failed"
    assert compared(report, "OpenSSL")[name].detail == "case 0 differs"
    assert native.state() == "passed"
    assert sm3.SM3(b"abc").hexdigest().startswith("66c7f0f4")


def test_ours_refusing_theirs_is_a_difference(monkeypatch):
    def refused(*arguments, **options):
        raise errors.InvalidSignature

    genuine = sm2.SM2PrivateKey

    class Ours:
        """A key whose public half refuses every signature."""

        def __init__(self, key):
            self._key = key
            self.to_bytes = key.public_key().to_bytes
            self.encrypt = key.public_key().encrypt
            self.decrypt, self.sign, self.verify = key.decrypt, key.sign, refused

        @classmethod
        def from_bytes(cls, data):
            return cls(genuine.from_bytes(data))

        def public_key(self):
            return self

    monkeypatch.setattr(cross.sm2, "SM2PrivateKey", Ours)
    outcome = compared(selftest.run(cross=True, cases=1), "gmssl")["SM2 signature"]
    assert (outcome.status, outcome.detail) == ("failed", "case 0: InvalidSignature")


def test_without_gmssl_it_is_said(monkeypatch):
    for name in ("gmssl", "gmssl.sm2", "gmssl.sm3", "gmssl.sm4"):
        monkeypatch.setitem(sys.modules, name, None)
    report = selftest.run(cross=True, cases=1)
    assert report.passed
    (missing,) = compared(report, "gmssl").values()
    assert (missing.status, missing.cases) == ("not run", 0)
    assert "gmssl" in missing.detail


def test_after_a_wrong_known_answer_nothing_is_compared(monkeypatch):
    monkeypatch.setattr(native, "run", lambda: [("SM3", False)])
    report = selftest.run(cross=True)
    assert [each.against for each in report.outcomes] == ["known answer"]
