"""The features of load: each group against numbers worked out by hand or by a plain recomputation, on odd histories."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from harness.lake_steps import stored
from tests.support.forecast_histories import days, homes
from wattlake.tasks.forecasting.days import Days, Floats, days_of
from wattlake.tasks.forecasting.load_features import load_features, load_tables

DAY = 60
COUNT = DAY + 1
HOURS = np.arange(24)
MONTHS = range(1, 13)


def ramp(slots: int = 24, count: int = COUNT) -> Days:
    """One series whose reading tells its day and slot: 1000 · day + slot."""
    return days((1000.0 * np.arange(count)[:, None] + np.arange(slots))[None])


def unscaled(history: Days, number: int = DAY) -> dict[str, Floats]:
    """The features of one day, those of energy in the history's own unit."""
    found = load_features(history, number)
    unit = np.exp(found["log_scale"])
    return {name: part * unit if is_energy(name) else part for name, part in found.items()}


def is_energy(name: str) -> bool:
    return name not in ("clock_hour", "weekday", "month", "season_number", "log_scale") and not name.startswith(
        ("is_", "community")
    )


def test_a_lag_is_the_reading_of_so_many_hours_before_and_unknown_where_that_is_not_over_yet():
    found = unscaled(ramp())

    for name in (name for name in found if name.startswith("lag_")):
        hours = int(name.removeprefix("lag_").removesuffix("h"))
        place = DAY * 24 + HOURS - hours
        expected = np.where(place < DAY * 24, 1000.0 * (place // 24) + place % 24, np.nan)
        assert found[name][0] == pytest.approx(expected, nan_ok=True), name
    assert np.isnan(found["lag_22h"][0]).tolist() == [False] * 22 + [True] * 2


@pytest.mark.parametrize("slots", [48, 96])
def test_hours_are_hours_in_shorter_slots(slots):
    found, hour = unscaled(ramp(slots)), slots // 24

    assert found["lag_24h"][0].tolist() == pytest.approx((1000.0 * (DAY - 1) + np.arange(slots)).tolist())
    assert found["lag_23h"][0, :-hour].tolist() == pytest.approx((1000.0 * (DAY - 1) + np.arange(hour, slots)).tolist())
    assert np.isnan(found["lag_23h"][0, -hour:]).all()
    assert found["lag_169h"][0, 0] == pytest.approx(1000 * (DAY - 8) + slots - hour)
    assert found["mean_last_3h"][0, 0] == pytest.approx(1000 * (DAY - 1) + slots - 1 - (3 * hour - 1) / 2)
    assert found["clock_hour"][0].tolist() == (np.arange(slots) / hour).tolist()


def test_the_calendar_knows_weekends_and_holidays_before_on_and_after():
    sunday_march_3 = 62  # 2024-03-03; the history begins on Monday 2024-01-01
    found = load_features(replace(ramp(count=70), holidays=frozenset([date(2024, 3, 5)])), sunday_march_3 + 1)
    assert {name: set(found[name].ravel()) for name in ("weekday", "is_off_before", "is_off", "is_off_after")} == {
        "weekday": {0.0},
        "is_off_before": {1.0},
        "is_off": {0.0},
        "is_off_after": {1.0},
    }

    from_six = replace(ramp(count=70), holidays=frozenset([date(2024, 3, 5)]), first_hour=6)
    found = load_features(from_six, sunday_march_3 + 1)
    assert found["clock_hour"][0].tolist() == [*range(6, 24), *range(6)]
    assert found["weekday"][0].tolist() == [0.0] * 18 + [1.0] * 6
    assert found["is_off"][0].tolist() == [0.0] * 18 + [1.0] * 6, "what is after midnight is of the holiday"


def test_the_calendar_knows_month_and_season_of_each_slot_s_own_date():
    until_march = load_features(replace(ramp(count=70), first_hour=6), 59)  # 2024-02-29, from six in the morning

    assert until_march["month"][0].tolist() == [2.0] * 18 + [3.0] * 6
    assert until_march["season_number"][0].tolist() == [0.0] * 18 + [1.0] * 6
    seasons = [
        load_features(replace(ramp(), first_day=date(2024, month, 1)), 0)["season_number"][0, 0] for month in MONTHS
    ]
    assert seasons == [0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 0]


def test_what_days_of_its_kind_bring_is_not_what_the_others_bring():
    is_off = np.arange(COUNT + 10) % 7 >= 5
    history = days(np.where(is_off, 5.0, 1.0)[None, :, None] * np.ones((1, 1, 24)))
    friday, saturday = 60, 61  # 2024-03-01 and the day after

    on_friday, on_saturday = unscaled(history, friday), unscaled(history, saturday)

    assert set(on_friday["kind_median"][0].round(9)) == {1.0}
    assert set(on_saturday["kind_median"][0].round(9)) == {5.0}
    assert set(on_saturday["clock_median_28d"][0].round(9)) == {1.0}
    assert set(on_friday["day_24h"][0].round(9)) == {1.0}
    assert set(on_friday["weekday_mean_4w"][0].round(9)) == {1.0}
    assert set(on_saturday["weekday_mean_4w"][0].round(9)) == {5.0}


def test_means_medians_and_spreads_are_those_of_a_plain_recomputation():
    history = homes(3, COUNT + 4)
    values = history.values.copy()
    values[np.random.default_rng(5).random(values.shape) < 0.1] = np.nan
    number, history = 63, replace(history, values=values)  # a Monday
    past = values[:, number - 56 : number]
    age = np.arange(56, 0, -1)
    like = np.where((np.arange(number - 56, number) % 7 >= 5), 0.15, 1.0)

    found = unscaled(history, number)

    for series, slot in np.ndindex(3, 24):
        clock = past[series, :, slot]
        of = {name: part[series, slot] for name, part in found.items()}
        assert of["clock_mean_56d"] == pytest.approx(np.nanmean(clock))
        assert of["clock_spread_28d"] == pytest.approx(np.nanstd(clock[-28:]))
        assert of["clock_lowest_7d"] == pytest.approx(np.nanmin(clock[-7:]))
        assert of["clock_mean_recent"] == pytest.approx(weighted_mean(clock, 0.5 ** (age / 5)))
        assert of["kind_mean"] == pytest.approx(weighted_mean(clock, like * 0.5 ** (age / 21)))
        assert of["kind_mean_newest"] == pytest.approx(weighted_mean(clock, like * 0.5 ** (age / 5)))
        assert of["clock_median_recent"] == pytest.approx(weighted_quantile(clock, 0.5 ** (age / 5), 0.5))
        for name, level in (("kind_low", 0.25), ("kind_median", 0.5), ("kind_high", 0.75)):
            assert of[name] == pytest.approx(weighted_quantile(clock, like * 0.5 ** (age / 21), level)), name
        for name, level in (("clock_low_28d", 0.1), ("clock_median_28d", 0.5), ("clock_high_28d", 0.9)):
            assert of[name] == pytest.approx(weighted_quantile(clock[-28:], np.ones(28), level)), name
    for series in range(3):
        daily = np.nanmean(past[series], axis=1)
        of = {name: part[series, 0] for name, part in found.items()}
        assert of["day_spread_28d"] == pytest.approx(np.std(daily[-28:]))
        assert of["highest_7d"] == pytest.approx(np.nanmax(past[series, -7:]))
        assert of["lowest_peak_7d"] == pytest.approx(np.nanmax(past[series, -7:], axis=1).min())
        assert np.exp(of["log_scale"]) == pytest.approx(np.nanmean(past[series, -28:]))
        unusual = past[series, -1] - found["kind_mean"][series]
        assert of["unusual_last_6h"] == pytest.approx(np.nanmean(unusual[-6:]))


def weighted_mean(values: Floats, weights: Floats) -> float:
    known = ~np.isnan(values)
    return float((values[known] * weights[known]).sum() / weights[known].sum())


def weighted_quantile(values: Floats, weights: Floats, level: float) -> float:
    pairs = sorted((value, weight) for value, weight in zip(values, weights, strict=True) if not np.isnan(value))
    whole, share = sum(weight for _, weight in pairs), 0.0
    for value, weight in pairs:
        share += weight
        if share >= level * whole - 1e-12:
            return value
    raise AssertionError


def test_the_community_is_the_mean_of_its_homes_each_in_its_own_unit():
    flat = np.ones((2, COUNT, 24)) * np.array([1.0, 100.0])[:, None, None]
    flat[:, DAY - 1, 18:] *= 3

    found = load_features(days(flat), DAY)

    together = np.mean([home[DAY - 28 : DAY] / home[DAY - 28 : DAY].mean() for home in flat], axis=0)
    assert found["community_24h"][:, 0] == pytest.approx([1.5, 1.5])
    assert found["community_evening"][:, 0] == pytest.approx([3.0, 3.0])
    assert found["community_trend"][:, 0] == pytest.approx([together[-7:].mean() / together.mean()] * 2)


def test_a_member_of_three_days_has_what_three_days_tell_and_one_without_any_spoils_nothing():
    values = np.full((3, COUNT, 24), np.nan)
    values[0] = 2.0
    values[1, DAY - 3 : DAY] = np.array([1.0, 2.0, 6.0])[:, None]

    found = unscaled(days(values))

    assert found["clock_mean_28d"][1].tolist() == pytest.approx([3.0] * 24)
    assert found["kind_median"][1].tolist() == pytest.approx([2.0] * 24)
    assert np.exp(found["log_scale"][1, 0]) == pytest.approx(3.0)
    assert (found["lag_24h"][1, 0], found["lag_72h"][1, 0]) == pytest.approx((6.0, 1.0))
    assert np.isnan(found["lag_96h"][1]).all()
    assert np.isnan(found["weekday_mean_4w"][1]).all(), "none of the four days is known"
    assert all(np.isnan(found[name][2]).all() for name in found if is_energy(name))
    assert np.isfinite(found["community_24h"]).all()


def test_an_hour_that_the_clock_skips_is_unknown_and_one_it_repeats_is_the_mean_of_both():
    starts = [stored(2013, 2, 1) + timedelta(hours=hour) for hour in range(24 * 65)]
    spring = days_of(
        pl.DataFrame({"series": "a", "period_start_utc": starts, "value": [float(start.hour) for start in starts]}),
        "Europe/London",
    )
    found = unscaled(spring, spring.number(date(2013, 4, 1)))
    assert np.isnan(found["lag_24h"][0]).nonzero()[0].tolist() == [1], "31 March has no hour that begins at one"
    assert found["lag_24h"][0, 2:].tolist() == pytest.approx(list(range(1, 23))), "it begins at one in UTC"
    assert found["lag_48h"][0].tolist() == pytest.approx(list(range(24)))

    starts = [stored(2013, 8, 31, 23) + timedelta(hours=hour) for hour in range(24 * 60)]
    autumn = days_of(
        pl.DataFrame({"series": "a", "period_start_utc": starts, "value": [float(start.hour) for start in starts]}),
        "Europe/London",
    )
    found = unscaled(autumn, autumn.number(date(2013, 10, 28)))
    assert found["lag_24h"][0, :4].tolist() == pytest.approx([23, 0.5, 2, 3])


def test_days_asked_for_together_are_those_asked_for_apart_to_the_bit():
    history = homes(4, COUNT + 5)
    numbers = [64, 40, 61, 29]

    together = [table for _, table in load_tables(history, numbers)]
    apart = [next(load_tables(history, [number]))[1] for number in numbers]

    assert all(np.array_equal(one, other, equal_nan=True) for one, other in zip(together, apart, strict=True))
    assert not np.array_equal(together[0], together[1], equal_nan=True)
