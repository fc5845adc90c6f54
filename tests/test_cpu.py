import pytest

from gmkit import errors
from gmkit._native import cpu


def test_the_active_path_is_one_the_processor_has():
    assert cpu.active() in cpu.available()


def test_an_unknown_path_is_refused_by_name():
    with pytest.raises(errors.InvalidArgument, match="sse9"):
        cpu.force("sse9")
