import os
import resource
import signal
import stat
import subprocess
import sys

import pytest

from gmkit import atomic
from gmkit.errors import StorageError


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


@pytest.fixture(params=["nameless", "named"])
def way(request, monkeypatch):
    """Both ways of writing: files without a name, and file systems that have none."""
    if request.param == "named":
        monkeypatch.delattr(os, "O_TMPFILE")
    return request.param


@pytest.mark.usefixtures("way")
def test_a_file_is_there_with_its_content_and_nothing_beside_it(tmp_path):
    atomic.write_bytes(tmp_path / "a", b"content")
    assert (tmp_path / "a").read_bytes() == b"content"
    assert names(tmp_path) == ["a"]


@pytest.mark.usefixtures("way")
def test_a_secret_file_is_for_its_owner_alone(tmp_path):
    atomic.write_bytes(tmp_path / "key", b"secret", secret=True)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


@pytest.mark.usefixtures("way")
def test_an_old_file_stays_unless_asked(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(StorageError, match="exists already") as caught:
        atomic.write_bytes(tmp_path / "a", b"new")
    assert "--force" in caught.value.hint
    assert (tmp_path / "a").read_bytes() == b"old"
    atomic.write_bytes(tmp_path / "a", b"new", replace=True)
    assert (tmp_path / "a").read_bytes() == b"new"
    assert names(tmp_path) == ["a"]


@pytest.mark.usefixtures("way")
def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path):
    with pytest.raises(StorageError, match="exists"), atomic.writing(tmp_path / "a") as file:
        file.write(b"mine")
        (tmp_path / "a").write_bytes(b"theirs")
    assert (tmp_path / "a").read_bytes() == b"theirs"
    assert names(tmp_path) == ["a"]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("replace", [False, True])
def test_an_exception_leaves_nothing(tmp_path, replace):
    with pytest.raises(KeyError), atomic.writing(tmp_path / "a", replace=replace) as file:
        file.write(b"half")
        raise KeyError
    assert names(tmp_path) == []


@pytest.mark.usefixtures("way")
def test_a_full_disk_leaves_nothing_and_is_one_typed_error(tmp_path):
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, old[1]))
    try:
        with pytest.raises(StorageError, match="file too large"):
            atomic.write_bytes(tmp_path / "a", bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, ignored)
    assert names(tmp_path) == []


@pytest.mark.usefixtures("way")
def test_a_folder_that_is_not_there_is_a_typed_error(tmp_path):
    with pytest.raises(StorageError, match="no such file"):
        atomic.write_bytes(tmp_path / "missing" / "a", b"")


def test_a_killed_writer_leaves_no_trace_of_a_key(tmp_path):
    program = (
        "import os, signal, sys\nfrom gmkit import atomic\n"
        "with atomic.writing(sys.argv[1], secret=True) as f:\n"
        "    f.write(b'key'); f.flush(); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", program, tmp_path / "key"], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert names(tmp_path) == []
