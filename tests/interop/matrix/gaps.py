"""
Why a cell is empty. Every reason is tried by the tests: a peer that has learned what it is said not to know
makes them fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.interop.matrix.artefact import Artefact, Direction

__all__ = ["Gap", "reason_for"]

_THEY, _WE = Direction.THEY_READ, Direction.WE_READ


@dataclass(frozen=True)
class Gap:
    """
    Cells that are empty, and why.

    Attributes:
        peer, artefact: Patterns of names, several divided by blanks.
        reason: For the table's notes.
        direction: One of them, or both.
    """

    peer: str
    artefact: str
    reason: str
    direction: Direction | None = None

    def covers(self, artefact: str, peer: str, direction: Direction) -> bool:
        """Whether the cell is one of them."""
        return (
            _fits(self.peer, peer)
            and _fits(self.artefact, artefact)
            and self.direction in (None, direction)
        )


def _fits(patterns: str, name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns.split())


_ALGORITHMS_ONLY = "the library has algorithms, and no files or messages with SM2"

GAPS = (
    # What no peer can be asked for.
    Gap("*", "pkcs12-old", "gmkit does not write it: 3DES and SHA-1", _THEY),
    Gap("*", "timestamp-request", "covered by the row above: answered by gmkit", _THEY),
    # OpenSSL 3.0.
    Gap("openssl", "sm4-gcm", "not in OpenSSL 3.0"),
    Gap("openssl", "signature-raw ciphertext-c1*", "OpenSSL has DER only"),
    Gap("openssl", "key-pkcs8-sm", "OpenSSL 3.0 knows no HMAC-SM3 in PBKDF2"),
    Gap("openssl", "enveloped-key", "OpenSSL has no SM2EnvelopedKey"),
    Gap("openssl", "timestamp*", "OpenSSL 3.0 refuses an SM2 key in `ts -reply`, and its `ts -query` is not SM2's"),
    Gap("openssl", "signed-* enveloped-*", "OpenSSL 3.0 refuses an SM2 key in `cms`"),
    # gmsm.
    Gap("gmsm", "pkcs12*", "in a module of its own, go-pkcs12, not in gmsm"),
    Gap("gmsm", "ocsp-* timestamp*", "gmsm has neither OCSP nor timestamps"),
    Gap(
        "gmsm",
        "signed-rfc*",
        "gmsm knows SM2 in messages by 1.2.156.10197.1.301.1 only, not by 1.2.156.10197.1.501",
        _THEY,
    ),
    # tjfoc.
    Gap("tjfoc", "hmac", "tjfoc has no HMAC of its own"),
    Gap("tjfoc", "sm4-*", "its modes keep the IV in a global variable; not driven"),
    Gap("tjfoc", "key-sec1", "tjfoc does not write it", _WE),
    Gap("tjfoc", "key-pkcs8-sm", "tjfoc knows AES and HMAC-SHA in PBES2"),
    Gap("tjfoc", "enveloped-key pkcs12* ocsp-* timestamp*", "tjfoc has none with SM2"),
    Gap("tjfoc", "crl", "tjfoc signs and verifies none with SM2"),
    Gap("tjfoc", "signed-* enveloped-*", "its PKCS#7 is of RSA and ECDSA"),
    # Bouncy Castle.
    Gap("bouncycastle hutool", "ciphertext-der", "the plain forms only: C1C2C3 and C1C3C2"),
    Gap("bouncycastle", "key-pkcs8-sm", "Bouncy Castle knows no HMAC-SM3 (401.2) in PBES2"),
    Gap("bouncycastle", "enveloped-key", "Bouncy Castle has no SM2EnvelopedKey"),
    Gap("bouncycastle", "signed-gm*", "Bouncy Castle writes the RFC's content types only", _WE),
    Gap(
        "bouncycastle",
        "signed-gm*",
        "Bouncy Castle knows SM2 in messages by 1.2.156.10197.1.501 only, not by 301.1",
        _THEY,
    ),
    Gap(
        "bouncycastle",
        "enveloped-*",
        "Bouncy Castle has no key transport with the DER ciphertext of GM/T 0009",
    ),
    # hutool: Bouncy Castle underneath.
    Gap("hutool", "sm4-*", "passes through to Bouncy Castle, which has the column before"),
    Gap("hutool", "key-pkcs8-sm key-pkcs8-aes", "hutool reads no protected keys", _THEY),
    Gap("hutool", "key-*", "hutool writes raw keys in hex: see the profile", _WE),
    Gap("hutool", "public-key", "hutool writes raw keys in hex: see the profile", _WE),
    Gap(
        "hutool",
        "enveloped-key pkcs12* certificate request crl ocsp-* timestamp* signed-* enveloped-*",
        _ALGORITHMS_ONLY,
    ),
    # sm-crypto.
    Gap("sm-crypto", "sm4-ctr sm4-gcm", "sm-crypto has ECB and CBC"),
    Gap("sm-crypto gmssl-py", "ciphertext-der", "the plain forms only"),
    # gmssl (Python).
    Gap("gmssl-py", "hmac", "gmssl has none"),
    Gap("gmssl-py", "sm4-ctr sm4-gcm", "gmssl has ECB and CBC"),
    Gap("gmssl-py", "signature-id", "the default identifier is written into gmssl"),
    # gmssl_pyx.
    Gap("gmssl-pyx", "signature-raw ciphertext-c1*", "DER only"),
    # tongsuopy.
    Gap("tongsuo", "hmac", "tongsuopy has none"),
    Gap("tongsuo", "signature-raw", "DER only"),
    Gap("tongsuo", "signature-id", "tongsuopy has the default identifier and no other"),
    Gap("tongsuo", "ciphertext-* default-ciphertext", "tongsuopy does not encrypt with SM2"),
    Gap("tongsuo", "default-signature", "no profile of its own: what the row of DER says"),
    Gap("tongsuo", "key-pkcs8-sm", "tongsuopy knows no HMAC-SM3 in PBKDF2"),
    Gap(
        "sm-crypto gmssl-py gmssl-pyx",
        "key-* public-key enveloped-key pkcs12* certificate request crl ocsp-* timestamp* signed-* enveloped-*",
        _ALGORITHMS_ONLY,
    ),
    Gap(
        "tongsuo",
        "enveloped-key pkcs12* certificate request crl ocsp-* timestamp* signed-* enveloped-*",
        "tongsuopy has keys, and neither certificates nor messages",
    ),
)  # fmt: skip


def reason_for(artefact: Artefact, peer: str, direction: Direction) -> str | None:
    """Why the cell is empty; None if it is not."""
    for gap in GAPS:
        if gap.covers(artefact.name, peer, direction):
            return gap.reason
    return None
