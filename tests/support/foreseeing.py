"""A lake whose gold tables hold a made-up community, so that forecasters can be trained on it within seconds."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from harness.lake_steps import fill_table, stored
from tests.support.forecast_histories import homes, panels, prices
from wattlake.lake.contracts import columns, listed
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

FIRST = datetime.combine(date(2013, 1, 1), datetime.min.time())
DAYS = 84
ISSUED = FIRST + timedelta(days=80)
"""Four days more are there, but known later."""

AT = ISSUED.replace(tzinfo=UTC)
MADE = datetime(2026, 1, 1, tzinfo=UTC)
HOME = Settings(timezone="Etc/UTC")
CONSUMERS = [f"m{number}" for number in range(6)]
PROSUMERS = ["m0", "m1", "m2"]
KWP = 4.0
DELAY = timedelta(hours=2)


def fill_community(lake: Lake) -> None:
    """Six members with habits, three of them with panels, in two zones; their calendar and day-ahead prices."""
    load, spot = homes(6, DAYS).values, prices(DAYS).values[0] + _levels(0.8, 10)
    clear = panels(3, DAYS).values.max(axis=1, keepdims=True)
    output = clear * np.clip(0.7 + _levels(0.3, 0.25), 0.05, 1)
    starts = [FIRST + timedelta(hours=hour) for hour in range(DAYS * 24)]
    flows = [_flows(number, member, load, output, starts) for number, member in enumerate(CONSUMERS)]
    fill_frame(lake, "gold.energy_flow", pl.concat(flows))
    lake.write(
        lambda connection: fill_table(connection, "gold.member_version", [_entry(number) for number in CONSUMERS])
    )
    lake.write(lambda connection: fill_table(connection, "gold.zone", [zone("north"), zone("south")]))
    fill_frame(lake, "gold.spot_price", spot_prices(starts, spot))
    fill_frame(lake, "gold.calendar", calendar(starts))


def _levels(yesterdays_part: float, deviation: float) -> Any:
    """One level per day that keeps a part of yesterday's, so that the past says something, and not everything."""
    news, levels = np.random.default_rng(4).normal(0, deviation, DAYS), np.zeros(DAYS)
    for day in range(1, DAYS):
        levels[day] = yesterdays_part * levels[day - 1] + news[day]
    return levels[:, None]


def spot_prices(starts: list[datetime], spot: Any) -> pl.DataFrame:
    """Prices known at noon of the day before."""
    return pl.DataFrame({"period_start_utc": starts, "spot_eur_per_mwh": spot.reshape(-1)}).with_columns(
        pl.col("spot_eur_per_mwh").round(4).cast(pl.Decimal(12, 4)),
        bidding_zone=pl.lit("DE-LU"),
        period_minutes=60,
        provenance=pl.lit("measured"),
        known_at_utc=pl.col("period_start_utc").dt.truncate("1d") - timedelta(hours=12),
    )


def calendar(starts: list[datetime], slot_minutes: int = 60) -> pl.DataFrame:
    """The calendar of a community on UTC, a few days longer than its readings."""
    longer = [*starts, *(starts[-1] + timedelta(minutes=slot_minutes * more) for more in range(1, 8 * 24))]
    return pl.DataFrame({"period_start_utc": longer}).with_columns(
        period_minutes=slot_minutes,
        local_start=pl.col("period_start_utc"),
        local_date=pl.col("period_start_utc").dt.date(),
        local_hour=pl.col("period_start_utc").dt.hour().cast(pl.Int64),
        weekday=pl.col("period_start_utc").dt.weekday().cast(pl.Int64),
        is_weekend=pl.col("period_start_utc").dt.weekday() >= 6,
        is_holiday=False,
        holiday_name=pl.lit(None, pl.String),
    )


def fill_frame(lake: Lake, table: str, rows: pl.DataFrame) -> None:
    """Insert rows; columns that are not given are null."""
    missing = [pl.lit(None).alias(name) for name in columns(table) if name not in rows.columns]
    whole = rows.with_columns(*missing)

    def fill(connection: Any) -> None:
        connection.register("rows_to_fill", whole.to_arrow())
        connection.execute(f"insert into {table} ({listed(table)}) select {listed(table)} from rows_to_fill")

    lake.write(fill)


def zone(name: str) -> dict[str, Any]:
    return {"zone": name, "latitude": 51.5, "longitude": -0.1}


def _entry(member: str) -> dict[str, Any]:
    has_panels = member in PROSUMERS
    return {
        **{"member_id": member, "valid_from_utc": stored(2012, 1, 1), "zone": "north" if member < "m3" else "south"},
        **{"latitude": 51.5, "longitude": -0.1, "panel_kwp": KWP if has_panels else 0.0},
        **({"tilt_degrees": 30.0, "azimuth_degrees": 180.0} if has_panels else {}),
        **{"member_type": "prosumer" if has_panels else "consumer", "provenance": "simulated"},
    }


def _flows(number: int, member: str, load: Any, output: Any, starts: list[datetime]) -> pl.DataFrame:
    consumed = np.rint(load[number].reshape(-1) * 1000) / 1000
    per_kwp = output[number].reshape(-1) if member in PROSUMERS else np.zeros(len(starts))
    energy = {"consumption_kwh": consumed, "production_kwh": np.rint(per_kwp * KWP * 1000) / 1000}
    return pl.DataFrame({"period_start_utc": starts, **energy}).with_columns(
        member_id=pl.lit(member),
        period_minutes=60,
        zone=pl.lit("north" if member < "m3" else "south"),
        consumption_minutes=60,
        consumption_provenance=pl.lit("measured"),
        production_provenance=pl.lit("measured" if member in PROSUMERS else None, pl.String),
        known_at_utc=pl.col("period_start_utc") + DELAY,
    )


def frame(lake: Lake, sql: str) -> pl.DataFrame:
    """What a query of the lake gives."""
    return lake.reader().execute(sql).pl()
