"""A small world of signers for tests of documents: root, signer, authority of time, revocation lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from gmkit import asn1, sm2, tsp
from gmkit.cms import MessageSigner
from gmkit.verdict import Trust
from gmkit.x509 import Certificate, CertificateList
from tests.certificates import ALGORITHM, name

NOW = datetime(2026, 6, 1, 12, 0, 0, tzinfo=timezone.utc)
YEAR = timedelta(days=365)


def key(number: int) -> sm2.SM2PrivateKey:
    return sm2.SM2PrivateKey.from_hex(f"{number:064x}")


def extension(oid: str, value: bytes, *, critical: bool = True) -> bytes:
    flag = (asn1.boolean(True),) if critical else ()
    return asn1.sequence(asn1.oid(oid), *flag, asn1.octet_string(value))


def usage(*bits: int) -> bytes:
    value = sum(1 << (7 - bit) for bit in bits)
    unused = 7 - max(bits)
    return extension("2.5.29.15", asn1.bit_string(bytes([value]), unused=unused))


AUTHORITY = extension("2.5.29.19", asn1.sequence(asn1.boolean(True)))
STAMPING = extension("2.5.29.37", asn1.sequence(asn1.oid("1.3.6.1.5.5.7.3.8")))


@dataclass
class Authority:
    """Issues certificates and lists with whatever dates a test wants."""

    key: sm2.SM2PrivateKey
    name: str
    start: datetime = NOW - 2 * YEAR
    end: datetime = NOW + 20 * YEAR

    @property
    def certificate(self) -> Certificate:
        return self.issue(self.key, self.name, 1, self.start, self.end, (AUTHORITY, usage(5, 6)))

    def issue(
        self,
        holder: sm2.SM2PrivateKey,
        common_name: str,
        serial: int,
        start: datetime = NOW - YEAR,
        end: datetime = NOW + YEAR,
        extensions: tuple[bytes, ...] = (usage(0, 1),),
    ) -> Certificate:
        curve = asn1.sequence(asn1.oid("1.2.840.10045.2.1"), asn1.oid("1.2.156.10197.1.301"))
        tbs = asn1.sequence(
            asn1.explicit(0, asn1.integer(2)),
            asn1.integer(serial),
            ALGORITHM,
            name(self.name),
            asn1.sequence(asn1.time(start), asn1.time(end)),
            name(common_name),
            asn1.sequence(curve, asn1.bit_string(holder.public_key().to_bytes())),
            asn1.explicit(3, asn1.sequence(*extensions)),
        )
        signature = asn1.bit_string(self.key.sign(tbs))
        return Certificate(asn1.sequence(tbs, ALGORITHM, signature))

    def crl(
        self,
        at: datetime = NOW,
        revoked: dict[int, datetime] | None = None,
        until: datetime | None = None,
    ) -> CertificateList:
        entries = [
            asn1.sequence(asn1.integer(serial), asn1.time(when))
            for serial, when in (revoked or {}).items()
        ]
        tbs = asn1.sequence(
            asn1.integer(1),
            ALGORITHM,
            name(self.name),
            asn1.time(at),
            asn1.time(until or at + timedelta(days=7)),
            *((asn1.sequence(*entries),) if entries else ()),
        )
        signature = asn1.bit_string(self.key.sign(tbs))
        return CertificateList(asn1.sequence(tbs, ALGORITHM, signature))


ROOT = Authority(key(1), "Root")
SIGNER_KEY, SECOND_KEY, TSA_KEY = key(2), key(3), key(4)
SIGNER_CERTIFICATE = ROOT.issue(SIGNER_KEY, "Signer", 10)
SECOND_CERTIFICATE = ROOT.issue(SECOND_KEY, "Second", 11)
TSA_CERTIFICATE = ROOT.issue(TSA_KEY, "TSA", 12, NOW - YEAR, NOW + 5 * YEAR, (usage(0), STAMPING))
SIGNER = MessageSigner(SIGNER_KEY, SIGNER_CERTIFICATE)
SECOND = MessageSigner(SECOND_KEY, SECOND_CERTIFICATE)
TSA = tsp.TimestampAuthority(TSA_KEY, TSA_CERTIFICATE, "1.2.3.4")
CRL = ROOT.crl()


def trust(at: datetime = NOW, **more: object) -> Trust:
    """Trust in the root, with a list of the day unless *more* says otherwise."""
    given: dict[str, object] = {"roots": (ROOT.certificate,), "crls": (ROOT.crl(at),)}
    return Trust(at, **(given | more))  # type: ignore[arg-type]
