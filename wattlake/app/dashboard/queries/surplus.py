"""Queries on the surplus that is expected, of a member or of all, and on the best hours."""

from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import polars as pl

IS_IT = "coalesce(issued_at_utc = $issued_at_utc, true)"
NEWEST_MODEL_FIRST = "partition by period_start_utc order by try_cast(forecaster_version as integer) desc"
LEAST = 0.1
"""A slot belongs to the surplus of its day from this part of the day's best slot on."""
OF_WHOM = "($user_id is null or user_id = $user_id)"
NEWEST = f"(select max(issued_at_utc) from warehouse.fact_surplus_advice where {OF_WHOM} and {IS_IT})"


@dataclass(frozen=True)
class Surplus:
    """The surplus that is expected of one day, where it is advised to sell.

    Attributes:
        day: on the community's clock.
        first: the hour that it begins in, on that clock.
        end: the end of its last slot.
        energy_kwh: what is expected.
        lower_eur: what selling it brings at least; None where prices are not known.
        upper_eur: what it brings at most.
        sure_ratio: the chance that there is a surplus, a mean by energy.
    """

    day: date
    first: datetime
    end: datetime
    energy_kwh: float
    lower_eur: float | None
    upper_eur: float | None
    sure_ratio: float


def expected(
    con: duckdb.DuckDBPyConnection, user_id: str | None = None, issued_at_utc: datetime | None = None
) -> list[Surplus]:
    """Read the surplus of each day of an issue; nothing where none is sure.

    The issue is the newest by default. A slot counts where the whole 80 % band of somebody's is a surplus.
    """
    rows = con.execute(
        f"""
        with slot as (
            select
                local_date,
                local_start,
                local_start + to_minutes(any_value(advice.period_minutes)) as local_end,
                sum(expected_surplus_kwh)::double as energy_kwh,
                sum(lower_revenue_eur)::double as lower_eur,
                sum(upper_revenue_eur)::double as upper_eur,
                sum(confidence_ratio * expected_surplus_kwh)::double as sure_kwh
            from warehouse.fact_surplus_advice as advice
            inner join warehouse.dim_time using (period_start_utc)
            where {OF_WHOM} and advice = 'SELL' and issued_at_utc = {NEWEST}
            group by local_date, local_start
            qualify energy_kwh >= {LEAST} * max(energy_kwh) over (partition by local_date)
        )

        select
            local_date, min(local_start), max(local_end), sum(energy_kwh), sum(lower_eur), sum(upper_eur),
            sum(sure_kwh) / sum(energy_kwh)
        from slot group by local_date order by local_date
        """,
        {"user_id": user_id, "issued_at_utc": issued_at_utc},
    ).fetchall()
    return [Surplus(*row) for row in rows]


def hours(
    con: duckdb.DuckDBPyConnection, user_id: str | None = None, issued_at_utc: datetime | None = None
) -> pl.DataFrame:
    """Read each slot of an issue: expected surplus (kWh) and price (EUR/MWh).

    ``load_place`` is 1 for the best slot to run a load in: the most surplus first, then the lowest price.
    """
    return con.execute(
        f"""
        with price as (
            select period_start_utc, spot_price_eur_per_mwh, tier from warehouse.fact_price_forecast
            where issued_at_utc = (select max(issued_at_utc) from warehouse.fact_price_forecast where {IS_IT})
            qualify row_number() over ({NEWEST_MODEL_FIRST}) = 1
        ),

        surplus as (
            select period_start_utc, sum(greatest(expected_surplus_kwh, 0)) as surplus_kwh
            from warehouse.fact_surplus_advice
            where {OF_WHOM} and issued_at_utc = {NEWEST}
            group by period_start_utc
        )

        select
            period_start_utc, dim_time.local_start, dim_time.period_minutes, tier,
            coalesce(surplus_kwh, 0)::double as surplus_kwh,
            spot_price_eur_per_mwh::double as spot_price_eur_per_mwh,
            row_number() over (
                order by coalesce(surplus_kwh, 0) desc, spot_price_eur_per_mwh asc nulls last, period_start_utc asc
            ) as load_place
        from surplus full join price using (period_start_utc) inner join warehouse.dim_time using (period_start_utc)
        order by period_start_utc
        """,
        {"user_id": user_id, "issued_at_utc": issued_at_utc},
    ).pl()


def newest_issue(con: duckdb.DuckDBPyConnection) -> datetime | None:
    """Read when the newest forecast of anybody's was issued; None where there is none."""
    rows = con.execute("select max(issued_at_utc) from warehouse.fact_forecast").fetchall()
    issued_at_utc: datetime | None = rows[0][0]
    return issued_at_utc
