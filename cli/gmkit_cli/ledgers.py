"""What the commands for ledgers share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gmkit.errors import InvalidArgument
from gmkit_cli import params

if TYPE_CHECKING:
    from gmkit.merkle import SignedCheckpoint
    from gmkit.receipts.ledger import Ledger

__all__ = [
    "MAX_NOTE", "document", "key_id_option", "ledger_argument", "log_option", "note_in", "objects_of", "opened",
    "read_document", "url_of",
]  # fmt: skip

Command = TypeVar("Command", bound=Callable[..., Any])

MAX_NOTE = 1 << 16  # bytes
MAX_PROOF = 64 << 20


def ledger_argument(command: Command) -> Command:
    """The argument LEDGER: a folder, or the URL of a store."""
    return click.argument("ledger", metavar="LEDGER")(command)


def log_option(command: Command) -> Command:
    """``--log FILE``: the public key of the log."""
    return click.option(
        "--log", type=params.PATH, required=True, help="Public key, or certificate, of the log."
    )(command)


def key_id_option(command: Command) -> Command:
    """``--signer HEX``: the identifier of a signer's key."""

    def read(_: click.Context, __: click.Parameter, value: str | None) -> bytes | None:
        if value is None:
            return None
        octets = params.parse_hex(value, "the key identifier")
        if len(octets) != 16:
            raise InvalidArgument("a key identifier has 16 bytes, 32 hexadecimal digits")
        return octets

    return click.option(
        "--signer",
        metavar="HEX",
        callback=read,
        help="Identifier of the signer's key, as verdicts show it.",
    )(command)


def url_of(ledger: str) -> str:
    """The URL of a ledger that is given as a folder or as a URL."""
    return ledger if "://" in ledger else f"sqlite:///{Path(ledger).absolute()}/ledger.db"


def objects_of(ledger: str) -> str | None:
    """Where a ledger in a folder has its segments; None for one by URL, which must say so."""
    return None if "://" in ledger else (Path(ledger).absolute() / "objects").as_uri()


def opened(ledger: str) -> Ledger:
    """The ledger, open."""
    from gmkit.receipts.ledger import Ledger

    return Ledger.open(url_of(ledger))


def note_in(path: Path) -> SignedCheckpoint:
    """The checkpoint in a file, not verified."""
    from gmkit.merkle import parse_checkpoint

    return parse_checkpoint(params.read_bytes(path, limit=MAX_NOTE))


def read_document(path: Path) -> dict[str, Any]:
    """The proof in a file, not checked."""
    from gmkit.receipts.ledger import read_document

    return read_document(params.read_bytes(path, limit=MAX_PROOF))


def document(proof: dict[str, Any]) -> bytes:
    """A proof as it is written."""
    return (json.dumps(proof, ensure_ascii=False, indent=1) + "\n").encode()
