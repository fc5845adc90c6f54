import csv
import json

import pytest
from pyarrow import parquet

from gmkit.errors import InvalidArgument, StorageError
from gmkit.receipts import Outcome, Reason, Signer, Verdict
from gmkit.receipts.bulk import write_verdicts
from gmkit.receipts.bulk.tables import COLUMNS

SIGNER = Signer(bytes(range(16)), "CN=商户,C=CN", 0x1F)
VERDICTS = [
    Verdict(2, Outcome.VALID, id="1", signer=SIGNER, not_checked=("time",)),
    Verdict(3, Outcome.INVALID, Reason.SIGNATURE, 'changed, "so"', "二\n", SIGNER),
    Verdict(4, Outcome.NOT_VERIFIABLE, Reason.UNKNOWN_SIGNER, "no certificate", None),
    Verdict(5, Outcome.VALID, id="4", signer=Signer(bytes(16))),
]
ROWS = [
    (2, "1", "valid", None, "", "CN=商户,C=CN", "1f", bytes(range(16)).hex()),
    (
        3,
        "二\n",
        "invalid",
        "signature",
        'changed, "so"',
        "CN=商户,C=CN",
        "1f",
        bytes(range(16)).hex(),
    ),
    (4, None, "not verifiable", "unknown-signer", "no certificate", None, None, None),
    (5, "4", "valid", None, "", None, None, "00" * 16),
]


def read(path):
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return parquet.read_table(path).to_pylist()


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_a_row_for_each_verdict(tmp_path, form):
    path = tmp_path / f"verdicts.{form}"
    write_verdicts(iter(VERDICTS), path)
    assert read(path) == [dict(zip(COLUMNS, row, strict=True)) for row in ROWS]


def test_a_row_for_each_verdict_in_csv(tmp_path):
    path = tmp_path / "verdicts.csv"
    write_verdicts(iter(VERDICTS), path)
    text = [["" if cell is None else str(cell) for cell in row] for row in ROWS]
    assert read(path) == [list(COLUMNS), *text]


def test_more_rows_than_one_chunk(tmp_path):
    path = tmp_path / "verdicts.parquet"
    write_verdicts((Verdict(n, Outcome.VALID, id=str(n)) for n in range(40_000)), path)
    assert [row["line"] for row in read(path)] == list(range(40_000))


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_a_table_is_whole_or_absent(tmp_path, form):
    def breaking():
        yield VERDICTS[0]
        raise KeyError

    with pytest.raises(KeyError):
        write_verdicts(breaking(), tmp_path / f"verdicts.{form}")
    assert list(tmp_path.iterdir()) == []


def test_an_old_table_and_an_unknown_form_are_refused(tmp_path):
    (tmp_path / "old.csv").write_text("old")
    with pytest.raises(StorageError, match="exists"):
        write_verdicts(VERDICTS, tmp_path / "old.csv")
    with pytest.raises(InvalidArgument, match="written as"):
        write_verdicts(VERDICTS, tmp_path / "verdicts.xlsx")
