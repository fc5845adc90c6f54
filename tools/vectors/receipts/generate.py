#!/usr/bin/env python3
"""
Made `vectors/receipts/v1.json`: receipts of format 1, and one for each way in which one can be wrong.

    .venv/bin/python tools/vectors/receipts/generate.py    makes another set with fresh keys

The file is frozen: whoever verifies format 1 comes to these verdicts for ever, so this is not run again
unless cases are added. Receipts are put together here by hand, not by the library that reads them.
"""

# ruff: noqa: UP031, PLR0915, D102, D103
from __future__ import annotations

import hashlib
import json
import secrets
import sys
import tempfile
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "tools/vectors"), str(ROOT)]

from gmkit import ca, sm2  # noqa: E402
from gmkit.x509 import GeneralName, build_name  # noqa: E402
from tests.reference import sm2 as reference  # noqa: E402

NOW = datetime(2026, 1, 31, 8, tzinfo=timezone.utc)
LATER = datetime(2026, 6, 1, 8, tzinfo=timezone.utc)
N = reference.SM2P256V1.n
GOOD = '{"amt":67315,"cur":"CNY","id":"%s","items":[{"product":"873203","quantity":1}],"k":"order","note":"王小明 ☃ 𝄞\\n","ord":"A-7","sq":0,"t":1483271606000,"v":1}'


