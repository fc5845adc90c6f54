"""
Certificates and lists with any fault one likes, made from parts.

Every field can be replaced by octets of one's own; the defaults are a good certificate of its kind. Nothing of
the product's issuing code is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cache
from itertools import count

from gmkit import asn1, sm2, x509
from gmkit.x509 import oids

NOW = datetime(2026, 6, 1, tzinfo=timezone.utc)
BEGIN, END = NOW - timedelta(days=100), NOW + timedelta(days=100)
SM2_SM3 = asn1.sequence(asn1.oid(oids.SM2_WITH_SM3))
SIGN, SECRECY, CERT_SIGN, CRL_SIGN = 0x3, 0x1C, 0x20, 0x40
_serials = count(1)


@cache
def key(label: str) -> sm2.SM2PrivateKey:
    """One key a label."""
    del label
    return sm2.generate_private_key()


def name(*labels: str) -> bytes:
    """CN of the last label, O of those before it."""
    kinds = ["2.5.4.10"] * (len(labels) - 1) + ["2.5.4.3"] * bool(labels)
    return asn1.sequence(
        *(
            asn1.set_of(asn1.sequence(asn1.oid(kind), asn1.utf8_string(label)))
            for kind, label in zip(kinds, labels, strict=True)
        )
    )


def info(public: sm2.SM2PublicKey) -> bytes:
    algorithm = asn1.sequence(asn1.oid(oids.EC_PUBLIC_KEY), asn1.oid(oids.SM2_CURVE))
    return asn1.sequence(algorithm, asn1.bit_string(public.to_bytes()))


def extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    flag = (asn1.boolean(value=True),) if critical else ()
    return asn1.sequence(asn1.oid(oid), *flag, asn1.octet_string(value))


def named_bits(bits: int) -> bytes:
    """Bit n of the number as bit n of a BIT STRING."""
    if not bits:
        return b"\x03\x01\x00"
    octets = bytearray(2)
    for bit in range(16):
        if bits >> bit & 1:
            octets[bit // 8] |= 0x80 >> bit % 8
    stripped = bytes(octets).rstrip(b"\0")
    unused = (stripped[-1] & -stripped[-1]).bit_length() - 1
    return asn1.bit_string(stripped, unused=unused)


def basic(*, ca: bool, length: int | None = None, critical: bool = True) -> bytes:
    parts = [asn1.boolean(value=True)] if ca else []
    parts += [] if length is None else [asn1.integer(length)]
    return extension(oids.BASIC_CONSTRAINTS, asn1.sequence(*parts), critical=critical)


def usage(bits: int, *, critical: bool = True) -> bytes:
    return extension(oids.KEY_USAGE, named_bits(bits), critical=critical)


def purposes(*dotted: str, critical: bool = False) -> bytes:
    value = asn1.sequence(*map(asn1.oid, dotted))
    return extension(oids.EXTENDED_KEY_USAGE, value, critical=critical)


def dns(text: str) -> bytes:
    return asn1.implicit(2, asn1.octet_string(text.encode()))


def email(text: str) -> bytes:
    return asn1.implicit(1, asn1.octet_string(text.encode()))


def uri(text: str) -> bytes:
    return asn1.implicit(6, asn1.octet_string(text.encode()))


def ip(octets: bytes) -> bytes:
    return asn1.implicit(7, asn1.octet_string(octets))


def directory(encoded: bytes) -> bytes:
    return asn1.explicit(4, encoded)


def alternative(*names: bytes, critical: bool = False) -> bytes:
    return extension(oids.SUBJECT_ALT_NAME, asn1.sequence(*names), critical=critical)


def constraints(
    permitted: tuple[bytes, ...] = (), excluded: tuple[bytes, ...] = (), *, critical: bool = True
) -> bytes:
    def trees(number: int, bases: tuple[bytes, ...]) -> tuple[bytes, ...]:
        inner = asn1.sequence(*map(asn1.sequence, bases))
        return (asn1.implicit(number, inner),) if bases else ()

    value = asn1.sequence(*trees(0, permitted), *trees(1, excluded))
    return extension(oids.NAME_CONSTRAINTS, value, critical=critical)


def policies(*dotted: str) -> bytes:
    value = asn1.sequence(*(asn1.sequence(asn1.oid(one)) for one in dotted))
    return extension(oids.CERTIFICATE_POLICIES, value)


def mappings(*pairs: tuple[str, str]) -> bytes:
    value = asn1.sequence(*(asn1.sequence(asn1.oid(a), asn1.oid(b)) for a, b in pairs))
    return extension(oids.POLICY_MAPPINGS, value, critical=True)


def policy_constraints(*, explicit: int | None = None, mapping: int | None = None) -> bytes:
    parts = [
        asn1.implicit(number, asn1.integer(value))
        for number, value in ((0, explicit), (1, mapping))
        if value is not None
    ]
    return extension(oids.POLICY_CONSTRAINTS, asn1.sequence(*parts), critical=True)


def identifiers(subject: str, issuer: str) -> list[bytes]:
    """subjectKeyIdentifier and authorityKeyIdentifier of keys by their labels."""
    return [
        extension(oids.SUBJECT_KEY_IDENTIFIER, asn1.octet_string(key_id(subject))),
        extension(
            oids.AUTHORITY_KEY_IDENTIFIER,
            asn1.sequence(asn1.implicit(0, asn1.octet_string(key_id(issuer)))),
        ),
    ]


def key_id(label: str) -> bytes:
    return key(label).public_key().fingerprint()[:20]


@dataclass
class Made:
    """A certificate to be: every part can be set; :meth:`der` signs it."""

    subject: str
    issuer: str
    extensions: list[bytes] = field(default_factory=list)
    subject_name: bytes | None = None
    issuer_name: bytes | None = None
    subject_key: str | None = None
    issuer_key: str | None = None
    begin: datetime = BEGIN
    end: datetime = END
    serial: int | None = None
    version: int = 2
    inner: bytes = SM2_SM3
    outer: bytes = SM2_SM3
    key_info: bytes | None = None
    user_id: bytes = sm2.DEFAULT_USER_ID
    signature: bytes | None = None

    def tbs(self) -> bytes:
        public = key(self.subject_key or self.subject).public_key()
        serial = next(_serials) if self.serial is None else self.serial
        parts = [
            asn1.explicit(0, asn1.integer(self.version)),
            asn1.integer(serial),
            self.inner,
            self.issuer_name or name(self.issuer),
            asn1.sequence(asn1.time(self.begin), asn1.time(self.end)),
            self.subject_name or name(self.subject),
            self.key_info or info(public),
        ]
        if self.extensions:
            parts.append(asn1.explicit(3, asn1.sequence(*self.extensions)))
        return asn1.sequence(*parts)

    def der(self) -> bytes:
        tbs = self.tbs()
        signer = key(self.issuer_key or self.issuer)
        signature = self.signature or signer.sign(tbs, user_id=self.user_id)
        return asn1.sequence(tbs, self.outer, asn1.bit_string(signature))

    def read(self) -> x509.Certificate:
        return x509.Certificate.from_der(self.der())


def root(label: str = "root", *more: bytes, **fields) -> x509.Certificate:
    return authority(label, label, *more, **fields)


def authority(
    label: str, issuer: str, *more: bytes, length: int | None = None, **fields
) -> x509.Certificate:
    extensions = [
        basic(ca=True, length=length),
        usage(CERT_SIGN | CRL_SIGN),
        *identifiers(fields.get("subject_key", label), fields.get("issuer_key", issuer)),
        *more,
    ]
    return Made(label, issuer, **{"extensions": extensions, **fields}).read()


def leaf(label: str, issuer: str, *more: bytes, **fields) -> x509.Certificate:
    extensions = [
        usage(SIGN),
        *identifiers(fields.get("subject_key", label), fields.get("issuer_key", issuer)),
        *more,
    ]
    return Made(label, issuer, **{"extensions": extensions, **fields}).read()


def server(label: str, issuer: str, *more: bytes, host: str = "a.example.com", **fields):
    """A leaf that suits browsers."""
    return leaf(
        label,
        issuer,
        purposes("1.3.6.1.5.5.7.3.1"),
        alternative(dns(host)),
        *more,
        **{"subject_name": name(host), **fields},
    )


def revoked(serial: int, *, reason: int | None = None, more: tuple[bytes, ...] = ()) -> bytes:
    extensions = list(more)
    if reason is not None:
        extensions.append(extension(oids.REASON_CODE, asn1.enumerated(reason)))
    parts = [asn1.integer(serial), asn1.time(BEGIN)]
    return asn1.sequence(*parts, *([asn1.sequence(*extensions)] if extensions else []))


def crl(
    issuer: str,
    *entries: bytes,
    number: int | None = 1,
    base: int | None = None,
    scope: bytes | None = None,
    more: tuple[bytes, ...] = (),
    begin: datetime = BEGIN,
    end: datetime | None = END,
    signer: str | None = None,
    issuer_name: bytes | None = None,
) -> x509.CertificateList:
    extensions = [identifiers(issuer, signer or issuer)[1]]
    if number is not None:
        extensions.append(extension(oids.CRL_NUMBER, asn1.integer(number)))
    if base is not None:
        delta = extension(oids.DELTA_CRL_INDICATOR, asn1.integer(base), critical=True)
        extensions.append(delta)
    if scope is not None:
        extensions.append(extension(oids.ISSUING_DISTRIBUTION_POINT, scope, critical=True))
    tbs = asn1.sequence(
        asn1.integer(1),
        SM2_SM3,
        issuer_name or name(issuer),
        asn1.time(begin),
        *([] if end is None else [asn1.time(end)]),
        *([asn1.sequence(*entries)] if entries else []),
        asn1.explicit(0, asn1.sequence(*extensions, *more)),
    )
    signature = key(signer or issuer).sign(tbs)
    return x509.CertificateList.from_der(asn1.sequence(tbs, SM2_SM3, asn1.bit_string(signature)))
