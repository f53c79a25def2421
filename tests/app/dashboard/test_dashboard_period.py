"""The periods that the pages look at, and those they are compared with."""

from datetime import UTC, date, datetime

import pytest

from wattlake.app.dashboard.period import ZOOMS, Days, Window, before, looked_at, year_before

LONDON = "Europe/London"


def days(first: str, end: str) -> Days:
    return Days(date.fromisoformat(first), date.fromisoformat(end), LONDON)


KNOWN = days("2024-11-05", "2026-06-23")


@pytest.mark.parametrize(
    ("zoom", "shown", "earlier", "last_year"),
    [
        ("Day", ("2026-06-17", "2026-06-18"), ("2026-06-16", "2026-06-17"), ("2025-06-18", "2025-06-19")),
        ("Week", ("2026-06-15", "2026-06-22"), ("2026-06-08", "2026-06-15"), ("2025-06-16", "2025-06-23")),
        ("30 days", ("2026-05-19", "2026-06-18"), ("2026-04-19", "2026-05-19"), ("2025-05-20", "2025-06-19")),
        ("Month", ("2026-06-01", "2026-06-23"), ("2026-05-01", "2026-05-23"), ("2025-06-01", "2025-06-23")),
        ("Year", ("2026-01-01", "2026-06-23"), ("2025-01-01", "2025-06-23"), None),
        ("All days", ("2024-11-05", "2026-06-23"), None, None),
    ],
)
def test_a_period_is_the_calendars_and_is_compared_with_what_is_as_far_from_its_beginning(
    zoom, shown, earlier, last_year
):
    found = looked_at(zoom, date(2026, 6, 17), KNOWN)
    assert found == days(*shown)
    assert before(zoom, found) == (days(*earlier) if earlier else None)
    assert year_before(zoom, found) == (days(*last_year) if last_year else None)


def test_a_whole_month_is_compared_with_the_whole_month_before_however_long():
    march = looked_at("Month", date(2026, 3, 31), KNOWN)
    assert before("Month", march) == days("2026-02-01", "2026-03-01")
    assert year_before("Month", looked_at("Month", date(2026, 2, 3), KNOWN)) == days("2025-02-01", "2025-03-01")


def test_a_part_of_a_month_is_compared_with_no_more_than_the_month_before_has():
    until_the_30th = looked_at("Month", date(2026, 3, 2), days("2026-01-01", "2026-03-31"))
    assert before("Month", until_the_30th) == days("2026-02-01", "2026-03-01")


def test_a_leap_day_has_a_day_of_the_year_before():
    assert year_before("Day", days("2028-02-29", "2028-03-01")) == days("2027-03-02", "2027-03-03")
    assert year_before("Month", days("2028-02-01", "2028-03-01")) == days("2027-02-01", "2027-03-01")


@pytest.mark.parametrize("zoom", ZOOMS)
def test_a_period_is_cut_to_what_is_known(zoom):
    known = days("2026-06-16", "2026-06-18")
    found = looked_at(zoom, date(2026, 6, 17), known)
    assert known.holds(found)
    assert len(found) == (1 if zoom == "Day" else 2)


def test_days_are_from_midnight_to_midnight_on_the_communitys_clock_across_a_clock_change():
    change = days("2026-03-28", "2026-03-30")
    assert change.window == Window(datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 29, 23, tzinfo=UTC))
    assert list(change) == [date(2026, 3, 28), date(2026, 3, 29)]
    assert change.last == date(2026, 3, 29)
