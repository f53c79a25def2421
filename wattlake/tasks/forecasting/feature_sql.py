"""Features by SQL (``sql/steps/features``) on a history in memory, for training and serving.

Each file is a step, one SELECT over those before it. What they start from is here: the history as one list per series
and issue, and the issues. Sums that rows could add in another order are of decimals or of ordered lists, so that the
same history gives the same bytes however many threads there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import duckdb
import numpy as np
import pyarrow as pa

from wattlake import PACKAGE
from wattlake.tasks.forecasting.days import Floats
from wattlake.tasks.forecasting.weather import Instants

FOLDER = PACKAGE / "sql" / "steps" / "features"
STEPS = (
    "scaled",
    "calendar",
    "clock_day",
    "lag",
    "level",
    "clock",
    "kind",
    "unusual",
    "middle",
    "community",
    "feature",
)
WITH_WEATHER = ("weather", "feature_with_weather")
KEY = ("issue", "series", "slot")
WINDOW_DAYS = 56


@dataclass(frozen=True)
class Known:
    """The history, calendar and weather that were known when some forecasts were issued.

    Attributes:
        history: ``issue`` and ``series`` (numbers or text), ``readings``, a list of the slots of the 56 days before the
            issue in order, null where nothing was known; ``known_28d_utc`` and ``known_56d_utc``, since when all those
            of the last 28 and 56 days were known; ``zone``, a number. ``history`` makes it.
        issues: the local date that each issue forecasts.
        slots: how many slots a day has.
        first_hour: the hour of the local clock at which days begin.
        holidays: dates without work, beside weekends.
        zone_weather: of each issue, zone and slot, where weather is known.
        track: which weather that is; its features' names begin with it, so that what was learned from one track is
            never served with another.
    """

    history: pa.Table
    issues: Mapping[int, date]
    slots: int
    first_hour: int = 0
    holidays: frozenset[date] = frozenset()
    zone_weather: pa.Table | None = None
    track: str = ""


def history(windows: Floats, zones: Sequence[int], known_28d_utc: Instants, known_56d_utc: Instants) -> pa.Table:
    """Make the ``history`` table of ``Known``.

    Args:
        windows: issues × series × the slots of 56 days; NaN where nothing was known.
        zones: the zone of each series.
        known_28d_utc: issues × series, since when the readings of the last 28 days were known; NaT where there is none.
        known_56d_utc: the same of all.
    """
    issues, series, length = windows.shape
    offsets = pa.array(np.arange(issues * series + 1, dtype=np.int64) * length)
    readings = pa.LargeListArray.from_arrays(offsets, pa.array(windows.reshape(-1), from_pandas=True))
    return pa.table(
        {
            "issue": np.repeat(np.arange(issues, dtype=np.int32), series),
            "series": np.tile(np.arange(series, dtype=np.int32), issues),
            "readings": readings,
            "known_28d_utc": pa.array(known_28d_utc.reshape(-1), pa.timestamp("us")),
            "known_56d_utc": pa.array(known_56d_utc.reshape(-1), pa.timestamp("us")),
            "zone": np.tile(np.array(zones, dtype=np.int32), issues),
        }
    )


def features(known: Known) -> pa.Table:
    """Compute the features: one row per issue, series and slot, in that order.

    A row has the key, the times since when each group of features is known, and the features.

    The columns are those of ``feature.sql``; all energy is in units of the series' scale, whose logarithm is the last.
    """
    given = {"slots": known.slots, "first_hour": known.first_hour, "holidays": sorted(known.holidays)}
    issues = pa.table(
        {"issue": list(known.issues), "issue_day": pa.array(known.issues.values(), pa.date32())},
    )
    steps = STEPS + (WITH_WEATHER if known.zone_weather is not None else ())
    with duckdb.connect() as connection:
        connection.register("series_history", known.history)
        connection.register("issue", issues)
        if known.zone_weather is not None:
            connection.register("zone_weather", known.zone_weather)
        for step in steps:
            asked = {name: given[name] for name in _parameters(step)}
            connection.execute(f"create temp table {step} as {step_sql(step)}", asked)
        plain = connection.table("feature").columns
        table = connection.execute(f"from {steps[-1]}").to_arrow_table()
    return table.rename_columns(
        [name if name in plain or is_known_at(name) else f"{known.track}_{name}" for name in table.column_names]
    )


def is_known_at(name: str) -> bool:
    """Say whether a column is no feature but the time since when a group of them is known."""
    return name.endswith("_known_at_utc")


@cache
def step_sql(step: str) -> str:
    """Read the SELECT of a step from ``sql/steps/features``."""
    return (FOLDER / f"{step}.sql").read_text(encoding="utf-8")


@cache
def _parameters(step: str) -> frozenset[str]:
    (statement,) = duckdb.extract_statements(step_sql(step))
    return frozenset(statement.named_parameters)
