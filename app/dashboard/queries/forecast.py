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
    """The slots of one forecast with their local start: energy, bands, the day before (kWh), and the tier."""
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
            foreseen.lower_80_kwh::double as lower_80_kwh,
            foreseen.upper_80_kwh::double as upper_80_kwh,
            foreseen.lower_50_kwh::double as lower_50_kwh,
            foreseen.upper_50_kwh::double as upper_50_kwh,
            foreseen.naive_24h_kwh::double as naive_24h_kwh,
            foreseen.tier,
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


def advice(con: duckdb.DuckDBPyConnection, issue: Issue) -> pl.DataFrame:
    """What the member is advised to do in each slot of an issue; no rows where nothing was advised."""
    return con.execute(
        """
        select
            advice.period_start_utc,
            dim_time.local_start,
            advice.advice,
            advice.confidence_ratio::double as confidence_ratio,
            advice.expected_surplus_kwh::double as expected_surplus_kwh,
            advice.lower_surplus_kwh::double as lower_surplus_kwh,
            advice.upper_surplus_kwh::double as upper_surplus_kwh,
            advice.lower_revenue_eur::double as lower_revenue_eur,
            advice.upper_revenue_eur::double as upper_revenue_eur,
            advice.load_rank
        from warehouse.fact_surplus_advice as advice
        left join warehouse.dim_time using (period_start_utc)
        where advice.user_id = $user_id and advice.issued_at_utc = $issued_at_utc
        order by advice.period_start_utc
        """,
        {"user_id": issue.user_id, "issued_at_utc": naive(issue.issued_at_utc)},
    ).pl()


def prices(con: duckdb.DuckDBPyConnection, issued_at_utc: datetime) -> pl.DataFrame:
    """The prices expected at an issue (EUR/MWh), by the newest model where several foresaw them."""
    return con.execute(
        """
        select
            price.period_start_utc,
            dim_time.local_start,
            price.tier,
            price.spot_price_eur_per_mwh::double as spot_price_eur_per_mwh,
            price.lower_80_eur_per_mwh::double as lower_80_eur_per_mwh,
            price.upper_80_eur_per_mwh::double as upper_80_eur_per_mwh
        from warehouse.fact_price_forecast as price
        left join warehouse.dim_time using (period_start_utc)
        where price.issued_at_utc = $issued_at_utc
        qualify row_number() over (
            partition by price.period_start_utc order by try_cast(price.forecaster_version as integer) desc
        ) = 1
        order by price.period_start_utc
        """,
        {"issued_at_utc": naive(issued_at_utc)},
    ).pl()


def errors_by_lead(con: duckdb.DuckDBPyConnection, target: str) -> pl.DataFrame:
    """How the forecasts of a target went, over all members and scored days, by how far ahead they looked."""
    return con.execute(
        """
        select
            lead_hours,
            100 * sum(absolute_error_wh) / nullif(sum(actual_wh), 0) as wape_pct,
            100 * (
                1 - sum(absolute_error_wh) / sum(slots) / nullif(sum(naive_24h_error_wh) / sum(naive_24h_slots), 0)
            ) as skill_naive_24h_pct,
            100 * sum(slots_in_95) / sum(slots) as coverage_95_pct,
            sum(slots)::bigint as slots
        from ops.forecast_score
        where target = $target
        group by lead_hours
        order by lead_hours
        """,
        {"target": target},
    ).pl()


def models(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The models, the newest first: how good each was on the days held out, and how good it is since it serves."""
    return con.execute(
        """
        with online as (
            select
                forecaster_version,
                100 * sum(absolute_error_wh) / nullif(sum(actual_wh), 0) as online_wape_pct
            from ops.forecast_score
            group by forecaster_version
        )

        select
            model.model_id,
            model.target,
            model.forecaster,
            model.trained_at_utc,
            model.series,
            model.status,
            (model.metrics ->> '$.wape_pct')::double as wape_pct,
            (model.metrics ->> '$.skill_naive_24h_pct')::double as skill_naive_24h_pct,
            (model.metrics ->> '$.coverage_95_pct')::double as coverage_95_pct,
            online.online_wape_pct,
            model.why
        from ops.model as model
        left join online on model.model_id = try_cast(online.forecaster_version as bigint)
        order by model.model_id desc
        limit 50
        """
    ).pl()
