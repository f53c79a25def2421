"""Batches of events by hand, taken into plain tables and judged by the rules of alerts, without a broker or a lake."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

import duckdb

from harness.lake_steps import fill_table, plain_tables, stored
from wattlake.lake.settings import Settings
from wattlake.lake.streaming.alert_rules import AlertRules
from wattlake.lake.streaming.alerts import Seen
from wattlake.lake.streaming.batches import batch_of
from wattlake.lake.streaming.events import take_events
from wattlake.lake.streaming.messages import Event, Message
from wattlake.lake.streaming.windows import replace_windows

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BEGIN = stored(2012, 1, 1)
WRITTEN = (
    *("silver.meter_event", "quarantine.meter_event", "gold.window_5min", "gold.live_alert", "gold.live_limit"),
    *("ops.stream_series", "gold.member_meter", "gold.energy_flow"),
)


class Sent(NamedTuple):
    """An event of a meter, and how many seconds after its end the broker had it."""

    meter_id: str
    at: datetime
    value: str
    quantity: str = "power"
    seconds: int | None = None
    late_seconds: float = 1
    direction: str = "consumption"

    @property
    def received(self) -> datetime:
        """When the broker had it."""
        return self.at + timedelta(seconds=(self.seconds or 0) + self.late_seconds)

    def message(self, offset: int) -> Message:
        """Give the message that it comes in."""
        return Message("energy-meters", 0, offset, None, b"{}", self.received)

    def event(self) -> Event:
        """Give the event as a form reads it."""
        unit = "W" if self.quantity == "power" else "kWh"
        period = None if self.seconds is None else str(self.seconds)
        return Event(
            self.meter_id, None, self.at.isoformat(), period, self.quantity, self.value, unit, self.direction, None
        )


@cache
def _tables() -> duckdb.DuckDBPyConnection:
    """The plain tables, made once: to make them takes longer than to judge."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'; set threads = 1")
    plain_tables(connection)
    return connection


class Judge:
    """Plain tables, emptied of what another judge wrote, and the rules of one stream."""

    def __init__(self, settings: Settings | None = None, **tables: list[dict[str, Any]]) -> None:
        """Fill the tables with what is given, and open the stream."""
        self.settings = settings or Settings(_env_file=None)
        self.connection = _tables()
        for name in WRITTEN:
            self.connection.execute(f"delete from {name}")
        for name, rows in tables.items():
            fill_table(self.connection, name.replace("__", "."), rows)
        self.rules = AlertRules("meters", self.settings)
        self.landing_id = 0

    def take(self, sent: Sequence[Sent], now: datetime | None = None) -> list[dict[str, Any]]:
        """Take a batch; give the alerts that it began, ended or corrected."""
        self.landing_id += 1
        first = 1_000_000 * self.landing_id
        messages = [each.message(first + number) for number, each in enumerate(sent)]
        batch = batch_of(messages, {number: [each.event()] for number, each in enumerate(sent)}, {})
        self.connection.register("batch_rows", batch.rows)
        self.connection.execute(
            "create or replace temp table event_row as select *, ?::bigint as _landing_id, "
            "timestamp '2026-06-01' as _fetched_at_utc from batch_rows",
            [self.landing_id],
        )
        take_events(self.connection)
        replace_windows(self.connection)
        now = now or max(each.received for each in sent)
        return list(self.rules(self.connection, Seen(self.landing_id, now, None, None, own_rows="")).to_pylist())

    def alerts(self, *names: str) -> list[tuple[Any, ...]]:
        """List columns of all alerts, in order of their starts."""
        listed = ", ".join(names or ("rule", "started_at_utc", "ended_at_utc"))
        return self.connection.execute(
            f"select {listed} from gold.live_alert order by started_at_utc, rule, meter_id"
        ).fetchall()


def every(step: timedelta, count: int, make: Any, since: datetime = NOON) -> list[Sent]:
    """Make so many events, a step apart, each from its time and its number."""
    return [make(since + step * number, number) for number in range(count)]


def naive(instant: datetime) -> datetime:
    """Give an instant as the lake stores it."""
    return instant.replace(tzinfo=None)


def owned(member_id: str, meter_id: str, measures: str = "consumption") -> dict[str, Any]:
    """A row of ``gold.member_meter`` of a member of all times."""
    return {
        "member_id": member_id,
        "valid_from_utc": BEGIN,
        "zone": "north",
        "meter_id": meter_id,
        "measures": measures,
    }
