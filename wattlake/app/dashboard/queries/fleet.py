"""Queries of the Solar fleet page, over ``warehouse``; instants are UTC without a zone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb
import polars as pl


@dataclass(frozen=True)
class Panel:
    """One inverter or panel, by its plant's name and its own."""

    plant_id: str
    panel_id: str


@dataclass(frozen=True)
class Newest:
    """The newest UTC day fully read from half of the panels, and the running day, if any."""

    day: datetime
    running: datetime | None


def newest_days(con: duckdb.DuckDBPyConnection) -> Newest | None:
    """Find the newest whole day, or the only day there is; None where there is no fleet."""
    newest, whole = con.execute("""
        with reach as (
            -- One panel's clock that is ahead, or one plant's file, makes no day whole: half of the panels do.
            select quantile_disc(end_utc, 0.5) as end_utc
            from (
                select max(period_start_utc + to_minutes(period_minutes)) as end_utc
                from warehouse.fact_panel_interval group by plant_id, panel_id
            )
        )

        select
            max(period_start_utc),
            max(period_start_utc) filter (where period_start_utc + interval 1 day <= reach.end_utc)
        from warehouse.fact_panel_kpi_daily, reach
    """).fetchall()[0]
    if newest is None:
        return None
    return Newest(whole or newest, None if whole in (None, newest) else newest)


def provenances(con: duckdb.DuckDBPyConnection) -> list[str]:
    """List the provenances of the newest day's numbers."""
    rows = con.execute("""
        select distinct provenance from warehouse.fact_panel_kpi_daily
        where period_start_utc = (select max(period_start_utc) from warehouse.fact_panel_kpi_daily)
        order by provenance
    """).fetchall()
    return [provenance for (provenance,) in rows]


def cases(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """List every case, the worst first."""
    return con.execute("select * from warehouse.panel_case order by place").pl()


def holes(con: duckdb.DuckDBPyConnection, from_utc: datetime) -> pl.DataFrame:
    """List when a plant or its sensor was not read by day, since a day, the newest first."""
    sql = "select * from warehouse.plant_hole where to_utc >= ? order by to_utc desc, plant_id, missing"
    return con.execute(sql, [from_utc]).pl()


def panels(con: duckdb.DuckDBPyConnection, from_utc: datetime, last_utc: datetime) -> pl.DataFrame:
    """Read each panel's KPIs of some days, and its trouble now, the least yield first.

    Panels are ordered by what they give of their peers' energy. Ratios of energy are those of the whole: days count by
    what they are held against, so that a dull one says little. Days that were read in a wrong unit have no energy.
    """
    return con.execute(
        """
        with day as (
            select
                *,
                if(kind = 'swapped units', null, energy_kwh) as true_kwh,
                if(kind = 'swapped units', 0, coalesce(expected_kwh, 0)) as light_kwh,
                if(kind = 'swapped units', 0, coalesce(peers_kwh, 0)) as weighed_peers_kwh
            from warehouse.fact_panel_kpi_daily
            where period_start_utc between ? and ?
        )

        select
            plant_id,
            panel_id,
            max_by(panel_kwp, period_start_utc)::double as panel_kwp,
            max_by(kind, period_start_utc) as kind,
            sum(true_kwh)::double as energy_kwh,
            (sum(true_kwh) / max_by(panel_kwp, period_start_utc))::double as specific_yield_kwh_per_kwp,
            (sum(performance_ratio * light_kwh) / nullif(sum(light_kwh) filter (where performance_ratio is not null), 0)
            )::double as performance_ratio,
            (
                sum(corrected_performance_ratio * light_kwh)
                / nullif(sum(light_kwh) filter (where corrected_performance_ratio is not null), 0)
            )::double as corrected_performance_ratio,
            avg(availability_ratio)::double as availability_ratio,
            avg(failure_ratio)::double as failure_ratio,
            (
                sum(peers_ratio * weighed_peers_kwh)
                / nullif(sum(weighed_peers_kwh) filter (where peers_ratio is not null), 0)
            )::double as peers_ratio,
            (sum(expected_ratio * light_kwh) / nullif(sum(light_kwh) filter (where expected_ratio is not null), 0)
            )::double as expected_ratio,
            avg(average_output_w) filter (where kind is distinct from 'swapped units')::double / 1000
                as average_output_kw,
            max_by(days_since_last_output, period_start_utc) as days_since_last_output
        from day
        group by plant_id, panel_id
        order by count(true_kwh) = 0, peers_ratio nulls first, plant_id, panel_id
        """,
        [from_utc, last_utc],
    ).pl()


def days(con: duckdb.DuckDBPyConnection, from_utc: datetime, last_utc: datetime) -> pl.DataFrame:
    """Read each panel's part of its peers' energy by day, for the heat map."""
    return con.execute(
        """
        select
            plant_id || ' ' || panel_id as panel,
            period_start_utc as day_utc,
            if(kind = 'swapped units', null, least(energy_kwh / nullif(peers_kwh, 0), 2))::double as peers_ratio,
            kind
        from warehouse.fact_panel_kpi_daily
        where period_start_utc between ? and ?
        order by panel, day_utc
        """,
        [from_utc, last_utc],
    ).pl()


def intervals(con: duckdb.DuckDBPyConnection, panel: Panel, from_utc: datetime, days_shown: int) -> pl.DataFrame:
    """Read a panel's power by interval, with its peers' and the expected by the light, in kW."""
    return con.execute(
        """
        select
            period_start_utc,
            ac_power_kw::double as ac_power_kw,
            peers_kw::double as peers_kw,
            expected_kw::double as expected_kw
        from warehouse.fact_panel_interval
        where plant_id = ? and panel_id = ? and period_start_utc >= ? and period_start_utc < ?
        order by period_start_utc
        """,
        [panel.plant_id, panel.panel_id, from_utc, from_utc + timedelta(days=days_shown)],
    ).pl()
