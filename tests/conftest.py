"""What every part of the suite may use."""

import pytest

from gmkit._native import cpu


@pytest.fixture(params=cpu.available())
def cpu_path(request):
    """Every CPU path of this machine in turn, in force during the test; its name."""
    before = cpu.active()
    cpu.force(request.param)
    assert cpu.active() == request.param
    yield request.param
    cpu.force(before)
