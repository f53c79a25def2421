"""What a stream could have brought to a lake: windows, alerts and batches, written by hand."""

from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl

from harness.lake_steps import stored
from tests.app.dashboard.conftest import lake_at
from wattlake.lake.models.graph import models
from wattlake.lake.sql import Connection

UNTIL = stored(2026, 4, 6, 12)
"""When the newest event ended."""
FIVE = timedelta(minutes=5)
OWNERS = {"M1": ("anna", "north"), "M2": ("bert", "north"), "M3": ("cleo", "south"), "M9": (None, None)}
"""Of meters; nobody owns the last one."""


def window(meter_id: str, start: datetime, watts: float, direction: str = "consumption") -> dict[str, object]:
    """One window, as if all of it was covered."""
    user_id, zone = OWNERS[meter_id]
    return {
        "meter_id": meter_id,
        "user_id": user_id,
        "zone": zone,
        "direction": direction,
        "period_start_utc": start,
        "period_minutes": 5,
        "energy_kwh": round(watts / 12_000, 6),
        "mean_power_w": watts,
        "max_power_w": watts,
        "min_power_w": watts,
        "event_count": 1,
        "covered_seconds": 300,
        "provenance": "simulated",
    }


def windows(until: datetime = UNTIL, hours: int = 8) -> pl.DataFrame:
    """The hours up to an instant: each meter always draws the same, and cleo's panels give 2.5 kW."""
    starts = [until - number * FIVE for number in range(1, 12 * hours + 1)]
    always = {"M1": 400.0, "M2": 1100.0, "M3": 250.0, "M9": 50.0}
    rows = [window(meter_id, start, watts) for start in starts for meter_id, watts in always.items()]
    return pl.DataFrame(rows + [window("M3", start, 2500.0, "production") for start in starts])


def alerts(subject: str = "bert") -> pl.DataFrame:
    """One that lasts, of bert, and one of anna that is over."""
    common = {"zone": "north", "observed_value": 9.0, "limit_value": 3.0, "unit": "min"}
    return pl.DataFrame(
        [
            {
                "alert_id": "a1", "rule": "missing", "severity": "warn", "meter_id": "M2", "user_id": subject,
                "started_at_utc": UNTIL - timedelta(minutes=40), "ended_at_utc": None, "detected_at_utc": UNTIL,
                "evidence": "Nothing came for 9 minutes.", **common,
            },
            {
                "alert_id": "a2", "rule": "impossible", "severity": "error", "meter_id": "M1", "user_id": "anna",
                "started_at_utc": UNTIL - timedelta(hours=2), "ended_at_utc": UNTIL - timedelta(hours=1),
                "detected_at_utc": UNTIL, "evidence": "75.5 kWh in 5 minutes.", **common,
            },
        ],
        schema_overrides={"ended_at_utc": pl.Datetime("us")},
    )  # fmt: skip


SUMS = ("live_zone_window", "live_member_window", "live_member")
"""The views that add windows up."""


def frames(of_windows: pl.DataFrame, of_alerts: pl.DataFrame | None = None) -> dict[str, pl.DataFrame]:
    """The tables of a stream that brought windows and alerts, with what the views make of them."""
    brought = {"live_window": of_windows, "live_alert": alerts().clear() if of_alerts is None else of_alerts}
    with duckdb.connect() as con:
        con.execute("create schema gold")
        for table, frame in (("window_5min", of_windows), ("live_alert", brought["live_alert"])):
            con.register("filling", frame.rename({"user_id": "member_id"}).to_arrow())
            con.execute(f"create table gold.{table} as from filling")
        sums = {name: con.execute(models()[f"warehouse.{name}"].sql).pl() for name in SUMS}
    return {f"warehouse.{name}": frame for name, frame in (brought | sums).items()}


def batch(con: Connection, landing_id: int, committed: datetime, until: datetime, messages: int = 120) -> None:
    """A batch that was committed one second and a half after the broker had its oldest message."""
    con.execute(
        """
        insert into ops.stream_batch by name
        select $landing_id as landing_id, 'meters' as stream_name, $committed as committed_at_utc,
            $committed - interval 1500 millisecond as oldest_received_at_utc, $messages as messages, 0 as refused,
            $messages as events, 0 as quarantined, 0 as repeated, 0 as superseded, 0 as late, 1 as windows,
            $until as newest_event_utc, $until as watermark_utc
        """,
        {"landing_id": landing_id, "committed": committed, "until": until, "messages": messages},
    )


def add_batches(folder: Path, *committed: datetime, until: datetime = UNTIL) -> None:
    """Commit batches to a lake that has windows."""
    lake = lake_at(folder)
    lake.write(lambda con: [batch(con, number, at, until) for number, at in enumerate(committed, 1)])
    lake.close()
