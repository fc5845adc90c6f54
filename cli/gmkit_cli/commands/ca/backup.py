"""``gmkit ca backup``."""

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told
from gmkit_cli.params import Password


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--without-keys", is_flag=True, help="Leave the private keys out.")
@params.password_option(
    "--ca-password-fd", help="Read the issuing key's password from file descriptor N."
)
@pass_context
def command(
    context: Context, folder: Path, file: Path, without_keys: bool, ca_password: Password
) -> None:
    """
    Write everything an authority is into a new FILE, signed, while the authority works.

    Keys go in as they are in their files, under their password; with keys that have none, use --without-keys and
    keep the keys some other way. Restore with `gmkit ca restore`.

    \b
    Example:
      $ gmkit ca backup authority authority-monday.backup
    """
    from gmkit import atomic, ca

    atomic.refuse_existing(file)
    secret = inputs.asked_for(ca_password, "the issuing key")
    with ca.Authority(folder, password=secret) as authority:
        made = authority.backup(file, now=datetime.now(timezone.utc), keys=not without_keys)
    context.emit(
        {
            "file": str(file),
            "bytes": file.stat().st_size,
            "certificates": made.certificates,
            "acts": made.acts,
            "manifest": made.manifest.hex(),
        },
        text=told(f"{file}: {made.certificates} certificates, {made.acts} acts"),
    )
