"""
The commands: a folder is a noun, a file in it is a verb, and nothing else registers them.

To add ``gmkit key new``, write ``commands/key/new.py`` with a click command named ``command``;
the first line of ``commands/key/__init__.py``'s docstring is the help of the noun. An underscore in
a file name is a hyphen on the command line, one at its end (``import_.py``) is dropped. A file
directly in this folder is a command of its own (``gmkit selftest``).

::

    @click.command()
    @click.argument("file", type=params.PATH)
    @params.output_option
    @context.pass_context
    def command(context: Context, file: Path, output: Path) -> None:
        \"\"\"One sentence: what it does.\"\"\"
        from gmkit import sm3                     # imported when used: the start stays short
        ...
        context.emit({"digest": value}, text=value)

Every verb takes ``--json`` (added on loading). It parses, calls the library, and prints: results
with ``context.emit`` or ``context.write`` on standard output, words with ``context.say`` on standard
error. What gmkit raises is turned into one line and an exit code in one place, ``gmkit_cli.errors``.
"""
