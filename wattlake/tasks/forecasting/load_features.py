"""What is known of a member's load at the beginning of a day, from a history as an array: the SQL's features.

Nothing of the day itself or later is read but its place in the calendar, so all is known when the day begins.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from wattlake.tasks.forecasting.days import Days, Floats
from wattlake.tasks.forecasting.feature_sql import KEY, WINDOW_DAYS, Known, features, history, is_known_at
from wattlake.tasks.forecasting.weather import Weather

ROWS_AT_ONCE = 150_000
"""So many series' slots are computed at once, if they are more than a day's: that takes about 1 GB."""

Features = dict[str, Floats]


def load_features(days: Days, number: int, weather: Weather | None = None) -> Features:
    """The features of one day, in units of each series' scale: name → series × slots."""
    ((names, table),) = load_tables(days, [number], weather)
    of_day = table.reshape(len(days.series), days.slots, len(names))
    return {name: of_day[:, :, place] for place, name in enumerate(names)}


def scale(names: Sequence[str], table: Floats) -> Floats:
    """The unit of each row's energy: its series' mean over the 28 days before; NaN where nothing is known."""
    return np.asarray(np.exp(table[:, names.index("log_scale")]), dtype=np.float64)


def load_tables(
    days: Days, numbers: Sequence[int], weather: Weather | None = None
) -> Iterator[tuple[list[str], Floats]]:
    """The features of some days, one after the other: their names, and series × slots as rows × features."""
    at_once = max(1, ROWS_AT_ONCE // (len(days.series) * days.slots))
    for first in range(0, len(numbers), at_once):
        some = numbers[first : first + at_once]
        found = features(_known(days, some, weather))
        names = [name for name in found.column_names if name not in KEY and not is_known_at(name)]
        table = np.stack([found[name].cast(pa.float64()).to_numpy() for name in names], axis=1)
        yield from ((names, part) for part in np.split(table, len(some)))


def _known(days: Days, numbers: Sequence[int], weather: Weather | None) -> Known:
    """What was known at the beginning of some days; since when is not told by a history without times of knowledge."""
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
    """The 56 days before a day, series × slots in order; NaN before the history begins."""
    first = max(number - WINDOW_DAYS, 0)
    known = replace(days, values=days.values[:, first:number]).until(number - first).values
    padded = np.pad(known, ((0, 0), (WINDOW_DAYS - known.shape[1], 0), (0, 0)), constant_values=np.nan)
    return padded.reshape(len(padded), -1)
