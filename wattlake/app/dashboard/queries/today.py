"""Queries of the Today page: the last whole day, what is expected, what wants a look.

None of them needs a forecast, a trade or a plant: what is not there has no rows.
"""

from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import polars as pl

from wattlake.app.dashboard.period import Days
from wattlake.app.dashboard.queries.community import filters


@dataclass(frozen=True)
class DayFlows:
    """The energy (kWh) of one day.

    Attributes:
        day: on the community's clock.
        production_kwh: of all panels.
        consumption_kwh: of all members.
        self_consumption_kwh: the part of production that who produced it consumed.
        traded_kwh: what neighbours bought of each other; None where nothing is settled.
        grid_import_kwh: drawn from the grid.
        grid_export_kwh: fed into the grid.
    """

    day: date
    production_kwh: float
    consumption_kwh: float
    self_consumption_kwh: float
    traded_kwh: float | None
    grid_import_kwh: float
    grid_export_kwh: float


def settled_flows(con: duckdb.DuckDBPyConnection, day: Days) -> DayFlows | None:
    """Read the flows of one settled day; None where nothing of it is settled."""
    row = con.execute(
        """
        select
            max(local_date),
            sum(production_kwh)::double,
            sum(consumption_kwh)::double,
            sum(self_consumption_kwh)::double,
            sum(bought_kwh)::double,
            sum(grid_import_kwh)::double,
            sum(grid_export_kwh)::double
        from warehouse.fact_zone_slot
        where period_start_utc >= $from_utc and period_start_utc < $to_utc and len($zones) = 0
        """,
        filters(day, ()),
    ).fetchone()
    return DayFlows(*row) if row and row[0] else None


def read_flows(con: duckdb.DuckDBPyConnection) -> DayFlows | None:
    """Read the flows of the last day that was read, where nothing is settled; without trades.

    The last day is the one before the last: that one may not be over.
    """
    row = con.execute(
        """
        with day as (
            select
                local_date,
                coalesce(sum(production_kwh), 0)::double as production_kwh,
                coalesce(sum(consumption_kwh), 0)::double as consumption_kwh,
                coalesce(sum(self_consumption_kwh), 0)::double as self_consumption_kwh
            from warehouse.fact_energy_flow
            inner join warehouse.dim_time using (period_start_utc)
            where consumption_kwh is not null
            group by local_date
            order by local_date desc
            limit 2
        )

        select
            local_date, production_kwh, consumption_kwh, self_consumption_kwh, null,
            consumption_kwh - self_consumption_kwh, production_kwh - self_consumption_kwh
        from day
        order by local_date
        limit 1
        """
    ).fetchone()
    return DayFlows(*row) if row else None


def price_at(con: duckdb.DuckDBPyConnection, now_utc: datetime) -> pl.DataFrame:
    """Read the price at a time, or the last known before it: one row or none."""
    return con.execute(
        """
        select
            local_start,
            spot_price_eur_per_mwh::double as spot_price_eur_per_mwh,
            grid_buy_price_eur_per_kwh::double as grid_buy_price_eur_per_kwh,
            grid_sell_price_eur_per_kwh::double as grid_sell_price_eur_per_kwh,
            price_category,
            dim_price.period_start_utc + to_minutes(dim_price.period_minutes) > $now_utc as is_now
        from warehouse.dim_price
        inner join warehouse.dim_time using (period_start_utc)
        where dim_price.period_start_utc <= $now_utc and grid_buy_price_eur_per_kwh is not null
        order by dim_price.period_start_utc desc
        limit 1
        """,
        {"now_utc": now_utc},
    ).pl()


def members_in_zones(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Count the members of today, and the zones that they are in."""
    rows = con.execute(
        "select count(distinct user_id), count(distinct zone) from warehouse.dim_user where is_current"
    ).fetchall()
    return int(rows[0][0]), int(rows[0][1])


def open_cases(con: duckdb.DuckDBPyConnection) -> tuple[int, float]:
    """Count the panels with an open case, and what they lose a day (kWh)."""
    rows = con.execute(
        """
        select count(distinct (plant_id, panel_id)), coalesce(sum(loss_kwh_per_day), 0)::double
        from warehouse.panel_case
        where is_open
        """
    ).fetchall()
    return int(rows[0][0]), float(rows[0][1])


def last_run(con: duckdb.DuckDBPyConnection) -> tuple[str, str, datetime] | None:
    """Read the newest run's name, how it ended, and when; None without any."""
    return con.execute(
        "select name, status, coalesce(ended_at_utc, started_at_utc) from ops.run order by started_at_utc desc limit 1"
    ).fetchone()
