"""Warnings of the weather that a stream brings: rows of ``gold.live_alert``."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa

from wattlake.lake.sql import Connection, materialized
from wattlake.lake.streaming.alerts import ALERTS, replace_alerts
from wattlake.lake.streaming.commit import Beside
from wattlake.lake.streaming.messages import WeatherAlert
from wattlake.lake.streaming.steps import run_step
from wattlake.lake.times import naive_utc

ROWS = pa.schema(
    [(name, pa.string()) for name in ("alert_id", "zone", "severity", "evidence")]
    + [(name, pa.timestamp("us")) for name in ("started_at_utc", "ended_at_utc", "detected_at_utc")]
)


def weather_beside(warnings: Sequence[WeatherAlert]) -> Beside:
    """Make the step that writes warnings as alerts: each once, as its newest message says."""
    newest = {each.alert_id: each for each in sorted(warnings, key=lambda each: each.sent_utc)}

    def step(connection: Connection, landing_id: int) -> pa.Table:
        connection.register("warning", pa.Table.from_pylist([_row(each) for each in newest.values()], ROWS))
        materialized(connection, "stored", f"from {ALERTS} where alert_id in (select alert_id from warning)")
        return replace_alerts(connection, f"from {run_step(connection, 'warning_change')}", landing_id)

    return step


def _row(warning: WeatherAlert) -> dict[str, str | datetime | None]:
    return {
        "alert_id": hashlib.sha256(f"weather\n{warning.alert_id}".encode()).hexdigest(),
        "zone": warning.zone,
        "severity": warning.severity,
        "evidence": warning.headline,
        "started_at_utc": naive_utc(warning.starts_utc),
        "ended_at_utc": warning.ends_utc and naive_utc(warning.ends_utc),
        "detected_at_utc": naive_utc(warning.sent_utc),
    }
