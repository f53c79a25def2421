"""Queries on the output of all panels together, by day and by week."""

from datetime import datetime

import duckdb
import polars as pl

OUTPUT = """
    select
        period_start_utc,
        panel_kwp,
        energy_kwh,
        expected_kwh
    from warehouse.fact_panel_kpi_daily
    where kind is distinct from 'swapped units'
"""
"""Days that were read in a wrong unit have no energy, and nothing is expected of them."""


def output(con: duckdb.DuckDBPyConnection, from_utc: datetime, last_utc: datetime) -> pl.DataFrame:
    """Read the output of all panels day by day, and the expected by light and temperature.

    Returns:
        ``day_utc``, ``energy_kwh``, ``expected_kwh`` (empty where the light was not read) and ``panels``.
    """
    return con.execute(
        f"""
        select
            period_start_utc as day_utc,
            sum(energy_kwh)::double as energy_kwh,
            sum(expected_kwh)::double as expected_kwh,
            count(*) as panels
        from ({OUTPUT})
        where period_start_utc between $from_utc and $last_utc
        group by period_start_utc
        order by period_start_utc
        """,
        {"from_utc": from_utc, "last_utc": last_utc},
    ).pl()


def weeks(con: duckdb.DuckDBPyConnection, last_utc: datetime) -> pl.DataFrame:
    """Read the output of each week up to a day, and its part of what the light lets expect.

    Returns:
        ``week_utc``, ``days``, ``energy_kwh``, ``yield_kwh_per_kwp`` (a mean of the days) and ``expected_ratio``, which
        is empty where the light was not read.
    """
    return con.execute(
        f"""
        select
            date_trunc('week', period_start_utc) as week_utc,
            count(distinct period_start_utc) as days,
            sum(energy_kwh)::double as energy_kwh,
            (sum(energy_kwh) / sum(panel_kwp))::double as yield_kwh_per_kwp,
            (
                sum(energy_kwh) filter (where expected_kwh is not null) / nullif(sum(expected_kwh), 0)
            )::double as expected_ratio
        from ({OUTPUT})
        where period_start_utc <= $last_utc
        group by week_utc
        order by week_utc
        """,
        {"last_utc": last_utc},
    ).pl()
