"""Which days are whole, by the one rule that all figures go by: at UTC midnight, at clock changes, on other clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest

from wattlake.app.dashboard.period import Days, Window, is_running, is_whole
from wattlake.app.dashboard.queries.extent import settled

LONDON, BERLIN, HAVANA, NEW_YORK = "Europe/London", "Europe/Berlin", "America/Havana", "America/New_York"
HALF_HOUR = timedelta(minutes=30)


def at(day: str, clock: str = "00:00", timezone: str = "UTC") -> datetime:
    """An instant by what a clock shows."""
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)


def warehouse(timezone: str, *stretches: tuple[datetime, datetime, int]) -> duckdb.DuckDBPyConnection:
    """A warehouse of half-hours in which so many members are settled, from one instant to another."""
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'")
    con.execute("create schema warehouse")
    con.execute(
        """
        create table warehouse.dim_time as
        select slot_utc as period_start_utc, 30 as period_minutes,
            timezone(?, timezone('UTC', slot_utc))::date as local_date
        from generate_series(timestamp '2025-12-01', timestamp '2027-01-01', interval 30 minute) as slot (slot_utc)
        """,
        [timezone],
    )
    con.execute("create table warehouse.fact_zone_slot (zone text, period_start_utc timestamp, members bigint)")
    for begin, end, members in stretches:
        con.execute(
            "insert into warehouse.fact_zone_slot select 'z', unnest(generate_series(?, ?, interval 30 minute)), ?",
            [begin.replace(tzinfo=None), (end - HALF_HOUR).replace(tzinfo=None), members],
        )
    return con


@pytest.mark.parametrize(
    ("timezone", "begin", "end", "first", "running_day"),
    [
        # UTC's midnight is a community's own in London's winter, and an hour past it in summer.
        (LONDON, at("2026-01-10"), at("2026-01-12"), "2026-01-10", "2026-01-12"),
        (LONDON, at("2026-06-10"), at("2026-06-12"), "2026-06-11", "2026-06-12"),
        # The day of the spring change is whole after 23 hours, and not half an hour before.
        (LONDON, at("2026-03-29"), at("2026-03-29", "23:00"), "2026-03-29", "2026-03-30"),
        (LONDON, at("2026-03-28"), at("2026-03-29", "22:30"), "2026-03-28", "2026-03-29"),
        # That of the autumn change after 25: 24 make none.
        (LONDON, at("2026-10-24", "23:00"), at("2026-10-26"), "2026-10-25", "2026-10-26"),
        (LONDON, at("2026-10-24", "23:00"), at("2026-10-25", "23:00"), "2026-10-25", "2026-10-25"),
        (BERLIN, at("2026-03-27", "23:00"), at("2026-03-29", "22:00"), "2026-03-28", "2026-03-30"),
        (BERLIN, at("2026-03-28"), at("2026-03-30"), "2026-03-29", "2026-03-30"),
        (NEW_YORK, at("2026-11-01"), at("2026-11-03"), "2026-11-01", "2026-11-02"),
        # In Havana the hour after midnight is the one that is skipped, or comes twice.
        (HAVANA, at("2026-03-07", "05:00"), at("2026-03-09", "04:00"), "2026-03-07", "2026-03-09"),
        (HAVANA, at("2026-10-31", "04:00"), at("2026-11-02", "05:00"), "2026-10-31", "2026-11-02"),
    ],
)
def test_days_are_whole_from_midnight_to_midnight_on_the_communitys_clock(timezone, begin, end, first, running_day):
    reach = settled(warehouse(timezone, (begin, end, 3)), timezone)
    expected = Days(date.fromisoformat(first), date.fromisoformat(running_day), timezone)
    assert reach.whole == (expected if len(expected) > 0 else None)
    midnight = at(running_day, timezone=timezone)
    assert reach.running == (Window(midnight, end) if midnight < end else None)
    for day in reach.whole or ():
        window = Days(day, day + timedelta(days=1), timezone).window
        assert begin <= window.from_utc and window.to_utc <= end


def test_at_any_time_of_a_year_the_days_that_are_over_are_whole_and_no_other():
    begin = at("2026-01-01")
    for clock in range(0, 365 * 48, 499):
        end = begin + HALF_HOUR * (clock + 1)
        reach = settled(warehouse(LONDON, (begin, end, 1)), LONDON)
        over = end.astimezone(ZoneInfo(LONDON)).date()
        assert (reach.whole.end if reach.whole else date(2026, 1, 1)) == over


def test_the_running_day_is_held_against_the_same_hours_of_the_day_before_by_the_clock():
    reach = settled(warehouse(LONDON, (at("2026-03-27"), at("2026-03-29", "09:00"), 3)), LONDON)
    assert reach.running == Window(at("2026-03-29"), at("2026-03-29", "09:00"))
    assert reach.day_before == Window(at("2026-03-28"), at("2026-03-28", "10:00")), "ten on both clocks"
    begun = settled(warehouse(LONDON, (at("2026-03-29"), at("2026-03-29", "09:00"), 3)), LONDON)
    assert (begun.whole, begun.day_before) == (None, None)
    assert begun.running == Window(at("2026-03-29"), at("2026-03-29", "09:00"))


def test_meters_that_are_ahead_of_most_and_one_with_a_wrong_clock_make_no_day_whole():
    most = (at("2026-01-01"), at("2026-01-10", "12:00"), 10)
    ahead = (at("2026-01-10", "12:00"), at("2026-01-12"), 4)
    wrong = (at("2026-12-01"), at("2026-12-02"), 1)
    assert settled(warehouse(LONDON, most, ahead, wrong), LONDON).whole.last == date(2026, 1, 9)
    half = (*ahead[:2], 5)
    assert settled(warehouse(LONDON, most, half, wrong), LONDON).whole.last == date(2026, 1, 11)


def test_nothing_settled_reaches_nowhere():
    assert settled(warehouse(LONDON), LONDON) is None


def test_a_period_runs_until_its_last_day_is_over():
    known = Days(date(2026, 6, 1), date(2026, 6, 22), LONDON)
    assert is_running("Month", known)
    assert not is_running("Week", Days(date(2026, 6, 15), date(2026, 6, 22), LONDON))
    assert not is_running("All days", known)


@pytest.mark.parametrize(
    ("step", "start", "expected"),
    [
        ("day", date(2026, 6, 21), True),
        ("week", date(2026, 6, 15), True),
        ("week", date(2026, 6, 22), False),
        ("month", date(2026, 6, 1), False),
        ("month", date(2026, 5, 1), True),
        ("month", date(2026, 4, 1), False),
    ],
)
def test_a_step_is_whole_where_all_of_it_lies_within_the_days(step, start, expected):
    assert is_whole(step, start, Days(date(2026, 4, 4), date(2026, 6, 24), LONDON)) is expected
