"""What serves: the ladder's best rung, until a model wins against every rung on the same days."""

from dataclasses import replace

import numpy as np
import pytest

from tests.support.forecast_histories import days, panels
from wattlake.tasks.forecasting.backtests import backtest_solar
from wattlake.tasks.forecasting.baselines import smart_persistence
from wattlake.tasks.forecasting.challenge import Served, against, served_from
from wattlake.tasks.forecasting.days import Days, Floats
from wattlake.tasks.forecasting.fallback import recent_errors
from wattlake.tasks.forecasting.forecaster import Known
from wattlake.tasks.forecasting.holdout import held_out_days, judge
from wattlake.tasks.forecasting.promotion import judged
from wattlake.tasks.forecasting.sky import clear_sky_w_per_m2
from wattlake.tasks.forecasting.targets import LADDER
from wattlake.tasks.forecasting.targets import SOLAR as FORECASTER

COUNT, LONGER = 60, 80


def under(index: Floats) -> tuple[Days, Known]:
    """Three panels under one sky, of which each day shows so much, with a cloud here and there."""
    clear = panels(3, len(index)).values.max(1, keepdims=True)
    clouds = np.random.default_rng(7).uniform(0.7, 1.0, (3, len(index), 24))
    history = days(clear * index[None, :, None] * clouds)
    return history, Known(history, clear_w_per_m2=clear_sky_w_per_m2(history, 0.0, 0.0))


def spells() -> Floats:
    """Weather that stays for days on end and then turns: tomorrow is best told by today."""
    draw, index, level = np.random.default_rng(5), np.empty(COUNT), 0.9
    for day in range(COUNT):
        level = draw.uniform(0.1, 1.0) if draw.random() < 0.2 else level
        index[day] = level
    return index


def turning() -> Floats:
    """A clear day is followed by a dull one, more or less: today tells tomorrow all wrong, and a model learns it."""
    draw, index = np.random.default_rng(6), np.full(LONGER, 0.7)
    for day in range(1, LONGER):
        index[day] = np.clip(1.15 - 0.9 * index[day - 1] + draw.normal(0, 0.15), 0.05, 1.0)
    return index


def test_on_a_short_history_in_which_the_model_loses_smart_persistence_keeps_serving():
    history, known = under(spells())

    served = served_from(FORECASTER, known, 55, Served())

    assert (served.name, served.model) == (LADDER, None)
    assert "of smart_persistence" in served.why or "of naive_24h" in served.why
    found = backtest_solar(history, 45, 59, known.clear_w_per_m2)
    assert set(found.served["served"]) == {LADDER}
    assert np.array_equal(found.expected["solar"], found.expected["smart_persistence"]), "no worse, for it is the same"


def test_on_a_short_history_in_which_the_model_wins_it_is_promoted():
    history, known = under(turning())

    served = served_from(FORECASTER, known, 75, Served())

    assert served.name == "solar" and served.model is not None, served.why
    assert "better in 100 % of draws" in served.why
    numbers = range(75, 80)
    mine = [FORECASTER.issue(served.model, known, number, None).expected["solar"] for number in numbers]
    theirs = [smart_persistence(history, number) for number in numbers]
    came = history.values[:, 75:80].swapaxes(0, 1)
    assert np.abs(np.array(mine) - came).mean() < 0.8 * np.abs(np.array(theirs) - came).mean()


def test_too_short_a_history_leaves_what_served_before():
    _, known = under(spells())
    before = Served("solar", object(), "it won")

    served = served_from(FORECASTER, known, 28, before)

    assert (served.name, served.model) == (before.name, before.model)
    assert served.why == "28 days are too few to train and to judge"


def test_a_challenger_is_held_against_the_model_before_and_every_rung_on_the_same_days():
    _, known = under(turning())
    numbers = range(75 - held_out_days(75, FORECASTER.least_days), 75)
    model = FORECASTER.train(known, numbers[0], {})[1]
    held = judge(FORECASTER, model, known, numbers)

    alone = against(FORECASTER, {}, known, held, numbers)
    beside_itself = against(FORECASTER, {"itself": model}, known, held, numbers)

    assert alone.is_promoted, alone.why
    assert not beside_itself.is_promoted
    assert "of itself, better in 50 % of draws" in beside_itself.why
    best = {**held.outcome.expected, "clock_mean": held.outcome.days.values}
    rung = replace(held, outcome=replace(held.outcome, expected=best))
    assert "of clock_mean, better in 0 % of draws" in against(FORECASTER, {}, known, rung, numbers).why


def test_what_is_better_than_the_model_before_but_not_than_a_rung_is_not_promoted():
    own, coverage = np.full(20, 1.0), np.full(20, 95.0)

    verdict = judged({"model 1": (own, own + 1), "naive_24h": (own, own - 0.1)}, coverage)

    assert not verdict.is_promoted
    assert "against 0.9 of naive_24h" in verdict.why


def test_the_ladders_bands_are_of_its_own_errors_and_no_later_value_enters():
    history, known = under(spells())
    errors = recent_errors(smart_persistence, history, 50)
    changed = history.values.copy()
    changed[:, 50:] = 1e9

    assert errors[:, -1] == pytest.approx(history.values[:, 49] - smart_persistence(history, 49))
    assert np.array_equal(recent_errors(smart_persistence, replace(history, values=changed), 50), errors)
    assert recent_errors(smart_persistence, history, 0).shape[1] == 0
    issue = FORECASTER.issue(None, known, 50, None)
    assert set(issue.tier.flat) == {"smart_persistence"}
    noon = issue.quantiles[0.9] - issue.expected["solar"]
    assert noon[:, 12] == pytest.approx(np.quantile(errors[:, :, 12], 0.9, axis=1, method="inverted_cdf"))
