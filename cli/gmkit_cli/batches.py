"""Many certificates in one command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gmkit_cli import inputs
from gmkit_cli.context import FAILURE, Context
from gmkit_cli.language import told
from gmkit_cli.params import Password

if TYPE_CHECKING:
    from gmkit.ca import Authority, Outcome
    from gmkit.ca.batch import Wanted

__all__ = ["Options", "end_of", "run"]

_GROUP = 256  # applications read, issued and written together


@dataclass(frozen=True, slots=True)
class Options:
    """
    What was asked for.

    Attributes:
        source: The requests.
        out: The folder that is made.
        profile, days: For those that name none.
        make_keys: Whether keys are made.
        unprotected: Whether their files have no password.
        chain: Whether the issuing authority's certificate follows each.
    """

    source: Path
    out: Path
    profile: str | None
    days: int | None
    make_keys: bool
    unprotected: bool
    chain: bool


def end_of(now: datetime, days: int) -> datetime:
    """Last second of a certificate that is valid for *days*."""
    from gmkit import ca

    return now + timedelta(days=days) - ca.BACKDATE - timedelta(seconds=1)


def run(
    context: Context, folder: Path, options: Options, *, ca_password: Password, password: Password
) -> None:
    """
    Issue, write, report; leaves with 1 if an application was refused.

    Raises:
        GmkitError: The authority cannot issue at all.
    """
    from gmkit import atomic, ca
    from gmkit.ca import batch

    if options.make_keys and not options.unprotected and password.descriptor is None:
        raise click.UsageError("--make-keys needs --password-fd or --unprotected")
    atomic.refuse_existing(options.out)
    total = batch.count(options.source)
    key_password = None
    if options.make_keys and not options.unprotected:
        key_password = password.read("the new keys")
    secret = inputs.asked_for(ca_password, "the issuing key")
    issued = refused = 0
    with ca.Authority(folder, password=secret) as authority:
        options.out.mkdir()
        chain = authority.issuing.to_pem() if options.chain else b""
        wanted = batch.each(options.source, make_keys=options.make_keys)
        with (
            context.progress(total, unit="certificates") as bar,
            (options.out / "report.jsonl").open("x", encoding="utf-8") as report,
        ):
            for each, outcome in _issued(authority, wanted, options):
                line = _written(options.out, each, outcome, chain, key_password)
                report.write(json.dumps(line, ensure_ascii=False) + "\n")
                refused += "error" in line
                issued += "error" not in line
                bar.advance()
    context.emit(
        {"issued": issued, "refused": refused, "folder": str(options.out)},
        text=told(f"issued {issued}, refused {refused}: {options.out / 'report.jsonl'}"),
    )
    if refused:
        context.leave(FAILURE)


def _issued(
    authority: Authority, wanted: Iterator[Wanted], options: Options
) -> Iterator[tuple[Wanted, Outcome | None]]:
    """Each application with what became of it: only after its certificate is on the disk."""
    from itertools import islice

    from gmkit.errors import InvalidArgument

    while group := list(islice(wanted, _GROUP)):
        now = datetime.now(timezone.utc).replace(microsecond=0)
        orders = []
        for each in group:
            if each.application is None:
                continue
            profile = each.profile or options.profile
            if profile is None:
                raise InvalidArgument(
                    f"application {each.place} names no profile", hint="--profile is for those"
                )
            days = each.days or options.days
            end = None if days is None else end_of(now, days)
            orders.append((profile, each.application, end))
        outcomes = authority.issue_each(orders, now=now, batch=_GROUP)
        for each in group:
            yield each, None if each.application is None else next(outcomes)


def _written(
    out: Path, wanted: Wanted, outcome: Outcome | None, chain: bytes, password: bytes | None
) -> dict[str, Any]:
    """The files of one application, and its line of the report."""
    from gmkit_cli.errors import one_line

    line: dict[str, Any] = {"place": wanted.place, "label": wanted.label}
    error = wanted.error if outcome is None else outcome.error
    if error is not None:
        return line | {"error": error.code, "message": one_line(error)}
    assert outcome is not None
    assert outcome.certificate is not None
    certificate = outcome.certificate
    name = f"{wanted.label}.pem"
    # Not flushed one by one: the store has them, and `gmkit ca export` gives them out again.
    try:
        with (out / name).open("xb") as file:
            file.write(certificate.to_pem() + chain)
    except FileExistsError:
        name = f"{wanted.label}-{certificate.serial:x}.pem"
        (out / name).write_bytes(certificate.to_pem() + chain)
    line |= {
        "serial": f"{certificate.serial:x}",
        "subject": str(certificate.subject),
        "not_after": f"{certificate.not_after:%Y-%m-%dT%H:%M:%SZ}",
        "file": name,
    }
    if wanted.key is not None:
        from gmkit import atomic

        line["key"] = f"{name.removesuffix('.pem')}.key"
        atomic.write_bytes(out / line["key"], wanted.key.to_pem(password=password), secret=True)
    return line
