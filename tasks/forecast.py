"""Issue a forecast: hand what was known at a time to a forecaster and store what it expects."""

import logging
from datetime import UTC, datetime, timedelta
from time import perf_counter

import polars as pl
from prefect import task

from lake.catalog import Lake, NothingToDoError
from lake.connection import Connection, scalar
from lake.contracts import listed
from lake.quality import GateError, check, failed
from lake.settings import Settings
from tasks.forecasting import seasonal_mean

logger = logging.getLogger("wattlake.forecast")

TABLE = "gold.forecast"
HISTORY = timedelta(days=29)
READINGS_ARE_LATE_AFTER = timedelta(days=3)

KNOWN_HISTORY = """
    select member_id, target, period_start_utc, energy_wh, provenance
    from (
        select
            member_id, period_start_utc, 'consumption' as target, consumption_wh as energy_wh,
            consumption_provenance as provenance, known_at_utc
        from gold.energy_flow
        where period_start_utc >= $from_utc and period_start_utc < $issued_at_utc
        union all
        select member_id, period_start_utc, 'production', production_wh, production_provenance, known_at_utc
        from gold.energy_flow
        where period_start_utc >= $from_utc and period_start_utc < $issued_at_utc and production_provenance is not null
    )
    where known_at_utc <= $issued_at_utc and energy_wh is not null
"""


@task(name="forecast")
def issue_forecast(now_utc: datetime) -> tuple[int, float]:
    """Forecast every member's next 24 hours; gives rows and seconds."""
    started, lake = perf_counter(), Lake(Settings())
    return forecast(lake, time_of_issue(lake, now_utc)), perf_counter() - started


def time_of_issue(lake: Lake, now_utc: datetime) -> datetime:
    """When a forecast is issued: at the full hour, or where the readings are days old, where they end.

    They end where those of half the members have ended: some leave early, and one stray reading is no end.
    """
    (end,) = (
        lake.reader()
        .execute(
            """
        select quantile_disc(end_utc, 0.5)
        from (
            select max(period_start_utc + to_minutes(period_minutes)) as end_utc
            from gold.energy_flow
            where consumption_wh is not null
            group by member_id
        )
        """
        )
        .fetchall()[0]
    )
    hour = now_utc.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if end is None or end.replace(tzinfo=UTC) > hour - READINGS_ARE_LATE_AFTER:
        return hour
    return end.replace(tzinfo=UTC)


def forecast(lake: Lake, issued_at_utc: datetime) -> int:
    """Forecast every member's next 24 hours from what was known at a time, once for each time.

    Returns:
        The rows stored: 0 where the forecast was issued before, or nothing was known to make it from.
    """
    started, issued = perf_counter(), issued_at_utc.astimezone(UTC).replace(tzinfo=None)
    known = lake.reader().execute(KNOWN_HISTORY, {"from_utc": issued - HISTORY, "issued_at_utc": issued}).pl()
    settings = lake.settings
    expected = seasonal_mean.forecast(known, issued_at_utc, settings.timezone, settings.slot_minutes).with_columns(
        pl.lit(issued, pl.Datetime("us")).alias("issued_at_utc"),
        pl.lit(settings.slot_minutes, pl.Int64).alias("period_minutes"),
        pl.lit(seasonal_mean.NAME).alias("forecaster"),
        pl.lit(seasonal_mean.VERSION).alias("forecaster_version"),
    )
    try:
        rows = lake.write(lambda connection: _store(connection, expected, issued), lock="forecast")
    except NothingToDoError:
        rows = 0
    if known.is_empty():
        logger.warning("nothing was known to forecast from at %s", f"{issued:%Y-%m-%d %H:%M} UTC")
    seconds = round(perf_counter() - started, 3)
    logger.info("forecast", extra={"table": TABLE, "rows": rows, "seconds": seconds})
    return rows


def _store(connection: Connection, expected: pl.DataFrame, issued: datetime) -> int:
    mine = (
        f"issued_at_utc = timestamp '{issued}' and forecaster = '{seasonal_mean.NAME}' "
        f"and forecaster_version = '{seasonal_mean.VERSION}'"
    )
    if expected.is_empty() or scalar(connection, f"select count(*) from {TABLE} where {mine}"):
        raise NothingToDoError
    connection.register("expected", expected.to_arrow())
    connection.execute(f"insert into {TABLE} ({listed(TABLE)}) select {listed(TABLE)} from expected")
    results = check(connection, TABLE, mine)
    if failed(results):
        raise GateError(results)
    return len(expected)
