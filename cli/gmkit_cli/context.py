"""What a command knows about how it was called, and the four ways in which it speaks."""

import json
import shutil
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NoReturn

import click

from gmkit_cli import language, output, streams

__all__ = ["FAILURE", "INTERRUPTED", "NOT_VERIFIED", "STDIO", "Context", "pass_context"]

FAILURE = 1
INTERRUPTED = 130  # what shells report for a program that SIGINT ended
NOT_VERIFIED = 3  # never the exit code of a crash, so that a crash is never taken for a verdict

STDIO = Path("-")


@dataclass
class Context:
    """
    One run of one command.

    Attributes:
        command: Its name as typed, ``receipt verify``.
        json: Whether results are one JSON document.
        lang: ``en`` or ``zh``: the language of the line: of help, errors and results for people.
    """

    command: str = ""
    json: bool = False
    lang: str = field(default_factory=language.of_locale)

    def say(self, words: str) -> None:
        """Tell the person something of our own, on standard error and in the person's language."""
        self.say_as_is(language.spoken(words, self.lang))

    def say_as_is(self, words: str) -> None:
        """
        As :meth:`say`, for what is in the right language already.

        If standard error is full or closed nobody is left to tell, and the exit code has to say it alone.
        """
        try:
            click.echo(f"gmkit: {output.printable(words)}", err=True)
        except OSError:
            streams.abandon(sys.stderr)

    def emit(self, result: Mapping[str, object], *, text: str | Iterable[str]) -> None:
        """
        Print the result on standard output: *text* for people, *result* under ``--json``.

        Args:
            result: The document.
            text: One text of our own making, of any number of lines; or lines, in each of which what
                others wrote stays on its line. What was marked as :func:`~gmkit_cli.language.told` is told
                in the person's language.
        """
        if self.json:
            self._document({"result": dict(result)})
        elif isinstance(text, str):
            for line in self.spoken(text).split("\n"):
                click.echo(output.printable(line))
        else:
            for line in text:
                click.echo(output.printable(self.spoken(line)))

    def spoken(self, text: str) -> str:
        """The text in the person's language if it is marked as our own, otherwise as it is."""
        return language.spoken(text, self.lang) if isinstance(text, language.Told) else text

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
        """As :func:`gmkit_cli.output.table`; cells of our own are marked as :func:`~gmkit_cli.language.told`."""
        return output.table(
            [self.spoken(cell) for cell in head],
            [[self.spoken(cell) for cell in row] for row in rows],
        )

    def emit_error(self, error: Mapping[str, object]) -> None:
        """Under ``--json``, print the error as a document too; the words go to standard error."""
        if self.json:
            self._document({"error": dict(error)})

    def write(
        self, path: Path, data: bytes, *, secret: bool = False, replace: bool = False
    ) -> None:
        """
        Write *data* to a file, whole or not at all, or to standard output for ``-``.

        Args:
            path: The file, or ``-``.
            data: All of it.
            secret: The file is made with mode 0600.
            replace: Whether a file of this name may be replaced.
        """
        if path != STDIO:
            from gmkit import atomic

            atomic.write_bytes(path, data, secret=secret, replace=replace)
            return
        stream = sys.stdout.buffer
        if stream.isatty() and not data.isascii():
            raise click.UsageError("this is binary: name a file with -o, or use a pipe")
        stream.write(data)
        stream.flush()

    def deliver(
        self, path: Path, data: bytes, *, secret: bool = False, replace: bool = False
    ) -> None:
        """
        Hand over *data*, which is itself the result: to a file, to standard output, or as base64
        inside the document under ``--json``.
        """
        if path == STDIO and self.json:
            self.emit({"data": b64encode(data).decode(), "bytes": len(data)}, text=())
            return
        self.write(path, data, secret=secret, replace=replace)
        if path != STDIO:
            self.emit({"file": str(path), "bytes": len(data)}, text=())

    @contextmanager
    def sink(
        self, path: Path, *, secret: bool = False, replace: bool = False
    ) -> Iterator[BinaryIO]:
        """
        A binary file to write a result of any size to, handed over when the block ends well.

        As :meth:`deliver`: a file appears whole or not at all, and standard output gets the whole or
        nothing, from a file without a name that only its owner can read.
        """
        if path != STDIO:
            from gmkit import atomic

            with atomic.writing(path, secret=secret, replace=replace) as file:
                yield file
                count = file.tell()
            self.emit({"file": str(path), "bytes": count}, text=())
            return
        with tempfile.TemporaryFile() as file:
            yield file
            file.seek(0)
            if self.json or sys.stdout.isatty():
                self.deliver(path, file.read())
            else:
                shutil.copyfileobj(file, sys.stdout.buffer)
                sys.stdout.buffer.flush()

    def progress(self, total: int | None, *, unit: str) -> AbstractContextManager[output.Progress]:
        """A progress bar on standard error when that is a terminal, otherwise silence."""
        return output.progress(total, unit=unit)

    def leave(self, code: int) -> NoReturn:
        """End with an exit code other than 0, after the result was printed."""
        raise click.exceptions.Exit(code)

    def _document(self, body: Mapping[str, object]) -> None:
        # "version" counts changes of meaning of the documents; added fields leave it alone.
        head = {"command": self.command, "version": 1}
        click.echo(json.dumps({**head, **body}, ensure_ascii=False, indent=2))


pass_context = click.make_pass_decorator(Context, ensure=True)
