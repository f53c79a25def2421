"""Queries on the pipeline's runs, landings and snapshots."""

import duckdb
import polars as pl

from wattlake.lake.build.dry_run import plan_build
from wattlake.lake.build.explain import Line, explained
from wattlake.lake.reports.transformations import transformations as newest_transformations
from wattlake.lake.settings import Settings
from wattlake.lake.streaming.plan import plan_streams
from wattlake.tasks.producers import producers

MOST_ROWS_TYPED = 1_000_000
"""Of more new rows the plan says only that they would be read: what they replace is known once they are typed."""


def runs(con: duckdb.DuckDBPyConnection, days: int = 7) -> pl.DataFrame:
    """List the runs of so many days up to the newest, the newest first.

    ``duration_seconds`` is empty of a run that was broken off.
    """
    return con.execute(
        f"""
        select
            name, status, started_at_utc, epoch(ended_at_utc - started_at_utc)::double as duration_seconds, rows_landed,
            rows_built, rows_forecast, message, run_id
        from ops.run
        where started_at_utc > (select max(started_at_utc) from ops.run) - interval {days} day
        order by started_at_utc desc, run_id desc
        """
    ).pl()


def freshness(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Read each source's landings, rows, megabytes, and the time of its last fetch."""
    return con.execute("""
        select
            source,
            max(fetched_at_utc) as last_fetched_utc,
            count(*) as landings,
            sum(rows)::bigint as rows,
            (sum(bytes) / 1e6)::double as landed_mb
        from ops.landing
        group by source
        order by source
    """).pl()


def landings_by_day(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Sum rows and megabytes landed on each UTC day, by source."""
    return con.execute("""
        select
            date_trunc('day', fetched_at_utc) as day_utc,
            source,
            sum(rows)::bigint as rows,
            (sum(bytes) / 1e6)::double as landed_mb
        from ops.landing
        group by all
        order by all
    """).pl()


def transformations(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """List what the newest hundred steps of builds did with the project's own tables."""
    return newest_transformations(con, newest=100).frame()


def snapshot_count(con: duckdb.DuckDBPyConnection) -> int:
    """Count the kept snapshots."""
    return int(con.execute("select count(*) from ducklake_snapshots('lake')").fetchall()[0][0])


def build_plan(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Plan what a build would do now, by table: ``table action first_day last_day days why``."""
    actions = plan_build(con, Settings(), producers(), most_rows=MOST_ROWS_TYPED)
    plan = explained([*plan_streams(con, actions), *actions])
    texts, days = (pl.String, pl.String), (pl.Date, pl.Date, pl.Int64)
    schema = dict(zip(Line._fields, (*texts, *days, pl.String), strict=True))
    return pl.DataFrame(plan, schema=schema, orient="row")
