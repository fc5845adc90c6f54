"""Types and options that several commands share."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click

from gmkit.errors import InvalidArgument
from gmkit_cli import language
from gmkit_cli.context import STDIO, Context
from gmkit_cli.language import told

__all__ = [
    "MAX_INPUT",
    "MAX_SIGNATURE",
    "MAX_SM4_KEY",
    "PATH",
    "PIECE",
    "STDIO",
    "TIME",
    "Password",
    "aad_option",
    "ciphertext_format_option",
    "force_option",
    "open_input",
    "output_option",
    "parse_hex",
    "password_option",
    "read_bytes",
    "signature_format_option",
    "sm4_key_option",
    "time_option",
    "user_id_option",
]

Command = TypeVar("Command", bound=Callable[..., Any])

PATH = click.Path(allow_dash=True, path_type=Path)
MAX_INPUT = 1 << 30  # bytes a command reads into memory at once
MAX_PASSWORD = 4096  # bytes
MAX_SIGNATURE = 1024  # bytes; the longest in DER has 72
PIECE = 1 << 18  # bytes read at once
MAX_SM4_KEY = 17  # bytes: one more than a key has, so that a longer file is not taken for one


def read_bytes(path: Path, *, limit: int = MAX_INPUT) -> bytes:
    """
    The whole of a file, or of standard input for ``-``.

    Raises:
        InvalidArgument: If it is longer than *limit* bytes.
        OSError: If it cannot be read.
    """
    if path == STDIO:
        data = sys.stdin.buffer.read(limit + 1)
    else:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    if len(data) > limit:
        name = "standard input" if path == STDIO else str(path)
        raise InvalidArgument(f"{name} is longer than the {limit:,} bytes this command reads")
    return data


@contextmanager
def open_input(path: Path) -> Iterator[BinaryIO]:
    """A file, or standard input for ``-``, open for reading."""
    if path == STDIO:
        yield sys.stdin.buffer
        return
    with path.open("rb") as file:
        yield file


def parse_hex(text: str, what: str) -> bytes:
    """
    The octets that hexadecimal digits stand for.

    Raises:
        InvalidArgument: If they are none; *what* names them.
    """
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise InvalidArgument(f"{what} is not hexadecimal") from None


class _Time(click.ParamType):  # type: ignore[type-arg]  # generic in some versions only
    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            self.fail(f"{value!r} is not a time such as 2026-01-31T08:00:00Z", param, ctx)
        if moment.tzinfo is None:
            self.fail(f"{value!r} names no time zone: end it with Z for UTC", param, ctx)
        return moment.astimezone(timezone.utc)


TIME = _Time()


def output_option(command: Command) -> Command:
    """``-o FILE``, standard output when absent."""
    return click.option(
        "-o", "--output", type=PATH, default=STDIO, help="Write to FILE, not to standard output."
    )(command)


def force_option(command: Command) -> Command:
    """``--force``: an output file may be replaced."""
    return click.option("--force", is_flag=True, help="Replace a file that exists already.")(
        command
    )


def time_option(command: Command) -> Command:
    """``--at TIME``: the moment of validation, now when absent."""
    return click.option(
        "--at", "at", type=TIME, default=None, help="Judge as of this time; default: now."
    )(command)


def _octets(_ctx: click.Context, _parameter: click.Parameter, value: str) -> bytes:
    return os.fsencode(value)


def user_id_option(command: Command) -> Command:
    """``--user-id TEXT``: the SM2 distinguishing identifier, as bytes."""
    return click.option(
        "--user-id",
        default="1234567812345678",
        show_default=True,
        callback=_octets,
        help="Distinguishing identifier of the signer; '' is the empty one.",
    )(command)


def sm4_key_option(command: Command) -> Command:
    """``--key-file``: an SM4 key, 16 raw bytes."""
    return click.option(
        "--key-file", type=PATH, required=True, help="SM4 key: a file of 16 bytes (sm4 keygen)."
    )(command)


def aad_option(command: Command) -> Command:
    """``--aad TEXT``: what is authenticated with the data and not part of it."""
    return click.option(
        "--aad",
        default="",
        callback=_octets,
        metavar="TEXT",
        help="Bind the data to this text; opening needs the same.",
    )(command)


def signature_format_option(command: Command) -> Command:
    """``--format``: DER, or r || s."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["DER", "RAW"], case_sensitive=False),
        default="DER",
        show_default=True,
        help="DER, or RAW: r and s, 32 bytes each.",
    )(command)


def ciphertext_format_option(command: Command) -> Command:
    """``--format``: DER, or one of the two plain forms."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["DER", "C1C3C2", "C1C2C3"], case_sensitive=False),
        default="DER",
        show_default=True,
        help="DER (GM/T 0009), or the plain forms with a leading 04.",
    )(command)


@dataclass(frozen=True)
class Password:
    """
    Where a password comes from: a file descriptor, or a person at the terminal. Never argv.

    Attributes:
        descriptor: The file descriptor, or None to ask.
        option: The option that names it, for messages.
    """

    descriptor: int | None
    option: str

    def read(self, what: str, *, confirm: bool = False) -> bytes:
        """
        The password for *what*, as UTF-8 bytes.

        A descriptor yields one line at each call, so that one can serve several passwords.

        Raises:
            InvalidArgument: If there is nobody to ask, or the descriptor has no further line.
        """
        if self.descriptor is not None:
            return _line_of(self.descriptor, self.option)
        if not sys.stdin.isatty():
            raise InvalidArgument(
                f"a password is needed for {what}, and there is no terminal to ask on",
                hint=f"give it with {self.option} N, N being an open file descriptor",
            )
        context = click.get_current_context(silent=True)
        lang = language.ENGLISH if context is None else context.ensure_object(Context).lang
        again = language.spoken(told("Repeat for confirmation"), lang)
        answer: str = click.prompt(
            language.spoken(told(f"password for {what}"), lang),
            hide_input=True, confirmation_prompt=again if confirm else False, err=True,
        )  # fmt: skip
        return answer.encode()


def password_option(
    name: str = "--password-fd",
    *,
    help: str = "Read the password from file descriptor N.",  # noqa: A002
) -> Callable[[Command], Command]:
    """
    An option for a password; the command gets a :class:`Password` to read when it needs it.

    ``--password-fd`` arrives as the argument ``password``, ``--ca-password-fd`` as ``ca_password``.
    """
    argument = name.strip("-").removesuffix("-fd").replace("-", "_")

    def wrap(_ctx: click.Context, _parameter: click.Parameter, value: int | None) -> Password:
        return Password(value, name)

    return click.option(
        name, argument, type=click.IntRange(min=0), metavar="N", callback=wrap, help=help
    )


def _line_of(descriptor: int, option: str) -> bytes:
    line = bytearray()
    try:
        # Byte by byte: what follows the line belongs to whoever reads the descriptor next.
        while (byte := os.read(descriptor, 1)) not in {b"", b"\n"}:
            line += byte
            if len(line) > MAX_PASSWORD:
                raise InvalidArgument(
                    f"the password of {option} is longer than {MAX_PASSWORD} bytes"
                )
    except OSError as fault:
        raise InvalidArgument(
            f"cannot read file descriptor {descriptor} of {option}: {(fault.strerror or '').lower()}"
        ) from fault
    if not line and byte == b"":
        raise InvalidArgument(f"file descriptor {descriptor} of {option} holds no password")
    return bytes(line.removesuffix(b"\r"))
