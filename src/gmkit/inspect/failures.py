"""Why a signature or a ciphertext does not fit: the known mistakes tried, for people, after the failure."""

from __future__ import annotations

from collections.abc import Iterator

from gmkit import sm2, sm3
from gmkit.errors import DecryptionError, EncodingError, InvalidSignature
from gmkit.hazmat import prehashed
from gmkit.inspect.examination import examine
from gmkit.sm2 import CiphertextFormat, SignatureFormat, SM2PrivateKey, SM2PublicKey

__all__ = ["why_not_decrypted", "why_not_verified"]


def why_not_verified(
    key: SM2PublicKey,
    signature: bytes,
    data: bytes,
    *,
    user_id: bytes = sm2.DEFAULT_USER_ID,
    form: SignatureFormat = SignatureFormat.DER,
) -> tuple[str, ...]:
    """
    The known mistakes with which the signature would verify, or what else is wrong with it, in words.

    Nothing here accepts anything: an empty answer and a full one are both "not verified".

    Args:
        key: The signer's public key.
        signature: As it was given.
        data: What it should be over.
        user_id: The identifier it was verified with.
        form: The form it was verified in.
    """
    found: list[str] = []
    forms = list(_forms(signature, form))
    for octets, words in forms:
        for how in _tries(key, octets, data, user_id):
            both = [each for each in (words, how) if each]
            if both:
                found.append("; ".join(both))
    if found:
        return tuple(found)
    return tuple(words for _, words in forms if words)[:1]


def _forms(signature: bytes, form: SignatureFormat) -> Iterator[tuple[bytes, str]]:
    """The signature as r ‖ s, out of whatever it was in, and what must be said for it."""
    for reading in examine(signature).readings if signature else ():
        if reading.kind != "sm2-signature":
            continue
        raw = len(reading.octets) == 64
        if not raw:
            try:
                octets = sm2.convert_signature(
                    reading.octets, given=SignatureFormat.DER, wanted=SignatureFormat.RAW
                )
            except EncodingError:
                continue
        else:
            octets = reading.octets
        words = []
        if reading.layers:
            words.append(f"the signature is {' of '.join(reading.layers)} text, not bytes")
        words += [f"the signature is damaged ({each.text})" for each in reading.damage]
        if raw is not (form is SignatureFormat.RAW):
            words.append(
                "the signature is r and s as 64 bytes: say --format RAW"
                if raw
                else "the signature is DER: say --format DER"
            )
        yield octets, "; ".join(words)


def _tries(key: SM2PublicKey, octets: bytes, data: bytes, user_id: bytes) -> Iterator[str]:
    """Ways in which r ‖ s would verify; "" if it is the right one."""
    digest = sm3.digest(data)
    ways = (
        (data, user_id, ""),
        (data, b"", "it was made with the empty user identifier, as OpenSSL does without distid: --user-id ''"),
        (data, sm2.DEFAULT_USER_ID, "it was made with the default user identifier 1234567812345678"),
        (digest, user_id, "the signer signed the SM3 digest of the data as if it were the data"),
        (digest.hex().encode(), user_id, "the signer signed the SM3 digest of the data as hexadecimal text"),
        (data.hex().encode(), user_id, "the signer signed the data as hexadecimal text"),
        (data + b"\n", user_id, "the signer's data has a line end more"),
        (data.rstrip(b"\r\n"), user_id, "the signer's data has no line end at its end"),
        (data.replace(b"\r\n", b"\n"), user_id, "the signer's data has the line ends of Unix"),
        (data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), user_id, "the signer's data has the line ends of Windows"),
        (data.removeprefix(b"\xef\xbb\xbf"), user_id, "the signer's data has no byte-order mark"),
    )  # fmt: skip
    tried = set()
    for message, identifier, words in ways:
        if (message, identifier) in tried:
            continue
        tried.add((message, identifier))
        if _verifies(key, octets, message, identifier):
            yield words
    swapped = octets[32:] + octets[:32]
    if _verifies(key, swapped, data, user_id):
        yield "r and s stand in the wrong order"
    try:
        prehashed.verify(key, octets, prehashed.SM2Digest(digest), format=SignatureFormat.RAW)
    except InvalidSignature:
        return
    yield "the signer left Z out: it is over the SM3 digest of the data alone"


def _verifies(key: SM2PublicKey, octets: bytes, message: bytes, user_id: bytes) -> bool:
    try:
        key.verify(octets, message, user_id=user_id, format=SignatureFormat.RAW)
    except InvalidSignature:
        return False
    return True


def why_not_decrypted(key: SM2PrivateKey, ciphertext: bytes) -> tuple[str, ...]:
    """
    The forms in which *ciphertext* would open with *key*, in words; nothing decrypted is returned.

    For the holder of the key alone: whoever can ask this often for ciphertexts of others has an oracle.
    """
    found = []
    for reading in examine(ciphertext, key=key).readings if ciphertext else ():
        if reading.kind != "sm2-ciphertext" or not _opens(key, reading.octets, reading.title):
            continue
        words = [f"it opens as {_form_of(reading.title).name}"]
        if reading.layers:
            words.append(f"out of {' of '.join(reading.layers)} text")
        words += [each.text for each in reading.damage]
        found.append(": ".join([words[0], "; ".join(words[1:])]) if words[1:] else words[0])
    return tuple(found)


def _form_of(title: str) -> CiphertextFormat:
    return next(
        (f for f in CiphertextFormat if f.name in title.split(",", maxsplit=1)[0]),
        CiphertextFormat.DER,
    )


def _opens(key: SM2PrivateKey, octets: bytes, title: str) -> bool:
    try:
        key.decrypt(octets, format=_form_of(title))
    except (DecryptionError, EncodingError):
        return False
    return True
