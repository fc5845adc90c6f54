"""Section 12, the second half: what is installed, imported and printed."""

from __future__ import annotations

import ast
import importlib
import importlib.metadata
import inspect
import os
import pkgutil
import re
import subprocess
import sys
import types
from pathlib import Path

import pytest

import gmkit
from gmkit import cms, kdf, keys, mac, receipts, seal, sm2, sm4, x509
from gmkit.errors import GmkitError
from tests.known_attacks.parsers import parsers
from tests.known_attacks.values import KEY, PUBLIC
from tests.shared import ROOT
from tests.toml import tomllib

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SOURCES = [*(ROOT / "src").rglob("*.py"), *(ROOT / "cli").rglob("*.py")]


def imported(path: Path) -> set[str]:
    """The packages that a file names in its imports, wherever they stand."""
    found, waiting = set(), list[ast.AST]([ast.parse(path.read_text(encoding="utf-8"))])
    while waiting:
        node = waiting.pop()
        # What only a type checker reads is no dependency of those who run it.
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        waiting += ast.iter_child_nodes(node)
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def test_pk_01_foreign_structures_stand_in_one_module_only():
    """GM/T 0018 fixes these: a device's library is loaded where the owner names it, and nowhere else."""
    using = {
        path.relative_to(ROOT).as_posix() for path in SOURCES if imported(path) & {"ctypes", "cffi"}
    }
    assert using == {"src/gmkit/keys/devices/sdf.py"}


def test_pk_02_the_import_names_are_ours_alone():
    owners = importlib.metadata.packages_distributions()
    assert set(owners["gmkit"]) == {"gmkit"}
    assert set(owners["gmkit_cli"]) == {"gmkit"}
    ours = {name for name, by in owners.items() if "gmkit" in by}
    assert ours == {"gmkit", "gmkit_cli"}
    # Beside the peers that share one import name among themselves.
    assert "gmkit" not in owners.get("gmssl", [])
    assert Path(gmkit.__file__).is_relative_to(ROOT / "src")


def names_of(requirements: list[str]) -> set[str]:
    return {
        re.split(r"[\[<>=;,! ~]", each, maxsplit=1)[0].lower().replace("_", "-")
        for each in requirements
    }


def test_pk_03_whatever_is_imported_is_declared():
    extras = PROJECT["optional-dependencies"]
    use = [name for name in extras if name not in ("test", "lint")]
    declared = names_of(
        [*PROJECT["dependencies"], *(each for name in use for each in extras[name])]
    )
    owners = importlib.metadata.packages_distributions()
    third = (
        set().union(*map(imported, SOURCES)) - sys.stdlib_module_names - {"gmkit", "gmkit_cli", ""}
    )
    assert len(third) >= 8
    for package in sorted(third):
        known = {by.lower().replace("_", "-") for by in owners.get(package, [package])}
        assert known & declared, f"{package} is imported and in no list of dependencies"


def modules() -> list[types.ModuleType]:
    """What people import from, as far as no optional package is missing."""
    found = []
    for info in pkgutil.walk_packages(gmkit.__path__, "gmkit."):
        # Scripts of the store's migrations run inside alembic and are no modules to import.
        if "._" in info.name or ".migrations." in info.name:
            continue
        if not info.ispkg and info.name.count(".") > 1:
            continue
        try:
            found.append(importlib.import_module(info.name))
        except ImportError:
            continue
    return found


DOES = re.compile(
    r"(decrypt|open|load|unwrap|unseal|parse|sign|seal|encrypt|derive|convert|digest)(_|$)"
)
OPTIONAL = re.compile(r"^Optional\[|^None \||\| None$")
# Whether the message names a certificate at all; that it names another one is raised.
SAYS_WHETHER = {"check_signing_certificate"}
JUDGES = re.compile(r"(verify|check)(_|$)")


