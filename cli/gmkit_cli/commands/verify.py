"""``gmkit verify``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmkit_cli import language, params
from gmkit_cli.context import NOT_VERIFIED, Context, pass_context
from gmkit_cli.params import Password
from gmkit_cli.trust import NOT_VERIFIABLE, load_trust, trust_options

if TYPE_CHECKING:
    from gmkit.documents.batch import Report
    from gmkit.verdict import Outcome

COMPAT = ("empty-user-id", "no-z", "gmssl-content-header", "raw-signature")
IN_FULL = 20  # documents whose reports are printed whole


@click.command()
@click.argument(
    "files",
    type=click.Path(path_type=Path, exists=True),
    nargs=-1,
    required=True,
    metavar="FILE...",
)
@trust_options
@click.option(
    "--signature", type=params.PATH, help="Detached signature of the only FILE (CMS, timestamp)."
)
@click.option("--content", type=params.PATH, help="What a detached signature in FILE signs.")
@click.option(
    "--compat", type=click.Choice(COMPAT), help="Accept this one non-conforming form of CMS."
)
@click.option(
    "--accept-unchecked", "accepted", multiple=True, metavar="CODE",
    help="Exit with 0 although this was not checked; the verdict stays what it is.",
)  # fmt: skip
@params.password_option(help="Password of an encrypted PDF, from file descriptor N.")
@click.option("--html", type=params.PATH, help="Write the report as a page to FILE.")
@click.option(
    "--jobs", type=click.IntRange(min=1), help="Documents judged at once; default: all cores."
)
@params.force_option
@pass_context
def command(
    context: Context, files: tuple[Path, ...], roots: tuple[Path, ...], tsa_trust: tuple[Path, ...],
    untrusted: tuple[Path, ...], revocation: tuple[Path, ...], at: datetime | None, user_id: bytes,
    signature: Path | None, content: Path | None, compat: str | None, accepted: tuple[str, ...],
    password: Password, html: Path | None, jobs: int | None, force: bool,
) -> None:  # fmt: skip
    """
    Verify signed documents: PDF, OFD, XML, CMS (.p7s, .p7m), and files with a signature beside them.

    What a FILE is shows from its content; a folder stands for everything below it. FILE.p7s beside
    FILE is its detached signature.

    \b
    Verdicts:
      valid           every check was made and passed
      invalid         a check failed: changed, forged, revoked, malformed
      not verifiable  something could not be checked; the report says what

    \b
    Exit codes: 0 all valid, 1 failure, 2 wrong usage, 3 some invalid, 4 some not verifiable.

    \b
    Example:
      $ gmkit verify contract.pdf --trust root.pem --revocation root.crl
    """
    from gmkit.cms import Compat
    from gmkit.documents import batch, verify
    from gmkit.errors import InvalidArgument
    from gmkit.verdict.render import html_page

    if (signature or content) and (len(files) != 1 or files[0].is_dir() or (signature and content)):
        raise click.UsageError("--signature or --content belongs to one FILE")
    trust = load_trust(roots, tsa_trust, untrusted, revocation, at, user_id)
    form = None if compat is None else Compat(compat)
    known = None
    if password.descriptor is not None:
        if len(files) != 1 or files[0].is_dir() or signature or content:
            raise click.UsageError("--password-fd belongs to one encrypted PDF")
        known = password.read(str(files[0]))
    if content is not None or known is not None:
        verdict = verify(
            files[0],
            trust=trust,
            name=str(files[0]),
            content=content,
            compat=form,
            password=known,
        )
        reports = [batch.Report.of(verdict)]
    else:
        work = batch.find_jobs(files, signature=signature)
        if not work:  # an empty folder proves nothing
            raise InvalidArgument(f"there is no document in {', '.join(map(str, files))}")
        reports = []
        with context.progress(len(work), unit="documents") as bar:
            found = batch.verify_files(
                work, trust=trust, compat=form, processes=jobs, html=html is not None
            )
            for report in found:
                reports.append(report)
                bar.advance()
    if html is not None:
        page = html_page(report.html for report in reports)
        context.write(html, page.encode(), replace=force)
    counts = Counter(report.outcome for report in reports)
    context.emit(_document(reports, counts), text=_lines(reports, counts, context.lang))
    code = _exit_code(reports, accepted)
    if code:
        context.leave(code)


def _document(reports: Sequence[Report], counts: Counter[Outcome]) -> dict[str, object]:
    from gmkit.verdict import Outcome

    return {
        "documents": len(reports),
        **{each.value.replace(" ", "_"): counts[each] for each in Outcome},
        "verdicts": [report.data for report in reports],
    }


def _lines(reports: Sequence[Report], counts: Counter[Outcome], lang: str) -> list[str]:
    from gmkit.verdict import Outcome, to_chinese

    if lang == language.CHINESE and len(reports) <= IN_FULL:
        lines = [line for report in reports for line in to_chinese(report.data)]
    elif len(reports) <= IN_FULL:
        lines = [line for report in reports for line in report.text]
    else:
        lines = []
        for report in reports:
            if report.outcome is not Outcome.VALID:
                lines.append(f"{report.text[0]}: {', '.join(report.reasons)}")
    if len(reports) != 1:
        if lang == language.CHINESE:
            names = dict(zip(Outcome, ("有效", "无效", "无法验证"), strict=True))
            counted = "，".join(f"{names[each]} {counts[each]:,}" for each in Outcome)
            lines.append(f"{len(reports):,} 份文档：{counted}")
        else:
            counted = ", ".join(f"{counts[each]:,} {each.value}" for each in Outcome)
            lines.append(f"{len(reports):,} documents: {counted}")
    return lines


def _exit_code(reports: Sequence[Report], accepted: tuple[str, ...]) -> int:
    from gmkit.verdict import Outcome

    if any(report.outcome is Outcome.INVALID for report in reports):
        return NOT_VERIFIED
    doubtful = (report for report in reports if report.outcome is Outcome.NOT_VERIFIABLE)
    if any(set(report.reasons) - set(accepted) for report in doubtful):
        return NOT_VERIFIABLE
    return 0
