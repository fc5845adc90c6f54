"""Who writes it so: out of the profiles of :mod:`gmkit.interop`, so that nothing is known twice."""

from __future__ import annotations

from gmkit import interop
from gmkit.interop import Profile, Text
from gmkit.sm2 import CiphertextFormat, SignatureFormat

_TEXTS = {"hex": Text.HEX, "base64": Text.BASE64}


def profiles() -> list[Profile]:
    """All profiles."""
    return [interop.profile(name) for name in interop.names()]


def text_of(layers: tuple[str, ...]) -> Text | None:
    """How a value in these layers is written; None if no library writes it so."""
    if not layers:
        return Text.BYTES
    return _TEXTS.get(layers[0]) if len(layers) == 1 else None


def of_signature(form: SignatureFormat, layers: tuple[str, ...]) -> tuple[str, ...]:
    """Libraries whose signatures have this form, those first that write it as this text."""
    return _sorted([each for each in profiles() if each.signature is form], layers)


def of_ciphertext(
    form: CiphertextFormat, layers: tuple[str, ...], *, leading_04: bool
) -> tuple[str, ...]:
    """Libraries whose ciphertexts have this form."""
    fitting = [
        each
        for each in profiles()
        if each.ciphertext is form
        and (form is CiphertextFormat.DER or each.leading_04 is leading_04)
    ]
    return _sorted(fitting, layers)


def of_public_key(layers: tuple[str, ...], *, leading_04: bool) -> tuple[str, ...]:
    """Libraries that write raw public keys so."""
    text = text_of(layers)
    return tuple(e.name for e in profiles() if e.key_04 is leading_04 and e.key_text is text)


def _sorted(fitting: list[Profile], layers: tuple[str, ...]) -> tuple[str, ...]:
    text = text_of(layers)
    exact = [each.name for each in fitting if each.text is text]
    return tuple(exact + [each.name for each in fitting if each.name not in exact])
