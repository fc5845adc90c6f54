"""
Links that work on a web view of the repository work on the site too, though it has one folder for each language.

``../SECURITY.md`` is the page ``security`` of the language; a Chinese page that links to one that is English alone
(``../name.md``, or ``name.md`` when there is no translation) leads to that. Any other file of the repository is
copied into the site by MyST, so that nothing depends on where the repository is.
"""

from __future__ import annotations

import os
import posixpath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx

DOCS = Path(__file__).resolve().parents[2] / "docs"
PROJECT_PAGES = {"SECURITY": "security", "CONTRIBUTING": "contributing", "CHANGELOG": "changelog"}


class LinksOutOfTheFolder(SphinxTransform):
    """Turns links to pages outside the source folder into links that the site has."""

    default_priority = 400  # long before MyST resolves its references

    def apply(self, **kwargs: Any) -> None:
        """Go over the links that MyST left to be resolved."""
        del kwargs
        for node in list(self.document.findall(addnodes.pending_xref)):
            if node.get("reftype") != "myst":
                continue
            if node["refdomain"] == "doc" and node["reftarget"].startswith("/"):
                self._outside(node, Path(node["reftarget"] + ".md"), node["reftargetid"])
            elif node["refdomain"] is None and ".md" in node["reftarget"]:
                written, _, anchor = node["reftarget"].partition("#")
                folder = (DOCS / self.env.docname).parent
                self._outside(node, Path(os.path.normpath(folder / written)), anchor)

    def _outside(self, node: addnodes.pending_xref, file: Path, anchor: str | None) -> None:
        if file.parent == DOCS.parent and file.stem in PROJECT_PAGES:
            node["refdomain"] = "doc"
            node["reftarget"] = PROJECT_PAGES[file.stem]
            node["reftargetid"] = anchor
        elif self.app.tags.has("zh") and file.is_relative_to(DOCS) and file.is_file():
            page = file.relative_to(DOCS).with_suffix(".html").as_posix()
            address = posixpath.relpath(f"../{page}", posixpath.dirname(self.env.docname) or ".")
            address += f"#{anchor}" if anchor else ""
            node.replace_self(nodes.reference("", "", *node.children, refuri=address))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_transform(LinksOutOfTheFolder)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
