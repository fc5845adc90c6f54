"""Chains that running authorities and other programs made, judged as of their own time."""

import json
from datetime import datetime, timezone

import pytest

from gmkit import errors, pki, x509
from gmkit.pki import Purpose, Revocation
from tests.shared import shared

FOLDER = "vectors-raw/real-chinese-cas"


def read(path):
    return x509.load_certificates(path.read_bytes())[0]


def test_every_authority_of_the_national_roots_has_its_chain():
    folder = shared(FOLDER)
    index = json.loads((folder / "pki_index.json").read_text())["entries"]
    by_file = {entry["file"]: entry for entry in index}
    roots = [
        read(folder / "pki" / name)
        for name in ("ROOTCA.pem", "Civil_Servant_ROOT.pem", "Device_ROOT.pem")
    ]
    judged = 0
    for file in sorted((folder / "pki").glob("*.crt")):
        entry = by_file[f"pki/{file.name}"]
        if not entry.get("verified_by"):
            continue
        certificate = read(file)
        judge = pki.Verifier(
            roots, time=certificate.not_before, purpose=Purpose.ANY, revocation=Revocation.NONE
        )
        assert judge.verify(certificate).root in roots, file.name
        judged += 1
    assert judged > 50


def test_the_list_of_the_national_root_is_believed():
    folder = shared(FOLDER) / "pki"
    root = read(folder / "ROOTCA.pem")
    _, [crl] = x509.load_bundle((folder / "ROOTCA.crl").read_bytes())
    time = datetime(2022, 5, 20, tzinfo=timezone.utc)
    judge = pki.Verifier([root], time=time, purpose=Purpose.ANY, crls=[crl])
    revoked = {entry.serial for entry in crl}
    verdicts = set()
    for file in sorted(folder.glob("*.crt")):
        certificate = read(file)
        if certificate.issuer != root.subject or not (
            certificate.not_before <= time <= certificate.not_after
        ):
            continue
        if certificate.serial in revoked:
            with pytest.raises(errors.CertificateRejected) as caught:
                judge.verify(certificate)
            verdicts.add(caught.value.reason)
        else:
            assert judge.verify(certificate).not_checked == ()
            verdicts.add("good")
    assert "good" in verdicts
    assert verdicts <= {"good", "revoked"}
