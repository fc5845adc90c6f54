"""``gmkit seal verify``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from gmkit_cli import language, params
from gmkit_cli.context import NOT_VERIFIED, Context, pass_context
from gmkit_cli.trust import NOT_VERIFIABLE, load_trust, trust_options

MAX_SEAL = 64 << 20  # bytes


@click.command()
@click.argument("file", type=params.PATH, default="-")
@trust_options
@pass_context
def command(
    context: Context, file: Path, roots: tuple[Path, ...], tsa_trust: tuple[Path, ...],
    untrusted: tuple[Path, ...], revocation: tuple[Path, ...], at: datetime | None, user_id: bytes,
) -> None:  # fmt: skip
    """
    Verify a seal (.esl): its maker's signature and chain, and whether it may be used at the time.

    \b
    Example:
      $ gmkit seal verify shop.esl --trust root.pem --revocation root.crl

    Exit codes: 0 valid, 3 invalid, 4 not verifiable.
    """
    from gmkit.errors import GmkitError
    from gmkit.seal.model import Seal
    from gmkit.seal.usage import usable
    from gmkit.seal.verify import verify_seal
    from gmkit.verdict import Outcome, Verdict, refused, to_chinese, to_dict, to_text

    trust = load_trust(roots, tsa_trust, untrusted, revocation, at, user_id)
    try:
        seal = Seal.parse(params.read_bytes(file, limit=MAX_SEAL))
        signature = verify_seal(seal, trust=trust)
        verdict = Verdict(str(file), "seal", trust.at, (signature,), usable(seal, trust.at))
    except GmkitError as why:
        verdict = refused(str(file), "seal", trust.at, why)
    document = to_dict(verdict)
    chinese = context.lang == language.CHINESE
    context.emit(document, text=to_chinese(document) if chinese else to_text(verdict))
    code = {Outcome.VALID: 0, Outcome.INVALID: NOT_VERIFIED, Outcome.NOT_VERIFIABLE: NOT_VERIFIABLE}
    if verdict.outcome is not Outcome.VALID:
        context.leave(code[verdict.outcome])
