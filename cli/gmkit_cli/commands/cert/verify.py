"""``gmkit cert verify``."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmkit_cli import inputs, params, trust
from gmkit_cli.context import NOT_VERIFIED, Context, pass_context
from gmkit_cli.language import told

if TYPE_CHECKING:
    from gmkit.pki import Explanation

PURPOSES = (
    "any",
    "signing",
    "encryption",
    "timestamping",
    "ocsp",
    "tls-server",
    "tls-client",
    "code-signing",
)
MAX_LIST = 1 << 28  # bytes of a revocation list
MAX_ANSWER = 1 << 20  # bytes of an OCSP response


@click.command()
@click.argument("file", type=params.PATH, default="-")
@trust.root_option
@click.option(
    "--untrusted", type=params.PATH, multiple=True, help="Certificates that may lie in between."
)
@click.option("--crl", "lists", type=params.PATH, multiple=True, help="Revocation lists.")
@click.option("--ocsp", "answers", type=params.PATH, multiple=True, help="OCSP responses in DER.")
@click.option(
    "--revocation",
    type=click.Choice(["require", "if-available", "none"]),
    default=None,
    help="Whether each certificate needs an answer; default: require with --crl or --ocsp, otherwise none.",
)
@click.option(
    "--purpose", type=click.Choice(PURPOSES), default="signing", show_default=True, help="What for."
)
@click.option("--host", help="Host name or address the certificate must be for.")
@click.option(
    "--profile",
    type=click.Choice(["path", "rfc5280", "browser"]),
    default="path",
    show_default=True,
    help="How strictly certificates must be made.",
)
@click.option("--explain", is_flag=True, help="On failure, look for the cause; accepts nothing.")
@params.time_option
@params.user_id_option
@pass_context
def command(
    context: Context,
    file: Path,
    roots: tuple[Path, ...],
    untrusted: tuple[Path, ...],
    lists: tuple[Path, ...],
    answers: tuple[Path, ...],
    revocation: str | None,
    purpose: str,
    host: str | None,
    profile: str,
    explain: bool,
    at: datetime | None,
    user_id: bytes,
) -> None:
    """
    Verify a certificate: is there a chain to a trusted root, good for this purpose at this time?

    The first certificate of FILE is the one asked about; those after it may lie in between.

    \b
    Example:
      $ gmkit cert verify shop.pem --root root.pem
      verified: CN=Shop
      $ gmkit cert verify shop.pem --root root.pem --crl root.crl --at 2026-01-31T08:00:00Z

    Exit code 3: not verified.
    """
    from gmkit import pki, x509
    from gmkit.errors import CertificateRejected

    leaf, *intermediates = inputs.certificates((file,))
    intermediates += inputs.certificates(untrusted)
    trusted = inputs.certificates(roots)
    crls = [
        crl
        for path in lists
        for crl in x509.load_bundle(params.read_bytes(path, limit=MAX_LIST))[1]
    ]
    responses = [
        x509.OcspResponse.from_der(params.read_bytes(path, limit=MAX_ANSWER)) for path in answers
    ]
    wanted = next(p for p in pki.Purpose if p.label == purpose)
    verifier = pki.Verifier(
        trusted,
        time=at or datetime.now(timezone.utc),
        purpose=wanted,
        revocation=pki.Revocation(revocation or ("require" if crls or answers else "none")),
        user_id=user_id,
        profile=pki.Profile(profile),
        crls=crls,
        ocsp=responses,
    )
    try:
        chain = verifier.verify(leaf, intermediates, peer=host)
    except CertificateRejected as error:
        if not explain:
            raise
        why = pki.explain(error, leaf, [*intermediates, *trusted], purpose=wanted, user_id=user_id)
        context.emit(_explained(why), text=_explained_text(why))
        context.leave(NOT_VERIFIED)
    names = [str(certificate.subject) for certificate in chain.certificates]
    context.emit(
        {
            "verified": True,
            "chain": names,
            "purpose": purpose,
            "profile": profile,
            "at": f"{chain.time:%Y-%m-%dT%H:%M:%SZ}",
            "not_checked": list(chain.not_checked),
        },
        text=[
            told(f"verified: {names[0]}"),
            *(
                "  " * depth + context.spoken(told(f"by {name}"))
                for depth, name in enumerate(names[1:], 1)
            ),
            *(told(f"  not checked: {what}") for what in chain.not_checked),
        ],
    )


def _explained(why: Explanation) -> dict[str, object]:
    return {
        "verified": False,
        "reason": why.error.reason,
        "message": why.error.message,
        "subject": why.error.subject,
        "depth": why.error.depth,
        "rule": why.rule.text,
        "rule_zh": why.rule.zh,
        "clause": why.rule.clause,
        "hint": why.error.own_hint,
        "diagnoses": [{"id": d.id, "text": d.text, "zh": d.zh} for d in why.diagnoses],
    }


def _explained_text(why: Explanation) -> list[str]:
    clause = (
        why.rule.clause
        if " " in why.rule.clause.split("(")[0].strip()
        else f"RFC 5280, {why.rule.clause}"
    )
    return [
        f"not verified: {why.error.message} [{why.error.code} {why.error.reason}]",
        f"  certificate: {why.error.subject}"
        + (f" (number {why.error.depth} from the leaf)" if why.error.depth is not None else ""),
        f"  rule: {why.rule.text} ({why.rule.zh})",
        f"  clause: {clause}",
        *(f"  likely cause: {d.text} [{d.id}]" for d in why.diagnoses),
        *([f"  hint: {why.error.own_hint}"] if why.error.own_hint and not why.diagnoses else []),
    ]
