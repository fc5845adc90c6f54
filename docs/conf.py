"""
How the site is built: once for each language, by ``make docs``.

English comes from ``docs``, Chinese from ``docs/zh`` with the tag ``zh``; a page has the same name in both.
Everything a page needs stands beside it: nothing is fetched when the site is built or read.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import gmkit  # noqa: E402

CHINESE = tags.has("zh")  # type: ignore[name-defined]  # noqa: F821  Sphinx puts `tags` here

project = "gmkit"
author = copyright = "the gmkit authors"  # noqa: A001  the name Sphinx asks for
release = gmkit.__version__
language = "zh_CN" if CHINESE else "en"

extensions = [
    "myst_parser",
    "tools.site.links",
    "tools.site.languages",
    "notfound.extension",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
]
exclude_patterns = ["README.md", "zh/**"]
nitpicky = True
if CHINESE:
    suppress_warnings = [
        "toc.not_readable"
    ]  # pages are translated one by one; links lead to the English one until then
    notfound_urls_prefix = "/zh/"
else:
    notfound_urls_prefix = (
        "/"  # where the site is served; `-D notfound_urls_prefix=/gmkit/` below a folder
    )

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4  # links to headings work here as they do on a web view of the repository

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_default_options = {"members": True, "show-inheritance": True}
napoleon_numpy_docstring = False

html_theme = "furo"
html_title = f"gmkit {release}"
html_static_path = ["_static"]
html_css_files = ["gmkit.css"]
templates_path = ["_templates"]
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/language.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
html_copy_source = False
html_use_index = not CHINESE
html_show_sphinx = False
html_last_updated_fmt = None  # the same sources give the same site
