"""Queries on forecasts as they were issued, and on what became of them."""

from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl

from wattlake.app.dashboard.period import Window
from wattlake.lake.times import aware_utc, naive_utc

MEMBER, ZONE, COMMUNITY = "member", "zone", "community"
MOSTLY = 0.95
"""The part of the members whose energy must be known for their sum to be shown as known."""


@dataclass(frozen=True)
class Subject:
    """The one whose energy is forecast: a member, a zone's members, or all members."""

    level: str
    name: str

    def __str__(self) -> str:
        return {MEMBER: self.name, ZONE: f"zone {self.name}", COMMUNITY: "all members together"}[self.level]

    @property
    def source(self) -> str:
        """The table of its forecasts."""
        return "warehouse.fact_forecast" if self.level == MEMBER else "warehouse.fact_group_forecast"

    @property
    def is_it(self) -> str:
        """The condition that a forecast is of it."""
        return "user_id = $name" if self.level == MEMBER else f"level = '{self.level}' and group_id = $name"

    @property
    def has(self) -> str:
        """The condition that a member's energy is part of its."""
        return {MEMBER: "user_id = $name", ZONE: "zone = $name", COMMUNITY: "$name is not null"}[self.level]


@dataclass(frozen=True)
class Issue:
    """One forecast: whose, of what, issued when, up to when, and by whom."""

    subject: Subject
    target: str
    issued_at_utc: datetime
    ends_at_utc: datetime
    forecaster: str
    forecaster_version: str


def subjects(con: duckdb.DuckDBPyConnection) -> list[Subject]:
    """List all that a forecast was issued for: the community, its zones, members by name."""
    rows = con.execute(
        f"""
        select level, name
        from (
            select distinct level, group_id as name from warehouse.fact_group_forecast
            union all
            select distinct '{MEMBER}', user_id from warehouse.fact_forecast
        )
        order by level = '{MEMBER}', level = '{ZONE}', name
        """
    ).fetchall()
    return [Subject(level, name) for level, name in rows]


def forecast_issues(con: duckdb.DuckDBPyConnection, subject: Subject, target: str) -> list[Issue]:
    """List someone's forecasts of consumption or production (target), newest first."""
    rows = con.execute(
        f"""
        select
            issued_at_utc,
            max(period_start_utc + to_minutes(period_minutes)) as ends_at_utc,
            forecaster,
            forecaster_version
        from {subject.source}
        where {subject.is_it} and target = $target
        group by all
        order by issued_at_utc desc, forecaster asc, forecaster_version desc
        """,
        {"name": subject.name, "target": target},
    ).fetchall()
    return [
        Issue(subject, target, aware_utc(issued_at_utc), aware_utc(ends_at_utc), name, version)
        for issued_at_utc, ends_at_utc, name, version in rows
    ]


def forecast(con: duckdb.DuckDBPyConnection, issue: Issue) -> pl.DataFrame:
    """Read a forecast's slots: local start, energy and bands (kWh), number of members.

    Of one member also the tier, and how many past slots it was made from; of many those are empty.
    """
    of_one, of_many = ("tier", "samples", "1"), ("null::varchar", "null::bigint", "members")
    tier, samples, members = of_one if issue.subject.level == MEMBER else of_many
    return con.execute(
        f"""
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
            {tier} as tier,
            {samples} as samples,
            {members} as members,
            foreseen.provenance
        from {issue.subject.source} as foreseen
        left join warehouse.dim_time using (period_start_utc)
        where {issue.subject.is_it} and target = $target and issued_at_utc = $issued_at_utc
            and forecaster = $forecaster and forecaster_version = $forecaster_version
        order by foreseen.period_start_utc
        """,
        {
            "name": issue.subject.name,
            "target": issue.target,
            "issued_at_utc": naive_utc(issue.issued_at_utc),
            "forecaster": issue.forecaster,
            "forecaster_version": issue.forecaster_version,
        },
    ).pl()


def actuals(
    con: duckdb.DuckDBPyConnection, subject: Subject, members: int, target: str, window: Window
) -> pl.DataFrame:
    """Read the actual energy (kWh) of consumption or production, for each slot of a window.

    Of many members together it is known where that of 95 % of them is; of the production those with panels count.
    """
    return con.execute(
        f"""
        with energy as (
            select
                period_start_utc,
                case $target when 'consumption' then consumption_kwh else production_kwh end as kwh
            from warehouse.fact_energy_flow
            where
                {subject.has} and period_start_utc >= $from_utc and period_start_utc < $to_utc
                and (
                    $target = 'consumption'
                    or user_id in (select user_id from warehouse.dim_user where panel_size_kwp > 0)
                )
        ),

        known as (
            select period_start_utc, sum(kwh)::double as actual_kwh
            from energy
            group by period_start_utc
            having count(kwh) >= $least
        )

        select period_start_utc, local_start, actual_kwh
        from warehouse.dim_time
        left join known using (period_start_utc)
        where period_start_utc >= $from_utc and period_start_utc < $to_utc
        order by period_start_utc
        """,
        {"name": subject.name, "least": MOSTLY * members, "target": target, **window.bound()},
    ).pl()


def advice(con: duckdb.DuckDBPyConnection, issue: Issue) -> pl.DataFrame:
    """Read the advice of each slot of an issue; no rows where nothing was advised."""
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
        {"user_id": issue.subject.name, "issued_at_utc": naive_utc(issue.issued_at_utc)},
    ).pl()


def prices(con: duckdb.DuckDBPyConnection, issued_at_utc: datetime) -> pl.DataFrame:
    """Read the prices expected at an issue (EUR/MWh), of the newest model that foresaw them."""
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
        {"issued_at_utc": naive_utc(issued_at_utc)},
    ).pl()
