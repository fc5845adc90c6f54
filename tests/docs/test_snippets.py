"""
Every example in the README and the docs is run.

Pages in Chinese have the same examples, octet by octet (test_translation.py), and are not run again.

``python`` blocks of a page share one namespace. In ``console`` blocks, a line that begins with ``$ ``
is run by the shell in a folder of the page's own and must succeed, or fail with the code that a
comment ``# exit N`` after it states; lines below it must be found in what it prints, in that order,
``...`` standing for anything. A block after ``<!-- not run: reason -->`` is left alone.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(
    r"(?P<skip><!-- not run: [^\n]+ -->\n+)?^```(?P<kind>python|console)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


class Snippet(NamedTuple):
    kind: str
    body: str
    line: int


def snippets(page: Path) -> list[Snippet]:
    text = page.read_text(encoding="utf-8")
    return [
        Snippet(found["kind"], found["body"], text.count("\n", 0, found.start("body")) + 1)
        for found in FENCE.finditer(text)
        if not found["skip"]
    ]


ENGLISH = {*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")} - {ROOT / "README.zh-CN.md"}
PAGES = sorted(page for page in ENGLISH if snippets(page))


def run_console(page: Path, snippet: Snippet, folder: Path) -> None:
    command: str | None = None
    expected: list[str] = []
    steps: list[tuple[str, list[str]]] = []
    for line in snippet.body.splitlines():
        if line.startswith("$ "):
            command, expected = line[2:], []
            steps.append((command, expected))
        elif line.startswith("> ") and command is not None:
            command += "\n" + line[2:]
            steps[-1] = (command, expected)
        elif line.strip():
            expected.append(line)
    environment = dict(
        os.environ,
        PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        LC_ALL="C.UTF-8",
        COLUMNS="100",
    )
    for text, lines in steps:
        code = re.search(r"# exit (\d+)$", text)
        done = subprocess.run(
            ["/bin/bash", "-c", text],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        where = f"{page.name}:{snippet.line}: $ {text}"
        printed = (done.stdout + done.stderr).splitlines()
        assert done.returncode == (int(code[1]) if code else 0), f"{where}\n{done.stderr}"
        rest = iter(printed)
        for line in lines:
            pattern = line.replace("[", "[[]").replace("...", "*").rstrip()
            assert any(fnmatchcase(got.rstrip(), pattern) for got in rest), (
                f"{where}\nnot printed: {line}\nprinted:\n" + "\n".join(printed)
            )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_example_of_the_page_runs(page: Path, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": "snippet"}
    for snippet in snippets(page):
        if snippet.kind == "console":
            run_console(page, snippet, tmp_path)
        else:
            padding = "\n" * (snippet.line - 1)
            exec(compile(padding + snippet.body, str(page), "exec"), namespace)


def test_the_reader_finds_both_kinds_and_honours_the_mark(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(
        "```python\nx = 1\n```\n<!-- not run: needs a network -->\n```console\n$ false\n```\n"
    )
    assert [(s.kind, s.line) for s in snippets(page)] == [("python", 2)]


def test_a_false_example_fails(tmp_path: Path):
    wrong = Snippet("console", "$ echo one\ntwo\n", 1)
    with pytest.raises(AssertionError, match="not printed: two"):
        run_console(tmp_path / "page.md", wrong, tmp_path)
