"""``gmkit inspect``."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gmkit_cli import inputs, language, params
from gmkit_cli.context import FAILURE, STDIO, Context, pass_context
from gmkit_cli.params import Password

if TYPE_CHECKING:
    from gmkit.inspect import Reading, Report

_ENGLISH = {
    "bytes": "{:,} bytes", "joint": ", ", "fits": {1: "possibly: ", 2: "likely: ", 3: ""},
    "in": "in      ", "says": "says    ", "peers": "as from ", "damage": "damaged ",
    "nothing": "nothing that is known here",
}  # fmt: skip
_CHINESE = {
    "bytes": "{:,} 字节", "joint": "，", "fits": {1: "有可能：", 2: "很可能：", 3: ""},
    "in": "外层", "says": "内容", "peers": "写法", "damage": "损坏",
    "nothing": "没有可识别的内容",
}  # fmt: skip


@click.command()
@click.argument("what", metavar="FILE|TEXT|-")
@inputs.key_option(required=False)
@click.option(
    "--reading", type=click.IntRange(min=1), default=1, show_default=True, metavar="N",
    help="The reading that -o writes.",
)  # fmt: skip
@click.option(
    "-o", "--output", type=params.PATH,
    help="Write what was found, out of its layers and with undone damage, to FILE.",
)  # fmt: skip
@params.password_option()
@params.force_option
@pass_context
def command(
    context: Context, what: str, key: str | None, reading: int, output: Path | None, password: Password,
    force: bool,
) -> None:  # fmt: skip
    """
    Say what something is: every reading that fits, who writes it so, what looks damaged, what to do with it.

    An argument that is the name of a file is that file, - is standard input, anything else is taken as
    text. --key is a private key that tells the orders of a ciphertext apart.

    For people, not for scripts: guesses are guesses. Exit code 1 if nothing fits.

    \b
    Examples:
      $ gmkit inspect answer.txt
      $ gmkit inspect 04b57279cc23…
      $ gmkit inspect answer.txt --reading 1 -o signature.der
    """
    from gmkit import inspect
    from gmkit.errors import InvalidArgument
    from gmkit.sm2 import SM2PrivateKey

    data, name = _data(what)
    private = None if key is None else inputs.private_key(key, password)
    if private is not None and not isinstance(private, SM2PrivateKey):
        raise InvalidArgument("a key in a device tells nothing here")
    report = inspect.examine(data, key=private)
    if output is None:
        context.emit(_document(report, name), text=_lines(report, name, context.lang))
    else:
        if reading > len(report.readings):
            raise InvalidArgument(
                f"there are {len(report.readings)} readings, and no number {reading}"
            )
        chosen = report.readings[reading - 1]
        context.say(chosen.title)
        context.deliver(output, chosen.octets, secret=chosen.secret, replace=force)
    if not report.readings:
        context.leave(FAILURE)


def _data(what: str) -> tuple[bytes, str]:
    """The data, and how a shell names it."""
    if what == "-":
        return params.read_bytes(STDIO), "-"
    try:
        is_file = Path(what).is_file()
    except (OSError, ValueError):  # longer than a name may be
        is_file = False
    if is_file:
        return params.read_bytes(Path(what)), shlex.quote(what)
    return what.encode(sys.getfilesystemencoding(), "surrogateescape"), shlex.quote(what)


def _lines(report: Report, name: str, lang: str) -> list[str]:
    words: dict[str, Any] = _CHINESE if lang == language.CHINESE else _ENGLISH

    def spoken(text: str) -> str:
        return language.spoken(text, lang)

    lines = [
        words["joint"].join([words["bytes"].format(report.length), *map(spoken, report.remarks)])
    ]
    if not report.readings:
        lines.append(words["nothing"])
    for number, reading in enumerate(report.readings, 1):
        lines.append(f"{number}. {words['fits'][reading.fit]}{spoken(reading.title)}")
        if reading.layers:
            lines.append(f"   {words['in']} {' > '.join(reading.layers)}")
        lines += [f"   {words['says']} {spoken(each)}" for each in reading.details]
        if reading.peers:
            lines.append(f"   {words['peers']} {', '.join(reading.peers)}")
        lines += [
            f"   {words['damage']} {spoken(each.text)} [{each.id}]" for each in reading.damage
        ]
        for each in reading.commands:
            lines += [f"   $ {_for(each.line, name)}", f"     {spoken(each.purpose)}"]
    return lines


def _for(line: str, name: str) -> str:
    return line.replace("FILE", name)


def _document(report: Report, name: str) -> dict[str, object]:
    return {
        "bytes": report.length,
        "remarks": list(report.remarks),
        "readings": [_reading(each, name) for each in report.readings],
    }


def _reading(reading: Reading, name: str) -> dict[str, object]:
    return {
        "kind": reading.kind,
        "title": reading.title,
        "fit": reading.fit.name.lower(),
        "layers": list(reading.layers),
        "details": list(reading.details),
        "peers": list(reading.peers),
        "damage": [{"id": each.id, "text": each.text} for each in reading.damage],
        "commands": [
            {"line": _for(each.line, name), "purpose": each.purpose} for each in reading.commands
        ],
    }
