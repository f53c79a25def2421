"""What a stream has brought: the newest windows, members, alerts and batches."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb
import polars as pl

from wattlake.app.dashboard.period import local
from wattlake.app.dashboard.queries import live_sql
from wattlake.lake.times import aware_utc, naive_utc


@dataclass(frozen=True)
class Live:
    """What is live at one snapshot.

    Attributes:
        until_utc: end of the newest event.
        windows: by ``direction`` and ``period_start_utc``: ``power_kw``, ``energy_kwh``, ``meters``.
        members: as ``warehouse.live_member`` has them, with ``today_kwh`` consumed since local midnight, ``recent_w``
            by window, and ``is_troubled``, where an alert lasts.
        alerts: the newest, those that last before those that are over.
        lasting: how many alerts last.
        provenances: of the windows.
        batches: of the minute up to the newest commit, that one last: ``committed_at_utc``, ``messages``,
            ``latency_seconds`` from the broker to the commit.
    """

    until_utc: datetime
    windows: pl.DataFrame
    members: pl.DataFrame
    alerts: pl.DataFrame
    lasting: int
    provenances: list[str]
    batches: pl.DataFrame


@dataclass(frozen=True)
class LiveNow:
    """What is live at one snapshot, in three numbers, and until when it counts as live.

    Attributes:
        until_utc: end of the newest event.
        stops_utc: when the stream counts as stopped, if nothing comes until then.
        consumption_w: of all meters that are not silent.
        production_w: of all of panels.
        lasting: how many alerts last.
    """

    until_utc: datetime
    stops_utc: datetime
    consumption_w: float
    production_w: float
    lasting: int


@dataclass(frozen=True)
class PowerFlows:
    """Where power (W) comes from and goes at one snapshot.

    Attributes:
        until_utc: end of the newest event.
        production_w: of all panels.
        consumption_w: of all members.
        self_consumption_w: the part of production that who produces it consumes.
        traded_w: what others could use of what some have left over.
        grid_import_w: drawn from the grid.
        grid_export_w: fed into the grid.
    """

    until_utc: datetime
    production_w: float
    consumption_w: float
    self_consumption_w: float
    traded_w: float
    grid_import_w: float
    grid_export_w: float


def is_streamed(con: duckdb.DuckDBPyConnection) -> bool:
    """Say whether a stream was ever read into the lake."""
    return con.execute("select newest_event_utc from ops.stream_batch limit 1").fetchone() is not None


def live(con: duckdb.DuckDBPyConnection, zones: tuple[str, ...], timezone: str) -> Live | None:
    """Read what is live of zones, of all where none is named; None without a stream."""
    if (until_utc := _newest(con)) is None:
        return None
    midnight = naive_utc(local(aware_utc(until_utc), timezone).replace(hour=0, minute=0, second=0, microsecond=0))
    windows = con.execute(live_sql.windows(zones, until_utc)).pl()
    alerts = con.execute(live_sql.alerts(zones)).pl()
    return Live(
        aware_utc(until_utc),
        windows.drop("provenances"),
        con.execute(live_sql.members(zones, until_utc, midnight)).pl(),
        alerts.drop("lasting"),
        alerts["lasting"][0] if alerts.height else 0,
        sorted(windows["provenances"].explode().unique()),
        con.execute(live_sql.batches()).pl(),
    )


def live_now(con: duckdb.DuckDBPyConnection) -> LiveNow | None:
    """Read what all pages tell of a stream; None without one."""
    if (until_utc := _newest(con)) is None:
        return None
    ((consumed, produced),) = con.execute(live_sql.now()).fetchall()
    ((lasting,),) = con.execute(f"select count(*) from warehouse.live_alert where {live_sql.LASTS}").fetchall()
    ((rhythm_seconds,),) = con.execute(live_sql.rhythm(until_utc)).fetchall()
    stops_utc = aware_utc(until_utc) + live_sql.SILENT_RHYTHMS * timedelta(seconds=rhythm_seconds)
    return LiveNow(aware_utc(until_utc), stops_utc, consumed, produced, lasting)


def power_flows(con: duckdb.DuckDBPyConnection) -> PowerFlows | None:
    """Read where power comes from and goes now; None without a stream.

    A member uses first what its own panels give. What some have left over, others lack: that much goes to neighbours,
    provisionally, and the grid has the rest.
    """
    if (until_utc := _newest(con)) is None:
        return None
    produced, consumed, own, surplus, lack = con.execute(live_sql.flows()).fetchall()[0]
    traded = min(surplus, lack)
    return PowerFlows(aware_utc(until_utc), produced, consumed, own, traded, lack - traded, surplus - traded)


def _newest(con: duckdb.DuckDBPyConnection) -> datetime | None:
    ((until_utc,),) = con.execute("select max(newest_event_utc) from ops.stream_batch").fetchall()
    newest: datetime | None = until_utc
    return newest


def live_zones(con: duckdb.DuckDBPyConnection) -> list[str]:
    """List the zones that a stream told of, by name."""
    rows = con.execute("select distinct zone from warehouse.live_window where zone is not null order by zone")
    return [zone for (zone,) in rows.fetchall()]


def rate(batches: pl.DataFrame, now: datetime) -> float:
    """Give the messages by second of the minute up to now."""
    newer = batches.filter(pl.col("committed_at_utc") > naive_utc(now.astimezone(UTC) - live_sql.BATCHES_OF))
    return float(newer["messages"].sum() or 0) / live_sql.BATCHES_OF.total_seconds()
