"""Forecasts as they were issued, and what became of them."""

from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import polars as pl

from app.dashboard.period import Window, naive


@dataclass(frozen=True)
class Issue:
    """One forecast of one member: of what, issued when, up to when, and by whom."""

    user_id: str
    target: str
    issued_at_utc: datetime
    ends_at_utc: datetime
    forecaster: str
    forecaster_version: str


def forecast_members(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The members a forecast was issued for, by name."""
    rows = con.execute("select distinct user_id from warehouse.fact_forecast order by user_id").fetchall()
    return [user_id for (user_id,) in rows]


def forecast_issues(con: duckdb.DuckDBPyConnection, user_id: str, target: str) -> list[Issue]:
    """The forecasts issued for a member and target (consumption or production), the newest first."""
    rows = con.execute(
        """
        select
            issued_at_utc,
            max(period_start_utc + to_minutes(period_minutes)) as ends_at_utc,
            forecaster,
            forecaster_version
        from warehouse.fact_forecast
        where user_id = $user_id and target = $target
        group by all
        order by issued_at_utc desc, forecaster asc, forecaster_version desc
        """,
        {"user_id": user_id, "target": target},
    ).fetchall()
    return [
        Issue(user_id, target, issued_at_utc.replace(tzinfo=UTC), ends_at_utc.replace(tzinfo=UTC), name, version)
        for issued_at_utc, ends_at_utc, name, version in rows
    ]


def forecast(con: duckdb.DuckDBPyConnection, issue: Issue) -> pl.DataFrame:
    """The slots of one forecast with their local start: expected energy and its 95 % band (kWh)."""
    return con.execute(
        """
        select
            foreseen.period_start_utc,
            dim_time.local_start,
            foreseen.period_minutes,
            foreseen.horizon_hours,
            foreseen.expected_kwh::double as expected_kwh,
            foreseen.lower_kwh::double as lower_kwh,
            foreseen.upper_kwh::double as upper_kwh,
            foreseen.samples,
            foreseen.provenance
        from warehouse.fact_forecast as foreseen
        left join warehouse.dim_time using (period_start_utc)
        where foreseen.user_id = $user_id and target = $target and issued_at_utc = $issued_at_utc
            and forecaster = $forecaster and forecaster_version = $forecaster_version
        order by foreseen.period_start_utc
        """,
        {
            "user_id": issue.user_id,
            "target": issue.target,
            "issued_at_utc": naive(issue.issued_at_utc),
            "forecaster": issue.forecaster,
            "forecaster_version": issue.forecaster_version,
        },
    ).pl()


def actuals(con: duckdb.DuckDBPyConnection, user_id: str, target: str, window: Window) -> pl.DataFrame:
    """A member's actual energy (kWh) of a target (consumption or production), for every slot of a window."""
    return con.execute(
        """
        with known as (
            select
                period_start_utc,
                (case $target when 'consumption' then consumption_kwh else production_kwh end)::double as actual_kwh
            from warehouse.fact_energy_flow
            where user_id = $user_id and period_start_utc >= $from_utc and period_start_utc < $to_utc
        )
        select period_start_utc, local_start, actual_kwh
        from warehouse.dim_time
        left join known using (period_start_utc)
        where period_start_utc >= $from_utc and period_start_utc < $to_utc
        order by period_start_utc
        """,
        {"user_id": user_id, "target": target, **window.bound()},
    ).pl()
