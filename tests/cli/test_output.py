import io
import sys

import pytest

from gmkit_cli import output


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain 商户", "plain 商户"),
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\rb\x00\x7f\x9b", "a\\rb\\x00\\x7f\\x9b"),
        ("\u202eabc\u2066", "\\u202eabc\\u2066"),
        ("half \udcff", "half \\udcff"),
        ("two\nlines", "two\\nlines"),
    ],
)
def test_what_others_wrote_cannot_steer_the_terminal(text, shown):
    assert output.printable(text) == shown


def test_a_table_is_aligned_also_for_chinese_and_cells_are_one_line():
    assert output.table(("name", "n"), [("商户", "1"), ("a\n\x1b", "22")]) == [
        "name     n",
        "商户     1",
        "a\\n\\x1b  22",
    ]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_progress_bar_is_drawn_on_a_terminal_and_taken_away(monkeypatch):
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setattr(output, "INTERVAL", 0)
    with output.progress(200, unit="rows") as bar:
        bar.reach(50)
        bar.advance(50)
    assert "25%  50 of 200 rows" in terminal.getvalue()
    assert "50%  100 of 200 rows" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_without_a_total_the_count_is_shown(monkeypatch):
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setattr(output, "INTERVAL", 0)
    with output.progress(None, unit="bytes") as bar:
        bar.reach(1234)
    assert "1,234 bytes" in terminal.getvalue()


def test_a_pipe_gets_no_progress_bar(monkeypatch):
    monkeypatch.setattr(sys, "stderr", pipe := io.StringIO())
    with output.progress(2, unit="rows") as bar:
        bar.reach(1)
    assert pipe.getvalue() == ""
