"""The Solar fleet page: cases, every panel's KPIs, one panel, panel by day."""

from datetime import datetime, timedelta
from typing import Any

import duckdb
import polars as pl
import streamlit as st

from wattlake.app.dashboard import foreign
from wattlake.app.dashboard.charts import fleet as charts
from wattlake.app.dashboard.pages import Page
from wattlake.app.dashboard.queries import fleet as queries
from wattlake.app.dashboard.queries.fleet import Panel
from wattlake.app.dashboard.snapshot import ask, lake, meaning
from wattlake.app.dashboard.widgets import marks, pick, rows
from wattlake.app.spreadsheet import csv_of


def has_fleet() -> bool:
    """Say whether any plant's panels were judged: a fleet needs no community."""
    try:
        return lake().exists() and ask(queries.newest_days) is not None
    except duckdb.CatalogException:
        return False


PAGE = Page(title="Solar fleet", icon=":material/solar_power:", section="Plants", place=60, has_rows=has_fleet)

CASE, KPI = "warehouse.panel_case", "warehouse.fact_panel_kpi_daily"
PERIOD_DAYS = {"7 days": 7, "30 days": 30, "90 days": 90}
SHOWN_DAYS = 7
REFRESHED = timedelta(seconds=30)


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
    with st.container(border=True):
        head, over = st.columns([3, 1], vertical_alignment="center")
        head.subheader("Cases, the worst first", anchor=False, help=meaning(CASE, "place"))
        with_closed = over.toggle("Closed ones, too", key="closed", bind="query-params")
        shown = cases if with_closed else cases.filter("is_open")
        if shown.is_empty():
            st.success("No panel is in trouble.", icon=":material/check_circle:")
            return
        names = ("plant_id", "panel_id", "kind", "since_utc", "days", "loss_kwh", "loss_eur", "loss_kwh_per_day")
        table = shown.select(*names, "peers_ratio", "days_since_last_output", "is_kwp_estimated", "is_open")
        st.dataframe(
            as_drawn(table),
            hide_index=True,
            column_config={
                "since_utc": st.column_config.DateColumn("Since", help=meaning(CASE, "since_utc")),
                "loss_kwh": st.column_config.NumberColumn("Lost (kWh)", format="%.1f", help=meaning(CASE, "loss_kwh")),
                "loss_eur": st.column_config.NumberColumn("Lost (EUR)", format="%.2f", help=meaning(CASE, "loss_eur")),
                "loss_kwh_per_day": st.column_config.NumberColumn("Lost a day (kWh)", format="%.1f"),
                "peers_ratio": st.column_config.NumberColumn("Of its peers", format="percent"),
                "is_kwp_estimated": st.column_config.CheckboxColumn("Size estimated"),
                "is_open": st.column_config.CheckboxColumn("Open"),
                **titles(table, "plant_id", "panel_id", "kind", "days", "days_since_last_output"),
            },
            alt="Cases with panel, kind, since when, and what they cost",
        )
        download("cases", shown)


def show_panels(panels: pl.DataFrame) -> None:
    """Draw every panel's KPIs over the period; a click on a column sorts by it."""
    with st.container(border=True):
        st.subheader("Every panel", anchor=False, help="Means over the days of the period; energy is the sum.")
        shares = (
            *("performance_ratio", "corrected_performance_ratio", "availability_ratio"),
            *("failure_ratio", "peers_ratio", "expected_ratio"),
        )
        described: dict[str, Any] = {
            name: st.column_config.NumberColumn(title(name), format="percent", help=meaning(KPI, name))
            for name in shares
        }
        described |= {
            name: st.column_config.NumberColumn(words, format="%.1f")
            for name, words in (
                *(("energy_kwh", "Energy (kWh)"), ("specific_yield_kwh_per_kwp", "Yield (kWh/kWp)")),
                *(("average_output_kw", "Mean output (kW)"), ("panel_kwp", "Size (kWp)")),
            )
        }
        described |= titles(panels, "plant_id", "panel_id", "kind", "days_since_last_output")
        st.dataframe(as_drawn(panels), hide_index=True, column_config=described, alt="KPIs by panel")
        download("panels", panels)


