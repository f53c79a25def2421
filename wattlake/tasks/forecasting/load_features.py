"""Features of a member's load at the beginning of a day, by SQL from a history as an array.

Nothing of the day itself or later is read but its place in the calendar, so all is known when the day begins.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from wattlake.tasks.forecasting.days import Days, Floats
from wattlake.tasks.forecasting.feature_sql import KEY, WINDOW_DAYS, Known, features, history, is_known_at
from wattlake.tasks.forecasting.weather import Weather

ROWS_AT_ONCE = 150_000
"""Series' slots that are computed at once, or a day's if those are more: that takes about 1 GB."""

Features = dict[str, Floats]


def load_features(days: Days, number: int, weather: Weather | None = None) -> Features:
    """Compute the features of one day by name, in units of each series' scale: series × slots."""
    ((names, table),) = load_tables(days, [number], weather)
    of_day = table.reshape(len(days.series), days.slots, len(names))
    return {name: of_day[:, :, position] for position, name in enumerate(names)}


class FeatureTable(NamedTuple):
    """The features of a day: a table whose rows are series × slots, and its columns' names."""

    names: list[str]
    table: Floats


def feature_table(days: Days, number: int, weather: Weather | None = None) -> FeatureTable:
    """Compute the features of one day as a table."""
    ((names, table),) = load_tables(days, [number], weather)
    return FeatureTable(names, table)


def scale(names: Sequence[str], table: Floats) -> Floats:
    """Return the unit of each row's energy: its series' mean of 28 days before; NaN if unknown."""
    return np.asarray(np.exp(table[:, names.index("log_scale")]), dtype=np.float64)


def load_tables(
    days: Days, numbers: Sequence[int], weather: Weather | None = None
) -> Iterator[tuple[list[str], Floats]]:
    """Compute the features of some days, one after the other: their names and a table.

    The rows of a table are series × slots, its columns the features.
    """
    at_once = max(1, ROWS_AT_ONCE // (len(days.series) * days.slots))
    for first in range(0, len(numbers), at_once):
        some = numbers[first : first + at_once]
        table_of_all = features(_known(days, some, weather))
        names = [name for name in table_of_all.column_names if name not in KEY and not is_known_at(name)]
        table = np.stack([table_of_all[name].cast(pa.float64()).to_numpy() for name in names], axis=1)
        yield from ((names, part) for part in np.split(table, len(some)))


def _known(days: Days, numbers: Sequence[int], weather: Weather | None) -> Known:
    """Collect what was known at the beginning of some days.

    Since when is not told, for the history has no times of knowledge.
    """
    windows = np.stack([_window(days, number) for number in numbers])
    never = np.full(windows.shape[:2], np.datetime64("NaT", "us"))
    zones = weather.zones if weather else (-1,) * len(days.series)
    return Known(
        history(windows, zones, never, never),
        {issue: days.day(number) for issue, number in enumerate(numbers)},
        days.slots,
        days.first_hour,
        days.holidays,
        weather.of_days(numbers) if weather else None,
        weather.track if weather else "",
    )


def _window(days: Days, number: int) -> Floats:
    """Return the 56 days before a day, series × slots in order; NaN before the history begins."""
    first = max(number - WINDOW_DAYS, 0)
    known = replace(days, values=days.values[:, first:number]).until(number - first).values
    padded = np.pad(known, ((0, 0), (WINDOW_DAYS - known.shape[1], 0), (0, 0)), constant_values=np.nan)
    return padded.reshape(len(padded), -1)
