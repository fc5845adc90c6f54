"""Small certificates for tests that need one and do not care how it came about."""

from __future__ import annotations

from datetime import datetime, timezone

from gmkit import asn1
from gmkit.sm2 import SM2PrivateKey
from gmkit.x509 import Certificate

ALGORITHM = asn1.sequence(asn1.oid("1.2.156.10197.1.501"))
START = datetime(2020, 1, 1, tzinfo=timezone.utc)
END = datetime(2049, 1, 1, tzinfo=timezone.utc)


def name(common_name: str) -> bytes:
    attribute = asn1.sequence(asn1.oid("2.5.4.3"), asn1.utf8_string(common_name))
    return asn1.sequence(asn1.set_of(attribute))


def certificate(
    key: SM2PrivateKey,
    common_name: str,
    *,
    issuer: tuple[SM2PrivateKey, str] | None = None,
    serial: int = 1,
    extensions: tuple[bytes, ...] = (),
) -> Certificate:
    """A certificate for *key*, self-signed unless an issuer (key and name) is given."""
    signer, issuer_name = issuer or (key, common_name)
    curve = asn1.sequence(asn1.oid("1.2.840.10045.2.1"), asn1.oid("1.2.156.10197.1.301"))
    tbs = asn1.sequence(
        asn1.explicit(0, asn1.integer(2)),
        asn1.integer(serial),
        ALGORITHM,
        name(issuer_name),
        asn1.sequence(asn1.time(START), asn1.time(END)),
        name(common_name),
        asn1.sequence(curve, asn1.bit_string(key.public_key().to_bytes())),
        *((asn1.explicit(3, asn1.sequence(*extensions)),) if extensions else ()),
    )
    return Certificate(asn1.sequence(tbs, ALGORITHM, asn1.bit_string(signer.sign(tbs))))
