"""What meters and members may have at most, as the rules of alerts read it."""

from datetime import datetime, timedelta

import pyarrow as pa

from wattlake.lake.build.power_limits import read_limits
from wattlake.lake.contracts import listed
from wattlake.lake.landing.landed_mappings import landed_mappings
from wattlake.lake.models.parameters import fill_in
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, literal, materialized, scalar
from wattlake.lake.streaming.alert_numbers import PARAMETERS, USUAL_DAYS
from wattlake.lake.streaming.steps import step_sql

LIMITS = "gold.live_limit"
SOUGHT_AGAIN = timedelta(minutes=10)
"""A day's limits need history: where a member has none, the next build may bring it."""
MOST_DAYS = 40
"""Days of one batch that limits are found for: a batch of more is history, of which the newest days are judged."""


class Connections:
    """What the connections of meters carry by the register.

    It is read again where a register was landed since.
    """

    def __init__(self, settings: Settings) -> None:
        """Name the settings; nothing is read before it is asked for."""
        self._settings = settings
        self._landing_id = 0
        self._kept: pa.Table | None = None

    def keep(self, connection: Connection, *, is_known: bool) -> None:
        """Keep the bounds in the temporary table ``connection``.

        Args:
            connection: in the transaction of a batch.
            is_known: whether nobody landed anything since the batch before.
        """
        if self._kept is None or not is_known:
            newest = scalar(connection, "select coalesce(max(landing_id), 0) from ops.landing where source = 'members'")
            if self._kept is None or self._landing_id != newest:
                self._landing_id, self._kept = newest, self._read(connection)
        connection.register("connection_rows", self._kept)
        materialized(connection, "connection", "from connection_rows")

    def _read(self, connection: Connection) -> pa.Table:
        by_meter = read_limits(connection, landed_mappings(connection), self._settings).by_meter
        return connection.execute(
            "select unnest(?::varchar[]) as meter_id, unnest(?::decimal(9, 3)[]) as connection_kw",
            [list(by_meter), [str(kw) for kw in by_meter.values()]],
        ).to_arrow_table()


class Limits:
    """The limits of members' windows, which a stream finds once for each day.

    They are kept from batch to batch once all are in the lake.
    """

    def __init__(self, settings: Settings) -> None:
        """Name the settings; nothing is read before it is asked for."""
        self._settings = settings
        self._days: list[datetime] = []
        self._again_at = datetime.min  # noqa: DTZ901 (as the lake stores instants)
        self._kept: pa.Table | None = None

    def keep(self, connection: Connection, now_utc: datetime) -> None:
        """Keep the limits of the touched days in the temporary table ``live_limit``.

        Those of days that have none are found; where there is nothing to find them by, it is sought again later.
        It reads the temporary table ``member_window``.
        """
        days = [
            day
            for (day,) in connection.execute(
                "select distinct date_trunc('day', period_start_utc)::timestamp as day from member_window order by day"
            ).fetchall()
        ][-MOST_DAYS:]
        if self._kept is None or days != self._days or now_utc >= self._again_at:
            self._read(connection, days, now_utc)
        else:
            connection.register("live_limit_rows", self._kept)
            materialized(connection, "live_limit", "from live_limit_rows")

    def _read(self, connection: Connection, days: list[datetime], now_utc: datetime) -> None:
        limits = f"select {listed(LIMITS)} from {LIMITS} where {_among(days) if days else 'false'}"
        materialized(connection, "live_limit", limits)
        known = connection.execute("select distinct period_start_utc from live_limit").fetchall()
        missing = [day for day in days if (day,) not in known]
        count = _find(connection, missing, settings=self._settings) if missing else 0
        if count:
            materialized(connection, "live_limit", limits)
        # Those of this transaction are in the lake only where it commits.
        self._kept = None if count else connection.execute("from live_limit").to_arrow_table()
        self._days, self._again_at = days, now_utc + SOUGHT_AGAIN


def _find(connection: Connection, days: list[datetime], *, settings: Settings) -> int:
    """Find the limits of days by the days before them, and count them."""
    listed_days = ", ".join(literal(day) for day in days)
    materialized(connection, "day", f"select unnest([{listed_days}]) as period_start_utc")
    window = {"from_utc": days[0] - timedelta(days=USUAL_DAYS), "to_utc": days[-1]}
    sql = fill_in(step_sql("live_limit"), PARAMETERS | window | {"quantile": settings.anomaly_quantile})
    materialized(connection, "new_limit", f"select {listed(LIMITS)} from ({sql})")
    if count := scalar(connection, "select count(*) from new_limit"):
        connection.execute(f"insert into {LIMITS} ({listed(LIMITS)}) from new_limit")
    return count


def _among(days: list[datetime]) -> str:
    return f"period_start_utc in ({', '.join(literal(day) for day in days)})"
