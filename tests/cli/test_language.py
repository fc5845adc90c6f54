"""Words of our own in the language of people, and nothing else."""

import os
import pty
import subprocess
import sys
import threading

import pytest

from gmkit_cli.context import Context
from gmkit_cli.language import CHINESE, told


def test_only_words_of_our_own_are_translated(capsys):
    context = Context(lang=CHINESE)
    context.emit({}, text=["verified: all", told("verified: all"), told(f"by {'verified'}")])
    context.emit({}, text="verified")
    context.emit({}, text=told("verified"))
    lines = ["verified: all", "验证通过：all", "由 verified 签发", "verified", "验证通过"]
    assert capsys.readouterr().out.splitlines() == lines


def test_heads_of_tables_and_cells_of_our_own_are_translated():
    rows = Context(lang=CHINESE).table((told("verdict"), "x"), [("valid", told("valid"))])
    assert rows == ["结论   x", "valid  有效"]


def at_a_terminal(arguments, answers, folder):
    """What a command says to a person who answers each question once it was asked."""
    leader, follower = pty.openpty()
    words = b""
    with subprocess.Popen(
        [sys.executable, "-c", "from gmkit_cli.app import main; main()", *arguments],
        cwd=folder, stdin=follower, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, bufsize=0,
        start_new_session=True,  # no terminal but this one
    ) as process:  # fmt: skip
        stuck = threading.Timer(60, process.kill)
        stuck.start()
        try:
            for answer in answers:
                while not words.endswith(b": ") and (one := process.stderr.read(1)):
                    words += one
                os.write(leader, answer)
                words += b"\n"
            words += process.stderr.read()
            code = process.wait()
        finally:
            stuck.cancel()
            process.kill()
            os.close(leader)
            os.close(follower)
    return code, words.decode()


@pytest.mark.parametrize(
    ("lang", "first", "second", "end"),
    [
        ("en", "password for the new key:", "Repeat for confirmation:", "gmkit: interrupted\n"),
        ("zh", "新密钥的口令:", "请再次输入以确认:", "gmkit: 已中断\n"),
    ],
)
def test_questions_are_asked_in_the_language_too(tmp_path, lang, first, second, end):
    ask = ["key", "new", "-o", "new.key", "--lang", lang]
    code, words = at_a_terminal(ask, [b"secret\n", b"secret\n"], tmp_path)
    assert (code, (tmp_path / "new.key").exists()) == (0, True), words
    assert first in words
    assert second in words
    # Whoever gives up at a question has interrupted.
    code, words = at_a_terminal([*ask, "--force"], [b"\x04"], tmp_path)
    assert code == 130
    assert words.endswith(end)
