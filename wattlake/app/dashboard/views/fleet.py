"""The Solar fleet page: output, cases, every panel's KPIs, one panel, panel by day."""

from datetime import timedelta
from functools import partial

import duckdb
import polars as pl
import streamlit as st

from wattlake.app.dashboard import fleet_output, widgets
from wattlake.app.dashboard.address import in_address
from wattlake.app.dashboard.charts import fleet as charts
from wattlake.app.dashboard.fleet_panel import open_panel, show_panel
from wattlake.app.dashboard.pages import Page
from wattlake.app.dashboard.queries import fleet as queries
from wattlake.app.dashboard.snapshot import ask, lake, meaning


def has_fleet() -> bool:
    """Say whether any plant's panels were judged: a fleet needs no community."""
    try:
        return lake().exists() and ask(queries.newest_days) is not None
    except duckdb.CatalogException:
        return False


CASE, KPI = "warehouse.panel_case", "warehouse.fact_panel_kpi_daily"
PAGE = Page(
    title="Solar fleet", icon=":material/solar_power:", section="Plants", place=60, has_rows=has_fleet, table=KPI
)
NAMES = {"plant_id": "Plant", "panel_id": "Panel", "kind": "Case"}
PERIOD_DAYS = {"7 days": 7, "30 days": 30, "90 days": 90}
REFRESHED = timedelta(seconds=30)


def percent(title: str, column: str, table: str = KPI) -> object:
    """Describe a column of ratios, with the contract's words as its help."""
    return st.column_config.NumberColumn(title, format="percent", help=meaning(table, column))


def number(title: str, column: str, decimals: int = 1, table: str = KPI) -> object:
    """Describe a column of numbers, with the contract's words as its help."""
    return st.column_config.NumberColumn(title, format=f"%.{decimals}f", help=meaning(table, column))


def show_cards(cases: pl.DataFrame, panels: int) -> None:
    """Draw the number of panels in trouble, and what that costs."""
    now = cases.filter("is_open")
    figures = (
        ("Panels", f"{panels:,}", "Panels that were read in the period, or are in the register."),
        ("With an open case", f"{now.select('plant_id', 'panel_id').n_unique():,}", meaning(CASE, "is_open")),
        ("Dead", f"{now.filter(pl.col('kind') == 'dead').height:,}", "Without output while their peers have some."),
        ("Lost a day", f"{float(now['loss_kwh_per_day'].sum() or 0):,.0f} kWh", meaning(CASE, "loss_kwh_per_day")),
        ("Lost so far", f"{float(now['loss_eur'].sum() or 0):,.0f} EUR", meaning(CASE, "loss_eur")),
    )
    for column, (label, value, help_text) in zip(st.columns(len(figures)), figures, strict=True):
        column.metric(label, value, help=help_text, border=True, height="stretch")


def show_cases(cases: pl.DataFrame) -> None:
    """Draw the cases, the worst first; those that are over only where they are asked for."""
    with_closed = in_address(st.toggle, "Closed cases, too", key="closed")
    shown = cases if with_closed else cases.filter("is_open")
    if shown.is_empty():
        st.success("No panel is in trouble.", icon=":material/check_circle:")
        return
    described = NAMES | {
        "since_utc": st.column_config.DateColumn("Since", format="YYYY-MM-DD", help=meaning(CASE, "since_utc")),
        "days": "Days",
        "loss_kwh": number("Lost (kWh)", "loss_kwh", table=CASE),
        "loss_eur": number("Lost (EUR)", "loss_eur", 2, CASE),
        "loss_kwh_per_day": number("kWh a day", "loss_kwh_per_day", table=CASE),
        "peers_ratio": percent("Of its peers", "peers_ratio", CASE),
        "is_open": "Open",
    }
    widgets.rows(
        "Cases, the most lost a day first",
        shown,
        f"{meaning(CASE, 'place')} A click on a row opens the panel.",
        described,
        order=[name for name in described if with_closed or name != "is_open"],
        on_click=partial(open_panel, shown),
    )


def show_panels(panels: pl.DataFrame) -> None:
    """Draw every panel's KPIs over the period; a click on a row opens the panel."""
    described = NAMES | {
        "panel_kwp": number("kWp", "panel_kwp"),
        "energy_kwh": number("kWh", "energy_kwh"),
        "specific_yield_kwh_per_kwp": number("kWh/kWp", "specific_yield_kwh_per_kwp"),
        "performance_ratio": percent("PR", "performance_ratio"),
        "corrected_performance_ratio": percent("PR 25 °C", "corrected_performance_ratio"),
        "availability_ratio": percent("On", "availability_ratio"),
        "failure_ratio": percent("Failed", "failure_ratio"),
        "peers_ratio": percent("Of peers", "peers_ratio"),
        "expected_ratio": percent("Of light", "expected_ratio"),
    }
    widgets.rows(
        "Every panel",
        panels,
        "Means over the days of the period; energy is the sum. A click on a row opens the panel. The download has "
        "further columns.",
        described,
        order=list(described),
        on_click=partial(open_panel, panels),
    )


def show_heat_map(days: pl.DataFrame) -> None:
    """Draw panel by day: each panel's part of what its peers gave."""
    widgets.chart(
        "Panel by day",
        charts.heat_map(days),
        "What each panel gave on each day, of what its peers gave",
        days,
        "What was read, of what a panel in order of this size gave.",
    )


@st.fragment(run_every=REFRESHED)
def show() -> None:
    """Draw the page, and look again every half minute whether something new was built."""
    known = ask(queries.newest_days)
    if known is None:
        st.info("No plant's files are built yet. Put them into the inbox, or simulate some:", icon=":material/info:")
        st.code("wattlake simulate-fleet --out inbox\nwattlake ingest inverters && wattlake build", language="shell")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        period = in_address(
            st.segmented_control, "Period, up to the newest whole day", list(PERIOD_DAYS), required=True, key="days",
            hidden={"default": "30 days"},
        )  # fmt: skip
        so_far = f"; **{known.running:%Y-%m-%d} so far** is in no figure of the period" if known.running else ""
        st.markdown(f"Newest day **{known.day:%Y-%m-%d}** (UTC){so_far}", width="content")
        widgets.marks(ask(queries.provenances), of="panels")
    days = PERIOD_DAYS[period or "30 days"]
    from_utc = known.day - timedelta(days=days - 1)
    cases, panels = ask(queries.cases), ask(queries.panels, from_utc, known.day)
    show_cards(cases, panels.height)
    fleet_output.show_output_cards(read := fleet_output.stretches(known.day, days), days)
    show_cases(cases)
    show_panel(panels, cases, known.day)
    fleet_output.show_output(read, days)
    fleet_output.show_trend(known.day)
    show_panels(panels)
    show_heat_map(ask(queries.days, from_utc, known.day))
    if not (holes := ask(queries.holes, from_utc)).is_empty():
        widgets.rows("Not read by day, the newest first", holes, meaning("warehouse.plant_hole", "missing"))
