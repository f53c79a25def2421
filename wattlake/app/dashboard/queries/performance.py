"""Queries on the market: top members, zones, growth and other mechanisms."""

from collections.abc import Sequence

import duckdb
import polars as pl

from wattlake.app.dashboard.period import Days
from wattlake.app.dashboard.queries.community import IN_ZONES, OF_THE_DAYS, filters

IN_TIME = "period_start_utc >= $from_utc and period_start_utc < $to_utc"
TRADED = ", ".join(
    f"(select coalesce(sum({summed}), 0)::{kind} from warehouse.fact_energy_transaction "
    f"where {side}_id = user_id and {IN_TIME}) as {name}"
    for name, summed, kind, side in (
        ("sales", "entry", "bigint", "seller"),
        ("sales_eur", "transaction_amount_eur", "double", "seller"),
        ("purchases", "entry", "bigint", "buyer"),
    )
)
"""What a member's trades of some days come to; a booking that is taken back counts against itself."""
OF_THEM = f"period_start_utc >= $first and period_start_utc < $end and {IN_ZONES}"
"""The condition on days as UTC has them."""


def top_members(
    con: duckdb.DuckDBPyConnection, days: Days, zones: Sequence[str], by: str, places: int = 10
) -> pl.DataFrame:
    """List the members who are first by a quantity; savings count of net buyers alone.

    A row has ``user_id``, ``zone`` of the last day, ``sold_kwh``, ``bought_kwh``, ``saving_eur``,
    ``self_sufficiency_ratio``, and of the trades in which the member sold or bought ``sales``, ``sales_eur`` and
    ``purchases``.
    """
    return con.execute(
        f"""
        with member as (
            select
                user_id,
                arg_max(zone, local_date) as zone,
                sum(sold_kwh)::double as sold_kwh,
                sum(bought_kwh)::double as bought_kwh,
                sum(saving_eur)::double as saving_eur,
                self_sufficiency(sum(consumption_kwh), sum(grid_import_kwh))::double as self_sufficiency_ratio
            from warehouse.kpi_member
            where period = 'day' and local_date >= $first and local_date < $end and {IN_ZONES}
            group by user_id
        ),

        first_of_them as (
            select * from member
            where {by} > 0 and ($by <> 'saving_eur' or bought_kwh > sold_kwh)
            order by {by} desc, user_id asc limit {places}
        )

        select first_of_them.*, {TRADED}
        from first_of_them order by {by} desc, user_id asc
        """,
        {**filters(days, zones), "first": days.first, "end": days.end, "by": by},
    ).pl()


def zone_volumes(con: duckdb.DuckDBPyConnection, days: Days, zones: Sequence[str]) -> pl.DataFrame:
    """Read each zone's centre (degrees), energy (kWh), trades and price of its members."""
    return con.execute(
        f"""
        with volume as (
            select
                zone,
                sum(sold_kwh)::double as sold_kwh,
                sum(bought_kwh)::double as bought_kwh,
                sum(consumption_kwh)::double as consumption_kwh,
                sum(trades)::bigint as trades,
                (sum(sold_eur) / nullif(sum(sold_kwh), 0))::double as price_eur_per_kwh,
                max(members) as members
            from warehouse.fact_zone_slot
            where {OF_THE_DAYS}
            group by zone
        )
        select
            zone, latitude, longitude, sold_kwh, bought_kwh, consumption_kwh, trades, price_eur_per_kwh, members
        from volume
        inner join warehouse.dim_zone using (zone)
        order by zone
        """,
        filters(days, zones),
    ).pl()


def growth(con: duckdb.DuckDBPyConnection, days: Days, zones: Sequence[str]) -> pl.DataFrame:
    """Count members and active members by month of some days, with the energy traded (kWh)."""
    return con.execute(
        f"""
        select
            date_trunc('month', local_date)::timestamp as local_start,
            count(distinct user_id) as members,
            count(distinct user_id) filter (where is_active) as active_members,
            sum(bought_kwh)::double as traded_kwh
        from warehouse.kpi_member
        where period = 'day' and local_date >= $first and local_date < $end and {IN_ZONES}
        group by local_start
        order by local_start
        """,
        {"first": days.first, "end": days.end, "zones": list(zones)},
    ).pl()


def mechanisms(con: duckdb.DuckDBPyConnection, days: Days, zones: Sequence[str]) -> pl.DataFrame:
    """Read the result of each mechanism for the members of some zones.

    It is over the UTC days of the period that were compared.

    Returns:
        ``mechanism``, ``traded_kwh``, ``price_eur_per_kwh``, ``saving_eur``, how many members would be ``better_off``
        and ``worse_off`` than with the grid alone, ``worst_off_eur``, and of how many ``days``.
    """
    return con.execute(
        f"""
        with member as (
            select
                mechanism,
                user_id,
                sum(sold_kwh) as sold_kwh,
                sum(sold_eur) as sold_eur,
                sum(saving_eur) as saving_eur
            from warehouse.fact_market_comparison
            where {OF_THEM}
            group by mechanism, user_id
        ),

        compared as (
            select count(distinct period_start_utc) as days from warehouse.fact_market_comparison where {OF_THEM}
        )
        select
            mechanism,
            sum(sold_kwh)::double as traded_kwh,
            (sum(sold_eur) / nullif(sum(sold_kwh), 0))::double as price_eur_per_kwh,
            sum(saving_eur)::double as saving_eur,
            count(*) filter (where saving_eur > 0) as better_off,
            count(*) filter (where saving_eur < 0) as worse_off,
            min(saving_eur)::double as worst_off_eur,
            any_value(compared.days) as days
        from member
        cross join compared
        group by mechanism
        order by saving_eur desc, mechanism asc
        """,
        {"first": days.first, "end": days.end, "zones": list(zones)},
    ).pl()
