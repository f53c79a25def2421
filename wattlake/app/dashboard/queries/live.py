"""What a stream has brought: the newest windows, members, alerts and batches."""

from dataclasses import dataclass
from datetime import UTC, datetime

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
        members: by ``user_id`` (of nobody's meter its ``meter_id``): ``zone``, ``consumption_w`` and ``production_w``
            now, ``today_kwh`` consumed since local midnight, ``seen_utc``, and ``recent_w``, by window.
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
    """What is live at one snapshot, in three numbers.

    Attributes:
        until_utc: end of the newest event.
        consumption_w: of all meters that are not silent.
        production_w: of all of panels.
        lasting: how many alerts last.
    """

    until_utc: datetime
    consumption_w: float
    production_w: float
    lasting: int


def is_streamed(con: duckdb.DuckDBPyConnection) -> bool:
    """Say whether a stream was ever read into the lake."""
    return con.execute("select newest_event_utc from ops.stream_batch limit 1").fetchone() is not None


def live(con: duckdb.DuckDBPyConnection, zones: tuple[str, ...], timezone: str) -> Live | None:
    """Read what is live of zones, of all where none is named; None without a stream."""
    if (until_utc := _newest(con)) is None:
        return None
    midnight = naive_utc(local(aware_utc(until_utc), timezone).replace(hour=0, minute=0, second=0, microsecond=0))
    known = live_sql.known(zones, min(midnight, until_utc - live_sql.SHOWN), until_utc)
    alerts = con.execute(live_sql.alerts(zones)).pl()
    return Live(
        aware_utc(until_utc),
        con.execute(known + live_sql.windows(until_utc)).pl(),
        con.execute(known + live_sql.members(until_utc, midnight)).pl(),
        alerts.drop("lasting"),
        alerts["lasting"][0] if alerts.height else 0,
        [name for (name,) in con.execute(f"{known} select distinct provenance from known order by all").fetchall()],
        con.execute(live_sql.batches()).pl(),
    )


def live_now(con: duckdb.DuckDBPyConnection) -> LiveNow | None:
    """Read what all pages tell of a stream, from its last hour alone; None without one."""
    if (until_utc := _newest(con)) is None:
        return None
    known = live_sql.known((), until_utc - live_sql.NOW_LASTS, until_utc)
    rows = con.execute(known + live_sql.members(until_utc, until_utc)).pl()
    ((lasting,),) = con.execute("select count(*) from warehouse.live_alert where ended_at_utc is null").fetchall()
    consumed, produced = (float(rows[f"{side}_w"].sum() or 0) for side in ("consumption", "production"))
    return LiveNow(aware_utc(until_utc), consumed, produced, lasting)


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
