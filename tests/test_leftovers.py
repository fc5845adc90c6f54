"""What a run leaves that was killed, and what one leaves that was told to end: nothing, where it can help it."""

import os
import signal
import stat
import subprocess
import sys
from contextlib import contextmanager
from datetime import datetime, timezone

import pytest

from gmkit import atomic, ca, leftovers
from gmkit.errors import StorageError
from tests.ca.conftest import NAMES

NOW = datetime(2026, 9, 1, tzinfo=timezone.utc)
WAIT = 'print("there", flush=True); import time; time.sleep(60)'
FOLDER = f"""
from pathlib import Path
from gmkit.leftovers import folder_beside
with folder_beside(Path("made")) as folder:
    (folder / "key").write_bytes(b"secret")
    {WAIT}
"""
FILE = f"""
import os
del os.O_TMPFILE
from gmkit import atomic
with atomic.writing("made", secret=True) as file:
    file.write(b"secret")
    file.flush()
    {WAIT}
"""
# The command, held where everything but the rows of the store is written.
INIT = f"""
import sys
from gmkit.ca import assembly
def wait(_):
    {WAIT}
assembly.upgrade = wait
sys.argv[1:] = ["ca", "init", "made", "--unprotected"]
from gmkit_cli.app import main
main()
"""
WORKS = pytest.mark.parametrize("work", [FOLDER, FILE, INIT], ids=["folder", "file", "authority"])


@contextmanager
def at_work(work, folder):
    """A process in the middle of it."""
    with subprocess.Popen(
        [sys.executable, "-c", work], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout.readline() == b"there\n", process.stderr.read()
            yield process
        finally:
            process.kill()


def killed(work, folder):
    """What stands there after it was killed."""
    with at_work(work, folder):
        pass
    (left,) = folder.iterdir()
    return left


def anew(work, folder):
    """The same thing once more, to its end."""
    if work is FOLDER:
        with leftovers.folder_beside(folder / "made") as made:
            made.rename(folder / "made")
    elif work is FILE:
        atomic.write_bytes(folder / "made", b"secret", secret=True, replace=True)
    else:
        ca.create(folder / "made", NAMES, password=None, now=NOW)


@WORKS
def test_what_a_killed_run_left_is_private_and_goes_with_the_next(tmp_path, work):
    left = killed(work, tmp_path)
    assert leftovers.abandoned(tmp_path) == [left]
    secrets = [left] if work is FILE else [left / "keys", *(left / "keys").iterdir()] if work is INIT else [left]  # fmt: skip
    assert not any(path.stat().st_mode & 0o077 for path in secrets)
    if work is INIT:
        store = left / "store.sqlite"
        assert stat.S_IMODE(store.stat().st_mode) == 0o600
    anew(work, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


@WORKS
def test_what_is_in_use_is_no_leftover(tmp_path, work):
    with at_work(work, tmp_path):
        (busy,) = tmp_path.iterdir()
        assert leftovers.abandoned(tmp_path) == []
        leftovers.sweep(tmp_path / "made")
        assert busy.exists()


def test_only_what_is_called_like_the_target_goes(tmp_path):
    left = killed(FOLDER, tmp_path)
    for name in ("other", "mad", "made2"):
        leftovers.sweep(tmp_path / name)
    assert left.exists()
    mine = [".made.tmp", ".made.0123456789abcdeg.tmp", "made.0123456789abcdef.tmp"]
    for name in mine:
        (tmp_path / name).touch()
    (tmp_path / ".made.0123456789abcdef.tmp").symlink_to(mine[0])
    leftovers.sweep(tmp_path / "made")
    assert {path.name for path in tmp_path.iterdir()} == {*mine, ".made.0123456789abcdef.tmp"}


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_command_that_is_told_to_end_leaves_nothing(tmp_path, number, code):
    # Whoever runs the tests may have these signals ignored, as nohup and shells do for what stands in the background.
    usual = "default_int_handler" if number == signal.SIGINT else "SIG_DFL"
    work = f"import signal; signal.signal({number:d}, signal.{usual})\n" + INIT
    with at_work(work, tmp_path) as process:
        process.send_signal(number)
        _, words = process.communicate(timeout=60)
        assert process.returncode == code
    assert words == b"gmkit: interrupted\n"
    assert list(tmp_path.iterdir()) == []


def test_a_command_that_shall_outlive_its_terminal_does(tmp_path):
    work = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n" + INIT
    with at_work(work, tmp_path) as process:
        process.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1)


def test_doctor_tells_of_leftovers(tmp_path):
    left = killed(INIT, tmp_path)
    ca.create(tmp_path / "elsewhere", NAMES, password=None, now=NOW)
    (tmp_path / "elsewhere").rename(tmp_path / "made")
    inside = tmp_path / "made" / "keys" / ".issuing.pem.0123456789abcdef.tmp"
    inside.write_bytes(b"key")
    with ca.Authority(tmp_path / "made") as authority:
        found = [each for each in authority.examine(now=NOW) if each.code == "leftover"]
    assert [str(path) in each.message for path, each in zip([left, inside], found, strict=True)] == [True] * 2  # fmt: skip


@pytest.mark.parametrize("way", ["nameless", "named"])
def test_the_longest_names_have_temporaries_too(tmp_path, way, monkeypatch):
    if way == "named":
        monkeypatch.delattr(os, "O_TMPFILE")
    for name in ("证" * 85, "n" * 255):
        atomic.write_bytes(tmp_path / name, b"1")
        atomic.write_bytes(tmp_path / name, b"2", replace=True)
        assert (tmp_path / name).read_bytes() == b"2"
    assert len(list(tmp_path.iterdir())) == 2


def test_what_cannot_be_removed_is_told(tmp_path, monkeypatch):
    left = killed(FOLDER, tmp_path)

    def refuse(*_arguments, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("shutil.rmtree", refuse)
    with pytest.raises(StorageError, match="cannot remove") as caught:
        leftovers.sweep(tmp_path / "made")
    assert str(left) in str(caught.value)
    assert "keys" in caught.value.hint
