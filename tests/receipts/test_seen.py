"""Identifiers that came before: the same answers whether they are in memory or in the temporary file."""

import pytest

from gmkit.receipts.bulk import seen
from gmkit.receipts.bulk.seen import Seen


@pytest.mark.parametrize("room", [1, 7, 1 << 18])
def test_each_identifier_is_new_once(monkeypatch, room):
    monkeypatch.setattr(seen, "IN_MEMORY", room)
    with Seen() as known:
        numbers = [n * n % 101 for n in range(300)]
        expected, before = [], set()
        for number in numbers:
            expected.append(number not in before)
            before.add(number)
        assert [known.add(str(number).encode()) for number in numbers] == expected
        assert len(known._recent) < room


def test_files_use_it(monkeypatch, tmp_path, key, signers):
    """Signing and verifying find the same repetitions with room for three."""
    import json

    from gmkit.receipts.bulk import open_source, sign_file, verify_file

    monkeypatch.setattr(seen, "IN_MEMORY", 3)
    rows = [{"kind": "order", "id": str(n % 20), "time": "2017-01-01T11:53:26Z"} for n in range(50)]
    path = tmp_path / "orders.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = sign_file(open_source(path), key, tmp_path / "out")
    assert (done.signed, done.refused) == (20, 30)
    lines = (tmp_path / "out").read_bytes()
    (tmp_path / "twice").write_bytes(lines + lines)
    with (tmp_path / "twice").open("rb") as file:
        found = [verdict.reason and verdict.reason.value for verdict in verify_file(file, signers)]
    assert found == [None] * 20 + ["duplicate-id"] * 20
