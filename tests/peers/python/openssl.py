"""
OpenSSL of this machine as a peer: algorithms through its library, files through its program.

The program checks SM2 certificates and requests itself, given the identifier. Of revocation lists and OCSP
responses it cannot be told the identifier: it reads them, and the library verifies their stored octets.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import libcrypto
from harness import serve

Fields = dict[str, Any]
ID = "distid:1234567812345678"


def openssl(*arguments: object, stdin: bytes = b"", may_fail: bool = False) -> bytes:
    ran = subprocess.run(
        ["openssl", *map(str, arguments)],
        input=stdin, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    if ran.returncode and not may_fail:
        raise ValueError(ran.stderr.decode(errors="replace")[-300:])
    return ran.stdout if not may_fail else ran.stdout + ran.stderr


def with_key(operation: Callable[[int, Fields], Fields], which: str) -> Callable[[Fields], Fields]:
    def run(fields: Fields) -> Fields:
        if which == "key":
            key = libcrypto.private_key(fields["key"], fields["public"])
        else:
            key = libcrypto.public_key(fields["public"])
        try:
            return operation(key, fields)
        finally:
            libcrypto._lib.EVP_PKEY_free(key)

    return run


def der_only(fields: Fields) -> None:
    if fields["form"] != "der":
        raise ValueError("DER only")


def sign(key: int, fields: Fields) -> Fields:
    der_only(fields)
    identifier = fields.get("id", b"1234567812345678")
    return {"signature": libcrypto.sign(key, fields["data"], identifier)}


def verify(key: int, fields: Fields) -> Fields:
    der_only(fields)
    identifier = fields.get("id", b"1234567812345678")
    return {"valid": libcrypto.verify(key, fields["signature"], fields["data"], identifier)}


def encrypt(key: int, fields: Fields) -> Fields:
    der_only(fields)
    return {"ciphertext": libcrypto.encrypt(key, fields["data"])}


def decrypt(key: int, fields: Fields) -> Fields:
    der_only(fields)
    return {"data": libcrypto.decrypt(key, fields["ciphertext"])}


def pkcs8(fields: Fields) -> bytes:
    """A private key as input of the program, in the form it writes itself."""
    inner = b"\x02\x01\x01\x04\x20" + fields["key"] + bytes.fromhex("a144034200") + fields["public"]
    head = bytes.fromhex("308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b")
    return head + inner


def key_write(fields: Fields) -> Fields:
    form, key = fields["form"], pkcs8(fields)
    common = ("-inform", "DER", "-outform", "DER")
    if form == "pkcs8":
        return {"der": openssl("pkey", *common, stdin=key)}
    if form == "sec1":
        return {"der": openssl("ec", *common, stdin=key)}
    with TemporaryDirectory() as folder:
        secret = Path(folder, "password")
        secret.write_bytes(fields["password"])
        cipher = {
            "pkcs8-aes": ("aes-256-cbc", "hmacWithSHA256"),
            "pkcs8-sm4": ("sm4-cbc", "hmacWithSHA256"),
        }
        name, prf = cipher[form]
        protection = ("-topk8", "-v2", name, "-v2prf", prf, "-passout", f"file:{secret}")
        return {"der": openssl("pkcs8", *common, *protection, stdin=key)}


def key_read(fields: Fields) -> Fields:
    with TemporaryDirectory() as folder:
        secret: tuple[str, ...] = ()
        if "password" in fields:
            path = Path(folder, "password")
            path.write_bytes(fields["password"])
            secret = ("-passin", f"file:{path}")
        words = openssl(
            "pkey", "-inform", "DER", "-text", "-noout", *secret, stdin=fields["der"]
        ).decode()  # fmt: skip
    # Shown as a number: with a zero in front, or without some.
    private = hex_after(words, "priv")[-32:].rjust(32, b"\0")
    return {"key": private, "public": hex_after(words, "pub")}


def hex_after(words: str, label: str) -> bytes:
    found = re.search(rf"^ *{label}:\n((?: +[0-9a-f:]+\n)+)", words, re.MULTILINE)
    if found is None:
        raise ValueError(f"OpenSSL does not show {label}")
    return bytes.fromhex(re.sub(r"[^0-9a-f]", "", found[1]))


def public_read(fields: Fields) -> Fields:
    words = openssl("pkey", "-pubin", "-inform", "DER", "-text", "-noout", stdin=fields["der"])
    return {"public": hex_after(words.decode(), "pub")}


def public_write(fields: Fields) -> Fields:
    key = libcrypto.SM2_KEY + fields["public"]
    return {"der": openssl("pkey", "-pubin", "-inform", "DER", "-outform", "DER", stdin=key)}


class Folder:
    """Files for a call of the program."""

    def __init__(self, folder: str) -> None:
        self.path = Path(folder)

    def put(self, name: str, data: bytes) -> Path:
        (self.path / name).write_bytes(data)
        return self.path / name


def in_folder(operation: Callable[[Folder, Fields], Fields]) -> Callable[[Fields], Fields]:
    def run(fields: Fields) -> Fields:
        with TemporaryDirectory() as folder:
            return operation(Folder(folder), fields)

    return run


def request_write(folder: Folder, fields: Fields) -> Fields:
    key = folder.put("key.der", pkcs8(fields))
    return {
        "der": openssl(
            "req", "-new", "-key", key, "-keyform", "DER", "-sm3", "-sigopt", ID,
            "-subj", f"/CN={fields['subject']}", "-outform", "DER",
        )
    }  # fmt: skip


def request_read(folder: Folder, fields: Fields) -> Fields:
    path = folder.put("request.der", fields["der"])
    words = openssl(
        "req", "-inform", "DER", "-in", path, "-noout", "-verify", "-vfyopt", ID, "-text",
        may_fail=True,
    ).decode()  # fmt: skip
    return {
        "subject": common_name(words),
        "public": hex_after(words, "pub"),
        "valid": "self-signature verify OK" in words,
    }


def common_name(words: str) -> str:
    found = re.search(r"Subject: .*?CN = ([^,\n]*)", words)
    if found is None:
        raise ValueError(f"no subject: {words[:200]}")
    return found[1]


def certificate_write(folder: Folder, fields: Fields) -> Fields:
    """
    By the mini CA, the only one of its programs that takes both ends of validity. It wants a request, and so
    the subject's private key as well.
    """
    key = folder.put("key.der", pkcs8({"key": fields["subject_key"], "public": fields["public"]}))
    signer = pkcs8({"key": fields["key"], "public": fields["issuer_public"]})
    begin, end = (
        datetime.fromtimestamp(fields[name], timezone.utc).strftime("%Y%m%d%H%M%SZ")
        for name in ("not_before", "not_after")
    )
    usage = "keyCertSign,cRLSign" if fields["ca"] else "digitalSignature"
    settings = f"""[ca]
