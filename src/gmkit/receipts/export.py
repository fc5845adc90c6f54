"""
One signature, three views: what other people's tools verify without knowing receipts.

=====  ====================================================  ====================================
view   signed octets                                         signature
=====  ====================================================  ====================================
raw    M, the part of the receipt before the last dot        r and s in DER (GM/T 0009-2012)
JWS    the same, by RFC 7515                                 r || s, 64 bytes
CMS    the same, as content without signed attributes        r and s in DER (RFC 5652, clause 5.4)
=====  ====================================================  ====================================

Nothing is signed again, and nothing here verifies: an export is as good as its receipt.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence

from gmkit import cms
from gmkit.errors import InvalidArgument
from gmkit.receipts.receipt import Receipt
from gmkit.sm2 import DEFAULT_USER_ID, SignatureFormat, SM2PublicKey, convert_signature
from gmkit.x509 import Certificate

__all__ = ["to_cms", "to_jws_json", "to_raw"]


def to_raw(receipt: Receipt) -> tuple[bytes, bytes]:
    """
    Message and signature as a tool for plain SM2 signatures takes them, with the default user identifier.

    Args:
        receipt: The receipt.

    Returns:
        M, and r and s in DER.
    """
    return receipt.signed, _der(receipt)


def to_jws_json(receipt: Receipt, certificates: Sequence[Certificate] = ()) -> str:
    """
    The flattened JSON serialization (RFC 7515, clause 7.2.2); the compact one is ``receipt.core``.

    Args:
        receipt: The receipt. Data shown beside it goes into ``disclosures``, as RFC 9901 has it.
        certificates: The signer's and those above it, for the unprotected ``x5c``.
    """
    protected, payload, signature = receipt.core.split(".")
    header: dict[str, object] = {}
    if certificates:
        header["x5c"] = [b64encode(each.der).decode() for each in certificates]
    if receipt.disclosures:
        header["disclosures"] = list(receipt.disclosures)
    whole: dict[str, object] = {"payload": payload, "protected": protected, "signature": signature}
    if header:
        whole["header"] = header
    return json.dumps(whole)


def to_cms(
    receipt: Receipt,
    certificate: Certificate,
    *,
    chain: Sequence[Certificate] = (),
    family: cms.Family = cms.Family.RFC,
) -> bytes:
    """
    A CMS signed message with M as its content and the receipt's own signature.

    Args:
        receipt: The receipt.
        certificate: The signer's.
        chain: Those above it.
        family: ``RFC`` for RFC 5652 types, ``GM`` for GM/T 0010-2012 types.

    Returns:
        The message in DER.

    Raises:
        InvalidArgument: The certificate is not that of the key the receipt names.
    """
    key = certificate.public_key()
    if not isinstance(key, SM2PublicKey) or not key.fingerprint().startswith(receipt.key_id):
        raise InvalidArgument("the certificate is not that of the key which the receipt names")
    signer = cms.MessageSigner(_Signed(receipt, key), certificate, tuple(chain))
    return cms.sign(receipt.signed, [signer], family=family, attributes=False)


class _Signed:
    """Stands where a key would sign, and gives the signature that exists already."""

    def __init__(self, receipt: Receipt, key: SM2PublicKey) -> None:
        self._receipt = receipt
        self._key = key

    def public_key(self) -> SM2PublicKey:
        return self._key

    def sign(
        self,
        data: bytes,
        *,
        user_id: bytes = DEFAULT_USER_ID,
        format: SignatureFormat = SignatureFormat.DER,  # noqa: A002
    ) -> bytes:
        assert (data, user_id) == (self._receipt.signed, DEFAULT_USER_ID)
        return convert_signature(self._receipt.signature, SignatureFormat.RAW, format)


def _der(receipt: Receipt) -> bytes:
    return convert_signature(receipt.signature, SignatureFormat.RAW, SignatureFormat.DER)
