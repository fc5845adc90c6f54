"""``gmkit ca ocsp presign``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gmkit_cli import responders
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told

if TYPE_CHECKING:
    from gmkit.ocsp import CertificateId


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder of the web server."
)
@click.option(
    "--hash",
    "hashes",
    type=click.Choice(list(responders.HASHES)),
    multiple=True,
    default=["sha1"],
    show_default=True,
    help="Hash by which clients name certificates; may be repeated.",
)
@responders.responder_options
@pass_context
def command(
    context: Context, /, folder: Path, out: Path, hashes: tuple[str, ...], **options: Any
) -> None:
    """
    Sign an answer about every certificate that has not expired, and put them into --out.

    A plain web server answers GET requests from there (RFC 6960, appendix A.1; RFC 5019); run it again before
    --hours have passed, and after a revocation.

    \b
    Example:
      $ gmkit ca ocsp presign authority --cert ocsp.pem --key ocsp.key --hours 48 --out /srv/ocsp
    """
    from gmkit import ca, ocsp

    now = datetime.now(timezone.utc)
    password = responders.secret(options["key"], options["password"])
    with ca.Authority(folder, password=password) as authority:
        answering = responders.responder(authority, **options)
        serials = list(authority.statuses("root" if options["root"] else "issuing").serials(now))
        with context.progress(len(serials) * len(hashes), unit="answers") as bar:

            def answers() -> Iterator[tuple[CertificateId, bytes]]:
                for serial in serials:
                    for name in hashes:
                        oid = responders.HASHES[name]
                        identifier = answering.certificate_id(serial, hash_algorithm=oid)
                        yield identifier, answering.sign([identifier], time=now)
                        bar.advance()

            count = ocsp.write_presigned(out, answers())
    context.emit({"folder": str(out), "answers": count}, text=told(f"{count} answers in {out}"))
