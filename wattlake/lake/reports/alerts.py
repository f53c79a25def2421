"""Tell which alerts streams raised: since when, of whom, and what was seen."""

from datetime import datetime

from wattlake.lake.sql import Connection, literal
from wattlake.lake.store.rows import Rows, read_rows
from wattlake.lake.store.tables import existing

COLUMNS = ("since_utc", "until_utc", "rule", "member", "meter", "observed", "limit", "evidence")


def alerts(connection: Connection, *, lasting_at_utc: datetime | None, since_utc: datetime | None, limit: int) -> Rows:
    """List alerts, those found last first.

    Args:
        connection: with the lake as its current database.
        lasting_at_utc: the time by which those that are left out were over; UTC without an offset.
        since_utc: the time from which on they were found; UTC without an offset.
        limit: how many at most.

    Returns:
        ``since_utc``, ``until_utc``, ``rule``, ``member``, ``meter``, ``observed`` and ``limit`` with their unit,
        ``evidence``.
    """
    if not existing(connection, ["gold.live_alert"]):  # A lake of an earlier version that nothing was written to since.
        return Rows(COLUMNS, [])
    conditions = [f"coalesce(ended_at_utc > {literal(lasting_at_utc)}, true)"] if lasting_at_utc else []
    conditions += [f"detected_at_utc >= {literal(since_utc)}"] if since_utc else []
    return read_rows(
        connection,
        f"""
        select
            started_at_utc as since_utc, ended_at_utc as until_utc, rule, coalesce(member_id, zone) as member,
            meter_id as meter, {_with_unit("observed_value")} as observed, {_with_unit("limit_value")} as "limit",
            evidence
        from gold.live_alert
        where {" and ".join(conditions) or "true"}
        order by detected_at_utc desc, started_at_utc desc, alert_id
        limit {limit}
        """,
    )


def _with_unit(name: str) -> str:
    return f"short_number({name}) || coalesce(' ' || unit, '')"
