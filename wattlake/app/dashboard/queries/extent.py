"""Queries on the extent of the data: their times, zones, members and snapshots."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb
import polars as pl

from wattlake.app.dashboard.period import Days, Window, local
from wattlake.lake.market import unsettled
from wattlake.lake.models.graph import models
from wattlake.lake.times import aware_utc

EXTENT = models()["warehouse.settled_extent"].sql


@dataclass(frozen=True)
class Settled:
    """The extent of settlement.

    Attributes:
        whole: its whole days, on the community's clock; None where none is.
        running: what is settled of the day after the last whole one; None where nothing of it is.
    """

    whole: Days | None
    running: Window | None

    @property
    def day_before(self) -> Window | None:
        """The same hours of the day before the running one; None where those are not settled."""
        if self.whole is None or self.running is None:
            return None
        ended = local(self.running.to_utc, self.whole.timezone) - timedelta(days=1)
        return Window(self.whole.lasting(self.whole.last, 1).window.from_utc, ended.astimezone(UTC))


def extent(con: duckdb.DuckDBPyConnection) -> Window | None:
    """Read the stretch from first to last slot with known consumption; None without slots.

    Production that is worked out from the weather may run on after the last reading: it moves neither end, unless
    there is no reading at all. Nor does a reading that lies in the future of everything that was landed: its meter's
    clock was wrong.
    """
    ((landed_until_utc,),) = con.execute(
        "select coalesce(max(fetched_at_utc) + interval 1 day, 'infinity') from ops.landing"
    ).fetchall()
    first, last = (
        _outermost(con, "consumption_kwh is not null and period_start_utc <= ?", [landed_until_utc], order)
        or _outermost(con, "true", [], order)
        for order in ("asc", "desc")
    )
    return Window(aware_utc(first[0]), aware_utc(last[1])) if first and last else None


def _outermost(
    con: duckdb.DuckDBPyConnection, condition: str, values: list[datetime], order: str
) -> tuple[datetime, datetime] | None:
    """Find the first or last slot's start and end; only files that may hold it are read."""
    ends: tuple[datetime, datetime] | None = con.execute(
        f"""
        select period_start_utc, period_start_utc + to_minutes(period_minutes)
        from warehouse.fact_energy_flow
        where {condition}
        order by period_start_utc {order}
        limit 1
        """,
        values,
    ).fetchone()
    return ends


def settled(con: duckdb.DuckDBPyConnection, timezone: str) -> Settled | None:
    """Read the extent of settlement by ``warehouse.settled_extent``; None if there is none.

    The model is asked and not its view, which lakes and snapshots from before it have not.
    """
    reach = con.execute(f"select from_utc, to_utc, first_date, end_date from ({EXTENT})").fetchone()
    if reach is None:
        return None
    (from_utc, to_utc), (first, end) = (aware_utc(at) for at in reach[:2]), reach[2:]
    midnight = Days(end, end + timedelta(days=1), timezone).window.from_utc
    running = Window(max(midnight, from_utc), to_utc) if midnight < to_utc else None
    return Settled(Days(first, end, timezone) if first < end else None, running)


def provenances(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """List each quantity (consumption or production) with its provenances, each pair once."""
    return con.execute("""
        select distinct 'consumption' as quantity, consumption_provenance as provenance
        from warehouse.fact_energy_balance_daily
        where consumption_provenance is not null
        union all
        select distinct 'production' as quantity, production_provenance as provenance
        from warehouse.fact_energy_balance_daily
        where production_provenance is not null
        order by quantity, provenance
    """).pl()


def zones(con: duckdb.DuckDBPyConnection) -> list[str]:
    """List the zones that members are in or were, by name."""
    rows = con.execute("select distinct zone from warehouse.dim_user order by zone").fetchall()
    return [zone for (zone,) in rows]


def members(con: duckdb.DuckDBPyConnection) -> list[str]:
    """List everybody who is in the register or was, by name."""
    rows = con.execute("select distinct user_id from warehouse.dim_user order by user_id").fetchall()
    return [user_id for (user_id,) in rows]


def snapshots(con: duckdb.DuckDBPyConnection, newest: int = 200) -> list[tuple[int, datetime, str]]:
    """List the kept snapshots, newest first: number, time of commit, and its run."""
    rows = con.execute(
        """
        select snapshot_id, snapshot_time::timestamp, coalesce(commit_message, '')
        from ducklake_snapshots('lake')
        order by snapshot_id desc
        limit $newest
        """,
        {"newest": newest},
    ).fetchall()
    return [(number, aware_utc(committed), run) for number, committed, run in rows]


def unsettled_slots(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """List unsettled slots that a command can mend: a ``sentence`` each, with the command."""
    return pl.DataFrame({"sentence": list(unsettled.sentences(con))}, schema={"sentence": pl.String})


def register_gaps(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Count the register's gaps by kind, with readings and energy (kWh) without a member."""
    return con.execute("""
        select
            gap,
            count(*) as gaps,
            sum(readings)::bigint as readings,
            sum(energy_kwh)::double as energy_kwh
        from warehouse.register_gap
        group by gap
        order by gap
    """).pl()
