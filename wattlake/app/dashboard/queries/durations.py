"""Queries on how often runs succeed, and how long flows and tables take."""

import duckdb
import polars as pl

from wattlake.lake.store.tables import existing


def success(con: duckdb.DuckDBPyConnection, days: int) -> tuple[int, int]:
    """Count the runs of so many days up to the newest, and those of them that completed."""
    rows = con.execute(
        f"""
        select count(*), count(*) filter (where status = 'completed')
        from ops.run
        where started_at_utc > (select max(started_at_utc) from ops.run) - interval {days} day
        """
    ).fetchall()
    return int(rows[0][0]), int(rows[0][1])


def of_flows(con: duckdb.DuckDBPyConnection, days: int = 30) -> pl.DataFrame:
    """Read the median duration of each flow's completed runs, by day.

    Returns:
        ``name``, ``day_utc``, ``median_seconds`` and ``runs``.
    """
    return con.execute(
        f"""
        select
            name,
            date_trunc('day', started_at_utc) as day_utc,
            median(epoch(ended_at_utc - started_at_utc))::double as median_seconds,
            count(*) as runs
        from ops.run
        where
            status = 'completed'
            and started_at_utc > (select max(started_at_utc) from ops.run) - interval {days} day
        group by all
        order by all
        """
    ).pl()


def of_tables(con: duckdb.DuckDBPyConnection, days: int = 30) -> pl.DataFrame:
    """Read the median duration of the builds of the project's own tables: others are not timed.

    Returns:
        ``table_name``, ``day_utc``, ``median_seconds`` and ``builds``.
    """
    schema = {"table_name": pl.String, "day_utc": pl.Datetime, "median_seconds": pl.Float64, "builds": pl.Int64}
    if not existing(con, ["ops.transformation"]):
        return pl.DataFrame(schema=schema)
    return con.execute(
        f"""
        select
            table_name,
            date_trunc('day', built_at_utc) as day_utc,
            median(seconds)::double as median_seconds,
            count(*) as builds
        from ops.transformation
        where built_at_utc > (select max(built_at_utc) from ops.transformation) - interval {days} day
        group by all
        order by all
        """
    ).pl()
