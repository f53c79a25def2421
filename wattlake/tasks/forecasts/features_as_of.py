"""The features of any time: all that was known of members' next 24 hours, and since when.

A feature store without a server: training and serving run the same SQL (``tasks/forecasting/feature_sql``), here on
what the lake's rows say was known at the time that is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pyarrow as pa

from wattlake.lake.models.graph import fill_in
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.lake.times import naive_utc
from wattlake.tasks.forecasting.days import Days, Floats, Integers
from wattlake.tasks.forecasting.feature_sql import KEY, WINDOW_DAYS, Known, features, history, is_known_at, step_sql
from wattlake.tasks.forecasting.weather import FORECAST, NONE, TRACKS, Instants
from wattlake.tasks.forecasts.weather import weather_of

UNITS_PER_KWH = 1_000_000
HOLIDAYS = "select local_date from gold.holiday"


@dataclass(frozen=True)
class IssueTime:
    """A time of issue on the local clock.

    Attributes:
        at_utc: the time, naive UTC.
        day: the local date of the first hour that is forecast.
        first_hour: that hour.
    """

    at_utc: datetime
    day: date
    first_hour: int


def features_as_of(
    reader: Connection, members: Sequence[str], at: datetime, settings: Settings, track: str = FORECAST
) -> pl.DataFrame:
    """Read what was known at a time of each member's load in the 24 hours from its hour on.

    Args:
        reader: of the lake.
        members: ids; one of whom nothing was known has features of the calendar, the community and the weather alone.
        at: the time; nothing that the lake came to know later is read, but where ``perfect`` weather is asked for.
        settings: of the lake.
        track: ``forecast``, the weather as it was forecast then; ``none``; or ``perfect``, as it turned out to be, for
            analysis only.

    Returns:
        One row per member and slot, two for one that the clock repeats: ``member_id``, ``period_start_utc``,
        ``known_at_utc``, the same of each group of features, ``weather_track``, and the features, energy in units of
        the member's mean over 28 days.

    Raises:
        ValueError: there is no such track.
    """
    if track not in TRACKS:
        raise ValueError(f"There is no weather of the track `{track}`. Expected one of {', '.join(TRACKS)}.")
    issue = _issue(at, settings)
    slots = 24 * 60 // settings.slot_minutes
    calendar = Days(
        tuple(members), issue.day, np.zeros((len(members), 1, slots)), settings.timezone, first_hour=issue.first_hour
    )
    weather = None if track == NONE else weather_of(reader, calendar, track, [issue.at_utc])
    window, known_28d_utc, known_56d_utc = _known(reader, members, issue, settings)
    zones = weather.zones if weather else (-1,) * len(members)
    known = Known(
        history(window[None], zones, known_28d_utc[None], known_56d_utc[None]),
        {0: issue.day},
        slots,
        issue.first_hour,
        frozenset(day for (day,) in reader.execute(HOLIDAYS).fetchall()),
        weather.of_days([0]) if weather else None,
        track,
    )
    return _rows(features(known), calendar, track)


def _issue(at: datetime, settings: Settings) -> IssueTime:
    local = at.astimezone(ZoneInfo(settings.timezone))
    return IssueTime(naive_utc(at), local.date(), local.hour)


def _known(
    reader: Connection, members: Sequence[str], issue: IssueTime, settings: Settings
) -> tuple[Floats, Instants, Instants]:
    """Read each member's 56 days as known then, and since when those of 28 and of 56 are."""
    slots = 24 * 60 // settings.slot_minutes
    rows = _readings(reader, members, issue, settings, slots)
    series, slot = (rows[name].to_numpy() for name in ("series", "place"))
    length = WINDOW_DAYS * slots
    flat, size = series.astype(np.int64) * length + slot, len(members) * length
    # Whole milliwatt-hours add up exactly; there are two in a slot that the clock repeats.
    total = np.bincount(flat, rows["consumption_units"].to_numpy(), size)
    count = np.bincount(flat, minlength=size)
    window = np.where(count > 0, total / np.maximum(count, 1) / UNITS_PER_KWH, np.nan).reshape(len(members), length)
    instants, is_recent = rows["known_at_utc"].to_numpy(), slot >= length // 2
    known_28d_utc = _latest(series[is_recent], instants[is_recent], len(members))
    return window, known_28d_utc, _latest(series, instants, len(members))


def _readings(reader: Connection, members: Sequence[str], issue: IssueTime, settings: Settings, slots: int) -> pa.Table:
    values = {
        "at_utc": issue.at_utc,
        "from_utc": issue.at_utc - timedelta(days=WINDOW_DAYS + 2),
        "first_day": issue.day - timedelta(days=WINDOW_DAYS),
        "first_hour": issue.first_hour,
        "slot_minutes": settings.slot_minutes,
        "slots": slots,
    }
    numbered = {"series": np.arange(len(members), dtype=np.int32), "member_id": pa.array(members, pa.string())}
    reader.register("member", pa.table(numbered))
    try:
        return reader.execute(fill_in(step_sql("history"), values)).to_arrow_table()
    finally:
        reader.unregister("member")


def _latest(series: Integers, instants: Instants, members: int) -> Instants:
    """Find the latest instant of each member; NaT where there is none."""
    never = np.iinfo(np.int64).min  # which is how NumPy writes NaT
    latest = np.full(members, never)
    np.maximum.at(latest, series, instants.astype("datetime64[us]").astype(np.int64))
    return latest.astype("datetime64[us]")


def _rows(table: pa.Table, calendar: Days, track: str) -> pl.DataFrame:
    """Name the member and the time of each row of features."""
    starts = [(slot, start) for slot, instants in enumerate(calendar.starts_utc(0)) for start in instants]
    slot = pl.DataFrame(starts, {"slot": pl.Int64, "period_start_utc": pl.Datetime("us")}, orient="row")
    rows = pl.from_arrow(table)
    assert isinstance(rows, pl.DataFrame)
    groups = [name for name in rows.columns if is_known_at(name)]
    names = [name for name in rows.columns if name not in (*KEY, *groups)]
    member = pl.Series(calendar.series, dtype=pl.String)
    return (
        rows.with_columns(pl.col("slot").cast(pl.Int64), member_id=member.gather(rows["series"]))
        .join(slot, on="slot", how="inner", maintain_order="left_right")
        .select(
            "member_id",
            "period_start_utc",
            pl.max_horizontal(groups).alias("known_at_utc"),
            *groups,
            pl.lit(track).alias("weather_track"),
            *names,
        )
        .sort("member_id", "period_start_utc", maintain_order=True)
    )
