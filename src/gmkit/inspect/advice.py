"""Readings of SM2 values with the commands that do something with them."""

from __future__ import annotations

from gmkit.inspect import peers
from gmkit.inspect.layers import Candidate
from gmkit.inspect.report import Command, Damage, Fit, Reading
from gmkit.sm2 import CiphertextFormat, SignatureFormat, SM2PrivateKey, SM2PublicKey

EXTRACT = "gmkit inspect FILE --reading READING -o OUT"


def source(
    candidate: Candidate, purpose: str, *, pem: bool = False
) -> tuple[str, tuple[Command, ...]]:
    """
    Where the following commands find the data: in FILE as it is, or in OUT, which the first command makes.

    Args:
        candidate: What was found.
        purpose: What that command does.
        pem: Whether the commands read PEM themselves.
    """
    if not candidate.damage and (not candidate.layers or (pem and _is_pem(candidate.layers))):
        return "FILE", ()
    return "OUT", (Command(EXTRACT, purpose),)


def _is_pem(layers: tuple[str, ...]) -> bool:
    return len(layers) == 1 and layers[0].startswith("PEM ")


def public_key(
    candidate: Candidate,
    key: SM2PublicKey,
    words: str,
    fit: Fit,
    names: tuple[str, ...] = (),
    details: tuple[str, ...] = (),
) -> Reading:
    """A public key that is only a point."""
    return Reading(
        "sm2-public-key",
        f"SM2 public key: {words}",
        fit,
        candidate.layers,
        (f"fingerprint (SM3): {key.fingerprint().hex()}", *details),
        names,
        candidate.damage,
        (
            Command(EXTRACT, "write it in PEM"),
            Command(
                "gmkit key convert OUT --to public --as hutool", "the point in hexadecimal, with 04"
            ),
            Command("gmkit key convert OUT --to public --as gmssl-py", "and without 04"),
        ),
        key.to_pem(),
    )


def private_number(candidate: Candidate, key: SM2PrivateKey, fit: Fit) -> Reading:
    """A private key that is only a number."""
    return Reading(
        "sm2-private-key",
        "SM2 private key: the bare number, 32 bytes",
        fit,
        candidate.layers,
        (f"fingerprint of the public key (SM3): {key.public_key().fingerprint().hex()}",),
        peers.of_public_key(candidate.layers, leading_04=True),
        candidate.damage,
        (
            Command(EXTRACT, "write it in PEM, not protected"),
            Command("gmkit key convert OUT --to public -o PUBLIC", "the public key of it"),
        ),
        key.to_pem(password=None),
        secret=True,
    )


def raw_signature(candidate: Candidate, octets: bytes, fit: Fit) -> Reading:
    """R ‖ s."""
    names = peers.of_signature(SignatureFormat.RAW, candidate.layers)
    where, first = source(candidate, "write it as 64 bytes")
    return Reading(
        "sm2-signature",
        "SM2 signature: r ‖ s, 64 bytes",
        fit,
        candidate.layers,
        (),
        names,
        candidate.damage,
        (
            *first,
            Command(
                f"gmkit sm2 convert signature {where} --from raw --to der -o DER", "the same in DER"
            ),
            Command(
                f"gmkit sm2 verify DATA --signature {where} --format RAW --pubkey PUBKEY",
                "verify it",
            ),
        ),
        octets,
    )


def der_signature(
    candidate: Candidate, octets: bytes, details: tuple[str, ...], fit: Fit = Fit.CERTAIN
) -> Reading:
    """SEQUENCE of r and s."""
    names = peers.of_signature(SignatureFormat.DER, candidate.layers)
    where, first = source(candidate, "write it in DER")
    return Reading(
        "sm2-signature",
        "signature in DER: SEQUENCE of r and s (SM2, or ECDSA of a curve as long)",
        fit,
        candidate.layers,
        details,
        names,
        candidate.damage,
        (
            *first,
            Command(
                f"gmkit sm2 convert signature {where} --from der --to raw -o RAW", "r ‖ s, 64 bytes"
            ),
            Command(
                f"gmkit sm2 convert signature {where} --from der --to sm-crypto -o HEX",
                "r ‖ s in hexadecimal",
            ),
            Command(f"gmkit sm2 verify DATA --signature {where} --pubkey PUBKEY", "verify it"),
            Command(
                f"gmkit sm2 verify DATA --signature {where} --pubkey PUBKEY --user-id ''",
                "verify it with the empty identifier, as OpenSSL signs without distid",
            ),
        ),
        octets,
    )


