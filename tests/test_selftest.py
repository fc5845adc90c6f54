"""Known answers before the first use; nothing works after a wrong one; each of them can fail."""

import json
import os
import re
import subprocess
import sys
import time

import pytest

from gmkit import selftest
from gmkit._native import cpu
from gmkit._native import selftest as native
from tests.shared import ROOT

NAMES = [name for name, _ in native.run()]


def in_a_process(code, **environment):
    """What *code* printed in a fresh interpreter."""
    command = [sys.executable, "-c", code]
    given = {**os.environ, **environment}
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


def test_every_known_answer_comes_out_on_every_path(cpu_path):
    report = selftest.run()
    assert report.passed
    assert report.cpu_path == cpu_path
    assert [outcome.name for outcome in report.outcomes] == NAMES
    assert {outcome.status for outcome in report.outcomes} == {"passed"}
    assert json.loads(json.dumps(report.to_dict()))["passed"] is True


def test_the_first_use_runs_them_and_the_import_does_not():
    code = """
from gmkit import sm3
from gmkit._native import selftest
print(selftest.state()); sm3.digest(b""); print(selftest.state())"""
    assert in_a_process(code) == ["not run", "passed"]


def test_another_path_asks_for_another_run():
    native.run()
    assert native.state() == "passed"
    cpu.force(cpu.active())
    assert native.state() == "not run"


def test_together_they_take_less_than_30_ms():
    def once():
        start = time.process_time()
        native.run()
        return time.process_time() - start

    assert min(once() for _ in range(5)) < 0.030


@pytest.mark.parametrize("name", NAMES)
def test_pk_06_each_known_answer_can_fail_and_then_nothing_works(name):
    code = """
from gmkit import errors, mac, selftest, sm3
from gmkit._native import selftest as native
from tests.shared import ROOT
def refused(operation):
    try:
        operation()
    except errors.SelfTestError as error:
        return error.code
print(refused(lambda: sm3.digest(b"")), native.state())
report = selftest.run()
print(report.passed, [o.name for o in report.outcomes if o.status == "failed"])
print(refused(lambda: mac.hmac_sm3(b"", b"")), native.state())"""
    assert in_a_process(code, GMKIT_SELFTEST_SPOIL=name) == [
        "GMK-SELFTEST failed",
        f"False {[name]}",
        "GMK-SELFTEST failed",
    ]


def test_a_failure_on_demand_stops_objects_that_were_made_before():
    code = """
from gmkit import errors, mac, selftest, sm3
hash_, tag = sm3.SM3(b"abc"), mac.HmacSM3(b"key")
print(hash_.hexdigest()[:8], selftest.run().passed)
for operation in hash_.digest, hash_.hexdigest, tag.digest, lambda: tag.verify(bytes(32)):
    try:
        operation()
    except errors.SelfTestError as error:
        print(error.code)"""
    printed = in_a_process(code, GMKIT_SELFTEST_SPOIL="SM3@2")
    assert printed == ["66c7f0f4 False", *["GMK-SELFTEST"] * 4]


def test_the_switch_names_a_known_answer_or_the_import_fails():
    command = [sys.executable, "-c", "import gmkit._native"]
    given = {**os.environ, "GMKIT_SELFTEST_SPOIL": "SM5"}
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "SM5" in done.stderr


# Modules without an algorithm, and single functions, with the reason.
NO_ALGORITHM = {"lib", "asn1", "cpu", "errors", "input", "random", "selftest"}
NO_GUARD_NEEDED = {
    ("sm3", "copy"): "copies a state",
    ("sm3", "__copy__"): "copies a state",
    ("mac", "copy"): "copies a state",
    ("mac", "__copy__"): "copies a state",
}


def unguarded(source):
    """Functions of a binding that Python can call and that do not begin with the guard."""
    found = []
    exposed = re.finditer(
        r"#\[pymethods\].*?^}|#\[pyfunction\].*?^}", source, re.DOTALL | re.MULTILINE
    )
    for part in exposed:
        for function in re.finditer(
            r"^( *)(?:pub )?(?:const )?fn (\w+).*?^\1}", part[0], re.DOTALL | re.MULTILINE
        ):
            if "guard(" not in function[0]:
                found.append(function[2])
    return found


def test_every_operation_of_the_module_begins_with_the_guard():
    sources = sorted((ROOT / "rust/gmkit-py/src").rglob("*.rs"))
    missing = {
        (path.stem, name)
        for path in sources
        if path.relative_to(ROOT / "rust/gmkit-py/src").parts[0].removesuffix(".rs")
        not in NO_ALGORITHM
        for name in unguarded(path.read_text(encoding="utf-8"))
    }
    assert missing == set(NO_GUARD_NEEDED)


def test_the_search_for_the_guard_finds_what_lacks_it():
    source = """
#[pyfunction]
fn one(py: Python<'_>) -> PyResult<()> {
    guard(py)?;
}
#[pyfunction]
fn two(py: Python<'_>) {
    work();
}
#[pymethods]
impl Thing {
    fn three(&self) {
        work();
    }
    fn four(&self, py: Python<'_>) -> PyResult<()> {
        guard(py)?;
    }
}
"""
    assert unguarded(source) == ["two", "three"]
