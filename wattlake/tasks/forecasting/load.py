"""Tomorrow's load of each member: trees over all members, and each member's own ridge.

The median has the least absolute error at one home, where most hours are quiet and a few are not; the mean is what adds
up to the right sum, so zones and communities are made from means (``aggregate``).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wattlake.tasks.forecasting.boosted import Boosted, Table, Trees, boost, boost_each
from wattlake.tasks.forecasting.days import Days, Floats
from wattlake.tasks.forecasting.load_features import FeatureTable, feature_table, scale
from wattlake.tasks.forecasting.load_rows import FIRST_DAYS as FIRST_DAYS
from wattlake.tasks.forecasting.load_rows import day_table, training_rows
from wattlake.tasks.forecasting.misses import LEVELS
from wattlake.tasks.forecasting.ridge import Design, ridge, ridge_in_blocks
from wattlake.tasks.forecasting.weather import CLEAR_SKY, Weather

NAME, VERSION = "load", "1"
RIDGE_PENALTY = 300.0

TREES: Trees = {
    "learning_rate": 0.04,
    "num_leaves": 31,
    "min_data_in_leaf": 200,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "num_iterations": 300,
}
MEDIAN = {**TREES, "objective": "l1"}
MEAN = {**TREES, "objective": "l2"}
QUANTILE = {**TREES, "objective": "quantile", "learning_rate": 0.08, "num_iterations": 120}


@dataclass(frozen=True)
class MeanModel:
    """Trees for the mean load in units of each member's scale, which is all that sums need."""

    mean: Boosted


@dataclass(frozen=True)
class LoadModel(MeanModel):
    """Trees for the mean, the median and the quantiles of the load."""

    median: Boosted
    quantiles: Mapping[float, Boosted]


@dataclass(frozen=True)
class LoadForecast:
    """A day's load, series × slots, with raw quantiles by level; NaN without enough history."""

    median: Floats
    mean: Floats
    quantiles: Mapping[float, Floats]


def train(
    days: Days,
    number: int,
    weather: Weather | None = None,
    trees: Trees | None = None,
    also: frozenset[str] = frozenset(),
) -> LoadModel:
    """Learn from the days before a day, sampled evenly to at most 1.5 million rows.

    Args:
        days: the history.
        number: the day.
        weather: of the same days; what is forecast with the model then needs weather of the same track.
        trees: settings other than ``TREES``.
        also: features to learn from beside the model's own (``load_rows.TOLD_ALONE``).

    Raises:
        ValueError: there are not 28 days of history and one to learn from.
    """
    names, table, target = training_rows(days, number, weather, also)
    own = dict(trees or {})
    levels = [QUANTILE | own | {"alpha": level} for level in LEVELS]
    mean, median, *quantiles = boost_each(names, table, target, [MEAN | own, MEDIAN | own, *levels])
    return LoadModel(mean, median, dict(zip(LEVELS, quantiles, strict=True)))


def forecast(
    model: LoadModel,
    days: Days,
    number: int,
    known: Design | None = None,
    weather: Weather | None = None,
    own: Floats | None = None,
    given: FeatureTable | None = None,
) -> LoadForecast:
    """Forecast one day of each member from the days before it.

    Args:
        model: trained on days before the day.
        days: the history.
        number: the day.
        known: the ridge's design of the same days, for those who forecast many of them.
        weather: of the same days, the day's own included.
        own: what each member's own ridge says, where it was asked already.
        given: the day's features, where they were computed already.

    Raises:
        ValueError: the model was trained on other features, such as another track of the weather.
    """
    names, table = day_table(model.mean.features, given or feature_table(days, number, weather))
    shape = len(days.series), days.slots
    unit = scale(names, table).reshape(shape)
    levels = {level: _expected(trees, table, shape) * unit for level, trees in model.quantiles.items()}
    return LoadForecast(
        median=_expected(model.median, table, shape) * unit,
        mean=_with_own(_expected(model.mean, table, shape) * unit, _own(days, number, known) if own is None else own),
        quantiles=levels,
    )


def train_mean(days: Days, number: int, weather: Weather | None = None) -> MeanModel:
    """Learn the mean alone.

    Raises:
        ValueError: as in ``train``.
    """
    return MeanModel(boost(*training_rows(days, number, weather), MEAN))


def forecast_mean(
    model: MeanModel, days: Days, number: int, known: Design | None = None, weather: Weather | None = None
) -> Floats:
    """Forecast the mean of one day of each member from the days before it: series × slots."""
    names, table = day_table(model.mean.features, feature_table(days, number, weather))
    shape = len(days.series), days.slots
    mean = _expected(model.mean, table, shape) * scale(names, table).reshape(shape)
    return _with_own(mean, _own(days, number, known))


def contributions(
    model: LoadModel, days: Days, number: int, series: int, weather: Weather | None = None
) -> dict[str, Floats]:
    """Return what each feature adds to the median of a member's day: kWh per slot by name.

    ``base`` is in it. The others are read, too: some features are of all homes together.
    """
    names, table = day_table(model.mean.features, feature_table(days, number, weather))
    of_one = table.reshape(len(days.series), days.slots, -1)[series]
    unit = scale(names, of_one)
    return {name: added * unit for name, added in model.median.contributions(of_one).items()}


def own_ridge(days: Days, numbers: range) -> Floats:
    """Forecast days in a row with each member's own ridge, fitted once: series × days × slots."""
    return ridge_in_blocks(days, numbers, RIDGE_PENALTY)


def knows_weather(model: LoadModel) -> bool:
    """Say whether a model was trained with weather and so asks for it."""
    return any(name.endswith(CLEAR_SKY) for name in model.mean.features)


def _own(days: Days, number: int, known: Design | None) -> Floats:
    return ridge(known, days, number, RIDGE_PENALTY) if known else own_ridge(days, range(number, number + 1))[:, 0]


def _with_own(mean: Floats, own: Floats) -> Floats:
    """Average the trees' mean and the member's own ridge; without a ridge keep the trees alone."""
    return np.where(np.isnan(own), mean, (mean + own) / 2)


def _expected(trees: Boosted, table: Table, shape: tuple[int, ...]) -> Floats:
    return np.maximum(trees.predict(table).reshape(shape), 0.0)
