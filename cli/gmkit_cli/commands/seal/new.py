"""``gmkit seal new``."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password
from gmkit_cli.stamping import load_stamp, stamp_options

if TYPE_CHECKING:
    from gmkit.x509 import Certificate

LAYOUTS = {"1": "V1", "4": "V4", "5": "V5"}
MAX_PICTURE = 8 << 20  # bytes


@click.command()
@click.argument("picture", type=params.PATH)
@inputs.key_option()
@params.password_option()
@click.option(
    "--cert", "certs", type=params.PATH, multiple=True, required=True,
    help="The certificate of who makes the seal.",
)  # fmt: skip
@click.option(
    "--user", "users", type=params.PATH, multiple=True, required=True,
    help="Certificates of those who may sign with it.",
)  # fmt: skip
@click.option("--name", required=True, help="Name of the seal, as on its face.")
@click.option("--id", "identifier", help="Identifier in ASCII; default: 16 random bytes in hex.")
@click.option("--vendor", default="gmkit", show_default=True, help="Who made it, in ASCII.")
@click.option("--type", "kind", type=click.IntRange(0, 255), default=1, show_default=True,
    help="Kind of seal: 1 of an organisation, 2 of a person.")  # fmt: skip
@click.option(
    "--version", "version", type=click.Choice(list(LAYOUTS)), default="4", show_default=True,
    help="1: GM/T 0031-2014, 4: GB/T 38540-2020, 5: GM/T 0031-2025.",
)  # fmt: skip
@click.option(
    "--list", "listing", type=click.Choice(["certificates", "digests"]), default="certificates",
    show_default=True, help="List the users by certificate or by SM3 digest.",
)  # fmt: skip
@click.option("--width", type=click.IntRange(1, 300), default=40, show_default=True,
    help="Width on paper in mm; the height follows the picture.")  # fmt: skip
@click.option("--height", type=click.IntRange(1, 300), help="Height on paper in mm.")
@click.option("--from", "start", type=params.TIME, help="Valid from this time; default: now.")
@click.option("--until", "end", type=params.TIME, help="Valid until this time.")
@click.option("--days", type=click.IntRange(1, 36525), default=365, show_default=True,
    help="Valid for this long, without --until.")  # fmt: skip
@stamp_options
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, picture: Path, key: str, password: Password, certs: tuple[Path, ...],
    users: tuple[Path, ...], name: str, identifier: str | None, vendor: str, kind: int,
    version: str, listing: str, width: int, height: int | None, start: datetime | None,
    end: datetime | None, days: int, tsa_key: str | None, tsa_password: Password,
    tsa_cert: tuple[Path, ...], tsa_url: str | None, output: Path, force: bool,
) -> None:  # fmt: skip
    """
    Make an electronic seal with the PICTURE (PNG, SVG or OFD), signed by its maker.

    \b
    Example:
      $ gmkit seal new seal.svg --name 合同专用章 --key maker.key --cert maker.pem --user shop.pem -o shop.esl
    """
    from gmkit.seal import Layout, Users, make_seal, picture_of

    private = inputs.private_key(key, password)
    maker = inputs.signing_chain(certs, private.public_key())[0]
    now = datetime.now(timezone.utc).replace(microsecond=0)
    begin = start or now
    made = make_seal(
        picture_of(params.read_bytes(picture, limit=MAX_PICTURE), width=width, height=height),
        _users(users),
        key=private,
        maker=maker,
        id=identifier or token_hex(16),
        name=name,
        valid_from=begin,
        valid_to=end or begin + timedelta(days=days),
        created=now,
        vendor=vendor,
        type=kind,
        layout=Layout[LAYOUTS[version]],
        listing=Users[listing.upper()],
        timestamp=load_stamp(tsa_key, tsa_password, tsa_cert, tsa_url),
    )
    context.deliver(output, made, replace=force)


def _users(paths: tuple[Path, ...]) -> list[Certificate]:
    """The people in these files; the authorities above them, which often stand there too, seal nothing."""
    from gmkit.errors import InvalidArgument

    found = []
    for path in paths:
        people = [one for one in inputs.certificates((path,)) if not one.is_authority]
        if not people:
            raise InvalidArgument(f"{path} holds certificates of authorities only")
        found += people
    return found
