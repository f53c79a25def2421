"""What the heat pumps draw of their homes' consumption."""

import duckdb
import polars as pl
import streamlit as st

from wattlake.app.dashboard.pages import Page
from wattlake.app.dashboard.snapshot import ask

PAGE = Page(title="Heat pumps", icon=":material/heat_pump:", section="Ours")


def by_day(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """What homes and their heat pumps drew on each day."""
    return connection.execute(
        """
        select
            period_start_utc::date as day_utc,
            sum(heat_pump_kwh)::double as heat_pump_kwh,
            sum(home_kwh - heat_pump_kwh)::double as rest_kwh
        from warehouse.fact_heat_pump_daily
        group by all
        order by all
        """
    ).pl()


def show() -> None:
    """Draw the page."""
    st.bar_chart(ask(by_day), x="day_utc", y=["heat_pump_kwh", "rest_kwh"], y_label="kWh")
