"""``gmkit ca crl``."""

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told
from gmkit_cli.params import Password


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--delta", is_flag=True, help="Only what changed since the last whole lists.")
@click.option(
    "--root", is_flag=True, help="The root's list, of issuing authorities; it takes the root's key."
)
@params.password_option()
@pass_context
def command(context: Context, folder: Path, delta: bool, root: bool, password: Password) -> None:
    """
    Make the revocation lists and put them into FOLDER/lists, ready for a web server.

    \b
    Example:
      $ gmkit ca crl authority
    """
    from gmkit import ca

    secret = inputs.asked_for(password, "the root's key" if root else "the issuing key")
    with ca.Authority(folder, password=secret) as authority:
        made = authority.publish(
            now=datetime.now(timezone.utc), delta=delta, authority="root" if root else "issuing"
        )
    rows = [
        {
            "file": str(folder / "lists" / name),
            "number": each.number,
            "base": each.base_number,
            "entries": len(each),
            "next_update": None
            if each.next_update is None
            else f"{each.next_update:%Y-%m-%dT%H:%M:%SZ}",
        }
        for name, each in made.items()
    ]
    head = (told("file"), told("number"), told("entries"), told("next update"))
    lines = [
        (str(r["file"]), str(r["number"]), str(r["entries"]), str(r["next_update"])) for r in rows
    ]
    context.emit({"lists": rows}, text=context.table(head, lines))
