"""``gmkit cert show`` and ``gmkit cert verify``: files in, verdicts and exit codes out."""

import json

import pytest
from click.testing import CliRunner

from gmkit_cli.app import root as gmkit
from tests.unit.pki import build

NOW = build.NOW.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cert")
    root, middle = build.root(), build.authority("middle", "root")
    leaf = build.leaf("leaf", "middle")
    wrong = build.leaf("leaf", "middle", user_id=b"")
    (folder / "root.pem").write_bytes(root.to_pem())
    (folder / "middle.der").write_bytes(middle.der)
    (folder / "chain.pem").write_bytes(leaf.to_pem() + middle.to_pem())
    (folder / "leaf.pem").write_bytes(leaf.to_pem())
    (folder / "wrong.pem").write_bytes(wrong.to_pem())
    (folder / "root.crl").write_bytes(build.crl("root").to_pem())
    hit = build.crl("middle", build.revoked(leaf.serial, reason=4))
    (folder / "middle.crl").write_bytes(hit.der)
    return folder


def run(files, *arguments):
    words = [str(files / a) if (files / a).is_file() else a for a in arguments]
    ran = CliRunner().invoke(gmkit, ["cert", *words])
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    return ran


def test_a_good_chain(files):
    ran = run(files, "verify", "chain.pem", "--root", "root.pem", "--at", NOW)
    assert ran.exit_code == 0
    assert ran.stdout.splitlines() == [
        "verified: CN=leaf", "  by CN=middle", "    by CN=root", "  not checked: revocation"
    ]  # fmt: skip
    ran = run(
        files,
        "verify",
        "--json",
        "leaf.pem",
        "--untrusted",
        "middle.der",
        "--root",
        "root.pem",
        "--at",
        NOW,
    )
    result = json.loads(ran.stdout)["result"]
    assert result["verified"] is True
    assert result["chain"] == ["CN=leaf", "CN=middle", "CN=root"]


def test_a_bad_one_has_exit_code_3_and_a_reason(files):
    ran = run(files, "verify", "leaf.pem", "--root", "root.pem", "--at", NOW)
    assert ran.exit_code == 3
    assert ran.stdout == ""
    assert (
        "CN=leaf: its issuer CN=middle is not at hand [GMK-CERTIFICATE unknown-issuer]"
        in ran.stderr
    )
    ran = run(
        files, "verify", "--json", "chain.pem", "--root", "root.pem", "--at", NOW,
        "--crl", "root.crl", "--crl", "middle.crl",
    )  # fmt: skip
    assert ran.exit_code == 3
    assert json.loads(ran.stdout)["error"]["reason"] == "revoked"


def test_explain_names_rule_clause_and_likely_cause(files):
    arguments = (
        "wrong.pem",
        "--untrusted",
        "middle.der",
        "--root",
        "root.pem",
        "--at",
        NOW,
        "--explain",
    )
    ran = run(files, "verify", *arguments)
    assert ran.exit_code == 3
    assert "clause: RFC 5280, 6.1.3 (a)(1)" in ran.stdout
    assert "likely cause: it verifies with the empty user ID [empty-user-id]" in ran.stdout
    ran = run(files, "verify", "--json", *arguments)
    result = json.loads(ran.stdout)["result"]
    assert ran.exit_code == 3
    assert result["verified"] is False
    assert [d["id"] for d in result["diagnoses"]] == ["empty-user-id"]
    # With the identifier that fits, the leaf is fine and the authority above is not.
    ran = run(files, "verify", *arguments, "--user-id", "")
    assert ran.exit_code == 3


def test_show_prints_every_kind_of_file(files):
    ran = run(files, "show", "chain.pem")
    assert ran.exit_code == 0
    assert ran.stdout.count("type: certificate") == 2
    assert "subject: CN=leaf" in ran.stdout
    assert "value: digitalSignature, nonRepudiation" in ran.stdout
    shown = json.loads(run(files, "show", "--json", "middle.crl").stdout)["result"]["items"]
    assert shown[0]["type"] == "revocation list"
    assert shown[0]["revoked"][0]["reason"] == "superseded"


def test_what_is_no_certificate_is_one_line(files):
    (files / "odd.pem").write_bytes(
        b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"
    )
    ran = run(files, "show", "odd.pem")
    assert ran.exit_code == 1
    assert ran.stderr.startswith("gmkit: error: certificate, byte ")
