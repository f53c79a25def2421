"""A history as days of the local clock: clock changes, slots, holidays and the way back to rows."""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from harness.lake_steps import stored
from wattlake.tasks.forecasting.days import days_of, rows_of

SUMMER_BEGINS, SUMMER_ENDS = stored(2013, 3, 31), stored(2013, 10, 27)


def history(start: datetime, slots: int, minutes: int = 60, series: str = "anna") -> pl.DataFrame:
    starts = [start + timedelta(minutes=minutes * slot) for slot in range(slots)]
    return pl.DataFrame({"series": series, "period_start_utc": starts, "value": [float(slot) for slot in range(slots)]})


def test_the_hour_that_the_clock_skips_is_not_known_and_the_next_ones_follow():
    days = days_of(history(SUMMER_BEGINS, 23), "Europe/London")

    assert (days.first_day, days.values.shape) == (date(2013, 3, 31), (1, 1, 24))
    assert days.values[0, 0].tolist()[:4] == pytest.approx([0.0, np.nan, 1.0, 2.0], nan_ok=True)
    assert days.values[0, 0, 23] == 22.0


def test_the_hour_that_the_clock_repeats_is_the_mean_of_both():
    days = days_of(history(SUMMER_ENDS - timedelta(hours=1), 25), "Europe/London")

    assert days.values[0, 0].tolist()[:4] == [0.0, 1.5, 3.0, 4.0]


@pytest.mark.parametrize("start", [SUMMER_BEGINS, SUMMER_ENDS - timedelta(hours=1), stored(2013, 6, 11, 23)])
@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_a_day_goes_back_to_the_very_slots_it_came_from(start, minutes):
    day = days_of(history(start, 1), "Europe/London").first_day
    end = days_of(history(start + timedelta(days=1, hours=1), 1), "Europe/London")
    slots = int((end.starts_utc(0)[0][0] - start) / timedelta(minutes=minutes))
    given = history(start, slots, minutes)
    days = days_of(given, "Europe/London", minutes)

    rows = rows_of(days, 0, {"value": days.values[:, 0]})

    assert (days.first_day, days.values.shape[1]) == (day, 1)
    assert rows["period_start_utc"].to_list() == given["period_start_utc"].to_list()
    assert rows["series"].unique().to_list() == ["anna"]
    assert rows["value"].null_count() == 0


def test_days_that_begin_at_six_hold_the_six_hours_of_the_next_date():
    days = days_of(history(stored(2024, 1, 5, 6), 48), "Etc/UTC", holidays=[date(2024, 1, 8)], first_hour=6)

    assert (days.first_day, days.values[0, 0, 0], days.values[0, 0, 23]) == (date(2024, 1, 5), 0.0, 23.0)
    assert days.clock_hours()[[0, 17, 18, 23]].tolist() == [6.0, 23.0, 0.0, 5.0]
    assert days.weekdays()[0].tolist() == [4] * 18 + [5] * 6
    assert days.is_off()[0].tolist() == [False] * 18 + [True] * 6
    assert days.is_off(2)[1].tolist() == [True] * 18 + [False] * 6, "Monday the 8th is a holiday, Tuesday is not"
    assert days.starts_utc(0)[23] == [stored(2024, 1, 6, 5)]


def test_holidays_are_days_off():
    days = days_of(history(stored(2024, 1, 1), 72), "Etc/UTC", holidays=[date(2024, 1, 2)])

    assert days.is_off()[:, 0].tolist() == [False, True, False]
    assert days.is_off(1)[:, 0].tolist() == [True, False, False]
    assert days.is_off(-1)[:, 0].tolist() == [True, False, True], "31 December 2023 is a Sunday"


def test_series_are_sorted_and_what_is_missing_is_not_known():
    both = pl.concat([history(stored(2024, 1, 2), 1, series="zoe"), history(stored(2024, 1, 1), 1)])

    days = days_of(both, "Etc/UTC")

    assert days.series == ("anna", "zoe")
    assert np.argwhere(~np.isnan(days.values)).tolist() == [[0, 0, 0], [1, 1, 0]]


def test_no_history_is_refused_with_what_was_expected():
    with pytest.raises(ValueError, match="no history to forecast from; expected rows of series"):
        days_of(history(stored(2024, 1, 1), 0), "Etc/UTC")
