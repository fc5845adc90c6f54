"""
The reference from the docstrings: what Sphinx does not know about this library.

A class is named in signatures where it is defined (``gmkit.x509.certificate.Certificate``) and documented where it is
public (``gmkit.x509.Certificate``): links lead to the latter. The signatures of the native core stand in its stubs. A
name that nothing in Python has is a mistake in a docstring, and stays a warning.
"""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path
from pydoc import locate
from typing import TYPE_CHECKING, Any

from sphinx.ext.napoleon import Config, GoogleDocstring

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

SECTIONS = Config(napoleon_numpy_docstring=False, napoleon_use_param=False)
ROOT = Path(__file__).resolve().parents[2]
MODULE = re.compile(r"^\.\. automodule:: (\S+)$", re.MULTILINE)


def documented_modules() -> list[str]:
    """The modules that the pages under ``docs/api`` document."""
    pages = sorted((ROOT / "docs" / "api").glob("*.md"))
    return [name for page in pages for name in MODULE.findall(page.read_text(encoding="utf-8"))]


def public_names() -> dict[str, str]:
    """From the name under which something is defined to the one under which it is documented."""
    names = {}
    for module in map(import_module, documented_modules()):
        for name in getattr(module, "__all__", ()):
            thing = getattr(module, name)
            defined = f"{getattr(thing, '__module__', '')}.{getattr(thing, '__qualname__', '')}"
            if defined.startswith("gmkit."):
                names.setdefault(defined, f"{module.__name__}.{name}")
    return names


def native_signatures() -> dict[str, tuple[str, str]]:
    """Arguments and result of each function and method of the native core, from its stubs."""
    found = {}
    for stub in (ROOT / "src" / "gmkit" / "_native").glob("*.pyi"):
        for node in ast.parse(stub.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                found[f"{stub.stem}.{node.name}"] = _signature(node)
            elif isinstance(node, ast.ClassDef):
                for each in node.body:
                    if isinstance(each, ast.FunctionDef):
                        found[f"{node.name}.{each.name}"] = _signature(each, bound=True)
    return found


def _signature(node: ast.FunctionDef, *, bound: bool = False) -> tuple[str, str]:
    arguments = node.args
    if bound and not any(getattr(each, "id", "") == "staticmethod" for each in node.decorator_list):
        del (arguments.posonlyargs or arguments.args)[0]
    return f"({ast.unparse(arguments)})", ast.unparse(node.returns) if node.returns else ""


class Reference:
    """What the handlers share while one site is built."""

    def __init__(self) -> None:
        self.names = public_names()
        self.signatures = native_signatures()

    def signature(
        self, app: Sphinx, what: str, name: str, obj: object, *rest: Any
    ) -> tuple[str, str] | None:
        """The signature of a native function, method or class, from the stubs."""
        del app, rest
        if what == "class":
            return self._of_class(obj)
        owner = getattr(obj, "__objclass__", None) or getattr(obj, "__self__", None)
        if owner is None:
            return None
        return self.signatures.get(f"{getattr(owner, '__name__', '')}.{name.rpartition('.')[2]}")

    def _of_class(self, obj: object) -> tuple[str, str] | None:
        own = f"{getattr(obj, '__name__', '')}"
        native = not hasattr(obj, "__dict__") or "__init__" not in vars(obj)
        found = self.signatures.get(f"{own}.__init__") if native else None
        return (found[0], "") if found else None

    def resolve(
        self, app: Sphinx, env: BuildEnvironment, node: pending_xref, text: nodes.TextElement
    ) -> nodes.Element | None:
        """A link to where the name is documented; plain text for a name that exists elsewhere."""
        if node.get("refdomain") != "py":
            return None
        written = node["reftarget"]
        public = self.names.get(written)
        if public is None:
            short = [each for each in self.names.values() if each.endswith(f".{written}")]
            public = short[0] if len(short) == 1 else None
        if public is not None:
            domain = env.domains.python_domain
            return domain.resolve_xref(env, node["refdoc"], app.builder, "obj", public, node, text)
        return text if locate(written) is not None else None


class Sections(GoogleDocstring):
    """Docstrings as this library writes them: types stand in signatures, so a colon is a colon."""

    def _parse_attributes_section(self, section: str) -> list[str]:
        del section
        return self._format_fields("Attributes", self._consume_fields())

    def _parse_returns_section(self, section: str) -> list[str]:
        del section
        return self._format_block(":returns: ", self._dedent(self._consume_to_next_section()))


def sections(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Turn the sections of a docstring into fields."""
    del app, what
    found = Sections(lines, SECTIONS, None, "function", name, obj, options).lines()
    lines[:] = [line.replace(" -- ", " \u2013 ", 1) for line in found]


def skip_fields(
    app: Sphinx, what: str, name: str, obj: object, skip: bool, options: object
) -> bool | None:
    """Leave out the fields of named tuples, which their class's docstring describes."""
    del app, what, name, skip, options
    return True if type(obj).__name__ == "_tuplegetter" else None


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("sphinx.ext.autodoc")
    reference = Reference()
    app.connect("autodoc-process-signature", reference.signature)
    app.connect("autodoc-process-docstring", sections)
    app.connect("autodoc-skip-member", skip_fields)
    app.connect("missing-reference", reference.resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
