"""Estimates judged by hiding known readings: what is hidden, what each method is off by, and which one serves."""

from dataclasses import replace

import numpy as np
import pytest

from tests.support.forecast_histories import days
from wattlake.lake.settings import Settings
from wattlake.tasks.estimates.hiding import HOURS, judged
from wattlake.tasks.forecasting.days import Days

UTC = Settings(timezone="Etc/UTC")


def skies(series: int = 5, count: int = 120) -> Days:
    """Panels of several sizes under one sky, whose days no weekday tells."""
    clear = np.maximum(np.sin((np.arange(24) - 6) / 12 * np.pi), 0)
    sky = np.random.default_rng(2).uniform(0.1, 1, (count, 1))
    sizes = np.arange(1, series + 1)[:, None, None]
    return replace(days(sizes * sky[None] * clear), timezone="Etc/UTC")


def test_under_one_sky_others_know_all_and_are_what_serves_for_panels_alone():
    panels, homes = (judged(skies(), measures, UTC) for measures in ("production", "consumption"))

    assert panels["gap_hours"].to_list() == list(HOURS)
    # Not nothing: others of other sizes are hidden at other times.
    assert (panels["alike_pct"] < 6).all() and (panels["weekday_pct"] > 25).all()
    assert (panels["served_pct"] == panels["alike_pct"]).all() and set(panels["served"]) == {"members alike"}
    assert homes["alike_pct"].equals(panels["alike_pct"])
    assert homes["served"].to_list()[:2] == ["linear", "linear"] and "members alike" not in set(homes["served"])


def test_a_method_is_off_by_what_it_says_less_what_was_read():
    """What repeats itself each week is told by its weekdays to the milliwatt-hour, and by the line only by chance."""
    weekly = days(np.tile(np.random.default_rng(1).uniform(0, 1, (4, 7, 24)).round(3), (1, 20, 1)))
    rows = judged(replace(weekly, timezone="Etc/UTC"), "consumption", UTC)

    assert rows["weekday_pct"].to_list() == [0.0] * len(HOURS)
    assert rows.filter(rows["gap_hours"] > 2)["served_pct"].to_list() == [0.0] * 5
    assert (rows["linear_pct"] > 10).all()


def test_of_a_history_that_is_too_short_nothing_is_judged():
    with pytest.raises(ValueError, match="There are too few readings to hide any"):
        judged(skies(2, 10), "production", UTC)
