"""Queries on the quality of the data: scores, completeness, unlikely slots."""

from datetime import datetime

import duckdb
import polars as pl

from wattlake.lake.times import naive_utc


def scores(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Read the mean score (0-1) of the tables by UTC day and dimension.

    Days are those on which any table was checked; empty scores are left out.
    """
    return con.execute("""
        unpivot (
            select
                checked_on,
                avg(completeness_ratio) as completeness,
                avg(validity_ratio) as validity,
                avg(uniqueness_ratio) as uniqueness,
                avg(timeliness_ratio) as timeliness,
                avg(consistency_ratio) as consistency
            from warehouse.quality_score_daily
            group by checked_on
        ) on completeness, validity, uniqueness, timeliness, consistency into name dimension value score_ratio
        order by checked_on, dimension
    """).pl()


RECENT = "period_start_utc > $until_utc - interval 61 day and period_start_utc <= $until_utc - interval 1 day"
"""The last sixty UTC days that are over where the data end."""


def completeness(con: duckdb.DuckDBPyConnection, until_utc: datetime, members: int = 40) -> pl.DataFrame:
    """List the least complete members over sixty whole days, day by day.

    A row has ``user_id``, ``day_utc`` and ``completeness_ratio`` (0-1).

    Args:
        con: a connection.
        until_utc: where the data end.
        members: how many members.
    """
    return con.execute(
        f"""
        with recent as (
            select user_id, period_start_utc, expected_minutes, measured_minutes, completeness_ratio
            from warehouse.fact_completeness_daily
            where {RECENT}
        ),

        least as (
            select user_id, sum(measured_minutes) / sum(expected_minutes) as overall
            from recent
            group by user_id
            order by overall, user_id
            limit {members}
        )

        select user_id, period_start_utc as day_utc, completeness_ratio::double as completeness_ratio
        from recent
        inner join least using (user_id)
        order by overall, user_id, day_utc
        """,
        {"until_utc": naive_utc(until_utc)},
    ).pl()


def overall_completeness(con: duckdb.DuckDBPyConnection, until_utc: datetime) -> float | None:
    """Read the part of all members' minutes that readings cover (0-1).

    It is over the same sixty days; None where no minutes are expected.
    """
    rows = con.execute(
        f"""
        select (sum(measured_minutes) / nullif(sum(expected_minutes), 0))::double
        from warehouse.fact_completeness_daily
        where {RECENT}
        """,
        {"until_utc": naive_utc(until_utc)},
    ).fetchall()
    return None if rows[0][0] is None else float(rows[0][0])


def anomalies_by_day(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Count the unlikely slots on each UTC day, by reason."""
    return con.execute("""
        select date_trunc('day', period_start_utc) as day_utc, anomaly_reason, count(*) as slots
        from warehouse.fact_anomaly
        group by all
        order by all
    """).pl()


def newest_anomalies(con: duckdb.DuckDBPyConnection, most: int = 200) -> pl.DataFrame:
    """List the newest unlikely slots: whose, why, the energy consumed and the usual (kWh)."""
    return con.execute(
        f"""
        select
            period_start_utc, user_id, anomaly_reason, consumption_kwh::double as consumption_kwh,
            usual_kwh::double as usual_kwh
        from warehouse.fact_anomaly
        order by period_start_utc desc, user_id asc
        limit {most}
        """
    ).pl()


def newest_unusual_days(con: duckdb.DuckDBPyConnection, most: int = 200) -> pl.DataFrame:
    """List the newest days unlike the month before: whose, energy and the usual (kWh), and why."""
    return con.execute(
        f"""
        select
            cast(period_start_utc as date) as day_utc, user_id, consumption_kwh::double as consumption_kwh,
            usual_kwh::double as usual_kwh, stands_out, deviations, score, threshold_score
        from warehouse.fact_unusual_day
        order by day_utc desc, user_id asc
        limit {most}
        """
    ).pl()
