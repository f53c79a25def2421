"""What forecasters issue: one shape for every target, with a model or without."""

import numpy as np
import pytest

from tests.support.forecast_histories import homes, panels, prices
from wattlake.tasks.forecasting.forecaster import Expected, Forecaster, Issue, IssuedDays, Known, stacked
from wattlake.tasks.forecasting.sky import clear_sky_w_per_m2
from wattlake.tasks.forecasting.targets import FORECASTERS, issue_days

COUNT, DAY = 60, 50


def known_of(target: str) -> Known:
    """A history with two groups, or of prices with none."""
    if target == "price":
        return Known(prices(COUNT))
    groups = {"north": [0, 1], "community": [0, 1, 2]}
    if target == "consumption":
        return Known(homes(3, COUNT), groups)
    days = panels(3, COUNT)
    return Known(days, groups, np.array([2.0, 3.0, 4.0]), clear_w_per_m2=clear_sky_w_per_m2(days, 0.0, 0.0))


@pytest.mark.parametrize("forecaster", FORECASTERS.values(), ids=FORECASTERS)
def test_each_target_issues_tiers_of_all_slots_and_sums_of_all_groups(forecaster: Forecaster):
    known = known_of(forecaster.target)
    issue = forecaster.issue(None, known, DAY, None)

    assert isinstance(issue, Issue)
    assert issue.tier.shape == issue.expected[forecaster.main].shape == (len(known.days.series), known.days.slots)
    assert issue.sums.shape == (len(known.groups), known.days.slots)
    assert np.isfinite(issue.sums).all()


@pytest.mark.parametrize("forecaster", FORECASTERS.values(), ids=FORECASTERS)
def test_days_in_a_row_keep_what_each_day_issued(forecaster: Forecaster):
    known = known_of(forecaster.target)
    days = issue_days(forecaster, None, known, range(DAY, DAY + 3))
    second = forecaster.issue(None, known, DAY + 1, None)

    assert isinstance(days, IssuedDays)
    assert np.array_equal(days.sums[:, 1], second.sums)
    assert np.array_equal(days.expected[forecaster.main][:, 1], second.expected[forecaster.main])
    assert days.quantiles.keys() == second.quantiles.keys()


def test_of_days_in_a_row_only_what_each_has_is_kept():
    one = Expected({"a": np.ones((1, 2)), "b": np.ones((1, 2))})
    other = Expected({"a": np.zeros((1, 2))}, {0.5: np.ones((1, 2))})
    both = stacked([one, other])

    assert set(both.expected) == {"a"}
    assert both.expected["a"].tolist() == [[[1, 1], [0, 0]]]
    assert both.quantiles == {}
