"""The loader refuses what it is there to refuse; the files are what the scripts make of the collection."""

import json
import os
import subprocess
import sys

import pytest

from tests.shared import ROOT, shared
from tests.vectors import loader

GOOD = loader.FOLDER / "sm3/juneandgreen_sm_crypto.json"


@pytest.mark.parametrize("path", loader.every_file(), ids=lambda path: path.stem)
def test_every_file_holds_what_it_says(path):
    loader.checked(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda read: read.update(numberOfTests=15), "the head says 15"),
        (lambda read: read["testGroups"][0]["tests"].pop(), "the head says 16"),
        (lambda read: read["testGroups"][0]["tests"][3].update(tcId=3), "tcId"),
        (lambda read: read["testGroups"][0]["tests"][3].update(flags=["Unheard"]), "Unheard"),
        (lambda read: read["notes"].update(Unused=read["notes"]["Normal"]), "Unused"),
        (lambda read: read["testGroups"][0]["tests"][3].update(digest="00"), "digest"),
        (lambda read: read["testGroups"][0]["tests"][3].update(colour="red"), "colour"),
        (lambda read: read["testGroups"][0]["tests"][3].pop("result"), "result"),
        (lambda read: read.pop("licence"), "licence"),
        (lambda read: read.update(schema="unheard"), "unheard"),
    ],
)
def test_a_file_that_lies_is_refused(tmp_path, change, words):
    read = json.loads(GOOD.read_text(encoding="utf-8"))
    change(read)
    path = tmp_path / "file.json"
    path.write_text(json.dumps(read), encoding="utf-8")
    with pytest.raises(loader.Refused, match=words):
        loader.checked(path)


def test_a_file_that_no_test_claims_is_refused():
    with pytest.raises(loader.Refused, match="no test claims"):
        loader.run(GOOD, {"SM4": lambda group, test: None})


def test_a_wrong_answer_is_named(tmp_path):
    def wrong(group, test):
        raise ValueError("no")

    with pytest.raises(
        AssertionError, match=r"juneandgreen_sm_crypto.json tcId 1 .*ValueError: no"
    ):
        loader.run(GOOD, {"SM3": wrong})


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(loader.Refused, match="no vectors"):
        loader.every_file(tmp_path)
    (tmp_path / "sm5").mkdir()
    with pytest.raises(loader.Refused, match="sm5"):
        loader.every_file(tmp_path)


def test_the_files_are_what_the_script_makes_of_the_collection():
    shared("vectors-raw")
    environment = {**os.environ, "GMKIT_SHARED": str(shared())}
    command = [sys.executable, str(ROOT / "tools/vectors/convert.py"), "--check"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_schemas_are_what_the_script_writes():
    command = [sys.executable, str(ROOT / "tools/vectors/schemas.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_negative_files_are_what_the_scripts_compute():
    command = [sys.executable, str(ROOT / "tools/vectors/negative/generate.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
