"""When receipts came under a checkpoint, and the picture of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from gmkit.receipts import plots
from gmkit.receipts.ledger import Audit, Finding, schema
from gmkit.receipts.plots.words import CODES
from tests.receipts.ledger.conftest import NOW, later, note, receipts_of, record


def stated(number, seconds):
    """A receipt's record that says it was made so many seconds before NOW."""
    return record(number, time=f"{NOW - timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}")


@pytest.fixture
def grown(ledger, log, shop, trusted):
    """Two checkpoints over three and one entries, and two entries under none."""
    waits = [(10, 600, 30), (-5,), (0, 0)]
    number = 0
    for minutes, seconds in enumerate(waits):
        rows = [stated(number + place, each) for place, each in enumerate(seconds)]
        ledger.append(receipts_of(shop, rows), trusted, now=later(minutes))
        number += len(rows)
        if minutes < 2:
            note(ledger, log, minutes)
    return ledger


def test_waits_run_from_the_stated_time_to_the_first_checkpoint(grown):
    found = plots.history(grown)
    assert found.inclusions == (
        plots.Inclusion(NOW, 3, 30.0, 600.0),
        plots.Inclusion(later(1), 4, 55.0, 55.0),
    )
    assert found.waiting == 2


def test_a_checkpoint_over_nothing_new_has_no_waits(ledger, log):
    note(ledger, log)
    found = plots.history(ledger)
    assert found == plots.History((plots.Inclusion(NOW, 0, None, None),), 0)


def test_a_checkpoint_that_cannot_be_read_is_left_to_the_audit(grown):
    table = schema.checkpoints
    with grown.store.writing() as connection:
        connection.execute(update(table).where(table.c.number == 0).values(note=b"no note"))
    (only,) = plots.history(grown).inclusions
    assert (only.size, only.longest) == (4, 660.0)


def test_a_time_that_is_none_gives_no_wait(make, log, shop, trusted):
    ledger = make()
    ledger.append(receipts_of(shop, [stated(0, 10)]), trusted, now=NOW)
    note(ledger, log)
    with ledger.store.writing() as connection:
        connection.execute(text("UPDATE ledger_entries SET t = 'soon'"))
    (only,) = plots.history(ledger).inclusions
    assert (only.size, only.median, only.longest) == (1, None, None)


def test_every_kind_of_finding_has_a_chinese_name():
    assert set(re.findall("``([a-z-]+)``", Finding.__doc__ or "")) == set(CODES)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_audit_is_drawn_whatever_it_found(grown, tmp_path, language):
    pytest.importorskip("matplotlib", reason="NOT CHECKED: pictures; install gmkit[plot]")
    wrong = Audit(entries=6, findings=[Finding("fork", "$x$")], remarks=[Finding("clock", "y")])
    for number, audit in enumerate((Audit(), wrong)):
        for history in (plots.history(grown), plots.History((), 0)):
            path = tmp_path / f"{number}-{len(history.inclusions)}.svg"
            plots.plot_audit(audit, history, path, origin="a$b$_c", language=language)
            assert path.stat().st_size > 1000
