"""``gmkit cert lint``."""

from pathlib import Path

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import NOT_VERIFIED, Context, pass_context
from gmkit_cli.language import told


@click.command()
@click.argument("file", type=params.PATH, default="-")
@click.option(
    "--issuer", type=params.PATH, help="The certificate it was signed with: more can be checked."
)
@click.option("--ignore", metavar="CODE", multiple=True, help="Leave this rule out.")
@pass_context
def command(context: Context, file: Path, issuer: Path | None, ignore: tuple[str, ...]) -> None:
    """
    Check certificates against the rules of RFC 5280 and GM/T 0015, one rule for one clause.

    FILE is PEM, DER or PKCS#7. Trust is not looked at. Exit code 3 if a rule of severity error is broken.

    \b
    Example:
      $ gmkit cert lint shop.pem --issuer authority/issuing.pem
    """
    from gmkit.pki.lint import Severity, lint_certificate

    above = inputs.certificates((issuer,))[0] if issuer is not None else None
    found = [
        (str(certificate.subject), violation)
        for certificate in inputs.certificates((file,))
        for violation in lint_certificate(certificate, issuer=above, ignore=ignore)
    ]
    context.emit(
        {
            "findings": [
                {
                    "subject": subject,
                    "severity": violation.severity.value,
                    "code": violation.code,
                    "message": violation.message,
                    "citation": violation.rule.citation,
                }
                for subject, violation in found
            ]
        },
        text=[f"{subject}: {violation}" for subject, violation in found] or told("clean"),
    )
    if any(violation.severity is Severity.ERROR for _, violation in found):
        context.leave(NOT_VERIFIED)
