"""A mutant in force: the changed module is imported from memory, and no file is touched."""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from types import CodeType

from mutations import mutations


def code_with(source: str, path: Path, number: int) -> CodeType:
    """
    The module with its mutation of this number. It is compiled here, not when it is imported: what does not
    compile is a mistake of these tools, and no test noticed anything.
    """
    tree = ast.parse(source)
    list(mutations(tree))[number].apply()
    return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)


class Overlay(importlib.abc.MetaPathFinder):
    """Finds one module, and gives its mutant for it."""

    def __init__(self, module: str, path: Path, code: CodeType) -> None:
        self._module, self._path, self._code = module, path, code

    def find_spec(self, fullname, path=None, target=None):  # noqa: ARG002
        """The import system's question."""
        if fullname != self._module:
            return None
        loader = _Loader(fullname, str(self._path), self._code)
        return importlib.util.spec_from_file_location(fullname, self._path, loader=loader)

    def install(self) -> None:
        """From now on; the package must not have been imported yet."""
        if any(name.partition(".")[0] == "gmkit" for name in sys.modules):
            raise RuntimeError("gmkit was imported before its mutant was in force")
        sys.meta_path.insert(0, self)


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, fullname: str, path: str, code: CodeType) -> None:
        super().__init__(fullname, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002
        return self._code
