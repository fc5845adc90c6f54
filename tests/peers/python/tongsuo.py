"""The package tongsuopy (Tongsuo's C code) as a peer."""

from __future__ import annotations

from typing import Any

from harness import serve
from tongsuopy.crypto import _serialization as written
from tongsuopy.crypto import exceptions, hashes, serialization
from tongsuopy.crypto.asymciphers import ec
from tongsuopy.crypto.ciphers import Cipher, algorithms, modes

Fields = dict[str, Any]
SM2_SM3 = ec.ECDSA(hashes.SM3())
PLAIN = written.NoEncryption()
FORMATS = {
    "pkcs8": written.PrivateFormat.PKCS8,
    "sec1": written.PrivateFormat.TraditionalOpenSSL,
    "pkcs8-aes": written.PrivateFormat.PKCS8,
}


def private_key(fields: Fields) -> Any:
    return ec.derive_private_key(int.from_bytes(fields["key"], "big"), ec.SM2())


def public_key(fields: Fields) -> Any:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SM2(), fields["public"])


def octets(key: Any) -> bytes:
    numbers = key.public_numbers()
    return b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")


def default_sign(fields: Fields) -> Fields:
    return {"signature": private_key(fields).sign(fields["data"], SM2_SM3)}


def default_verify(fields: Fields) -> Fields:
    try:
        public_key(fields).verify(fields["signature"], fields["data"], SM2_SM3)
    except exceptions.InvalidSignature:
        return {"valid": False}
    return {"valid": True}


def only_default(fields: Fields) -> None:
    if "id" in fields or fields["form"] != "der":
        raise ValueError("the default identifier and DER only")


def sign(fields: Fields) -> Fields:
    only_default(fields)
    return default_sign(fields)


def verify(fields: Fields) -> Fields:
    only_default(fields)
    return default_verify(fields)


def sm3(fields: Fields) -> Fields:
    running = hashes.Hash(hashes.SM3())
    running.update(fields["data"])
    return {"digest": running.finalize()}


def pad(data: bytes) -> bytes:
    count = 16 - len(data) % 16
    return data + bytes([count]) * count


def sm4_encrypt(fields: Fields) -> Fields:
    data, aad = fields["data"], fields.get("aad")
    if fields["form"] == "cbc":
        context = Cipher(algorithms.SM4(fields["key"]), modes.CBC(fields["iv"])).encryptor()
        return {"ciphertext": context.update(pad(data)) + context.finalize()}
    if fields["form"] == "ctr":
        context = Cipher(algorithms.SM4(fields["key"]), modes.CTR(fields["iv"])).encryptor()
        return {"ciphertext": context.update(data) + context.finalize()}
    context = Cipher(algorithms.SM4(fields["key"]), modes.GCM(fields["iv"])).encryptor()
    context.authenticate_additional_data(aad)
    return {"ciphertext": context.update(data) + context.finalize() + context.tag}


def sm4_decrypt(fields: Fields) -> Fields:
    data, aad = fields["ciphertext"], fields.get("aad")
    if fields["form"] == "cbc":
        context = Cipher(algorithms.SM4(fields["key"]), modes.CBC(fields["iv"])).decryptor()
        padded = context.update(data) + context.finalize()
        return {"data": padded[: -padded[-1]]}
    if fields["form"] == "ctr":
        context = Cipher(algorithms.SM4(fields["key"]), modes.CTR(fields["iv"])).decryptor()
        return {"data": context.update(data) + context.finalize()}
    mode = modes.GCM(fields["iv"], data[-16:])
    context = Cipher(algorithms.SM4(fields["key"]), mode).decryptor()
    context.authenticate_additional_data(aad)
    return {"data": context.update(data[:-16]) + context.finalize()}


def key_write(fields: Fields) -> Fields:
    protection = PLAIN
    if "password" in fields:
        protection = written.BestAvailableEncryption(fields["password"])
    form = FORMATS[fields["form"]]
    return {"der": private_key(fields).private_bytes(written.Encoding.DER, form, protection)}


def key_read(fields: Fields) -> Fields:
    key = serialization.load_der_private_key(fields["der"], fields.get("password"))
    number = key.private_numbers().private_value
    return {"key": number.to_bytes(32, "big"), "public": octets(key.public_key())}


def public_write(fields: Fields) -> Fields:
    form = written.PublicFormat.SubjectPublicKeyInfo
    return {"der": public_key(fields).public_bytes(written.Encoding.DER, form)}


def public_read(fields: Fields) -> Fields:
    return {"public": octets(serialization.load_der_public_key(fields["der"]))}


serve(
    "tongsuopy 1.0.1 (Tongsuo 8.3)",
    {
        "sign": sign,
        "verify": verify,
        "default.sign": default_sign,
        "default.verify": default_verify,
        "sm3": sm3,
        "sm4.encrypt": sm4_encrypt,
        "sm4.decrypt": sm4_decrypt,
        "key.write": key_write,
        "key.read": key_read,
        "public.write": public_write,
        "public.read": public_read,
    },
)
