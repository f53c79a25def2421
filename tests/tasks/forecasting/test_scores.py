"""The measures of quality, on numbers worked out by hand."""

import numpy as np
import pytest

from wattlake.tasks.forecasting import scores

ACTUAL = np.array([[[1.0, 3.0]], [[10.0, np.nan]]])
EXPECTED = np.array([[[2.0, 3.0]], [[8.0, 5.0]]])


def test_errors_are_over_all_that_is_known_and_mase_is_the_mean_over_series():
    found = scores.errors(ACTUAL, EXPECTED, np.array([1.0, 4.0]))

    assert found["mae"] == 1.0
    assert found["rmse"] == pytest.approx((5 / 3) ** 0.5)
    assert found["wape_pct"] == pytest.approx(100 * 3 / 14)
    assert found["mape_pct"] == pytest.approx(100 * (1 + 0 + 0.2) / 3)
    assert found["mase"] == pytest.approx((0.5 / 1 + 2 / 4) / 2)
    assert found["bias_pct"] == pytest.approx(100 * (1 + 0 - 2) / 14)
    assert found["r2"] == pytest.approx(1 - 0.5 / 1.0), "the second series has one value, so no variance"


def test_skill_is_told_where_both_say_something():
    baseline = np.array([[[3.0, np.nan]], [[10.0, 1.0]]])

    assert scores.skill_pct(ACTUAL, EXPECTED, baseline) == pytest.approx(100 * (1 - 3 / 2))


def test_the_naive_error_is_of_the_days_before_the_first_scored_one():
    values = np.array([[[1.0], [2.0], [4.0], [100.0]]])

    assert scores.naive_error(values, 3).tolist() == [1.5]


def test_pinball_loss_leans_to_the_level():
    actual = np.array([[[2.0, 0.0]]])

    assert scores.pinball(actual, np.ones((1, 1, 2)), 0.9) == pytest.approx((0.9 * 1 + 0.1 * 1) / 2)
    assert scores.pinball(actual[..., :1], np.ones((1, 1, 1)), 0.9) == pytest.approx(0.9)


def test_the_crps_of_a_sure_forecast_is_its_absolute_error():
    levels = {level: np.full((1, 1, 1), 3.0) for level in np.linspace(0.001, 0.999, 999)}

    assert scores.crps(np.full((1, 1, 1), 5.0), levels) == pytest.approx(2.0, rel=2e-3)


def test_intervals_are_counted_over_all_and_series_by_series():
    actual = np.array([[[0.0, 1.0, 2.0, 9.0]], [[1.0, 1.0, 1.0, np.nan]]])
    low, high = np.zeros_like(actual), np.full_like(actual, 2.0)

    found = scores.intervals(actual, low, high, 0.75)

    assert found["coverage_pct"] == pytest.approx(100 * 6 / 7)
    assert found["series_within_4_points_pct"] == 50.0
    assert found["width"] == 2.0
