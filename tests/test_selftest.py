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

    assert min(once() for _ in range(20)) < 0.030


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


# Modules without an algorithm. In the others, functions that only show or copy what is there already.
NO_ALGORITHM = {"lib", "asn1", "cpu", "errors", "input", "random", "selftest", "x509"}
# The same, as single files: lines of a receipts file are told apart here, and nothing else.
NO_ALGORITHM_FILES = {"receipts/lines"}
SHOWS_OR_COPIES = {
    *("__copy__", "__deepcopy__", "__reduce__", "__eq__", "__hash__", "__repr__", "__bytes__"),
    *("copy", "to_bytes", "public_key"),
}
# Single functions, with the reason.
NO_GUARD_NEEDED = {
    ("sm4/files", "head"): "writes the salt that was drawn when the object was made",
    ("sm2/digest", "new"): "holds 32 bytes given as a digest",
    ("sm2/convert", "convert_signature"): "changes the written form, computes nothing",
    ("sm2/convert", "convert_ciphertext"): "the same",
    ("sm2/public", "to_pem"): "writes a point that was checked when the key was made",
    ("sm2/public", "to_der"): "the same",
    ("sm2/exchange", "point"): "writes the point that was made with the object",
}
# Helpers that begin with the guard themselves: calling one is as good.
HELPERS = {
    *{("sm4", name) for name in ("filled", "key", "generate_key")},
    *{("sm4/boxes", name) for name in ("seal_with", "open_with")},
    *{("keys", name) for name in ("load", "write")},
    ("sm2/private", "import"),
}
GUARDED = re.compile(
    r"\bguard\(|\bfilled\(|\b(?:seal|open)_with\(|self::key\(py|keys::write\(|\bload\(|Self::import\(|super::generate_key\("
)


def functions(source):
    """Name and text of every function of a Rust source, those inside macros too."""
    pattern = r"^( *)(?:pub(?:\(\w+\))? )?(?:const )?fn (\w+).*?^\1}"
    found = re.finditer(pattern, source, re.DOTALL | re.MULTILINE)
    return [(function[2], function[0]) for function in found]


def unguarded(source):
    """Functions of a binding that Python can call and that do not begin with the guard."""
    exposed = re.finditer(
        r"^( *)#\[pymethods\].*?^\1}|#\[pyfunction\].*?^}", source, re.DOTALL | re.MULTILINE
    )
    return [
        name
        for part in exposed
        for name, text in functions(part[0])
        if not GUARDED.search(text) and name not in SHOWS_OR_COPIES
    ]


def bindings():
    """The sources of the compiled module that have to do with algorithms."""
    folder = ROOT / "rust/gmkit-py/src"
    paths = [path.relative_to(folder).with_suffix("") for path in sorted(folder.rglob("*.rs"))]
    return {
        path.as_posix(): (folder / path).with_suffix(".rs").read_text(encoding="utf-8")
        for path in paths
        if path.parts[0] not in NO_ALGORITHM and path.as_posix() not in NO_ALGORITHM_FILES
    }


def test_every_operation_of_the_module_begins_with_the_guard():
    missing = {(path, name) for path, text in bindings().items() for name in unguarded(text)}
    assert missing == set(NO_GUARD_NEEDED)


def test_the_helpers_begin_with_the_guard():
    begin = {
        (path, name)
        for path, text in bindings().items()
        for name, body in functions(text)
        if re.search(r"\bguard\(|\bfilled\(", body)
    }
    assert begin >= HELPERS


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
