"""Settings of the trees are tried on the past alone, the forecaster's own first, and what they came to is true."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from tests.support.forecast_histories import homes, prices
from wattlake.tasks.forecasting.forecaster import Known
from wattlake.tasks.forecasting.holdout import relative_errors
from wattlake.tasks.forecasting.targets import LOAD, PRICE, issue_days
from wattlake.tasks.forecasting.tuning import FACTORS, FOLD_DAYS, folds_before, trials

UNTIL = 62
KNOWN = Known(homes())


Trials = list[tuple[dict, float]]
"""Settings, and what each came to."""


def tried(known: Known, count: int) -> Trials:
    return [(dict(one.trees), one.error) for one in islice(trials(LOAD, known, UNTIL, {"num_leaves": 9}), count)]


@pytest.fixture(scope="module")
def three_trials() -> Trials:
    return tried(KNOWN, 3)


@pytest.mark.long
def test_the_own_settings_come_first_then_those_that_serve_then_others_once_each(three_trials: Trials):
    settings = [trees for trees, _ in three_trials]
    assert settings[:2] == [{}, {"num_leaves": 9}]
    assert all(settings.count(one) == 1 for one in settings)
    assert all(set(one) <= set(FACTORS) for one in settings)
    assert all(one.get("feature_fraction", 1.0) <= 1.0 for one in settings)
    assert all(isinstance(one.get("min_data_in_leaf", 1), int) for one in settings)


@pytest.mark.long
def test_what_a_trial_came_to_is_the_error_on_its_folds(three_trials: Trials):
    _, error = three_trials[0]
    errors = []
    for fold in folds_before(UNTIL, LOAD.least_days):
        _, model = LOAD.train(KNOWN, fold[0], {})
        expected = issue_days(LOAD, model, KNOWN, fold).expected[LOAD.main]
        errors.append(relative_errors(expected, KNOWN, fold).mean())
    assert len(errors) == 2
    assert error == pytest.approx(np.mean(errors), rel=1e-12)


@pytest.mark.long
def test_nothing_of_the_day_or_later_changes_a_trial(three_trials: Trials):
    values = KNOWN.days.values.copy()
    values[:, UNTIL:] = 1e9
    after = replace(KNOWN, days=replace(KNOWN.days, values=values))
    assert tried(after, 1) == three_trials[:1]


def test_folds_follow_one_another_and_leave_enough_to_train_on():
    folds = folds_before(100, 29)
    assert [(fold[0], fold[-1]) for fold in folds] == [(58, 71), (72, 85), (86, 99)]
    assert folds_before(29 + FOLD_DAYS, 29) == [range(29, 29 + FOLD_DAYS)]
    assert folds_before(28 + FOLD_DAYS, 29) == []


def test_of_too_short_a_history_nothing_is_tried():
    assert list(trials(PRICE, Known(prices()), PRICE.least_days + FOLD_DAYS - 1, {})) == []
