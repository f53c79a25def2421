"""What a stream publishes of its commits: sums of windows, and alerts that began or ended.

A record's key is the commit (its landing) and the row, so that whoever reads them drops what comes twice: what the last
commit before a kill gave is published once more, as nobody knows whether it was.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from wattlake.lake.contracts import listed
from wattlake.lake.sql import Connection
from wattlake.lake.stream_settings import Topics
from wattlake.lake.streaming.offsets import newest_landing
from wattlake.tasks.streaming.transports import Outgoing

WINDOW_KEY = ("meter_id", "direction", "period_start_utc")
ALERT_KEY = ("alert_id",)


def records(topics: Topics, landing_id: int, *, windows: pa.Table | None, alerts: pa.Table | None) -> list[Outgoing]:
    """Make the records of a commit, for the topics that are named.

    Args:
        topics: the settings.
        landing_id: the commit.
        windows: rows of ``gold.window_5min`` that it made anew.
        alerts: rows of ``gold.live_alert`` that it began, ended or corrected.
    """
    made = list[Outgoing]()
    for names, table, key in (
        (topics.named("dashboard_updates"), windows, WINDOW_KEY),
        (topics.named("anomalies"), alerts, ALERT_KEY),
    ):
        for name in names if table is not None else ():
            made += _of_table(name, landing_id, table, key=key)
    return made


def last_commit(connection: Connection, stream_name: str, topics: Topics) -> list[Outgoing]:
    """Make the records of a stream's last commit anew.

    A kill may have come before they were published.
    """
    landing_id = newest_landing(connection, stream_name)
    if landing_id is None:
        return []
    tables = {
        table: connection.execute(
            f"select {listed(table)} from {table} where _landing_id = {landing_id}"
        ).to_arrow_table()
        for table in ("gold.window_5min", "gold.live_alert")
    }
    return records(topics, landing_id, windows=tables["gold.window_5min"], alerts=tables["gold.live_alert"])


def _of_table(topic: str, landing_id: int, table: pa.Table, *, key: tuple[str, ...]) -> Iterator[Outgoing]:
    for row in table.to_pylist():
        fields = {name: _written(value) for name, value in row.items() if name != "_landing_id"}
        named = "/".join(str(fields[name]) for name in key)
        yield Outgoing(topic, f"{landing_id}/{named}".encode(), _payload({"landing_id": landing_id} | fields))


def _payload(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, allow_nan=False).encode()


def _written(value: object) -> object:
    """Write a value as JSON takes it: instants with their zone, energy exactly, as text."""
    if isinstance(value, datetime):
        return f"{value.isoformat(timespec='milliseconds' if value.microsecond else 'seconds')}Z"
    return f"{value:f}" if isinstance(value, Decimal) else value
