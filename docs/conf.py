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

extensions = ["myst_parser", "tools.site.links", "tools.site.languages", "tools.site.commands"]
extensions += ["notfound.extension"]
if not CHINESE:  # the reference of the library is generated from docstrings, which are English
    extensions += ["sphinx.ext.autodoc", "tools.site.reference"]
exclude_patterns = ["README.md", "zh/**"]
nitpicky = True
nitpick_ignore_regex = [
    # What modules import for the type checker alone: unions, and types of optional packages.
    (
        "py:class",
        r"Buffer|Value|Password|PrivateKey|SigningKey|Receipts|Store|SparkSession|DataFrame|pa\..+",
    ),
    ("py:class", r".+\[.+"),  # a type inside another one, in quotes
]
default_role = "code"  # `so` in help texts
smartquotes = False  # text and code stay as they are written
# `Signer` and its like, where an alias keeps Sphinx from knowing whose.
suppress_warnings = ["ref.python"]
locale_dirs = [str(HERE / "_locale")]  # words of the theme that Sphinx does not translate

# Where the site is served; below a folder: `-D notfound_urls_prefix=/gmkit/`.
notfound_urls_prefix = "/zh/" if CHINESE else "/"

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4  # links to headings work here as they do on a web view of the repository

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_default_options = {"members": True}

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
