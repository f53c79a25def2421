"""Tomorrow's solar output without weather, from what the panels told of the sky.

Trees on the output are averaged with trees on its step from yesterday's, which keep the shape of a clear day where
one follows another. All work per kWp and over all panels at once, so a member with three days of
history is served. The quantiles are what followed on days alike (``sky``).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattlake.tasks.forecasting.boosted import Boosted, Trees, boost_each
from wattlake.tasks.forecasting.days import Days, Floats, evenly
from wattlake.tasks.forecasting.misses import LEVELS
from wattlake.tasks.forecasting.past import mean
from wattlake.tasks.forecasting.sky import by_likeness, sky_of
from wattlake.tasks.forecasting.solar_features import solar_table

NAME, VERSION = "solar", "2"
FIRST_DAYS = 14
MOST_ROWS = 1_500_000
"""Slots with the sun up, of at most so many panels: what is new to learn lies in days, which panels share."""
MIDDLE = 0.5

WEIGHTS = (0.4, 0.4, 0.2)
"""Weights of the output's median, the step's median and the step's mean: the last minds the dull days."""
SEEDS = (1, 2, 3, 4)
"""There are few days of weather to learn from, so one drawing of trees differs from the next: their mean does not."""

TREES: Trees = {
    "objective": "l1",
    "extra_trees": True,
    "learning_rate": 0.05,
    "num_leaves": 7,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 50.0,
    "num_iterations": 200,
}


@dataclass(frozen=True)
class SolarModel:
    """Trees for the output per kWp, for its step from the day before, and for the step's mean."""

    output: tuple[Boosted, ...]
    step: tuple[Boosted, ...]
    mean_step: tuple[Boosted, ...]


def train(days: Days, number: int, clear_w_per_m2: Floats, trees: Trees | None = None) -> SolarModel:
    """Train on the days before a day.

    Of more than 1.5 million slots with the sun up, only those of evenly drawn panels are learned from.

    Args:
        days: output in kW per kWp.
        number: the day.
        clear_w_per_m2: radiation under a clear sky, days × slots.
        trees: settings other than ``TREES``.

    Raises:
        ValueError: there are not fifteen days of history.
    """
    if number <= FIRST_DAYS:
        raise ValueError(f"There are {number} days of history. The solar model needs {FIRST_DAYS + 1} or more.")
    past = days.until(number)
    sky = sky_of(past, clear_w_per_m2[:number])
    tables, outputs, steps, names = [], [], [], list[str]()
    is_drawn = drawn_slots(past)
    for day in range(FIRST_DAYS, number):
        names, table, is_day = solar_table(past, sky, day)
        output, step = (
            values.reshape(-1) for values in (past.values[:, day], past.values[:, day] - past.values[:, day - 1])
        )
        used = is_day.reshape(-1) & ~np.isnan(step) & is_drawn
        tables.append(table[used])
        outputs.append(output[used])
        steps.append(step[used])
    table, output_of_all, step_of_all = (np.concatenate(parts) for parts in (tables, outputs, steps))
    own = {**TREES, **(trees or {})}
    return SolarModel(
        _drawn(names, table, output_of_all, own),
        _drawn(names, table, step_of_all, own),
        _drawn(names, table, step_of_all, own | {"objective": "l2"}),
    )


def forecast(model: SolarModel, days: Days, number: int, clear_w_per_m2: Floats) -> dict[float, Floats]:
    """Forecast a day of each series: quantiles by level from the days before, 0.5 the forecast.

    A series that has no history yet is expected to bring what the others do, per kWp.
    """
    past = days.until(number).with_days(number + 1)
    sky = sky_of(past, clear_w_per_m2[: number + 1])
    _, table, is_day = solar_table(past, sky, number)
    output, step, mean_step = (
        np.mean([trees.predict(table) for trees in drawn], axis=0).reshape(is_day.shape)
        for drawn in (model.output, model.step, model.mean_step)
    )
    yesterday = past.values[:, number - 1]
    parts, weights = np.stack([output, yesterday + step, yesterday + mean_step]), np.array(WEIGHTS)[:, None, None]
    middle = mean(parts, 0, weights)
    by_level = {MIDDLE: middle} | dict(zip(LEVELS, by_likeness(sky, number, LEVELS), strict=True))
    return {
        level: _like_the_others(np.where(is_day, np.maximum(part, 0.0), 0.0), past) for level, part in by_level.items()
    }


def drawn_slots(days: Days) -> npt.NDArray[np.bool_]:
    """Mark the rows of a day's table to learn from: all panels, or evenly drawn ones of many."""
    daylight = max(days.values.shape[1] * days.slots // 2, 1)
    is_drawn = np.zeros((len(days.series), days.slots), dtype=bool)
    is_drawn[evenly(len(days.series), max(MOST_ROWS // daylight, 1))] = True
    return is_drawn.reshape(-1)


def contributions(model: SolarModel, days: Days, number: int, clear_w_per_m2: Floats, series: int) -> dict[str, Floats]:
    """Return what each feature adds to a series' forecast of a day: kW per kWp and slot by name.

    ``base`` and yesterday's output, from which the steps go, are in it; what is below zero is not cut off.
    """
    past = days.until(number).with_days(number + 1)
    _, table, is_day = solar_table(past, sky_of(past, clear_w_per_m2[: number + 1]), number)
    rows = table.reshape(*is_day.shape, -1)[series]
    yesterday = past.values[series, number - 1]
    is_known = ~np.isnan(yesterday)
    weights = np.stack([np.ones_like(yesterday), is_known, is_known]) * np.array(WEIGHTS)[:, None] * is_day[series]
    weights /= np.maximum(weights.sum(0), 1e-9)
    added_by = {"output_24h_before": np.nan_to_num(yesterday) * weights[1:].sum(0)}
    for weight, drawn in zip(weights, (model.output, model.step, model.mean_step), strict=True):
        for trees in drawn:
            for name, added in trees.contributions(rows).items():
                added_by[name] = added_by.get(name, 0.0) + weight * added / len(drawn)
    return added_by


def _drawn(names: list[str], table: Floats, target: Floats, parameters: Trees) -> tuple[Boosted, ...]:
    return tuple(boost_each(names, table, target, [{**parameters, "seed": seed} for seed in SEEDS]))


def _like_the_others(output: Floats, past: Days) -> Floats:
    """Give each series without any history the mean output of the others."""
    is_new = np.isnan(mean(past.values, (1, 2)))[:, None]
    return np.where(is_new, mean(np.where(is_new, np.nan, output), 0)[None], output)
