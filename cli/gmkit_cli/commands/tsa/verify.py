"""``gmkit tsa verify``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmkit_cli import inputs, params, trust
from gmkit_cli.commands.tsa.show import MAX_STAMP, stamp
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told

if TYPE_CHECKING:
    from gmkit.pki import Verifier
    from gmkit.tsp import Imprint, TimestampToken, VerifiedTimestamp


@click.command()
@click.argument("file", metavar="STAMP", type=params.PATH)
@click.option("--data", type=params.PATH, help="The file that is said to be stamped.")
@click.option("--request", type=params.PATH, help="The request: what was stamped, policy, nonce.")
@trust.root_option
@click.option(
    "--untrusted", type=params.PATH, multiple=True,
    help="The authority's certificates, if they are not in the stamp.",
)  # fmt: skip
@click.option(
    "--revocation", type=params.PATH, multiple=True,
    help="Revocation lists and OCSP responses; with them every certificate needs an answer.",
)  # fmt: skip
@params.user_id_option
@pass_context
def command(
    context: Context,
    file: Path,
    data: Path | None,
    request: Path | None,
    roots: tuple[Path, ...],
    untrusted: tuple[Path, ...],
    revocation: tuple[Path, ...],
    user_id: bytes,
) -> None:
    """
    Verify a STAMP (a response or a token in DER) over a file, or as the answer to a request.

    The authority's chain is judged at the time that the stamp states.

    \b
    Example:
      $ gmkit tsa verify stamp.tsr --data contract.pdf --root root.pem
      verified: 2026-01-31T08:00:00Z

    Exit code 3: not verified.
    """
    from gmkit import pki, tsp

    if data is None and request is None:
        raise click.UsageError(
            "name what is stamped with --data, the request with --request, or both"
        )
    given = params.read_bytes(file, limit=MAX_STAMP)
    token, asked = _token(given, request)
    trusted, between = inputs.certificates(roots), inputs.certificates(untrusted)
    crls, ocsp = trust.load_revocation(revocation)

    def judge(moment: datetime) -> Verifier:
        return pki.Verifier(
            trusted, time=moment, purpose=pki.Purpose.TIMESTAMPING, user_id=user_id,
            revocation=pki.Revocation.REQUIRE if revocation else pki.Revocation.NONE,
            crls=crls, ocsp=ocsp,
        )  # fmt: skip

    def verified(content: Imprint) -> VerifiedTimestamp:
        return tsp.verify_token(token, content, trust=judge, certificates=between, user_id=user_id)

    if asked is not None:
        found = verified(asked)
    if data is not None:
        with params.open_input(data) as content:
            own = tsp.Imprint.of(content, algorithm=token.info.imprint.algorithm)
        found = verified(own)
    authority = str(found.chain.leaf.subject)
    moment = f"{found.time:%Y-%m-%dT%H:%M:%SZ}"
    context.emit(
        {
            "verified": True,
            **stamp(found.token),
            "authority": authority,
            "not_checked": list(found.chain.not_checked),
        },
        text=[
            told(f"verified: {moment}"),
            "  " + context.spoken(told(f"by {authority}")),
            *(told(f"  not checked: {what}") for what in found.chain.not_checked),
        ],
    )


def _token(given: bytes, request: Path | None) -> tuple[TimestampToken, Imprint | None]:
    """The token in a response or by itself, and what the request asked to stamp."""
    from gmkit import tsp
    from gmkit.errors import EncodingError

    if request is None:
        try:
            return tsp.TimestampToken.parse(given), None
        except EncodingError:
            answer = tsp.TimestampResponse.parse(given)
            return tsp.granted_token(answer, None), None
    asked = tsp.TimestampRequest.parse(params.read_bytes(request, limit=MAX_STAMP))
    try:
        answer = tsp.TimestampResponse.parse(given)
    except EncodingError:
        token = tsp.TimestampToken.parse(given)
        answer = tsp.TimestampResponse(tsp.Status.GRANTED, token=token.der)
    return tsp.granted_token(answer, asked), asked.imprint
