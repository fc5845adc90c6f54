"""A day's receipts in figures: what is counted is right, and what is drawn is what was counted."""

from __future__ import annotations

import sys
from datetime import date, timedelta, timezone

import pytest

from gmkit import sm2
from gmkit.errors import InvalidArgument, MissingDependency, StorageError
from gmkit.receipts import Outcome, Reason, Signers, plots, sign_batch
from gmkit.receipts.plots import canvas
from gmkit.receipts.plots.day import _draw

DAY = date(2026, 1, 31)
SHOP, STRANGER = sm2.generate_private_key(), sm2.generate_private_key()
BEIJING = timezone(timedelta(hours=8))


@pytest.fixture(scope="module")
def signers():
    return Signers(keys=[SHOP.public_key()])


def order(number, clock, amount=100, currency="CNY", day="2026-01-31"):
    return {
        "kind": "order",
        "id": number if isinstance(number, str) else f"r-{number:04}",
        "time": f"{day}T{clock}Z",
        "amount": amount,
        "currency": currency,
    }


def signed(rows, key=SHOP):
    return sign_batch(rows, key)["receipt"].to_pylist()


def tampered(text):
    at = len(text) - 10
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


def hours(**counts):
    return [counts.get(f"h{hour}", 0) for hour in range(24)]


def test_receipts_are_counted_by_hour_and_verdict(signers):
    texts = signed([order(1, "08:00:00"), order(2, "08:59:59"), order(3, "09:00:00")])
    texts += [tampered(signed([order(4, "09:10:00")])[0])]
    texts += signed([order(5, "23:59:59.999")], STRANGER)
    found = plots.figures_of_day(texts, signers)
    assert (found.day, found.receipts) == (DAY, 5)
    assert found.outcomes == {
        Outcome.VALID: hours(h8=2, h9=1),
        Outcome.INVALID: hours(h9=1),
        Outcome.NOT_VERIFIABLE: hours(h23=1),
    }
    assert found.reasons == {Reason.SIGNATURE: hours(h9=1), Reason.UNKNOWN_SIGNER: hours(h23=1)}


def test_hours_and_the_day_are_those_of_the_zone(signers):
    texts = signed([order(1, "15:59:59"), order(2, "16:00:00")])
    found = plots.figures_of_day(texts, signers, day=DAY, zone=BEIJING)
    assert found.outcomes[Outcome.VALID] == hours(h23=1)
    assert found.elsewhere == 1
    assert plots.figures_of_day(texts[1:], signers, zone=BEIJING).day == DAY + timedelta(days=1)


def test_amounts_are_of_valid_receipts_by_currency(signers):
    rows = [order(1, "08:00:00", 150), order(2, "08:30:00", -50), order(3, "10:00:00", 7, "JPY")]
    texts = [*signed(rows), tampered(signed([order(4, "08:00:00", 10**9)])[0])]
    found = plots.figures_of_day(texts, signers)
    assert found.amounts == {"CNY": hours(h8=100), "JPY": hours(h10=7)}


def test_a_second_receipt_for_an_identifier_is_refused_across_pieces(signers):
    rows = [order(n, "08:00:00") for n in range(9000)]  # more than the native core takes at once
    texts = signed(rows)
    found = plots.figures_of_day([*texts, texts[0]], signers)
    assert found.reasons == {Reason.DUPLICATE_ID: hours(h8=1)}
    assert found.outcomes[Outcome.VALID] == hours(h8=9000)


def test_what_has_no_place_in_the_day_is_counted_beside_it(signers):
    texts = ["nothing", *signed([order(1, "08:00:00"), order(2, "08:00:00", day="2026-02-01")])]
    found = plots.figures_of_day(texts, signers)
    assert (found.receipts, found.elsewhere, found.untimed) == (1, 1, 1)
    assert plots.figures_of_day(["nothing"], signers) is None
    empty = plots.figures_of_day(["nothing"], signers, day=DAY)
    assert (empty.receipts, empty.untimed) == (0, 1)


def test_numbers_without_a_valid_receipt_count_where_numbering_goes_on(signers):
    there = [(1, "08:00:00"), (2, "08:10:00"), (5, "09:00:00"), (6, "09:30:00"), (8, "11:00:00")]
    texts = [
        *signed([order(*each) for each in there]),
        tampered(signed([order(7, "10:00:00")])[0]),
    ]
    found = plots.figures_of_day(texts, signers)
    assert found.missing == hours(h9=2, h11=1)


