"""The hours of weather around issues of forecasts, out of the lake and as arrays."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from wattlake.lake.models.graph import fill_in
from wattlake.lake.sql import Connection
from wattlake.tasks.forecasting.days import Floats, Integers
from wattlake.tasks.forecasting.feature_sql import step_sql
from wattlake.tasks.forecasting.weather import MEASURED, MOVING_HOURS, Instants, latest, moving

HOURS = 26
"""A day has 25 at most, and may begin within one."""
ONE_HOUR = timedelta(hours=1)
BEFORE = MOVING_HOURS - 1


def weather_rows(reader: Connection, track: str, issued: Sequence[datetime], back_hours: int = 0) -> pl.DataFrame:
    """Read the hours after each issue, of each zone, and so many before it."""
    window = {"from_utc": min(issued) - (back_hours + 1) * ONE_HOUR, "to_utc": max(issued) + HOURS * ONE_HOUR}
    issues = pl.DataFrame(
        {"issue": range(len(issued)), "at_utc": issued}, schema_overrides={"at_utc": pl.Datetime("us")}
    )
    reader.register("issue", issues.to_arrow())
    try:
        asked = fill_in(step_sql(f"weather_{track}"), window | {"back_hours": back_hours})
        return reader.execute(asked).pl()
    finally:
        reader.unregister("issue")


def by_hour(rows: pl.DataFrame, zones: list[str], issues: int) -> tuple[dict[str, Floats], Instants]:
    """Turn rows into arrays, zones × issues × hours; the last is for slots that the clock skips.

    Means and deviations of the 24 hours up to each are among them, so all is known when the newest of those is.
    """
    rows = rows.filter(pl.col("zone").is_in(zones))
    cells = tuple(
        rows.select(
            pl.col("zone").cast(pl.Enum(zones)).to_physical().cast(pl.Int64), "issue", pl.col("hours_ahead") + BEFORE
        )
        .to_numpy()
        .T
    )
    shape = (len(zones), issues, BEFORE + HOURS + 1)
    values = {name: np.full(shape, np.nan) for name in MEASURED}
    for name, part in values.items():
        part[cells] = rows[name].to_numpy()
    known_at_utc = np.full(shape, np.datetime64("NaT", "us"))
    known_at_utc[cells] = rows["known_at_utc"].to_numpy()
    around = {name: part[:, :, BEFORE:] for name, part in values.items()} | moving(values)
    for part in around.values():
        part[:, :, -1] = np.nan
    return around, latest(known_at_utc)


def hours_ahead(starts: list[list[list[datetime]]], issued: Sequence[datetime]) -> Integers:
    """Count the hours from each issue to its slots: days × slots."""
    return np.array(
        [
            [
                (slot[0] - at.replace(minute=0, second=0, microsecond=0)) // ONE_HOUR if slot else HOURS
                for slot in of_day
            ]
            for of_day, at in zip(starts, issued, strict=True)
        ]
    )
