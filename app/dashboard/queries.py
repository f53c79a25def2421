"""Every question the dashboard asks, in SQL over ``warehouse``: the only SQL in the dashboard.

Instants in the frames are UTC without a time zone, as in the warehouse; energy is kWh as a double, for drawing.
An energy that is not known is left out of a sum, and a sum of nothing known is 0; a mean of nothing known is empty.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import polars as pl


@dataclass(frozen=True)
class Window:
    """A half-open stretch of time, both ends aware."""

    from_utc: datetime
    to_utc: datetime

    def before(self) -> "Window":
        """The window of the same length that ends where this one starts."""
        return Window(self.from_utc - (self.to_utc - self.from_utc), self.from_utc)

    def bound(self) -> dict[str, datetime]:
        """The ends as SQL compares them: UTC without a time zone."""
        return {"from_utc": naive(self.from_utc), "to_utc": naive(self.to_utc)}


@dataclass(frozen=True)
class Issue:
    """One forecast of one member: of what, issued when, up to when, and by whom."""

    user_id: str
    target: str
    issued_at_utc: datetime
    ends_at_utc: datetime
    forecaster: str
    forecaster_version: str


def naive(instant: datetime) -> datetime:
    """An aware instant as the warehouse writes it."""
    return instant.astimezone(UTC).replace(tzinfo=None)


def extent(con: duckdb.DuckDBPyConnection) -> Window | None:
    """From the first slot with a known consumption to the end of the last; None where there is no slot.

    Production that is worked out from the weather may run on after the last reading: it moves neither end, unless
    there is no reading at all. Nor does a reading that lies in the future of everything that was landed: its meter's
    clock was wrong.
    """
    ends = con.execute("""
        with slots as (
            select
                period_start_utc as from_utc,
                period_start_utc + to_minutes(period_minutes) as to_utc,
                consumption_kwh is not null and period_start_utc <= landed_until_utc as is_read
            from warehouse.fact_energy_flow
            cross join (
                select coalesce(max(fetched_at_utc) + interval 1 day, 'infinity') as landed_until_utc from ops.landing
            )
        )
        select
            coalesce(min(from_utc) filter (where is_read), min(from_utc)),
            coalesce(max(to_utc) filter (where is_read), max(to_utc))
        from slots
    """).fetchone()
    if ends is None or ends[0] is None:
        return None
    return Window(ends[0].replace(tzinfo=UTC), ends[1].replace(tzinfo=UTC))


def provenances(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """What the energy is made of: quantity (consumption or production) and provenance, each pair once."""
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
    """The zones the community's energy is in, by name."""
    rows = con.execute("select distinct zone from warehouse.fact_energy_balance_daily order by zone").fetchall()
    return [zone for (zone,) in rows]


def totals(con: duckdb.DuckDBPyConnection, window: Window, zones: Sequence[str]) -> pl.DataFrame:
    """The community's energy (kWh) and its ratios (0-1) in a window: one row.

    The ratios count the slots in which both production and consumption are known, and are empty where those are nil.
    ``zones`` names the zones that count; an empty one means all.
    """
    return con.execute(
        """
        select
            coalesce(sum(consumption_kwh), 0)::double as consumption_kwh,
            coalesce(sum(production_kwh), 0)::double as production_kwh,
            coalesce(sum(surplus_kwh), 0)::double as surplus_kwh,
            sum(self_consumption_kwh)::double
            / nullif(sum(consumption_kwh) filter (where self_consumption_kwh is not null), 0) as self_sufficiency_ratio,
            sum(self_consumption_kwh)::double
            / nullif(sum(production_kwh) filter (where self_consumption_kwh is not null), 0) as self_consumption_ratio,
            count(distinct user_id) filter (where coalesce(consumption_kwh, production_kwh) is not null)
                as active_members
        from warehouse.fact_energy_flow
        where period_start_utc >= $from_utc and period_start_utc < $to_utc
            and (len($zones) = 0 or list_contains($zones, zone))
        """,
        {**window.bound(), "zones": list(zones)},
    ).pl()


def local_hours(con: duckdb.DuckDBPyConnection, window: Window, zones: Sequence[str]) -> pl.DataFrame:
    """The community's mean energy (kWh) in each local hour of the day, over the days that have it: up to 24 rows."""
    return con.execute(
        """
        with slots as (
            select
                period_start_utc,
                sum(production_kwh) as production_kwh,
                sum(consumption_kwh) as consumption_kwh,
                sum(surplus_kwh) as surplus_kwh,
                sum(deficit_kwh) as deficit_kwh
            from warehouse.fact_energy_flow
            where period_start_utc >= $from_utc and period_start_utc < $to_utc
                and (len($zones) = 0 or list_contains($zones, zone))
            group by all
        )
        select
            local_hour,
            sum(production_kwh)::double / count(distinct local_date) as production_kwh,
            sum(consumption_kwh)::double / count(distinct local_date) as consumption_kwh,
            sum(surplus_kwh)::double / count(distinct local_date) as surplus_kwh,
            sum(deficit_kwh)::double / count(distinct local_date) as deficit_kwh
        from slots
        inner join warehouse.dim_time using (period_start_utc)
        group by local_hour
        order by local_hour
        """,
        {**window.bound(), "zones": list(zones)},
    ).pl()


def daily_balance(con: duckdb.DuckDBPyConnection, window: Window, zones: Sequence[str]) -> pl.DataFrame:
    """The community's energy (kWh) of each UTC day of a window; the days at its ends count what lies within."""
    return con.execute(
        """
        select
            date_trunc('day', period_start_utc)::date as day_utc,
            coalesce(sum(production_kwh), 0)::double as production_kwh,
            coalesce(sum(consumption_kwh), 0)::double as consumption_kwh,
            coalesce(sum(surplus_kwh), 0)::double as surplus_kwh,
            coalesce(sum(deficit_kwh), 0)::double as deficit_kwh
        from warehouse.fact_energy_flow
        where period_start_utc >= $from_utc and period_start_utc < $to_utc
            and (len($zones) = 0 or list_contains($zones, zone))
        group by day_utc
        order by day_utc
        """,
        {**window.bound(), "zones": list(zones)},
    ).pl()


def register_gaps(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """How many gaps of each kind the register has, and the readings and energy (kWh) without a member."""
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
