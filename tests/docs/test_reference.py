"""The reference leaves nothing out: every command has its place, every public module its page."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import click

import gmkit
from gmkit_cli.app import root
from tools.site.commands import examples
from tools.site.reference import documented_modules, native_signatures, public_names

DOCS = Path(__file__).resolve().parents[2] / "docs"
INTERNAL = {
    f"gmkit.{name}"
    for name in ("_native", "atomic", "leftovers", "settings", "store", "strict_json")
}


def test_every_command_stands_on_one_page():
    pages = [page.read_text(encoding="utf-8") for page in (DOCS / "cli").glob("*.md")]
    shown = [
        name for page in pages for name in re.findall(r"click:: tools\.site\.commands:(\w+)", page)
    ]
    assert sorted(shown) == sorted(root.list_commands(click.Context(root)))


def test_every_public_module_has_a_page():
    modules = {f"gmkit.{module.name}" for module in iter_modules(gmkit.__path__)}
    assert modules - INTERNAL - set(documented_modules()) == set()
    assert len(documented_modules()) == len(set(documented_modules()))


def test_a_class_is_found_where_it_is_public():
    names = public_names()
    assert names["gmkit.x509.certificate.Certificate"] == "gmkit.x509.Certificate"
    for public in names.values():
        module, _, name = public.rpartition(".")
        assert hasattr(import_module(module), name)


def test_native_functions_show_their_types():
    signatures = native_signatures()
    assert signatures["SM2PrivateKey.public_key"] == ("()", "SM2PublicKey")
    arguments, result = signatures["SM2PrivateKey.sign"]
    assert arguments.startswith("(data: Buffer, *, user_id: Buffer")
    assert result == "bytes"


def test_examples_of_commands_become_code():
    lines = ["Do it.", "", "| Example:", "|   $ gmkit x *.csv", "More."]
    examples(None, None, lines)
    assert lines == [
        *("Do it.", "", "Example:", "", ".. code-block:: text", ""),
        *("     $ gmkit x *.csv", "", "More."),
    ]
    lines = ["Do it.", "", "| Exit codes: 0 done, 1 failure.", ""]
    examples(None, None, lines)
    assert lines == ["Do it.", "", "Exit codes: 0 done, 1 failure.", ""]
