"""Options of ``gmkit sign`` that concern PDF files, gathered into one object."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gmkit_cli import params
from gmkit_cli.trust import load_trust

if TYPE_CHECKING:
    from gmkit.cms import Family, MessageSigner
    from gmkit.documents import Stamp
    from gmkit.pdf import Lock, VisibleSeal

__all__ = ["LEVELS", "PdfOptions", "pdf_options", "sign_pdf"]

Command = TypeVar("Command", bound=Callable[..., Any])

LEVELS = ("b-b", "b-t", "b-lt", "b-lta")
PERMISSIONS = {"nothing": 1, "forms": 2, "remarks": 3}
MAX_PICTURE = 1 << 26  # bytes


class _Place(click.ParamType):  # type: ignore[type-arg]  # generic in some versions only
    name = "page,x,y,w,h"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, float, float, float, float]:
        if isinstance(value, tuple):
            return value
        try:
            page, *box = value.split(",")
            x, y, width, height = map(float, box)
            return int(page), x, y, width, height
        except ValueError:
            self.fail(f"{value!r} is not PAGE,X,Y,WIDTH,HEIGHT, in points", param, ctx)


@dataclass(frozen=True)
class PdfOptions:
    """What the options of :func:`pdf_options` say; each is None or empty when it was not given."""

    pdf_field: str | None
    visible: tuple[int, float, float, float, float] | None
    picture: Path | None
    text: str | None
    level: str | None
    certify: str | None
    lock: tuple[str, ...]
    reason: str | None
    location: str | None
    roots: tuple[Path, ...]
    revocation: tuple[Path, ...]

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))


_OPTIONS = (
    click.option("--field", "pdf_field", metavar="NAME", help="PDF: the field to sign."),
    click.option(
        "--visible", type=_Place(),
        help="PDF: show the signature on this page, in points from its lower left corner.",
    ),
    click.option("--picture", type=params.PATH, help="PDF: the picture of a visible signature."),
    click.option(
        "--text", help="PDF: the text of a visible signature; default without a picture: who and when."
    ),
    click.option(
        "--level", type=click.Choice(LEVELS),
        help="PDF: the PAdES level; default: b-t with a timestamp, b-b without.",
    ),
    click.option(
        "--certify", type=click.Choice([*PERMISSIONS]),
        help="PDF: certify the file, and allow this to be added afterwards.",
    ),
    click.option(
        "--lock", multiple=True, metavar="FIELD",
        help="PDF: lock a form field against changes; 'all' locks all of them.",
    ),
    click.option("--reason", help="PDF: why."),
    click.option("--location", help="PDF: where."),
    click.option(
        "--trust", "--root", "roots", type=params.PATH, multiple=True,
        help="PDF: roots of signer and timestamps, for b-lt and b-lta.",
    ),
    click.option(
        "--revocation", type=params.PATH, multiple=True,
        help="PDF: lists and OCSP responses to keep in the file, for b-lt and b-lta.",
    ),
)  # fmt: skip


def pdf_options(command: Command) -> Command:
    """All of these options; the command gets one argument ``pdf``."""

    @wraps(command)
    def gathered(*arguments: Any, **options: Any) -> Any:
        chosen = PdfOptions(**{one.name: options.pop(one.name) for one in fields(PdfOptions)})
        return command(*arguments, pdf=chosen, **options)

    found: Any = gathered
    for option in reversed(_OPTIONS):
        found = option(found)
    return found  # type: ignore[no-any-return]


def sign_pdf(
    data: bytes,
    signer: MessageSigner,
    chosen: PdfOptions,
    *,
    time: datetime,
    stamp: Stamp | None,
    family: Family,
) -> bytes:
    """
    Sign a PDF as the options say, up to the level they name.

    Raises:
        UsageError: If the options contradict each other.
        GmkitError: As :func:`gmkit.pdf.sign` and :func:`gmkit.pdf.extend`.
    """
    from gmkit import pdf

    level = pdf.Level((chosen.level or ("b-t" if stamp else "b-b")).upper())
    if (level is pdf.Level.B_B) == (stamp is not None):
        raise click.UsageError(
            f"--level {level.value.lower()} has no timestamp: leave out --tsa-key or --tsa-url"
            if stamp
            else f"--level {level.value.lower()} needs a timestamp: give --tsa-key or --tsa-url"
        )
    long_term = level in (pdf.Level.B_LT, pdf.Level.B_LTA)
    if long_term and not chosen.roots:
        raise click.UsageError(f"--level {level.value.lower()} needs --trust and --revocation")
    if (chosen.roots or chosen.revocation) and not long_term:
        raise click.UsageError("--trust and --revocation are for --level b-lt and b-lta")
    done = pdf.sign(
        data,
        signer,
        time=time,
        stamp=stamp,
        family=family,
        field=chosen.pdf_field,
        seal=_seal(chosen, signer, time),
        certify=None if chosen.certify is None else pdf.Permission(PERMISSIONS[chosen.certify]),
        lock=_lock(chosen),
        reason=chosen.reason or "",
        location=chosen.location or "",
    )
    if not long_term:
        return done
    from gmkit.sm2 import DEFAULT_USER_ID

    trust = load_trust(chosen.roots, (), (), chosen.revocation, None, DEFAULT_USER_ID)
    return pdf.extend(done, level, trust=trust, stamp=stamp)


def _seal(chosen: PdfOptions, signer: MessageSigner, time: datetime) -> VisibleSeal | None:
    from gmkit.pdf import VisibleSeal

    if chosen.visible is None:
        if chosen.picture or chosen.text:
            raise click.UsageError("--picture and --text need --visible PAGE,X,Y,WIDTH,HEIGHT")
        return None
    picture = None
    if chosen.picture is not None:
        picture = params.read_bytes(chosen.picture, limit=MAX_PICTURE)
    text = chosen.text
    if text is None:
        subject = signer.certificate.subject
        text = (
            ""
            if picture is not None
            else f"{subject.get('CN') or subject}\n{time:%Y-%m-%d %H:%M %Z}"
        )
    return VisibleSeal(*chosen.visible, picture=picture, text=text)


def _lock(chosen: PdfOptions) -> Lock | None:
    from gmkit.pdf import Lock

    if not chosen.lock:
        return None
    return Lock() if "all" in chosen.lock else Lock(chosen.lock)