@pytest.mark.parametrize(
    "ids",
    [["a", "b", "c"], ["7", "900", "31198570044"], ["x-1"], ["1" * 18, "1" * 17 + "2"]],
    ids=["no digits", "sparse", "one", "too long"],
)
def test_identifiers_that_do_not_count_leave_no_gaps(signers, ids):
    texts = signed([order(each, "08:00:00") for each in ids])
    found = plots.figures_of_day(texts, signers)
    assert found.receipts == len(ids)
    assert not any(found.missing or [])


def test_whole_numbering_is_told_from_none(signers):
    texts = signed([order(n, "08:00:00") for n in (3, 1, 2)])
    assert plots.figures_of_day(texts, signers).missing == hours()
    assert plots.figures_of_day(signed([order("a", "08:00:00")]), signers).missing is None


def test_silences_are_long_for_the_day(signers):
    every_minute = [
        order(n, f"{n // 60:02}:{n % 60:02}:00") for n in range(600) if not 100 <= n < 124
    ]
    found = plots.figures_of_day(signed(every_minute), signers)
    assert found.silences == []  # ten mean waits of 576 receipts are 25 minutes
    wider = [row for row in every_minute if not row["time"].startswith("2026-01-31T02:04")]
    assert plots.figures_of_day(signed(wider), signers).silences == [], "24 and 25 minutes"
    widest = [row for row in wider if not row["time"].startswith("2026-01-31T02:05")]
    assert plots.figures_of_day(signed(widest), signers).silences == [(100, 126)]


def test_progress_tells_how_many_were_looked_at(signers):
    told = []
    texts = signed([order(n, "08:00:00") for n in range(9000)])
    plots.figures_of_day(texts, signers, progress=told.append)
    assert told == [8192, 9000]


@pytest.fixture
def figures(signers):
    rows = [order(n, "08:00:00") for n in (1, 2, 4)] + [order(5, "20:00:00", 5, "JPY")]
    return plots.figures_of_day(
        [*signed(rows), tampered(signed([order(9, "09:00:00")])[0])], signers
    )


@pytest.fixture
def matplotlib():
    return pytest.importorskip(
        "matplotlib.figure", reason="NOT CHECKED: pictures; install gmkit[plot]"
    )


def test_bars_are_the_figures(matplotlib, figures):
    figure = matplotlib.Figure()
    _draw(figure, figures, "en")
    receipts, amounts, refused, missing = figure.axes
    assert [bar.get_height() for bar in receipts.containers[0]] == hours(h8=3, h20=1)
    assert [bar.get_height() for bar in receipts.containers[1]] == hours(h9=1)
    assert [bar.get_y() for bar in receipts.containers[1]] == hours(h8=3, h20=1)
    assert [bar.get_height() for bar in amounts.containers[0]] == hours(h8=3)  # yuan, not fen
    assert "JPY" in amounts.get_title(loc="right")
    assert [bar.get_height() for bar in refused.containers[0]] == hours(h9=1)
    assert [bar.get_height() for bar in missing.containers[0]] == hours(h8=1)


@pytest.mark.parametrize(("name", "begins"), [("a.png", b"\x89PNG\r\n"), ("a.SVG", b"<?xml")])
def test_a_picture_is_the_same_each_time(matplotlib, figures, tmp_path, name, begins):
    path = tmp_path / name
    assert plots.plot_day(figures, path) == "en"
    first = path.read_bytes()
    assert first.startswith(begins)
    with pytest.raises(StorageError):
        plots.plot_day(figures, path)
    plots.plot_day(figures, path, replace=True)
    assert path.read_bytes() == first


def test_a_day_of_nothing_can_be_drawn(matplotlib, tmp_path):
    plots.plot_day(plots.DayFigures(DAY), tmp_path / "a.svg")
    assert (tmp_path / "a.svg").stat().st_size > 1000


def test_a_picture_that_fails_leaves_nothing(matplotlib, tmp_path):
    def drawing(figure, language):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        canvas.draw(drawing, tmp_path / "a.png", language="en", replace=False)
    with pytest.raises(StorageError):
        canvas.draw(lambda *_: None, tmp_path / "no" / "a.png", language="en", replace=False)
    assert list(tmp_path.iterdir()) == []


def test_without_a_chinese_font_words_are_english(matplotlib, figures, tmp_path, monkeypatch):
    monkeypatch.setattr(canvas, "FONTS", ("no such font",))
    assert plots.plot_day(figures, tmp_path / "a.png", language="zh") == "en"


def test_other_endings_and_a_missing_package_are_said_before_the_work(tmp_path, monkeypatch):
    with pytest.raises(InvalidArgument, match="png"):
        plots.refuse_target(tmp_path / "a.gif")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingDependency) as caught:
        plots.refuse_target(tmp_path / "a.png")
    assert caught.value.hint == "pip install 'gmkit[plot]'"
