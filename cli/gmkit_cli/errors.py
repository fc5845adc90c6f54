"""From an exception to one line, a hint and an exit code."""

import os
import sys
from typing import IO, Any

import click

from gmkit.errors import (
    CertificateRejected,
    EncodingError,
    GmkitError,
    RecordError,
    StorageError,
    VerificationError,
)
from gmkit_cli import language, streams
from gmkit_cli.context import FAILURE, NOT_VERIFIED, Context

__all__ = ["EXPECTED", "ChineseUsage", "one_line", "report", "usage"]

# Everything else is a fault of gmkit: its traceback is the bug report, and it exits with 1.
EXPECTED = (GmkitError, OSError)
# A group without a command shows its help, as an error of click that is none (before 8.2 it just shows it).
_HELP = tuple(
    vars(click.exceptions)[name]
    for name in ("NoArgsIsHelpError",)
    if name in vars(click.exceptions)
)


class ChineseUsage(click.UsageError):
    """Wrong usage, told in Chinese."""

    def __init__(self, fault: click.UsageError) -> None:
        super().__init__(language.spoken(fault.format_message(), language.CHINESE), ctx=fault.ctx)

    def show(self, file: IO[Any] | None = None) -> None:
        """Print usage, the way to help, and what is wrong, to *file* or standard error."""
        lines = [f"错误：{self.message}"]
        if self.ctx is not None:
            from gmkit_cli import chinese

            hint = f"用“{self.ctx.command_path} --help”查看帮助。"
            lines[:0] = [chinese.usage(self.ctx), hint, ""]
        click.echo("\n".join(lines), file=sys.stderr if file is None else file)


def usage(context: Context, fault: click.UsageError) -> click.UsageError:
    """What is wrong with the line, in its language."""
    if context.lang != language.CHINESE or isinstance(fault, (ChineseUsage, *_HELP)):
        return fault
    return ChineseUsage(fault)


def report(context: Context, fault: GmkitError | OSError) -> int:
    """Say what went wrong, and return the exit code it stands for."""
    if isinstance(fault, BrokenPipeError):  # the reader has seen enough: `gmkit … | head`
        streams.abandon(sys.stdout)
        return FAILURE
    error = fault if isinstance(fault, GmkitError) else _storage(fault)
    not_verified = isinstance(error, VerificationError)
    code = NOT_VERIFIED if not_verified else FAILURE
    reason = error.reason if isinstance(error, VerificationError) else None
    words = language.WORDS[context.lang]
    verdict = words["not verified" if not_verified else "error"]
    chinese = error.in_chinese()
    try:
        context.emit_error(
            {
                "code": error.code,
                "reason": reason,
                "source": error.source,
                "message": _message(error),
                "hint": error.hint,
                "title_zh": error.title_zh,
                "message_zh": chinese[0],
                "hint_zh": chinese[1],
                "exit": code,
            }
        )
        sys.stdout.flush()
    except OSError:
        streams.abandon(sys.stdout)
    if context.lang == language.CHINESE:
        context.say_as_is(f"{verdict}：{one_line(error, language.CHINESE)}")
        context.say_as_is(f"{words['hint']}：{chinese[1]}")
    else:
        context.say_as_is(f"{verdict}: {one_line(error)}")
        if error.own_hint:
            context.say_as_is(f"{words['hint']}: {error.own_hint}")
    return code


def one_line(error: GmkitError, lang: str = language.ENGLISH) -> str:
    """Where, what, and the stable code."""
    if lang == language.CHINESE:
        return f"{_where_zh(error)}{error.in_chinese()[0]}{_codes(error)}"
    return f"{_message(error)}{_codes(error)}"


def _codes(error: GmkitError) -> str:
    reason = f" {error.reason}" if isinstance(error, VerificationError) else ""
    return f" [{error.code}{reason}]"


def _message(error: GmkitError) -> str:
    return f"{_where(error)}{error.message or error.title_zh}"


def _where(error: GmkitError) -> str:
    source = f"{error.source}: " if error.source else ""
    return source + _place(error)


def _place(error: GmkitError) -> str:
    if isinstance(error, RecordError):
        line = f"line {error.line}: " if error.line is not None else ""
        return line + (f"field {error.field}: " if error.field else "")
    if isinstance(error, CertificateRejected) and error.subject is not None:
        return f"{error.subject}: "
    if isinstance(error, EncodingError) and error.offset is not None:
        return f"{error.what or 'input'}, byte {error.offset}: "
    return ""


def _where_zh(error: GmkitError) -> str:
    source = f"{error.source}：" if error.source else ""
    return source + _place_zh(error)


def _place_zh(error: GmkitError) -> str:
    from gmkit.errors.chinese import THINGS

    if isinstance(error, RecordError):
        line = f"第 {error.line} 行：" if error.line is not None else ""
        return line + (f"字段 {error.field}：" if error.field else "")
    if isinstance(error, CertificateRejected) and error.subject is not None:
        return f"{error.subject}："
    if isinstance(error, EncodingError) and error.offset is not None:
        what = error.what or "input"
        return f"{THINGS.get(what, '输入' if what == 'input' else what)}，第 {error.offset} 字节："
    return ""


def _storage(fault: OSError) -> StorageError:
    """An error of the operating system, in the words of gmkit."""
    words = (fault.strerror or str(fault) or type(fault).__name__).lower()
    name = fault.filename if fault.filename is not None else None
    if name is None:
        streams.abandon(sys.stdout)
    return StorageError(f"{os.fsdecode(name)}: {words}" if isinstance(name, str | bytes) else words)