def show_panel(panels: pl.DataFrame, cases: pl.DataFrame, newest: datetime) -> None:
    """Draw one panel against its peers and its expectation; the worst by default."""
    with st.container(border=True):
        st.subheader("One panel against its peers and its expectation", anchor=False)
        ranked = pl.concat(
            [cases.filter("is_open").select("plant_id", "panel_id"), panels.select("plant_id", "panel_id")]
        )
        by_label = {
            f"{plant} {panel}": Panel(plant, panel) for plant, panel in ranked.unique(maintain_order=True).rows()
        }
        which, until = st.columns([3, 2])
        with which:
            label = pick("Panel", list(by_label), "panel")
        last = until.date_input("Week up to", newest.date(), key="until")
        end = datetime.combine(last, datetime.min.time()) if not isinstance(last, tuple) else newest
        power = ask(queries.intervals, by_label[label], end - timedelta(days=SHOWN_DAYS - 1), SHOWN_DAYS)
        if power.is_empty():
            st.info(f"{foreign.literal(label)} sent nothing in the week up to {end:%Y-%m-%d}.", icon=":material/info:")
            return
        alt = f"AC power of {label} over a week, that of its peers and what the light lets expect, in kW"
        foreign.chart(charts.panel_power(power), "panel_power", alt)
        download("panel", power)


def show_heat_map(days: pl.DataFrame) -> None:
    """Draw panel by day: each panel's part of what its peers gave."""
    with st.container(border=True):
        st.subheader("Panel by day", anchor=False, help="What was read, of what a panel in order of this size gave.")
        alt = "What each panel gave on each day, of what its peers gave"
        foreign.chart(charts.heat_map(days), "heat_map", alt)
        download("days", days)


def download(name: str, numbers: pl.DataFrame) -> None:
    """Draw a button that downloads a table's rows as CSV."""
    st.download_button(
        "Download as CSV", lambda: csv_of(numbers), f"fleet-{name}.csv", "text/csv",
        key=f"get {name}", type="tertiary", on_click="ignore",
    )  # fmt: skip


def as_drawn(table: pl.DataFrame) -> pl.DataFrame:
    """Convert decimals to floats, which tables sort and format as numbers."""
    return table.with_columns(pl.col(pl.Decimal).cast(pl.Float64), pl.col(pl.String).fill_null(""))


def title(name: str) -> str:
    """Write a column's name in words: ``performance_ratio`` is `Performance ratio`."""
    return name.replace("_id", "").replace("_", " ").capitalize()


def titles(table: pl.DataFrame, *names: str) -> dict[str, str]:
    """Write some columns' names in words."""
    return {name: title(name) for name in names if name in table.columns}


@st.fragment(run_every=REFRESHED)
def show() -> None:
    """Draw the page, and look again every half minute whether something new was built."""
    known = ask(queries.newest_days)
    if known is None:
        st.info(
            "No plant's files have been built yet. Put them into the inbox, or simulate some:", icon=":material/info:"
        )
        st.code("wattlake simulate-fleet --out inbox\nwattlake ingest inverters && wattlake build", language="shell")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        period = st.segmented_control(
            "Period, up to the newest whole day",
            list(PERIOD_DAYS),
            default="30 days",
            required=True,
            key="days",
            bind="query-params",
        )
        newest = known.day
        so_far = f"; **{known.running:%Y-%m-%d} so far** is in no figure of the period" if known.running else ""
        st.markdown(f"Newest day **{newest:%Y-%m-%d}** (UTC){so_far}", width="content")
        marks(ask(queries.provenances), of="panels")
    from_utc = newest - timedelta(days=PERIOD_DAYS[period or "30 days"] - 1)
    cases, panels = ask(queries.cases), ask(queries.panels, from_utc, newest)
    show_cards(cases, panels.height)
    show_cases(cases)
    show_panel(panels, cases, newest)
    show_panels(panels)
    show_heat_map(ask(queries.days, from_utc, newest))
    if not (holes := ask(queries.holes, from_utc)).is_empty():
        rows("Not read by day, the newest first", holes, meaning("warehouse.plant_hole", "missing"))
