"""``gmkit ofd sign``."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password
from gmkit_cli.stamping import load_stamp, stamp_options

if TYPE_CHECKING:
    from gmkit.ofd import StampPosition

MAX_SEAL = 64 << 20  # bytes


class _Position(click.ParamType):  # type: ignore[type-arg]  # generic in some versions only
    name = "PAGE:LEFT,TOP[,WIDTH,HEIGHT]"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> StampPosition:
        from gmkit.ofd import StampPosition

        page, _, rest = str(value).partition(":")
        try:
            number, (left, top, *size) = int(page), (float(one) for one in rest.split(","))
            width, height = size or (None, None)
        except ValueError:
            self.fail(f"{value!r} is not a place such as 1:150,240", param, ctx)
        return StampPosition(number, left, top, width, height)


@click.command()
@click.argument("file", type=params.PATH)
@inputs.signer_options
@click.option("--seal", type=params.PATH, help="Sign with this seal (.esl).")
@click.option(
    "--stamp", "positions", type=_Position(), multiple=True,
    help="Where the seal's picture stands, in mm from the page's upper left corner; may be repeated.",
)  # fmt: skip
@click.option(
    "--riding", is_flag=True, help="Also put the seal across the right edges of all pages."
)
@click.option("--lock", is_flag=True, help="Allow no further signature.")
@click.option("--direct", is_flag=True, help="Plain signature over the digest, without attributes.")
@stamp_options
@click.option(
    "--time", "at", type=params.TIME, default=None, help="Claim this time of signing; default: now."
)
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, file: Path, key: str, password: Password, certs: tuple[Path, ...],
    seal: Path | None, positions: tuple[StampPosition, ...], riding: bool, lock: bool, direct: bool,
    tsa_key: str | None, tsa_password: Password, tsa_cert: tuple[Path, ...], tsa_url: str | None,
    at: datetime | None, output: Path, force: bool,
) -> None:  # fmt: skip
    """
    Sign an OFD document with an electronic seal, or with a plain digital signature.

    Earlier signatures stay good, unless one of them has locked the document.

    \b
    Example:
      $ gmkit ofd sign order.ofd --seal shop.esl --stamp 1:150,240 --key shop.key --cert shop.pem -o signed.ofd
    """
    from gmkit import ofd
    from gmkit.cms import MessageSigner
    from gmkit.seal import Seal

    private = inputs.private_key(key, password)
    own, *above = inputs.signing_chain(certs, private.public_key())
    data = params.read_bytes(file)
    octets = None if seal is None else params.read_bytes(seal, limit=MAX_SEAL)
    if riding:
        if octets is None:
            raise click.UsageError("--riding needs --seal")
        positions += ofd.riding_positions(ofd.Package(data), Seal.parse(octets))
    done = ofd.sign(
        data,
        MessageSigner(private, own, tuple(above)),
        time=at or datetime.now(timezone.utc),
        stamp=load_stamp(tsa_key, tsa_password, tsa_cert, tsa_url),
        seal=octets,
        positions=positions,
        lock=lock,
        attributes=not direct,
    )
    context.deliver(output, done, replace=force)
