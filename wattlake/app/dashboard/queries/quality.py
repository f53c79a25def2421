"""How good the data are: scores, completeness, what is unlikely."""

from datetime import datetime

import duckdb
import polars as pl

from wattlake.app.dashboard.period import naive


def scores(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The mean score (0-1) of the tables on each UTC day on which any was checked, by dimension; without empty ones."""
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
    """The least complete members over sixty whole days: ``user_id``, ``day_utc``, ``completeness_ratio`` (0-1).

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
        {"until_utc": naive(until_utc)},
    ).pl()


def overall_completeness(con: duckdb.DuckDBPyConnection, until_utc: datetime) -> float | None:
    """The part of all members' minutes of the same days that readings cover (0-1); None where none are expected."""
    found = con.execute(
        f"""
        select (sum(measured_minutes) / nullif(sum(expected_minutes), 0))::double
        from warehouse.fact_completeness_daily
        where {RECENT}
        """,
        {"until_utc": naive(until_utc)},
    ).fetchall()
    return None if found[0][0] is None else float(found[0][0])


def anomalies_by_day(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Unlikely slots on each UTC day, by reason."""
    return con.execute("""
        select date_trunc('day', period_start_utc) as day_utc, anomaly_reason, count(*) as slots
        from warehouse.fact_anomaly
        group by all
        order by all
    """).pl()


def newest_anomalies(con: duckdb.DuckDBPyConnection, most: int = 200) -> pl.DataFrame:
    """The newest unlikely slots: whose, why, what was consumed and what is usual (kWh)."""
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
