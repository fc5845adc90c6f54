"""``gmkit ca audit prove``."""

from pathlib import Path

import click

from gmkit_cli import issued, params
from gmkit_cli.context import Context, pass_context

MAX_NOTE = 1 << 16  # bytes of a checkpoint


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--act", type=click.IntRange(min=0), help="That this act is in the log.")
@click.option("--serial", help="That the newest act on this certificate is in the log.")
@click.option(
    "--since",
    type=params.PATH,
    help="That the log goes on from this older checkpoint without a change.",
)
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, folder: Path, act: int | None, serial: str | None, since: Path | None,
    output: Path, force: bool,
) -> None:  # fmt: skip
    """
    Prove something about the audit log to an outsider, who checks it with `gmkit ca audit verify`.

    The proof ends at the newest checkpoint.

    \b
    Examples:
      $ gmkit ca audit prove authority --serial 7d64965f359920fd93882a9c33da76ec -o issued.proof
      $ gmkit ca audit prove authority --since january.txt -o unchanged.proof
    """
    from gmkit import ca

    if sum(each is not None for each in (act, serial, since)) != 1:
        raise click.UsageError("give one of --act, --serial and --since")
    with ca.Authority(folder) as authority:
        if since is not None:
            proof = authority.log.prove_consistency(params.read_bytes(since, limit=MAX_NOTE))
        else:
            number = None if serial is None else issued.serial(serial)
            proof = authority.log.prove(number=act, serial=number)
    context.deliver(output, proof, replace=force)
