"""The ladder of baselines, on days whose answers are known."""

import numpy as np
import pytest

from tests.support.forecast_histories import days
from wattlake.tasks.forecasting import baselines

COUNTED = days(np.broadcast_to(np.arange(40.0)[None, :, None] + np.arange(24.0) / 100, (1, 40, 24)).copy())
"""On day n the value is n, and a hundredth for each hour."""


def at(hour: int, forecast: np.ndarray) -> float:
    return float(forecast[0, hour])


def test_each_baseline_reads_the_days_it_says():
    assert at(7, baselines.naive_24h(COUNTED, 40)) == pytest.approx(39.07)
    assert at(7, baselines.naive_168h(COUNTED, 40)) == pytest.approx(33.07)
    assert at(7, baselines.weekday_mean(COUNTED, 40)) == pytest.approx((33 + 26 + 19 + 12) / 4 + 0.07)
    assert at(7, baselines.clock_mean(COUNTED, 40)) == pytest.approx((12 + 39) / 2 + 0.07)


def test_where_nothing_is_known_nothing_is_said():
    assert np.isnan(baselines.naive_168h(COUNTED, 3)).all()
    assert at(0, baselines.weekday_mean(COUNTED, 8)) == 1.0, "one week is there, three are not"
    assert np.isnan(baselines.clock_mean(COUNTED, 0)).all()


def test_smart_persistence_dims_a_clear_day_as_yesterday_was_dimmed():
    clear = np.maximum(np.sin((np.arange(24) - 6) / 12 * np.pi), 0.0)
    sky = np.ones(29)
    sky[-1] = 0.25

    found = baselines.smart_persistence(days((sky[:, None] * clear)[None]), 29)

    assert found[0] == pytest.approx(0.25 * clear)


def test_smart_persistence_never_beats_the_clear_sky_and_stays_dark_in_the_dark():
    values = np.tile(np.where(np.arange(24) == 12, 0.5, 0.0), (1, 29, 1))
    values[0, -1, 12] = 0.9

    assert baselines.smart_persistence(days(values), 29)[0] == pytest.approx(np.where(np.arange(24) == 12, 0.5, 0.0))
    assert baselines.smart_persistence(days(np.zeros((1, 29, 24))), 29).sum() == 0.0
