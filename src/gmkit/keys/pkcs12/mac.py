"""The MAC over a PKCS#12 file: of RFC 7292, clause 4 and appendix A, and PBMAC1 (RFC 9579)."""

from __future__ import annotations

import hmac

from gmkit import asn1, mac
from gmkit.asn1 import Element, Tag
from gmkit.errors import EncodingError, UnsupportedAlgorithm, WrongPassword
from gmkit.keys.pkcs12 import derivation
from gmkit.keys.pkcs12.derivation import Hash
from gmkit.keys.pkcs12.pbkdf2 import HMACS, Derivation, bounded

_PBMAC1 = "1.2.840.113549.1.5.14"


def verify(data: Element, authenticated: bytes, password: bytes) -> None:
    """
    Verify MacData over the octets of the authenticated safe.

    Raises:
        WrongPassword: It does not fit: another password, or a changed file.
        EncodingError, UnsupportedAlgorithm, InvalidArgument: It is malformed or of another kind, or the
            password is no text.
    """
    members = data.cursor(Tag.SEQUENCE)
    info = members.next(Tag.SEQUENCE).cursor()
    salt = members.next(Tag.OCTET_STRING).octet_string()
    count = members.optional(Tag.INTEGER)
    members.finish()
    algorithm = info.next(Tag.SEQUENCE)
    expected = info.next(Tag.OCTET_STRING).octet_string()
    info.finish()
    kind = algorithm.cursor().next(Tag.OBJECT_IDENTIFIER).oid()
    if kind == _PBMAC1:
        fits = _pbmac1_fits(algorithm, authenticated, password, expected)
    else:
        digest = derivation.hash_of(kind)
        iterations = 1 if count is None else bounded(count, derivation.MAX_ITERATIONS)
        spellings = [derivation.spelled(password)]
        if not password:
            spellings.append(b"")  # no password and an empty one are two things here
        fits = any(
            hmac.compare_digest(_classic(digest, each, salt, iterations, authenticated), expected)
            for each in spellings
        )
    if not fits:
        raise WrongPassword("the password does not open this PKCS#12 file, or the file is damaged")


def make(oid: str, authenticated: bytes, password: bytes, salt: bytes, iterations: int) -> bytes:
    """
    MacData with the hash *oid*.

    Raises:
        InvalidArgument: The password is no text.
    """
    digest = derivation.hash_of(oid)
    tag = _classic(digest, derivation.spelled(password), salt, iterations, authenticated)
    return asn1.sequence(
        asn1.sequence(asn1.sequence(asn1.oid(oid), asn1.null()), asn1.octet_string(tag)),
        asn1.octet_string(salt),
        asn1.integer(iterations),
    )


def _classic(
    digest: Hash, password: bytes, salt: bytes, iterations: int, authenticated: bytes
) -> bytes:
    key = derivation.derive(digest, derivation.FOR_MAC, password, salt, iterations, digest.size)
    return _hmac(digest.name, key, authenticated)


def _hmac(name: str, key: bytes, data: bytes) -> bytes:
    return mac.hmac_sm3(key, data) if name == "sm3" else hmac.digest(key, data, name)


def _pbmac1_fits(
    algorithm: Element, authenticated: bytes, password: bytes, expected: bytes
) -> bool:
    """RFC 9579, clause 4: PBKDF2 with a key length, and an HMAC."""
    members = algorithm.cursor()
    members.next(Tag.OBJECT_IDENTIFIER)
    parameters = members.next(Tag.SEQUENCE).cursor()
    members.finish()
    function = Derivation.read(parameters.next(Tag.SEQUENCE))
    scheme = parameters.next(Tag.SEQUENCE).cursor().next(Tag.OBJECT_IDENTIFIER).oid()
    parameters.finish()
    if scheme not in HMACS:
        raise UnsupportedAlgorithm("PBMAC1 with a MAC that is not read here", oid=scheme)
    if function.key_length is None or function.key_length < 20:
        raise EncodingError(
            "PBMAC1 needs a key length of 20 bytes or more (RFC 9579, clause 4)", what="PKCS#12"
        )
    key = function.derive(password, function.key_length)
    return hmac.compare_digest(_hmac(HMACS[scheme], key, authenticated), expected)
