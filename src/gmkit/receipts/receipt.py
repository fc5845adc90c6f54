"""
The receipt: a signed record as one line of text, a compact JWS (RFC 7515, section 3.1).

::

    header   {"alg":"SGD_SM3_SM2","kid":"…","typ":"gmr+jws"}       canonical, the same for one signer
    M        base64url(header) "." base64url(payload)              the octets that are signed
    receipt  M "." base64url(r || s)                               SM2 over M, default user identifier

The stored octets are the signed octets: reading keeps them, and nothing is encoded anew to verify.
``kid`` is the first 16 bytes of SM3 over the signer's SubjectPublicKeyInfo. Nothing is negotiated:
``typ`` fixes algorithm, hash and user identifier, and a header with any other member is refused.

A receipt that withholds groups of data has the type ``gmr+sd-jwt`` and a tail: ``~``, and each
disclosure that is shown with another ``~`` (:mod:`gmkit.receipts.disclosure`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from gmkit.errors import RecordError
from gmkit.receipts import canonical
from gmkit.receipts.base64url import octets_of
from gmkit.receipts.base64url import text_of as _text
from gmkit.receipts.record import Record
from gmkit.receipts.verdict import Reason, rejected

__all__ = [
    "ALGORITHM",
    "KID_BYTES",
    "MAX_RECEIPT",
    "TYPE",
    "TYPE_WITHHOLDING",
    "Receipt",
    "header_for",
    "join",
    "read_header",
    "signing_input",
    "type_for",
]

ALGORITHM = "SGD_SM3_SM2"  # the name of GM/T 0125; no SM2 algorithm is registered with IANA
TYPE = "gmr+jws"
TYPE_WITHHOLDING = "gmr+sd-jwt"
MAX_DISCLOSURES = 64
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
        type: ``gmr+jws``, or ``gmr+sd-jwt`` of one that withholds data.
        disclosures: The disclosures behind it.
    """

    text: str
    key_id: bytes
    payload: bytes
    signature: bytes
    type: str = TYPE
    disclosures: tuple[str, ...] = ()

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
        core, tilde, tail = text.partition("~")
        parts = core.split(".")
        if len(parts) != 3:
            raise rejected(
                Reason.MALFORMED, f"a receipt has three parts between dots, this has {len(parts)}"
            )
        signature = _octets(parts[2], "signature")
        if len(signature) != SIGNATURE_BYTES:
            raise rejected(
                Reason.MALFORMED, f"the signature has {len(signature)} bytes, not {SIGNATURE_BYTES}"
            )
        key_id, kind = read_header(parts[0])
        if bool(tilde) != (kind == TYPE_WITHHOLDING):
            raise rejected(
                Reason.MALFORMED,
                f"a receipt of the type {kind} "
                + ("has no disclosures behind it" if tilde else "ends with a tilde"),
            )
        disclosures = _disclosures_in(tail) if tilde else ()
        return cls(text, key_id, _octets(parts[1], "payload"), signature, kind, disclosures)

    @property
    def signed(self) -> bytes:
        """M, the octets that the signature is over."""
        return self.core[: self.core.rindex(".")].encode()

    @property
    def core(self) -> str:
        """The signed receipt without what stands behind it."""
        return self.text.partition("~")[0]

    def with_disclosures(self, disclosures: Iterable[str]) -> Receipt:
        """
        The same receipt, showing other groups; with none at all, a redacted one.

        Args:
            disclosures: Their texts.

        Raises:
            ReceiptRejected: If it is not a receipt that withholds data, or there are too many.
        """
        if self.type != TYPE_WITHHOLDING:
            raise rejected(Reason.DISCLOSURE, "this receipt withholds nothing")
        shown = tuple(disclosures)
        if len(shown) > MAX_DISCLOSURES:
            raise rejected(Reason.DISCLOSURE, f"more than {MAX_DISCLOSURES} disclosures")
        return replace(self, text=_presented(self.core, shown), disclosures=shown)

    def record(self) -> Record:
        """
        The record inside; it is only as good as the signature, which this does not check.

        Raises:
            ReceiptRejected: If the payload is not a record in canonical form (reason ``payload``).
        """
        try:
            record = Record.from_payload(self.payload)
        except RecordError as fault:
            where = f"field {fault.field}: " if fault.field else ""
            raise rejected(Reason.PAYLOAD, f"payload: {where}{fault.message}") from fault
        if type_for(record) != self.type:
            raise rejected(Reason.TYPE, f"the payload is not one of the type {self.type}")
        return record


def read_header(header: str) -> tuple[bytes, str]:
    """
    Key identifier (16 bytes) and type in the first part of a receipt.

    Raises:
        ReceiptRejected: If it is not a header of ours (``header``, ``type``, ``algorithm``, ``malformed``).
    """
    # Remembered, because a signer's receipts share the header.
    if len(header) > MAX_HEADER:
        raise rejected(Reason.HEADER, f"the header is longer than {MAX_HEADER} characters")
    return _header_members(header)


def type_for(record: Record) -> str:
    """The type of the receipt that a record gets."""
    return TYPE_WITHHOLDING if record.digests else TYPE


def header_for(key_id: bytes, kind: str = TYPE) -> str:
    """The first part of every receipt of this type that the key with this identifier signs."""
    kid = _text(key_id)
    return _text(canonical.encode({"alg": ALGORITHM, "kid": kid, "typ": kind}))


def signing_input(header: str, payload: bytes) -> bytes:
    """M: what is signed, from :func:`header_for` and the canonical payload."""
    return f"{header}.{_text(payload)}".encode()


def join(signing_input: bytes, signature: bytes, disclosures: Iterable[str] | None = None) -> str:
    """The receipt, from M, r || s and, for one that withholds data, the disclosures shown."""
    core = f"{signing_input.decode()}.{_text(signature)}"
    return core if disclosures is None else _presented(core, disclosures)


def _presented(core: str, disclosures: Iterable[str]) -> str:
    return "~".join([core, *disclosures, ""])


def _disclosures_in(tail: str) -> tuple[str, ...]:
    *disclosures, end = tail.split("~")
    if end:
        # What SD-JWT calls key binding; a receipt has a signer, not a holder.
        raise rejected(Reason.MALFORMED, "something stands behind the last tilde")
    if len(disclosures) > MAX_DISCLOSURES:
        raise rejected(Reason.MALFORMED, f"more than {MAX_DISCLOSURES} disclosures")
    return tuple(disclosures)


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


def _octets(text: str, part: str) -> bytes:
    octets = octets_of(text)
    if octets is None:
        raise rejected(Reason.MALFORMED, f"the {part} is not base64url in its one spelling")
    return octets


@lru_cache(maxsize=256)
def _header_members(header: str) -> tuple[bytes, str]:
    try:
        members = canonical.parse(_octets(header, "header"))
    except RecordError as fault:
        raise rejected(Reason.HEADER, f"header: {fault.message}") from fault
    kind = members.get("typ")
    if kind not in (TYPE, TYPE_WITHHOLDING):
        raise rejected(Reason.TYPE, "the header names another type of receipt")
    if members.get("alg") != ALGORITHM:
        raise rejected(Reason.ALGORITHM, f"the header names an algorithm other than {ALGORITHM}")
    kid = members.get("kid")
    key_id = _octets(kid, "key identifier") if isinstance(kid, str) else b""
    if len(key_id) != KID_BYTES or header_for(key_id, str(kind)) != header:
        raise rejected(
            Reason.HEADER, "the header has other members than alg, kid and typ, or another form"
        )
    return key_id, str(kind)
