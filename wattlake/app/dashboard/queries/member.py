"""Queries on one member."""

from datetime import date

import duckdb
import polars as pl

from wattlake.app.dashboard.period import Days


def totals(con: duckdb.DuckDBPyConnection, user_id: str, days: Days) -> pl.DataFrame:
    """Read the member's key figures of some days: one row, as in ``warehouse.kpi_member``."""
    return con.execute(
        """
        select
            coalesce(sum(consumption_kwh), 0)::double as consumption_kwh,
            coalesce(sum(production_kwh), 0)::double as production_kwh,
            coalesce(sum(bought_kwh), 0)::double as bought_kwh,
            coalesce(sum(sold_kwh), 0)::double as sold_kwh,
            coalesce(sum(saving_eur), 0)::double as saving_eur,
            coalesce(sum(revenue_eur), 0)::double as revenue_eur,
            self_sufficiency(sum(consumption_kwh), sum(grid_import_kwh))::double as self_sufficiency_ratio,
            -- Without what neighbours took: a member asks how much of its own sun it used itself.
            self_consumption(sum(production_kwh), sum(production_kwh - self_consumption_kwh))::double
                as used_at_once_ratio,
            coalesce(bool_or(is_provisional), false) as is_provisional
        from warehouse.kpi_member
        where period = 'day' and user_id = $user_id and local_date >= $first and local_date < $end
        """,
        {"user_id": user_id, "first": days.first, "end": days.end},
    ).pl()


def days_of(con: duckdb.DuckDBPyConnection, user_id: str, days: Days) -> pl.DataFrame:
    """Read the member's settled energy (kWh) day by day, on local clocks."""
    return con.execute(
        """
        select
            local_date::timestamp as local_start,
            consumption_kwh::double as consumption_kwh,
            production_kwh::double as production_kwh,
            self_consumption_kwh::double as self_consumption_kwh,
            bought_kwh::double as bought_kwh,
            sold_kwh::double as sold_kwh,
            grid_import_kwh::double as grid_import_kwh,
            grid_export_kwh::double as grid_export_kwh
        from warehouse.kpi_member
        where period = 'day' and user_id = $user_id and local_date >= $first and local_date < $end
        order by local_date
        """,
        {"user_id": user_id, "first": days.first, "end": days.end},
    ).pl()


def slots(con: duckdb.DuckDBPyConnection, user_id: str, days: Days) -> pl.DataFrame:
    """Read the member's energy (kWh) by slot: read, estimated (empty where read), produced."""
    return con.execute(
        """
        select
            period_start_utc,
            local_start,
            consumption_kwh::double as consumption_kwh,
            production_kwh::double as production_kwh,
            consumption_estimated_kwh::double as consumption_estimated_kwh,
            consumption_provenance,
            production_provenance,
            is_anomaly,
            anomaly_reason
        from warehouse.fact_energy_flow
        left join warehouse.dim_time using (period_start_utc)
        where user_id = $user_id and period_start_utc >= $from_utc and period_start_utc < $to_utc
        order by period_start_utc
        """,
        {"user_id": user_id, **days.window.bound()},
    ).pl()


def trades(con: duckdb.DuckDBPyConnection, user_id: str, days: Days) -> pl.DataFrame:
    """Sum the member's trades by neighbour and ``side``: count, energy (kWh), amount (EUR).

    ``side`` is ``sold to`` or ``bought from``.
    """
    return con.execute(
        """
        with side as (
            select
                case when seller_id = $user_id then 'sold to' else 'bought from' end as side,
                case when seller_id = $user_id then buyer_id else seller_id end as neighbour,
                entry,
                energy_kwh,
                transaction_amount_eur,
                distance_km
            from warehouse.fact_energy_transaction
            where (seller_id = $user_id or buyer_id = $user_id)
                and period_start_utc >= $from_utc and period_start_utc < $to_utc
        )
        select
            side,
            neighbour,
            sum(entry)::bigint as trades,
            sum(energy_kwh)::double as energy_kwh,
            sum(transaction_amount_eur)::double as amount_eur,
            (sum(transaction_amount_eur) / nullif(sum(energy_kwh), 0))::double as price_eur_per_kwh,
            max(distance_km)::double as distance_km
        from side
        group by side, neighbour
        having sum(entry) > 0
        order by energy_kwh desc, side asc, neighbour asc
        """,
        {"user_id": user_id, **days.window.bound()},
    ).pl()


def months(con: duckdb.DuckDBPyConnection, user_id: str) -> list[date]:
    """List the months the member has a bill of, the newest first."""
    rows = con.execute(
        "select local_month from warehouse.fact_monthly_summary where user_id = $user_id order by local_month desc",
        {"user_id": user_id},
    ).fetchall()
    return [month for (month,) in rows]


def register(con: duckdb.DuckDBPyConnection, user_id: str) -> pl.DataFrame:
    """List the member's register entries, the newest first."""
    return con.execute(
        """
        select
            effective_date,
            expiration_date,
            is_current,
            zone,
            member_type,
            meter_id,
            production_meter_id,
            panel_size_kwp,
            tilt_degrees,
            azimuth_degrees,
            tariff,
            acorn_group,
            provenance
        from warehouse.dim_user
        where user_id = $user_id
        order by valid_from_utc desc
        """,
        {"user_id": user_id},
    ).pl()
