"""Queries on the settled community, its energy and its market, by days and zones."""

from collections.abc import Sequence

import duckdb
import polars as pl

from wattlake.app.dashboard.period import Days, Window

IN_ZONES = "(len($zones) = 0 or list_contains($zones, zone))"
OF_THE_DAYS = f"period_start_utc >= $from_utc and period_start_utc < $to_utc and {IN_ZONES}"
"""Slots of some days and zones: as instants, so that whole files are left out."""


ENERGY = f"""
    select
        coalesce(sum(trades), 0)::bigint as trades,
        coalesce(sum(revenue_eur), 0)::double as revenue_eur,
        coalesce(sum(saving_eur), 0)::double as saving_eur,
        coalesce(sum(bought_kwh), 0)::double as traded_kwh,
        coalesce(sum(consumption_kwh), 0)::double as consumption_kwh,
        coalesce(sum(production_kwh), 0)::double as production_kwh,
        self_sufficiency(sum(consumption_kwh), sum(grid_import_kwh))::double as self_sufficiency_ratio,
        self_consumption(sum(production_kwh), sum(grid_export_kwh))::double as self_consumption_ratio,
        coalesce(sum(provisional_members) > 0, false) as is_provisional
    from warehouse.fact_zone_slot
    where {OF_THE_DAYS}
"""


def filters(days: Days, zones: Sequence[str]) -> dict[str, object]:
    """Give the values that the conditions above are bound to."""
    return {**days.window.bound(), "zones": list(zones)}


def so_far(con: duckdb.DuckDBPyConnection, stretch: Window, zones: Sequence[str]) -> pl.DataFrame:
    """Read the key figures of a part of a day: one row, of what the slots alone can tell."""
    return con.execute(ENERGY, {**stretch.bound(), "zones": list(zones)}).pl()


def totals(con: duckdb.DuckDBPyConnection, days: Days, zones: Sequence[str]) -> pl.DataFrame:
    """Read the key figures of some days: one row.

    The ratios are defined as in ``warehouse.kpi_group``.
    """
    return con.execute(
        f"""
        with energy as ({ENERGY}),

        member as (
            select
                count(distinct user_id) as members,
                count(distinct user_id) filter (where is_active) as active_members,
                coalesce(sum(co2_saved_kg), 0)::double as co2_saved_kg
            from warehouse.kpi_member
            where period = 'day' and local_date >= $first and local_date < $end and {IN_ZONES}
        )

        select * from energy cross join member
        """,
        {**filters(days, zones), "first": days.first, "end": days.end},
    ).pl()


def hours(con: duckdb.DuckDBPyConnection, days: Days, zones: Sequence[str]) -> pl.DataFrame:
    """Read the mean day: energy (kWh) of each local hour, in up to 24 rows.

    An hour's mean is over the days that have it.
    """
    energy = ("production", "consumption", "sold", "bought", "grid_import", "grid_export")
    means = ", ".join(f"(sum({name}_kwh) / count(distinct local_date))::double as {name}_kwh" for name in energy)
    return con.execute(
        f"select local_hour, {means} from warehouse.fact_zone_slot where {OF_THE_DAYS} group by all order by all",
        filters(days, zones),
    ).pl()


def series(con: duckdb.DuckDBPyConnection, days: Days, zones: Sequence[str], step: str) -> pl.DataFrame:
    """Read energy (kWh), trades and money (EUR) by step of the community's clock.

    A step is ``hour``, ``day``, ``week`` or ``month``.
    """
    starts = "local_date + to_hours(local_hour)" if step == "hour" else f"date_trunc('{step}', local_date)"
    summed = ("production", "consumption", "self_consumption", "bought", "sold", "grid_import", "grid_export")
    sums = ", ".join(f"sum({name}_kwh)::double as {name}_kwh" for name in summed)
    return con.execute(
        f"""
        select
            ({starts})::timestamp as local_start,
            {sums},
            sum(trades)::bigint as trades,
            sum(revenue_eur)::double as revenue_eur,
            sum(saving_eur)::double as saving_eur
        from warehouse.fact_zone_slot
        where {OF_THE_DAYS}
        group by local_start
        order by local_start
        """,
        filters(days, zones),
    ).pl()


def prices(con: duckdb.DuckDBPyConnection, days: Days, zones: Sequence[str], step: str) -> pl.DataFrame:
    """Read the market by step: prices (EUR/kWh) of neighbours and grid, supply, demand (kWh).

    The neighbours' price is a mean over the energy that members of the zones sell; the grid's are means over time.
    """
    starts = "dim_time.local_date + to_hours(dim_time.local_hour)"
    starts = starts if step == "hour" else f"date_trunc('{step}', dim_time.local_date)"
    return con.execute(
        f"""
        with slot as (
            select
                period_start_utc,
                sum(sold_kwh + grid_export_kwh) as supply_kwh,
                sum(bought_kwh + grid_import_kwh) as demand_kwh,
                sum(sold_kwh) as sold_kwh,
                sum(sold_eur) as sold_eur
            from warehouse.fact_zone_slot
            where {OF_THE_DAYS}
            group by period_start_utc
        )
        select
            ({starts})::timestamp as local_start,
            sum(supply_kwh)::double as supply_kwh,
            sum(demand_kwh)::double as demand_kwh,
            (sum(sold_eur) / nullif(sum(sold_kwh), 0))::double as price_eur_per_kwh,
            avg(grid_buy_price_eur_per_kwh)::double as grid_buy_price_eur_per_kwh,
            avg(grid_sell_price_eur_per_kwh)::double as grid_sell_price_eur_per_kwh
        from slot
        inner join warehouse.dim_time using (period_start_utc)
        left join warehouse.dim_price
            on slot.period_start_utc = dim_price.period_start_utc and grid_buy_price_eur_per_kwh is not null
        group by 1
        order by 1
        """,
        filters(days, zones),
    ).pl()
