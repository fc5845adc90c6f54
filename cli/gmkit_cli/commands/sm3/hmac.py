"""``gmkit sm3 hmac``."""

from pathlib import Path

import click

from gmkit_cli import params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told


@click.command()
@click.argument("file", type=params.PATH, default="-")
@click.option("--key-file", type=params.PATH, required=True, help="File with the key, raw bytes.")
@click.option(
    "--verify", "tag", metavar="HEX", help="Compare with this tag: exit code 3 if it differs."
)
@pass_context
def command(context: Context, file: Path, key_file: Path, tag: str | None) -> None:
    """
    Print, or verify, the HMAC-SM3 tag of FILE or standard input.

    \b
    Example:
      $ gmkit sm3 hmac orders.jsonl --key-file shared.key
    """
    from gmkit import mac

    expected = None if tag is None else params.parse_hex(tag, "the tag")
    if file == key_file == params.STDIO:
        raise click.UsageError("the key and the data cannot both come from standard input")
    hmac = mac.HmacSM3(params.read_bytes(key_file, limit=1 << 20))
    with params.open_input(file) as stream:
        while piece := stream.read(params.PIECE):
            hmac.update(piece)
    if expected is not None:
        hmac.verify(expected)
        context.emit({"file": str(file), "verified": True}, text=told("verified"))
    else:
        value = hmac.digest().hex()
        context.emit({"file": str(file), "tag": value}, text=f"{value}  {file}")
