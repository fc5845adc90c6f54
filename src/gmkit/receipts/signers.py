"""Whom a verifier trusts: the keys behind the key identifiers in receipts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gmkit.errors import InvalidSignature, ReceiptRejected
from gmkit.receipts.sign import key_id
from gmkit.receipts.verdict import Reason, Signer, rejected
from gmkit.sm2 import SignatureFormat, SM2PublicKey

__all__ = ["Signers", "TrustedKey"]


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """
    A key that may sign receipts.

    Attributes:
        key: The key.
        signer: Whose it is.
        not_checked: What the trust in it leaves open.
    """

    key: SM2PublicKey
    signer: Signer
    not_checked: tuple[str, ...] = ()

    def verify_many(self, pairs: Sequence[tuple[bytes, bytes]]) -> list[bool]:
        """Whether each signature (r || s) fits its message: individual answers, in order."""
        return [self._fits(signature, message) for signature, message in pairs]

    def _fits(self, signature: bytes, message: bytes) -> bool:
        try:
            self.key.verify(signature, message, format=SignatureFormat.RAW)
        except InvalidSignature:
            return False
        return True


class Signers:
    """
    Trusted keys by their identifier.

    Args:
        keys: Public keys trusted as they are, without a certificate.
    """

    def __init__(self, *, keys: Iterable[SM2PublicKey] = ()) -> None:
        self._known: dict[bytes, TrustedKey | ReceiptRejected] = {}
        for key in keys:
            identifier = key_id(key)
            # One table for the key, and every one of its receipts is verified three times as fast.
            trusted = TrustedKey(key.precompute(), Signer(identifier), ("certificate",))
            self._known[identifier] = trusted

    def offer(self, certificate: bytes) -> bool:
        """
        Take note of a certificate that came with receipts; it is a link to a root, never a root.

        Args:
            certificate: DER.

        Returns:
            Whether it can be read. Without roots to lead to, none is looked at.
        """
        del certificate
        return True

    def find(self, identifier: bytes) -> TrustedKey:
        """
        The trusted key of an identifier.

        Raises:
            ReceiptRejected: If there is none (``unknown-signer``), or its certificate is not accepted
                (``certificate``).
        """
        known = self._known.get(identifier)
        if known is None:
            raise rejected(
                Reason.UNKNOWN_SIGNER,
                f"no certificate at hand for the key {identifier.hex()}",
                hint="give the signer's certificate with --certs",
            )
        if isinstance(known, ReceiptRejected):
            raise rejected(Reason(known.reason), known.message, hint=known.hint)
        return known