def test_pk_04_failures_are_raised_and_never_returned():
    """What opens, reads or signs has no None, False or 0 to return; what verifies has nothing to return."""
    seen = 0
    for module in modules():
        for name in getattr(module, "__all__", ()):
            thing = getattr(module, name)
            members = [(name, thing)]
            if inspect.isclass(thing):
                members += [(n, getattr(thing, n)) for n in dir(thing) if n[0] != "_"]
            for called, member in members:
                told = inspect.unwrap(member) if callable(member) else member
                if not isinstance(told, (types.FunctionType, types.MethodType)):
                    continue
                returned = str(getattr(told, "__annotations__", {}).get("return", ""))
                where = f"{module.__name__}.{name}.{called} -> {returned}"
                if DOES.match(called):
                    seen += 1
                    assert not OPTIONAL.search(returned), where
                    assert returned not in {"bool", "int"}, where
                elif JUDGES.match(called) and called not in SAYS_WHETHER:
                    seen += 1
                    assert returned not in {"bool", "int", "bytes"}, where
    assert seen > 60


REFUSED = {
    "a signature": lambda: PUBLIC.verify(bytes(64), b"m"),
    "a ciphertext": lambda: KEY.decrypt(b"\x04" + bytes(96)),
    "a key": lambda: sm2.SM2PrivateKey.from_bytes(bytes(32)),
    "a point": lambda: sm2.SM2PublicKey.from_bytes(b"\x04" + bytes(64)),
    "a box": lambda: sm4.open(bytes(16), bytes(40)),
    "a short key": lambda: sm4.seal(b"short", b"m"),
    "a tag": lambda: mac.verify_hmac_sm3(bytes(32), b"m", bytes(32)),
    "no iterations": lambda: kdf.pbkdf2_sm3(b"", bytes(8), iterations=0, length=16),
    "a password": lambda: keys.load_pem_private_key(KEY.to_pem(password=b"a", iterations=1), b"b"),
    "a receipt": lambda: receipts.verify("a.b.c", receipts.Signers()),
    "a certificate": lambda: x509.Certificate.from_der(b"\x30\x00"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_pk_05_a_refusal_prints_nothing(name, capfd):
    with pytest.raises(GmkitError) as caught:
        REFUSED[name]()
    assert str(caught.value)
    assert tuple(capfd.readouterr()) == ("", "")


def test_pk_05_parsers_of_strangers_octets_print_nothing(capfd):
    for parser in parsers().values():
        for data in (b"", b"\x30\x80", parser.good[:-1], b"\xff" * 40):
            try:
                parser.read(data)
            except GmkitError as error:
                # The words are of this layer: no name of another library, no place in its sources.
                assert not re.search(r"(?i)base58|routines:|\.rs:\d|\.c:\d|traceback", str(error))
    assert tuple(capfd.readouterr()) == ("", "")


def test_pk_07_documents_install_from_the_checkout_or_name_extras_only():
    """No page tells anybody to install a name of an index that is not this project's."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    assert len(pages) > 10
    declared = names_of(
        [each for group in PROJECT["optional-dependencies"].values() for each in group]
    ) | names_of(PROJECT["dependencies"])
    for page in pages:
        for line in page.read_text(encoding="utf-8").splitlines():
            for wanted in re.findall(r"pip install ([^`#\n]*)", line):
                names = [word.strip("'\"`") for word in wanted.split() if not word.startswith("-")]
                for each in names:
                    plain = names_of([each]).pop()
                    assert plain in {"gmkit", ".", ""} | declared or each.startswith("."), (
                        page,
                        line,
                    )


EVERYTHING = """
import importlib, pkgutil, sys
import gmkit
for info in pkgutil.walk_packages(gmkit.__path__, "gmkit."):
    if ".migrations." in info.name:
        continue
    try:
        importlib.import_module(info.name)
    except ImportError as why:
        assert why.name and not why.name.startswith("gmkit"), info.name
from gmkit import keys, sm2
key = sm2.generate_private_key()
keys.load_pem_private_key(key.to_pem(password=b"x", iterations=10), b"x")
keys.load_der_public_key(key.public_key().to_der())
assert not hasattr(key.public_key(), "sign")
"""


def test_pk_08_importing_leaves_nothing_behind_and_says_nothing(tmp_path):
    (tmp_path / "home").mkdir()
    clean = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "home"),
        "PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "error",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", EVERYTHING], env=clean, cwd=tmp_path, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [*tmp_path.rglob("*")] == [tmp_path / "home"]


def test_pk_08_what_has_no_private_key_signs_nothing():
    for thing in (PUBLIC, sm2.SM2PublicKey, x509.Certificate, cms.SignedData, seal.Seal):
        assert not hasattr(thing, "sign")
