"""Tomorrow's day-ahead price: LASSO autoregressions of several windows, averaged with trees.

The autoregression is LEAR: all hours of one, two, three and seven days before and weekday dummies, on prices scaled by
median and MAD and passed through asinh, which tames spikes and takes negative prices. Uniejewski, Nowotarski and Weron
(2016), Automated Variable Selection and Shrinkage for Day-Ahead Electricity Price Forecasting; Lago, Marcjasz, De
Schutter and Weron (2021), Forecasting day-ahead electricity prices.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import Lasso

from wattlake.tasks.forecasting.boosted import Boosted, Trees, boost
from wattlake.tasks.forecasting.days import Days, Floats
from wattlake.tasks.forecasting.price_features import FIRST_DAYS, LAGS_DAYS, regressors, step_table

NAME, VERSION = "price", "1"
WINDOWS_DAYS = (84, 112, 180, 364)
LEAST_DAYS = 2 * FIRST_DAYS
PENALTY = 0.02
FURTHEST = 5.0
NORMAL_MAD = 1.4826

TREES: Trees = {
    "objective": "l1",
    "extra_trees": True,
    "learning_rate": 0.03,
    "num_leaves": 15,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 3.0,
    "num_iterations": 600,
}


@dataclass(frozen=True)
class PriceModel:
    """Trees for the step from yesterday's price, in asinh units.

    The units are of the median and the MAD that the trees were trained with.
    """

    trees: Boosted
    median: float
    deviation: float


def train(days: Days, number: int, trees: Trees | None = None) -> PriceModel:
    """Train the trees on the days before a day; given settings replace those of ``TREES``.

    Raises:
        ValueError: there are fewer than 56 days of history.
    """
    if number < LEAST_DAYS:
        raise ValueError(f"There are {number} days of prices. The price model needs {LEAST_DAYS} or more.")
    prices = _filled(days.values[0, :number])
    median, deviation = _median_and_deviation(prices[FIRST_DAYS:])
    tables, targets, names = [], [], list[str]()
    for day in range(FIRST_DAYS, number):
        names, table, yesterday = step_table(days, prices, day, median, deviation)
        tables.append(table)
        targets.append(np.arcsinh((prices[day] - median) / deviation) - yesterday)
    own = {**TREES, **(trees or {})}
    return PriceModel(boost(names, np.concatenate(tables), np.concatenate(targets), own), median, deviation)


def forecast(model: PriceModel, days: Days, number: int) -> Floats:
    """Forecast one day's prices from the days before it: 1 × slots, in EUR/MWh."""
    prices = _filled(days.values[0, :number])
    _, table, yesterday = step_table(days, prices, number, model.median, model.deviation)
    trees = np.sinh(model.trees.predict(table) + yesterday) * model.deviation + model.median
    return ((trees + lear(days, number)) / 2)[None]


def lear(days: Days, number: int) -> Floats:
    """Average the autoregressions of the calibration windows, cut to the history: one per slot."""
    prices = _filled(days.values[0, :number])
    longest = number - max(LAGS_DAYS)
    windows = sorted({min(window, longest) for window in WINDOWS_DAYS})
    return np.mean([_autoregression(days, prices, window) for window in windows], axis=0)


def _autoregression(days: Days, prices: Floats, window: int) -> Floats:
    """Fit one LASSO per slot on the last days, and forecast the day after them."""
    number = len(prices)
    first = number - window
    median, deviation = _median_and_deviation(prices[max(first - 7, 0) :])
    scaled = np.arcsinh((prices - median) / deviation)
    table = regressors(days, scaled, np.arange(first, number + 1))
    centre, width = table[:-1].mean(0), table[:-1].std(0) + 1e-6
    table = np.clip((table - centre) / width, -FURTHEST, FURTHEST)
    expected = [
        Lasso(alpha=PENALTY, max_iter=2000, tol=1e-3).fit(table[:-1], scaled[first:, slot]).predict(table[-1:])[0]
        for slot in range(days.slots)
    ]
    return np.sinh(expected) * deviation + median


def _median_and_deviation(prices: Floats) -> tuple[float, float]:
    median = float(np.median(prices))
    return median, float(np.median(np.abs(prices - median)) * NORMAL_MAD) + 1e-6


def _filled(prices: Floats) -> Floats:
    """Fill gaps (the hour that a clock skips) along time, at the ends with the nearest price."""
    flat = prices.reshape(-1)
    known = np.flatnonzero(~np.isnan(flat))
    if not known.size:
        raise ValueError("There are no prices to forecast from.")
    return np.interp(np.arange(flat.size), known, flat[known]).reshape(prices.shape)
