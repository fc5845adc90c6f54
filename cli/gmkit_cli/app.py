"""The root of the command line: ``gmkit <noun> <verb>``, each found and imported when it is used."""

import sys
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import click

from gmkit_cli import errors, language, signals, streams
from gmkit_cli.context import INTERRUPTED, Context
from gmkit_cli.helping import HelpContext

__all__ = ["main", "root"]

EPILOG = """
\b
Example: a merchant signs and a buyer verifies
  $ gmkit ca init authority
  $ gmkit receipt sign orders.jsonl --key shop.key --cert shop.pem -o orders.receipts
  $ gmkit receipt verify orders.receipts --root authority/root.pem

\b
Results go to standard output, words to standard error; --json makes results one JSON document.
Exit codes: 0 done, 1 failure, 2 wrong usage, 3 not verified, 130 interrupted, 143 terminated.
"""


class Folder(click.Group):
    """A group whose commands are the files, and whose groups are the folders, of a package."""

    context_class = HelpContext

    def __init__(self, package: str, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.package = package

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        found = iter_modules(import_module(self.package).__path__)
        return sorted(_spoken(module.name) for module in found)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        names = [m.name for m in iter_modules(import_module(self.package).__path__)]
        name = next(name for name in names if _spoken(name) == cmd_name)
        module = import_module(f"{self.package}.{name}")
        if hasattr(module, "__path__"):
            return Folder(
                module.__name__,
                name=cmd_name,
                help=module.__doc__,
                no_args_is_help=True,
                params=[_lang_option()],
            )
        command: click.Command = module.command
        command.name = cmd_name
        command.context_class = HelpContext
        if not any(parameter.name == "json" for parameter in command.params):
            command.params.append(_json_option())
        if not any(parameter.name == "lang" for parameter in command.params):
            command.params.append(_lang_option())
        return command


class Root(Folder):
    """The outermost group: where an error of the library becomes one line and an exit code."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        context = extra.setdefault("obj", Context(lang=language.of_line(args)))
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as fault:
            raise errors.usage(context, fault) from fault

    def invoke(self, ctx: click.Context) -> Any:
        context = ctx.ensure_object(Context)
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except errors.EXPECTED as fault:
            ctx.exit(errors.report(context, fault))
        except (KeyboardInterrupt, click.Abort) as end:  # Abort: at a question
            context.say("interrupted")
            ctx.exit(end.code if isinstance(end, signals.Terminated) else INTERRUPTED)
        except click.UsageError as fault:
            raise errors.usage(context, fault) from fault
        return result


def _spoken(module_name: str) -> str:
    return module_name.removesuffix("_").replace("_", "-")


def _json_option() -> click.Option:
    def remember(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
        context = ctx.ensure_object(Context)
        context.json = value
        context.command = ctx.command_path.partition(" ")[2]

    return click.Option(
        ["--json"],
        is_flag=True,
        expose_value=False,
        callback=remember,
        help="The result as one JSON document on standard output.",
    )


def _lang_option() -> click.Option:
    # What it says was read from the whole line before: `language.of_line`.
    return click.Option(
        ["--lang"],
        type=click.Choice([language.ENGLISH, language.CHINESE]),
        expose_value=False,
        help="Language of help, errors and results; default: that of the locale.",
    )


@click.command(
    cls=Root,
    package="gmkit_cli.commands",
    name="gmkit",
    epilog=EPILOG,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="gmkit", message="gmkit %(version)s")
def root() -> None:
    """China's national cryptography: keys, certificates and signed transaction records."""


root.params.append(_lang_option())


def main() -> None:
    """Run the command line, and leave with its exit code."""
    streams.complete()
    signals.listen()
    try:
        root(prog_name="gmkit")
    except errors.EXPECTED as fault:  # before a command was found: --help into a full disk
        sys.exit(errors.report(Context(lang=language.of_line(sys.argv[1:])), fault))
