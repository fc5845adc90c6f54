"""
Imports point downwards only.

The order is declared once, below, for Python and for Rust. Every module that exists must stand in it, so a
new one needs a place before it can land. Lazy imports inside functions count like any other.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.toml import tomllib

ROOT = Path(__file__).resolve().parents[2]

# Highest first. Modules on one line are siblings: they do not import each other.
LAYERS = """
    gmkit_cli
    inspect
    service spark
    documents
    ca receipts pdf ofd xmlsig
    seal
    verdict
    tsp delivery
    cms ocsp merkle
    pki
    x509
    keys interop selftest
    sm2 sm3 sm4 mac kdf hazmat asn1
    _native atomic settings store strict_json
    leftovers
    errors
"""
# The faces of the compiled module, and the self-test, which asks it for its state.
MAY_IMPORT_NATIVE = {
    "sm2",
    "sm3",
    "sm4",
    "mac",
    "kdf",
    "hazmat",
    "asn1",
    "keys",
    "x509",
    "receipts",
    "selftest",
}
# Sharp tools, for formats that prescribe them. Callers elsewhere have the short names.
MAY_IMPORT_HAZMAT = {"gmkit_cli", "inspect", "cms", "keys", "interop", "pki", "selftest"}
# The library does not depend on what only the program or a part of it needs.
ONLY_IN = {
    "click": {"gmkit_cli"},
    "pyspark": {"spark"},
    "pyhanko": {"pdf"},
    "lxml": {"xmlsig"},
    "matplotlib": {"receipts"},
    "gmssl": {"selftest"},
}
# gmkit-softdevice is a simulated device for tests, gmkit-ct and gmkit-fuzz are harnesses: nothing imports them.
CRATES = [
    "gmkit-softdevice",
    "gmkit-ct",
    "gmkit-fuzz-targets",
    "gmkit-fuzz",
    "gmkit-py",
    "gmkit-receipt",
    "gmkit-encoding",
    "gmkit-core",
]

RANK = {
    name: rank
    for rank, line in enumerate(reversed(LAYERS.split("\n")[1:-1]))
    for name in line.split()
}


def part_of(module: str) -> str | None:
    """The name in LAYERS that a dotted module belongs to; None for `gmkit` itself and for others."""
    package, _, rest = module.partition(".")
    if package == "gmkit_cli":
        return "gmkit_cli"
    if package != "gmkit" or not rest:
        return None
    return rest.partition(".")[0]


def imports_of(source: str, module: str, *, is_package: bool) -> set[str]:
    """Every dotted name that *source* imports; `from a import b` counts as `a.b`."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = module.split(".")
                kept = len(parents) - node.level + (1 if is_package else 0)
                base = ".".join([*parents[:kept], *([base] if base else [])])
            found |= {f"{base}.{alias.name}" for alias in node.names}
    return found


def violations(module: str, imported: set[str]) -> list[str]:
    """What the imports of one module do against the order."""
    own = part_of(module)
    if own is not None and own not in RANK:
        return [f"{module}: no place in the order of tests/layers/test_layers.py"]
    wrong = []
    for name in sorted(imported):
        outside = name.partition(".")[0]
        if outside in ONLY_IN and own not in ONLY_IN[outside]:
            wrong.append(f"{module} imports {name}, which only {sorted(ONLY_IN[outside])} may")
        other = part_of(name)
        if other is None or other == own or name == "gmkit.__version__":
            continue
        if other not in RANK:
            wrong.append(f"{module} imports {name}, which has no place in the order")
        elif own is None and other != "errors":
            wrong.append(f"{module} imports {name}: the top package re-exports errors only")
        elif own is not None and RANK[other] >= RANK[own]:
            wrong.append(f"{module} imports {name}, which is not below it")
        elif other == "_native" and own not in MAY_IMPORT_NATIVE:
            wrong.append(f"{module} imports {name}: use the module in front of it")
        elif other == "hazmat" and own not in MAY_IMPORT_HAZMAT:
            wrong.append(f"{module} imports {name}: not for callers of this layer")
    return wrong


def python_modules() -> list[tuple[str, Path]]:
    """Dotted name and file of every module of the two packages."""
    modules = []
    for root in (ROOT / "src", ROOT / "cli"):
        for path in sorted(root.rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            parts = parts[:-1] if parts[-1] == "__init__" else parts
            modules.append((".".join(parts), path))
    return modules


MODULES = python_modules()


@pytest.mark.parametrize(("module", "path"), MODULES, ids=[name for name, _ in MODULES])
def test_imports_point_downwards(module: str, path: Path) -> None:
    imported = imports_of(
        path.read_text(encoding="utf-8"), module, is_package=path.name == "__init__.py"
    )
    assert violations(module, imported) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("gmkit.sm3", "from gmkit import sm2"),  # sideways
        ("gmkit.x509.name", "import gmkit.pki.path"),  # upwards
        ("gmkit.x509", "def f():\n    from gmkit.pki import path"),  # upwards, lazily
        ("gmkit.errors", "from . import _native"),  # upwards, relative
        ("gmkit.pki", "from gmkit._native import sm2"),  # past the face
        ("gmkit.receipts.sign", "from gmkit.hazmat import sm4"),  # a sharp tool
        ("gmkit.keys", "import click"),  # the program's own
        ("gmkit.unheard_of", "import os"),  # no place
        ("gmkit.pki", "from gmkit import unheard_of"),
        ("gmkit", "from gmkit.sm2 import sign"),  # would make `import gmkit` slow
    ],
)
def test_the_check_finds_what_it_is_for(module: str, source: str) -> None:
    assert violations(module, imports_of(source, module, is_package=False))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("gmkit.pki.path", "from gmkit import x509, errors\nfrom .policy import Policy"),
        ("gmkit.sm2", "from gmkit._native import sm2 as _sm2"),
        ("gmkit_cli.app", "import click\nfrom gmkit import ca, sm3, __version__"),
    ],
)
def test_the_check_lets_the_rest_pass(module: str, source: str) -> None:
    assert violations(module, imports_of(source, module, is_package=False)) == []


def test_crates_point_downwards() -> None:
    for manifest in sorted((ROOT / "rust").glob("*/Cargo.toml")):
        read = tomllib.loads(manifest.read_text(encoding="utf-8"))
        name = read["package"]["name"]
        tables = [read.get(kind, {}) for kind in ("dependencies", "build-dependencies")]
        ours = {other for table in tables for other in table if other.startswith("gmkit-")}
        assert name in CRATES, f"{name} has no place in CRATES"
        assert ours <= set(CRATES[CRATES.index(name) + 1 :]), f"{name} depends on {ours}"


def test_the_core_knows_no_python_no_files_no_clock_no_randomness() -> None:
    read = tomllib.loads((ROOT / "rust/gmkit-core/Cargo.toml").read_text(encoding="utf-8"))
    assert not {"pyo3", "getrandom", "rand"} & set(read["dependencies"])
    for source in sorted((ROOT / "rust/gmkit-core/src").rglob("*.rs")):
        text = source.read_text(encoding="utf-8")
        for forbidden in ("std::fs", "std::net", "std::time", "std::io", "std::process"):
            assert forbidden not in text, f"{source.name} uses {forbidden}"
