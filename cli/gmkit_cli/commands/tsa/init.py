"""``gmkit tsa init``."""

from __future__ import annotations

from pathlib import Path

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import Context, pass_context


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@inputs.key_option()
@click.option(
    "--cert",
    type=params.PATH,
    required=True,
    help="Its certificate (profile tsa), and those above it that are to go along.",
)
@click.option("--policy", metavar="OID", required=True, help="The policy it stamps under.")
@click.option(
    "--accuracy",
    type=click.IntRange(min=0),
    default=1000,
    show_default=True,
    metavar="MS",
    help="How far its clock may be off, in milliseconds; 0 says nothing.",
)
@click.option("--ordering", is_flag=True, help="Time alone orders its stamps: one a second.")
@click.option("--gm", is_flag=True, help="The content types of GM/T 0033-2014.")
@pass_context
def command(
    context: Context,
    folder: Path,
    key: str,
    cert: Path,
    policy: str,
    accuracy: int,
    ordering: bool,
    gm: bool,
) -> None:
    """
    Make a timestamp authority in a new FOLDER. Its key stays where it is.

    \b
    Example:
      $ gmkit ca issue authority --key tsa.key --subject "CN=Time,O=Company,C=CN" --profile tsa -o tsa.pem
      $ gmkit tsa init stamps --key tsa.key --cert tsa.pem --policy 1.2.3.4.5
    """
    from gmkit import tsp

    settings = tsp.ServiceSettings(
        key=inputs.key_uri(key),
        policy=policy,
        accuracy_ms=accuracy,
        ordering=ordering,
        family="gm" if gm else "rfc",
    )
    certificates = inputs.certificates((cert,))
    tsp.create_service(folder, certificates, settings)
    subject = str(certificates[0].subject)
    context.emit({"folder": str(folder), "subject": subject, "policy": policy}, text=subject)
