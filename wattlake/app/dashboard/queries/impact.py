"""Queries on the community's good: carbon dioxide, self-sufficiency and savings."""

from collections.abc import Sequence

import duckdb
import polars as pl

from wattlake.app.dashboard.period import Days
from wattlake.app.dashboard.queries.community import IN_ZONES


def saved_carbon(con: duckdb.DuckDBPyConnection, days: Days, zones: Sequence[str], step: str) -> pl.DataFrame:
    """Read the carbon dioxide saved (kg) in each step, and the sum so far.

    A step is a ``day``, ``week`` or ``month`` on local clocks.
    """
    return con.execute(
        f"""
        select
            date_trunc('{step}', local_date)::timestamp as local_start,
            sum(co2_saved_kg)::double as co2_saved_kg,
            (sum(sum(co2_saved_kg)) over (order by local_start))::double as so_far_kg
        from warehouse.kpi_member
        where period = 'day' and local_date >= $first and local_date < $end and {IN_ZONES}
        group by local_start
        order by local_start
        """,
        _bound(days, zones),
    ).pl()


def impact(con: duckdb.DuckDBPyConnection, days: Days, zones: Sequence[str]) -> pl.DataFrame:
    """Read one row: carbon dioxide saved (kg), savings (EUR) and how even they are.

    ``saving_gini`` and ``worst_off_user_id`` are defined as in ``warehouse.kpi_group``, over the members' sums.
    """
    return con.execute(
        f"""
        with member as (
            select
                user_id,
                sum(co2_saved_kg) as co2_saved_kg,
                sum(saving_eur) as saving_eur
            from warehouse.kpi_member
            where period = 'day' and local_date >= $first and local_date < $end and {IN_ZONES}
            group by user_id
        )

        select
            coalesce(sum(co2_saved_kg), 0)::double as co2_saved_kg,
            coalesce(sum(saving_eur), 0)::double as saving_eur,
            gini(list(saving_eur))::double as saving_gini,
            arg_min(user_id, (saving_eur, user_id)) as worst_off_user_id,
            min(saving_eur)::double as worst_off_saving_eur
        from member
        """,
        _bound(days, zones),
    ).pl()


def members(con: duckdb.DuckDBPyConnection, days: Days, zones: Sequence[str]) -> pl.DataFrame:
    """Read each member's ratios and saving (EUR) over some days, and whether it produces.

    Ratios are 0-1, and empty where not defined.
    """
    return con.execute(
        f"""
        select
            user_id,
            arg_max(zone, local_date) as zone,
            sum(production_kwh) > 0 as is_producer,
            self_sufficiency(sum(consumption_kwh), sum(grid_import_kwh))::double as self_sufficiency_ratio,
            self_consumption(sum(production_kwh), sum(grid_export_kwh))::double as self_consumption_ratio,
            sum(saving_eur)::double as saving_eur
        from warehouse.kpi_member
        where period = 'day' and local_date >= $first and local_date < $end and {IN_ZONES}
        group by user_id
        order by saving_eur, user_id
        """,
        _bound(days, zones),
    ).pl()


def month_so_far(con: duckdb.DuckDBPyConnection, days: Days, zones: Sequence[str]) -> float:
    """Sum the carbon dioxide saved (kg) in the month that some days end in, up to their end."""
    rows = con.execute(
        f"""
        select coalesce(sum(co2_saved_kg), 0)::double
        from warehouse.kpi_member
        where period = 'day' and local_date >= date_trunc('month', $last) and local_date < $end and {IN_ZONES}
        """,
        {"last": days.last, "end": days.end, "zones": list(zones)},
    ).fetchall()
    return float(rows[0][0])


def _bound(days: Days, zones: Sequence[str]) -> dict[str, object]:
    return {"first": days.first, "end": days.end, "zones": list(zones)}
