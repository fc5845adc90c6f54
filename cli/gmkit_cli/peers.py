"""Another library's forms on the command line: ``--as NAME``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gmkit_cli import params

if TYPE_CHECKING:
    from gmkit.interop import Profile
    from gmkit.sm2 import SM2PrivateKey, SM2PublicKey

__all__ = [
    "as_option",
    "peer",
    "peer_key",
    "peer_option",
    "read_value",
    "signature_of",
    "write_value",
]

Command = TypeVar("Command", bound=Callable[..., Any])

_NAMES = [
    "openssl",
    "gmssl-c",
    "gmssl-py",
    "gmsm",
    "tjfoc",
    "bouncycastle",
    "hutool",
    "sm-crypto",
    "cfca",
]  # as gmkit.interop.names() has them; written out so that --help imports nothing
_MAX_RAW = 1 << 12  # bytes of a raw key as text


def peer_option(name: str, argument: str, words: str) -> Callable[[Command], Command]:
    """An option that takes the name of a library."""
    return click.option(name, argument, type=click.Choice(_NAMES), metavar="NAME", help=words)


def as_option(command: Command) -> Command:
    """``--as NAME``, which excludes the options that say single forms."""
    words = f"The form and the defaults of another library: {', '.join(_NAMES)}."
    return peer_option("--as", "peer_name", words)(command)


def peer(name: str | None) -> Profile | None:
    """The profile of that name; None stays None, and other options decide the form."""
    if name is None:
        return None
    from gmkit import interop

    context = click.get_current_context()
    for option in ("form", "user_id"):
        if option in context.params and _given(context, option):
            spoken = "--format" if option == "form" else "--user-id"
            raise click.UsageError(f"--as says everything that {spoken} says: give one of them")
    return interop.profile(name)


def _given(context: click.Context, option: str) -> bool:
    return context.get_parameter_source(option) is click.core.ParameterSource.COMMANDLINE


def write_value(value: bytes | str) -> bytes:
    """What a peer writes, as a file has it: text ends with a line end."""
    return value if isinstance(value, bytes) else value.encode() + b"\n"


def read_value(profile: Profile, data: bytes, *, key: bool = False) -> bytes | str:
    """
    A file as the peer takes it: bytes, or text without the line end at its end.

    Raises:
        EncodingError: Text is expected and this is none.
    """
    from gmkit.errors import EncodingError
    from gmkit.interop import Text

    if (profile.key_text if key else profile.text) is Text.BYTES:
        return data
    try:
        return data.decode("ascii").rstrip("\r\n")
    except UnicodeDecodeError:
        raise EncodingError(
            f"{profile.name} writes text here, and this is binary",
            hint="`gmkit inspect` says what it is",
        ) from None


def signature_of(profile: Profile, data: bytes) -> bytes:
    """
    The signature in a file as the peer writes it.

    Raises:
        InvalidSignature: The peer writes none in this way.
    """
    from gmkit.errors import EncodingError, InvalidSignature

    try:
        return profile.read_signature(read_value(profile, data))
    except EncodingError as error:
        raise InvalidSignature(
            f"not a signature as {profile.name} writes it: {error}", hint=error.own_hint
        ) from None


def peer_key(profile: Profile, where: str) -> SM2PrivateKey | SM2PublicKey:
    """
    The raw key in a file, private or public: its length says which.

    Raises:
        EncodingError, InvalidKey: It is neither.
    """
    data = params.read_bytes(Path(where), limit=_MAX_RAW)
    value = read_value(profile, data, key=True)
    private = len(value) == (32 if isinstance(value, bytes) else 64)
    if private and profile.key_text.value != "base64":
        return profile.read_private_key(value)
    return profile.read_public_key(value)
