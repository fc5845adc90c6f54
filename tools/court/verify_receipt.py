#!/usr/bin/env python3
# fmt: off
# ruff: noqa: D101, D102, D103, B905, FURB116, D403, I001
"""
Verifies a receipt bundle, independently of gmkit: plain Python, standard library only, one file to read.

    python3 verify_receipt.py BUNDLE --root ROOT.pem [--at 2026-01-31T08:00:00Z] [--receipt]

BUNDLE is what `gmkit receipt bundle` writes; with --receipt it is a single receipt, a line of text. Exit code
0: everything holds; 3: it does not. Written for experts who want to read what they rely on, in the order of
the standards: SM3 (GB/T 32905-2016), SM2 (GB/T 32918-2016), certificates (RFC 5280), receipts (docs/receipts.md),
the tree (RFC 9162 section 2.1 with SM3), timestamps (RFC 3161). Only SM2 with SM3 is accepted throughout.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from datetime import datetime, timezone
from pathlib import Path

class Refused(Exception):
    """Not verified; the first argument is the reason."""
def need(holds, reason, words):
    if not holds:
        raise Refused(reason, words)

# SM3, GB/T 32905-2016 ------------------------------------------------------------------------------
MASK = 0xFFFFFFFF
IV = (0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E)
def rol(x, n):
    return ((x << n % 32) | (x >> (32 - n % 32))) & MASK
def sm3(data):
    padded = data + b"\x80" + bytes((55 - len(data)) % 64) + (8 * len(data)).to_bytes(8, "big")
    state = IV
    for start in range(0, len(padded), 64):
        w = [int.from_bytes(padded[at : at + 4], "big") for at in range(start, start + 64, 4)]
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ rol(w[j - 3], 15)
            w.append(x ^ rol(x, 15) ^ rol(x, 23) ^ rol(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            t = rol(0x79CC4519 if j < 16 else 0x7A879D8A, j)
            ss1 = rol((rol(a, 12) + e + t) & MASK, 7)
            ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if j < 16 else (e & f) | (~e & MASK & g)
            tt1 = (ff + d + (ss1 ^ rol(a, 12)) + (w[j] ^ w[j + 4])) & MASK
            tt2 = (gg + h + ss1 + w[j]) & MASK
            a, b, c, d = tt1, a, rol(b, 9), c
            e, f, g, h = tt2 ^ rol(tt2, 9) ^ rol(tt2, 17), e, rol(f, 19), g
        state = tuple(x ^ y for x, y in zip(state, (a, b, c, d, e, f, g, h)))
    return b"".join(x.to_bytes(4, "big") for x in state)

# SM2, GB/T 32918.2-2016 and .5-2017 ----------------------------------------------------------------
P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A, B = P - 3, 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
     0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0)
def add(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0] and (p[1] + q[1]) % P == 0:
        return None
    up, down = (3 * p[0] * p[0] + A, 2 * p[1]) if p == q else (q[1] - p[1], q[0] - p[0])
    slope = up * pow(down, -1, P) % P
    x = (slope * slope - p[0] - q[0]) % P
    return x, (slope * (p[0] - x) - p[1]) % P
def multiply(k, p):
    total = None
    for bit in bin(k)[2:]:
        total = add(add(total, total), p if bit == "1" else None)
    return total
def point(octets):
    """A public key: 04 || x || y, on the curve."""
    need(not (len(octets) != 65 or octets[0] != 4), "certificate", "not an SM2 public key")
    x, y = int.from_bytes(octets[1:33], "big"), int.from_bytes(octets[33:], "big")
    need(not (max(x, y) >= P or (y * y - (x * x * x + A * x + B)) % P), "certificate", "the public key is not on the curve")
    return x, y
def number(x):
    return x.to_bytes(32, "big")
def digest_of(key, message):
    """e = SM3(Z || M) with the default user identifier (GM/T 0009)."""
    z = sm3(b"\x00\x801234567812345678" + b"".join(map(number, (A, B, *G, *key))))
    return sm3(z + message)
def sm2_holds(key, message, r, s):
    """Whether (r, s) is the signature of key over message (clause 7.1)."""
    t = (r + s) % N
    if not (0 < r < N and 0 < s < N and t):
        return False
    found = add(multiply(s, G), multiply(t, key))
    return found is not None and (int.from_bytes(digest_of(key, message), "big") + found[0]) % N == r
def raw_holds(key, message, raw):
    return sm2_holds(key, message, int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))

# DER and certificates ------------------------------------------------------------------------------
class Node:
    def __init__(self, tag, content, whole):
        self.tag, self.content, self.whole = tag, content, whole
    def parts(self):
        found, rest = [], self.content
        while rest:
            found, rest = [*found, der(rest)], rest[len(der(rest).whole) :]
        return found
    def integer(self):
        return int.from_bytes(self.content, "big", signed=True)
    def oid(self):
        numbers, value = [], 0
        for octet in self.content:
            value = value << 7 | octet & 127
            if not octet & 128:
                numbers, value = [*numbers, value], 0
        first = min(numbers[0] // 40, 2)
        return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))
    def time(self):
        text = self.content.decode("ascii")
        text = text if self.tag == 0x18 else ("19" if text[:2] >= "50" else "20") + text
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=timezone.utc)

def der(data):
    tag, length, start = data[0], data[1], 2
    if length >= 128:
        start += length & 127
        length = int.from_bytes(data[2:start], "big")
        need(not (length < 128 or start > 6), "malformed", "a length is not DER")
    need(not (len(data) < start + length), "malformed", "an element is cut off")
    return Node(tag, data[start : start + length], data[: start + length])

SM2_WITH_SM3, SM3_OID = "1.2.156.10197.1.501", "1.2.156.10197.1.401"
SIGNING = {"2.5.29.37.0", "1.3.6.1.5.5.7.3.36", "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.2"}
STAMPING = {"1.3.6.1.5.5.7.3.8"}
UNDERSTOOD = {"2.5.29.15", "2.5.29.19", "2.5.29.37", "2.5.29.17", "2.5.29.14", "2.5.29.35"}

class Certificate:
    def __init__(self, octets):
        self.octets = octets
        tbs, algorithm, signature = der(octets).parts()
        self.tbs, self.signature = tbs.whole, signature.content[1:]
        self.sm2 = algorithm.parts()[0].oid() == SM2_WITH_SM3
        fields = tbs.parts()
        fields = fields[1:] if fields[0].tag == 0xA0 else fields
        self.issuer, self.subject = fields[2].whole, fields[4].whole
        self.start, self.end = (each.time() for each in fields[3].parts())
        self.spki, bits = fields[5].whole, fields[5].parts()[1].content[1:]
        curve = fields[5].parts()[0].parts()
        self.key = point(bits) if curve[-1].tag == 6 and curve[-1].oid() == "1.2.156.10197.1.301" else None
        self.critical, self.extensions = set(), {}
        for extension in fields[-1].parts()[0].parts() if fields[-1].tag == 0xA3 else ():
            oid, *middle, value = extension.parts()
            self.extensions[oid.oid()] = der(value.content)
            if middle and middle[0].content != b"\0":
                self.critical.add(oid.oid())
        usage = self.extensions.get("2.5.29.15")
        self.usage = None if usage is None else int.from_bytes(usage.content[1:2], "big")
        basic = self.extensions.get("2.5.29.19")
        flags = basic.parts() if basic else []
        self.is_ca = bool(flags) and flags[0].tag == 1 and flags[0].content == b"\xff"
        self.depth = flags[1].integer() if self.is_ca and len(flags) > 1 else None
        purposes = self.extensions.get("2.5.29.37")
        self.purposes = None if purposes is None else {each.oid() for each in purposes.parts()}
    def name(self):
        parts = [pair.parts()[0].parts()[1] for pair in der(self.subject).parts()]
        return ", ".join(part.content.decode("utf-8", "replace") for part in reversed(parts))
    def signed_by(self, key):
        if not self.sm2 or key is None:
            return False
        r, s = der(self.signature).parts()
        return sm2_holds(key, self.tbs, r.integer(), s.integer())

def check_path(leaf, others, roots, time, purposes):
    """A path of valid certificates from leaf to a root at that time; Refused("certificate") if there is none."""
    wrong = leaf.purposes != STAMPING if purposes is STAMPING else leaf.purposes and not leaf.purposes & purposes
    if wrong or (leaf.usage is not None and not leaf.usage & 0xC0):
        raise Refused("certificate", "the certificate is for other purposes")
    def climb(below, depth):
        if depth > 8 or not below.start <= time <= below.end or below.critical - UNDERSTOOD:
            return False
        if any(root.octets == below.octets for root in roots):
            return True
        for above in (*roots, *others):
            fits = above.subject == below.issuer and above.is_ca and (above.usage is None or above.usage & 4)
            enough = fits and (above.depth is None or depth <= above.depth)
            if enough and below.signed_by(above.key) and climb(above, depth + 1):
                return True
        return False
    need(climb(leaf, 0), "certificate", f"no path of valid certificates from {leaf.name()} to a root")

# The receipt, docs/receipts.md -----------------------------------------------------------------------
KINDS = ("order", "pay", "ship", "recv", "refund", "eval", "reply", "amend", "erase", "report")
RESERVED = {"version", "kind", "time", "amount", "currency", "order", "sequence", "seller", "previous", "checkpoint", "policy", "pol"}
LONGEST = (1 << 20) * 4 // 3 + 1024
def unbase64(text, reason="malformed"):
    try:
        octets = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        octets = b""
    need(base64.urlsafe_b64encode(octets).rstrip(b"=").decode() == text, reason, "not base64url in its one spelling")
    return octets
def once(pairs):
    """An object in which no name stands twice: readers differ in which of the two they take."""
    if len({name for name, _ in pairs}) != len(pairs) or not all(name.isascii() for name, _ in pairs):
        raise ValueError("a name stands twice, or is not ASCII")
    return dict(pairs)
def canonical(octets, reason):
    """An object in canonical form: what JCS writes, without fractions, at most 32 levels."""
    def whole(text):
        if len(text) > 17 or not text.lstrip("-").isdigit() or text == "-0" or abs(int(text)) > 2**53 - 1:
            raise ValueError
        return int(text)
    def depth(value):
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
        return 0 if inner is None else 1 + max(map(depth, inner), default=0)
    try:
        value = json.loads(octets.decode(), object_pairs_hook=once, parse_float=whole, parse_int=whole, parse_constant=whole)
        again = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        if isinstance(value, dict) and again == octets and depth(value) <= 32 and len(octets) <= 1 << 20:
            return value
    except (ValueError, RecursionError):
        pass
    raise Refused(reason, "not in canonical form")

def check_record(payload):  # the rules of docs/receipts.md
    record = canonical(payload, "payload")
    def integer(name):
        return type(record.get(name)) is int
    need(integer("v") and record["v"] == 1 and record.get("k") in KINDS, "payload", "unknown version or kind")
    need(isinstance(record.get("id"), str) and 1 <= len(record["id"]) <= 128, "payload", "no identifier")
    need(integer("t") and -62135596800000 <= record["t"] <= 253402300799999, "payload", "no possible time")
    need(("amt" in record) == ("cur" in record), "payload", "an amount and a currency come together")
    money = "amt" not in record or (integer("amt") and re.fullmatch("[A-Z]{3}", str(record["cur"])))
    need(money and all(isinstance(record.get(name, ""), str) for name in ("ord", "sel")), "payload", "no amount, or no text")
    placed = "sq" not in record or (integer("sq") and record["sq"] >= 0)
    need(placed and ("ord" in record or "prev" not in record), "payload", "no place in an order")
    seen, before = record.get("ckpt", [0, "A" * 43]), record.get("prev", "A" * 43)
    need(isinstance(seen, list) and [*map(type, seen)] == [int, str] and seen[0] >= 0, "payload", "no checkpoint")
    digests = record.pop("_sd", None)
    if digests is not None or "_sd_alg" in record:
        shape = isinstance(digests, list) and digests and record.pop("_sd_alg", None) == "sm3"
        shape = shape and all(isinstance(each, str) for each in digests) and digests == sorted(set(digests))
        need(shape and len(digests) <= 64, "payload", "digests of another form, twice or not in order")
    sized = (isinstance(each, str) and len(unbase64(each, "payload")) == 32 for each in (before, seen[1], *(digests or ())))
    need(all(sized), "payload", "a hash has 32 octets")
    need(not any(name in RESERVED or name.startswith("_") or not name for name in record), "payload", "a reserved name")
    return record, digests or []

def check_receipt(text, find_key):
    """Its record, r || s, kid, the signed octets and the key; find_key gives the key for a kid or raises Refused."""
    need(len(text) <= LONGEST, "too-long", "longer than a receipt can be")
    need(text.isascii(), "malformed", "not ASCII")
    core, tilde, tail = text.partition("~")
    parts = core.split(".")
    need(len(parts) == 3, "malformed", "not three parts")
    signature = unbase64(parts[2])
    need(len(signature) == 64, "malformed", "the signature is not 64 octets")
    need(len(parts[0]) <= 256, "header", "the header is too long")
    header = canonical(unbase64(parts[0]), "header")
    need(header.get("typ") in ("gmr+jws", "gmr+sd-jwt"), "type", "another type of receipt")
    need(header.get("alg") == "SGD_SM3_SM2", "algorithm", "another algorithm")
    kid = unbase64(header["kid"]) if isinstance(header.get("kid"), str) else b""
    need(len(kid) == 16 and set(header) == {"alg", "kid", "typ"}, "header", "other members than alg, kid and typ")
    withholding = header["typ"] == "gmr+sd-jwt"
    if bool(tilde) != withholding or (tilde and tail and not tail.endswith("~")):
        raise Refused("malformed", "disclosures where none belong, or none where some do")
    payload = unbase64(parts[1])
    key = find_key(kid)
    signed = f"{parts[0]}.{parts[1]}".encode()
    need(raw_holds(key, signed, signature), "signature", "the signature is not one of this key over these octets")
    record, digests = check_record(payload)
    need(bool(digests) == withholding, "type", "the payload is not one of this type")
    for disclosure in tail.split("~")[:-1]:
        digest = base64.urlsafe_b64encode(sm3(disclosure.encode())).rstrip(b"=").decode()
        need(digest in digests, "disclosure", "a disclosure does not belong to this receipt")
        digests.remove(digest)
        _, name, value = canonical(b'{"d":%b}' % unbase64(disclosure, "disclosure"), "disclosure")["d"]
        need(name not in record, "disclosure", f"{name} stands there twice")
        record[name] = value
    return record, signature, kid, signed, key

def spki(key):
    head = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
    return head + b"\4" + number(key[0]) + number(key[1])
def finder(certificates, roots, time, keys=()):
    """The key for a kid: one trusted as it is, or of a certificate with a path to a root."""
    def find(kid):
        fault = Refused("unknown-signer", f"no certificate at hand for the key {kid.hex()}")
        for key in keys:
            if sm3(spki(key))[:16] == kid:
                return key
        for each in certificates:
            if each.key and sm3(spki(each.key))[:16] == kid:
                try:
                    check_path(each, certificates, roots, time, SIGNING)
                    return each.key  # noqa: TRY300
                except Refused as why:
                    fault = why
        raise fault
    return find
# The ledger, RFC 9162 section 2.1 with SM3, and the timestamp, RFC 3161 --------------------------------
def check_checkpoint(note, certificates):
    """Size, root and the certificate of the log, from a signed note (C2SP signed-note with SM2)."""
    body, _, lines = note.partition("\n\n")
    origin, size, root, *_ = body.split("\n")
    for line in lines.splitlines():
        _, name, value = line.split(" ")
        signature = base64.b64decode(value)
        for each in certificates:
            if name == origin and each.key and raw_holds(each.key, (body + "\n").encode(), signature[4:]):
                return int(size), base64.b64decode(root), each
    raise Refused("ledger", "no certificate here signed the checkpoint")
def check_inclusion(entry, index, size, hashes, root):
    need(0 <= index < size, "ledger", "no such entry")
    fn, sn, r = index, size - 1, sm3(b"\0" + entry)
    for each in hashes:
        need(sn != 0, "ledger", "the proof is too long")
        if fn & 1 or fn == sn:
            r = sm3(b"\1" + each + r)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = sm3(b"\1" + r + each)
        fn, sn = fn >> 1, sn >> 1
    need(not (sn or r != root), "ledger", "the proof does not lead to the root")
def check_timestamp(token, content, certificates, roots):
    """The time an authority attests for content; its certificate must hold at that time."""
    signed = der(token).parts()[1].parts()[0].parts()
    info = der(signed[2].parts()[1].content).content
    own = [Certificate(each.whole) for node in signed[3:-1] if node.tag == 0xA0 for each in node.parts()]
    signer = signed[-1].parts()[0].parts()
    attributes = next(each for each in signer if each.tag == 0xA0)
    values = {each.parts()[0].oid(): each.parts()[1].parts()[0] for each in attributes.parts()}
    need(values["1.2.840.113549.1.9.4"].content == sm3(info), "timestamp", "the digest of the statement is another")
    if values["1.2.840.113549.1.9.3"].oid() != signed[2].parts()[0].oid():
        raise Refused("timestamp", "the statement is of another type")
    _, _, imprint, _, moment, *_ = der(info).parts()
    hashes = {SM3_OID: sm3, "2.16.840.1.101.3.4.2.1": lambda data: hashlib.sha256(data).digest()}
    algorithm, value = imprint.parts()
    if hashes[algorithm.parts()[0].oid()](content) != value.content:
        raise Refused("timestamp", "the timestamp is for something else")
    r, s = (each.integer() for each in der(signer[-1].content if signer[-1].tag == 4 else signer[-2].content).parts())
    named = b"".join(values[oid].whole for oid in values if oid.startswith("1.2.840.113549.1.9.16.2."))
    for each in (*own, *certificates):
        names = (hashlib.sha256(each.octets).digest(), sm3(each.octets), hashlib.sha1(each.octets).digest())
        if each.key and any(name in named for name in names):
            if not sm2_holds(each.key, b"\x31" + attributes.whole[1:], r, s):
                raise Refused("timestamp", "the signature of the timestamp is wrong")
            time = moment.time()
            check_path(each, (*own, *certificates), roots, time, STAMPING)
            return time, each
    raise Refused("timestamp", "the certificate of the timestamp is missing")

def check_bundle(data, roots, now):
    """What a bundle proves, as lines to print; Refused if it does not hold."""
    bundle = json.loads(data, object_pairs_hook=once)
    need(bundle.get("type") == "gmkit receipt bundle 1", "malformed", "not a bundle")
    certificates = [Certificate(base64.b64decode(each)) for each in bundle["certificates"]]
    proof, lines, moment, entry = bundle["proof"], [], now, None
    if proof:
        note, entry = proof["checkpoint"], unbase64(proof["entry"])
        size, root, log = check_checkpoint(note, certificates)
        if proof["token"]:
            body = (note.partition("\n\n")[0] + "\n").encode()
            moment, authority = check_timestamp(unbase64(proof["token"]), body, certificates, roots)
            lines.append(f"it existed at {moment.isoformat()}, says {authority.name()}")
        check_path(log, certificates, roots, moment, SIGNING)
        check_inclusion(entry, proof["index"], size, [unbase64(each) for each in proof["hashes"]], root)
        lines.append(f"it is entry {proof['index']} of {size} in the ledger of {log.name()}")
    find = finder(certificates, roots, moment)
    record, signature, kid, signed, key = check_receipt(bundle["receipt"], find)
    if entry is not None:
        expected = bytes((1, KINDS.index(record["k"]) + 1)) + digest_of(key, signed) + signature + kid
        need(entry == expected, "ledger", "the proof is of another receipt")
    name = next(each.name() for each in certificates if each.key == key)
    return [f"signed by {name}", *lines, json.dumps(record, ensure_ascii=False)]

def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("bundle")
    parser.add_argument("--root", action="append", required=True, help="trusted certificate, PEM")
    parser.add_argument("--at", help="judge for this time where the bundle proves none; default: now")
    parser.add_argument("--receipt", action="store_true", help="BUNDLE is a file with one receipt")
    given = parser.parse_args()
    pem = "".join(Path(path).read_text("ascii") for path in given.root)
    found = re.findall("-----BEGIN CERTIFICATE-----(.+?)-----END", pem, re.DOTALL)
    roots = [Certificate(base64.b64decode(each)) for each in found]
    now = datetime.fromisoformat(given.at.replace("Z", "+00:00")) if given.at else datetime.now(timezone.utc)
    data = Path(given.bundle).read_text("utf-8")
    try:
        if given.receipt:
            lines = [json.dumps(check_receipt(data.strip(), finder(roots, roots, now))[0], ensure_ascii=False)]
        else:
            lines = check_bundle(data, roots, now)
    except (Refused, RecursionError, ValueError, KeyError, IndexError, TypeError, AttributeError, StopIteration) as fault:
        print("NOT VERIFIED:", *(fault.args if isinstance(fault, Refused) else ("malformed", fault)))
        sys.exit(3)
    print("VERIFIED", *lines, sep="\n")

if __name__ == "__main__":
    main()
