"""The backtest of each target: what is trained and issued, and the baselines beside it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np
import polars as pl

from wattlake.tasks.forecasting import baselines, load
from wattlake.tasks.forecasting.aggregate import Groups, active, forecast_sums
from wattlake.tasks.forecasting.backtest import Outcome, outcome, roll
from wattlake.tasks.forecasting.challenge import Served, served_from
from wattlake.tasks.forecasting.days import Days, Floats
from wattlake.tasks.forecasting.fallback import filled, ladder_of
from wattlake.tasks.forecasting.forecaster import Expected, Forecaster, Known
from wattlake.tasks.forecasting.ridge import design
from wattlake.tasks.forecasting.scores import errors, mean_of_all, skill_pct
from wattlake.tasks.forecasting.targets import LOAD, PRICE, SOLAR
from wattlake.tasks.forecasting.weather import Weather

SUM = "load_sum"
CURVE = (1, 3, 10, 30, 100, 300)
GROUPS_OF_A_SIZE = 20


def backtest_load(
    days: Days, first: int, last: int, weather: Weather | None = None, also: frozenset[str] = frozenset()
) -> Outcome:
    """Backtest each member's load: intervals of the median; means add up to the community's."""
    return _backtest(LOAD, Known(days, design=design(days), weather=weather, also=also), first, last)


def _backtest(forecaster: Forecaster, known: Known, first: int, last: int) -> Outcome:
    """Backtest what would have served: a model once one has won; each day sees what lies before."""
    served: dict[date, Served] = {}

    def train(past: Days, number: int) -> Served:
        before = next(reversed(served.values()), Served())
        served[past.day(number)] = served_from(forecaster, replace(known, days=past), number, before)
        return served[past.day(number)]

    def issue(by: Served, number: int) -> Expected:
        return forecaster.issue(by.model, known, number, None)

    rolled = roll(known.days, first, last, train, issue)
    rows = [{"from": day, "served": server.name, "why": server.why} for day, server in served.items()]
    scored = outcome(known.days, first, last, rolled, forecaster.shown, forecaster.floor)
    return replace(scored, served=pl.DataFrame(rows))


def backtest_sums(days: Days, first: int, last: int, groups: Groups, weather: Weather | None = None) -> Outcome:
    """Backtest the load of groups of members together, such as zones or the community.

    A sum is scored over the members that have a reading in the slot, so that a gap is no error.
    """
    known = design(days)

    def issue(model: load.MeanModel, number: int) -> Expected:
        here, ladder = active(days, number), ladder_of(baselines.LOAD, days, number)
        means = np.full((len(days.series), days.slots), np.nan)
        means[here] = filled({"model": load.forecast_mean(model, days, number, known, weather), **ladder})[0][here]
        is_read = ~np.isnan(days.values[:, number])
        share = _added(np.where(is_read, means, np.nan), groups) / np.maximum(_added(means, groups), 1e-9)
        whole = {
            name: _added(np.where(is_read, filled({name: part})[0], np.nan), groups) for name, part in ladder.items()
        }
        return Expected({SUM: forecast_sums(days.until(number), number, groups, means) * share, **whole})

    sums = replace(days, series=tuple(map(str, range(len(groups)))), values=_sums(days, groups))
    return outcome(
        sums, first, last, roll(days, first, last, partial(load.train_mean, weather=weather), issue), [SUM], 0.0
    )


def random_groups(members: int, seed: int = 2013) -> dict[int, list[list[int]]]:
    """Draw groups of members at random for the aggregation curve, by size; the last holds all."""
    draw = np.random.default_rng(seed)
    groups = {
        size: [draw.choice(members, size, replace=False).tolist() for _ in range(GROUPS_OF_A_SIZE)]
        for size in CURVE
        if size < members
    }
    return groups | {members: [list(range(members))]}


def aggregation_curve(days: Days, first: int, last: int, weather: Weather | None = None) -> pl.DataFrame:
    """Measure quality by the number of members: one row per size, the mean over its groups."""
    drawn = random_groups(len(days.series))
    groups = [group for of_size in drawn.values() for group in of_size]
    outcome, rows, begin = backtest_sums(days, first, last, groups, weather), [], 0
    for size, of_size in drawn.items():
        here = slice(begin, begin := begin + len(of_size))
        actual, naive = outcome.days.values[here], outcome.expected["naive_24h"][here]
        measures = errors(actual, outcome.expected[SUM][here], outcome.naive_error[here])
        rows.append(
            {"members": size, "groups": len(of_size)}
            | {name: measures[name] for name in ("mape_pct", "wape_pct", "mase", "r2", "bias_pct")}
            | {"skill_naive_24h_pct": skill_pct(actual, outcome.expected[SUM][here], naive)}
        )
    return pl.DataFrame(rows)


def backtest_solar(days: Days, first: int, last: int, clear_w_per_m2: Floats, chain: Floats | None = None) -> Outcome:
    """Backtest each member's output in kW per kWp.

    Args:
        days: output in kW per kWp.
        first: the first day that is scored.
        last: the last.
        clear_w_per_m2: radiation under a clear sky, days × slots.
        chain: what the weather makes of the panels, kW per kWp, series × days × slots; without it there is none.
    """
    return _backtest(SOLAR, Known(days, clear_w_per_m2=clear_w_per_m2, chain=chain), first, last)


def errors_by_daylight(outcome: Outcome, clear_w_per_m2: Floats) -> pl.DataFrame:
    """Give each forecaster's mean absolute error in % of rated power: always, and by daylight.

    Args:
        outcome: of solar output per kWp.
        clear_w_per_m2: radiation under a clear sky on the scored days, days × slots.
    """
    with_sun = np.where(clear_w_per_m2 > 0, 1.0, np.nan)
    rows = [
        {
            "forecaster": name,
            "mae_pct_of_kwp": 100 * mean_of_all(np.abs(expected - outcome.days.values)),
            "daylight_mae_pct_of_kwp": 100 * mean_of_all(np.abs(expected - outcome.days.values) * with_sun),
        }
        for name, expected in outcome.expected.items()
    ]
    return pl.DataFrame(rows)


def backtest_price(days: Days, first: int, last: int) -> Outcome:
    """Backtest the day-ahead price of one zone, in EUR/MWh."""
    return _backtest(PRICE, Known(days), first, last)


def _added(values: Floats, groups: Groups) -> Floats:
    return np.stack([np.nansum(values[list(group)], axis=0) for group in groups])


def _sums(days: Days, groups: Sequence[Sequence[int]]) -> Floats:
    """Add up what groups used, over the members that were read; NaN where none was."""
    parts = [days.values[list(group)] for group in groups]
    return np.stack([np.where(np.isnan(part).all(0), np.nan, np.nansum(part, axis=0)) for part in parts])
