"""Load of many members together: added means, a model of the sum, and both reconciled."""

from collections.abc import Sequence

import numpy as np

from wattlake.tasks.forecasting.days import Days, Floats
from wattlake.tasks.forecasting.past import mean, trailing_mean
from wattlake.tasks.forecasting.ridge import design, ridge

NAME, VERSION = "load_aggregate", "1"
ACTIVE_DAYS = 3
FILL_DAYS = 28
GAPS_AT_ONCE = 20_000
"""Days with gaps that are filled at once: that takes about 100 MB of hours."""
PENALTY = 100.0
HALF_LIFE_DAYS = 60.0

Groups = Sequence[Sequence[int]]


def active(days: Days, number: int) -> list[int]:
    """List the series with a value in the three days before a day; the others have left."""
    recent = days.values[:, max(number - ACTIVE_DAYS, 0) : number]
    return np.flatnonzero(~np.isnan(recent).all((1, 2))).tolist()


def forecast_sums(days: Days, number: int, groups: Groups, means: Floats) -> Floats:
    """Forecast what groups of members use together on a day: groups × slots.

    It is the average of the members' means added up and of a ridge regression on the sum. The sum's past is that of the
    members who are there now, so that one who left leaves no step; gaps are filled with what the clock usually brings.

    Args:
        days: the members' history; only the days before the day are read.
        number: the day.
        groups: numbers of the members of each group.
        means: the members' expected mean on the day, series × slots.
    """
    there = set(active(days, number))
    present = [[member for member in group if member in there] for group in groups]
    added = np.stack([np.nansum(means[group], axis=0) for group in present])
    past = _filled(days.values[:, :number])
    sums = np.stack([past[group].sum(0) for group in present])
    together = Days(
        tuple(map(str, range(len(groups)))), days.first_day, sums, days.timezone, days.holidays, days.first_hour
    ).with_days(number + 1)
    whole = ridge(design(together), together, number, PENALTY, HALF_LIFE_DAYS)
    return np.where(np.isnan(whole), added, (added + whole) / 2)


def reconciled(means: Floats, together: Floats) -> Floats:
    """Stretch the members' means slot by slot so that they add up to the forecast of their sum."""
    added = np.nansum(means, axis=0)
    return means * np.divide(together, added, out=np.ones_like(added), where=added > 0)


def _filled(values: Floats) -> Floats:
    """Fill gaps with the slot's mean of the 28 days before, or of all days where there is none."""
    filled = np.where(np.isnan(values), np.nan_to_num(mean(values, 1))[:, None], values)
    lately = trailing_mean(mean(values, 2)[:, :, None], FILL_DAYS)[:, :, 0]
    padded = np.pad(values, ((0, 0), (FILL_DAYS, 0), (0, 0)), constant_values=np.nan)
    series, day = np.nonzero(np.isnan(values).any(2) & ~np.isnan(lately))
    for some in np.array_split(np.arange(series.size), max(series.size // GAPS_AT_ONCE, 1)):
        usual = mean(padded[series[some, None], day[some, None] + np.arange(FILL_DAYS)], 1)
        here = values[series[some], day[some]]
        otherwise = filled[series[some], day[some]]
        filled[series[some], day[some]] = np.where(np.isnan(here) & ~np.isnan(usual), usual, otherwise)
    return filled