default_ca = it
[it]
database = {folder.put("index.txt", b"")}
serial = {folder.put("serial", fields["serial"].hex().encode())}
new_certs_dir = {folder.path}
policy = any
email_in_dn = no
unique_subject = no
[any]
commonName = supplied
[extensions]
basicConstraints = critical,CA:{str(bool(fields["ca"])).upper()}
keyUsage = critical,{usage}
subjectKeyIdentifier = hash
"""
    config = folder.put("ca.conf", settings.encode())
    request = folder.put(
        "request.pem",
        openssl("req", "-new", "-key", key, "-keyform", "DER", "-sm3", "-sigopt", ID,
                "-subj", f"/CN={fields['subject']}"),
    )  # fmt: skip
    issuer: tuple[object, ...] = ("-selfsign",)
    if "issuer" in fields:
        issuer = ("-cert", folder.put("issuer.pem", pem(fields["issuer"])))
    key_pem = folder.put("key.pem", openssl("pkey", "-inform", "DER", stdin=signer))
    openssl(
        "ca", "-batch", "-config", config, "-keyfile", key_pem, *issuer, "-md", "sm3",
        "-sigopt", ID, "-vfyopt", ID, "-startdate", begin, "-enddate", end,
        "-extensions", "extensions", "-in", request, "-out", folder.path / "made.pem", "-notext",
    )  # fmt: skip
    return {"der": openssl("x509", "-in", folder.path / "made.pem", "-outform", "DER")}


def pem(der: bytes) -> bytes:
    return openssl("x509", "-inform", "DER", stdin=der)


def certificate_read(folder: Folder, fields: Fields) -> Fields:
    path = folder.put("certificate.der", fields["der"])
    words = openssl("x509", "-inform", "DER", "-in", path, "-noout", "-text").decode()
    serial = openssl("x509", "-inform", "DER", "-in", path, "-noout", "-serial").decode()
    dates = openssl("x509", "-inform", "DER", "-in", path, "-noout", "-dates").decode()
    issuer = folder.put("issuer.pem", pem(fields.get("issuer", fields["der"])))
    subject = folder.put("subject.pem", pem(fields["der"]))
    said = openssl(
        "verify", "-vfyopt", ID, "-no_check_time", "-partial_chain", "-check_ss_sig",
        "-trusted", issuer, subject, may_fail=True,
    ).decode()  # fmt: skip
    return {
        "serial": bytes.fromhex(serial.strip().partition("=")[2]),
        "subject": common_name(words),
        "public": hex_after(words, "pub"),
        "not_before": seconds(dates, "notBefore"),
        "not_after": seconds(dates, "notAfter"),
        "ca": "CA:TRUE" in words,
        "valid": said.rstrip().endswith(": OK"),
    }


def seconds(words: str, label: str) -> int:
    found = re.search(rf"{label} *[=:] *(.*) GMT", words)
    if found is None:
        raise ValueError(f"no {label}")
    moment = datetime.strptime(found[1], "%b %d %H:%M:%S %Y")
    return int(moment.replace(tzinfo=timezone.utc).timestamp())


def split(der: bytes) -> tuple[bytes, bytes]:
    """Of a signed structure: the octets that are signed, and the signature."""
    body = inside(der)
    signed, rest = first(body)
    _, rest = first(rest)
    signature, _ = first(rest)
    return signed, inside(signature)[1:]


def first(data: bytes) -> tuple[bytes, bytes]:
    start, length = header(data)
    return data[: start + length], data[start + length :]


def inside(element: bytes) -> bytes:
    return element[header(element)[0] :]


def header(data: bytes) -> tuple[int, int]:
    if data[1] < 0x80:
        return 2, data[1]
    count = data[1] & 0x7F
    return 2 + count, int.from_bytes(data[2 : 2 + count], "big")


def signed_by(certificate: bytes, structure: bytes) -> bool:
    words = openssl("x509", "-inform", "DER", "-noout", "-text", stdin=certificate).decode()
    signed, signature = split(structure)

    def check(key: int, _fields: Fields) -> Fields:
        return {"valid": libcrypto.verify(key, signature, signed, b"1234567812345678")}

    return bool(with_key(check, "public")({"public": hex_after(words, "pub")})["valid"])


REASONS = {
    "Key Compromise": 1, "CA Compromise": 2, "Affiliation Changed": 3, "Superseded": 4,
    "Cessation Of Operation": 5, "Certificate Hold": 6,
}  # fmt: skip


def crl_read(folder: Folder, fields: Fields) -> Fields:
    path = folder.put("list.der", fields["der"])
    words = openssl("crl", "-inform", "DER", "-in", path, "-noout", "-text").decode()
    revoked = []
    for entry in re.split(r"(?=Serial Number: )", words)[1:]:
        reason = re.search(r"Reason Code: *\n *(.*)", entry)
        serial = re.search(r"Serial Number: ([0-9A-F]+)", entry)
        assert serial is not None
        revoked.append(
            {
                "serial": bytes.fromhex(serial[1]),
                "time": seconds(entry, "Revocation Date"),
                "reason": 0 if reason is None else REASONS[reason[1].strip()],
            }
        )
    number = re.search(r"CRL Number: *\n *([0-9]+)", words)
    assert number is not None
    return {
        "number": int(number[1]),
        "this_update": seconds(words, "Last Update"),
        "next_update": seconds(words, "Next Update"),
        "revoked": revoked,
        "valid": signed_by(fields["issuer"], fields["der"]),
    }


def ocsp_request_write(folder: Folder, fields: Fields) -> Fields:
    names = {
        "1.3.14.3.2.26": "-sha1",
        "2.16.840.1.101.3.4.2.1": "-sha256",
        "1.2.156.10197.1.401": "-sm3",
    }
    path = folder.path / "request.der"
    openssl(
        "ocsp", names[fields["hash"]], "-issuer", folder.put("issuer.pem", pem(fields["issuer"])),
        "-serial", f"0x{fields['serial'].hex()}", "-reqout", path,
    )  # fmt: skip
    return {"der": path.read_bytes()}


def ocsp_request_read(folder: Folder, fields: Fields) -> Fields:
    path = folder.put("request.der", fields["der"])
    words = openssl("ocsp", "-reqin", path, "-req_text", "-noverify").decode()
    return {
        "asked": [
            {"serial": bytes.fromhex(serial)}
            for serial in re.findall(r"Serial Number: ([0-9A-F]+)", words)
        ]
    }


def ocsp_response_read(folder: Folder, fields: Fields) -> Fields:
    path = folder.put("response.der", fields["der"])
    words = openssl("ocsp", "-respin", path, "-resp_text", "-noverify").decode()
    if "successful" not in words:
        return {"response": 1}
    answers = []
    for entry in re.split(r"(?=Certificate ID:)", words)[1:]:
        serial = re.search(r"Serial Number: ([0-9A-F]+)", entry)
        status = re.search(r"Cert Status: (\w+)", entry)
        assert serial is not None
        assert status is not None
        answer: Fields = {
            "serial": bytes.fromhex(serial[1]),
            "status": status[1],
            "this_update": seconds(entry, "This Update"),
            "next_update": seconds(entry, "Next Update"),
        }
        if status[1] == "revoked":
            answer["revoked"] = seconds(entry, "Revocation Time")
        answers.append(answer)
    # OCSPResponse: ENUMERATED, [0] SEQUENCE of OID and OCTET STRING with the BasicOCSPResponse.
    _, tagged = first(inside(fields["der"]))
    _, octets = first(inside(inside(tagged)))
    basic = inside(octets)
    responder = fields.get("certificate", fields["issuer"])
    return {"response": 0, "answers": answers, "valid": signed_by(responder, basic)}


def pkcs12_write(folder: Folder, fields: Fields) -> Fields:
    secret = folder.put("password", fields["password"])
    both = folder.put(
        "both.pem",
        openssl("pkey", "-inform", "DER", stdin=pkcs8(fields)) + pem(fields["certificate"]),
    )
    old = ("-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1")
    options = old if fields.get("form") == "old" else ()
    return {
        "der": openssl("pkcs12", "-export", *options, "-in", both, "-passout", f"file:{secret}")
    }


def pkcs12_read(folder: Folder, fields: Fields) -> Fields:
    store = folder.put("store.p12", fields["der"])
    secret = folder.put("password", fields["password"])
    words = openssl("pkcs12", "-in", store, "-nodes", "-passin", f"file:{secret}")
    key = openssl("pkey", "-outform", "DER", stdin=words)
    return {
        "key": key_read({"der": key})["key"],
        "certificate": openssl("x509", "-outform", "DER", stdin=words),
    }


serve(
    libcrypto.version(),
    {
        "sign": with_key(sign, "key"),
        "verify": with_key(verify, "public"),
        "encrypt": with_key(encrypt, "public"),
        "decrypt": with_key(decrypt, "key"),
        "default.sign": with_key(
            lambda key, f: {"signature": libcrypto.sign(key, f["data"], None)}, "key"
        ),
        "default.verify": with_key(
            lambda key, f: {"valid": libcrypto.verify(key, f["signature"], f["data"], None)},
            "public",
        ),
        "default.encrypt": with_key(
            lambda key, f: {"ciphertext": libcrypto.encrypt(key, f["data"])}, "public"
        ),
        "default.decrypt": with_key(
            lambda key, f: {"data": libcrypto.decrypt(key, f["ciphertext"])}, "key"
        ),
        "sm3": lambda f: {"digest": libcrypto.sm3(f["data"])},
        "hmac": lambda f: {"mac": libcrypto.hmac(f["key"], f["data"])},
        "sm4.encrypt": lambda f: {
            "ciphertext": libcrypto.cipher(f["form"], f["key"], f["iv"], f["data"], encrypt=True)
        },
        "sm4.decrypt": lambda f: {
            "data": libcrypto.cipher(f["form"], f["key"], f["iv"], f["ciphertext"], encrypt=False)
        },
        "key.write": key_write,
        "key.read": key_read,
        "public.write": public_write,
        "public.read": public_read,
        "request.write": in_folder(request_write),
        "request.read": in_folder(request_read),
        "certificate.write": in_folder(certificate_write),
        "certificate.read": in_folder(certificate_read),
        "crl.read": in_folder(crl_read),
        "ocsp.request.write": in_folder(ocsp_request_write),
        "ocsp.request.read": in_folder(ocsp_request_read),
        "ocsp.response.read": in_folder(ocsp_response_read),
        "pkcs12.write": in_folder(pkcs12_write),
        "pkcs12.read": in_folder(pkcs12_read),
    },
)