def b64(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


class Merchant:
    """A key that signs whatever it is given."""

    def __init__(self, d: int | None = None) -> None:
        self.d = d or secrets.randbelow(N - 2) + 1
        self.point = reference.public_key(self.d)
        self.public = reference.encode(self.point)
        self.key = sm2.SM2PrivateKey.from_bytes(self.d.to_bytes(32, "big"))
        self.kid = self.key.public_key().fingerprint()[:16]

    def header(self) -> str:
        return '{"alg":"SGD_SM3_SM2","kid":"%s","typ":"gmr+jws"}' % b64(self.kid)

    def raw(self, message: bytes, user_id: bytes = b"1234567812345678") -> bytes:
        e = reference.message_digest(message=message, public=self.point, user_id=user_id)
        while True:
            try:
                r, s = reference.sign(self.d, e, secrets.randbelow(N - 1) + 1)
            except ValueError:
                continue
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def receipt(self, payload: str | bytes, header: str | bytes | None = None) -> str:
        head = self.header() if header is None else header
        head = head.encode() if isinstance(head, str) else head
        body = payload.encode() if isinstance(payload, str) else payload
        signed = f"{b64(head)}.{b64(body)}"
        return f"{signed}.{b64(self.raw(signed.encode()))}"


class Authority:
    """One authority in a folder, issuing at a given time."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        names = ca.Names(
            root=build_name([("C", "CN"), ("O", name), ("CN", "Root")]),
            issuing=build_name([("C", "CN"), ("O", name), ("CN", "Issuing")]),
        )
        ca.create(folder, names, password=None, now=NOW)
        with ca.Authority(folder) as authority:
            self.root, self.issuing = authority.root, authority.issuing

    def certificate(
        self, merchant: Merchant, profile: str = "merchant-signing", days: int | None = None
    ):
        dns = (GeneralName("dns", "shop.example"),) if profile.startswith("tls") else ()
        application = ca.Application(
            subject=build_name([("C", "CN"), ("O", self.name), ("CN", "Shop")]),
            public_key_info=merchant.key.public_key().to_der(),
            alternative_names=dns,
        )
        with ca.Authority(self.folder) as authority:
            end = None if days is None else NOW + timedelta(days=days)
            return authority.issue(profile, application, now=NOW, not_after=end)


def split(receipt: str) -> list[str]:
    return receipt.split(".")


def cases(
    bare: Merchant,
    second: Merchant,
    shop: Merchant,
    expired: Merchant,
    server: Merchant,
    unrooted: Merchant,
    stranger: Merchant,
):
    """Flag, comment, receipt and reason of every case."""
    numbers = iter(range(1, 10_000))
    kid = b64(bare.kid)

    def payload(**change: object) -> str:
        text = GOOD % f"r{next(numbers):03}"
        for old, new in change.get("swap", []):  # type: ignore[attr-defined]
            assert old in text, old
            text = text.replace(old, new, 1)
        return text

    def swapped(old: str, new: str) -> str:
        return bare.receipt(payload(swap=[(old, new)]))

    def with_signature(signature: bytes) -> str:
        head, body, _ = split(bare.receipt(payload()))
        return f"{head}.{body}.{b64(signature)}"

    def signature_change(change) -> str:
        head, body, _ = split(bare.receipt(payload()))
        raw = bare.raw(f"{head}.{body}".encode())
        return f"{head}.{body}.{b64(change(raw))}"

    # Valid ones, of several signers and forms.
    for name, merchant in (("a bare key", bare), ("another key", second), ("a certificate", shop)):
        for kind in (
            "order",
            "pay",
            "ship",
            "recv",
            "refund",
            "eval",
            "reply",
            "amend",
            "erase",
            "report",
        ):
            yield (
                "Valid",
                f"{kind}, signed by {name}",
                merchant.receipt(payload(swap=[('"order"', f'"{kind}"')])),
                None,
            )
    yield "Valid", "the fewest members", bare.receipt('{"id":"m","k":"order","t":0,"v":1}'), None
    yield (
        "Valid",
        "the earliest time",
        bare.receipt('{"id":"e","k":"order","t":-62135596800000,"v":1}'),
        None,
    )
    yield (
        "Valid",
        "the latest time",
        bare.receipt('{"id":"l","k":"order","t":253402300799999,"v":1}'),
        None,
    )
    yield (
        "Valid",
        "the largest integers",
        bare.receipt(
            '{"amt":-9007199254740991,"cur":"CNY","id":"i","k":"order","n":9007199254740991,"t":0,"v":1}'
        ),
        None,
    )
    yield (
        "Valid",
        "an identifier of 128 characters",
        bare.receipt('{"id":"%s","k":"order","t":0,"v":1}' % ("凭" * 128)),
        None,
    )
    yield (
        "Valid",
        "32 levels",
        bare.receipt('{"id":"d","k":"order","n":%s%s,"t":0,"v":1}' % ("[" * 31, "]" * 31)),
        None,
    )
    yield (
        "Valid",
        "every escape that JCS has",
        bare.receipt(
            '{"id":"x","k":"order","n":"\\"\\\\\\b\\t\\n\\f\\r\\u0000\\u001f/\x7f","t":0,"v":1}'
        ),
        None,
    )

    # The signature.
    head, body, tail = split(bare.receipt(payload()))
    yield (
        "ChangedPayload",
        "another amount",
        f"{head}.{b64(payload(swap=[('67315', '17315')]).encode())}.{tail}",
        "signature",
    )
    yield (
        "ChangedPayload",
        "another identifier",
        f"{head}.{b64(payload().encode())}.{tail}",
        "signature",
    )
    for place in (0, 31, 32, 63):
        yield (
            "ChangedSignature",
            f"a bit of octet {place}",
            signature_change(lambda raw, at=place: raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]),
            "signature",
        )
    n = N.to_bytes(32, "big")
    yield "SignatureRange", "r = 0", signature_change(lambda raw: bytes(32) + raw[32:]), "signature"
    yield "SignatureRange", "s = 0", signature_change(lambda raw: raw[:32] + bytes(32)), "signature"
    yield "SignatureRange", "all zero", signature_change(lambda _: bytes(64)), "signature"
    yield "SignatureRange", "r = n", signature_change(lambda raw: n + raw[32:]), "signature"
    yield "SignatureRange", "s = n", signature_change(lambda raw: raw[:32] + n), "signature"
    yield (
        "SignatureRange",
        "s = 2^256 - 1",
        signature_change(lambda raw: raw[:32] + b"\xff" * 32),
        "signature",
    )
    yield (
        "SignatureRange",
        "t = r + s = 0 mod n",
        signature_change(
            lambda raw: raw[:32] + (N - int.from_bytes(raw[:32], "big")).to_bytes(32, "big")
        ),
        "signature",
    )
    yield (
        "SignatureRange",
        "s and its negative",
        signature_change(
            lambda raw: raw[:32] + (N - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
        ),
        "signature",
    )
    yield "SwappedHalves", "s and r", signature_change(lambda raw: raw[32:] + raw[:32]), "signature"
    head, body, _ = split(bare.receipt(payload()))
    yield (
        "OtherKey",
        "the header of one, the signature of another",
        f"{head}.{body}.{b64(second.raw(f'{head}.{body}'.encode()))}",
        "signature",
    )
    yield (
        "ForeignKid",
        "the key identifier of another trusted signer",
        bare.receipt(payload(), second.header()),
        "signature",
    )
    yield (
        "OtherUserId",
        "the empty identifier",
        f"{head}.{body}.{b64(bare.raw(f'{head}.{body}'.encode(), b''))}",
        "signature",
    )
    yield (
        "OtherUserId",
        "an address as identifier",
        f"{head}.{body}.{b64(bare.raw(f'{head}.{body}'.encode(), b'shop@example.com'))}",
        "signature",
    )
    yield (
        "OtherMessage",
        "signed over the payload alone",
        f"{head}.{body}.{b64(bare.raw(b'{}'))}",
        "signature",
    )
    yield (
        "OtherMessage",
        "signed over SM3 of the signing input",
        f"{head}.{body}.{b64(bare.raw(hashlib.new('sm3', f'{head}.{body}'.encode()).digest()))}",
        "signature",
    )
    yield "SignatureLength", "63 octets", with_signature(bytes(63)), "malformed"
    yield "SignatureLength", "65 octets", with_signature(bytes(65)), "malformed"
    yield "SignatureLength", "DER", with_signature(bytes.fromhex("3044") + bytes(68)), "malformed"
    yield "SignatureLength", "none", f"{head}.{body}.", "malformed"

    # The header.
    def header(text: str | bytes, comment: str, reason: str, flag: str = "Header"):
        return flag, comment, bare.receipt(payload(), text), reason

    def members(**change: object) -> str:
        base: dict[str, object] = {"alg": "SGD_SM3_SM2", "kid": kid, "typ": "gmr+jws"}
        base.update(change)
        return json.dumps(
            {k: v for k, v in sorted(base.items()) if v is not ...}, separators=(",", ":")
        )

    yield header(members(alg="none"), "alg none", "algorithm", "AlgorithmConfusion")
    yield header(members(alg="ES256"), "alg ES256", "algorithm", "AlgorithmConfusion")
    yield header(members(alg="HS256"), "alg HS256", "algorithm", "AlgorithmConfusion")
    yield header(
        members(alg="sgd_sm3_sm2"), "alg in small letters", "algorithm", "AlgorithmConfusion"
    )
    yield header(members(alg=...), "no alg", "algorithm", "AlgorithmConfusion")
    yield header(members(alg=None), "alg null", "algorithm", "AlgorithmConfusion")
    yield header(members(typ="JWT"), "typ JWT", "type", "TypeConfusion")
    yield header(members(typ="gmr+jws2"), "typ of a later version", "type", "TypeConfusion")
    yield header(members(typ=...), "no typ", "type", "TypeConfusion")
    yield header(members(crit=["exp"], exp=1), "crit", "header")
    yield header(members(b64=False), "b64 false", "header")
    yield header(members(jwk={}), "a key of its own", "header")
    yield header(members(x5c=["AAAA"]), "a certificate of its own", "header")
    yield header(members(kid=...), "no kid", "header")
    yield header(members(kid=7), "kid is a number", "header")
    yield header(members(kid="AAAA"), "kid of three octets", "header")
    yield header(members(kid=kid + "="), "kid with padding", "malformed")
    yield header(members(x="y" * 300), "longer than 256 characters", "header")
    yield header(
        f'{{"alg":"SGD_SM3_SM2", "kid":"{kid}","typ":"gmr+jws"}}',
        "a blank",
        "header",
        "NonCanonicalHeader",
    )
    yield header(
        f'{{"typ":"gmr+jws","kid":"{kid}","alg":"SGD_SM3_SM2"}}',
        "another order",
        "header",
        "NonCanonicalHeader",
    )
    yield header(
        f'{{"alg":"none","alg":"SGD_SM3_SM2","kid":"{kid}","typ":"gmr+jws"}}',
        "alg twice",
        "header",
        "NonCanonicalHeader",
    )
    yield header(
        f'{{"\\u0061lg":"SGD_SM3_SM2","kid":"{kid}","typ":"gmr+jws"}}',
        "an escape that is not needed",
        "header",
        "NonCanonicalHeader",
    )
    yield header("[]", "a list", "header")
    yield header("", "empty", "header")
    yield header(b"\xff\xfe", "not UTF-8", "header")

    # The payload: signed, and still refused.
    for flag, comment, old, new in [
        ("NonCanonicalPayload", "a blank after a comma", ',"cur"', ', "cur"'),
        ("NonCanonicalPayload", "a line end", "{", "{\n"),
        ("NonCanonicalPayload", "keys in another order", '"k":"order","note"', '"note":"","k":"order","z"'),
        ("NonCanonicalPayload", "an escaped letter", '"A-7"', '"\\u0041-7"'),
        ("NonCanonicalPayload", "an escaped solidus", '"A-7"', '"A\\/7"'),
        ("NonCanonicalPayload", "large digits in an escape", "\\n", "\\u001F"),
        ("NonCanonicalPayload", "an escape with a short form", "\\n", "\\u000a"),
        ("DuplicateKey", "the amount twice", '{"amt":67315', '{"amt":1,"amt":67315'),
        ("DuplicateKey", "a key twice further in", '"quantity":1', '"product":"1","quantity":1'),
        ("Number", "a fraction", "67315", "673.15"),
        ("Number", "1.0", '"quantity":1', '"quantity":1.0'),
        ("Number", "an exponent", "67315", "6e4"),
        ("Number", "minus zero", '"quantity":1', '"quantity":-0'),
        ("Number", "a leading zero", "67315", "067315"),
        ("Number", "a plus sign", "67315", "+67315"),
        ("Number", "2^53", "67315", "9007199254740992"),
        ("Number", "a thousand digits", "67315", "9" * 1000),
        ("Number", "NaN", '"quantity":1', '"quantity":NaN'),
        ("Number", "Infinity", '"quantity":1', '"quantity":Infinity'),
        ("Unicode", "half of a surrogate pair", "\\n", "\\ud800"),
        ("Unicode", "a key that is not ASCII", '"note"', '"nöte"'),
        ("Unicode", "a control character", "\\n", "\n"),
        ("UnknownVersion", "version 2", '"v":1', '"v":2'),
        ("UnknownVersion", "version true", '"v":1', '"v":true'),
        ("UnknownVersion", "version as text", '"v":1', '"v":"1"'),
        ("UnknownKind", "a kind that is none", '"order"', '"sale"'),
        ("UnknownKind", "a kind in a person's words", '"order"', '"payment"'),
        ("Field", "an identifier that is a number", '"id":"', '"id":7,"j":"'),
        ("Field", "time as text", "1483271606000", '"2017-01-01T11:53:26Z"'),
        ("Field", "time after the year 9999", "1483271606000", "253402300800000"),
        ("Field", "time before the year 1", "1483271606000", "-62135596800001"),
        ("Field", "an amount without a currency", ',"cur":"CNY"', ""),
        ("Field", "a currency without an amount", '"amt":67315,', ""),
        ("Field", "a currency in small letters", "CNY", "cny"),
        ("Field", "a currency of four letters", "CNY", "CNYX"),
        ("Field", "an amount that is null", "67315", "null"),
        ("Field", "an order that is a number", '"A-7"', "7"),
        ("Field", "a negative sequence", '"sq":0', '"sq":-1'),
        ("Field", "a name of people on the wire", '"note"', '"kind"'),
        ("ReservedName", "prev", '"ord":"A-7"', '"prev":"A-7"'),
        ("ReservedName", "a leading underscore", '{"amt"', '{"_sd":[],"amt"'),
        ("ReservedName", "an empty name", '{"amt"', '{"":0,"amt"'),
    ]:  # fmt: skip
        yield flag, comment, swapped(old, new), "payload"
    yield "Field", "no identifier", bare.receipt('{"k":"order","t":0,"v":1}'), "payload"
    yield (
        "Field",
        "an empty identifier",
        bare.receipt('{"id":"","k":"order","t":0,"v":1}'),
        "payload",
    )
    yield (
        "Field",
        "an identifier of 129 characters",
        bare.receipt('{"id":"%s","k":"order","t":0,"v":1}' % ("x" * 129)),
        "payload",
    )
    yield (
        "Depth",
        "33 levels",
        bare.receipt('{"id":"d","k":"order","n":%s%s,"t":0,"v":1}' % ("[" * 32, "]" * 32)),
        "payload",
    )
    yield (
        "Depth",
        "10,000 levels",
        bare.receipt('{"id":"d","k":"order","n":%s%s,"t":0,"v":1}' % ("[" * 10_000, "]" * 10_000)),
        "payload",
    )
    yield "Trailing", "an octet after the record", bare.receipt(payload() + " "), "payload"
    yield "Trailing", "two records", bare.receipt(payload() + "{}"), "payload"
    yield "Trailing", "a byte order mark", bare.receipt("\ufeff" + payload()), "payload"
    yield "NotARecord", "a list", bare.receipt("[]"), "payload"
    yield "NotARecord", "nothing", bare.receipt(""), "payload"
    yield "NotARecord", "not UTF-8", bare.receipt(payload().encode()[:-1] + b"\xff}"), "payload"

    # The spelling.
    good = bare.receipt(payload())
    head, body, tail = split(good)
    yield "Base64", "padding", good + "==", "malformed"
    spare = {"A": "B", "Q": "R", "g": "h", "w": "x"}[tail[-1]]
    yield "Base64", "spare bits that are set", good[:-1] + spare, "malformed"
    yield "Base64", "the other alphabet", f"{head}.{body}.{'+/' + tail[2:]}", "malformed"
    yield "Base64", "a blank", f"{head}.{body[:9]} {body[9:]}.{tail}", "malformed"
    yield (
        "Base64",
        "a tabulator in the header",
        f"{head[:9]}\t{head[9:]}.{body}.{tail}",
        "malformed",
    )
    yield (
        "Base64",
        "a length that no octets have",
        f"{head}.{body + 'A' * ((5 - len(body)) % 4)}.{tail}",
        "malformed",
    )
    yield "LineEnd", "CR at the end", good + "\r", "malformed"
    yield "LineEnd", "LF at the end", good + "\n", "malformed"
    yield "LineEnd", "a blank before", " " + good, "malformed"
    yield "Octets", "NUL", good + "\0", "malformed"
    yield "Octets", "not ASCII", good + "é", "malformed"
    yield "Octets", "not ASCII in the header", "é" + good, "malformed"
    yield "Parts", "none", "", "malformed"
    yield "Parts", "two", f"{head}.{body}", "malformed"
    yield "Parts", "four", good + ".", "malformed"
    yield "Parts", "dots alone", "..", "malformed"
    yield "Parts", "disclosures", good + "~", "malformed"
    for length in (1, len(head), len(head) + 1, len(head) + 40, len(good) - 40, len(good) - 1):
        yield "Truncated", f"{length} of {len(good)} characters", good[:length], "malformed"
    yield "TooLong", "two million characters", {"repeat": ["x", 2_000_000]}, "too-long"

    # The signer.
    yield (
        "UnknownSigner",
        "a key that nobody vouches for",
        stranger.receipt(payload()),
        "unknown-signer",
    )
    yield (
        "UnknownSigner",
        "and a changed signature",
        stranger.receipt(payload())[:-4] + "AAAA",
        "unknown-signer",
    )
    yield (
        "UnknownSigner",
        "and a payload that is no record",
        stranger.receipt("{}"),
        "unknown-signer",
    )
    yield "Certificate", "expired at the time of judging", expired.receipt(payload()), "certificate"
    yield "Certificate", "for a server", server.receipt(payload()), "certificate"
    yield (
        "Certificate",
        "under a root that is not trusted",
        unrooted.receipt(payload()),
        "certificate",
    )


NOTES = {
    "Valid": ("BASIC", "A receipt of format 1."),
    "ChangedPayload": ("MODIFIED", "The payload was changed after signing."),
    "ChangedSignature": ("MODIFIED", "A bit of the signature was changed."),
    "SignatureRange": ("EDGE_CASE", "r, s or r + s out of range."),
    "SwappedHalves": ("ENCODING", "s || r in place of r || s."),
    "OtherKey": ("FORGERY", "Signed with another key than the header names."),
    "ForeignKid": ("FORGERY", "The header names another signer who is trusted too."),
    "OtherUserId": ("CONFUSION", "Signed under another SM2 user identifier."),
    "OtherMessage": ("CONFUSION", "Signed over other octets than the signing input."),
    "SignatureLength": ("ENCODING", "The signature is not 64 octets."),
    "Header": ("CONFUSION", "A header with other members than alg, kid and typ, or of another form."),
    "AlgorithmConfusion": ("CONFUSION", "Another algorithm in the header."),
    "TypeConfusion": ("CONFUSION", "Another type in the header."),
    "NonCanonicalHeader": ("ENCODING", "A header that is not in its one spelling."),
    "NonCanonicalPayload": ("ENCODING", "A signed payload that is not in canonical form."),
    "DuplicateKey": ("ENCODING", "A name that stands twice in one object."),
    "Number": ("ENCODING", "A number that is no integer within 2^53, or not in its one spelling."),
    "Unicode": ("ENCODING", "Text or names that are not valid here."),
    "UnknownVersion": ("CONFUSION", "A version that format 1 does not know."),
    "UnknownKind": ("CONFUSION", "A kind that format 1 does not know."),
    "Field": ("ENCODING", "A member that is missing or has a value it cannot have."),
    "ReservedName": ("CONFUSION", "A name kept for ledgers, disclosures and policies."),
    "Depth": ("RESOURCE", "Nested deeper than 32 levels."),
    "Trailing": ("ENCODING", "Octets before or after the record."),
    "NotARecord": ("ENCODING", "No JSON object."),
    "Base64": ("ENCODING", "Not base64url in its one spelling."),
    "LineEnd": ("ENCODING", "A line end or a blank that belongs to the file, not to the receipt."),
    "Octets": ("ENCODING", "Octets that no receipt has."),
    "Parts": ("ENCODING", "Not three parts between two dots."),
    "Truncated": ("ENCODING", "Cut off."),
    "TooLong": ("RESOURCE", "Longer than a receipt can be; written as characters and how many of them."),
    "UnknownSigner": ("TRUST", "No certificate at hand for the key: not verifiable, rather than invalid."),
    "Certificate": ("TRUST", "The certificate is not accepted: not verifiable, rather than invalid."),
}  # fmt: skip


def main() -> None:
    """Write the file."""
    bare, second, shop, expired, server, unrooted, stranger = (Merchant() for _ in range(7))
    with tempfile.TemporaryDirectory() as folder:
        one = Authority(Path(folder) / "one", "One")
        two = Authority(Path(folder) / "two", "Two")
        certificates = [
            one.issuing, two.issuing, one.certificate(shop), one.certificate(expired, days=30),
            one.certificate(server, "tls-server"), two.certificate(unrooted),
        ]  # fmt: skip
    tests = []
    for flag, comment, receipt, reason in cases(
        bare, second, shop, expired, server, unrooted, stranger
    ):
        test = {"tcId": len(tests) + 1, "comment": comment, "flags": [flag],
                "result": "invalid" if reason else "valid"}  # fmt: skip
        test["receipt"] = receipt
        if reason:
            test["reason"] = reason
        tests.append(test)
    document = {
        "algorithm": "SM2-receipt",
        "schema": "receipt",
        "source": {"document": "computed for gmkit", "recipe": "tools/vectors/receipts/generate.py"},
        "licence": "Apache-2.0",
        "verified_with": ["tests/reference (plain Python, from the standard)", "tools/court (plain Python)"],
        "numberOfTests": len(tests),
        "notes": {flag: {"bugType": kind, "description": words} for flag, (kind, words) in NOTES.items()},
        "testGroups": [
            {
                "type": "Receipt",
                "time": LATER.isoformat().replace("+00:00", "Z"),
                "publicKeys": [bare.public.hex(), second.public.hex()],
                "roots": [one.root.der.hex()],
                "certificates": [each.der.hex() for each in certificates],
                "tests": tests,
            }
        ],
    }  # fmt: skip
    path = ROOT / "vectors/receipts/v1.json"
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{path}: {len(tests)} tests, {len(NOTES)} kinds")


if __name__ == "__main__":
    main()
