"""Stock OpenSSL: an RSA authority that stamps an SM3 imprint, and RSA and ECDSA signers of CMS messages."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from gmkit import cms, documents, x509
from gmkit.verdict import Outcome, State, Trust
from tests.openssl import openssl

CONTENT = b"data to be stamped\n"
CONFIG = """
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
[tsa]
basicConstraints = CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[signer]
basicConstraints = CA:false
keyUsage = critical, digitalSignature
[stamping]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256, sm3
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = {ess}
"""


def authority(folder: Path, ess: str = "sha256") -> None:
    config = folder / "openssl.cnf"
    config.write_text(CONFIG.format(folder=folder, ess=ess))
    (folder / "serial").write_text("01\n")
    for name, algorithm in (("root", ["rsa:2048"]), ("tsa", ["rsa:2048"]), ("signer", ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"])):  # fmt: skip
        common = [
            "-nodes",
            "-keyout",
            folder / f"{name}.key",
            "-subj",
            f"/CN={name}",
            "-config",
            config,
        ]
        if name == "root":
            openssl("req", "-x509", "-newkey", *algorithm, *common, "-days", "3650", "-extensions", "root", "-out", folder / "root.pem")  # fmt: skip
            continue
        openssl("req", "-new", "-newkey", *algorithm, *common, "-out", folder / f"{name}.csr")
        openssl(
            "x509", "-req", "-in", folder / f"{name}.csr", "-CA", folder / "root.pem", "-CAkey", folder / "root.key",
            "-CAcreateserial", "-days", "900", "-extfile", config, "-extensions", name, "-out", folder / f"{name}.pem",
        )  # fmt: skip


def trust(folder: Path) -> Trust:
    roots = x509.load_certificates((folder / "root.pem").read_bytes())
    return Trust(datetime.now(timezone.utc) + timedelta(minutes=1), tuple(roots))


@pytest.mark.parametrize("ess", ["sha1", "sha256"])
def test_an_rsa_timestamp_over_an_sm3_imprint(tmp_path, ess):
    authority(tmp_path, ess)
    (tmp_path / "data").write_bytes(CONTENT)
    openssl("ts", "-query", "-sm3", "-data", tmp_path / "data", "-cert", "-out", tmp_path / "query")
    openssl(
        "ts", "-reply", "-config", tmp_path / "openssl.cnf", "-section", "stamping",
        "-queryfile", tmp_path / "query", "-out", tmp_path / "answer",
    )  # fmt: skip
    answer = (tmp_path / "answer").read_bytes()
    verdict = documents.verify(CONTENT, trust=trust(tmp_path), signature=answer)
    (one,) = verdict.signatures
    assert (one.intact.state, one.chain.state) == (State.PASSED, State.PASSED), one
    assert verdict.reasons == ("revocation-unknown",)
    assert one.signer.subject == "CN=tsa"
    wrong = documents.verify(CONTENT + b"!", trust=trust(tmp_path), signature=answer)
    assert wrong.outcome is Outcome.INVALID


@pytest.mark.parametrize("signer", ["signer", "tsa"])
@pytest.mark.parametrize("streamed", [[], ["-stream", "-indef"]])
def test_cms_of_other_algorithms(tmp_path, signer, streamed):
    authority(tmp_path)
    (tmp_path / "data").write_bytes(CONTENT * 3000)
    openssl(
        "cms", "-sign", "-binary", "-nodetach", *streamed, "-in", tmp_path / "data", "-outform", "DER",
        "-signer", tmp_path / f"{signer}.pem", "-inkey", tmp_path / f"{signer}.key", "-md", "sha256", "-out", tmp_path / "message",
    )  # fmt: skip
    data = (tmp_path / "message").read_bytes()
    verdict = documents.verify(data, trust=trust(tmp_path))
    assert verdict.signatures[0].intact.state is State.PASSED
    assert verdict.reasons == ("revocation-unknown",)
    with (tmp_path / "message").open("rb") as file:
        message, content = cms.open_signed(file)
        assert content is not None
        cms.verify_signatures(message, content=content)
    changed = data.replace(b"stamped", b"stumped", 1)
    assert documents.verify(changed, trust=trust(tmp_path)).outcome is Outcome.INVALID
