"""Everything that reads octets of strangers, each with one good input: what hostile octets are put before."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from functools import cache
from typing import Any, NamedTuple

from gmkit import asn1, cms, inspect, keys, ocsp, seal, sm2, tsp, x509
from gmkit.delivery import open_delivery
from gmkit.keys import Pkcs12, StoredKey
from gmkit.merkle import Checkpoint, parse_checkpoint
from gmkit.receipts import Signers, canonical, verify_batch
from gmkit.receipts.ledger.checks import read_document
from tests.documents.people import ROOT, SIGNER, SIGNER_CERTIFICATE, SIGNER_KEY, TSA
from tests.ofd.world import make_seal

NOW = datetime(2026, 6, 1, 12, tzinfo=timezone.utc)
PASSWORD = b"pw"
FEW = 2  # iterations: what is read, not how long a guess takes


class Parser(NamedTuple):
    """A reader and an input that it takes."""

    read: Callable[[bytes], Any]
    good: bytes


def walk(data: bytes) -> asn1.Element:
    """Every element of a DER tree, as deep as it goes."""
    root = asn1.decode(data, what="test")
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if element.tag & 0x20:
            waiting += element.children()
        elif element.tag == asn1.Tag.OBJECT_IDENTIFIER:
            element.oid()
        elif element.tag == asn1.Tag.INTEGER:
            element.integer()
    return root


def described(read: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """Reading and saying everything that was read: what is looked at late is looked at as well."""

    def act(data: bytes) -> Any:
        thing = read(data)
        thing.describe()
        return thing

    return act


@cache
def parsers() -> dict[str, Parser]:
    """By name; what needs no file from elsewhere."""
    key, certificate = SIGNER_KEY, SIGNER_CERTIFICATE
    asked = ocsp.OcspRequest.about(certificate, ROOT.certificate, nonce=b"n" * 16)
    responder = ocsp.Responder(
        ROOT.certificate, ROOT.key, issuer=ROOT.certificate,
        lookup=lambda _: ocsp.Answer(ocsp.CertificateStatus.GOOD),
    )  # fmt: skip
    stamping = tsp.TimestampRequest(tsp.Imprint.of(b"data"), nonce=7)
    stamp = TSA.respond(stamping.to_der(), time=NOW)
    token = tsp.granted_token(tsp.TimestampResponse.parse(stamp), stamping).der
    request = x509.RequestBuilder(subject=x509.parse_name("CN=a,O=b,C=CN")).sign(key)
    sealed = make_seal()
    with_seal = seal.sign_with_seal(
        b"content", sealed, key=SIGNER.key, certificate=SIGNER.certificate, property_info="/x", time=NOW
    )  # fmt: skip
    note = Checkpoint("log", 1, bytes(32), ()).sign(key, name="log").to_bytes()
    return {
        "asn1": Parser(walk, certificate.der),
        "asn1 lenient": Parser(lambda d: asn1.decode_lenient(d).children(), certificate.der),
        "certificate": Parser(described(x509.Certificate.from_der), certificate.der),
        "revocation list": Parser(described(x509.CertificateList.from_der), ROOT.crl().der),
        "request": Parser(described(x509.CertificateRequest.from_der), request.der),
        "certificates": Parser(x509.load_certificates, certificate.to_pem()),
        "ocsp request": Parser(ocsp.OcspRequest.from_der, asked.to_der()),
        "ocsp response": Parser(
            x509.OcspResponse.from_der, responder.respond(asked.to_der(), time=NOW)
        ),
        "timestamp request": Parser(tsp.TimestampRequest.parse, stamping.to_der()),
        "timestamp response": Parser(tsp.TimestampResponse.parse, stamp),
        "timestamp token": Parser(tsp.TimestampToken.parse, token),
        "signed message": Parser(cms.parse, cms.sign(b"content", [SIGNER])),
        "enveloped message": Parser(
            lambda d: cms.parse_enveloped(d).decrypt(key),
            cms.encrypt(b"content", [certificate], authenticated=False, any_usage=True),
        ),
        "authenticated envelope": Parser(
            lambda d: cms.parse_enveloped(d).decrypt(key),
            cms.encrypt(b"content", [certificate], any_usage=True),
        ),
        "seal": Parser(seal.Seal.parse, sealed),
        "sealed value": Parser(seal.SealSignature.parse, with_seal),
        "private key": Parser(
            lambda d: keys.load_der_private_key(d, None), key.to_der(password=None)
        ),
        "protected key": Parser(
            lambda d: keys.load_der_private_key(d, PASSWORD),
            key.to_der(password=PASSWORD, iterations=FEW),
        ),
        "PEM key": Parser(lambda d: keys.load_pem_private_key(d, None), key.to_pem(password=None)),
        "public key": Parser(keys.load_der_public_key, key.public_key().to_der()),
        "enveloped key": Parser(
            lambda d: keys.open_enveloped(d, key), keys.seal_enveloped(key, key.public_key())
        ),
        "PKCS#12": Parser(
            lambda d: keys.load_pkcs12(d, PASSWORD),
            keys.to_pkcs12(Pkcs12((StoredKey(key, "k"),)), password=PASSWORD, iterations=FEW),
        ),
        "delivery": Parser(
            lambda d: open_delivery(d, key), keys.seal_enveloped(key, key.public_key())
        ),
        "signature": Parser(lambda d: key.public_key().verify(d, b"message"), key.sign(b"message")),
        "ciphertext": Parser(
            lambda d: key.decrypt(d, format=sm2.CiphertextFormat.DER),
            key.public_key().encrypt(b"message", format=sm2.CiphertextFormat.DER),
        ),
        "checkpoint": Parser(parse_checkpoint, note),
        "record": Parser(canonical.parse, json.dumps({"kind": "order", "id": "1"}).encode()),
        "proof": Parser(read_document, b'{"type":"x"}'),
        "receipts": Parser(lambda d: verify_batch([d.decode("latin-1")], Signers()), b"a.b.c"),
        "anything": Parser(inspect.examine, certificate.der),
    }
