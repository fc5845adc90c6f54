"""Whom a verifier trusts: the keys behind the key identifiers in receipts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from gmkit.errors import (
    CertificateRejected,
    GmkitError,
    InvalidArgument,
    ReceiptRejected,
)
from gmkit.receipts.path import Path
from gmkit.receipts.sign import key_id
from gmkit.receipts.verdict import Reason, Signer, rejected
from gmkit.sm2 import SM2PublicKey
from gmkit.x509 import Certificate, CertificateList

__all__ = ["Signers", "TrustedKey"]

MAX_CERTIFICATES = 10_000  # taken from receipts files; a hostile file cannot fill the memory


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

    @property
    def open_questions(self) -> tuple[str, ...]:
        """What a valid receipt of this key leaves open: its claimed time too, for nobody vouches for it."""
        return ("time", *self.not_checked)


class Signers:
    """
    Trusted keys by their identifier.

    A signer's certificate is accepted if it is for signing and a path of valid certificates leads from
    it to one of *roots* at *time*. Each is judged once, when the first of its receipts comes.

    Args:
        roots: Certificates of authorities that are trusted.
        certificates: Signers' certificates and those between them and the roots; not trusted for
            being here.
        keys: Public keys trusted as they are, without a certificate.
        time: The moment for which certificates are judged, with a time zone; needed with *roots*.
        crls: Revocation lists. If there are any, every certificate below the root needs its answer
            in one of them; without, verdicts say that revocation was not looked at.

    Raises:
        InvalidArgument: If there are roots and no time, or a time without a time zone.
    """

    def __init__(
        self,
        *,
        roots: Iterable[Certificate] = (),
        certificates: Iterable[Certificate] = (),
        keys: Iterable[SM2PublicKey] = (),
        time: datetime | None = None,
        crls: Iterable[CertificateList] = (),
    ) -> None:
        anchors = tuple(roots)
        if anchors and time is None:
            raise InvalidArgument("certificates are judged for a time: give one with the roots")
        self._path = Path(anchors, time=time, crls=crls) if anchors and time else None
        self._lock = Lock()
        self._known: dict[bytes, TrustedKey | ReceiptRejected] = {}
        self._pool: dict[Certificate, None] = {}
        self._by_key: dict[bytes, list[Certificate]] = {}
        for key in keys:
            identifier = key_id(key)
            # One table for the key, and every one of its receipts is verified three times as fast.
            trusted = TrustedKey(key.precompute(), Signer(identifier), ("certificate",))
            self._known[identifier] = trusted
        for certificate in certificates:
            self._add(certificate)

    def offer(self, octets: bytes) -> bool:
        """
        Take note of a certificate that came with receipts; it is a link to a root, never a root.

        Args:
            octets: DER.

        Returns:
            Whether it can be read.
        """
        try:
            certificate = Certificate.from_der(octets)
        except GmkitError:
            return False
        with self._lock:
            if certificate not in self._pool and len(self._pool) < MAX_CERTIFICATES:
                self._add(certificate)
        return True

    def certificates(self) -> list[bytes]:
        """The certificates at hand, those that came with receipts among them, DER."""
        with self._lock:
            return [each.der for each in self._pool]

    def find(self, identifier: bytes) -> TrustedKey:
        """
        The trusted key of an identifier.

        Args:
            identifier: As :func:`gmkit.receipts.key_id` makes it, 16 bytes.

        Raises:
            ReceiptRejected: If there is none (``unknown-signer``), or its certificate is not accepted
                (``certificate``).
        """
        known = self._known.get(identifier)
        if known is None:
            with self._lock:
                known = self._known.get(identifier) or self._judge(identifier)
                # Identifiers in forged receipts are free to make: only those of certificates are kept.
                if identifier in self._by_key:
                    self._known[identifier] = known
        if isinstance(known, ReceiptRejected):
            raise rejected(Reason(known.reason), known.message, hint=known.hint)
        return known

    def _add(self, certificate: Certificate) -> None:
        self._pool[certificate] = None
        try:
            key = certificate.public_key()
        except GmkitError:
            return  # of a kind or a form that signs no receipts; it may still be a link
        if isinstance(key, SM2PublicKey):
            self._by_key.setdefault(key_id(key), []).append(certificate)
        # It may be the missing link of a signer that was refused before.
        self._known = {
            each: known for each, known in self._known.items() if isinstance(known, TrustedKey)
        }

    def _judge(self, identifier: bytes) -> TrustedKey | ReceiptRejected:
        refusal = rejected(
            Reason.UNKNOWN_SIGNER,
            f"no certificate at hand for the key {identifier.hex()}",
            hint="give the signer's certificate with --cert",
        )
        for certificate in self._by_key.get(identifier, ()):
            if self._path is None:
                return rejected(
                    Reason.UNKNOWN_SIGNER,
                    f"no root to judge the certificate of {certificate.subject} by",
                    hint="give the certificate of a root that is trusted with --root",
                )
            try:
                self._path.judge(certificate, tuple(self._pool))
            except CertificateRejected as fault:
                refusal = rejected(
                    Reason.CERTIFICATE,
                    f"certificate {fault.reason}: {fault.message}",
                    hint=fault.own_hint,
                )
            else:
                key = certificate.public_key()
                assert isinstance(key, SM2PublicKey)  # or it would not be in _by_key
                signer = Signer(identifier, str(certificate.subject), certificate.serial)
                return TrustedKey(key.precompute(), signer, self._path.not_checked)
        return refusal
