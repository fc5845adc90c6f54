"""Identifiers of message syntax, in both families."""

from __future__ import annotations

from enum import Enum


class Family(Enum):
    """Whose content types a message uses: RFC 5652, or GM/T 0010 (GB/T 35275)."""

    RFC = "rfc"
    GM = "gm"


_RFC = "1.2.840.113549.1.7."
_GM = "1.2.156.10197.6.1.4.2."

DATA, SIGNED_DATA, ENVELOPED_DATA = "data", "signedData", "envelopedData"
SIGNED_AND_ENVELOPED_DATA, ENCRYPTED_DATA = "signedAndEnvelopedData", "encryptedData"
AUTH_ENVELOPED_DATA = "authEnvelopedData"

CONTENT_TYPES = {
    _RFC + "1": (Family.RFC, DATA),
    _RFC + "2": (Family.RFC, SIGNED_DATA),
    _RFC + "3": (Family.RFC, ENVELOPED_DATA),
    _RFC + "4": (Family.RFC, SIGNED_AND_ENVELOPED_DATA),
    _RFC + "6": (Family.RFC, ENCRYPTED_DATA),
    "1.2.840.113549.1.9.16.1.23": (Family.RFC, AUTH_ENVELOPED_DATA),
    _GM + "1": (Family.GM, DATA),
    _GM + "2": (Family.GM, SIGNED_DATA),
    _GM + "3": (Family.GM, ENVELOPED_DATA),
    _GM + "4": (Family.GM, SIGNED_AND_ENVELOPED_DATA),
    _GM + "5": (Family.GM, ENCRYPTED_DATA),
}

TST_INFO = "1.2.840.113549.1.9.16.1.4"


def content_type(family: Family, kind: str) -> str:
    """The identifier of a kind of content in one family."""
    return next(oid for oid, known in CONTENT_TYPES.items() if known == (family, kind))


SM3 = "1.2.156.10197.1.401"
SM2_WITH_SM3 = "1.2.156.10197.1.501"
SM2_SIGNATURE = "1.2.156.10197.1.301.1"
SM2_KEY_EXCHANGE = "1.2.156.10197.1.301.2"
SM2_ENCRYPTION = "1.2.156.10197.1.301.3"
SM2 = "1.2.156.10197.1.301"
SM4 = "1.2.156.10197.1.104"
SM4_CBC = "1.2.156.10197.1.104.2"
SM4_GCM = "1.2.156.10197.1.104.8"

ATTRIBUTE_CONTENT_TYPE = "1.2.840.113549.1.9.3"
ATTRIBUTE_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
ATTRIBUTE_SIGNING_TIME = "1.2.840.113549.1.9.5"
ATTRIBUTE_COUNTER_SIGNATURE = "1.2.840.113549.1.9.6"
ATTRIBUTE_SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
ATTRIBUTE_TIMESTAMP = "1.2.840.113549.1.9.16.2.14"
ATTRIBUTE_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
ATTRIBUTE_ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52"

#: OtherRevocationInfoFormat of an OCSP response (RFC 5940 section 2.1).
OCSP_RESPONSE = "1.3.6.1.5.5.7.16.2"
