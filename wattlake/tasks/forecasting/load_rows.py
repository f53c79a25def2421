"""What the load model learns from, and what it is asked with: the features that are its own.

Some features are for people alone (``TOLD_ALONE``): the model learns from them only where a trial asks for it
(docs/forecasting.md).
"""

from collections.abc import Collection, Sequence

import numpy as np

from wattlake.tasks.forecasting.boosted import Table
from wattlake.tasks.forecasting.days import Days, Floats
from wattlake.tasks.forecasting.load_features import FeatureTable, load_tables, scale
from wattlake.tasks.forecasting.weather import PREFIXES, Weather

FIRST_DAYS = 28
MOST_ROWS = 1_500_000
CALENDAR = ("month", "season_number")
HUMIDITY = ("relative_humidity_pct",)
MOVING_MEANS = (
    "temperature_mean_24h_celsius",
    "temperature_deviation_24h_celsius",
    "humidity_mean_24h_pct",
    "humidity_deviation_24h_pct",
)
WEATHER_CODE = (
    "weather_code",
    "is_clear",
    "is_cloudy",
    "is_fog",
    "is_drizzle",
    "is_rain",
    "is_snow",
    "is_thunderstorm",
)
TOLD_ALONE = frozenset((*CALENDAR, *HUMIDITY, *MOVING_MEANS, *WEATHER_CODE))
"""Features that are stored for people and that the model does not learn from, without their track."""


def training_rows(
    days: Days, number: int, weather: Weather | None, also: Collection[str] = ()
) -> tuple[list[str], Table, Floats]:
    """Build features and targets of days before one: every k-th of too many, of all weekdays.

    Args:
        days: the history.
        number: the day.
        weather: of the same days.
        also: of the features for people alone, those to learn from.

    Raises:
        ValueError: there are too few days.
    """
    of_day = len(days.series) * days.slots
    step = max(1, -(-(number - FIRST_DAYS) * of_day // MOST_ROWS))
    numbers = range(number - 1, FIRST_DAYS - 1, -(step + (step % 7 == 0)))
    if not numbers:
        raise ValueError(f"There are {number} days of history. The load model needs {FIRST_DAYS + 1} or more.")
    tables, targets, learned = [], [], list[str]()
    for day, (names, table) in zip(numbers, load_tables(days, numbers, weather), strict=True):
        learned = [name for name in names if is_learned(name, also)]
        target = days.values[:, day].reshape(-1) / scale(names, table)
        is_known = ~np.isnan(target)
        own = table[:, [names.index(name) for name in learned]]
        tables.append(own[is_known].astype(np.float32))
        targets.append(target[is_known])
    return learned, np.concatenate(tables), np.concatenate(targets)


def day_table(features: Sequence[str], given: FeatureTable) -> FeatureTable:
    """Pick the features that a model was trained with out of those of a day.

    Raises:
        ValueError: some of them are not there, such as weather of the track that it was trained with.
    """
    if missing := set(features).difference(given.names):
        odd = missing.union(name for name in given.names if is_learned(name) and name not in features)
        raise ValueError(
            f"The model was trained on other features than are given; they differ in {', '.join(sorted(odd))}. "
            "Give weather of the track that it was trained with, or train it anew."
        )
    return FeatureTable(list(features), given.table[:, [given.names.index(name) for name in features]])


def is_learned(name: str, also: Collection[str] = ()) -> bool:
    """Say whether a model is trained on a feature."""
    plain = next((name.removeprefix(prefix) for prefix in PREFIXES if name.startswith(prefix)), name)
    return plain not in TOLD_ALONE or plain in also
