"""A second opinion: whatever we issue is clean under pkilint as well."""

from __future__ import annotations

import pytest

from gmkit import ca
from gmkit.pki.issue import issue, random_serial
from gmkit.pki.profile import load_profile
from gmkit.x509 import RevocationReason
from tests.ca.conftest import NAMES
from tests.ca.conftest import application as shop
from tests.pki_issue.conftest import NOW
from tests.pki_issue.test_issue import END_ENTITIES, fitting

# pkilint leaves the files it reads to the collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def pkilint(capsys, tmp_path, monkeypatch):
    """Lints octets with one of pkilint's programs; returns what it says from NOTICE upwards."""
    from importlib import import_module

    def run(program, *arguments, **files):
        paths = []
        for name, octets in files.items():
            (tmp_path / name).write_bytes(octets)
            paths.append(str(tmp_path / name))
        main = import_module(f"pkilint.bin.{program}").main
        count = main(["lint", "-s", "NOTICE", *arguments, *paths])
        said = capsys.readouterr().out
        return f"{count} findings\n{said}" if count else ""

    return run


def test_authorities(pkilint, hierarchy):
    for certificate in (hierarchy.root, hierarchy.issuing):
        assert pkilint("lint_pkix_cert", certificate=certificate.to_pem()) == ""


# What pkilint cannot know: it has no SM2 signatures, and RFC 8813 forbids encryption with keys of
# id-ecPublicKey, which GM/T 0015-2012, table C.4, asks for in the other half of a pair.
UNKNOWN_SIGNATURE = "pkix.unsupported_algorithm (NOTICE)"
ENCRYPTION = "pkix.key_usage_value_prohibited_for_ec (ERROR)"


@pytest.mark.parametrize("name", END_ENTITIES)
def test_end_entities(pkilint, hierarchy, name):
    profile = load_profile(name)
    made = issue(hierarchy.issuer, profile, fitting(name), serial=random_serial(), not_before=NOW)
    said = pkilint("lint_pkix_cert", certificate=made.to_pem())
    if "keyEncipherment" in profile.key_usage:
        assert said.startswith("1 findings")
        assert ENCRYPTION in said
    else:
        assert said == ""
        chain = {"issuer": hierarchy.issuing.to_pem(), "subject": made.to_pem()}
        said = pkilint("lint_pkix_signer_signee_cert_chain", **chain)
        assert said.startswith("1 findings")
        assert UNKNOWN_SIGNATURE in said


def test_revocation_lists(pkilint, tmp_path):
    ca.create(tmp_path / "authority", NAMES, password=None, now=NOW)
    with ca.Authority(tmp_path / "authority") as authority:
        serials = [
            authority.issue("merchant-signing", shop(str(number)), now=NOW).serial
            for number in range(4)
        ]
        lists = [authority.publish(now=NOW)]
        authority.revoke(
            serials[:2], reason=RevocationReason.KEY_COMPROMISE, now=NOW, invalid_since=NOW
        )
        authority.revoke([serials[2]], reason=RevocationReason.UNSPECIFIED, now=NOW)
        lists.append(authority.publish(now=NOW))
        authority.revoke([serials[3]], reason=RevocationReason.SUPERSEDED, now=NOW)
        lists.append(authority.publish(now=NOW, delta=True))
    for made in lists:
        for each in made.values():
            assert pkilint("lint_crl", "-t", "CRL", "-p", "PKIX", crl=each.to_pem()) == ""
