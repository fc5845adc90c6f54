"""Writing a PKCS#12 file: keys and certificates under PBES2, a MAC over all of it."""

from __future__ import annotations

import hashlib
import secrets

from gmkit import asn1
from gmkit.errors import InvalidArgument
from gmkit.hazmat.sm4 import modes as sm4
from gmkit.keys.pkcs12 import derivation, mac, read
from gmkit.keys.pkcs12.contents import Pkcs12
from gmkit.keys.pkcs12.pbkdf2 import HMAC_SHA256, HMAC_SM3, Derivation
from gmkit.keys.pkcs12.protection import AES_256_CBC, PBES2, SM4_CBC
from gmkit.sm2 import KeyProfile

_SALT = 16


def to_pkcs12(
    contents: Pkcs12,
    *,
    password: bytes,
    profile: KeyProfile = KeyProfile.SM4_SM3,
    iterations: int = 600_000,
) -> bytes:
    """
    A PKCS#12 file in DER.

    A key without a ``local_id`` is tied to the certificate of the same name, if there is one.

    Args:
        contents: Keys and certificates, in the order to be written.
        password: Text in UTF-8, not empty.
        profile: ``SM4_SM3``: PBES2 with HMAC-SM3 and SM4-CBC, MAC with SM3; ``OPENSSL``: HMAC-SHA-256,
            AES-256-CBC, MAC with SHA-256, which stock OpenSSL reads.
        iterations: Of every derivation, 1 to 1,000,000.

    Raises:
        InvalidArgument: Nothing to write, an empty password or one that is no text, or iterations out of
            range.
        RandomnessError: The operating system gave no random bytes.
    """
    if not contents.keys and not contents.certificates:
        raise InvalidArgument("neither a key nor a certificate to write")
    if not password:
        raise InvalidArgument("a PKCS#12 file has a password")
    if not 1 <= iterations <= derivation.MAX_ITERATIONS:
        raise InvalidArgument(f"{iterations} iterations; 1 to {derivation.MAX_ITERATIONS} are done")
    derivation.spelled(password)
    parts = []
    if contents.certificates:
        bags = asn1.sequence(
            *(_certificate_bag(c.der, c.name, c.local_id) for c in contents.certificates)
        )
        parts.append(_encrypted(bags, password, profile, iterations))
    if contents.keys:
        named = {c.name: _local_id(c.der, c.local_id) for c in contents.certificates}
        bags = asn1.sequence(
            *(
                _bag(
                    read.SHROUDED_BAG,
                    k.key.to_der(password=password, profile=profile, iterations=iterations),
                    k.name,
                    k.local_id if k.local_id is not None else named.get(k.name),
                )
                for k in contents.keys
            )
        )
        parts.append(_data(bags))
    authenticated = asn1.sequence(*parts)
    digest = derivation.SM3 if profile is KeyProfile.SM4_SM3 else derivation.SHA256
    salt = secrets.token_bytes(_SALT)
    tag = mac.make(digest, authenticated, password, salt, iterations)
    return asn1.sequence(asn1.integer(3), _data(authenticated), tag)


def _local_id(der: bytes, given: bytes | None) -> bytes:
    """What OpenSSL and Java write: SHA-1 of the certificate, as a name and nothing else."""
    return given if given is not None else hashlib.sha1(der, usedforsecurity=False).digest()


def _data(octets: bytes) -> bytes:
    return asn1.sequence(asn1.oid(read.DATA), asn1.explicit(0, asn1.octet_string(octets)))


def _certificate_bag(der: bytes, name: str | None, local_id: bytes | None) -> bytes:
    value = asn1.sequence(asn1.oid(read.X509_CERTIFICATE), asn1.explicit(0, asn1.octet_string(der)))
    tied = _local_id(der, local_id) if name is not None or local_id is not None else None
    return _bag(read.CERTIFICATE_BAG, value, name, tied)


def _bag(kind: str, value: bytes, name: str | None, local_id: bytes | None) -> bytes:
    attributes = []
    if name is not None:
        text = asn1.bmp_string(name)
        attributes.append(asn1.sequence(asn1.oid(read.FRIENDLY_NAME), asn1.set_of(text)))
    if local_id is not None:
        octets = asn1.octet_string(local_id)
        attributes.append(asn1.sequence(asn1.oid(read.LOCAL_KEY_ID), asn1.set_of(octets)))
    tail = asn1.set_of(*attributes) if attributes else b""
    return asn1.sequence(asn1.oid(kind), asn1.explicit(0, value), tail)


def _encrypted(octets: bytes, password: bytes, profile: KeyProfile, iterations: int) -> bytes:
    """EncryptedData with PBES2; certificates only, keys are protected one by one."""
    salt, iv = secrets.token_bytes(_SALT), secrets.token_bytes(16)
    if profile is KeyProfile.SM4_SM3:
        function = Derivation(salt, iterations, None, HMAC_SM3)
        cipher = SM4_CBC
        encrypted = sm4.cbc_encrypt(function.derive(password, 16), octets, iv=iv)
    else:
        from gmkit.keys.pkcs12.others import aes_cbc_encrypt  # noqa: PLC0415 - only who asks for it

        function = Derivation(salt, iterations, None, HMAC_SHA256)
        cipher = AES_256_CBC
        encrypted = aes_cbc_encrypt(function.derive(password, 32), octets, iv)
    algorithm = asn1.sequence(
        asn1.oid(PBES2),
        asn1.sequence(function.encoded(), asn1.sequence(asn1.oid(cipher), asn1.octet_string(iv))),
    )
    info = asn1.sequence(
        asn1.oid(read.DATA), algorithm, asn1.implicit(0, asn1.octet_string(encrypted))
    )
    return asn1.sequence(
        asn1.oid(read.ENCRYPTED_DATA), asn1.explicit(0, asn1.sequence(asn1.integer(0), info))
    )
