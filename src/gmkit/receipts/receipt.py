"""
The receipt: a signed record as one line of text, a compact JWS (RFC 7515, section 3.1).

::

    header   {"alg":"SGD_SM3_SM2","kid":"…","typ":"gmr+jws"}       canonical, the same for one signer
    M        base64url(header) "." base64url(payload)              the octets that are signed
    receipt  M "." base64url(r || s)                               SM2 over M, default user identifier

The stored octets are the signed octets: reading keeps them, and nothing is encoded anew to verify.
``kid`` is the first 16 bytes of SM3 over the signer's SubjectPublicKeyInfo. Nothing is negotiated:
``typ`` fixes algorithm, hash and user identifier, and a header with any other member is refused.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache

from gmkit.errors import RecordError
from gmkit.receipts import canonical
from gmkit.receipts.record import Record
from gmkit.receipts.verdict import Reason, rejected

__all__ = [
    "ALGORITHM",
    "KID_BYTES",
    "MAX_RECEIPT",
    "TYPE",
    "Receipt",
    "header_for",
    "join",
    "key_id_in",
    "signing_input",
]

ALGORITHM = "SGD_SM3_SM2"  # the name of GM/T 0125; no SM2 algorithm is registered with IANA
TYPE = "gmr+jws"
KID_BYTES = 16
SIGNATURE_BYTES = 64
MAX_HEADER = 256  # characters; ours has 84
# Header, payload and signature in base64, and some room: a longer line is no receipt.
MAX_RECEIPT = canonical.MAX_BYTES * 4 // 3 + 1024


@dataclass(frozen=True, slots=True)
class Receipt:
    """
    A receipt as it stands in a file, taken apart and not yet verified.

    Attributes:
        text: The whole of it, ASCII.
        key_id: The signer's key, 16 bytes.
        payload: The octets of the payload.
        signature: r || s, 64 bytes.
    """

    text: str
    key_id: bytes
    payload: bytes
    signature: bytes

    @classmethod
    def parse(cls, data: bytes | str) -> Receipt:
        """
        Take a receipt apart, accepting its one spelling only.

        Args:
            data: The receipt, without a line end.

        Raises:
            ReceiptRejected: If it is not a receipt; *reason* is ``malformed``, ``header``, ``type`` or
                ``algorithm``.
        """
        if len(data) > MAX_RECEIPT:
            raise rejected(Reason.TOO_LONG, f"a receipt has at most {MAX_RECEIPT:,} characters")
        text = _ascii(data)
        parts = text.split(".")
        if len(parts) != 3:
            raise rejected(
                Reason.MALFORMED, f"a receipt has three parts between dots, this has {len(parts)}"
            )
        signature = _octets(parts[2], "signature")
        if len(signature) != SIGNATURE_BYTES:
            raise rejected(
                Reason.MALFORMED, f"the signature has {len(signature)} bytes, not {SIGNATURE_BYTES}"
            )
        return cls(text, key_id_in(parts[0]), _octets(parts[1], "payload"), signature)

    @property
    def signed(self) -> bytes:
        """M, the octets that the signature is over."""
        return self.text[: self.text.rindex(".")].encode()

    def record(self) -> Record:
        """
        The record inside; it is only as good as the signature, which this does not check.

        Raises:
            ReceiptRejected: If the payload is not a record in canonical form (reason ``payload``).
        """
        try:
            return Record.from_payload(self.payload)
        except RecordError as fault:
            where = f"field {fault.field}: " if fault.field else ""
            raise rejected(Reason.PAYLOAD, f"payload: {where}{fault.message}") from fault


def key_id_in(header: str) -> bytes:
    """
    The key identifier in the first part of a receipt; remembered, because a signer's receipts share it.

    Raises:
        ReceiptRejected: If it is not a header of ours (``header``, ``type``, ``algorithm``, ``malformed``).
    """
    if len(header) > MAX_HEADER:
        raise rejected(Reason.HEADER, f"the header is longer than {MAX_HEADER} characters")
    return _key_id(header)


def header_for(key_id: bytes) -> str:
    """The first part of every receipt that the key with this identifier signs."""
    kid = _text(key_id)
    return _text(canonical.encode({"alg": ALGORITHM, "kid": kid, "typ": TYPE}))


def signing_input(header: str, payload: bytes) -> bytes:
    """M: what is signed, from :func:`header_for` and the canonical payload."""
    return f"{header}.{_text(payload)}".encode()


def join(signing_input: bytes, signature: bytes) -> str:
    """The receipt, from M and r || s."""
    return f"{signing_input.decode()}.{_text(signature)}"


def _ascii(data: bytes | str) -> str:
    try:
        text = data if isinstance(data, str) else data.decode("ascii")
    except UnicodeDecodeError as fault:
        raise rejected(
            Reason.MALFORMED, f"byte 0x{data[fault.start]:02x} at {fault.start} is not ASCII"
        ) from None
    if not text.isascii():
        raise rejected(Reason.MALFORMED, "a receipt is ASCII")
    return text


def _text(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def _octets(text: str, part: str) -> bytes:
    """Base64url without padding (RFC 7515, section 2), in its one spelling."""
    try:
        octets = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        octets = b""
    # Encoding again finds blanks, strange characters, padding and non-zero spare bits alike.
    if _text(octets) != text:
        raise rejected(Reason.MALFORMED, f"the {part} is not base64url in its one spelling")
    return octets


@lru_cache(maxsize=256)
def _key_id(header: str) -> bytes:
    try:
        members = canonical.parse(_octets(header, "header"))
    except RecordError as fault:
        raise rejected(Reason.HEADER, f"header: {fault.message}") from fault
    if members.get("typ") != TYPE:
        raise rejected(Reason.TYPE, "the header names another type of receipt")
    if members.get("alg") != ALGORITHM:
        raise rejected(Reason.ALGORITHM, f"the header names an algorithm other than {ALGORITHM}")
    kid = members.get("kid")
    key_id = _octets(kid, "key identifier") if isinstance(kid, str) else b""
    if len(key_id) != KID_BYTES or header_for(key_id) != header:
        raise rejected(
            Reason.HEADER, "the header has other members than alg, kid and typ, or another form"
        )
    return key_id
