"""``gmkit ca restore``."""

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import inputs, params
from gmkit_cli.commands.ca.audit.prove import MAX_NOTE
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told

MAX_LIST = 1 << 28  # bytes of a revocation list


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--crl",
    "lists",
    type=params.PATH,
    multiple=True,
    help="A list as it is published now; every partition's.",
)
@click.option(
    "--checkpoint", "notes", type=params.PATH, multiple=True, help="The newest that was signed."
)
@click.option(
    "--certificate",
    "certificates",
    type=params.PATH,
    multiple=True,
    help="Issued after the backup: taken in.",
)
@click.option("--nothing-newer", is_flag=True, help="Nothing was published since the backup.")
@click.option(
    "--accept-loss", is_flag=True, help="Go on although what is shown is newer than the backup."
)
@click.option("--root", type=params.PATH, help="The root it must be of.")
@click.option("--store", metavar="URL", help="Into another store than the one it had.")
@pass_context
def command(
    context: Context, file: Path, folder: Path, lists: tuple[Path, ...], notes: tuple[Path, ...],
    certificates: tuple[Path, ...], nothing_newer: bool, accept_loss: bool, root: Path | None,
    store: str | None,
) -> None:  # fmt: skip
    """
    Make the FOLDER and the store of an authority out of a backup.

    Show what is newest in the world, so that no revocation is forgotten and no number of a list is given twice:
    the published lists, the last signed checkpoint. If they are newer than the backup, restoring is refused;
    with --accept-loss what stands on the lists is revoked again, numbers go on from theirs, and the audit
    log says what was lost.

    \b
    Example:
      $ gmkit ca restore authority-monday.backup authority --crl published.crl --checkpoint last.txt
    """
    from gmkit import x509
    from gmkit.ca.restore import Newest, restore

    newest = Newest(
        lists=[
            each
            for path in lists
            for each in x509.load_bundle(params.read_bytes(path, limit=MAX_LIST))[1]
        ],
        checkpoints=[params.read_bytes(path, limit=MAX_NOTE) for path in notes],
        certificates=inputs.certificates(certificates),
        nothing=nothing_newer,
    )
    made = restore(
        file, folder, newest, now=datetime.now(timezone.utc), store=store,
        root=None if root is None else inputs.certificates((root,))[0], accept_loss=accept_loss,
    )  # fmt: skip
    lost = None if made.loss is None else made.loss.described()
    context.emit(
        {"folder": str(folder), "certificates": made.certificates, "acts": made.acts, "lost": lost},
        text=[
            told(f"{folder}: {made.certificates} certificates, {made.acts} acts"),
            *([] if made.loss is None else [told(f"taken over: {made.loss}")]),
        ],
    )
