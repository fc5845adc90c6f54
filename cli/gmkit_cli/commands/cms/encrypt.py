"""``gmkit cms encrypt``."""

from __future__ import annotations

from pathlib import Path

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import Context, pass_context


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--to", "recipients", type=params.PATH, multiple=True, required=True,
    help="Certificates of those who may open it: the encryption half of a dual pair.",
)  # fmt: skip
@click.option(
    "--cbc", is_flag=True,
    help="SM4-CBC, which most receivers take and which notices no change; default: SM4-GCM.",
)  # fmt: skip
@click.option(
    "--profile", type=click.Choice(["rfc", "gm"]), default="rfc", show_default=True,
    help="Types of RFC 5652, or of GM/T 0010 (GB/T 35275), which has CBC only.",
)  # fmt: skip
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, file: Path, recipients: tuple[Path, ...], cbc: bool, profile: str,
    output: Path, force: bool,
) -> None:  # fmt: skip
    """
    Put FILE, of any size, into an envelope that only the holders of some certificates can open.

    \b
    Example:
      $ gmkit cms encrypt contract.pdf --to partner-encrypt.pem -o contract.p7m
    """
    from gmkit.cms import Family, encrypt_file

    if profile == "gm" and not cbc:
        raise click.UsageError("GM/T 0010 has no authenticated envelope: --profile gm takes --cbc")
    certificates = [
        inputs.certificates_in(params.read_bytes(path, limit=inputs.MAX_FILE))[0]
        for path in recipients
    ]
    with file.open("rb") as source, context.sink(output, replace=force) as target:
        encrypt_file(source, target, certificates, family=Family(profile), authenticated=not cbc)
