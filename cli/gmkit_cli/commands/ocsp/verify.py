"""``gmkit ocsp verify``."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import inputs, params
from gmkit_cli.commands.ocsp.show import MAX_ANSWER
from gmkit_cli.context import NOT_VERIFIED, Context, pass_context
from gmkit_cli.language import Told, told


@click.command()
@click.argument("response", type=params.PATH, default="-")
@click.option(
    "--cert", type=params.PATH, required=True, help="The certificate that is asked about."
)
@click.option(
    "--issuer",
    type=params.PATH,
    help="Its issuer's certificate, trusted; default: the second one in --cert.",
)
@click.option("--request", type=params.PATH, help="The request; its nonce must be repeated.")
@click.option(
    "--responder", "trusted", type=params.PATH, multiple=True, help="Responders trusted as such."
)
@params.time_option
@params.user_id_option
@pass_context
def command(
    context: Context,
    response: Path,
    cert: Path,
    issuer: Path | None,
    request: Path | None,
    trusted: tuple[Path, ...],
    at: datetime | None,
    user_id: bytes,
) -> None:
    """
    Verify an OCSP RESPONSE, and say what it says about the certificate.

    It counts if the certificate's issuer signed it, or whom the issuer authorised, and if it still holds.
    Whether to trust the issuer is the question of `gmkit cert verify --ocsp`.

    \b
    Example:
      $ gmkit ocsp verify response.der --cert shop.pem --request request.der
      good: CN=Shop,O=Company,C=CN

    Exit code 3: revoked, unknown, or the response does not count.
    """
    from gmkit import ocsp, pki

    subject, authority = inputs.with_issuer(cert, issuer)
    answer = ocsp.OcspResponse.from_der(params.read_bytes(response, limit=MAX_ANSWER))
    if request is not None:
        asked = ocsp.OcspRequest.from_der(params.read_bytes(request, limit=MAX_ANSWER))
        asked.check_nonce(answer)
    found = pki.certificate_status(
        subject,
        authority,
        [answer],
        time=at or datetime.now(timezone.utc),
        responders=inputs.certificates(trusted),
        user_id=user_id,
    )
    status = found.status.name.lower()
    lines = [f"{context.spoken(Told(status))}: {subject.subject}"]
    since = reason = None
    if found.revocation_time is not None:
        since = f"{found.revocation_time:%Y-%m-%dT%H:%M:%SZ}"
        reason = None if found.reason is None else found.reason.name.lower().replace("_", "-")
        lines.append(told(f"  since {since}, {reason}") if reason else told(f"  since {since}"))
    until = found.next_update
    context.emit(
        {
            "status": status,
            "subject": str(subject.subject),
            "serial": f"{subject.serial:x}",
            "revoked": since,
            "reason": reason,
            "this_update": f"{found.this_update:%Y-%m-%dT%H:%M:%SZ}",
            "next_update": None if until is None else f"{until:%Y-%m-%dT%H:%M:%SZ}",
        },
        text=lines,
    )
    if found.status is not ocsp.CertificateStatus.GOOD:
        context.leave(NOT_VERIFIED)
