"""The features' SQL, ``sql/gold/forecast_feature``, run on a history in memory: the same for training and for serving.

Each file is a step, one SELECT over those before it. What they start from is here: the history as one list per series
and issue, and the issues. Sums that rows could add in another order are of decimals or of ordered lists, so that the
same history gives the same bytes however many threads there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

FOLDER = Path(__file__).parents[2] / "sql" / "gold" / "forecast_feature"
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
KEY = ("issue", "series", "slot")
WINDOW_DAYS = 56


@dataclass(frozen=True)
class Known:
    """What was known when some forecasts were issued.

    Attributes:
        history: ``issue`` and ``series`` (numbers or text), ``readings``, a list of the slots of the 56 days before the
            issue in order, null where nothing was known; ``known_28d_utc`` and ``known_56d_utc``, since when all those
            of the last 28 and 56 days were known.
        issues: the local date that each issue forecasts.
        slots: how many slots a day has.
        first_hour: the hour of the local clock at which days begin.
        holidays: dates without work, beside weekends.
    """

    history: pa.Table
    issues: Mapping[int, date]
    slots: int
    first_hour: int = 0
    holidays: frozenset[date] = frozenset()


def features(known: Known) -> pa.Table:
    """One row per issue, series and slot, in that order: the key, since when each group of features is known, and they.

    The columns are those of ``feature.sql``; all energy is in units of the series' scale, whose logarithm is the last.
    """
    given = {"slots": known.slots, "first_hour": known.first_hour, "holidays": sorted(known.holidays)}
    issues = pa.table(
        {"issue": list(known.issues), "issue_day": pa.array(known.issues.values(), pa.date32())},
    )
    with duckdb.connect() as connection:
        connection.register("series_history", known.history)
        connection.register("issue", issues)
        for step in STEPS:
            asked = {name: given[name] for name in _parameters(step)}
            connection.execute(f"create temp table {step} as {_sql(step)}", asked)
        return connection.execute("from feature").to_arrow_table()


@cache
def _sql(step: str) -> str:
    return (FOLDER / f"{step}.sql").read_text(encoding="utf-8")


@cache
def _parameters(step: str) -> frozenset[str]:
    (statement,) = duckdb.extract_statements(_sql(step))
    return frozenset(statement.named_parameters)
