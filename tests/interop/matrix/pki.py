"""Rows: certificates, requests, revocation lists, OCSP, timestamps."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any

from gmkit import ocsp, pki, tsp, x509
from gmkit.ocsp import Answer, CertificateStatus, OcspRequest, OcspResponse, Responder
from gmkit.pki import Purpose, Revocation, Verifier
from gmkit.sm2 import SM2PublicKey
from gmkit.x509 import RevocationReason
from gmkit.x509.builder import CertificateListBuilder, RequestBuilder, encode_revoked
from gmkit.x509.building import extensions
from tests.interop.matrix.artefact import Artefact, Case
from tests.interop.matrix.material import (
    Identity,
    authority,
    expect,
    issued,
    leaf,
    moment,
    pair,
    serial,
    text,
)
from tests.peers import Peer

__all__ = ["ROWS"]

_HASHES = ("1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1", "1.2.156.10197.1.401")
_REASONS = [reason for reason in RevocationReason if 0 < reason < 6]


def _certificate_they_read(random: Random, _peer: Peer) -> Case:
    """One in eight was not signed by the issuer."""
    issuer = authority(random)
    name = text(random)
    own, made = issued(random, issuer, name)
    good = random.random() > 0.125
    shown = issuer if good else authority(random)
    wanted = {
        "serial": made.serial.to_bytes((made.serial.bit_length() + 7) // 8, "big"),
        "subject": name,
        "public": own.public.to_bytes(),
        "not_before": int(made.not_before.timestamp()),
        "not_after": int(made.not_after.timestamp()),
        "ca": bool(made.basic_constraints and made.basic_constraints.ca),
        "valid": good,
    }
    fields = {"der": made.der, "issuer": shown.certificate.der}
    return Case(fields, lambda a: expect(a, wanted))


def _certificate_we_read(random: Random, _peer: Peer) -> Case:
    issuer, own, name, number = authority(random), pair(random), text(random), serial(random)
    begin = moment(random)
    end = begin + timedelta(days=random.randrange(1, 3000))
    ca = random.random() < 0.5
    fields: dict[str, Any] = {
        "key": issuer.pair.octets,
        "issuer_public": issuer.pair.public.to_bytes(),
        "issuer": issuer.certificate.der,
        "public": own.public.to_bytes(),
        "subject_key": own.octets,
        "subject": name,
        "serial": number,
        "not_before": int(begin.timestamp()),
        "not_after": int(end.timestamp()),
        "ca": ca,
        "key_id": random.randbytes(20),
    }

    def check(answer: dict[str, Any]) -> None:
        read = x509.Certificate.from_der(answer["der"])
        expect(read.serial, int.from_bytes(number, "big"))
        expect(str(read.subject), str(x509.build_name([("CN", name)])))
        expect(read.public_key(), own.public)
        expect((read.not_before, read.not_after), (begin, end))
        constraints = read.basic_constraints
        expect(constraints is not None and constraints.ca, ca)
        issuer.pair.public.verify(read.signature, read.tbs)
        expect(read.findings, ())

    return Case(fields, check)


def _request_they_read(random: Random, _peer: Peer) -> Case:
    own, name = pair(random), text(random)
    made = RequestBuilder(subject=x509.build_name([("CN", name)])).sign(own.key)
    wanted = {"subject": name, "public": own.public.to_bytes(), "valid": True}
    return Case({"der": made.der}, lambda a: expect(a, wanted))


def _request_we_read(random: Random, _peer: Peer) -> Case:
    own, name = pair(random), text(random)

    def check(answer: dict[str, Any]) -> None:
        read = x509.CertificateRequest.from_der(answer["der"])
        expect(str(read.subject), str(x509.build_name([("CN", name)])))
        key = read.public_key()
        assert isinstance(key, SM2PublicKey)
        expect(key, own.public)
        key.verify(read.signature, read.info)

    return Case({**own.fields, "subject": name}, check)


def _revoked(random: Random) -> list[dict[str, Any]]:
    """Up to five entries, numbers apart."""
    found = {serial(random): None for _ in range(random.randrange(1, 6))}
    return [
        {"serial": number, "time": int(moment(random).timestamp()), "reason": int(random.choice(_REASONS))}
        for number in found
    ]  # fmt: skip


def _list_they_read(random: Random, _peer: Peer) -> Case:
    issuer, entries = authority(random), _revoked(random)
    begin, number = moment(random), random.randrange(1, 1 << 31)
    end = begin + timedelta(days=7)
    made = CertificateListBuilder(
        issuer=issuer.certificate.subject,
        this_update=begin,
        next_update=end,
        revoked=[
            encode_revoked(
                int.from_bytes(one["serial"], "big"),
                datetime.fromtimestamp(one["time"], timezone.utc),
                (extensions.reason_code(one["reason"]),),
            )
            for one in entries
        ],
        extensions=(extensions.crl_number(number),),
    ).sign(issuer.pair.key)
    wanted = {
        "number": number,
        "this_update": int(begin.timestamp()),
        "next_update": int(end.timestamp()),
        "revoked": entries,
        "valid": True,
    }
    fields = {"der": made.der, "issuer": issuer.certificate.der}
    return Case(fields, lambda a: expect(a, wanted))


def _list_we_read(random: Random, _peer: Peer) -> Case:
    issuer, entries = authority(random), _revoked(random)
    begin, number = moment(random), random.randrange(1, 1 << 31)
    fields = {
        **issuer.pair.fields,
        "issuer": issuer.certificate.der,
        "number": number,
        "this_update": int(begin.timestamp()),
        "next_update": int(begin.timestamp()) + 86400,
        "revoked": entries,
    }

    def check(answer: dict[str, Any]) -> None:
        read = x509.CertificateList.from_der(answer["der"])
        expect(read.number, number)
        expect(read.this_update, begin)
        wanted = {int.from_bytes(one["serial"], "big"): one for one in entries}
        expect({entry.serial for entry in read}, set(wanted))
        for entry in read:
            one = wanted[entry.serial]
            expect((int(entry.date.timestamp()), int(entry.reason)), (one["time"], one["reason"]))
        issuer.pair.public.verify(read.signature, read.tbs)

    return Case(fields, check)


def _below(issuer: Identity, number: bytes, random: Random) -> x509.Certificate:
    return x509.CertificateBuilder(
        serial=int.from_bytes(number, "big"),
        issuer=issuer.certificate.subject,
        subject=x509.build_name([("CN", "asked about")]),
        not_before=issuer.certificate.not_before,
        not_after=issuer.certificate.not_after,
        public_key_info=pair(random).public.to_der(),
    ).sign(issuer.pair.key)


def _ocsp_request_they_read(random: Random, _peer: Peer) -> Case:
    issuer, number = authority(random), serial(random)
    algorithm = random.choice(_HASHES)
    nonce = random.randbytes(32) if random.random() < 0.5 else None
    made = OcspRequest.about(
        _below(issuer, number, random), issuer.certificate, nonce=nonce, hash_algorithm=algorithm
    )

    def check(answer: dict[str, Any]) -> None:
        expect([one["serial"] for one in answer["asked"]], [number])
        expect(answer["asked"][0]["matches"], True)
        expect(answer.get("nonce"), nonce)

    return Case({"der": made.to_der(), "issuer": issuer.certificate.der}, check)


def _ocsp_request_we_read(random: Random, _peer: Peer) -> Case:
    issuer, number = authority(random), serial(random)
    algorithm = random.choice(_HASHES)
    nonce = random.randbytes(32) if random.random() < 0.5 else None
    fields = {
        "issuer": issuer.certificate.der,
        "serial": number,
        "hash": algorithm,
        "nonce": nonce,
    }
    own = OcspRequest.about(
        _below(issuer, number, random), issuer.certificate, hash_algorithm=algorithm
    )

    def check(answer: dict[str, Any]) -> None:
        read = OcspRequest.from_der(answer["der"])
        expect(read.certificate_ids, own.certificate_ids)
        expect(read.nonce, nonce)

    return Case(fields, check)


def _ocsp_response_they_read(random: Random, _peer: Peer) -> Case:
    issuer, number, now = authority(random), serial(random), moment(random)
    status = random.choice(list(CertificateStatus))
    since, reason = moment(random), random.choice(_REASONS)
    gone = status is CertificateStatus.REVOKED
    answer = Answer(status, since if gone else None, reason if gone else None)
    responder = Responder(
        issuer.certificate, issuer.pair.key, issuer=issuer.certificate, lookup=lambda _serial: answer,
        name=random.choice(list(ocsp.ResponderName)),
    )  # fmt: skip
    algorithm = random.choice(_HASHES)
    identifier = responder.certificate_id(int.from_bytes(number, "big"), hash_algorithm=algorithm)
    nonce = random.randbytes(32) if random.random() < 0.5 else None
    wanted: dict[str, Any] = {
        "serial": number,
        "status": status.name.lower(),
        "this_update": int(now.timestamp()),
        "next_update": int(now.timestamp()) + 86400,
    }
    if gone:
        wanted["revoked"] = int(since.timestamp())
        wanted["reason"] = int(reason)

    def check(found: dict[str, Any]) -> None:
        expect(found["answers"], [wanted])
        expect(found["valid"], True)
        expect(found.get("nonce"), nonce)

    der = responder.sign([identifier], time=now, nonce=nonce)
    return Case({"der": der, "issuer": issuer.certificate.der}, check)


def _ocsp_response_we_read(random: Random, _peer: Peer) -> Case:
    issuer, number, now = (
        authority(random),
        serial(random),
        datetime(2030, 1, 1, tzinfo=timezone.utc),
    )
    status = random.choice(["good", "revoked", "unknown"])
    since, reason = moment(random), random.choice(_REASONS)
    below = _below(issuer, number, random)
    nonce = random.randbytes(32) if random.random() < 0.5 else None
    fields = {
        **issuer.fields,
        "issuer": issuer.certificate.der,
        "serial": number,
        "hash": random.choice(_HASHES),
        "status": status,
        "revoked": int(since.timestamp()),
        "reason": int(reason),
        "this_update": int(now.timestamp()),
        "next_update": int(now.timestamp()) + 3600,
        "nonce": nonce,
        "by_name": random.random() < 0.5,
    }

    def check(answer: dict[str, Any]) -> None:
        read = OcspResponse.from_der(answer["der"])
        expect(read.nonce, nonce)
        found = pki.certificate_status(
            below, issuer.certificate, [read], time=now + timedelta(minutes=5)
        )
        expect(found.status.name.lower(), status)
        if status == "revoked":
            expect((found.revocation_time, found.reason), (since, reason))

    return Case(fields, check)


_POLICY = "1.2.3.4.5"
_STAMPING = "1.3.6.1.5.5.7.3.8"
_STAMP_HASHES = ("1.2.156.10197.1.401", "2.16.840.1.101.3.4.2.1")


def _stamp_they_read(random: Random, _peer: Peer) -> Case:
    owner, now = leaf(random, purpose=_STAMPING), moment(random)
    imprint = tsp.Imprint.of(random.randbytes(50), algorithm=random.choice(_STAMP_HASHES))
    request = tsp.TimestampRequest(imprint, nonce=random.getrandbits(100) + 1)
    maker = tsp.TimestampAuthority(owner.pair.key, owner.certificate, _POLICY)
    number = int.from_bytes(serial(random), "big")
    made = maker.respond(request.to_der(), time=now, serial=number)
    wanted = {
        "valid": True,
        "time": int(now.timestamp()),
        "serial": number.to_bytes((number.bit_length() + 7) // 8, "big"),
        "policy": _POLICY,
        "digest": imprint.digest,
    }
    fields = {"der": made, "request": request.to_der(), "certificate": owner.certificate.der}
    return Case(fields, lambda a: expect(a, wanted))


def _stamp_we_read(random: Random, _peer: Peer) -> Case:
    owner, now = leaf(random, purpose=_STAMPING), moment(random)
    imprint = tsp.Imprint.of(random.randbytes(50), algorithm=random.choice(_STAMP_HASHES))
    request = tsp.TimestampRequest(imprint, nonce=random.getrandbits(100) + 1)
    number = serial(random)
    fields = {
        **owner.fields,
        "der": request.to_der(),
        "policy": _POLICY,
        "hash": random.choice(_STAMP_HASHES),
        "serial": number,
        "time": int(now.timestamp()),
    }

    def trust(at: datetime) -> Verifier:
        # The certificate itself is trusted: its own chain is another row's matter.
        return Verifier(
            [owner.certificate], time=at, purpose=Purpose.TIMESTAMPING, revocation=Revocation.NONE
        )

    def check(answer: dict[str, Any]) -> None:
        found = tsp.verify_response(answer["der"], request, trust=trust)
        expect(found.time, now)
        expect(found.info.serial, int.from_bytes(number, "big"))

    return Case(fields, check)


def _stamp_request_we_read(random: Random, _peer: Peer) -> Case:
    digest, nonce = random.randbytes(32), random.randbytes(8)
    fields = {
        "hash": random.choice(_STAMP_HASHES),
        "digest": digest,
        "nonce": nonce,
        "policy": _POLICY,
    }

    def check(answer: dict[str, Any]) -> None:
        read = tsp.TimestampRequest.parse(answer["der"])
        expect(read.imprint, tsp.Imprint(fields["hash"], digest))  # type: ignore[arg-type]
        expect((read.nonce, read.policy), (int.from_bytes(nonce, "big"), _POLICY))

    return Case(fields, check)


ROWS = (
    Artefact(
        "certificate",
        "certificate",
        ("certificate.read", _certificate_they_read),
        ("certificate.write", _certificate_we_read),
    ),
    Artefact(
        "request",
        "request, PKCS#10",
        ("request.read", _request_they_read),
        ("request.write", _request_we_read),
    ),
    Artefact("crl", "revocation list", ("crl.read", _list_they_read), ("crl.write", _list_we_read)),
    Artefact(
        "ocsp-request",
        "OCSP request",
        ("ocsp.request.read", _ocsp_request_they_read),
        ("ocsp.request.write", _ocsp_request_we_read),
    ),
    Artefact(
        "ocsp-response",
        "OCSP response",
        ("ocsp.response.read", _ocsp_response_they_read),
        ("ocsp.response.write", _ocsp_response_we_read),
    ),
    Artefact(
        "timestamp",
        "timestamp, RFC 3161",
        ("timestamp.verify", _stamp_they_read),
        ("timestamp.respond", _stamp_we_read),
    ),
    Artefact(
        "timestamp-request",
        "timestamp request",
        None,
        ("timestamp.request", _stamp_request_we_read),
    ),
)