def plain_ciphertext(
    candidate: Candidate,
    plain: bytes,
    order: CiphertextFormat,
    fit: Fit,
    names: tuple[str, ...],
    *,
    proved: bool,
) -> Reading:
    """C1, C2 and C3 without a structure."""
    where, first = source(candidate, "write it in bytes, with 04")
    said = (
        "the key opens it" if proved else "C1 is on the curve; only the private key tells the order"
    )
    other = "c1c2c3" if order is CiphertextFormat.C1C3C2 else "c1c3c2"
    return Reading(
        "sm2-ciphertext",
        f"SM2 ciphertext {order.name}, message of {len(plain) - 97} bytes",
        fit,
        candidate.layers,
        (said,),
        names,
        candidate.damage,
        (
            *first,
            Command(f"gmkit sm2 decrypt {where} --key KEY --format {order.name}", "decrypt it"),
            Command(
                f"gmkit sm2 convert ciphertext {where} --from {order.value} --to der -o DER",
                "the same in DER (GM/T 0009), as OpenSSL and GmSSL take it",
            ),
            Command(
                f"gmkit sm2 convert ciphertext {where} --from {order.value} --to {other} -o OTHER",
                "the same in the other order",
            ),
        ),
        plain,
    )


def der_ciphertext(candidate: Candidate, octets: bytes, length: int) -> Reading:
    """SM2Cipher."""
    names = peers.of_ciphertext(CiphertextFormat.DER, candidate.layers, leading_04=True)
    where, first = source(candidate, "write it in DER")
    return Reading(
        "sm2-ciphertext",
        f"SM2 ciphertext in DER (GM/T 0009), message of {length} bytes",
        Fit.CERTAIN,
        candidate.layers,
        (),
        names,
        candidate.damage,
        (
            *first,
            Command(f"gmkit sm2 decrypt {where} --key KEY", "decrypt it"),
            Command(
                f"gmkit sm2 convert ciphertext {where} --from der --to c1c3c2 -o PLAIN",
                "C1C3C2 with 04, as gmsm and hutool take it",
            ),
            Command(
                f"gmkit sm2 convert ciphertext {where} --from der --to sm-crypto -o HEX",
                "C1C3C2 in hexadecimal without 04, as sm-crypto takes it",
            ),
        ),
        octets,
    )


def thing(
    candidate: Candidate,
    kind: str,
    title: str,
    *,
    octets: bytes | None = None,
    details: tuple[str, ...] = (),
    damage: tuple[Damage, ...] = (),
    names: tuple[str, ...] = (),
    uses: tuple[tuple[str, str], ...] = (),
    fit: Fit = Fit.CERTAIN,
    secret: bool = False,
) -> Reading:
    """
    A reading of something with a structure of its own.

    Args:
        candidate: Where it was found.
        kind: Stable identifier.
        title: In words.
        octets: The thing if it is not all of the candidate.
        details: What it says of itself.
        damage: What looks damaged, beside what was undone before.
        names: Who writes it so.
        uses: Lines of commands with ``{}`` for where it is, and what they do.
        fit: How well it fits.
        secret: Whether it holds a secret that is not protected.
    """
    marked = candidate.inside(candidate.octets, None, *damage)
    purpose = "write it without what is around it"
    where, first = source(marked if octets is not None else candidate, purpose, pem=True)
    return Reading(
        kind,
        title,
        fit,
        candidate.layers,
        details,
        names,
        (*candidate.damage, *damage),
        (*first, *(Command(line.replace("{}", where), purpose) for line, purpose in uses)),
        candidate.octets if octets is None else octets,
        secret=secret,
    )


__all__ = [
    "EXTRACT",
    "der_ciphertext",
    "der_signature",
    "plain_ciphertext",
    "private_number",
    "public_key",
    "raw_signature",
    "source",
    "thing",
]
