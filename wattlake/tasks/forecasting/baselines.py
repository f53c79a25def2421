"""Baselines that every model is compared with: what the same clock brought before.

Each gives series × slots for one day from the days before it, NaN where it knows nothing.
"""

from collections.abc import Callable

import numpy as np

from wattlake.tasks.forecasting.days import Days, Floats
from wattlake.tasks.forecasting.past import mean, quantiles

WEEK_DAYS = 7
CLEAREST = 0.9
MONTH_DAYS = 28

Baseline = Callable[[Days, int], Floats]


def naive_24h(days: Days, number: int) -> Floats:
    """Repeat the same slot of the day before."""
    return _day(days, number - 1)


def naive_168h(days: Days, number: int) -> Floats:
    """Repeat the same slot of a week before."""
    return _day(days, number - WEEK_DAYS)


def weekday_mean(days: Days, number: int) -> Floats:
    """Average the same slot of the last four same weekdays."""
    return mean(np.stack([_day(days, number - WEEK_DAYS * weeks) for weeks in (1, 2, 3, 4)]), 0)


def clock_mean(days: Days, number: int) -> Floats:
    """Average the same slot of the last 28 days."""
    return mean(days.values[:, max(number - MONTH_DAYS, 0) : number], 1)


def smart_persistence(days: Days, number: int) -> Floats:
    """Dim a clear day of this season as yesterday was: persistence of the clear-sky index.

    The clear day is the slot's 90 % quantile of the last 28 days, so neither place nor tilt need be known.
    """
    past = days.values[:, max(number - MONTH_DAYS, 0) : number]
    (clear,) = quantiles(past, np.ones((1, 1, 1)), (CLEAREST,))
    index = np.divide(
        np.nansum(past[:, -1], axis=1), np.nansum(clear, axis=1), out=np.ones(len(past)), where=np.nansum(clear, 1) > 0
    )
    return clear * np.minimum(index, 1.0)[:, None]


LOAD = {"naive_24h": naive_24h, "naive_168h": naive_168h, "weekday_mean": weekday_mean, "clock_mean": clock_mean}
SOLAR = {"naive_24h": naive_24h, "clock_mean": clock_mean, "smart_persistence": smart_persistence}
PRICE = {"naive_24h": naive_24h, "naive_168h": naive_168h, "weekday_mean": weekday_mean}


def _day(days: Days, number: int) -> Floats:
    if number < 0:
        return np.full((len(days.series), days.slots), np.nan)
    return days.values[:, number]
