"""What meters and members may have at most, as the rules of alerts read it."""

from datetime import datetime, timedelta

from wattlake.lake.build.power_limits import PowerLimits, read_limits
from wattlake.lake.contracts import listed
from wattlake.lake.landing.landed_mappings import landed_mappings
from wattlake.lake.models.parameters import fill_in
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, literal, materialized, scalar
from wattlake.lake.streaming.alert_numbers import PARAMETERS, USUAL_DAYS
from wattlake.lake.streaming.steps import step_sql

LIMITS = "gold.live_limit"
MOST_DAYS = 40
"""Days of one batch that limits are found for: a batch of more is history, of which the newest days are judged."""


class Connections:
    """What the connections of meters carry by the register.

    It is read again where a register was landed since.
    """

    def __init__(self, settings: Settings) -> None:
        """Name the settings; nothing is read before it is asked for."""
        self._settings = settings
        self._read: tuple[int, PowerLimits] | None = None

    def keep(self, connection: Connection) -> None:
        """Keep the bounds in the temporary table ``connection``."""
        newest = scalar(connection, "select coalesce(max(landing_id), 0) from ops.landing where source = 'members'")
        if self._read is None or self._read[0] != newest:
            self._read = (newest, read_limits(connection, landed_mappings(connection), self._settings))
        by_meter = self._read[1].by_meter
        connection.execute(
            "create or replace temp table connection as "
            "select unnest(?::varchar[]) as meter_id, unnest(?::decimal(9, 3)[]) as connection_kw",
            [list(by_meter), [str(kw) for kw in by_meter.values()]],
        )


def keep_limits(connection: Connection, settings: Settings) -> None:
    """Keep the limits of the touched days in the temporary table ``live_limit``.

    Those of days that have none are found. It reads the temporary table ``member_window``.
    """
    days = [
        day
        for (day,) in connection.execute(
            "select distinct date_trunc('day', period_start_utc)::timestamp as day from member_window order by day"
        ).fetchall()
    ][-MOST_DAYS:]
    if days:
        known = connection.execute(f"select distinct period_start_utc from {LIMITS} where {_among(days)}").fetchall()
        if missing := [day for day in days if (day,) not in known]:
            _find(connection, missing, settings=settings)
    chosen = _among(days) if days else "false"
    materialized(connection, "live_limit", f"select {listed(LIMITS)} from {LIMITS} where {chosen}")


def _find(connection: Connection, days: list[datetime], *, settings: Settings) -> None:
    """Find the limits of days by the days before them."""
    listed_days = ", ".join(literal(day) for day in days)
    materialized(connection, "day", f"select unnest([{listed_days}]) as period_start_utc")
    window = {"from_utc": days[0] - timedelta(days=USUAL_DAYS), "to_utc": days[-1]}
    sql = fill_in(step_sql("live_limit"), PARAMETERS | window | {"quantile": settings.anomaly_quantile})
    connection.execute(f"insert into {LIMITS} ({listed(LIMITS)}) select {listed(LIMITS)} from ({sql})")


def _among(days: list[datetime]) -> str:
    return f"period_start_utc in ({', '.join(literal(day) for day in days)})"
