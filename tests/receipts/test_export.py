"""One signature, three views, each verified by somebody else's tool."""

import base64
import json

import jwt
import pytest
from jwt.algorithms import Algorithm

from gmkit import cms, errors, receipts, sm2
from gmkit.receipts import Record, conceal, export
from tests.certificates import certificate
from tests.openssl import openssl, openssl_fails
from tests.peers import peer

KEY = sm2.generate_private_key()
CERTIFICATE = certificate(KEY, "Corner Shop")
ROWS = [
    {"kind": "order", "id": f"o-{n}", "time": "2026-01-31T08:00:00Z", "note": "两箱苹果" * n}
    for n in range(4)
]
PLAIN = [receipts.sign(Record.from_mapping(row), KEY) for row in ROWS]


def withholding():
    made, disclosures = conceal(
        Record.from_mapping(ROWS[1] | {"buyer": {"name": "王小明"}}), ["buyer"]
    )
    return receipts.sign(made, KEY, disclosures=disclosures)


ALL = [*PLAIN, withholding()]


@pytest.mark.parametrize("receipt", ALL)
def test_openssl_verifies_the_raw_view(receipt, tmp_path):
    message, signature = export.to_raw(receipt)
    names = {"m": message, "s": signature, "k": KEY.public_key().to_pem(), "x": message + b"!"}
    for name, data in names.items():
        (tmp_path / name).write_bytes(data)

    def arguments(message):
        return (
            "pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678",
            "-pubin", "-inkey", tmp_path / "k", "-in", tmp_path / message, "-sigfile", tmp_path / "s",
        )  # fmt: skip

    assert b"Success" in openssl(*arguments("m"))
    openssl_fails(*arguments("x"))


class SM2(Algorithm):
    """SM2 for PyJWT."""

    def prepare_key(self, key):
        return key

    def sign(self, msg, key):
        return key.sign(msg, format=sm2.SignatureFormat.RAW)

    def verify(self, msg, key, sig):
        try:
            key.verify(sig, msg, format=sm2.SignatureFormat.RAW)
        except errors.InvalidSignature:
            return False
        return True

    @staticmethod
    def to_jwk(key_obj, as_dict=False):
        raise jwt.InvalidKeyError("no JWK form of SM2 keys is registered")

    @staticmethod
    def from_jwk(jwk):
        raise jwt.InvalidKeyError("no JWK form of SM2 keys is registered")


@pytest.fixture(scope="module")
def jose():
    library = jwt.PyJWS()
    library.register_algorithm("SGD_SM3_SM2", SM2())
    return library


@pytest.mark.parametrize("receipt", ALL)
def test_a_jose_library_verifies_the_jws_view(jose, receipt):
    found = jose.decode_complete(receipt.core, KEY.public_key(), algorithms=["SGD_SM3_SM2"])
    assert found["payload"] == receipt.payload
    assert found["header"]["typ"] == receipt.type
    head, payload, signature = receipt.core.split(".")
    forged = f"{head}.{payload[:-4]}AAAA.{signature}"
    with pytest.raises(jwt.InvalidSignatureError):
        jose.decode_complete(forged, KEY.public_key(), algorithms=["SGD_SM3_SM2"])


def test_what_a_jose_library_signs_is_a_receipt(jose):
    record = Record.from_mapping(ROWS[2])
    kid = base64.urlsafe_b64encode(receipts.key_id(KEY.public_key())).rstrip(b"=").decode()
    text = jose.encode(
        record.to_payload(), KEY, algorithm="SGD_SM3_SM2", headers={"kid": kid, "typ": "gmr+jws"}
    )
    trusted = receipts.Signers(keys=[KEY.public_key()])
    assert receipts.verify(text, trusted).record == record


def test_the_json_form_holds_the_same_parts():
    whole = json.loads(export.to_jws_json(ALL[-1], [CERTIFICATE]))
    assert ".".join([whole["protected"], whole["payload"], whole["signature"]]) == ALL[-1].core
    assert base64.b64decode(whole["header"]["x5c"][0]) == CERTIFICATE.der
    assert tuple(whole["header"]["disclosures"]) == ALL[-1].disclosures
    assert "header" not in json.loads(export.to_jws_json(PLAIN[0]))


# gmsm knows signatures by the identifier of GM/T 0010 alone, Bouncy Castle the types of RFC 5652 alone.
@pytest.mark.parametrize(
    ("name", "family"), [("gmsm", cms.Family.GM), ("bouncycastle", cms.Family.RFC)]
)
def test_other_libraries_verify_the_cms_view(name, family):
    other = peer(name)
    for receipt in ALL:
        message = export.to_cms(receipt, CERTIFICATE, family=family)
        answer = other.call("cms.verify", der=message)
        assert answer["valid"] is True, answer
        at = message.index(receipt.signed)
        changed = message[:at] + b"x" + message[at + 1 :]
        assert other.call("cms.verify", der=changed)["valid"] is False


@pytest.mark.parametrize("family", list(cms.Family))
def test_the_cms_view_holds_the_receipts_own_signature(family):
    parsed = cms.parse(export.to_cms(PLAIN[1], CERTIFICATE, family=family))
    (info,) = parsed.signers
    assert info.signature == export.to_raw(PLAIN[1])[1]


def test_the_certificate_of_another_key_is_refused():
    other = certificate(sm2.generate_private_key(), "Other")
    with pytest.raises(errors.InvalidArgument):
        export.to_cms(PLAIN[0], other)
