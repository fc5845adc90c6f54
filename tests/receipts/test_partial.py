import json

import pytest

from gmkit.errors import StorageError
from gmkit.receipts.bulk.partial import Partial

IDENTITY = {"input": {"bytes": 5}}


def start(target, identity=IDENTITY, **options):
    return Partial(target, ("a", "b"), identity=identity, **options)


@pytest.fixture
def target(tmp_path):
    return tmp_path / "out"


class Crash(Exception):
    pass


def interrupted(target, **options):
    with pytest.raises(Crash), start(target, **options) as run:
        run.write("a", b"counted")
        run.checkpoint({"position": 7})
        run.write("a", b"lost")
        raise Crash


def test_a_finished_run_leaves_the_target_alone(target):
    with start(target) as run:
        run.write("a", b"all")
        run.checkpoint({"position": 3})
        run.publish("a", target)
        run.discard()
    assert target.read_bytes() == b"all"
    assert list(target.parent.iterdir()) == [target]


def test_an_interrupted_run_goes_on_after_its_last_checkpoint(target):
    interrupted(target)
    assert not target.exists()
    with start(target) as run:
        assert run.resumed
        assert run.progress == {"position": 7}
        run.write("a", b" and more")
        run.checkpoint({"position": 9})
        run.publish("a", target)
        run.discard()
    assert target.read_bytes() == b"counted and more"


def test_a_failure_before_the_first_checkpoint_leaves_nothing(target):
    with pytest.raises(Crash), start(target) as run:
        run.write("a", b"x")
        raise Crash
    assert list(target.parent.iterdir()) == []


def test_another_input_does_not_go_on_with_it(target):
    interrupted(target)
    with pytest.raises(StorageError, match="another input") as caught, start(target, {"other": 1}):
        pass
    assert "--restart" in caught.value.hint
    with start(target, {"input": {"bytes": 6}}, restart=True) as run:
        assert not run.resumed


def test_an_input_that_cannot_be_read_twice_begins_anew(target):
    interrupted(target, identity=None)
    with start(target, None) as run:
        assert not run.resumed


def test_two_runs_do_not_write_one_target(target):
    with start(target), pytest.raises(StorageError, match="another run"), start(target):
        pass


def test_an_old_target_is_refused_before_the_work(target):
    target.write_bytes(b"old")
    with pytest.raises(StorageError, match="exists already"):
        start(target)
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize(
    "state", [b"", b"{", b"[]", b'{"identity":1}', b'{"identity":null,"lengths":{}}']
)
def test_a_state_that_cannot_be_read_begins_anew(target, state):
    interrupted(target)
    (target.with_name("out.partial") / "state.json").write_bytes(state)
    with start(target) as run:
        assert not run.resumed


def test_a_file_shorter_than_its_state_begins_anew(target):
    interrupted(target)
    (target.with_name("out.partial") / "a").write_bytes(b"c")
    with start(target) as run:
        assert not run.resumed


def test_the_state_never_speaks_of_octets_that_are_not_there(target):
    with pytest.raises(Crash), start(target) as run:
        for number in range(5):
            run.write("a", b"x" * 100)
            run.checkpoint({"position": number})
            state = json.loads((run.folder / "state.json").read_bytes())
            assert state["lengths"]["a"] == run.path("a").stat().st_size
        raise Crash
