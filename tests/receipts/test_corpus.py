"""Every frozen receipt gets the verdict it was frozen with, in every way receipts are verified."""

import io
import random
import subprocess
import sys

import pyarrow as pa
import pytest

from gmkit._native import cpu
from gmkit.receipts import (
    Outcome,
    Reason,
    judge,
    judge_many,
    verify_batch,
)
from gmkit.receipts.bulk import inputs, verify_file
from tests.receipts.corpus import corpus

KNOWN = corpus()


def expected():
    return [case.reason for case in KNOWN.cases]


def reasons(verdicts):
    return [verdict.reason and verdict.reason.value for verdict in verdicts]


def test_there_are_more_than_25_kinds_of_corruption_of_mixed_signers():
    assert len({case.flag for case in KNOWN.cases if case.reason}) >= 25
    assert {case.reason for case in KNOWN.cases} == {None} | {
        reason.value
        for reason in Reason
        if reason not in {Reason.DUPLICATE_ID, Reason.DISCLOSURE, Reason.EVALUATION}
    }


def test_one_by_one():
    signers = KNOWN.signers()
    verdicts = [judge(case.receipt, signers) for case in KNOWN.cases]
    wrong = [
        (case, verdict)
        for case, verdict in zip(KNOWN.cases, verdicts, strict=True)
        if (verdict.reason and verdict.reason.value) != case.reason
    ]
    assert wrong == []


def rows(data, signers, **options):
    return verify_batch(data, signers, **options).to_pylist()


def singly(receipts, signers):
    """What the table must say: the single verdict, in its words."""
    rows = []
    for number, receipt in enumerate(receipts, 1):
        verdict = judge(receipt, signers, line=number)
        signer = verdict.signer
        rows.append(
            {
                "line": number,
                "verdict": verdict.outcome.value,
                "reason": verdict.reason and verdict.reason.value,
                "id": verdict.id,
                "signer": signer and signer.subject,
                "serial": f"{signer.serial:x}" if signer and signer.serial else None,
                "key_id": signer and signer.key_id,
                "not_checked": ", ".join(verdict.not_checked) or None,
            }
        )
    return rows


def cut(row, names):
    return {name: row[name] for name in names}


FORMS = {
    "list": list,
    "tuple": tuple,
    "text": lambda receipts: [each.decode("utf-8", "surrogateescape") for each in receipts],
    "string": lambda receipts: pa.array([each.decode() for each in receipts]),
    "large string": lambda receipts: pa.array([each.decode() for each in receipts], pa.large_string()),
    "string view": lambda receipts: pa.array([each.decode() for each in receipts], pa.string_view()),
    "binary": lambda receipts: pa.array(receipts, pa.binary()),
    "large binary": lambda receipts: pa.array(receipts, pa.large_binary()),
    "binary view": lambda receipts: pa.array(receipts, pa.binary_view()),
    "dictionary": lambda receipts: pa.array([each.decode() for each in receipts]).dictionary_encode(),
    "chunks": lambda receipts: pa.chunked_array([pa.array(receipts[:70]), pa.array(receipts[70:])]),
    "table": lambda receipts: pa.table({"n": list(range(len(receipts))), "receipt": receipts}),
    "batch": lambda receipts: pa.record_batch({"receipt": receipts, "other": ["x"] * len(receipts)}),
    "reader": lambda receipts: pa.table({"receipt": receipts}).to_reader(max_chunksize=50),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_in_a_batch_of_every_form(form):
    signers = KNOWN.signers()
    receipts = [case.receipt for case in KNOWN.cases]
    theirs = singly(receipts, signers)
    mine = rows(FORMS[form](receipts), signers)
    assert [cut(row, theirs[0]) for row in mine] == theirs
    assert [row["reason"] for row in mine] == expected()


def test_in_a_batch_on_every_path(cpu_path):
    assert cpu.active() == cpu_path
    # Often enough that each signer is worth every kind of table, in an order of its own.
    cases = [case for case in KNOWN.cases if len(case.receipt) < 100_000] * 25
    random.Random(1).shuffle(cases)
    mine = rows([case.receipt for case in cases], KNOWN.signers())
    assert [row["reason"] for row in mine] == [case.reason for case in cases]


def test_many_singly_and_without_arrow():
    signers = KNOWN.signers()
    lines = [(case.number, case.receipt) for case in KNOWN.cases]
    many = judge_many(lines, signers)
    assert reasons(many) == expected()
    assert many == [judge(receipt, signers, line=number) for number, receipt in lines]


# What can stand on a line of its own in a file.
LINES = [case for case in KNOWN.cases if case.receipt and not set(b"\r\n") & set(case.receipt)]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("block", [4 << 20, 3 << 10, 700])
def test_as_lines_of_a_file(monkeypatch, end, block):
    monkeypatch.setattr(inputs, "BLOCK", block)
    signers = KNOWN.signers()
    data = end.join([b"gmkit-receipts 1", b"", *(case.receipt for case in LINES)])
    mine = rows(data, signers)
    assert [row["reason"] for row in mine] == [case.reason for case in LINES]
    assert [row["line"] for row in mine] == list(range(3, len(LINES) + 3))
    assert mine == rows(io.BytesIO(data + end), signers, threads=1)


def test_in_a_file():
    found = list(verify_file(io.BytesIO(b"\n".join(c.receipt for c in LINES)), KNOWN.signers()))
    assert reasons(found) == [case.reason for case in LINES]


def test_a_file_that_brings_its_certificates(tmp_path):
    from gmkit.receipts.bulk import container

    signers = KNOWN.signers()
    bare = type(signers)(roots=KNOWN.roots, keys=KNOWN.keys, time=KNOWN.time)
    head = container.head([each.der for each in KNOWN.certificates])
    path = tmp_path / "all.receipts"
    path.write_bytes(head + b"\n".join(case.receipt for case in LINES))
    assert [row["reason"] for row in rows(path, bare)] == [case.reason for case in LINES]


def test_other_processes_come_to_the_same(tmp_path):
    """With the interpreter's hash seed, locale and number of threads changed."""
    path = tmp_path / "all.receipts"
    path.write_bytes(b"\n".join(case.receipt for case in LINES))
    script = (
        "import sys; from gmkit.receipts import verify_batch; from tests.receipts.corpus import corpus\n"
        "from pathlib import Path\n"
        "t = verify_batch(Path(sys.argv[1]), corpus().signers(), threads=3)\n"
        "print(*[r or '-' for r in t['reason'].to_pylist()])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, path], capture_output=True, text=True, check=True,
        env={"PYTHONHASHSEED": "7", "LC_ALL": "C", "PATH": ""}, cwd=inputs.Path(__file__).parents[2],
    )  # fmt: skip
    assert done.stdout.split() == [case.reason or "-" for case in LINES]


def test_outcomes_tell_refused_from_unverifiable():
    signers = KNOWN.signers()
    for case in KNOWN.cases:
        verdict = judge(case.receipt, signers)
        undecided = case.reason in {"unknown-signer", "certificate"}
        assert (verdict.outcome is Outcome.NOT_VERIFIABLE) == undecided
