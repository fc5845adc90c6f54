"""The packages that know a kind of document, loaded when one of that kind comes."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from gmkit.documents.kinds import Kind
from gmkit.errors import MissingDependency

__all__ = ["PACKAGES", "package_of"]

PACKAGES = {Kind.PDF: "gmkit.pdf", Kind.OFD: "gmkit.ofd", Kind.XML: "gmkit.xmlsig"}


def package_of(kind: Kind) -> ModuleType:
    """
    The package for a kind in :data:`PACKAGES`; it offers ``sign`` and ``verify``.

    Raises:
        MissingDependency: Something that it builds on is not installed.
    """
    try:
        return import_module(PACKAGES[kind])
    except ImportError as why:
        raise MissingDependency(
            f"{kind.value} needs the package {why.name}", hint=f"pip install {why.name}"
        ) from why
